"""Arrays in files that somebody else may have written: what was put in comes out, and what was not put in is
refused."""
import io
import json
import os
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as some_arrays
from laws import refuses

from minnet.npz import read_npz, write_npz

names = st.text("abcdefg/_ é0", min_size=1, max_size=8).filter(lambda name: name.strip("/") and name != "meta")
dtypes = st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_, np.dtype("U3")])


@settings(max_examples=20)
@given(
    arrays=st.dictionaries(
        names, dtypes.flatmap(lambda dtype: some_arrays(dtype, st.sampled_from([(), (0,), (3,), (2, 3)]))), max_size=3
    ),
    meta=st.dictionaries(
        st.sampled_from(["nit", "colour"]), st.integers() | st.text(max_size=3) | st.lists(st.floats(allow_nan=False))
    ),
)
def test_what_was_put_in_comes_out(arrays, meta, tmp_path_factory):
    path = tmp_path_factory.mktemp("npz") / "a.npz"
    write_npz(path, {"version": 1} | meta, arrays)
    header, read = read_npz(path, 1, "file")
    assert header == {"version": 1} | meta and set(read) == set(arrays)
    for name, array in arrays.items():
        assert read[name].dtype == array.dtype and read[name].shape == array.shape and read[name].flags.writeable
        np.testing.assert_array_equal(read[name], array)


def npy(array, header=None):
    """A member in NumPy's format, with its header replaced."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), version=(1, 0), allow_pickle=True)
    content = stream.getvalue()
    if header is None:
        return content
    length = int.from_bytes(content[8:10], "little")
    return content[:10] + header.ljust(length - 1).encode() + b"\n" + content[10 + length:]


def archive(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members:
            file.writestr(name + ".npy", content)


META = npy(np.array(json.dumps({"version": 1, "arrays": ["x"]})))
HEADER = "{{'descr': '<f8', 'fortran_order': False, 'shape': {}, }}"
CRAFTED = {
    "a pickle": npy(np.array([{}], dtype=object)),
    "an object's header": npy([1.0], HEADER.format("(1,)").replace("<f8", "|O")),
    "a larger shape": npy([1.0], HEADER.format("(10**12,)")),
    "a huge shape": npy([1.0], HEADER.format("(999999999999,)")),
    "a negative shape": npy([1.0], HEADER.format("(-1, -1)")),
    "a deep header": npy([1.0], "(" * 90),
    "no header": npy([1.0], "{"),
    "a header of code": npy([1.0], "__import__('os').system('true')"),
    "a token": npy([1.0], "{'descr': '<f8"),
    "another type": npy([1.0], HEADER.format("3.5")),
    "an unknown dtype": npy([1.0], HEADER.format("(1,)").replace("<f8", "<q9")),
    "a structure": npy(np.zeros(1, [("a", float)])),
    "nothing": b"",
    "text": b"hello",
    "another version": b"\x93NUMPY\x03\x00" + npy([1.0])[8:],
}


@pytest.mark.parametrize("name", CRAFTED)
def test_crafted_members_are_refused(name, tmp_path):
    path = tmp_path / "a.npz"
    archive(path, [("meta", META), ("x", CRAFTED[name])])
    with refuses(path, "no model of minnet, or is damaged"):
        read_npz(path, 1, "model")
    archive(path, [("meta", CRAFTED[name]), ("x", npy([1.0]))])
    with refuses(path, "no model of minnet, or is damaged"):
        read_npz(path, 1, "model")


def test_what_unpacks_to_more_than_the_file_is_refused(tmp_path):
    path = tmp_path / "a.npz"
    archive(path, [("meta", META), ("x", npy(np.zeros(10**6)))], zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 20_000
    with refuses(path, "damaged"):
        read_npz(path, 1, "model")


@pytest.mark.parametrize(
    "header", ["{}", "[]", "3", "null", "{", '{"version": 1}', '{"version": 1, "arrays": 3}', "[" * 100_000]
)
def test_headers_of_other_things_are_refused(header, tmp_path):
    path = tmp_path / "a.npz"
    archive(path, [("meta", npy(np.array(header))), ("x", npy([1.0]))])
    with refuses(path, "no model of minnet, or is damaged"):
        read_npz(path, 1, "model")


def test_another_version_and_what_is_no_file(tmp_path):
    write_npz(tmp_path / "a.npz", {"version": 2}, {})
    with refuses("a.npz is of version 2; expected 1"):
        read_npz(tmp_path / "a.npz", 1, "model")
    os.mkfifo(tmp_path / "fifo")
    for name, reason in (("missing", "No such file"), ("", "Is a directory"), ("fifo", "Not a regular file")):
        with refuses("cannot read model", reason):
            read_npz(tmp_path / name, 1, "model")


@settings(max_examples=500)
@given(flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=3))
def test_a_file_with_changed_bytes_is_refused_or_says_the_same(flips, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "flipped.npz"
    x = np.arange(5.0)
    write_npz(path, {"version": 1, "colour": "red"}, {"x": x})
    content = bytearray(path.read_bytes())
    for at, flip in flips:
        content[int(at * len(content))] ^= flip
    path.write_bytes(content)
    try:
        meta, arrays = read_npz(path, 1, "model")
    except ValueError as error:
        assert "\n" not in str(error) and path.name in str(error)
    else:
        assert meta == {"version": 1, "colour": "red"} and arrays["x"].tolist() == x.tolist()
