"""The IDX files of MNIST and its kin: an array with a short head.

Two zero bytes, one for the type, one for the number of axes; then each axis's length as a 32-bit integer; then the
entries, row-major; all big-endian. After LeCun, Cortes & Burges, "The MNIST database of handwritten digits".
"""
from __future__ import annotations

import math
from os import PathLike

import numpy as np

from .files import read_bytes

__all__ = ["read_idx"]

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST_AXES = 32     # that NumPy's arrays have in every version


def read_idx(path: str | PathLike[str]) -> np.ndarray:
    """Read the array in an IDX file, plain or gzipped, in its own type.

    Parameters
    ----------
    path : str or path-like
        Such as `train-images-idx3-ubyte.gz`, which holds MNIST's images: (60000, 28, 28) uint8.

    Returns
    -------
    ndarray
        In the machine's own byte order, writeable.

    Raises
    ------
    ValueError
        Naming the file, where there is none, or its bytes are not just what its head announces.
    """
    content = read_bytes(path)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in TYPES or content[3] > MOST_AXES:
        raise ValueError(f"{path}: not an IDX file: it starts with {content[:4].hex(' ') or 'nothing'}; "
                         f"expected 00 00, a type (08, 09, 0b, 0c, 0d, 0e) and the number of axes, "
                         f"at most {MOST_AXES}")
    dtype, head = np.dtype(TYPES[content[2]]), 4 + 4 * content[3]
    if len(content) < head:
        raise ValueError(f"{path}: truncated: {len(content)} bytes; expected a head of {head}")
    shape = tuple(np.frombuffer(content[4:head], ">u4").tolist())
    expected = head + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise ValueError(f"{path}: {'truncated' if len(content) < expected else 'too long'}: {len(content)} bytes; "
                         f"expected {expected:.6g} for {dtype.newbyteorder('=')} of shape "
                         f"{shape if len(shape) < 6 else f'of {len(shape)} axes'}")
    if math.prod(filter(None, shape)) * dtype.itemsize >= 2**63:
        raise ValueError(f"{path}: an empty array of shape {shape}; expected lengths that fit into memory")
    return np.frombuffer(content, dtype, offset=head).reshape(shape).astype(dtype.newbyteorder("="))
