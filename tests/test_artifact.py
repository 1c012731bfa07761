"""The model's directory: what is written is read back; what is damaged or hostile is refused before it is used."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wenti.artifact import (
    ARRAYS,
    MANIFEST,
    SIGNATURES,
    has_signatures,
    manifest_checksum,
    npy_header,
    read_artifact,
    read_signatures,
    write_artifact,
)
from wenti.classifier import Classifier
from wenti.errors import ModelError

FILES = (MANIFEST, *(f"{name}.npy" for name in ARRAYS))
Manifest = dict[str, Any]


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to be damaged."""
    return Path(shutil.copytree(tiny_model, tmp_path / "模型"))


def manifest_of(folder: Path) -> Manifest:
    content: Manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content


def signed_copy(folder: Path, copy: Path, signatures: dict[str, NDArray[Any]]) -> Path:
    """Write a model anew with these signatures, or with none."""
    manifest = {key: value for key, value in manifest_of(folder).items() if key not in {"format", "arrays", "crc32"}}
    write_artifact(str(copy), manifest, {name: np.load(folder / f"{name}.npy") for name in ARRAYS} | signatures)
    return copy


@pytest.fixture
def signed(tiny_model: Path, tmp_path: Path) -> Path:
    """The tiny model with signatures of three texts, to be damaged."""
    hashes, starts = np.array([3, 9, 65535, 4], np.uint16), np.array([0, 3, 3, 4], np.int64)
    return signed_copy(tiny_model, tmp_path / "模型", {"signatures": hashes, "signature_starts": starts})


