"""The JSON Schemas in docs/schemas: sound, strict, in step with the code, and kept by whatever goes in."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.commands import ROOT, page, run, succeed, validator
from wenti.answers import prediction_dict
from wenti.classifier import Classifier
from wenti.parameters import THRESHOLDS
from wenti.records import KINDS, ROLES, Figure
from wenti.rendering.data import report_dict
from wenti.rendering.summary_data import summary_dict
from wenti.summary import MEASURES, Match

SCHEMAS = ("classify", "read", "report")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = dict(validator(name).schema)  # type: ignore[arg-type]
    return found


def objects(node: Any, place: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every part of a schema that describes an object, with its place."""
    if isinstance(node, dict):
        if "properties" in node:
            yield place, node
        for key, value in node.items():
            yield from objects(value, f"{place}/{key}")


def values(node: Any) -> Iterator[dict[str, Any]]:
    """Yield the description of every property."""
    for _, found in objects(node):
        yield from found["properties"].values()


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """One real answer for each schema, with nothing empty in it that a fault could be planted in."""
    folder = tmp_path_factory.mktemp("contracts")
    (folder / "a.txt").write_text(page(findings="<p>1. 预算执行率低，仅 37.5%。</p>"), encoding="utf-8")
    (folder / "坏.txt").write_text("x", encoding="utf-8")
    (answer,) = succeed("classify", "--json", "--top", "2", "--explain", "项目预算执行率低").objects
    (read,) = succeed("wenti", "read", folder / "a.txt").objects
    assert run("wenti", "report", folder, "-o", folder / "x.json").code == 1
    report = json.loads((folder / "x.json").read_text(encoding="utf-8"))
    return {"classify": answer, "read": read, "report": report}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_a_schema(name: str) -> None:
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_there_is_no_schema_without_a_test() -> None:
    elsewhere = {"evaluation.schema.json", "tag.schema.json"}  # tests/test_cli_evaluate.py, and below
    tested = {f"{name}.schema.json" for name in SCHEMAS} | elsewhere
    assert {path.name for path in (ROOT / "docs" / "schemas").iterdir()} == tested


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_object_may_have_keys_that_the_schema_does_not_name(name: str) -> None:
    for place, found in objects(schema(name)):
        assert found["additionalProperties"] is False, place
        assert set(found["required"]) <= set(found["properties"]), place


@pytest.mark.parametrize("name", SCHEMAS)
def test_everything_is_described(name: str) -> None:
    definitions = schema(name)["$defs"]
    for value in values(schema(name)):
        described = value if "description" in value else definitions[value["$ref"].removeprefix("#/$defs/")]
        assert described["description"].endswith(".")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_definition_is_used(name: str) -> None:
    text = json.dumps(schema(name))
    for definition in schema(name)["$defs"]:
        assert f'"#/$defs/{definition}"' in text


@pytest.mark.parametrize("name", SCHEMAS)
def test_only_what_an_option_adds_may_be_missing(name: str) -> None:
    optional = {key for _, found in objects(schema(name)) for key in set(found["properties"]) - set(found["required"])}
    places = {"page", "paragraph", "sheet", "row", "confidence"}  # as the file's format has them
    expected = {"classify": {"ranked", "because"}, "read": places, "report": places}
    assert optional == expected.get(name, set())


def figure_quantities() -> tuple[str, ...]:
    return get_args(get_type_hints(Figure)["quantity"])


def coverage_matches() -> tuple[str, ...]:
    return get_args(Match)


@pytest.mark.parametrize(
    ("name", "find", "expected"),
    [
        ("classify", lambda d: d["kind"], KINDS),
        ("report", lambda d: d["kind"], KINDS),
        ("read", lambda d: d["role"], ROLES),
        ("report", lambda d: d["role"], ROLES),
        ("read", lambda d: d["figure"]["properties"]["quantity"], figure_quantities()),
        ("report", lambda d: d["match"], coverage_matches()),
        # Tables of tagged statements do not say their threshold.
        ("report", lambda d: d["stamp"]["properties"]["threshold"], (*THRESHOLDS, "")),
        ("report", lambda d: d["key_figure"]["oneOf"][1]["properties"]["measure"], MEASURES),
    ],
    ids=[
        *("kinds of answers", "kinds of reports", "roles read", "roles reported"),
        *("quantities", "matches", "thresholds", "measures"),
    ],
)
def test_the_schema_allows_exactly_what_the_code_knows(
    name: str, find: Callable[[dict[str, Any]], dict[str, Any]], expected: tuple[str, ...]
) -> None:
    assert tuple(find(schema(name)["$defs"])["enum"]) == expected


