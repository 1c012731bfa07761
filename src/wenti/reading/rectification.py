"""Rectification reports: how far each problem has been put right, and what that makes of its paragraphs.

A problem that has been put right is no weakness. Of one that is still open the problem stays a finding; what was done is
``rectified``, what will be done a requirement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wenti.numbering import label_at, number_at

if TYPE_CHECKING:
    from wenti.reading.structure import Entry

_DONE = re.compile(
    r"已(?:经)?(?:全部)?(?:完成整改|整改(?:到位|完成|完毕)?|销号|办结|纠正)|(?:完成|落实)整改|"
    r"整改(?:已)?(?:到位|完成|完毕)|整改(?:结果|情况|状态|"
    r"完成情况)\s*[：:]\s*(?:已|完成)"
)
_OPEN = re.compile(
    r"正在(?:整改|推进|办理|实施|进行|落实)|尚未|未(?:完成|整改到位|全部完成|销号)|持续(?:整改|推进)|"
    r"部分(?:完成|整改)|基本完成|整改中|推进中|"
    r"长期(?:坚持|整改)|无法|暂未|仍未|仍有|下一?步|后续(?:计划|措施|安排|整改)|继续(?:推进|整改)|(?:力争|预计|计划|确保).{0,16}(?:前|底)"
)
_STILL_OPEN = re.compile(rf"(?:{_OPEN.pattern})[^。；，\n]*")  # 尚未完成整改 is not done
_SETTLED = re.compile(r"整改(?:结果|情况|状态|完成情况)\s*[：:]\s*(?:已(?:全部)?(?:完成|整改|办结|销号|到位)|完成)")
_RECOVERED = re.compile(r"已(?:经)?(?:全部|全额|足额)?(?:追回|整改|归还|上缴|收回|完成|纠正|清退|退回|拨付|补缴|到位)")
_NEXT = re.compile(r"(?:^|\n)\s*(?:下一?步|后续)[^：:\n]{0,6}[：:]")
_PLAN = re.compile(
    r"\s*(?:下一?步|下阶段|今后|后续|继续|计划|预计|力争|拟|对(?:剩余|其余|未|尚未)|.{0,16}?将(?!其|近))"
)
_PROGRESS = re.compile(
    r"\s*(?:(?:截至)?目前|截至|整改以来|现已|已|.{0,16}?[，,]?(?:已|组织|制定|印发|修订|召开|开展|建立))"
)
_ITEM = re.compile(r"(?:关于|针对).{2,60}问题|问题[一二三四五六七八九十\d]+\s*[：:]")


def assign_roles(entries: Sequence[Entry], *, is_told_in_running_text: bool = False) -> None:
    """Give the paragraphs of a rectification report the roles that their items' state asks for.

    In other documents, 发现的问题及整改情况, running text tells the state of each problem; what tells none is open.
    """
    for item in _items(entries):
        if item[0].base not in ("rectified", "findings") or item[0].fixed:
            continue
        text = item[0].paragraph.text
        is_line = len(item) == 1 and "。" not in text.strip().rstrip("。") and not _ITEM.search(text)
        if is_line and not is_told_in_running_text:
            continue  # a topic, or a sentence that stands alone
        _assign(item, is_told_in_running_text=is_told_in_running_text)


def _items(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Yield the problems with what is said of each: a numbered paragraph or one labelled 问题 begins one."""
    item: list[Entry] = []
    for entry in entries:
        begins = entry.style is not None or _ITEM.match(entry.paragraph.text.strip()) is not None
        if item and (begins or entry.headed != item[-1].headed or entry.fixed):
            yield item
            item = []
        item.append(entry)
    if item:
        yield item


def _is_open(item: Sequence[Entry], *, is_told_in_running_text: bool) -> bool:
    """Tell whether a problem is still open, by what its item says of the state."""
    text = "\n".join(entry.paragraph.text for entry in item)
    if is_told_in_running_text:
        return _OPEN.search(text) is not None or _RECOVERED.search(text) is None
    if item[0].base != "rectified":
        return _SETTLED.search(text) is None or _NEXT.search(text) is not None
    is_done = _DONE.search(_STILL_OPEN.sub("", text)) is not None and not _says_open(item)
    return _OPEN.search(text) is not None and not is_done


def _assign(item: Sequence[Entry], *, is_told_in_running_text: bool) -> None:
    is_named = item[0].style is not None or _ITEM.match(item[0].paragraph.text.strip()) is not None
    if not is_named:
        return
    if not _is_open(item, is_told_in_running_text=is_told_in_running_text):
        for entry in item:
            entry.role = "rectified"
        return
    has_begun = False
    for index, entry in enumerate(item):
        label = _label(entry)
        if label == "requirements" and "整改措施" not in entry.paragraph.text[:8]:
            entry.role, has_begun = "requirements", True
        elif label in ("rectified", "requirements"):
            entry.role, has_begun = "rectified", True
        elif has_begun or index > 0:
            body = entry.paragraph.text
            if _PLAN.match(body):
                entry.role, has_begun = "requirements", True
            elif has_begun or _PROGRESS.match(body):
                entry.role, has_begun = "rectified", True
            else:
                entry.role = "findings"
        else:
            entry.role = "findings"


def _says_open(item: Sequence[Entry]) -> bool:
    """Tell whether what is said of the state, as against the problem, is that work goes on."""
    return any(
        _OPEN.search(entry.paragraph.text) is not None
        for entry in item
        if _label(entry) in ("rectified", "requirements")
    )


def _label(entry: Entry) -> str | None:
    text = entry.paragraph.text
    number = number_at(text)
    label = label_at(text, number.end if number is not None else 0)
    return label.role if label is not None else None