def forge(folder: Path, change: Callable[[Manifest], object]) -> None:
    """Change the manifest, as someone would who knows about its checksum."""
    manifest = manifest_of(folder)
    change(manifest)
    manifest["crc32"] = manifest_checksum(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def forge_file(folder: Path, name: str, content: bytes, **entry: object) -> None:
    """Put another file in the place of an array, with the right checksums."""
    (folder / f"{name}.npy").write_bytes(content)
    forge(folder, lambda manifest: manifest["arrays"][name].update(crc32=zlib.crc32(content), **entry))


def forge_array(folder: Path, name: str, change: Callable[[NDArray[Any]], object]) -> None:
    """Change the values of an array, with the right checksums."""
    array = np.load(folder / f"{name}.npy")
    change(array)
    forge_file(folder, name, npy_header(ARRAYS[name], array.shape) + array.tobytes())


def assert_refused(folder: Path, key: str, *parts: str) -> None:
    """Assert that the model is refused with its folder and the reason, in both languages."""
    with pytest.raises(ModelError) as caught:
        Classifier.load(folder)
    error = caught.value
    assert error.key == key
    assert error.exit_code == 1
    for lang in ("zh", "en"):
        line = error.describe(lang)
        assert line.startswith(str(folder))
        assert "\n" not in line
        for part in parts:
            assert part in line


# Written and read back


def test_what_is_written_is_read_back(tiny_model: Path) -> None:
    artifact = read_artifact(str(tiny_model))
    assert artifact.manifest == manifest_of(tiny_model)
    assert set(artifact.views) == set(ARRAYS)
    for name, view in artifact.views.items():
        array = np.load(tiny_model / f"{name}.npy", allow_pickle=False)
        assert artifact.shape(name) == array.shape
        assert view.tolist() == array.ravel().tolist()
        assert array.dtype == np.dtype(ARRAYS[name])
        with pytest.raises(TypeError, match="read-only"):
            view[0] = 0


def test_a_model_moved_elsewhere_answers_the_same(model: Path, tiny_classifier: Classifier) -> None:
    texts = ["项目预算执行率低", "建议盘活闲置资产", ""]
    assert Classifier.load(model).decision_function(texts) == tiny_classifier.decision_function(texts)


@given(st.sampled_from(sorted(set(ARRAYS.values()))), st.lists(st.integers(1, 10**9), min_size=1, max_size=3))
def test_the_header_is_one_that_numpy_reads(dtype: str, sizes: list[int]) -> None:
    header = npy_header(dtype, tuple(sizes))
    assert len(header) % 64 == 0
    stream = io.BytesIO(header)
    assert np.lib.format.read_magic(stream) == (1, 0)
    assert np.lib.format.read_array_header_1_0(stream) == (tuple(sizes), False, np.dtype(dtype))
    assert stream.read() == b""


def test_a_model_that_cannot_be_written_leaves_the_old_one(model: Path) -> None:
    arrays = {name: np.load(model / f"{name}.npy") for name in ARRAYS}
    for wrong in (arrays | {"weights": arrays["weights"].astype(np.int64) + 40_000}, {"alphabet": arrays["alphabet"]}):
        with pytest.raises(ValueError, match=r"weights|base"):
            write_artifact(str(model), {}, wrong)
    assert Classifier.load(model).predict(["项目预算执行率低"])[0].kind == "weakness"


def test_a_written_model_replaces_the_old_one(model: Path) -> None:
    arrays = {name: np.load(model / f"{name}.npy") for name in ARRAYS}
    manifest = {key: value for key, value in manifest_of(model).items() if key not in {"format", "arrays", "crc32"}}
    write_artifact(str(model), manifest | {"wenti": "9.9"}, arrays)
    assert Classifier.load(model).manifest["wenti"] == "9.9"
    assert {file.name for file in model.iterdir()} == {*FILES, "README.md"}


# Signatures of the training statements


def test_signatures_that_are_written_are_read_back(signed: Path) -> None:
    views = read_signatures(str(signed))
    assert {name: view.tolist() for name, view in views.items()} == {
        "signatures": [3, 9, 65535, 4],
        "signature_starts": [0, 3, 3, 4],
    }
    assert {name: np.load(signed / f"{name}.npy").dtype for name in SIGNATURES} == SIGNATURES
    assert has_signatures(manifest_of(signed))


@pytest.mark.parametrize("harm", ["missing", "cut short", "other bytes"])
def test_a_classifier_never_opens_the_signatures(signed: Path, tiny_classifier: Classifier, harm: str) -> None:
    for name in SIGNATURES:
        file = signed / f"{name}.npy"
        content = file.read_bytes()
        file.write_bytes(content[:-1] if harm == "cut short" else content[:-1] + b"\x55")
        if harm == "missing":
            file.unlink()
    texts = ["项目预算执行率低", "建议盘活闲置资产"]
    assert Classifier.load(signed).decision_function(texts) == tiny_classifier.decision_function(texts)
    with pytest.raises(ModelError) as caught:
        read_signatures(str(signed))
    assert caught.value.key == ("model_missing" if harm == "missing" else "model_damaged")
    assert caught.value.describe().startswith(str(signed))
    assert "signatures.npy" in caught.value.describe()


@pytest.mark.parametrize("name", SIGNATURES)
@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"dtype": "<i8"}, "arrays.{}"),
        ({"shape": [0]}, "arrays.{}"),
        ({"shape": [2, 2]}, "arrays.{}"),
        ({"shape": [1 << 30]}, "{}.npy: size"),
        ({"crc32": 0}, "{}.npy: crc32"),
    ],
    ids=["another type", "no values", "a table", "8 GB", "another checksum"],
)
def test_signatures_of_another_form_are_refused(
    signed: Path, name: str, change: dict[str, object], detail: str
) -> None:
    forge(signed, lambda manifest: manifest["arrays"][name].update(change))
    with pytest.raises(ModelError) as caught:
        read_signatures(str(signed))
    assert caught.value.key == "model_damaged"
    assert detail.format(name) in caught.value.describe()


@pytest.mark.parametrize("name", SIGNATURES)
def test_half_of_the_signatures_are_refused(signed: Path, name: str) -> None:
    forge(signed, drop("arrays", name))
    with pytest.raises(ModelError) as caught:
        read_signatures(str(signed))
    assert caught.value.key == "model_damaged"
    assert f"arrays.{name}" in caught.value.describe()


def test_a_model_may_lack_signatures_and_then_says_so(tiny_model: Path, tmp_path: Path) -> None:
    unsigned = signed_copy(tiny_model, tmp_path / "模型", {})
    assert not has_signatures(Classifier.load(unsigned).manifest)
    with pytest.raises(ModelError) as caught:
        read_signatures(str(unsigned))
    assert caught.value.key == "model_unsigned"


def test_a_model_without_signatures_leaves_none_of_the_old_model(signed: Path, tiny_model: Path) -> None:
    signed_copy(tiny_model, signed, {})
    assert {file.name for file in signed.iterdir()} == set(FILES)


