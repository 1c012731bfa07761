"""Sentences of the other chapters and of the appendices, in Chinese and English, by key; written as in ``opening.py``."""

from __future__ import annotations

CHAPTERS: dict[str, tuple[str, str]] = {
    # Shared weaknesses.
    "too_few_units": (
        "本次仅涉及{total}家单位（少于{fewest}家），名次没有意义，故不排序，各类问题按分类体系的顺序列出。",
        "With {total} {total:unit|units} (fewer than {fewest}) ranks mean nothing: types stand in the taxonomy's order.",
    ),
    "too_few_projects": (
        "本次仅涉及{total}个项目（少于{fewest}个），名次没有意义，故不排序，各类问题按分类体系的顺序列出。",
        "With {total} {total:project|projects} (fewer than {fewest}) ranks mean nothing: types stand in "
        "the taxonomy's order.",
    ),
    "below_units": (
        "另有{count}类问题涉及的单位不足{fewest}家，未列入：{names}。",
        "{count} {count:type|types} of fewer than {fewest} units {count:is|are} left out: {names}.",
    ),
    "below_projects": (
        "另有{count}类问题涉及的项目不足{fewest}个，未列入：{names}。",
        "{count} {count:type|types} of fewer than {fewest} projects {count:is|are} left out: {names}.",
    ),
    "all_below_units": (
        "所发现的{count}类问题涉及的单位不足{fewest}家，未列入：{names}。",
        "{count} {count:type|types} of fewer than {fewest} units {count:is|are} left out: {names}.",
    ),
    "all_below_projects": (
        "所发现的{count}类问题涉及的项目不足{fewest}个，未列入：{names}。",
        "{count} {count:type|types} of fewer than {fewest} projects {count:is|are} left out: {names}.",
    ),
    "shares_note": (
        "一个问题点可同时属于几类，故各类的问题点之和可大于合计。",
        "A finding may be of several types, so that these can add up to more than the total.",
    ),
    "shares_note_corrected": (
        "一个问题点可同时属于几类，故各类的问题点之和可大于合计。校正后占比为估计值。",
        "A finding may be of several types, so that these can add up to more than the total. "
        "Corrected shares are estimates.",
    ),
    "definition": ("含义：{text}。", "Meaning: {text}."),
    "indicators": ("对应指标（财预〔2020〕10号）：{names}。", "Official indicators (财预〔2020〕10号): {names}."),
    "extent": (
        "{first}、{second}存在此类问题，共{findings}个问题点，见于{statements}条语句。",
        "{first} and {second} show it: {findings} {findings:finding|findings} in "
        "{statements} {statements:statement|statements}.",
    ),
    "extent_corrected_units": (
        "校正识别误差后，单位占比估计为{share}（95%区间{interval}）。",
        "Corrected for tagging error, the share of units is estimated at {share} (95% interval {interval}).",
    ),
    "extent_corrected_projects": (
        "校正识别误差后，项目占比估计为{share}（95%区间{interval}）。",
        "Corrected for tagging error, the share of projects is estimated at {share} (95% interval {interval}).",
    ),
    "figure_lowest_rate": ("所涉语句中的比率最低为{value}。", "The lowest rate in them is {value}."),
    "figure_largest_rate": ("所涉语句中的比率最高为{value}。", "The highest rate in them is {value}."),
    "figure_longest_delay": ("所涉语句中的时间最长为{value}。", "The longest time in them is {value}."),
    "figure_sum_amount": (
        "所涉语句中的金额合计{value}（每个问题点只计其中最大的一笔）。",
        "The amounts in them add up to {value} (of each finding the largest one).",
    ),
    "units_concerned": ("涉及单位：{units}。", "Units: {units}."),
    "typical": ("典型语句：", "Typical sentences:"),
    "praised": (
        "同时，有{count}条语句肯定了这方面的做法：",
        "On the other hand, {count} {count:statement praises|statements praise} this:",
    ),
    "praised_some": (
        "同时，有{count}条语句肯定了这方面的做法，列出其中{shown}条：",
        "On the other hand, {count} statements praise this; {shown} of them:",
    ),
    # The matrix.
    "matrix_findings_note": (
        "格内数字为问题点数，颜色越深问题点越多；一个问题点可同时涉及几个类别，故各类别之和可大于合计。",
        "Each number counts findings, darker is more; a finding may belong to several categories, so that "
        "these can add up to more than the total.",
    ),
    "matrix_units_note": (
        "格内为存在该类别问题的单位数/单位总数，颜色越深占比越大。",
        "Each field says how many of how many units show the category; darker is a larger share.",
    ),
    "no_sector": (
        "所读报告的单位均未注明行业，故不列对照表。行业取自单位表（--units），请在该表的“行业”列中注明。",
        "No unit has a sector, so there is no table. Sectors come from the table of units (--units), column 行业.",
    ),
    "no_region": (
        "所读报告及其单位均未注明地区，故不列对照表。报告未注明的，地区取自单位表（--units），请在该表的“地区”列中注明。",
        "No report or unit has a region, so there is no table. Where a report names none, regions come from the table of "
        "units (--units), column 地区.",
    ),
    "matrix_cut_unit": (
        "共{total}家单位，列出问题点最多的{shown}家。",
        "Of {total} units, the {shown} with most findings are shown.",
    ),
    "matrix_cut_project": (
        "共{total}个项目，列出问题点最多的{shown}个。",
        "Of {total} projects, the {shown} with most findings are shown.",
    ),
    "matrix_cut_year": (
        "共{total}个年度，列出问题点最多的{shown}个。",
        "Of {total} years, the {shown} with most findings are shown.",
    ),
    "matrix_cut_sector": (
        "共{total}个行业，列出问题点最多的{shown}个。",
        "Of {total} sectors, the {shown} with most findings are shown.",
    ),
    "matrix_cut_region": (
        "共{total}个地区，列出问题点最多的{shown}个。",
        "Of {total} regions, the {shown} with most findings are shown.",
    ),
    # Projects, scores, grades.
    "projects_cut": (
        "共{total}个项目，列出问题点最多的{shown}个，按得分由低到高排列。",
        "Of {total} projects, the {shown} with most findings are shown, lowest score first.",
    ),
    "score_lower": (
        "存在{names}的报告平均得分较低，差异在统计上可靠。",
        "Reports with {names} have lower scores on average, and the difference is reliable.",
    ),
    "score_higher": (
        "存在{names}的报告平均得分较高，差异在统计上可靠。",
        "Reports with {names} have higher scores on average, and the difference is reliable.",
    ),
    "score_no_difference": (
        "存在与不存在各类问题的报告，得分均未见统计上可靠的差异。",
        "No reliable difference in score was found between reports with and without a type.",
    ),
    "score_no_cause": (
        "得分差异只说明两者同时出现，不说明因果关系。",
        "That they go together does not make one the cause of the other.",
    ),
    "scores_note": (
        "分差为存在的平均分减去不存在的平均分；区间与p值按Welch法。",
        "Difference: mean with minus mean without; interval and p by Welch's method.",
    ),
    "grades_note": (
        "格内为存在该类别问题的报告数/该等级的报告总数。",
        "Each field says how many of how many reports of the grade show the category.",
    ),
    # Pairs.
    "pair_first": (
        "所列各对问题中，提升度最高的是{first}与{second}：{total}家单位中有{count}家同时存在，为预期的{lift}倍。",
        "Highest lift of those listed: {first} and {second}, in {count} of {total} {total:unit|units}, "
        "{lift} times as many as expected.",
    ),
    "pairs_reliable": (
        "经多重比较校正后，{count}对问题的同时出现在统计上可靠。",
        "After correction for many comparisons, {count} {count:pair is|pairs are} reliable.",
    ),
    "pairs_by_chance": (
        "经多重比较校正后，所列各对问题的同时出现均未达到统计上可靠的程度，仅供参考。",
        "After correction for many comparisons, none of these pairs is reliable; they are hints only.",
    ),
    "pairs_cut": (
        "共{total}对，列出提升度最高的{shown}对。",
        "Of {total} pairs, the {shown} of highest lift are shown.",
    ),
    "pairs_note": (
        "提升度：同时存在两类问题的单位数，是两类问题互不相关时预期单位数的多少倍。",
        "Lift: how many times as many units show both types as would if the two were independent.",
    ),
    # Years and comparisons.
    "trend_up_yearly": (
        "{names}的单位占比逐年上升，趋势在统计上可靠。",
        "The share of units with {names} rises from year to year, and the trend is reliable.",
    ),
    "trend_up": (
        "{names}的单位占比总体呈上升趋势，在统计上可靠。",
        "The share of units with {names} tends to rise, and the trend is reliable.",
    ),
    "trend_down_yearly": (
        "{names}的单位占比逐年下降，趋势在统计上可靠。",
        "The share of units with {names} falls from year to year, and the trend is reliable.",
    ),
    "trend_down": (
        "{names}的单位占比总体呈下降趋势，在统计上可靠。",
        "The share of units with {names} tends to fall, and the trend is reliable.",
    ),
    "trend_none": (
        "列入的各类问题的单位占比均未见统计上可靠的逐年变化。",
        "No reliable trend was found in the share of units of any type that is listed.",
    ),
    "trends_note": (
        "占比为当年存在该问题的单位数与当年有报告的单位数之比；各年度所读单位不尽相同。",
        "Share: units that show it in a year, of those with a report of that year; the years do not have the same units.",
    ),
    "new_types": (
        "{year}年的报告中有{count}类问题未见于此前年度的报告：{names}。",
        "{count} {count:type|types} of {year} {count:is|are} in no report of the years before: {names}.",
    ),
    "comparison_none": (
        "经多重比较校正后，{first}与{second}之间各类问题的单位占比均未见统计上可靠的差异。",
        "After correction for many comparisons, no reliable difference was found between {first} and {second}.",
    ),
    "comparison_some": (
        "经多重比较校正后，下列差异在统计上可靠：",
        "After correction for many comparisons, these differences are reliable:",
    ),
    "comparison_more": ("其余{count}类见下表。", "See the table for {count} more."),
    "difference_in_words": (
        "{name}的单位占比，{first}为{one}，{second}为{other}，相差{points}个百分点。",
        "{name}: {one} of units in {first}, {other} in {second}, {points} percentage points apart.",
    ),
    "comparison_note": (
        "差异为后者减去前者；区间按Newcombe法，p值按Fisher精确检验。",
        "Difference: second minus first; interval by Newcombe's method, p by Fisher's exact test.",
    ),
    # Recurrence and requirements.
    "recurrence_words": (
        "{units}家单位在不同年度出现同类问题，共{cases}例。",
        "{units} {units:unit shows|units show} the same type in two years, {cases} {cases:case|cases} in all.",
    ),
    "see_also": ("另见{numbers}", "See also {numbers}"),
    "more_statements": ("另有{count}条语句", "{count} more {count:statement|statements}"),
    "coverage_total": (
        "{reports}份报告提出了整改要求，共有{total}个问题点。",
        "{reports} {reports:report states|reports state} requirements, with {total} {total:finding|findings}.",
    ),
    "coverage_parts": ("其中{parts}。", "Of these, {parts}."),
    "matched_type_and_wording": (
        "类型与表述均有对应要求的{count}个（{share}）",
        "{count} {count:is|are} answered by type and wording ({share})",
    ),
    "matched_type": ("类型有对应要求的{count}个（{share}）", "{count} {count:is|are} answered by type ({share})"),
    "matched_wording": (
        "表述有对应要求的{count}个（{share}）",
        "{count} {count:is|are} answered by wording ({share})",
    ),
    "matched_none": ("未见对应要求的{count}个（{share}）", "{count} {count:is|are} not answered ({share})"),
    "coverage_machine": (
        "对应关系由程序判定，未见对应的请人工核实。",
        "The program has matched them; what it finds unanswered is for a person to check.",
    ),
    "unanswered_cut": (
        "共{total}个未见对应整改要求的问题点，列出前{shown}个。",
        "Of {total} findings without a requirement, the first {shown} are shown.",
    ),
    "matched_cut": (
        "共{total}个问题点有对应的整改要求，举例列出{shown}个。",
        "Of {total} findings with a requirement, {shown} are shown as examples.",
    ),
    # Strengths.
    "strengths_words": (
        "报告同时肯定了{count}条成效与做法，供对照参考。",
        "What the reports praise, as counter-evidence: {count} {count:statement|statements}.",
    ),
    "strengths_some": (
        "报告同时肯定了{count}条成效与做法，供对照参考；以下列出{shown}条。",
        "What the reports praise, as counter-evidence: {count} statements, of which {shown} are shown.",
    ),
    # Appendices.
    "review_words": (
        "程序对以下{count}条语句没有把握，请人工判定；其中的问题语句如未归类，不计入排序。",
        "The program is not sure of {count} {count:statement|statements}; weaknesses without type are in no ranking.",
    ),
    "review_many": (
        "程序对{count}条语句没有把握，请人工判定；请见附件“全部语句”中标有“待人工判定”的行。",
        "The program is not sure of {count} statements: see the rows of the annex of all statements that need judgement.",
    ),
    "quoted_words": (
        "本报告的数字所涉及、正文没有引用的语句。方括号内为语句序号；字符位置从该份报告原文的开头算起。",
        "Sentences behind the numbers of this report that are quoted nowhere above. Characters count from "
        "the beginning of a report's text.",
    ),
    "numbers_words": (
        "语句序号即附件“全部语句”（Excel或JSON）中的序号。",
        "Statements have the numbers of the annex of all statements (Excel or JSON).",
    ),
    "numbers_elsewhere": (
        "问题语句超过{most}条，未全部引用，请按序号在附件中查找。",
        "There are more than {most} weakness statements; those that are not quoted stand in the annex under their numbers.",
    ),
    "numbers_cut": (
        "以上为前{shown}条，共{count}条，其余请在附件“全部语句”中按左列条件筛选。",
        "These are the first {shown} of {count}; filter the annex of all statements by what the first column names.",
    ),
    "recurrence_cut": (
        "共{total}例，列出较晚年度最近的{shown}例。",
        "Of {total} cases, the {shown} whose later year is latest are shown.",
    ),
    "unread_cut": ("共{total}处，列出前{shown}处。", "Of {total} stretches, the first {shown} are shown."),
}
