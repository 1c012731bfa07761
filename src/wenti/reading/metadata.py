"""What a report says of itself: project, units and their short names, region, years, funds, score, grade, evaluator.

Each value has its place; what the report does not say is missing, not guessed. Labels (项目名称：…) count before running
text, and that before the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from wenti.reading.laid_text import Laid
from wenti.records import DocumentKind, Field, Paragraph, Role, UnitName

FieldValue = Field

_NAMES: tuple[tuple[str, str], ...] = (
    ("project", r"(?:评价)?项目名称|政策名称|专项(?:资金)?名称|评价项目"),
    ("client", r"委托(?:单位|方|机构|部门)|主办单位|报送单位|发布(?:单位|机构)|财政部门"),
    ("evaluator", (
        r"(?:第三方)?评价(?:机构|单位|实施机构|组织机构)|第三方(?:评价)?机构|受托(?:评价)?(?:机构|"
            r"单位|方)|审计(?:机关|单位|实施单位)|(?:报告)?(?:编制|"
        r"撰写)(?:单位|机构)"
    )),
    ("filler", r"填[报表](?:单位|部门)(?:[（(](?:盖章|公章)[)）])?"),
    ("unit", (
        r"(?:项目)?(?:实施|主管|承担|负责|责任|牵头|建设|使用|预算|申报|执行|管理)?(?:主管)?(?:单位|"
        r"部门)(?:名称)?|被?评价(?:单位|部门)(?:名称)?|"
                 r"被审计(?:单位|部门)(?:名称)?|(?:项目)?实施(?:主体|机构)|(?:部门|单位)[（(](?:部门|"
                 r"单位)[)）]名称|(?:主管|实施)(?:单位|部门)及(?:单位|部门)"
             )),
    ("project_year", r"项目年度|预算年度|所属年度|资金年度"),
    ("evaluation_time", (
        r"(?:绩效)?(?:自?评价?|审计)(?:时间|日期|年度|期间|实施时间)|(?:报告|报送|填报|填表|编制|"
        r"出具)(?:日期|时间)|日期"
    )),
    ("evaluation_score", r"(?:综合|评价|自评|绩效|最终)*(?:评价)?(?:得分|评分|总分)(?:及等[级次])?(?:[（(]分[)）])?"),
    ("grade", r"(?:综合|评价|自评|绩效)*(?:评价)?(?:结果)?(?:等级|等次|级别)"),
    ("funds", (
        r"(?:项目)?(?:年度)?(?:预算|资金|投资)?(?:总额|总投资|金额|资金总额|预算金额|预算资金|投资总额|"
        r"预算总额|资金规模)(?:[（(]万元[)）])?"
    )),
    ("region", r"(?:行政)?区划|所属地区|所在地区?|地区"),
    ("other", (
        r"报告编号|编号|项目负责人|负责人|联系人|联系电话|电话|项目类[型别]|项目性质|项目属性|主评人|"
        r"填表人|填报人|审核人|密级|签发人|报告文号|项目编码"
    )),
)  # fmt: skip
_LABEL = re.compile(
    r"\s*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _NAMES)
    + r")\s*[：:]\s*(?!\s*(?:人民币)?[百千万亿]*元)"
)
_WHOLE = [(name, re.compile(words)) for name, words in _NAMES]
_MORE = re.compile(r"[\s\u3000]{2,}(?=[\u4e00-\u9fff（）()]{2,14}[：:])")
_MAX_FIELD = 120

_ORGANISATION = (
    r"(?:委员会|办公室|联合会|事务所|管理所|服务站|工作站|基金会|研究院|人民政府|有限责任公司|"
    r"股份有限公司|有限公司|管委会|街道办事处|居委会|村委会|"
    r"学院|大学|学校|中学|小学|幼儿园|医院|卫生院|中心|公司|集团|协会|学会|总队|支队|大队|总站|总院|"
    r"法院|检察院|图书馆|博物馆|文化馆|"
    r"政府|[局厅委办院所站处部署社馆校会团队行场]|[乡镇](?!人民|政府))"
)
_ALIAS = re.compile(
    rf"(?P<before>[\u4e00-\u9fffA-Za-z0-9·（）()]{{3,60}}?{_ORGANISATION}(?:[（(][^（()）]{{2,12}}[)）])?)[（(](?:(?:以下|下)?(?:统一|均)?"
    rf"简称|(?:以下|下)称)(?:为)?\s*+[：:]?\s*+"
    r"(?P<short>[^（()）]{1,24})[)）]"
)
_QUOTES = "“”\"‘’「」『』' "
_BEFORE_NAME = re.compile(
    r"[，。、；：:“”《》\s]|现将|管理(?=[\u4e00-\u9fff]{2,3}[省市县区])|包括|下属|下辖|所属|其中|由|"
    r"对(?!外)|为(?!民)|系(?!统)|接受|委托|组织|"
    r"会同|以及|根据|按照|派出|的|[和及与](?=[\u4e00-\u9fff]{2,3}[省市县区]|国家)|是(?=.{3})|受(?=.{3})|要求"
)
_REGION = re.compile(
    r"[\u4e00-\u9fff]{2,14}?自治[县州区]|(?![我本该各全两一])[\u4e00-\u9fff]县(?![级委])|"
    r"(?:[\u4e00-\u9fff]{2,4}省)?(?:[\u4e00-\u9fff]{2,6}?(?:自治州|自治县|自治区|示范区|开发区|高新区|"
    r"新区|(?<!城)市|(?<=[盐宣晋运聊邹禹项永韩海凤桐麻应宜诸丰白塔兴]城)市|县|区|州|旗))|[\u4e00-\u9fff]{2,3}?省"
)
_NO_PLACE = re.compile(r"(?:小|园|校|库|灌|景|社|片|辖|郊|牧|林|山|矿|厂|老城|主城|中心城|保护|示范园)区$")
_NO_REGION = re.compile(
    r"^(?:关于|我|本|该|各|全|城|市|县|区|省|社|小|辖|园|校|山|老城|新城|项目|示范|开发|高新|年度|部门|"
    r"财政|资金|工程)|.{1,6}(?:小|社|园|校|景|厂|库)区$"
)
_TASK = re.compile(
    rf"(?:项目)?(?:主管(?:部门|单位)|实施(?:单位|主体|机构)|责任单位|建设单位|项目单位|承担单位|"
    rf"被评价单位)(?:均|分别)?(?:为|是|"
    rf"：)(?P<unit>[\u4e00-\u9fff（）]{{3,30}}?{_ORGANISATION})(?=[，。；、（(]|和|负责|等)"
)
_BY = re.compile(
    rf"由(?P<unit>[\u4e00-\u9fff（）]{{3,30}}?{_ORGANISATION})(?:[（(][^（()）]{{2,30}}[)）])?(?:具体|统一|牵头|"
    rf"共同)?(?:负责|组织|牵头|承担|实施|主管)"
)
# 人力资源和社会保障局 is no 社, 市场监督管理局 no 场, 行政审批局 no 行.
_WHOLE_NAME = r"(?:(?<=[局厅署])|(?![\u4e00-\u9fff]{0,8}?(?:[局厅署院]|委员会|总工会|团委|委(?![托员派])|中心)))"
_EXAMINED = re.compile(
    rf"对(?P<unit>[\u4e00-\u9fff（）]{{3,30}}?{_ORGANISATION}{_WHOLE_NAME})(?:[（(][^（()）]{{2,30}}[)）])?.{{0,60}}?"
    r"(?:进行|开展|实施|组织)了?.{0,12}?(?:审计|评价)"
)
_ITS_TASK = re.compile(r"[（(][^（()）]{2,30}[)）](?:具体|统一|牵头|共同)?(?:负责|组织|牵头|承担|实施|主管)")
_NO_UNIT = re.compile(r"^[原各]|[部科股室]$|财政局$|财政厅$|审计局$|评价组|工作组|领导小组|第三方|上述|相关|各")
_FIRM = (
    r"(?:事务所(?:有限(?:责任)?公司)?|有限责任公司|有限公司|公司|研究院|研究所|研究中心|评价中心|评审中心|"
    r"大学|学院|协会)(?:[（(](?:特殊)?普通合伙[)）])?"
)
_FIRM_NAME = rf"(?P<firm>[\u4e00-\u9fff（）()]{{3,30}}?{_FIRM})"
_ENGAGED = (
    re.compile(rf"{_FIRM_NAME}(?:[（(][^（()）]*[)）])?(?:接受|受)[^，。；]{{2,40}}委托"),
    re.compile(rf"受[^，。；]{{2,40}}(?:的)?委托[，,]?(?:由)?{_FIRM_NAME}"),
    re.compile(rf"委托(?:第三方机构|第三方)?[——（(]*{_FIRM_NAME}"),
    re.compile(rf"聘请(?:第三方机构|第三方)?{_FIRM_NAME}"),
    re.compile(rf"由(?:第三方机构)?{_FIRM_NAME}[^，。；]{{0,16}}(?:评价|评审)"),
)
_EXAMINER = re.compile(
    r"(?P<firm>[\u4e00-\u9fff]{2,16}?(?:财政局|财政厅|审计局|审计厅|绩效评价中心|"
    r"评审中心))(?:组织)?(?:[^，。；]{0,24}[，,])?对[^。；]{2,80}?(?:开展|实施|"
    r"进行)了?[^，。；]{0,12}(?:评价|审计)"
)
_AUDITOR = re.compile(r"(?P<firm>[\u4e00-\u9fff]{2,12}?审计(?:局|厅|署|办公室))")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年")
_BARE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_PLAIN_YEAR = re.compile(r"((?:19|20)\d\d)\s*年(?!\s*\d{1,2}\s*月|第)")
_BUDGET_YEAR = re.compile(r"((?:19|20)\d\d)\s*年度")
_CHINESE_YEAR = re.compile(r"(二[〇○Ｏ0零][〇○Ｏ0零一二三四五六七八九]{2})\s*年")
_DIGITS = {**dict.fromkeys("〇○Ｏ0零", "0"), **{c: str(i) for i, c in enumerate("一二三四五六七八九", start=1)}}
_WHEN = re.compile(
    r"于?((?:19|20)\d\d)年\d{1,2}月[^。；]{0,324}(?:进行|开展|实施|"
    r"组织)了?[^。；]{0,16}(?:评价|审计)"
)
_DATE_LINE = re.compile(r"^\s*((?:19|20)\d\d)\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?\s*$")
# White space is taken for good (*+): between parts that may all be missing, trying each share of it takes hours.
_SCORES = (
    re.compile(r"(?:核定|复核后?|最终|认定)(?:的?得分|评分|分数)\s*+(?:为|是)?\s*+[：:]?\s*+(\d{1,3}(?:\.\d+)?)\s*分"),
    re.compile(
        r"(?:综合|最终|评价|自评|总|绩效|项目|部门|整体)(?:评价)?(?:得分|评分)(?:结果)?\s*+(?:为|"
        r"是)?\s*+[：:]?\s*+(\d{1,3}(?:\.\d+)?)\s*分"
    ),
    re.compile(r"得分\s*+(?:为|是)?\s*+[：:]?\s*+(\d{1,3}(?:\.\d+)?)\s*分"),
    re.compile(
        r"(?:综合|最终|总体)?(?:评价)?(?:得|"
        r"评)分?为?\s*(\d{2,3}(?:\.\d+)?)\s*分[，,（(][^。]{0,16}(?:等级|等次|级别)"
    ),
)
_GRADE_OF_SCORE = re.compile(r"\d\s*分?\s*[（(，,]\s*[“\"]?([优良中差])(?:好|秀|等)?[”\"]?\s*(?:[）)]|$)")
_GRADE = re.compile(
    r"(?:等\s*级|等\s*次|级\s*别|评价结果|评价结论|自评结果)\s*+(?:评定|确定|评|均|属)?(?:为|是|"
    r"于)?\s*+[：:]?\s*+[“\"「‘'『]?\s*+([优良中差])(?=\s*(?:好?[”\"」’'』，。；、）)\s]|等|好?$|级))|"
    r"(?:评定?|属|列|结果)(?:为|于)?[“\"「‘']([优良中差])[”\"」’'](?:等|级|档)?"
)
_FUNDS = re.compile(
    r"(?:预算(?:总额|资金|安排|金额|总投资|批复|下达)?|总投资|投资总额|资金总(?:额|规模|量)|专项资金|"
    r"安排)[^，。；\d]{0,24}?(?<![\d.,，])(\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(亿元|万元|元)"
)
_WORTH = {"亿元": 1e4, "万元": 1.0, "元": 1e-4}
_NUMBER = re.compile(r"\d+(?:[,，]\d{3})*(?:\.\d+)?")
_PROJECT_IN_TITLE = re.compile(
    r"(?P<project>[^关于：—]*?(?:(?:补助|补贴|奖补|专项|建设|发展|扶持|引导|养护|"
    r"工程)(?:专项)?(?:资金|经费)|项目|工程|资金|经费|补助|补贴|专项|"
    r"政策|计划|基金|活动|服务|行动|建设)(?:项目)?)(?:预算|财政|重点|事后|支出|部门|资金|管理|"
    r"使用|情况|专项|及|和|的|分配)*(?:绩效|自评|评价|审计)"
)
# 云岭市2023年, or the year alone wherever it stands.
_WRITTEN_YEAR = r"(?:(?:19|20)\d\d|二[〇○Ｏ0零][〇○Ｏ0零一二三四五六七八九]{2})"
_YEARS = rf"(?:{_WRITTEN_YEAR}\s*年?\s*[-—–~～至]\s*)?{_WRITTEN_YEAR}\s*年度?"
_WHOSE_YEAR = re.compile(
    rf"^(?:[\u4e00-\u9fff]{{2,13}}[省市县区州旗局委厅院校镇乡会])?{_YEARS}|[（(]{_YEARS}[)）]|{_YEARS}"
)
_LEADING_YEAR = re.compile(r"^(?:19|20)\d\d\s*年度?")
_NO_PROJECT = re.compile(
    r"重点项目|重点绩效|部门整体|整体支出|预算执行|财政收支|决算草案|工作报告|^(?:财政|专项|项目|重点|"
    r"部门|政策)?(?:项目|资金|经费|支出)$"
)
_KINDS: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = (
    ("ledger", re.compile(r"(?:清单|台账|(?:一览|汇总|统计|明细|情况)表)$")),
    ("rectification", re.compile(
        r"整改.{0,8}(?:情况|结果|进展|落实).{0,6}(?:报告|公告|通报|函|汇报|说明|公示)?$|"
        r"整改(?:落实)?(?:报告|公告|公示)$"
)),
    ("self_evaluation", re.compile(r"自评|自我评价")),
    ("audit", re.compile(r"审计")),
    ("result_page", re.compile(r"评价结果|结果公开|结果公告|结果公示|结果通报|结果公开")),
    ("evaluation", re.compile(r"评价报告|绩效评价|评估报告")),
)  # fmt: skip
_OF_ONESELF: tuple[DocumentKind, ...] = ("self_evaluation", "rectification", "ledger")
_ASIDE = re.compile(r"[（(](?:盖?章|公章|以下[^（()）]*)[)）]")  # beside a unit's name
_SHORT = 20  # characters of a signature
_LONGEST_TITLE = 200  # characters in which a project is looked for; the time grows with the square of them
_FIRST = 6  # paragraphs of an introduction
_OVERALL: tuple[Role, ...] = ("overview", "conclusion", "other", "achievements")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found, with the places of all values."""

    project: str | None
    units: tuple[UnitName, ...]
    project_year: int | None
    evaluation_year: int | None
    score: float | None
    grade: str | None
    funds: float | None
    region: str | None
    evaluator: str | None
    fields: tuple[Field, ...]


