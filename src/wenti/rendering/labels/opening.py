"""Sentences of the summary page and of scope and method, in Chinese and English, by key.

A count in braces may be followed by the words for one and for any other number, as in ``{n:unit|units}``.
"""

from __future__ import annotations

OPENING: dict[str, tuple[str, str]] = {
    # Names in a row, and how many there are in all.
    "types_named": ("{names}等{count}类问题", "{names} and others, {count} types in all"),
    "projects_named": ("{names}等{count}个项目", "{names} and others, {count} projects in all"),
    "types_in_cell": ("{names}等{count}类", "{names} and others ({count})"),
    "units_and_others": ("{units}等{count}家单位", "{units} and others, {count} units in all"),
    # How many of how many.
    "some_units": ("{count}家单位", "{count} {count:unit|units}"),
    "some_projects": ("{count}个项目", "{count} {count:project|projects}"),
    "of_units": ("{total}家单位中有{count}家（{share}）", "{count} of {total} units ({share})"),
    "of_projects": ("{total}个项目中有{count}个（{share}）", "{count} of {total} projects ({share})"),
    # The key message of the summary page.
    "key_no_report": ("没有可供分析的评价报告。", "There is no report to analyse."),
    "key_none": ("未发现问题。", "No weakness was found."),
    "key_untyped": (
        "共发现{findings}个问题点，均未能归类。",
        "{findings} {findings:finding|findings}, all without type.",
    ),
    "key_found": (
        "共发现{findings}个问题点，涉及{types}类问题",
        "{findings} {findings:finding|findings} of {types} {types:type|types}",
    ),
    "key_one_units": (
        "本次仅涉及{total}家单位，不作共性分析；{found}。",
        "With {total} unit nothing is ranked: {found}.",
    ),
    "key_one_projects": (
        "本次仅涉及{total}个项目，不作共性分析；{found}。",
        "With {total} project nothing is ranked: {found}.",
    ),
    "key_few_units": (
        "本次仅涉及{total}家单位，数量过少，不作排序；{found}，{tail}。",
        "With {total} units, too few to rank: {found}; {tail}.",
    ),
    "key_few_projects": (
        "本次仅涉及{total}个项目，数量过少，不作排序；{found}，{tail}。",
        "With {total} projects, too few to rank: {found}; {tail}.",
    ),
    "key_unranked": ("{found}，{tail}。", "{found}; {tail}."),
    "unshared_units": ("没有{fewest}家及以上单位共有的问题", "no type is shared by {fewest} units"),
    "unshared_projects": ("没有{fewest}个及以上项目共有的问题", "no type is shared by {fewest} projects"),
    "shared_by_units": ("其中{names}在{fewest}家及以上单位存在", "{names} shared by {fewest} or more units"),
    "shared_by_projects": ("其中{names}在{fewest}个及以上项目存在", "{names} shared by {fewest} or more projects"),
    "key_first": ("最普遍的是{names}，{have}", "Most widespread: {names}, {have}"),
    "key_second": ("；其次是{names}，{have}", "; then {names}, {have}"),
    "have_one_units": ("{count}家单位存在（占{share}）", "in {count} {count:unit|units} ({share})"),
    "have_each_units": ("各有{count}家单位存在（各占{share}）", "in {count} {count:unit|units} each ({share})"),
    "have_one_projects": ("{count}个项目存在（占{share}）", "in {count} {count:project|projects} ({share})"),
    "have_each_projects": (
        "各有{count}个项目存在（各占{share}）",
        "in {count} {count:project|projects} each ({share})",
    ),
    # What is new, worst, and comes back.
    "bullet_new": (
        "新出现的：{year}年的报告中有{count}类问题未见于此前年度的报告，为{names}。",
        "New: {count} {count:type|types} of {year} in no report of the years before: {names}.",
    ),
    "worst_lowest_rate": ("比率最低（{value}）的：{name}（{cited}）。", "Lowest rate ({value}): {name} ({cited})."),
    "worst_largest_rate": ("比率最高（{value}）的：{name}（{cited}）。", "Highest rate ({value}): {name} ({cited})."),
    "worst_longest_delay": ("时间最长（{value}）的：{name}（{cited}）。", "Longest time ({value}): {name} ({cited})."),
    "worst_sum_amount": (
        "金额最大（合计{value}）的：{name}（{cited}）。",
        "Largest sum ({value}): {name} ({cited}).",
    ),
    "cited": ("{number}{text}", "{number} {text}"),
    "cited_first": ("如{number}{text}", "such as {number} {text}"),
    "bullet_lowest_score": ("得分最低（{score}分）的：{names}。", "Lowest score ({score} points): {names}."),
    "bullet_recurring": (
        "屡查屡犯的：{units}家单位在不同年度出现同类问题{cases}例，涉及{names}。",
        "Coming back: {units} {units:unit shows|units show} the same type in two years, {cases} "
        "{cases:case|cases} in all: {names}.",
    ),
    "bullet_unanswered": (
        "未见对应整改要求的：已提出整改要求的报告共有{total}个问题点，其中{count}个未见对应的整改要求。",
        "Not answered: {count} of {total} {total:finding|findings} in reports that state requirements.",
    ),
    "bullet_all_answered": (
        "整改要求：已提出整改要求的报告共有{total}个问题点，均有对应的整改要求。",
        "Requirements answer all findings of reports that state them ({total} {total:finding|findings}).",
    ),
    # Notes of the summary page.
    "note_wide_units": (
        "所读单位较少（{total}家），占比的区间较宽，名次相近的问题不宜区分先后。",
        "With {total} units the intervals are wide; neighbouring ranks should not be told apart.",
    ),
    "note_wide_projects": (
        "所读项目较少（{total}个），占比的区间较宽，名次相近的问题不宜区分先后。",
        "With {total} projects the intervals are wide; neighbouring ranks should not be told apart.",
    ),
    "note_machine": (
        "问题类别由程序判别，个别语句可能有误。",
        "Tags are the program's and may be wrong in single cases.",
    ),
    "review_share": (
        "{total}条语句中有{count}条（{share}）程序没有把握，待人工判定。",
        "The program is not sure of {count} of {total} {total:statement|statements} ({share}), which a person should judge.",
    ),
    "note_trained": (
        "其中{count}份报告曾用于训练判别模型，对其判别结果偏于乐观，仅供演示。",
        "The model was trained on {count} of these reports, which flatters its tags here: a demonstration, no test.",
    ),
    "note_reviewed": (
        "已人工复核{count}条语句，其中更正{corrected}条。",
        "A person has reviewed {count} {count:statement|statements} and corrected {corrected}.",
    ),
    "note_confirmed": (
        "已人工复核{count}条语句，均未更正。",
        "A person has reviewed {count} {count:statement|statements} and corrected none.",
    ),
    "note_reviewed_reports": (
        "已人工复核{count}份报告的基本信息。",
        "A person has reviewed the metadata of {count} {count:report|reports}.",
    ),
    "review_nothing": ("复核表中没有复核内容。", "The reviewer's sheet holds no review."),
    # What was read.
    "scope_read": (
        "本次共读取{reports}份报告（{kinds}），涉及{units}、{projects}个项目。",
        "{reports} {reports:report was|reports were} read ({kinds}), of {units} and {projects} {projects:project|projects}.",
    ),
    "read_units": ("{units}家单位", "{units} {units:unit|units}"),
    "read_units_joint": (
        "{members}家单位（联合实施项目的按一个联合单位计，共{units}家）",
        "{members} {members:unit|units} ({units} where those of a joint project count as one)",
    ),
    "read_years": ("年度为{years}。", "Years: {years}."),
    "read_years_evaluated": (
        "年度为{years}（未注明项目年度的按评价年度）。",
        "Years: {years} (of evaluation where a report names no project year).",
    ),
    "read_undated": ("其中{count}份报告未注明年度。", "{count} {count:report names|reports name} no year."),
    "read_unnamed": (
        "未注明单位的{count}份报告按项目各计一家单位。",
        "{count} {count:report names|reports name} no unit; each such project counts as a unit of its own.",
    ),
    "filtered": ("筛选条件：{filters}。", "Only reports with {filters}."),
    "excluded": ("按筛选条件未纳入{count}份报告。", "{count} {count:report was|reports were} left out by that."),
    "unread_text": (
        "{reports}份报告中有{places}处原文未能识别。",
        "{places} {places:stretch|stretches} of text in {reports} {reports:report was|reports were} not understood.",
    ),
    "skipped_count": (
        "{count}个文件未能读取，不在统计之内：",
        "{count} {count:file was|files were} not read and {count:is|are} in no number:",
    ),
    "unread_pages_words": (
        "下列页是图片，没有读取，其中的问题不在统计之内：",
        "These pages are pictures and were not read; what they say is in no number:",
    ),
    "unread_pages_of": ("{report}：第{pages}页", "{report}: p. {pages}"),
    "unmatched_count": (
        "复核表中有{count}行已找不到对应的语句或报告，未予采用：",
        "{count} {count:row|rows} of the reviewer's sheet {count:fits|fit} no statement or report and "
        "{count:was|were} not used:",
    ),
    "unmatched_row": ("“{sheet}”第{row}行：{text}", '"{sheet}" row {row}: {text}'),
    # How things were counted.
    "method_presence": (
        "占比按“有无”计算：同一单位或项目的同类问题，无论出现几次只计一次，不按语句条数计算。",
        "Shares count presence, not sentences: a unit or project counts once however often it shows a type.",
    ),
    "method_finding": (
        "问题点：报告中一个编号要点（连同其下的小点）计一个。",
        "Findings: a numbered point of a report with its sub-points is one.",
    ),
    "method_joint": (
        "由多家单位共同实施的项目按一个联合单位计算，原文点名责任单位的除外。",
        "A project of several units counts as one joint unit unless its text names the unit at fault.",
    ),
    "method_interval": (
        "95%区间：若把所读报告看作同类单位或项目的一个样本，真实占比大致所在的范围（Wilson法）；若已读取全部单位，只看占比即可。",
        "95% interval: the range in which the true share lies if the reports are a sample of such units or projects "
        "(Wilson's method); if all were read, the share alone counts.",
    ),
    "method_corrected": (
        "校正后占比：按模型在留出数据上的误判率推算，是估计值；“涉及单位”“涉及项目”均为未校正的计数。",
        "Corrected shares are estimates from the model's error rates on held-out data; counts of units and projects are "
        "not corrected.",
    ),
    "method_tests": (
        "p值：若实际并无差异，出现这样大的差异的概率；同时比较多类问题，故以校正后p值（Holm法）小于0.05为统计上可靠。",
        "p: the probability of a difference this large if there were none; as many types are compared at once, a difference "
        "counts as reliable where the adjusted p (Holm's method) is below 0.05.",
    ),
    "method_coverage": (
        "整改要求对应：在同一份报告内，按问题类型和表述把问题点与整改要求对应起来，由程序判定；在未参与调试的报告上检验，"
        "判为“有对应”的96%属实，判为“未见对应”的约三分之二属实，后者请人工核对。",
        "Findings and requirements are matched by the program within each report, by type and wording. On held-out "
        "reports 96% of those said to be answered were, and two thirds of those said not to be: check the latter.",
    ),
}