def test_real_answers_follow_their_schemas(examples: dict[str, dict[str, Any]]) -> None:
    for name, example in examples.items():
        validator(name).validate(example)


def containers(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in an answer."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from containers(inner)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_key_too_many_anywhere_is_refused(name: str, examples: dict[str, dict[str, Any]]) -> None:
    for index in range(len(list(containers(examples[name])))):
        changed = copy.deepcopy(examples[name])
        list(containers(changed))[index]["surprise"] = 1
        assert not validator(name).is_valid(changed)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_key_that_is_missing_anywhere_is_refused(name: str, examples: dict[str, dict[str, Any]]) -> None:
    for index, found in enumerate(containers(examples[name])):
        for key in set(found) - {"ranked", "because"}:
            changed = copy.deepcopy(examples[name])
            del list(containers(changed))[index][key]
            assert not validator(name).is_valid(changed), key


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("classify", ("kind",), "problem"),
        ("classify", ("kind_probability",), 1.5),
        ("classify", ("types", 0, "id"), "slow_spending"),
        ("classify", ("types", 0, "name"), ""),
        ("classify", ("types", 0, "because", 0, "start"), -1),
        ("read", ("sections", 0, "role"), "results"),
        ("read", ("grade",), "良好"),
        ("read", ("project_year",), "2022"),
        ("read", ("source", "sha256"), "0"),
        ("read", ("source", "part"), 0),
        ("report", ("statements", 0, "kind"), "problem"),
        ("report", ("requirements", 0, "match"), "some"),
        ("report", ("weaknesses", 0, "interval"), [0.1]),
        ("report", ("weaknesses", 0, "interval"), [0.1, 0.2, 0.3]),
        ("report", ("weaknesses", 0, "prevalence"), 75),
        ("report", ("weaknesses", 0, "statements"), [1, 1]),
        ("report", ("findings", 0, "unit"), ""),
        ("report", ("findings", 0, "statements"), []),
        ("report", ("stamp", "date"), "1.1.2026"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_a_value_outside_the_contract_is_refused(
    name: str, path: tuple[str | int, ...], value: object, examples: dict[str, dict[str, Any]]
) -> None:
    changed = copy.deepcopy(examples[name])
    target: Any = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    assert not validator(name).is_valid(changed)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT, top=st.integers(0, 40), explain=st.booleans(), lang=st.sampled_from(["zh", "en"]))
def test_the_answer_to_any_text_follows_the_schema(
    classifier: Classifier, text: str, top: int, explain: bool, lang: str
) -> None:
    (prediction,) = classifier.predict([text], top=top, explain=explain)
    answer = prediction_dict(text, prediction, classifier, lang=lang, top=top, explain=explain)
    validator("classify").validate(json.loads(json.dumps(answer)))
    assert ("ranked" in answer) == (top > 0)
    assert all(("because" in tag) == explain for tag in answer["types"])
    for tag in answer["types"]:
        for because in tag.get("because", ()):
            assert because["text"] == text[because["start"] : because["end"]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(project=ANY_TEXT, unit=ANY_TEXT, findings=ANY_TEXT)
def test_reports_with_anything_in_them_follow_the_schemas(
    tmp_path: Path, classifier: Classifier, project: str, unit: str, findings: str
) -> None:
    import wenti

    file = tmp_path / "a.txt"
    text = page(project, unit, f"<p>1. {findings}。预算执行率低。</p>")
    file.write_text(text, encoding="utf-8", newline="")
    reports = wenti.read(file)
    for report in reports:
        validator("read").validate(json.loads(json.dumps(report_dict(report))))
    assert "".join(report.text for report in reports) == text
    summary = wenti.report(file, classifier=classifier)
    validator("report").validate(json.loads(json.dumps(summary_dict(summary))))


def test_the_public_names_are_those_listed() -> None:
    import wenti

    for name in wenti.__all__:
        assert getattr(wenti, name) is not None
    assert set(wenti.__all__) <= set(dir(wenti))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = wenti.no_such_name


@pytest.mark.parametrize("options", [(), ("--names",), ("--names", "--lang", "en")], ids=" ".join)
def test_rows_of_tagged_reports_follow_their_schema(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "a.txt").write_text(page(findings="<p>1. 预算执行率低，仅 37.5%，且资产闲置。</p>"), encoding="utf-8")
    succeed("wenti", "tag", tmp_path / "a.txt", tmp_path / "out.jsonl", *options)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n") if line]
    names = [
        name for name in schema("tag")["properties"] if options or (not name.endswith("_name") and name != "type_names")
    ]
    for row in rows:
        validator("tag").validate(row)
        assert list(row) == names
    assert {"fund_execution.slow_spending"} <= {part for row in rows for part in row["types"].split(";")}
