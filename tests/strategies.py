"""Hypothesis strategies that test files share: texts of every sort that a statement may be made of."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wenti.features import EDGE, MAX_SPAN, normalise

WORDS = (
    *(
        "项目",
        "预算",
        "执行率",
        "执行率低",
        "资金",
        "闲置",
        "绩效目标",
        "不明确",
        "资产",
        "未及时",
        "入账",
        "工程",
        "进度",
    ),
    *(
        "滞后",
        "未",
        "不",
        "低",
        "的",
        "建议",
        "加快",
        "应当",
        "完善",
        "制度",
        "某市财政局",
        "良好",
        "完成",
        "年度",
        "万元",
    ),
)
PUNCTUATION = (
    "，",
    "、",
    "。",
    "；",
    "：",
    "（",
    "）",
    "“",
    "”",
    "％",
    "—",
    ",",
    ".",
    ";",
    "(",
    ")",
    "%",
    "-",
    "·",
    "【",
    "】",
)
INVISIBLE = (" ", "\t", "\n", "\r\n", "\u3000", "\xa0", "\u200b", "\ufeff", "\u2028", "\x85", EDGE)


def widened(text: str) -> str:
    """Return ASCII in full width, as Chinese input methods write it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


characters = st.characters(codec="utf-8")
"""Any character that a well-formed text can hold; lone surrogates are left out."""

astral = st.characters(min_codepoint=0x10000)
"""Characters beyond the basic plane: emoji, rare ideographs, mathematical digits."""

ascii_text = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=12)

numbers = st.one_of(
    st.integers(0, 10**9).map(str),
    st.integers(0, 10**9).map("{:,}".format),
    st.decimals(0, 10**6, places=2).map(str),
    st.floats(0, 100, allow_nan=False).map("{:.2f}%".format),
)
"""Numbers as reports write them, with points and thousands separators."""

words = st.sampled_from(WORDS)
punctuation = st.sampled_from(PUNCTUATION)
invisible = st.sampled_from(INVISIBLE)

statements = st.lists(st.one_of(words, words, words, punctuation, numbers), min_size=1, max_size=12).map("".join)
"""Chinese that looks like this field's, mostly of spans that the shipped model knows."""

texts: SearchStrategy[str] = st.lists(
    st.one_of(
        words,
        statements,
        punctuation,
        numbers,
        numbers.map(widened),
        ascii_text,
        ascii_text.map(widened),
        invisible,
        astral,
        st.text(characters, max_size=8),
    ),
    max_size=10,
).map("".join)
"""Any text, from nothing to a mixture of everything."""

_SYMBOLS = "预算执行率低0.,%" + EDGE

vocabularies: SearchStrategy[list[str]] = st.lists(
    st.one_of(
        st.text(_SYMBOLS, min_size=1, max_size=MAX_SPAN),
        st.text(st.characters(codec="utf-8", max_codepoint=0xFFFE), min_size=1, max_size=3),
        statements.map(lambda text: normalise(text)[:MAX_SPAN]),
    ),
    unique=True,
    max_size=40,
).map(sorted)
"""Vocabularies of spans as :func:`wenti.spans.build_trie` takes them, nested and overlapping."""

dense_texts = st.lists(st.one_of(st.text("预算执行率低07.,％ ", max_size=20), statements), max_size=6)
"""Lists of texts in which the spans of :data:`vocabularies` stand often."""
