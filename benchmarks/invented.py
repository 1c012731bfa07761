"""Sixty invented evaluation reports of twenty invented units, three years each: what the docs show weakness reports of.

Usage: python benchmarks/invented.py FOLDER

writes ``FOLDER/reports/*.txt``, published result pages made of the statements of the authors ``c``, and
``FOLDER/units.csv``, the table of units for ``--units``. Each author's record – one project of one unit – becomes one
report; records of the same field from different places are given to one unit, so that units have several years. Every
report says in its first line and its file's name that it is invented.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from wenti.corpus import LabelledStatement, read_labelled_files  # noqa: E402
from wenti.errors import WentiError  # noqa: E402
from wenti.output import write_whole  # noqa: E402
from wenti.taxonomy import Taxonomy, load_taxonomy  # noqa: E402

MARK = "虚构示例（用于演示，非真实评价）"
YEARS = (2021, 2022, 2023)
COLUMNS = ("全称", "简称", "行业", "地区")
_HIGHEST = 104.0  # what weaknesses are taken from; no report has fewer than three
_EACH_WEAKNESS = 3.8
_GRADES = ((90.0, "优"), (80.0, "良"), (60.0, "中"), (0.0, "差"))
_STATED = re.compile(r"得分\d+(?:\.\d+)?分，等级为“[优良中差]”")
_PLACE = re.compile(r"^.{1,6}?[省市州县区]")
# What joins a statement to another that stands elsewhere now.
_LINK = re.compile(
    r"^(?:[一二三四五六七八九十]是|其次，|另外，|此外，|其中|特别是|但(?=种)|而(?=工程)|如(?=[停应产同]))"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """An invented unit; ``sources`` are the units in the corpus whose records it is given, one for each year."""

    region: str
    name: str
    short: str
    sector: str
    sources: tuple[str, str, str]

    @property
    def full(self) -> str:
        """The name with the region before it."""
        return self.region + self.name


_CITY, _TOWN, _COUNTY, _HILLS = "汾原市", "滹源市", "沅陵坪县", "栗山县"
UNITS = (
    Unit(_CITY, "城市管理局", "城管局", "城乡建设",
         ("安邑市城市管理局", "汾原市城市管理局", "泓安市城市管理局")),
    Unit(_CITY, "住房和城乡建设局", "住建局", "城乡建设",
         ("汾原市住房保障服务中心", "河阴市住房和城乡建设局", "洺州市城市排水管理处")),
    Unit(_CITY, "生态环境局", "环境局", "资源环境",
         ("汾原市生态环境局", "澜汀市生态环境监测站", "檀州市生态环境局")),
    Unit(_CITY, "文化广电和旅游局", "文旅局", "教育文化",
         ("汾原市文化和旅游局", "晋阳谷市旅游发展中心", "九渡市文化广电旅游局")),
    Unit(_CITY, "科学技术局", "科技局", "产业科技",
         ("华川市科学技术局", "洺州市科技创新服务中心", "晋阳谷市科技局")),
    Unit(_TOWN, "教育局", "教育局", "教育文化",
         ("海陵市教育局", "桐江市教育考试与装备中心", "云霄东县教育局")),
    Unit(_TOWN, "卫生健康委员会", "卫健委", "医疗卫生",
         ("沅阳市卫生健康委员会", "临沧湖区卫生健康局", "东屿市卫生健康委员会")),
    Unit(_TOWN, "人力资源和社会保障局", "人社局", "社会保障",
         ("通泽市人力资源和社会保障局", "鹿泉坪州人力资源和社会保障局", "渚头区人力资源和社会保障局")),
    Unit(_TOWN, "交通运输局", "交通局", "城乡建设",
         ("平陵市公共交通集团", "乐平岭县交通运输局", "云阳市交通运输局")),
    Unit(_TOWN, "医疗保障局", "医保局", "医疗卫生",
         ("云洲市医疗保障局", "沙坪县医疗保障局", "南塘市医疗保障局")),
    Unit(_COUNTY, "农业农村局", "农业局", "农林水利",
         ("麻园县农业农村局", "沅陵坪县农业农村局", "双溪坳县农业农村局")),
    Unit(_COUNTY, "水利局", "水利局", "农林水利",
         ("溪口坪县水利局", "栗山县水利局", "石梁县水利局")),
    Unit(_COUNTY, "民政局", "民政局", "社会保障",
         ("九垄县民政局", "昌源县民政局", "临江区民政局")),
    Unit(_COUNTY, "自然资源局", "自然资源局", "资源环境",
         ("稻香坪县自然资源局", "白露市不动产登记中心", "涌泉坡县自然资源局")),
    Unit(_COUNTY, "卫生健康局", "卫健局", "医疗卫生",
         ("青溪县卫生健康委员会", "浦阳县卫生健康局", "镜川县卫生健康局")),
    Unit(_HILLS, "林业局", "林业局", "农林水利",
         ("柏树湾县林业局", "莲塘县林业局", "檀木林县林业局")),
    Unit(_HILLS, "交通运输局", "交通局", "城乡建设",
         ("双河县交通运输局", "三岔口县交通运输局", "柳叶县交通运输局")),
    Unit(_HILLS, "教育局", "教育局", "教育文化",
         ("淮远市教育局", "峡口县教育局", "金江县教育局")),
    Unit(_HILLS, "工业和信息化局", "工信局", "产业科技",
         ("蓝屏经济技术开发区", "漳浦坳县工业和信息化局", "曲江县工业和信息化局")),
    Unit(_HILLS, "人力资源和社会保障局", "人社局", "社会保障",
         ("香樟市公共就业服务中心", "宜川坪县人力资源和社会保障局", "槐荫江县人社局")),
)  # fmt: skip
# Where a record comes from a place of another level, or calls its own unit by another name.
REWORDED: dict[str, tuple[tuple[str, str], ...]] = {
    "安邑市城市管理局": (("区财政", "市财政"),),
    "澜汀市生态环境监测站": (("我站", "我局"),),
    "云霄东县教育局": (("全县", "全市"),),
    "临沧湖区卫生健康局": (("区级", "市级"),),
    "鹿泉坪州人力资源和社会保障局": (("州级", "市级"), ("县市", "县区")),
    "平陵市公共交通集团": (("集团", "公交公司"),),
    "沙坪县医疗保障局": (("县级", "市级"), ("全县", "全市")),
    "白露市不动产登记中心": (("副市长", "副县长"),),
    "临江区民政局": (("全区", "全县"), ("区民政局", "县民政局")),
    "淮远市教育局": (("市财政局", "县财政局"),),
    "香樟市公共就业服务中心": (("全市", "全县"),),
}


@dataclass(frozen=True, slots=True)
class Record:
    """A project of an invented unit in one year, with its statements as the report tells them."""

    unit: Unit
    project: str
    year: int
    statements: tuple[LabelledStatement, ...]

    def texts(self, kind: str) -> list[str]:
        """Return the statements of a kind that stand below its heading; the result has one of its own."""
        return [s.text for s in self.statements if s.kind == kind and not _STATED.search(s.text)]

    @property
    def result(self) -> str:
        """The sentence with score and grade: the author's, where there is one."""
        stated = next((s.text for s in self.statements if _STATED.search(s.text)), None)
        if stated is not None:
            return stated
        spread = zlib.crc32(self.project.encode()) % 80 / 10 - 4  # as evaluators differ
        score = _HIGHEST + spread - _EACH_WEAKNESS * len(self.texts("weakness"))
        grade = next(grade for least, grade in _GRADES if score >= least)
        return f"经综合评定，该项目绩效评价得分{score:.1f}分，等级为“{grade}”"


