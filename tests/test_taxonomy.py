"""The tree of types: what ships, what users bring, and every fault with its line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti.errors import InputError, TaxonomyError, WentiError
from wenti.records import KINDS
from wenti.summary import MEASURES
from wenti.taxonomy import Category, KindName, ProblemType, Taxonomy, load_taxonomy

SMALL = Path(__file__).parent / "data" / "taxonomy_small.yaml"


def refused(path: Path) -> WentiError:
    with pytest.raises(WentiError) as caught:
        load_taxonomy(path)
    return caught.value


# The shipped tree


def test_the_shipped_tree_has_seven_categories_and_thirty_three_types(taxonomy: Taxonomy) -> None:
    assert len(taxonomy.categories) == 7
    assert len(list(taxonomy.types())) == 33


def test_ids_of_the_shipped_tree_are_unique_even_when_short(taxonomy: Taxonomy) -> None:
    short = Counter(problem.id.split(".")[1] for problem in taxonomy.types())
    assert set(short.values()) == {1}
    assert len({category.id for category in taxonomy.categories}) == 7


def test_every_shipped_name_is_full_and_none_is_used_twice(taxonomy: Taxonomy) -> None:
    entries: list[Category | ProblemType | KindName] = [*taxonomy.categories, *taxonomy.types(), *taxonomy.kinds]
    for entry in entries:
        assert all((entry.name, entry.english, entry.definition))
    for names in ([e.name for e in entries], [e.english for e in entries], [e.definition for e in entries]):
        assert len(set(names)) == len(entries)


def test_every_shipped_type_has_examples_and_indicators(taxonomy: Taxonomy) -> None:
    for problem in taxonomy.types():
        assert problem.examples
        assert problem.indicators
        assert all(indicator.count("/") == 2 for indicator in problem.indicators)
        assert problem.key_figure is None or problem.key_figure in MEASURES


def test_every_type_named_in_the_guidelines_exists(taxonomy: Taxonomy, root: Path) -> None:
    text = (root / "taxonomy" / "guidelines.md").read_text(encoding="utf-8")
    categories = {category.id for category in taxonomy.categories}
    named = {word.strip("`|,;()") for word in text.split() if word.strip("`|,;()").split(".")[0] in categories}
    named = {name for name in named if "." in name}
    assert len(named) >= 25
    assert named <= {problem.id for problem in taxonomy.types()}


def test_the_shipped_tree_names_the_four_kinds(taxonomy: Taxonomy) -> None:
    assert {kind.id for kind in taxonomy.kinds} == set(KINDS)


# Looking up


def test_a_tree_is_read_in_its_order() -> None:
    tree = load_taxonomy(SMALL)
    assert tree.version == "0.1"
    assert [category.id for category in tree.categories] == ["fund_execution", "asset_management"]
    assert [problem.id for problem in tree.types()] == [
        "fund_execution.slow_spending",
        "fund_execution.misuse",
        "asset_management.idle_assets",
    ]
    first = tree.type("fund_execution.slow_spending")
    assert (first.category, first.key_figure) == ("fund_execution", "lowest_rate")
    assert first.indicators == ("过程/资金管理/预算执行率",)
    assert first.examples == ("全年执行率43%", "年底突击花钱")
    assert (tree.type("fund_execution.misuse").indicators, tree.type("fund_execution.misuse").key_figure) == ((), None)


@pytest.mark.parametrize("label", ["slow_spending", "fund_execution", "fund_execution.x", "", None, 3])
def test_what_is_no_full_type_id_is_not_in_the_tree(label: object) -> None:
    tree = load_taxonomy(SMALL)
    assert label not in tree
    with pytest.raises(KeyError):
        tree.type(label)  # type: ignore[arg-type]
    assert "fund_execution.misuse" in tree


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            SMALL.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), id="with line ends of Windows"
        ),
        pytest.param(b"\xef\xbb\xbf" + SMALL.read_bytes(), id="with a byte-order mark"),
        pytest.param(SMALL.read_text(encoding="utf-8").encode("gb18030"), id="in GB18030"),
    ],
)
def test_the_same_tree_is_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "分类.yaml"
    file.write_bytes(content)
    tree, plain = load_taxonomy(file), load_taxonomy(SMALL)
    assert (tree.categories, tree.kinds, tree.version) == (plain.categories, plain.kinds, plain.version)


def test_line_ends_do_not_change_the_hash_and_content_does(tmp_path: Path) -> None:
    content = SMALL.read_bytes().replace(b"\r\n", b"\n")
    hashes = []
    for variant in (content, content.replace(b"\n", b"\r\n"), content.replace("闲置".encode(), "空置".encode())):
        (tmp_path / "a.yaml").write_bytes(variant)
        hashes.append(load_taxonomy(tmp_path / "a.yaml").sha256)
    assert hashes[0] == hashes[1] != hashes[2]


# Faults: what to change in the small tree, the error's key, the line of the fault, and what the message names.

FAULTS = [
    ("a category twice", "id: asset_management", "id: fund_execution", "taxonomy_duplicate", 20, "fund_execution"),
    ("a type twice in a category", "id: misuse", "id: slow_spending", "taxonomy_duplicate", 16, "第9行"),
    ("a type in two categories", "id: idle_assets", "id: misuse", "taxonomy_duplicate", 25, "第16行"),
    ("a kind twice", "{id: fact,", "{id: weakness,", "taxonomy_duplicate", 32, "第30行"),
    ("a field twice", "english: Misuse", "name: 资金", "taxonomy_duplicate", 18, "第17行"),
    ("an id with a capital", "id: misuse", "id: Misuse", "taxonomy_id", 16, "Misuse"),
    ("a Chinese id", "id: misuse", "id: 资金", "taxonomy_id", 16, "资金"),
    ("an id with a dot", "id: misuse", "id: mis.use", "taxonomy_id", 16, "mis.use"),
    ("an id that begins with a digit", "id: misuse", "id: 1st", "taxonomy_id", 16, "1st"),
    ("an id of two lines", "id: misuse", 'id: "a\\nb"', "taxonomy_id", 16, "a b"),
    ("a category id with a hyphen", "id: fund_execution", "id: fund-execution", "taxonomy_id", 4, "fund-execution"),
    ("an empty name", "name: 资产闲置", 'name: ""', "taxonomy_field", 26, "name"),
    ("a blank name", "name: 资产闲置", "name: ' '", "taxonomy_field", 26, "name"),
    ("a name without value", "name: 资产闲置", "name:", "taxonomy_field", 26, "name"),
    ("a null name", "name: 资产闲置", "name: null", "taxonomy_field", 26, "name"),
    ("a tilde for a name", "name: 资产闲置", "name: ~", "taxonomy_field", 26, "name"),
    ("no definition", "        definition: 挤占、挪用、虚列。\n", "", "taxonomy_field", 16, "definition"),
    ("a category without English name", "    english: Asset management\n", "", "taxonomy_field", 20, "english"),
    ("a type without id", "id: misuse\n        name: ", "name: ", "taxonomy_field", 16, "id"),
    ("no version", 'version: "0.1"\n', "", "taxonomy_field", 1, "version"),
    ("an empty example", "年底突击花钱", "''", "taxonomy_field", 14, "examples"),
    ("a null key figure", "key_figure: lowest_rate", "key_figure: null", "taxonomy_field", 15, "key_figure"),
    ("an unknown key figure", "key_figure: lowest_rate", "key_figure: mean", "taxonomy_key_figure", 15, "lowest_rate"),
    ("an unknown field of a type", "english: Misuse", "engish: Misuse", "taxonomy_unknown_field", 18, "engish"),
    ("an unknown field of the tree", "language: zh-CN", "lang: zh-CN", "taxonomy_unknown_field", 2, "lang"),
    ("a merge key", "english: Misuse", "<<: Misuse", "taxonomy_unknown_field", 18, "<<"),
    ("a list for a name", "name: 资产闲置", "name: [资产, 闲置]", "taxonomy_text", 26, "name"),
    ("a mapping for a name", "name: 资产闲置", "name: {资产: 闲置}", "taxonomy_text", 26, "name"),
    (
        "a text for examples",
        "examples: [全年执行率43%, 年底突击花钱]",
        "examples: 执行率低",
        "taxonomy_list",
        14,
        "examples",
    ),
    ("a list in examples", "年底突击花钱", "[年底突击花钱]", "taxonomy_text", 14, "examples"),
    (
        "a text for a kind",
        "{id: fact, name: 事实, english: Fact, definition: 只述不评}",
        "fact",
        "taxonomy_mapping",
        32,
        "taxonomy",
    ),
    ("a mapping for the kinds", "kinds:\n", "kinds: {fact: 事实}\nlater:\n", "taxonomy_unknown_field", 30, "later"),
    (
        "a kind missing",
        "  - {id: fact, name: 事实, english: Fact, definition: 只述不评}\n",
        "",
        "taxonomy_kinds",
        30,
        "fact",
    ),
    (
        "a fifth kind",
        "kinds:\n",
        "kinds:\n  - {id: x, name: 甲, english: X, definition: 乙}\n",
        "taxonomy_kinds",
        30,
        "x",
    ),
    ("an unclosed list", "年底突击花钱]", "年底突击花钱", "taxonomy_syntax", 15, "YAML"),
    ("a tab for indentation", "    name: 资产管理", "\tname: 资产管理", "taxonomy_syntax", 21, "YAML"),
    ("an undefined alias", "name: 资产管理", "name: *x", "taxonomy_syntax", 21, "x"),
    ("a control character", "name: 资产管理", "name: \x07", "taxonomy_syntax", 21, "YAML"),
    ("two documents", "kinds:\n", "---\nkinds:\n", "taxonomy_syntax", 29, "document"),
]


@pytest.mark.parametrize(
    ("before", "after", "key", "line", "named"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_a_tree_is_refused_with(tmp_path: Path, before: str, after: str, key: str, line: int, named: str) -> None:
    content = SMALL.read_text(encoding="utf-8")
    assert content.count(before) == 1
    file = tmp_path / "分类.yaml"
    file.write_text(content.replace(before, after), encoding="utf-8")
    error = refused(file)
    assert isinstance(error, TaxonomyError)
    assert (error.key, error.file, error.line, error.exit_code) == (key, str(file), line, 1)
    for told in (error.describe("zh"), error.describe("en")):
        assert told.startswith(str(file))
        assert len(told.splitlines()) == 1
        assert str(line) in told
    assert named in error.describe("zh")


@pytest.mark.parametrize(
    ("content", "key", "line"),
    [
        ("", "taxonomy_mapping", 1),
        ("# 还没有写\n", "taxonomy_mapping", 1),
        ("只有一句话", "taxonomy_mapping", 1),
        ("- 列表\n- 列表\n", "taxonomy_mapping", 1),
        ("version: '1'\ncategories: []\nkinds: []\n", "taxonomy_field", 2),
        ("version: '1'\ncategories: {a: b}\nkinds: []\n", "taxonomy_list", 2),
        ("version: '1'\ncategories:\n  - id: a\n    types: []\n", "taxonomy_field", 4),
        ("version: '1'\ncategories: &a\n  - *a\n", "taxonomy_mapping", 2),
        ("version: &a [*a]\n", "taxonomy_text", 1),
        ("? [a]\n: b\n", "taxonomy_unknown_field", 1),
        ("version: !!python/object/apply:os.getcwd []\n", "taxonomy_text", 1),
        ("[\n" * 50_000, "taxonomy_syntax", 1),
    ],
    ids=[
        "nothing",
        "only a comment",
        "a sentence",
        "a list",
        "no categories",
        "a mapping of categories",
        "a category without types",
        "a list that holds itself",
        "a text that holds itself",
        "a key that is a list",
        "an object to be built",
        "fifty thousand brackets",
    ],
)
def test_what_is_no_tree_is_refused(tmp_path: Path, content: str, key: str, line: int) -> None:
    file = tmp_path / "分类.yaml"
    file.write_text(content, encoding="utf-8")
    error = refused(file)
    assert (type(error), error.key, error.file, error.line) == (TaxonomyError, key, str(file), line)


def test_a_bomb_of_aliases_is_refused_without_being_unfolded(tmp_path: Path) -> None:
    # Unfolded, the last list would hold ten to the thirtieth texts.
    lists = ["- &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lists += [f"- &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 30)]
    bomb = "\n".join(f"          {line}" for line in lists)
    file = tmp_path / "分类.yaml"
    content = SMALL.read_text(encoding="utf-8")
    before = "        examples: [全年执行率43%, 年底突击花钱]\n"
    assert before in content
    file.write_text(content.replace(before, f"        examples:\n{bomb}\n"), encoding="utf-8")
    error = refused(file)
    assert (type(error), error.key, error.line) == (TaxonomyError, "taxonomy_text", 15)


def test_the_types_of_one_category_cannot_be_lent_to_another(tmp_path: Path) -> None:
    file = tmp_path / "分类.yaml"
    tree = yaml.safe_load(SMALL.read_text(encoding="utf-8"))
    tree["categories"][1]["types"] = tree["categories"][0]["types"]
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    assert "*id001" in file.read_text(encoding="utf-8")
    assert refused(file).key == "taxonomy_duplicate"


def test_a_tree_of_no_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "分类.yaml"
    content = SMALL.read_text(encoding="utf-8").encode("gb18030")
    file.write_bytes(content.replace("资产管理".encode("gb18030"), b"\xff\xff", 1))
    error = refused(file)
    assert (type(error), error.key, error.file, error.line) == (InputError, "encoding_unknown", str(file), 21)
    assert "UTF-8" in error.describe("zh")


def test_a_missing_tree_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path / "没有.yaml")
    assert (type(error), error.key, error.file) == (InputError, "file_missing", str(tmp_path / "没有.yaml"))


def test_a_folder_is_no_tree(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert (type(error), error.key, error.file) == (InputError, "file_unreadable", str(tmp_path))


ids = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
shown = st.text("预算执行率低: #'\"[]{}&*-?|>%@", min_size=1, max_size=12).filter(lambda text: text == text.strip())


@settings(deadline=None, max_examples=50)
@given(st.lists(ids, min_size=2, max_size=8, unique=True), shown, shown, st.integers(1, 4))
def test_any_tree_that_keeps_the_rules_is_read_as_written(
    tmp_path_factory: pytest.TempPathFactory, unique: list[str], name: str, definition: str, n_categories: int
) -> None:
    n_categories = min(n_categories, len(unique) // 2)
    described = {"name": name, "english": "x", "definition": definition}
    tree = {
        "version": "1",
        "categories": [
            {
                "id": category,
                **described,
                "types": [{"id": t, **described} for t in unique[n_categories + i :: n_categories]],
            }
            for i, category in enumerate(unique[:n_categories])
        ],
        "kinds": [{"id": kind, **described} for kind in KINDS],
    }
    file = tmp_path_factory.mktemp("tree") / "分类.yaml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    read = load_taxonomy(file)
    assert [category.id for category in read.categories] == unique[:n_categories]
    assert sorted(problem.id.split(".")[1] for problem in read.types()) == sorted(unique[n_categories:])
    assert {(problem.name, problem.definition) for problem in read.types()} == {(name, definition)}
    assert all(problem.id in read and read.type(problem.id) is problem for problem in read.types())
