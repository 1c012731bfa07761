"""The model's directory: ``model.json`` and plain ``.npy`` arrays, read as data and never executed.

Reading uses the standard library alone and maps the arrays into memory. Format version, structure, sizes, headers and
checksums are checked before anything is used; a forged model can at worst give wrong answers, since every access to its
arrays is bounds-checked by the interpreter.

The signatures of the training statements (:mod:`wenti.leakage`) lie in the same folder, but no classifier needs them:
they are opened and checked only by who asks for them, and a model may lack them.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import zlib

from wenti.errors import ModelError, OutputError

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and numpy would cost more than the rest of the start
    from collections.abc import Mapping
    from typing import Any

    import numpy as np

FORMAT = 2
MANIFEST = "model.json"
ARRAYS = {"alphabet": "<u2", "base": "<i4", "check": "<i4", "span": "<i4", "parent": "<i4", "weights": "<i2"}
SIGNATURES = {"signatures": "<u2", "signature_starts": "<i4"}
_CASTS = {"<u2": "H", "<i4": "i", "<i2": "h"}
_SIZES = {"<u2": 2, "<i4": 4, "<i2": 2}
_MAX_MANIFEST = 4 << 20
_BLOCK = 1 << 20
_PART = ".part"


class Artifact:
    """A model as it lies on disk.

    Attributes
    ----------
    path : str
        Its folder.
    manifest : dict
        The content of ``model.json``.
    views : dict of str to memoryview
        Each array, flat, mapped into memory, in the machine's byte order.
    """

    __slots__ = ("manifest", "path", "views")

    def __init__(self, path: str, manifest: dict[str, Any], views: dict[str, memoryview]) -> None:
        self.path = path
        self.manifest = manifest
        self.views = views

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of one array."""
        return tuple(self.manifest["arrays"][name]["shape"])


def npy_header(dtype: str, shape: tuple[int, ...]) -> bytes:
    """Return the header of version 1.0 that NumPy writes for a C-ordered array (NEP 1)."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape!r}, }}"
    length = 10 + len(text) + 1
    padded = text + " " * (-length % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode("latin-1")


def manifest_checksum(manifest: Mapping[str, Any]) -> int:
    """Return the CRC-32 of everything in the manifest but the checksum itself."""
    rest = {key: value for key, value in manifest.items() if key != "crc32"}
    return zlib.crc32(json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def write_artifact(path: str, manifest: dict[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Write a model's directory; an old model is replaced at the end, and a half-written one is refused.

    Parameters
    ----------
    path : str
        Folder; made if missing.
    manifest : dict
        Without ``format``, ``arrays`` and checksums, which are added.
    arrays : mapping of str to ndarray
        One for each name of :data:`ARRAYS`; for those of :data:`SIGNATURES` all or none.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    ValueError
        If an array is missing or does not fit its type.
    """
    os.makedirs(path, exist_ok=True)
    entries: dict[str, Any] = {}
    contents: dict[str, bytes] = {}
    signed = not arrays.keys().isdisjoint(SIGNATURES)
    for name, dtype in (ARRAYS | SIGNATURES if signed else ARRAYS).items():
        if name not in arrays:
            raise ValueError(f"{name} is missing")
        array = arrays[name]
        stored = array.astype(dtype)
        if (stored != array).any():
            raise ValueError(f"{name} does not fit into {dtype}")
        contents[name] = npy_header(dtype, stored.shape) + stored.tobytes()
        entries[name] = {"dtype": dtype, "shape": list(stored.shape), "crc32": zlib.crc32(contents[name])}
    whole = {"format": FORMAT, **manifest, "arrays": entries}
    whole["crc32"] = manifest_checksum(whole)
    manifest_text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    files = {f"{name}.npy": content for name, content in contents.items()} | {MANIFEST: manifest_text.encode()}
    # New files first, then renamed over the old ones: maps of the old model stay whole, and if it is cut short, the
    # checksums tell.
    try:
        for name, content in files.items():
            with open(os.path.join(path, name + _PART), "wb") as file:
                file.write(content)
        for name in files:
            os.replace(os.path.join(path, name + _PART), os.path.join(path, name))
        for name in SIGNATURES:  # those of the old model
            if not signed and os.path.exists(os.path.join(path, f"{name}.npy")):
                os.remove(os.path.join(path, f"{name}.npy"))
    except OSError as error:
        raise OutputError("file_unwritable", file=path, detail=error.strerror or str(error)) from None
    finally:
        for name in files:
            if os.path.exists(os.path.join(path, name + _PART)):
                os.remove(os.path.join(path, name + _PART))


