"""What readers of an evaluation see, in both languages, by key: headings, names of figures, notes."""

from __future__ import annotations

from typing import Any

from wenti.messages import LANGUAGES

LABELS: dict[str, tuple[str, str]] = {
    "title": ("判别质量评估", "How well statements are tagged"),
    "separator": ("：", ": "),
    "comma": ("，", ", "),
    # test sets
    "part_folds": ("分组交叉验证", "grouped folds"),
    "part_reports": ("已公布报告", "published reports"),
    "part_files": ("标注文件", "labelled files"),
    "about_folds": (
        "分组交叉验证：{statements} 条语料语句，每组由没有见过该组作者的模型判别",
        "Grouped folds: {statements} statements of the corpus, each group by a model that has not seen its authors",
    ),
    "about_reports": (
        "已公布报告：{statements} 条语句，每份报告由没有见过该报告的模型判别，每条语句单独判别",
        "Published reports: {statements} statements, each report by a model that has not seen it, each statement by itself",
    ),
    "about_files": (
        "标注文件：{statements} 条语句（{files}），由现用模型判别，阈值“{threshold}”",
        "Labelled files: {statements} statements ({files}), by the model in use, threshold {threshold}",
    ),
    "about_twins": (
        "训练语句中与受测语句相同或近似的 {count} 条已剔除",
        "{count} training statements that are, exactly or nearly, among the tested ones were left out",
    ),
    "about_leaks": (
        "标注文件中与模型训练语句相同或近似的 {count} 条已剔除",
        "{count} statements of the files that the model was trained on, exactly or nearly, were left out",
    ),
    "about_intervals": (
        "方括号内为 95% 区间，按作者、报告或文件整组重抽样得出；n 为依据的语句数",
        "In brackets 95 % intervals, resampling whole authors, reports or documents; n is the number of statements behind",
    ),
    "about_few": (
        "方括号内为 95% 区间，来源不足五个，按单条语句重抽样得出，偏窄；n 为依据的语句数",
        "In brackets 95 % intervals, resampling single statements, since there are fewer than five sources, and so too "
        "narrow; n is the number of statements behind",
    ),
    "wide": ("宽", "wide"),
    "medium": ("中", "medium"),
    "strict": ("严", "strict"),
    # headings
    "summary": ("概要", "Summary"),
    "weakest": ("最弱的问题类型", "Weakest types"),
    "confusions": ("最常见的混淆", "Most frequent confusions"),
    "by_length": ("按语句长度", "By length"),
    "by_fold": ("按分组", "By fold"),
    "by_group": ("按作者、报告或文件", "By author, report or document"),
    "calibration": ("概率是否可信", "Calibration"),
    "thresholds": ("各级阈值", "Thresholds"),
    "learning_curve": ("学习曲线", "Learning curve"),
    "kinds": ("陈述性质", "Kinds"),
    "categories": ("问题类别", "Categories"),
    "types": ("问题类型", "Types"),
    "kind_confusion": ("性质混淆", "Kinds confused"),
    "plots": ("图", "Plots"),
    # columns
    "figure": ("指标", "figure"),
    "type": ("问题类型", "type"),
    "category": ("问题类别", "category"),
    "kind_column": ("性质", "kind"),
    "gold": ("人工标注", "gold"),
    "guess": ("模型首选", "first guess"),
    "count": ("次数", "count"),
    "also_gold": ("其中也属标注", "of these also gold"),
    "length": ("字数", "characters"),
    "fold": ("分组", "fold"),
    "group": ("来源", "group"),
    "statements": ("语句", "statements"),
    "typed": ("其中有类型的问题", "typed weaknesses"),
    "precision": ("精确率", "precision"),
    "recall": ("召回率", "recall"),
    "support": ("标注数", "support"),
    "f1": ("F1", "F1"),
    "threshold": ("阈值", "threshold"),
    "untyped": ("问题未归类", "weaknesses left without type"),
    "needs_review": ("待人工判定", "left to a person"),
    "tag_precision": ("标出类型的精确率", "precision of tags"),
    "tag_recall": ("类型的召回率", "recall of types"),
    "probability_of": ("何者的概率", "probability of"),
    "error": ("期望校准误差", "expected calibration error"),
    "worst_bin": ("偏差最大的一档", "worst bin"),
    "stated_right": ("{stated} 对 {share}", "{stated} against {share}"),
    "share_used": ("训练语料", "share used"),
    # figures
    "kind": ("性质正确", "kind"),
    "first_type": ("首选类型正确", "first type"),
    "top_3": ("前三类型中有正确的", "top three types"),
    "main_type": ("首选即主要类型", "main type"),
    "first_category": ("首选类别正确", "first category"),
    "exact_match": ("类型完全一致", "exact match of types"),
    "micro_f1": ("类型 F1（微平均）", "types, micro-F1"),
    "macro_f1": ("类型 F1（宏平均）", "types, macro-F1"),
    "category_micro_f1": ("类别 F1（微平均）", "categories, micro-F1"),
    "category_macro_f1": ("类别 F1（宏平均）", "categories, macro-F1"),
    "weakness_f1": ("问题清单 F1（性质与类型都对）", "weakness report, micro-F1"),
    "untyped_tagged": ("体系外问题被误归类", "outside the taxonomy, yet tagged"),
    "facts_tagged": ("事实被误归类", "facts, yet tagged"),
    "kind_found": ("{kind}的召回率", "{kind}, recall"),
    # notes
    "note_types": (
        "类型的指标只看有类型的问题；“类型完全一致”要求不多不少",
        "Figures of types are over weaknesses that have one; an exact match has neither more nor fewer",
    ),
    "note_confusions": (
        "左为标注的主要类型，右为模型的首选",
        "Left the gold main type, right the model's first guess",
    ),
    "note_calibration": (
        "期望校准误差：所报概率与实际正确率的平均差距，按概率排序等分十档计算",
        "Expected calibration error: mean distance between stated probability and share of right answers, ten equal bins",
    ),
    "note_curve": (
        "训练语句按性质和主要类型分层随机抽取，随机种子固定，小份包含在大份之中；分组不变",
        "Training statements drawn at random, stratified by kind and main type, with a fixed seed, each share within the "
        "next; the same folds",
    ),
    # plots
    "axis_statements": ("训练语句数", "training statements"),
    "axis_share": ("正确率或 F1", "share right or F1"),
    "axis_stated": ("模型所报概率", "stated probability"),
    "axis_right": ("实际正确率", "share right"),
    "axis_gold": ("人工标注的主要类型", "gold main type"),
    "axis_guess": ("模型首选类型", "first guess"),
    "perfect": ("完全可信", "perfect"),
    "plot_curve": ("学习曲线与 95% 区间", "Learning curve with 95 % intervals"),
    "plot_reliability": ("概率是否可信：{name}（n = {n}）", "Reliability: {name} (n = {n})"),
    "plot_types": (
        "各问题类型的 F1 与 95% 区间（括号内为标注数）",
        "F1 of each type with 95 % interval (support in brackets)",
    ),
    "plot_confusion": (
        "主要类型的混淆：混淆最多的 {n} 个类型，只计判错的语句",
        "Confusions of main types: the {n} most confused, wrong guesses only",
    ),
    "ece": ("校准误差 {error:.3f}", "calibration error {error:.3f}"),
}


def label(key: str, lang: str, **facts: Any) -> str:
    """Return one label in one language.

    Raises
    ------
    KeyError
        If the key, or a fact that the label names, is missing.

    Examples
    --------
    >>> label("kind", "zh")
    '性质正确'
    """
    return LABELS[key][LANGUAGES.index(lang)].format(**facts)