def test_signatures_that_do_not_fit_are_not_written(signed: Path, tiny_model: Path) -> None:
    hashes, starts = np.array([1 << 16]), np.array([0, 1])
    for wrong in ({"signatures": hashes, "signature_starts": starts}, {"signatures": hashes}):
        with pytest.raises(ValueError, match="signature"):
            signed_copy(tiny_model, signed, wrong)
    assert read_signatures(str(signed))["signatures"].tolist() == [3, 9, 65535, 4]


# Missing and damaged


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(model: Path, name: str) -> None:
    (model / name).unlink()
    assert_refused(model, "model_missing", name)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert_refused(tmp_path / "没有", "model_missing", MANIFEST)


def test_a_file_instead_of_a_folder_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "model"
    file.write_text("", encoding="utf-8")
    assert_refused(file, "model_missing", MANIFEST)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_in_the_place_of_a_file_cannot_be_read(model: Path, name: str) -> None:
    (model / name).unlink()
    (model / name).mkdir()
    assert_refused(model, "file_unreadable", name)


@pytest.mark.parametrize("kept", [0, 1, 60, -1], ids=["to nothing", "to a byte", "in its header", "by a byte"])
@pytest.mark.parametrize("name", ARRAYS)
def test_a_truncated_array_is_refused(model: Path, name: str, kept: int) -> None:
    file = model / f"{name}.npy"
    file.write_bytes(file.read_bytes()[:kept])
    assert_refused(model, "model_damaged", f"{name}.npy")


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_with_something_after_it_is_refused(model: Path, name: str) -> None:
    with open(model / f"{name}.npy", "ab") as file:
        file.write(b"\x00")
    assert_refused(model, "model_damaged", f"{name}.npy")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FILES), st.integers(0, 10**9), st.integers(1, 255))
def test_a_changed_byte_is_never_overlooked(tiny_model: Path, model: Path, name: str, at: int, change: int) -> None:
    content = bytearray((tiny_model / name).read_bytes())
    content[at % len(content)] ^= change
    (model / name).write_bytes(content)
    try:
        changed = Classifier.load(model)
    except ModelError as error:
        assert error.key in {"model_damaged", "model_format"}
        assert str(model) in error.describe()
    else:  # white space between the manifest's entries says nothing
        assert name == MANIFEST
        assert changed.manifest == manifest_of(tiny_model)
    finally:
        shutil.copyfile(tiny_model / name, model / name)


@pytest.mark.parametrize("version", [0, 1, 3, -1, "2", None, [1], 10**30], ids=repr)
def test_another_format_is_named(model: Path, version: object) -> None:
    forge(model, lambda manifest: manifest.update(format=version))
    assert_refused(model, "model_format", str(version)[:20])


# Hostile manifests


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"not JSON",
        b"[]",
        b"null",
        b'"model"',
        b"{}",
        b'{"format": 2',
        b'{"format": 2, "arrays": []}',
        b'{"format": 2, "arrays": null}',
        b"\xff\xfe{}",
        '{"格式": 1}'.encode("gbk"),
        b'{"format": 2, "arrays": {}, "x": "\\ud800"}',
        b'{"format": 2, "arrays": {}, "\\udfff": 1}',
        b'{"format": 2, "arrays": {}, "x": ' + b"9" * 5000 + b"}",
        b'{"format": 2, "arrays": {}, "x": NaN}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"format": 2, "arrays": {}, "x": "' + b"x" * (5 << 20) + b'"}',
    ],
    ids=[
        "empty",
        "zeros",
        "no JSON",
        "a list",
        "null",
        "a string",
        "an empty object",
        "cut off",
        "a list for arrays",
        "null for arrays",
        "another encoding",
        "GBK",
        "half a character",
        "half a character in a key",
        "a number of 5,000 digits",
        "not a number",
        "lists 100,000 deep",
        "objects 100,000 deep",
        "5 MB of JSON",
    ],
)
def test_a_manifest_that_is_none_is_refused(model: Path, content: bytes) -> None:
    (model / MANIFEST).write_bytes(content)
    assert_refused(model, "model_damaged", MANIFEST)


def test_a_manifest_of_100_mb_is_refused(model: Path) -> None:
    with open(model / MANIFEST, "r+b") as file:
        file.truncate(100 << 20)
    assert_refused(model, "model_damaged", MANIFEST)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"x":', "}")], ids=["lists", "objects"])
