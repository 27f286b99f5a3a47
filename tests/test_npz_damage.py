"""Damaged npz files: `read_npz` gives arrays and a header, or one ValueError of one line."""
import json
import time
import zipfile

import numpy as np
import pytest

from minnet import npz


def header(descr="'<f8'", order="False", shape="(3,)"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"


HEADERS = [header(), header("'|O'"), header(shape="(-3,)"), header(shape="(2**62, 8)"), header(shape="(99999999999,)"),
           header("[('a', '<f8')]"), header("3", "0", "3"), header("'<M8[s]'"), header(order="'x'"),
           header("'<U9999999'", shape="()"), "{'descr': '<f8'", "(" * 400, "[" * 9000, "\\", "'", "-" * 5000 + "1",
           "__import__('os').system('true')"]


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.npz"
    arrays = {"theta": np.arange(3.0), "mean": np.ones((2, 3), np.float32), "word": np.array("x")}
    npz.write_npz(path, {"version": 1, "name": "ä"}, arrays)
    return path


def one_line_or_arrays(path):
    """Whether the file was read; a refusal is one line, and neither takes long."""
    start = time.perf_counter()
    try:
        meta, arrays = npz.read_npz(path, 1, "model")
        assert isinstance(meta, dict) and all(array.dtype != object for array in arrays.values())
        return True
    except ValueError as error:
        assert type(error) is ValueError and "\n" not in str(error) and path.name in str(error)
        return False
    finally:
        assert time.perf_counter() - start < 10


def flip(path, content, seed, rounds):
    """How many files are still read with a few of their bits turned, bytes cut out or doubled."""
    rng, read = np.random.default_rng(seed), 0
    for _ in range(rounds):
        damaged = bytearray(content)
        for _ in range(rng.integers(1, 4)):
            i, j = sorted(rng.integers(0, len(damaged), 2).tolist())
            kind = rng.integers(6)
            if kind == 0:
                del damaged[i:i + (j - i) % 30]
            elif kind == 1:
                damaged[i:i] = damaged[i:i + (j - i) % 300]
            else:
                damaged[i] ^= 1 << rng.integers(8)
        path.write_bytes(damaged)
        read += one_line_or_arrays(path)
    return read


def test_damaged_files(good, tmp_path):
    assert flip(tmp_path / "damaged.npz", good.read_bytes(), 0, 300) < 300


@pytest.mark.slow
def test_ten_thousand_damaged_files(good, tmp_path):
    assert flip(tmp_path / "damaged.npz", good.read_bytes(), 1, 10_000) < 10_000


@pytest.mark.parametrize("bit", range(16))
def test_each_flag_of_a_member(good, tmp_path, bit):
    """Bit 0 says "encrypted": no password is asked for, and no other exception comes out."""
    content = bytearray(good.read_bytes())
    entry = content.rindex(b"PK\1\2")
    content[entry + 8 + bit // 8] ^= 1 << bit % 8
    path = tmp_path / "flag.npz"
    path.write_bytes(content)
    one_line_or_arrays(path)


@pytest.mark.parametrize("text", HEADERS)
@pytest.mark.parametrize("member", ["theta.npy", "meta.npy"])
def test_crafted_headers(tmp_path, text, member):
    path, text = tmp_path / "crafted.npz", text.encode() + b"\n"
    with zipfile.ZipFile(path, "w") as archive:
        meta = np.array(json.dumps({"version": 1, "arrays": ["theta"]}))
        for name, array in (("theta.npy", np.arange(3.0)), ("meta.npy", meta)):
            with archive.open(name, "w") as file:
                if name == member:
                    file.write(b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text + array.tobytes())
                else:
                    np.lib.format.write_array(file, array, (1, 0))
    assert one_line_or_arrays(path) == (text == f"{HEADERS[0]}\n".encode() and member == "theta.npy")
