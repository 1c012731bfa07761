"""Labels and sentences of reports, in Chinese and English, by key."""

from __future__ import annotations

from wenti.messages import LANGUAGES

LABELS: dict[str, tuple[str, str]] = {
    "title": ("预算绩效评价共性问题分析报告", "Shared weaknesses in budget-performance evaluations"),
    "lead": (
        "本报告汇总 {reports} 份绩效评价结果，涉及 {units}、{projects} 个项目，逐句识别问题并按分类体系归类。"
        "占比按“有无”计算：同一单位或项目的同类问题，无论出现几次只计一次。",
        "This report draws on {reports} evaluation results of {units} and {projects} projects. Every sentence was read and each problem tagged. "
        "Shares count presence: a unit or project counts once however often it shows a problem.",
    ),
    "lead_units": ("{named} 家单位", "{named} units"),
    "lead_units_joint": (
        "{named} 家单位（联合实施项目的按一个联合单位计，共 {units} 家）",
        "{named} units ({units} where those of a joint project count as one)",
    ),
    "joint_note": (
        "由多家单位共同实施的项目按一个联合单位计算，原文点名责任单位的除外。",
        "A project of several units counts as one joint unit unless its text names the unit at fault.",
    ),
    "small_note": (
        "样本较小（{units} 家单位），占比的区间较宽，名次相近的问题不宜区分先后。",
        "With {units} units the intervals are wide; neighbouring ranks should not be told apart.",
    ),
    "machine_note": (
        "问题类别由程序判别，个别语句可能有误；标有“待人工判定”的语句请人工复核。",
        "Tags are the program's and may be wrong in single cases; what is marked as needing review is for a person.",
    ),
    "trained_note": (
        "其中 {count} 份报告曾用于训练判别模型，对它们的判别结果偏于乐观，仅供演示。",
        "The model was trained on {count} of these reports, which flatters its tags here: a demonstration, no test.",
    ),
    "overview": ("总体情况", "At a glance"),
    "n_reports": ("评价报告", "reports"),
    "n_units": ("单位", "units"),
    "n_projects": ("项目", "projects"),
    "n_findings": ("问题点", "findings"),
    "n_weaknesses": ("问题语句", "weakness statements"),
    "n_review": ("待人工判定", "need review"),
    "headline_one": (
        "只读取到 1 家单位，不作共性排序；共发现 {findings} 个问题点，涉及 {types} 类问题。",
        "Only one unit was read, so nothing is ranked: {findings} findings of {types} types.",
    ),
    "headline_unshared": (
        "共发现 {findings} 个问题点，涉及 {types} 类问题，没有两家以上单位共有的问题。",
        "{findings} findings of {types} types; no type is shared by two units.",
    ),
    "headline_first": ("最普遍的是{names}，{have}", "The most widespread: {names}, {have}"),
    "headline_second": ("；其次是{names}，{have}", "; then {names}, {have}"),
    "quoted": ("“{name}”", '"{name}"'),
    "quoted_pair": ("{first}{second}", "{first}, {second}"),
    "and_others": ("等 {count} 类并列", " and others ({count} tied)"),
    "have_one": ("{count} 家单位存在（占 {share}）", "in {count} units ({share})"),
    "have_each": ("各有 {count} 家单位存在（各占 {share}）", "in {count} units each ({share})"),
    "headline_none": ("未发现可归类的问题。", "No classified problem was found."),
    "read": ("一、评价范围", "1 What was read"),
    "shared_types": ("二、共性问题排序", "2 Shared weaknesses, ranked"),
    "shared_categories": ("按类别", "By category"),
    "by_type": ("按问题类型", "By type"),
    "matrix": ("三、单位与问题类别对照", "3 Units and categories"),
    "matrix_note": (
        "格内数字为问题点数；同一问题点可同时涉及几个类别，故各类别之和可大于合计。",
        "Each number counts findings; a finding may belong to several categories, so that these can add up to more than the total.",
    ),
    "matrix_shades": ("颜色越深，问题点越多；数字可链接到原句。", "Darker is more. Numbers lead to the sentences."),
    "ranking_note": (
        "问题点：报告中一个编号要点（连同其下的小点）计一个。95% 区间：若把所读报告看作同类单位的一个样本，"
        "真实占比大致所在的范围（Wilson 法）；若已读取全部单位，只看占比即可。",
        "Findings: a numbered point of a report with its sub-points is one. 95% interval: the range in which the true share lies if the "
        "reports are a sample of such units (Wilson's method); if all units were read, the share alone counts.",
    ),
    "evidence_note": (
        "方括号内为附录“全部语句”中的序号；字符位置从该份报告原文的开头算起。",
        "Numbers in brackets are those of the annex of all statements; characters count from the beginning of a report's text.",
    ),
    "review": ("待人工判定的语句", "Statements for a person to judge"),
    "review_note": (
        "程序没有把握，请人工判定；其中的问题语句如未归类，不计入上面的排序。",
        "The program is not sure of these; weaknesses without type are not in the ranking above.",
    ),
    "no_unit": ("未注明", "not named"),
    "statements_only": ("附录　全部语句", "Annex: all statements"),
    "evidence": ("四、问题与原句", "4 Problems and their sentences"),
    "strengths": ("五、成效与做法", "5 Strengths"),
    "strengths_note": ("报告同时肯定的做法，供对照参考。", "What the reports praise, as counter-evidence."),
    "requirements": ("六、整改要求与问题对照", "6 Requirements set against weaknesses"),
    "requirements_note": (
        "按同一报告内问题与整改要求的类型匹配；“仅同类别”表示没有同类型的要求，只列出同一类别的供参考；“未见对应”表示两者都没有。",
        'Matched by type within each report; "category only" lists those of the same category for want of a closer one; "none" means that there is neither.',
    ),
    "annex": ("附录一　矩阵索引", "Annex A Index of the matrix"),
    "statements": ("附录二　全部语句", "Annex B All statements"),
    "skipped": ("未能读取的文件", "Files that could not be read"),
    "not_understood": ("未能识别的原文", "Text that was not understood"),
    "stamp": ("生成信息", "How this report was made"),
    "rank": ("序号", "No."),
    "report": ("报告", "Report"),
    "project": ("项目", "Project"),
    "unit": ("单位", "Unit"),
    "year": ("年度", "Year"),
    "score": ("得分", "Score"),
    "grade": ("等级", "Grade"),
    "points": ("问题点", "Findings"),
    "category": ("类别", "Category"),
    "type": ("问题类型", "Type"),
    "units": ("涉及单位", "Units"),
    "projects": ("涉及项目", "Projects"),
    "share_units": ("单位占比", "Share of units"),
    "share_projects": ("项目占比", "Share of projects"),
    "interval": ("95% 区间", "95% interval"),
    "findings": ("问题点", "Findings"),
    "sentences": ("原句", "Sentences"),
    "weakness": ("问题", "Weakness"),
    "requirement": ("整改要求", "Requirement"),
    "match": ("对应", "Match"),
    "match_type": ("类型一致", "same type"),
    "match_category": ("仅同类别，供参考", "category only"),
    "match_none": ("未见对应", "none"),
    "kind": ("性质", "Kind"),
    "types": ("所涉类型", "Types"),
    "place": ("出处", "Place"),
    "text": ("语句", "Statement"),
    "probability": ("概率", "Probability"),
    "needs_review": ("待人工判定", "needs review"),
    "from_headline": ("随标题归类", "types from headline"),
    "no_entry": ("无", "none"),
    "units_list": ("涉及单位：", "Units: "),
    "point_n": ("第{number}点", "point {number}"),
    "on_page": ("第{page}页", "page {page}"),
    "in_paragraph": ("第{paragraph}段", "paragraph {paragraph}"),
    "in_row": ("{sheet}第{row}行", "{sheet} row {row}"),
    "chars": ("字符 {start}-{end}", "characters {start}-{end}"),
    "role_overview": ("项目概况", "overview"),
    "role_conclusion": ("评价结论", "conclusion"),
    "role_achievements": ("主要成效", "achievements"),
    "role_findings": ("主要问题", "findings"),
    "role_requirements": ("整改要求", "requirements"),
    "role_rectified": ("已整改", "put right"),
    "role_other": ("其他", "other"),
    "part": ("{name} 第 {part} 部分", "{name}, part {part}"),
    "stamp_wenti": ("程序版本", "wenti"),
    "stamp_model": ("模型", "model"),
    "stamp_taxonomy": ("分类体系", "taxonomy"),
    "stamp_threshold": ("判别尺度", "threshold"),
    "threshold_wide": ("宽", "wide"),
    "threshold_medium": ("中", "medium"),
    "threshold_strict": ("严", "strict"),
    "stamp_date": ("生成日期", "date"),
    "stamp_inputs": ("输入文件（SHA-256）", "inputs (SHA-256)"),
    # Headings of the table of counts; in English the names of its columns.
    "count_level": ("层级", "level"),
    "count_id": ("编号", "id"),
    "count_category": ("类别", "category"),
    "count_name": ("名称", "name"),
    "count_findings": ("问题点数", "findings"),
    "count_statements": ("问题语句数", "statements"),
    "count_units": ("涉及单位数", "units"),
    "count_units_total": ("单位总数", "units_total"),
    "count_prevalence": ("单位占比", "prevalence"),
    "count_lower": ("单位占比 95% 下限", "lower"),
    "count_upper": ("单位占比 95% 上限", "upper"),
    "count_projects": ("涉及项目数", "projects"),
    "count_projects_total": ("项目总数", "projects_total"),
    "count_prevalence_projects": ("项目占比", "prevalence_projects"),
    "count_lower_projects": ("项目占比 95% 下限", "lower_projects"),
    "count_upper_projects": ("项目占比 95% 上限", "upper_projects"),
    "total": ("合计", "Total"),
    "colon": ("：", ": "),
    "stop": ("。", "."),
    "list_comma": ("、", ", "),
}


class Labels:
    """The labels of one language."""

    def __init__(self, lang: str) -> None:
        self._index = LANGUAGES.index(lang)

    def __call__(self, key: str, **facts: object) -> str:
        """Return a label with its braces filled."""
        return LABELS[key][self._index].format(**facts)
