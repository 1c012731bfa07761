"""From statements to findings: sections, headlines and their evidence, the unit at fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from wenti.classifier import Classifier
from wenti.reading import read_reports
from wenti.records import TaggedStatement
from wenti.segmentation import segment
from wenti.tagging import tag_reports

PAGE = """年度预算绩效评价结果

项目名称：2022 年度测试项目\t
项目实施单位：{units}\t评价时间：2023 年
项目概况\t<p>该单位存在人员不足问题，预算执行率低。</p>
评价结果及主要问题\t{findings}
整改要求\t<p>1. 加快预算执行进度。</p>
"""


def tagged(tmp_path: Path, classifier: Classifier, findings: str, units: str = "某市财政局") -> list[TaggedStatement]:
    file = tmp_path / "page.txt"
    file.write_text(PAGE.format(units=units, findings=findings), encoding="utf-8")
    reports = [segment(report) for report in read_reports(file)]
    return list(tag_reports(reports, classifier)[0])


def test_background_yields_no_weakness(tmp_path: Path, classifier: Classifier) -> None:
    statements = tagged(tmp_path, classifier, "<p>1. 预算执行率低。</p>")
    assert {s.kind for s in statements if s.section == "overview"} <= {"fact", "strength", "recommendation"}


def test_a_requirement_is_a_recommendation(tmp_path: Path, classifier: Classifier) -> None:
    statements = tagged(tmp_path, classifier, "<p>1. 预算执行率低。</p>")
    assert [s.kind for s in statements if s.section == "requirements"] == ["recommendation"]


EVIDENCE = "2022 年预算安排 100 万元，支付 43.26 万元"


def test_figures_under_a_headline_have_the_headlines_types(tmp_path: Path, classifier: Classifier) -> None:
    assert classifier.predict([EVIDENCE])[0].kind == "fact"
    statements = tagged(tmp_path, classifier, f"<p>1. 预算执行率低。{EVIDENCE}。</p>")
    headline, evidence = (s for s in statements if s.section == "findings")
    assert evidence.inherited
    assert (evidence.kind, evidence.types) == ("weakness", headline.types)
    assert evidence.types


def test_a_mere_sum_under_a_headline_stays_a_fact(tmp_path: Path, classifier: Classifier) -> None:
    statements = tagged(tmp_path, classifier, "<p>1. 预算执行率低。2022 年预算安排 43.26 万元。</p>")
    _, context = (s for s in statements if s.section == "findings")
    assert (context.kind, context.types, context.inherited) == ("fact", (), False)


def test_a_weakness_without_a_sure_type_does_not_take_the_headlines(tmp_path: Path, classifier: Classifier) -> None:
    alone = classifier.predict(["粮食价格波动较大"], roles=["findings"])[0]
    assert (alone.kind, alone.types, alone.needs_review) == ("weakness", (), True)
    statements = tagged(tmp_path, classifier, "<p>1. 预算执行率低。粮食价格波动较大。</p>")
    _, other = (s for s in statements if s.section == "findings")
    assert (other.types, other.needs_review, other.inherited) == ((), True, False)


def test_a_figure_outside_any_point_stays_a_fact(tmp_path: Path, classifier: Classifier) -> None:
    statements = tagged(tmp_path, classifier, "<p>绩效评价得分 80.06 分，绩效等级为“良”。</p><p>1. 预算执行率低。</p>")
    score = next(s for s in statements if "80.06" in s.statement.text)
    assert (score.kind, score.types, score.inherited) == ("fact", (), False)


@pytest.mark.parametrize(
    ("sentence", "unit"),
    [
        ("设备长期闲置", ""),
        ("某市税务局购置的设备长期闲置", "某市税务局"),
        ("税务局购置的设备长期闲置", ""),
        ("某市税务局、某市审计局购置的设备长期闲置", ""),
    ],
    ids=["no unit named", "the unit is named", "a name too short to be sure", "two units are named"],
)
def test_the_unit_at_fault_is_the_one_that_the_text_names(
    tmp_path: Path, classifier: Classifier, sentence: str, unit: str
) -> None:
    file = tmp_path / "page.txt"
    content = PAGE.format(units="某市财政局、某市税务局、某市审计局", findings=f"<p>1. {sentence}。</p>")
    file.write_text(content, encoding="utf-8")
    reports = [segment(report) for report in read_reports(file)]
    _, findings = tag_reports(reports, classifier)
    assert [finding.unit for finding in findings] == [unit]


def test_a_point_with_its_sub_points_is_one_finding(tmp_path: Path, classifier: Classifier) -> None:
    file = tmp_path / "page.txt"
    content = PAGE.format(
        units="某市财政局",
        findings="<p>1. 预算执行率低。一是支出进度慢；二是资金长期闲置。</p><p>2. 绩效目标不明确。</p>",
    )
    file.write_text(content, encoding="utf-8")
    statements, findings = tag_reports([segment(report) for report in read_reports(file)], classifier)
    assert [finding.point for finding in findings] == ["1", "2"]
    assert [statements[i].point for i in findings[0].statements] == ["1", "1.1", "1.2"]
    assert set(findings[0].types) == {t for i in findings[0].statements for t in statements[i].types}


def test_a_heading_of_numbered_points_is_no_finding_itself(tmp_path: Path, classifier: Classifier) -> None:
    file = tmp_path / "page.txt"
    content = PAGE.format(
        units="某市财政局",
        findings="<p>（一）过程方面</p><p>1. 预算执行率低。</p><p>2. 合同管理不规范。</p><p>（二）效益方面</p>"
        "<p>1. 群众满意度偏低。</p>",
    )
    file.write_text(content, encoding="utf-8")
    statements, findings = tag_reports([segment(report) for report in read_reports(file)], classifier)
    assert [finding.point for finding in findings] == ["1.1", "1.2", "2.1"]
    assert {statements[i].title for finding in findings for i in finding.statements} == {"过程方面", "效益方面"}
    assert "过程方面" not in [s.statement.text for s in statements]