def read_artifact(path: str) -> Artifact:
    """Read and check a model's directory.

    Parameters
    ----------
    path : str
        Folder.

    Returns
    -------
    Artifact

    Raises
    ------
    ModelError
        If something is missing, damaged or of another format.
    """
    manifest = _read_manifest(os.path.join(path, MANIFEST), path)
    return Artifact(path, manifest, {name: _read_array(path, manifest, name, ARRAYS[name]) for name in ARRAYS})


def read_signatures(path: str) -> dict[str, memoryview]:
    """Read and check the signatures of the statements that a model was trained on.

    Parameters
    ----------
    path : str
        Folder.

    Returns
    -------
    dict of str to memoryview
        The arrays of :data:`SIGNATURES`, flat, mapped into memory, in the machine's byte order.

    Raises
    ------
    ModelError
        If the model has none, or something is missing, damaged or of another format.
    """
    manifest = _read_manifest(os.path.join(path, MANIFEST), path)
    if not has_signatures(manifest):
        raise ModelError("model_unsigned", file=path)
    return {name: _read_array(path, manifest, name, SIGNATURES[name]) for name in SIGNATURES}


def has_signatures(manifest: Mapping[str, Any]) -> bool:
    """Return whether a model says that it has signatures."""
    return not manifest["arrays"].keys().isdisjoint(SIGNATURES)


def _read_array(path: str, manifest: dict[str, Any], name: str, dtype: str) -> memoryview:
    entry = manifest["arrays"].get(name)
    shape = entry.get("shape") if isinstance(entry, dict) else None
    if (
        not isinstance(shape, list)
        or entry.get("dtype") != dtype
        or len(shape) != (2 if name == "weights" else 1)
        or not all(type(size) is int and 0 < size < 1 << 31 for size in shape)
    ):
        raise ModelError("model_damaged", file=path, detail=f"{MANIFEST}: arrays.{name}")
    return _map_array(os.path.join(path, f"{name}.npy"), dtype, tuple(shape), entry.get("crc32"))


def _read_manifest(file: str, path: str) -> dict[str, Any]:
    try:
        with open(file, "rb") as stream:
            content = stream.read(_MAX_MANIFEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise ModelError("model_missing", file=path, missing=MANIFEST) from None
    except OSError as error:
        raise ModelError("file_unreadable", file=file, detail=error.strerror) from None
    try:
        if len(content) > _MAX_MANIFEST:
            raise ValueError("too large")
        manifest = json.loads(content)
        if not isinstance(manifest, dict) or not isinstance(manifest.get("arrays"), dict):
            raise ValueError("no manifest")
        checksum = manifest_checksum(manifest)  # here, since half a character or deep nesting cannot be encoded
    except (ValueError, RecursionError):
        raise ModelError("model_damaged", file=path, detail=MANIFEST) from None
    if manifest.get("format") != FORMAT:
        found = str(manifest.get("format"))[:20]
        raise ModelError("model_format", file=path, found=found, expected=FORMAT)
    if manifest.get("crc32") != checksum:
        raise ModelError("model_damaged", file=path, detail=f"{MANIFEST}: crc32")
    return manifest


def _map_array(file: str, dtype: str, shape: tuple[int, ...], checksum: object) -> memoryview:
    header = npy_header(dtype, shape)
    size = _SIZES[dtype]
    for length in shape:
        size *= length
    folder, name = os.path.split(file)
    try:
        with open(file, "rb") as stream:
            if os.fstat(stream.fileno()).st_size != len(header) + size:
                raise ModelError("model_damaged", file=folder, detail=f"{name}: size")
            crc = 0
            while block := stream.read(_BLOCK):
                crc = zlib.crc32(block, crc)
            if crc != checksum:
                raise ModelError("model_damaged", file=folder, detail=f"{name}: crc32")
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise ModelError("model_missing", file=folder, missing=name) from None
    except OSError as error:
        raise ModelError("file_unreadable", file=file, detail=error.strerror) from None
    if mapped[: len(header)] != header:
        raise ModelError("model_damaged", file=folder, detail=f"{name}: header")
    body = memoryview(mapped)[len(header) :]
    if sys.byteorder == "big":
        import array

        swapped = array.array(_CASTS[dtype], bytes(body))
        swapped.byteswap()
        return memoryview(swapped)
    return body.cast(_CASTS[dtype])  # type: ignore[call-overload,no-any-return]
