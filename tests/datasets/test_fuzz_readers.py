"""Damaged and crafted files: each reader gives its result or one ValueError of one line, and never hangs."""
import gzip
import struct
import time

import numpy as np
import pytest

from minnet.datasets import Columns, read_csv, read_idx

TABLES = [text.encode() for text in (
    "a,b,kind\n1,2,x\n3,4,y\n5,6.5,x\n" * 2, ',"a","d","y"\n1,"$1,200.5",2021-01-02,3%\n2,,01/02/2021,4%\n3,NA,,5%\n',
    "sep=;\nx;y;z\n1,5;u;0.5\n2,5;v;1.5\n", "# comment\nx y z\n1 2 3\n4 5 6\n", "a|b\n(3)|−4\n5 kg|6\n",
    '"q""q",b\n"1\n2",3\n"x,y",4\n',
    "1,2,3\n4,5,6\n7,8,9\n", "när;vad\n2020-02-30;ö\n2020-02-29 10:30;ä\n")]
TABLES += [TABLES[0].decode().encode("utf-16"), TABLES[7].decode().encode("latin-1"), gzip.compress(TABLES[1])]
INSERTS = [b"", b"\0", b"\n", b"\r", b'"', b",", b";", b"\t", b"|", b" ", b"\xff", b"\xfe\xff", b"\xc3", b"nan",
           b"inf", b"1e999", b"-", b"NA", b"99999-01-01", b"(", b"$", b"%", b"1" * 5000, b"x" * 140_000,
           "٣\u2028\x85".encode(), b"2021-01-01T99:99", b"sep=", b"#", b"=1+1"]
ARRAYS = [b"\0\0\x08\3" + struct.pack(">3I", 2, 2, 3) + bytes(12),
          b"\0\0\x0e\1" + struct.pack(">I", 2) + bytes(16), b"\0\0\x0d\0" + bytes(4)]
ARRAYS += [gzip.compress(content) for content in ARRAYS]
OPTIONS = [{}, {"missing": "drop"}, {"missing": "error"}, {"decimal": ","}, {"header": True}, {"header": False},
           {"na": ""}, {"target": 0}, {"kind": "regression"}, {"kind": "classification"}, {"date_order": "day"},
           {"separator": " "}, {"encoding": "latin-1"}, {"comment": "x"}]


def mutated(rng, content):
    """The content with a few bytes turned, cut out, doubled or put in."""
    content = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        i, j = sorted(rng.integers(0, len(content) + 1, 2).tolist())
        insert = INSERTS[rng.integers(len(INSERTS))]
        match rng.integers(5):
            case 0:
                content[i:i] = insert
            case 1:
                content[i:min(j, i + 20)] = b""
            case 2:
                content[i:i] = content[i:j]
            case 3:
                content[i:i + 1] = bytes(byte ^ 1 << rng.integers(8) for byte in content[i:i + 1])
            case 4:
                content[i:i + 1] = insert
    return bytes(content)


def result_or_one_line(read, *arguments, **options):
    """What the reader gives within ten seconds, None where it refuses in one line."""
    start = time.perf_counter()
    try:
        return read(*arguments, **options)
    except ValueError as error:
        assert type(error) is ValueError and "\n" not in str(error) and 0 < len(str(error)) < 2000
        return None
    finally:
        assert time.perf_counter() - start < 10


def fuzz_tables(path, seed, rounds):
    rng, read = np.random.default_rng(seed), 0
    for _ in range(rounds):
        path.write_bytes(mutated(rng, TABLES[rng.integers(len(TABLES))]))
        data = result_or_one_line(read_csv, path, **OPTIONS[rng.integers(len(OPTIONS))])
        if data is None:
            continue
        read += 1
        assert np.isfinite(data.X).all() and np.isfinite(data.y).all()
        assert data.X.shape == (len(data.y), len(data.feature_names))
        assert Columns.from_json(data.columns.to_json()) == data.columns and str(data.columns) and repr(data)
        assert np.array_equal(data.columns.encode(data.table, warn=False), data.X)
        other = mutated(rng, path.read_bytes())
        path.write_bytes(other)
        X = result_or_one_line(data.columns.encode, path, warn=False)
        assert X is None or (np.isfinite(X).all() and X.shape[1] == data.X.shape[1])
    return read


def fuzz_arrays(path, seed, rounds):
    rng, read = np.random.default_rng(seed), 0
    for _ in range(rounds):
        path.write_bytes(mutated(rng, ARRAYS[rng.integers(len(ARRAYS))]))
        array = result_or_one_line(read_idx, path)
        read += array is not None
    return read


@pytest.mark.parametrize("fuzz, rounds", [(fuzz_tables, 300), (fuzz_arrays, 300)])
def test_damaged_files(tmp_path, fuzz, rounds):
    assert 0 < fuzz(tmp_path / "file", 0, rounds) < rounds


@pytest.mark.slow
@pytest.mark.parametrize("fuzz", [fuzz_tables, fuzz_arrays])
def test_ten_thousand_damaged_files(tmp_path, fuzz):
    assert 0 < fuzz(tmp_path / "file", 1, 10_000) < 10_000
