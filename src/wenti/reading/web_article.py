"""What of a web page is the article, as far as its tags and classes tell; in doubt all of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from wenti.reading.document import Block, Table

_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_FURNITURE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar"))
_FURNITURE_NAMES = frozenset(
    [
        *("nav", "navbar", "navigation", "menu", "submenu", "breadcrumb", "breadcrumbs", "crumb", "crumbs", "topnav"),
        *("header", "footer", "foot", "topbar", "toolbar", "sidebar", "pagination", "pager", "copyright", "share"),
        *("bdsharebuttonbox", "bshare", "social-share", "print", "qrcode", "ewm", "dqwz", "weizhi", "search", "links"),
    ]
)
_ARTICLE_NAMES = frozenset(
    [
        *("trs_editor", "trs_ueditor", "ucapcontent", "zoom", "zoomcon", "article", "article-content"),
        *("articlecontent", "article_content", "article-con", "art_con", "content", "contents", "con", "contentbox"),
        *("maincontent", "main-content", "main_content", "pages_content", "xxgk_content", "news_content"),
        *("news-content", "newscontent", "vsb_content", "vsb_content_2", "v_news_content", "wp_articlecontent"),
        *("js_content", "rich_media_content", "textcontent", "text_content", "txtcontent", "detail-content"),
        *("detail_content", "nr", "wzcon", "bt_content"),
    ]
)
_BUTTONS = frozenset(
    [
        *("打印", "打印本页", "打印此页", "关闭", "关闭窗口", "关闭本页", "返回", "返回顶部", "返回首页"),
        *("分享", "分享到", "收藏", "收藏本页", "复制链接", "我要纠错", "繁体", "无障碍"),
        *("字体", "字号", "字体大小", "大", "中", "小"),
    ]
)
_BETWEEN_BUTTONS = re.compile(r"[\[\]【】（）()|/：:\s]+")
# Lines on their own.
_FURNITURE_LINE = re.compile(
    r"(?:当前位置|您的位置|您(?:现在|当前)?(?:所在)?的位置|所在位置|现在位置)\s*[：:>].{0,100}"
    r"|[上下]一[篇条页](?:\s*[：:].{0,100})?"
    r"|扫一扫.{0,20}(?:打开当前页|分享|关注).{0,10}"
    r"|(?:版权所有|Copyright|©)[^。；]{0,100}"
    r"|[^。；]{0,40}(?:ICP备|公网安备|网站标识码)[^。；]{0,60}",
    re.IGNORECASE,
)
_LARGE = 4  # what holds more than one part in so many of the text is kept, whatever its name is
_ENOUGH_OF_PAGE, _ENOUGH_OF_ARTICLE = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a part of the page begins or ends."""

    name: str | None  # of an article; None: furniture of the site
    is_end: bool = False


def name_of(tag: str, attributes: Mapping[str, str], *, in_article: bool) -> tuple[bool, str | None]:
    """Tell whether an element is furniture of the site, or else under which name it may hold the article."""
    names = {
        *attributes.get("class", "").lower().split(),
        *attributes.get("id", "").lower().split(),
    }
    if tag == "nav" or (tag in ("header", "footer") and not in_article):
        return True, None
    if tag in _HEADINGS:
        return False, None
    # LibreOffice writes running headers and footers so.
    if tag == "div" and attributes.get("title", "") in ("header", "footer"):
        return True, None
    if attributes.get("role", "").lower() in _FURNITURE_ROLES or not names.isdisjoint(_FURNITURE_NAMES):
        return True, None
    if tag in ("article", "main"):
        return False, tag
    return False, min(names & _ARTICLE_NAMES, default=None)


def article_of(items: Sequence[object]) -> list[Block | Table]:
    """Return the paragraphs and tables of the article, of which headings of the two upper levels may stand before it.

    Parameters
    ----------
    items : sequence of Block, Table and Mark
        All that the page shows.
    """
    ranges = _ranges(items)
    kept = _without_furniture(items, ranges)
    shown = sorted(_article(items, ranges, kept) if kept else kept)
    elements = [item for index in shown if isinstance(item := items[index], Block | Table)]
    return [item for item in elements if not isinstance(item, Block) or not _is_furniture(item.text)]


def _is_furniture(text: str) -> bool:
    words = _BETWEEN_BUTTONS.sub(" ", text[:200]).split()
    if max(map(len, words), default=0) > 1 and _BUTTONS.issuperset(words):
        return True
    return _FURNITURE_LINE.fullmatch(text) is not None


def _ranges(items: Sequence[object]) -> dict[str | None, list[tuple[int, int]]]:
    found: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
    begun: list[tuple[Mark, int]] = []
    for index, item in enumerate(items):
        if not isinstance(item, Mark):
            continue
        if not item.is_end:
            begun.append((item, index))
        elif begun and begun[-1][0].name == item.name:
            found[item.name].append((begun.pop()[1], index))
    return found


def _places(ranges: Iterable[tuple[int, int]]) -> set[int]:
    """Return the places inside ranges, of which one may hold others."""
    places: set[int] = set()
    last = 0
    for start, end in sorted(ranges):
        if start >= last:
            places.update(range(start, end))
            last = end
    return places


def _length(item: object) -> int:
    if isinstance(item, Block):
        return len(item.text)
    if isinstance(item, Table):
        return sum(len(cell) for row in item.rows for cell in row.cells if isinstance(cell, str))
    return 0


def _without_furniture(items: Sequence[object], ranges: dict[str | None, list[tuple[int, int]]]) -> set[int]:
    """Return the places of what is no furniture, or of all if little would be left."""
    before = [0, *accumulate(map(_length, items))]
    furniture = _places(
        (start, end) for start, end in ranges[None] if (before[end] - before[start]) * _LARGE <= before[-1]
    )
    if sum(_length(items[index]) for index in furniture) * 2 > before[-1]:
        furniture = set()
    return set(range(len(items))) - furniture


def _article(items: Sequence[object], ranges: dict[str | None, list[tuple[int, int]]], kept: set[int]) -> set[int]:
    """Return the places of the part that holds most of the text, or all if none does."""
    groups = []
    for name, parts in ranges.items():
        if name is not None:
            places = _places(parts) & kept
            groups.append((sum(_length(items[index]) for index in places), places))
    chosen, enough = kept, _ENOUGH_OF_PAGE
    length = sum(_length(items[index]) for index in kept)
    for held, places in sorted(groups, key=lambda group: -group[0]):
        if held and held >= enough * length and places <= chosen:
            chosen, length, enough = places, held, _ENOUGH_OF_ARTICLE
    first = min(chosen)
    titles = {index for index in kept if index < first and _is_title(items[index])}
    return chosen | titles


def _is_title(item: object) -> bool:
    return isinstance(item, Block) and item.level in (1, 2)