def kind_of_title(title: str) -> DocumentKind | None:
    """Return what sort of document a title names."""
    squeezed = re.sub(r"[\s（(].{0,12}[)）]$|\s", "", title)
    return next((kind for kind, pattern in _KINDS if pattern.search(squeezed)), None)


def field_name(text: str) -> str | None:
    """Return which value a cell of a form labels, if it labels one."""
    body = text.rstrip("：:")
    return next((name for name, words in _WHOLE if words.fullmatch(body)), None)


def value_field(name: str, label: str, paragraph: Paragraph) -> Field:
    """Return a cell's paragraph as the value of a field."""
    start = len(paragraph.text) - len(paragraph.text.lstrip())
    value = paragraph.text.strip()
    place = paragraph.locate(start, start + max(len(value), 1))
    return Field(name, label, value, place.start, place.end)


def fields_in(paragraph: Paragraph) -> list[Field]:
    """Return the labelled values of a line: 填报单位：甲局　　填报日期：2023年3月."""
    text = paragraph.text
    if len(text) > _MAX_FIELD:
        return []
    bounds = [0, *(match.end() for match in _MORE.finditer(text)), len(text)]
    found = []
    for start, end in pairwise(bounds):
        match = _LABEL.match(text, start, end)
        if match is None or match.lastgroup is None:
            continue
        value = text[match.end() : end].strip()
        if value and not re.search("[。；]", value):
            at = match.end() + len(text[match.end() : end]) - len(text[match.end() : end].lstrip())
            place = paragraph.locate(at, at + len(value))
            found.append(Field(match.lastgroup, match.group().strip(), value, place.start, place.end))
    return found


