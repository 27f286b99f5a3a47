"""Arrays and a JSON header in a file: npz without pickle, written whole, and read with distrust.

A file may be damaged or crafted. Members are stored, not compressed, so that none is larger than the file; a member's
dtype and shape are read from its header and must fit its size before the data is touched; nothing in a file is
executed.
"""
from __future__ import annotations

import errno
import io
import json
import math
import os
import stat
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from .files import as_path, atomic_write, uninterrupted

__all__ = ["read_npz", "write_npz"]


def write_npz(path: str | os.PathLike[str], meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays and a JSON header: the file is either the old one or the new one, whole, also where Ctrl-C
    arrives.

    Parameters
    ----------
    path : str or path
    meta : mapping
        Goes into the header: strings, numbers, lists and mappings of them; NumPy's numbers become Python's, arrays
        lists.
    arrays : mapping of str to array
        Of numbers or strings.

    Raises
    ------
    ValueError
        Where the file cannot be written.
    """
    header = json.dumps({**meta, "arrays": sorted(arrays)}, default=_plain)
    with uninterrupted(), atomic_write(path) as file:
        np.savez(file, meta=np.array(header), **arrays)


def read_npz(path: str | os.PathLike[str], version: int, what: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read (header, arrays) of a file of `write_npz`.

    Parameters
    ----------
    path : str or path
    version : int
        The version that the header must name.
    what : str
        What the file is expected to be, for messages.

    Raises
    ------
    ValueError
        Of one line, where there is no such file, or it is no file of this kind, is damaged or of another version.
    """
    path = as_path(path)
    try:
        with open(path, "rb", opener=_regular) as file:
            meta, arrays = _members(file)
    except OSError as error:
        raise ValueError(f"cannot read {what} {path}: {error.strerror or 'not a whole file'}") from error
    except Exception as error:               # whatever a crafted file makes the readers of zip, npy and JSON do
        raise ValueError(f"{path} is no {what} of minnet, or is damaged") from error
    if meta.get("version") != version:
        raise ValueError(f"{what} {path} is of version {str(meta.get('version'))[:20]}; expected {version}")
    return meta, arrays


def _members(file):
    size = os.fstat(file.fileno()).st_size
    with zipfile.ZipFile(file) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        stored = all(info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
                     for info in members.values())
        if (
            not stored
            or len(members) < len(archive.infolist())
            or sum(info.file_size for info in members.values()) > size
        ):
            raise ValueError("members that are not simply stored")
        meta = json.loads(str(_array(archive.read(members.pop("meta")))))
        if sorted(members) != meta.pop("arrays"):
            raise ValueError("other arrays than the header names")
        return meta, {name: _array(archive.read(info)) for name, info in members.items()}


def _array(content):
    """The array of a member in NumPy's format, version 1.0."""
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("another version of the format")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    rest = len(content) - stream.tell()
    if dtype.kind not in "fiubU" or math.prod(shape) * dtype.itemsize != rest:
        raise ValueError(f"{dtype} of shape {shape} in {rest} bytes")
    flat = np.frombuffer(content, dtype, offset=stream.tell()) if rest else np.empty(0, dtype)
    return flat.reshape(shape, order="F" if fortran else "C").copy(order="A")


def _regular(path, flags):
    """Open a regular file, without waiting for what is none."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, os.strerror(errno.EISDIR) if stat.S_ISDIR(mode) else "Not a regular file")
    return descriptor


def _plain(value):
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} does not go into a file; expected arrays and numbers")
