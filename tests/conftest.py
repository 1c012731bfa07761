"""What tests share: the shipped taxonomy and model, and a tiny corpus with a model trained on it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.cluster import cluster  # noqa: F401 - a fixture
from wenti.classifier import Classifier
from wenti.modelling import Corpus, train_model
from wenti.taxonomy import Category, Taxonomy, load_taxonomy

# Started in the background, a shell ignores Ctrl-C, and so would all that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes depends on the machine and on what else it does.
settings.register_profile("wenti", deadline=None)
settings.load_profile("wenti")

SLOW, IDLE_MONEY = "fund_execution.slow_spending", "fund_execution.idle_balances"
GOALS, IDLE_ASSETS = "performance_targets.unclear_goals", "asset_management.idle_assets"
TINY_TYPES = (SLOW, IDLE_MONEY, GOALS, IDLE_ASSETS)

# By kind and types; each group is dealt out to three authors in turn.
TINY_STATEMENTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("weakness", SLOW): (
        "项目预算执行率低",
        "预算执行率仅为 43.26%",
        "支出进度缓慢，年末集中支付",
        "截至年底预算执行率不足五成",
        "资金支出进度慢，未达到序时进度",
        "预算执行率偏低，支出进度滞后",
        "全年支出进度缓慢，执行率仅 61.5%",
    ),
    ("weakness", IDLE_MONEY): (
        "结余资金长期闲置未收回",
        "专项资金滞留账户超过两年",
        "存量资金未及时清理，长期闲置",
        "结转结余资金未及时上缴财政",
        "资金沉淀在账户，长期未使用",
        "结余资金 120 万元未上缴财政",
    ),
    ("weakness", GOALS): (
        "绩效目标不明确",
        "绩效目标设置过于笼统",
        "绩效目标与项目内容不匹配",
        "设定的绩效目标不够具体",
        "年度绩效目标不明确，未分解细化",
        "绩效目标填报不完整、过于笼统",
        "未设定明确的绩效目标",
    ),
    ("weakness", IDLE_ASSETS): (
        "购置的设备长期闲置",
        "资产闲置，未发挥作用",
        "设备采购后未投入使用",
        "3 台设备自购入后一直闲置",
        "建成的场馆长期闲置未投入使用",
        "资产使用率低，部分设备闲置",
    ),
    ("weakness", f"{SLOW},{IDLE_MONEY}"): (
        "预算执行率低，结余资金长期闲置",
        "支出进度慢，资金滞留账户",
        "执行率偏低，存量资金未及时清理",
    ),
    ("strength", ""): (
        "项目完成情况良好，群众满意度较高",
        "制度健全，管理规范",
        "有效改善了当地居民的生活环境",
        "各项任务按时完成，质量达标",
        "社会效益显著，群众满意度达到 95%",
        "资金使用规范，管理制度健全",
        "有效提升了公共服务水平",
    ),
    ("fact", ""): (
        "2022 年预算安排 43.26 万元",
        "项目实施单位为某市财政局",
        "绩效评价得分 80.06 分",
        "项目于 2021 年 3 月启动",
        "项目资金来源为市级财政",
        "项目总投资 1,200 万元",
        "评价时间为 2023 年",
    ),
    ("recommendation", SLOW): (
        "建议加快预算执行进度",
        "应加快资金支出进度，提高执行率",
        "建议加强预算执行管理，加快支出",
    ),
    ("recommendation", GOALS): (
        "建议进一步细化绩效目标",
        "应科学设定绩效目标",
        "建议合理设置绩效目标，细化内容",
    ),
    ("recommendation", IDLE_ASSETS): (
        "建议盘活闲置资产",
        "应尽快将闲置设备投入使用",
        "建议加强资产管理，提高使用率",
    ),
}
TINY_REPORTS: tuple[tuple[str, str, str], ...] = (
    ("weakness", SLOW, "预算执行率较低"),
    ("weakness", GOALS, "绩效目标编制不够明确"),
    ("weakness", IDLE_ASSETS, "部分资产闲置"),
    ("strength", "", "项目社会效益良好"),
    ("fact", "", "预算资金 300 万元"),
    ("recommendation", SLOW, "建议加快项目支出进度"),
)
_AUTHORS = ("a", "b", "c")


def write_tiny_corpus(folder: Path) -> None:
    """Write the tiny corpus as ``statements/``, ``reports/`` and ``folds.tsv``."""
    rows: dict[str, list[str]] = {author: [] for author in _AUTHORS}
    for (kind, types), texts in TINY_STATEMENTS.items():
        for index, text in enumerate(texts):
            rows[_AUTHORS[index % len(_AUTHORS)]].append(f"{kind}\t{types}\t{text}")
    (folder / "statements").mkdir(parents=True)
    (folder / "reports").mkdir()
    for author, lines in rows.items():
        content = "\n".join(["kind\ttypes\ttext", *lines]) + "\n"
        (folder / "statements" / f"{author}.tsv").write_text(content, encoding="utf-8")
    lines = [f"{kind}\t{types}\t{text}\t1" for kind, types, text in TINY_REPORTS]
    content = "\n".join(["kind\ttypes\ttext\treport", *lines]) + "\n"
    (folder / "reports" / "gold.tsv").write_text(content, encoding="utf-8")
    (folder / "folds.tsv").write_text("author\tfold\na\ta\nb\tb\nc\tc\n", encoding="utf-8")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    """The shipped taxonomy."""
    return load_taxonomy()


@pytest.fixture(scope="session")
def classifier(root: Path) -> Classifier:
    """The shipped model, whatever ``WENTI_MODEL`` says."""
    return Classifier.load(root / "model")


@pytest.fixture(scope="session")
def tiny_taxonomy(taxonomy: Taxonomy) -> Taxonomy:
    """Four types of the shipped taxonomy, two of them in one category."""
    categories = (
        Category(c.id, c.name, c.english, c.definition, tuple(t for t in c.types if t.id in TINY_TYPES))
        for c in taxonomy.categories
    )
    return Taxonomy("tiny", "0" * 64, tuple(c for c in categories if c.types), taxonomy.kinds)


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a corpus of some sixty labelled statements by three authors, and of one report."""
    folder = tmp_path_factory.mktemp("tiny") / "corpus"
    write_tiny_corpus(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tiny_path: Path, tiny_taxonomy: Taxonomy) -> Corpus:
    """The tiny corpus, read."""
    return Corpus.read(tiny_path, tiny_taxonomy)


@pytest.fixture(scope="session")
def tiny_model(tiny: Corpus, tiny_taxonomy: Taxonomy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a model trained on the tiny corpus. Not to be changed: copy it."""
    out = tmp_path_factory.mktemp("tiny-model") / "model"
    train_model(tiny, tiny_taxonomy, out, n_jobs=1)
    return out


@pytest.fixture(scope="session")
def tiny_classifier(tiny_model: Path) -> Classifier:
    """The tiny model, loaded."""
    return Classifier.load(tiny_model)