def metadata_of(
    laid: Laid,
    title: Sequence[Paragraph],
    head: Sequence[Paragraph],
    fields: Sequence[Field],
    paragraphs: Sequence[tuple[Role, Paragraph]],
    kind: DocumentKind,
) -> Metadata:
    """Return what a report says of itself.

    Parameters
    ----------
    laid : Laid
    title : sequence of Paragraph
        Its lines.
    head : sequence of Paragraph
        Short lines around it.
    fields : sequence of Field
        Labelled values of its head and tables.
    paragraphs : sequence of (Role, Paragraph)
        Its running text.
    kind : str
    """
    return _Finder(laid, title, head, fields, paragraphs, kind).found()


class _Finder:
    def __init__(
        self,
        laid: Laid,
        title: Sequence[Paragraph],
        head: Sequence[Paragraph],
        fields: Sequence[Field],
        paragraphs: Sequence[tuple[Role, Paragraph]],
        kind: DocumentKind,
    ) -> None:
        self._laid = laid
        self._title_lines = title
        self._title = "".join(paragraph.text.strip() for paragraph in title)
        self._head = head
        self._given = fields
        self._paragraphs = paragraphs
        self._kind = kind
        self._fields: list[Field] = []

    def found(self) -> Metadata:
        evaluator = self._evaluator()
        project = self._project()
        units = self._units(evaluator)
        region = self._region(units, evaluator)
        is_scored = self._kind != "audit"  # an audit tells the scores of others
        score, grade = (self._score(), self._grade()) if is_scored else (None, None)
        is_of_all = re.search("预算执行|财政收支", self._title) is not None
        funds = None if is_of_all else self._funds()
        return Metadata(
            project=project,
            units=units,
            project_year=self._project_year(project),
            evaluation_year=self._evaluation_year(),
            score=score,
            grade=grade,
            funds=funds,
            region=region,
            evaluator=evaluator,
            fields=tuple(self._fields),
        )

    def _note(self, name: str, paragraph: Paragraph, start: int, end: int, value: str | None = None) -> None:
        place = paragraph.locate(start, end)
        self._fields.append(Field(name, "", value or paragraph.text[start:end], place.start, place.end))

    def _first(self, name: str) -> str | None:
        field = next((field for field in self._given if field.name == name and _is_told(field.value)), None)
        if field is None:
            return None
        self._fields.append(field)
        return field.value

    def _texts(self, *roles: Role) -> Iterator[Paragraph]:
        return (paragraph for role, paragraph in self._paragraphs if role in roles)

    def _evaluator(self) -> str | None:
        given = self._first("evaluator")
        if given is not None:
            return given
        if self._kind == "audit":
            signed = (p for line in self._laid.lines[-_FIRST:] for p in line.paragraphs if len(p.text.strip()) < _SHORT)
            for paragraph in (*self._title_lines, *self._head, *self._texts(*_OVERALL), *signed):
                if (match := _AUDITOR.search(paragraph.text)) is not None:
                    start = _cut(paragraph.text, match.start("firm"), match.end("firm"))
                    self._note("evaluator", paragraph, start, match.end("firm"))
                    return paragraph.text[start : match.end("firm")]
        for paragraph in self._texts(*_OVERALL):
            for pattern in _ENGAGED:
                if (match := pattern.search(paragraph.text)) is not None:
                    start = _cut(paragraph.text, match.start("firm"), match.end("firm"))
                    self._note("evaluator", paragraph, start, match.end("firm"))
                    return paragraph.text[start : match.end("firm")]
        for _, paragraph in self._paragraphs[:_FIRST]:
            if (match := _EXAMINER.search(paragraph.text)) is not None:
                start = _cut(paragraph.text, match.start("firm"), match.end("firm"))
                self._note("evaluator", paragraph, start, match.end("firm"))
                return paragraph.text[start : match.end("firm")]
        return None

    def _project(self) -> str | None:
        given = self._first("project")
        if given is not None:
            return re.sub(r"[（(](?:19|20)\d\d\s*年度?[)）]|(?:19|20)\d\d\s*年度", "", given).strip() or given
        parts = re.split("——|—", self._title)
        for part in reversed(parts):
            text = _WHOSE_YEAR.sub("", re.sub(r"^.*关于", "", part))[:_LONGEST_TITLE]
            is_subtitle = len(parts) > 1 and part == parts[-1]
            match = _PROJECT_IN_TITLE.match(text + ("绩效" if is_subtitle else ""))
            if match is not None and not _NO_PROJECT.search(match["project"]):
                place = _region_at(match["project"])
                return match["project"][len(place) if place is not None else 0 :]
        return None

    def _units(self, evaluator: str | None) -> tuple[UnitName, ...]:
        names: dict[str, list[str]] = {}
        aliases = list(self._aliases(evaluator))
        full = {short: name for name, short in aliases}
        given = [field for field in self._given if field.name == "unit"] or [
            field for field in self._given if field.name == "filler" and self._kind == "self_evaluation"
        ]
        for field in given:
            for name, start in split_units(_ASIDE.sub(lambda match: " " * len(match.group()), field.value)):
                if _is_told(name) and not name.startswith("各"):
                    names.setdefault(full.get(name, name), [])
                    place = field.start + start
                    self._fields.append(replace(field, name="unit", value=name, start=place, end=place + len(name)))
        if self._kind != "ledger" or not names:
            self._units_in_text(names, aliases, evaluator, by_task_only=bool(names))
        for name, short in aliases:
            if name in names and short not in names[name]:
                names[name].append(short)
        return tuple(UnitName(name, tuple(short)) for name, short in names.items())

    def _aliases(self, evaluator: str | None) -> Iterator[tuple[str, str]]:
        for _, paragraph in self._paragraphs:
            for match in _ALIAS.finditer(paragraph.text) if "称" in paragraph.text else ():  # the pattern is slow
                start = _cut(paragraph.text, match.start("before"), match.end("before"))
                name = paragraph.text[start : match.end("before")]
                short = re.split("[、，]|或", match["short"].strip(_QUOTES))[0].strip(_QUOTES)
                if name != evaluator and not re.search(r"事务所|咨询|评估有限", name):
                    yield name, short

    def _units_in_text(
        self, names: dict[str, list[str]], aliases: Sequence[tuple[str, str]], evaluator: str | None, by_task_only: bool
    ) -> None:
        """Add the units that the text says carry out the project, or are examined."""
        found: list[tuple[int, Paragraph, int, int]] = []
        own = self._unit_of_title()
        if own is not None and not by_task_only:
            found.append(own)
        order = 1
        given, full = _by_length(names), _by_length(name for name, _ in aliases)
        for paragraph in self._texts(*_OVERALL):
            for pattern in (_TASK, _BY) if by_task_only else (_TASK, _BY, _EXAMINED):
                for match in pattern.finditer(paragraph.text):
                    start = _cut(paragraph.text, match.start("unit"), match.end("unit"))
                    found.append((order + match.start(), paragraph, start, match.end("unit")))
            beside = any(_bracketed(paragraph.text, given))
            for start, end in _bracketed(paragraph.text, full):
                if not by_task_only or beside or _ITS_TASK.match(paragraph.text, end):
                    found.append((order + start, paragraph, start, end))
            order += len(paragraph.text) + 1
        short_names = {short for _, short in aliases}
        for _, paragraph, start, end in sorted(found, key=lambda each: each[0]):
            name = paragraph.text[start:end]
            is_new = name not in short_names and name != evaluator and not _is_part(name, names)
            if is_new and len(name) > 3 and not _NO_UNIT.search(name):
                names[name] = []
                self._note("unit", paragraph, start, end)

    def _unit_of_title(self) -> tuple[int, Paragraph, int, int] | None:
        """Return the unit that reports of itself in the title, or whose whole spending is evaluated."""
        if self._kind == "audit":
            return None
        for paragraph in self._title_lines:
            match = re.match(
                (
                    rf"[\s—－-]*(?:关于)?(?:(?:19|20)\d\d年度?)?([\u4e00-\u9fff]{{2,24}}?{_ORGANISATION})(?=关于|(?:19|"
                    rf"20)\d\d|部门|整体|$)"
                ),
                paragraph.text,
            )
            if match is not None and (self._kind in _OF_ONESELF or "整体" in self._title):
                return (0, paragraph, match.start(1), match.end(1))
        return None

    def _region(self, units: Iterable[UnitName], evaluator: str | None) -> str | None:
        given = self._first("region")
        if given is not None:
            return given
        text = self._title_lines[0].text.lstrip() if self._title_lines else ""
        candidates = [text, text.removeprefix("关于"), _LEADING_YEAR.sub("", text), *(unit.name for unit in units)]
        if self._kind == "audit" and evaluator is not None:
            candidates.append(evaluator)
        for candidate in candidates:
            region = _region_at(candidate)
            if region is not None:
                self._note_text("region", region)
                return region
        return None

    def _note_text(self, name: str, value: str) -> None:
        at = self._laid.text.find(value)
        if at >= 0:
            self._fields.append(Field(name, "", value, at, at + len(value)))

    def _project_year(self, project: str | None) -> int | None:
        told = next((f for f in self._given if f.name == "project_year"), None)
        if told is not None and (year := _year_in(told.value)) is not None:
            self._fields.append(told)
            return year
        given = [f.value for f in self._given if f.name == "project"][:1]
        of_rows = [f.value for f in self._given if f.name == "project_year"][:1]
        for text in (*of_rows, *given, project or ""):
            pattern = _BARE_YEAR if text in of_rows else _YEAR
            if (match := pattern.search(text)) is not None:
                return int(match[1])
        for pattern in (_BUDGET_YEAR, _PLAIN_YEAR):
            for paragraph in (*self._title_lines, *(self._head if pattern is _BUDGET_YEAR else ())):
                if (match := pattern.search(paragraph.text)) is not None:
                    self._note("project_year", paragraph, match.start(1), match.end(1))
                    return int(match[1])
        for paragraph in self._title_lines:
            if (match := _CHINESE_YEAR.search(paragraph.text)) is not None:
                self._note("project_year", paragraph, match.start(1), match.end(1))
                return _year_in(match.group())
        for paragraph in list(self._texts(*_OVERALL))[:4]:
            if (match := _BUDGET_YEAR.search(paragraph.text)) is not None:
                self._note("project_year", paragraph, match.start(1), match.end(1))
                return int(match[1])
        return None

    def _evaluation_year(self) -> int | None:
        given = self._first("evaluation_time")
        if given is not None and (year := _year_in(given)) is not None:
            return year
        for line in self._laid.lines:
            for paragraph in line.paragraphs if line.table is None else ():
                text = paragraph.text.strip()
                match = _DATE_LINE.match(text)
                if match is not None or (len(text) <= 16 and _CHINESE_YEAR.match(text) and "年度" not in text):
                    self._note("evaluation_time", paragraph, 0, len(paragraph.text), text)
                    return _year_in(text)
        for paragraph in (*self._texts(*_OVERALL), *(p for _, p in self._paragraphs[:_FIRST])):
            if (match := _WHEN.search(paragraph.text)) is not None:
                self._note("evaluation_time", paragraph, match.start(1), match.end(1))
                return int(match[1])
        return None

    def _score(self) -> float | None:
        given = self._first("evaluation_score")
        if given is not None and (number := _NUMBER.search(given)) is not None:
            return float(number.group())
        roles: tuple[Role, ...] = (*_OVERALL, "findings") if self._kind == "result_page" else _OVERALL
        for pattern in _SCORES:
            for paragraph in self._texts(*roles):
                if (match := pattern.search(paragraph.text)) is not None:
                    self._note("evaluation_score", paragraph, match.start(1), match.end(1))
                    return float(match[1])
        return None

    def _grade(self) -> str | None:
        given = self._first("grade")
        scored = next((f.value for f in self._given if f.name == "evaluation_score"), "")
        if given is None and (match := _GRADE_OF_SCORE.search(scored)) is not None:
            return match[1]
        if given is not None and (match := re.search("[优良中差]", given)) is not None:
            return match.group()
        roles: tuple[Role, ...] = (*_OVERALL, "findings") if self._kind == "result_page" else _OVERALL
        for paragraph in self._texts(*roles):
            if (match := _GRADE_OF_SCORE.search(paragraph.text)) is not None and "得分" in paragraph.text:
                self._note("grade", paragraph, match.start(1), match.end(1))
                return match[1]
            if (match := _GRADE.search(paragraph.text)) is not None:
                group = 1 if match[1] else 2
                self._note("grade", paragraph, match.start(group), match.end(group))
                return match[group]
        return None

    def _funds(self) -> float | None:
        given = next((f for f in self._given if f.name == "funds" and _NUMBER.search(f.value)), None)
        if given is not None and (number := _NUMBER.search(given.value)) is not None:
            self._fields.append(given)
            unit = next((unit for unit in _WORTH if unit in given.value), "万元")
            return _amount(number.group(), unit)
        for paragraph in self._texts("overview", "conclusion", "other"):
            if (match := _FUNDS.search(paragraph.text)) is not None:
                self._note("funds", paragraph, match.start(1), match.end(2))
                return _amount(match[1], match[2])
        return None