def test_a_nested_manifest_is_refused_at_every_depth(model: Path, opening: str, closing: str) -> None:
    for depth in [*range(1, 1100, 7), 3000, 30_000]:
        inner = opening * depth + "1" + closing * depth
        (model / MANIFEST).write_text(f'{{"format": 2, "arrays": {{}}, "x": {inner}}}', encoding="utf-8")
        assert_refused(model, "model_damaged", MANIFEST)


@pytest.mark.parametrize("entry", [None, [], "x", {}, {"dtype": "<i4"}], ids=repr)
@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_that_the_manifest_does_not_describe_is_refused(model: Path, name: str, entry: object) -> None:
    forge(model, lambda manifest: manifest["arrays"].update({name: entry}))
    assert_refused(model, "model_damaged", f"arrays.{name}")


@pytest.mark.parametrize("dtype", ["<i8", "<f4", "|O", "|V8", ">i4", "object", "i4", "", None, ["<i4"], 4], ids=repr)
@pytest.mark.parametrize("name", ARRAYS)
def test_another_dtype_is_refused(model: Path, name: str, dtype: object) -> None:
    forge(model, lambda manifest: manifest["arrays"][name].update(dtype=dtype))
    assert_refused(model, "model_damaged", f"arrays.{name}")


@pytest.mark.parametrize(
    "shape",
    [
        [], [0], [-1], [-65536], [1 << 31], [1 << 62], [10**100], [1.0], [True], ["1"], [None], [[1]], [1, 1, 1], None, 5,
        "5", {"0": 1}, [-1, -1], [0, 9], [1 << 40, 1 << 40],
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("name", ["base", "weights"])
def test_an_impossible_shape_is_refused(model: Path, name: str, shape: object) -> None:
    forge(model, lambda manifest: manifest["arrays"][name].update(shape=shape))
    assert_refused(model, "model_damaged", name)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("base", [(1 << 31) - 1]), ("weights", [(1 << 31) - 1, (1 << 31) - 1]), ("weights", [1, 1])],
    ids=["8 GB", "8 EB", "less than there is"],
)
def test_a_shape_that_the_file_does_not_have_is_refused(model: Path, name: str, shape: list[int]) -> None:
    forge(model, lambda manifest: manifest["arrays"][name].update(shape=shape))
    assert_refused(model, "model_damaged", f"{name}.npy: size")


def test_an_array_of_the_same_size_in_another_form_is_refused(model: Path) -> None:
    rows, columns = np.load(model / "weights.npy").shape
    forge(model, lambda manifest: manifest["arrays"]["weights"].update(shape=[columns, rows]))
    assert_refused(model, "model_damaged", "weights.npy: header")


def _nth(manifest: Manifest, *path: str | int) -> Any:
    value: Any = manifest
    for step in path:
        value = value[step]
    return value


def put(value: object, *path: str | int) -> Callable[[Manifest], None]:
    def change(manifest: Manifest) -> None:
        _nth(manifest, *path[:-1])[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[Manifest], None]:
    def change(manifest: Manifest) -> None:
        del _nth(manifest, *path[:-1])[path[-1]]

    return change


NUMBERS: tuple[tuple[str | int, ...], ...] = (
    ("scales", 0),
    ("bias", 0),
    ("calibration", "slope", 0),
    ("calibration", "intercept", 0),
    ("calibration", "rivalry", 0),
    ("calibration", "kind_weights", 0, 1),
    ("calibration", "kind_bias", 0),
    ("thresholds", "wide", "kind"),
    ("thresholds", "strict", "types", 0),
    ("section_priors", "findings", 0),
    ("limits", "characters"),
)
LISTS: tuple[tuple[str | int, ...], ...] = (
    ("scales",),
    ("bias",),
    ("calibration", "slope"),
    ("calibration", "first"),
    ("calibration", "kind_weights"),
    ("calibration", "kind_weights", 0),
    ("thresholds", "medium", "types"),
    ("section_priors", "overview"),
    ("labels", "kinds"),
    ("labels", "types"),
)
NO_NUMBERS: dict[str, object] = {
    "NaN": float("nan"),
    "infinity": float("inf"),
    "minus infinity": float("-inf"),
    "more than a float can hold": 10**400,
    "a huge number": 1e300,
    "a text": "1",
    "null": None,
    "a list": [1],
    "true": True,
}


@pytest.mark.parametrize("value", NO_NUMBERS.values(), ids=NO_NUMBERS)
@pytest.mark.parametrize("path", NUMBERS, ids=lambda path: ".".join(map(str, path)))
def test_what_is_no_sensible_number_is_refused(model: Path, path: tuple[str | int, ...], value: object) -> None:
    forge(model, put(value, *path))
    assert_refused(model, "model_damaged", MANIFEST)


