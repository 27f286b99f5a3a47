"""IDX files: every type is read, every damage refused."""
import gzip
import struct

import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_array_equal

from minnet.datasets import read_idx

CODES = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}


def idx(array, code):
    return (bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            + array.astype(np.dtype(CODES[code]).newbyteorder(">")).tobytes())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("shape", [(5,), (2, 3), (4, 3, 2), (0, 28, 28)])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_is_read_in_its_own_type(table, code, shape, pack):
    array = np.random.default_rng(0).integers(0, 100, shape).astype(CODES[code])
    read = read_idx(table(pack(idx(array, code)), "images-idx"))
    assert read.dtype == np.dtype(CODES[code]) and read.dtype.isnative
    assert read.flags.writeable
    assert_array_equal(read, array)


WHOLE = idx(np.arange(300).reshape(3, 100), 0x0C)


@pytest.mark.parametrize("content, parts", [
    (b"", ["not an IDX file", "nothing"]),
    (b"\0\0\x08", ["not an IDX file", "00 00 08"]),
    (b"\1\0\x08\1", ["not an IDX file"]),
    (b"\0\0\x0a\1", ["not an IDX file", "00 00 0a 01"]),
    (b"size,colour\n", ["not an IDX file"]),
    (WHOLE[:9], ["truncated", "9 bytes", "12"]),
    (WHOLE[:-1], ["truncated", "1211 bytes", "1212", "(3, 100)", "int32"]),
    (WHOLE + b"\0", ["too long", "1213 bytes", "1212"]),
    (b"\0\0\x08\3" + b"\xff" * 12, ["truncated", "16 bytes"]),
    (gzip.compress(WHOLE, mtime=0)[:-9], ["broken gzip"]),
    (b"\x1f\x8b" + b"\0" * 20, ["broken gzip"]),
    (gzip.compress(WHOLE, mtime=0)[:30] + b"\xff" * 30, ["broken gzip"]),
])
def test_a_file_that_is_no_idx_is_refused(table, content, parts):
    path = table(content, "broken-idx")
    with refuses(path, *parts):
        read_idx(path)