def _region_at(text: str) -> str | None:
    """Return the province, city or county that a text begins with."""
    match = _REGION.match(text)
    if match is None or _NO_REGION.match(match.group()) or _NO_PLACE.search(match.group()):
        return None
    return match.group()


def split_units(value: str) -> Iterator[tuple[str, int]]:
    """Yield the units of a list with their offsets; separators inside brackets do not separate."""
    start = depth = 0
    for index, character in enumerate(value + "、"):
        depth += (character in "（(") - (character in "）)")
        if (depth <= 0 and character in "、，,；;/\n") or index == len(value):
            name = value[start:index].strip()
            if name:
                yield name, start + value[start:index].find(name)
            start = index + 1


def _cut(text: str, start: int, end: int) -> int:
    """Return where a name that ends at a place begins: behind what cannot stand in one."""
    cut = start
    for match in _BEFORE_NAME.finditer(text, start, end - 3):
        cut = match.end()
    return cut


def _by_length(names: Iterable[str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for name in names:
        found.setdefault(len(name), set()).add(name)
    return found


def _bracketed(text: str, names: dict[int, set[str]]) -> Iterator[tuple[int, int]]:
    """Yield where names stand before a bracket, each for the first time; the time does not grow with their number."""
    seen: set[str] = set()
    for match in re.finditer("（", text) if names else ():
        end = match.start()
        for length, alike in names.items():
            name = text[max(0, end - length) : end]
            if name in alike and name not in seen:
                seen.add(name)
                yield end - length, end


def _is_part(name: str, names: Iterable[str]) -> bool:
    return any(name in other or other in name for other in names)


def _is_told(value: str) -> bool:
    return bool(value) and re.fullmatch(r"[-—/\\无\s]*", value) is None


def _year_in(text: str) -> int | None:
    match = re.search(r"(?:19|20)\d\d", text)
    if match is not None:
        return int(match.group())
    chinese = _CHINESE_YEAR.search(text)
    if chinese is None:
        return None
    return int("2" + "".join(_DIGITS[c] for c in chinese[1][1:]))


def _amount(number: str, unit: str) -> float:
    return round(float(number.replace(",", "").replace("，", "")) * _WORTH[unit], 6)