def result_page(title: str, project: str, unit: str, year: int, parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a published result page in plain text.

    Parameters
    ----------
    title, project, unit : str
    year : int
        Of the evaluation.
    parts : sequence of (str, sequence of str)
        Headings with the paragraphs below them; a part without any is left out.
    """
    head = f"{title}\n\n项目名称：{project}\t\n项目实施单位：{unit}\t评价时间：{year} 年\n"
    return head + "".join("\n".join(["", heading, *paragraphs, ""]) for heading, paragraphs in parts if paragraphs)


def sentence(text: str) -> str:
    """Return a statement with one stop at its end."""
    return text.rstrip("。；") + "。"


def numbered(texts: Sequence[str]) -> list[str]:
    """Return statements as numbered items."""
    return [f"{number}. {sentence(text)}" for number, text in enumerate(texts, start=1)]


def invented_records(corpus: Path, taxonomy: Taxonomy) -> list[Record]:
    """Return the sixty records, unit by unit and year by year.

    Parameters
    ----------
    corpus : Path
        The folder that holds ``statements/``.
    taxonomy : Taxonomy

    Raises
    ------
    ValueError
        If the corpus lacks one of them.
    WentiError
        If the corpus cannot be read.
    """
    files = sorted((corpus / "statements").glob("c*.tsv"))
    by_unit: dict[str, list[LabelledStatement]] = {}
    for statement in read_labelled_files(files, taxonomy):
        by_unit.setdefault(statement.unit, []).append(statement)
    records = []
    for unit in UNITS:
        for year, source in zip(YEARS, unit.sources, strict=True):
            found = by_unit.get(source, [])
            if {statement.year for statement in found} != {year}:
                raise ValueError(f"{source}: no record of {year}")
            records.append(_record(unit, year, source, found))
    return records


def _record(unit: Unit, year: int, source: str, statements: Sequence[LabelledStatement]) -> Record:
    place = _PLACE.match(source)
    changes = [*REWORDED.get(source, ()), *([(place.group(), unit.region)] if place is not None else [])]

    def here(text: str) -> str:
        for old, new in changes:
            text = text.replace(old, new)
        return text

    project = here(statements[0].project).replace("部门整体", f"{unit.short}部门整体")
    if not project.startswith(f"{year}年"):
        project = f"{year}年度{project}"
    told = tuple(replace(each, text=_LINK.sub("", here(each.text))) for each in statements)
    return Record(unit, project, year, told)


def report_text(record: Record, taxonomy: Taxonomy) -> str:
    """Return a record as a published result page."""
    return result_page(
        f"{MARK}\n\n{record.unit.region}预算绩效评价结果",
        record.project,
        record.unit.full,
        record.year + 1,
        (
            ("项目概况", ["".join(map(sentence, record.texts("fact")))] if record.texts("fact") else []),
            ("评价结论", [sentence(record.result)]),
            ("主要成效", numbered(record.texts("strength"))),
            ("主要问题", list(_points(record, taxonomy))),
            ("整改要求", numbered(record.texts("recommendation"))),
        ),
    )


def _points(record: Record, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a numbered point for each category; several statements have a title, and the shorter ones lead."""

    def category(statement: LabelledStatement) -> str:
        return statement.types[0].split(".")[0] if statement.types else ""

    weaknesses = [statement for statement in record.statements if statement.kind == "weakness"]
    order = list(dict.fromkeys(map(category, weaknesses)))
    names = {entry.id: entry.name for entry in taxonomy.entries()}
    weaknesses.sort(key=lambda statement: order.index(category(statement)))
    for number, (label, group) in enumerate(groupby(weaknesses, category), start=1):
        texts = sorted((statement.text for statement in group), key=_leads)
        title = f"{names[label]}方面。" if label in names and len(texts) > 1 else ""
        yield f"{number}. {title}{''.join(map(sentence, texts))}"


def _leads(text: str) -> bool:
    """Sort headlines, which have no figures, before evidence."""
    return any(character.isdecimal() for character in text)


def invented_reports(corpus: Path, taxonomy: Taxonomy | None = None) -> dict[str, str]:
    """Return the texts of the sixty reports by their files' names.

    Parameters
    ----------
    corpus : Path
        The folder that holds ``statements/``.
    taxonomy : Taxonomy, optional
        The shipped one by default.
    """
    tree = taxonomy if taxonomy is not None else load_taxonomy()
    return {
        f"{number:02}_虚构示例_{record.unit.full}_{record.year}.txt": report_text(record, tree)
        for number, record in enumerate(invented_records(corpus, tree), start=1)
    }


def unit_table() -> str:
    """Return the table of units as CSV."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(COLUMNS)
    rows.writerows((unit.full, unit.region + unit.short, unit.sector, unit.region) for unit in UNITS)
    return table.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the reports and the table of units; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="gets reports/ and units.csv")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    options = parser.parse_args(arguments)
    try:
        reports = invented_reports(options.corpus)
        (options.folder / "reports").mkdir(parents=True, exist_ok=True)
        for name, text in reports.items():
            write_whole(options.folder / "reports" / name, text.encode())
        write_whole(options.folder / "units.csv", unit_table().encode("utf-8-sig"))  # Excel needs the mark
    except (WentiError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