@pytest.mark.parametrize("value", [None, {}, "x" * 9, 1, []], ids=repr)
@pytest.mark.parametrize("path", LISTS, ids=lambda path: ".".join(map(str, path)))
def test_what_is_no_list_is_refused(model: Path, path: tuple[str | int, ...], value: object) -> None:
    forge(model, put(value, *path))
    assert_refused(model, "model_damaged", MANIFEST)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: ".".join(map(str, path)))
@pytest.mark.parametrize("change", ["shorter", "longer"])
def test_a_list_of_another_length_is_refused(model: Path, path: tuple[str | int, ...], change: str) -> None:
    def forgery(manifest: Manifest) -> None:
        values = _nth(manifest, *path)
        if change == "shorter":
            values.pop()
        else:
            values.append(dict(values[-1], id="another") if isinstance(values[-1], dict) else values[-1])

    forge(model, forgery)
    assert_refused(model, "model_damaged", MANIFEST)


@pytest.mark.parametrize(
    "path",
    [
        ("labels",), ("labels", "kinds"), ("labels", "categories"), ("labels", "types"), ("labels", "types", 0, "id"),
        ("labels", "types", 0, "category"), ("labels", "kinds", 0, "english"), ("scales",), ("bias",), ("calibration",),
        ("calibration", "slope"),
        ("calibration", "kind_bias"), ("thresholds",), ("thresholds", "strict"), ("thresholds", "wide", "kind"),
        ("thresholds", "wide", "types"), ("section_priors",), ("limits",), ("limits", "characters"), ("features",),
        ("features", "max_span"),
    ],
    ids=lambda path: ".".join(map(str, path)),
)  # fmt: skip
def test_a_manifest_that_lacks_something_is_refused(model: Path, path: tuple[str | int, ...]) -> None:
    forge(model, drop(*path))
    assert_refused(model, "model_damaged", MANIFEST)


