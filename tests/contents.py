"""A small report with one of every block, for tests of the renderers."""

from __future__ import annotations

from wenti.rendering.blocks import (
    Bullets,
    Cell,
    Chart,
    Column,
    Content,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Run,
    Sentence,
    Sentences,
    Series,
    Signature,
    Table,
    Tile,
    Tiles,
)

HOSTILE = '=HYPERLINK("http://x","点")<script>alert(1)</script>|*a*_b_&amp;\u0007'
"""What must show as it is, and do nothing."""


def sample(text: str = "设备采购预算执行率为37.5%，资金沉淀", language: str = "zh-CN") -> Content:
    """Return a report; `text` stands in every place where a report's words can stand."""
    sentences = Sentences(
        (
            Sentence(3, text, "甲局设备更新项目 · 主要问题 第2点", ("待人工判定",)),
            Sentence(12, "项目进度滞后8个月", "乙局河道治理项目 · 第4页", ()),
        )
    )
    ranking = Table(
        caption="共性问题排序（按类型）",
        columns=(
            Column("序号", "right", 5),
            Column("问题类型", "left", 24),
            Column("涉及单位", "right", 8),
            Column("单位占比", "left", 14),
            Column("95%区间", "right", 12),
        ),
        rows=(
            Row(
                (
                    Cell("1", 1),
                    Cell("预算执行率低、支出进度慢", link="t-slow"),
                    Cell("6/8", 6, link="n-1"),
                    Cell("75%", 0.75, percent=True, link="n-1", bar=(0.75, 0.41, 0.93)),
                    Cell("41%–93%", tone="quiet"),
                ),
                anchor="row-1",
            ),
            Row((Cell("资金执行"),), group=True),
            Row((Cell("2", 2), Cell(text), Cell("1/8", 1), Cell("12.5%", 0.125, percent=True, decimals=1), Cell("—"))),
        ),
        anchor="ranking",
        sheet="问题类型",
        heads=2,
        note="占比按“有无”计算。",
    )
    matrix = Table(
        caption="单位与问题类别对照",
        columns=(Column("单位", "left", 24), *(Column(name, "center", 8) for name in ("预算编制", "资金执行", "合计"))),
        rows=tuple(
            Row((Cell(unit), *(Cell(str(n), n, link="n-1" if n else "", shade=min(n, 5)) for n in counts)))
            for unit, counts in (("甲局", (0, 5, 5)), ("乙局", (2, 1, 3)), (text, (4, 3, 7)))
        ),
        sheet="单位矩阵",
    )
    recurrences = Table(
        caption="屡查屡犯问题对照",
        columns=(Column("单位、类型", width=16), Column("较早年度", width=30), Column("较晚年度", width=30)),
        rows=(
            Row(
                (
                    Cell("甲局"),
                    Cell(lines=((Run("2021年", tone="strong"),), (Run("[3]", "s-3"), Run(" " + text)))),
                    Cell(lines=((Run("2023年", tone="strong"),), (Run("[12]", "s-12"), Run(" 项目进度滞后8个月")))),
                )
            ),
        ),
        sheet="屡查屡犯",
    )
    numbers = Table(
        caption="数字与语句对照",
        columns=(Column("数字", width=30), Column("语句", width=60)),
        rows=(
            Row((Cell("预算执行率低：6家单位"), Cell(lines=((Run("3", "s-3"), Run("、"), Run("12", "s-12")),))), "n-1"),
        ),
        sheet="数字索引",
    )
    years = ("2020", "2021", "2022")
    return Content(
        title="预算绩效评价共性问题分析报告",
        organisation="云岭市财政局",
        date="2026-11-30",
        language=language,
        blocks=(
            Heading("摘要", 1, "summary"),
            Paragraph((Run("最普遍的是"), Run("“预算执行率低”", "t-slow", "strong"), Run("，有6家单位存在。")), "key"),
            Tiles(
                tuple(
                    Tile(label, value, "ranking")
                    for label, value in (("评价报告", "8"), ("单位", "8"), ("问题点", "61"))
                )
            ),
            Bullets(((Run("新出现："), Run(text)), (Run("屡查屡犯：1家单位。", tone="bad"),))),
            Paragraph((Run("占比的区间较宽。"),), "note"),
            PageBreak(),
            Heading("共性问题", 1, "shared"),
            Heading("问题排序", 2),
            ranking,
            Chart(
                caption="最普遍的问题类型",
                kind="bars",
                categories=("预算执行率低、支出进度慢", "绩效目标不明确"),
                series=(Series("单位占比", (0.75, 0.5), (0.41, 0.22), (0.93, 0.78)),),
                alt="预算执行率低75%，绩效目标不明确50%。",
                sheet="问题类型",
            ),
            Heading("预算执行率低、支出进度慢", 3, "t-slow"),
            sentences,
            Heading("单位对照", 2),
            matrix,
            Heading("年度变化", 2),
            Chart(
                caption="各年度单位占比",
                kind="lines",
                categories=years,
                series=(Series("预算执行率低", (0.2, None, 0.6)), Series("绩效目标不明确", (0.5, 0.4, 0.3))),
                alt="预算执行率低由20%升至60%。",
                sheet="年度变化",
            ),
            recurrences,
            Heading("数字与语句对照", 1, "numbers", appendix=True),
            numbers,
        ),
        signature=Signature(("编制人", "审核人", "负责人（签字）", "单位（盖章）", "日期")),
        contents_title="目录",
        table_word="表",
        figure_word="图",
    )
