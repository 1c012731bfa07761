"""What a workbook says of itself, in Chinese and English, by key."""

from __future__ import annotations

from wenti.messages import said

TEXTS: dict[str, tuple[str, str]] = {
    "summary": ("摘要", "Summary"),
    "statements": ("全部语句", "All statements"),
    "reports": ("报告清单", "All reports"),
    "statements_are": (
        "附录：每条语句及其性质、类型、概率和出处；第 N 条在第 N+1 行",
        "Annex: every statement with its kind, types, probabilities and place; No. N is in row N+1",
    ),
    "reports_are": (
        "附录：每份报告计入的单位、年度、得分和文件特征码",
        "Annex: every report with the units it counts for, year, score and hash of its file",
    ),
    "sheets": ("工作表目录", "Sheets of this workbook"),
    "sheet": ("工作表", "Sheet"),
    "content": ("内容", "Content"),
    "rows": ("行数", "Rows"),
    "links_note": (
        "蓝色的数字和名称可以点击：先到“数字与语句对照”或原句所在行，再到“全部语句”。",
        "What is blue can be clicked: it leads to the index of numbers, and from there to the rows of all statements.",
    ),
    "back": ("返回摘要", "Back to summary"),
    "below": ("表下有图：", "Charts below: "),
    "jump": ("逐条跳转", "Go to"),
    "item": ("项目", "Item"),
    "year": ("年度", "Year"),
    "lower": ("区间下限", "Lower bound"),
    "upper": ("区间上限", "Upper bound"),
    "minus": ("距下限", "To lower bound"),
    "plus": ("距上限", "To upper bound"),
    "chart_data": ("图中数据", "Numbers of the chart"),
    "page": ("第 &P 页，共 &N 页", "Page &P of &N"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "continued": ("语句（续）", "Statement (continued)"),
}


def text_of(key: str, lang: str) -> str:
    """Return a text in a language."""
    return said(TEXTS[key], lang)