@pytest.mark.parametrize(
    "change",
    [
        put("nowhere", "labels", "types", 0, "category"),
        put("weakness", "labels", "kinds", 1, "id"),
        put("fund_execution.slow_spending", "labels", "types", 1, "id"),
        put("weakness", "labels", "types", 1, "id"),
        put("asset_management", "labels", "categories", 0, "id"),
        put({"a": 1}, "labels", "types", 0, "id"),
        put(None, "labels", "types", 0, "name"),
        put("matter", "labels", "kinds", 2, "id"),
        put([], "labels", "categories"),
        put(9, "features", "max_span"),
        put(-0.5, "section_priors", "findings", 0),
        put(-0.1, "thresholds", "medium", "types", 0),
        put(1.5, "thresholds", "medium", "kind"),
        put(-1.0, "scales", 0),
        put(0, "limits", "characters"),
        put([], "section_priors"),
    ],
    ids=[
        "a type of no category",
        "two kinds of one id",
        "two types of one id",
        "a type called as a kind",
        "two categories of one id",
        "an id that is no text",
        "a name that is no text",
        "no fact",
        "no categories",
        "longer spans",
        "a negative prior",
        "a negative threshold",
        "a threshold above 1",
        "a negative scale",
        "no characters at all",
        "priors that are no mapping",
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(model: Path, change: Callable[[Manifest], None]) -> None:
    forge(model, change)
    assert_refused(model, "model_damaged", MANIFEST)


# Hostile arrays


class Bomb:
    """Leaves a trace if it is ever unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return open, (str(self.trace), "w")


def object_array(trace: Path) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array([Bomb(trace)] * 40, dtype=object), allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize("described", [True, False], ids=["and described as such", "behind a true description"])
@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_of_objects_is_refused_and_not_unpickled(
    model: Path, tmp_path: Path, name: str, described: bool
) -> None:
    trace = tmp_path / "unpickled"
    content = object_array(trace)
    with pytest.raises(ValueError, match="allow_pickle"):
        np.load(io.BytesIO(content), allow_pickle=False)
    if described:
        forge_file(model, name, content, dtype="|O", shape=[40])
    else:
        content = content.ljust((model / f"{name}.npy").stat().st_size, b"\x00")
        shape = [(len(content) - 128) // np.dtype(ARRAYS[name]).itemsize]
        forge_file(model, name, content, shape=[*shape, 1] if name == "weights" else shape)
    assert_refused(model, "model_damaged", name)
    assert not trace.exists()


@pytest.mark.parametrize("name", FILES)
def test_a_pickle_is_refused_and_not_unpickled(model: Path, tmp_path: Path, name: str) -> None:
    trace = tmp_path / "unpickled"
    content = pickle.dumps(Bomb(trace))
    if name == MANIFEST:
        (model / name).write_bytes(content)
    else:
        forge_file(model, name.removesuffix(".npy"), content)
    assert_refused(model, "model_damaged", name)
    assert not trace.exists()
    pickle.loads(content).close()
    assert trace.exists()


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [(b"<", b">"), (b"False", b"True "), (b"NUMPY\x01", b"NUMPY\x02"), (b"'descr'", b"'Descr'")],
    ids=["other byte order", "Fortran order", "another version", "another field"],
)
def test_another_header_is_refused(model: Path, name: str, pattern: bytes, replacement: bytes) -> None:
    content = (model / f"{name}.npy").read_bytes()
    changed = content.replace(pattern, replacement, 1)
    assert changed != content
    forge_file(model, name, changed)
    assert_refused(model, "model_damaged", f"{name}.npy: header")


SAYINGS = ["项目预算执行率低", "", "建议盘活闲置资产，提高使用率", "x"]
FAR = [2**31 - 1, -(2**31), 10**6, -(10**6)]


@pytest.mark.parametrize("n", [1, 10], ids=["one by one", "in a batch"])
@pytest.mark.parametrize("value", FAR)
@pytest.mark.parametrize("name", ["base", "span"])
def test_an_array_that_points_outside_is_refused_when_it_is_met(model: Path, name: str, value: int, n: int) -> None:
    forge_array(model, name, lambda array: array.fill(value))
    forged = Classifier.load(model)
    with pytest.raises(ModelError) as caught:
        forged.predict(SAYINGS * n)
    assert caught.value.key == "model_damaged"
    assert caught.value.describe().startswith(str(model))


def test_a_span_where_no_walk_ends_is_refused_in_a_batch(model: Path) -> None:
    forge_array(model, "span", lambda array: array.__setitem__(0, 1))
    with pytest.raises(ModelError) as caught:
        Classifier.load(model).decide(SAYINGS)
    assert caught.value.key == "model_damaged"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.sampled_from(["base", "check", "span", "alphabet", "weights", "parent"]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(-(2**31), 2**31 - 1)), min_size=1, max_size=60),
    st.sampled_from([1, 10]),
)
def test_whatever_stands_in_the_arrays_the_answer_is_a_prediction_or_a_refusal(
    tiny_model: Path, model: Path, name: str, changes: list[tuple[int, int]], n: int
) -> None:
    def change(array: NDArray[Any]) -> None:
        flat = array.reshape(-1)
        for at, value in changes:
            flat[at % len(flat)] = np.array(value).astype(array.dtype)

    for file in FILES:
        shutil.copyfile(tiny_model / file, model / file)
    forge_array(model, name, change)
    try:
        forged = Classifier.load(model)
        predictions = forged.predict(SAYINGS * n, top=2, explain=n == 1, threshold="wide")
    except ModelError as error:
        assert error.key == "model_damaged"
    else:
        assert len(predictions) == len(SAYINGS) * n
        for prediction in predictions:
            assert 0 <= prediction.kind_probability <= 1
            assert all(0 <= tag.probability <= 1 for tag in (*prediction.types, *prediction.ranked))


@pytest.mark.parametrize("value", FAR)
def test_a_walk_to_itself_ends(model: Path, value: int) -> None:
    forge_array(model, "base", lambda array: array.fill(0))
    forge_array(model, "check", lambda array: array.fill(1))
    forge_array(model, "alphabet", lambda array: array.fill(1))
    forge_array(model, "span", lambda array: array.__setitem__(1, np.array(value).astype(np.int32)))
    with pytest.raises(ModelError):
        Classifier.load(model).predict(["低" * 1000])


def test_weights_at_their_limits_give_a_prediction(model: Path) -> None:
    forge_array(model, "weights", lambda array: array.fill(struct.unpack("<h", b"\x00\x80")[0]))
    (prediction,) = Classifier.load(model).predict(["项目预算执行率低"])
    assert 0 <= prediction.kind_probability <= 1
