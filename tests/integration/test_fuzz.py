"""Random command lines, tables, models and IDX files: an answer, or one line and exit status 2, with nothing lost.

Every input comes from a seed; a failing assertion names it.
"""

import json
import shutil
import signal
import struct
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from commands import contents, minnet, small_table

from minnet import datasets, plotting
from minnet.npz import read_npz, write_npz

LONGEST = 30  # seconds that one call may take
ROUNDS = [40, pytest.param(2500, marks=pytest.mark.slow)]
QUICK = ("--hidden", "2", "--l2", "1e-3", "--max-iter", "2")


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """A table, a model of it, and files of somebody else's in the way."""
    folder = tmp_path_factory.mktemp("stock")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        small_table("good.csv")
        patch.setattr(plotting, "save", lambda fig, path: path.touch())
        assert minnet("train", "good.csv", *QUICK, "--out", "model") == 0
    for name in ("report.json", "training.png", "notebook.png", "spectrum.png", "race.json", "race.png", "index.html"):
        (folder / "mine").mkdir(exist_ok=True)
        (folder / "mine" / name).write_text("mine")
    return folder


@pytest.fixture
def place(stock, tmp_path, monkeypatch):
    monkeypatch.setattr(plotting, "save", lambda fig, path: path.touch())
    shutil.copytree(stock, tmp_path / "place")
    monkeypatch.chdir(tmp_path / "place")


@contextmanager
def in_time(what):
    """AssertionError where the block hangs."""

    def stop(*_):
        raise AssertionError(f"no end after {LONGEST} s: {what}")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def answer(capsys, *argv):
    """The status of a command: 0, 1 or 2 with one line, after which every file is as it was."""
    before = contents()
    capsys.readouterr()
    with in_time(argv):
        status = minnet(*argv)
    err = capsys.readouterr().err
    errors = [line for line in err.splitlines() if ": warning: " not in line]
    assert status in (0, 1, 2), argv
    assert len(errors) == (status == 2) and all(line.startswith("minnet") and "error: " in line for line in errors), (
        argv,
        err,
    )
    after = contents()
    if status == 2:
        assert after == before, (argv, set(after) ^ set(before))
    elif "--overwrite" not in argv:
        own = {path: content for path, content in before.items() if not path.startswith(("model", "new", "minnet-out"))}
        assert own.items() <= after.items(), argv
        assert after["model/model.npz"] == before["model/model.npz"], argv
    return status


# --- command lines --------------------------------------------------------------------------------------------------

ODD = [
    "",
    "-",
    "--",
    "nan",
    "inf",
    "-1",
    "0",
    "1",
    "2",
    "2.5",
    "1e400",
    "x",
    "ä",
    "\x1b[1m",
    "%s",
    "{}",
    "a" * 300,
    "٣",
]
PATHS = [
    "good.csv",
    "./good.csv",
    "model/model.npz",
    "model",
    "mine",
    "mine/race.json",
    "no/where",
    "/dev/null",
    "/proc",
    ".",
    "",
]
NAMES = ["iris", "xor", "Two-Moons", "rosenbrock", "beale", "quadratic", *PATHS]
OUT = [
    "new",
    "new",
    "new",
    "mine",
    "model",
    "model/model.npz",
    "good.csv",
    "no/where.csv",
    "/dev/null",
    "/proc",
    "",
    "a" * 300,
]
TABLE = {
    "--drop": ["a", "b", "colour", "kind", "a,b,colour"],
    "--missing": ["impute", "drop", "error"],
    "--na": ["", "red", "red,blue"],
    "--decimal": [".", ","],
    "--dates": ["day", "month"],
    "--header": ["yes", "no"],
    "--separator": [",", ";", "tab", "blank", "bar"],
    "--encoding": ["utf-8", "latin-1", "utf-16", "rot13", "idna"],
    "--comment": ["#", "a", "1"],
}
OPTIONS = {  # what a command takes besides --seed, with values that may be meant; None for a flag
    "train": {
        "--target": ["a", "colour", "kind", "0", "-1"],
        "--kind": ["classification", "regression"],
        "--hidden": ["2", "3,2", "", "999999999999"],
        "--activation": ["tanh", "relu"],
        "--optimizer": ["adam", "newton", "L-BFGS"],
        "--lr": ["0.1", "1e9"],
        "--l2": ["0", "1e-3", "1e9"],
        "--test-fraction": ["0", "0.5", "0.99"],
        "--max-iter": ["0", "1", "3"],
        "--gtol": ["0", "1e-3"],
        "--batch-size": ["1", "5", "999"],
        "--class-weight": ["balanced"],
        "--early-stopping": None,
        "--validation-fraction": ["0.2", "0.999"],
        "--resume": None,
        "--overwrite": None,
        "--out": OUT,
        **TABLE,
    },
    "predict": {"--out": OUT, "--overwrite": None, **TABLE},
    "race": {
        "--methods": ["lbfgs", "adam,newton", "cubicnewton"],
        "--budget": ["1", "9"],
        "--gtol": ["0", "1e-3"],
        "--start": ["1"],
        "--target": ["a", "colour", "kind"],
        "--hidden": ["2", ""],
        "--l2": ["0", "1e9"],
        "--overwrite": None,
        "--out": OUT,
        **TABLE,
    },
    "spectrum": {"--out": OUT, "--overwrite": None, **TABLE},
    "check": {"--loss": ["huber"], "--how": ["taylor", "complex-step"], "--hidden": ["2", ""]},
    "play": {
        "--start": ["1,2", "nan,1"],
        "--methods": ["Newton,BFGS", "magic"],
        "--lr": ["0.1", "0"],
        "--network": ["xor", "nosuch"],
        "--out": OUT,
    },
    "figures": {"--list": None, "--jobs": ["0", "-1"], "--out": OUT},
}
FIRST = {  # what keeps a call cheap; an option that comes again counts
    "train": QUICK,
    "race": ("--methods", "lbfgs", "--budget", "5", "--hidden", "2"),
    "check": ("--activation", "tanh", "--hidden", "2"),
}


def command_line(rng):
    """Words for `minnet`: a command with some of its options, and now and then something odd."""
    pick = lambda words: words[rng.integers(len(words))]
    command = pick(["train"] * 4 + ["predict"] * 2 + ["race"] * 2 + ["spectrum", "check", "figures", "play", ""])
    if not command:
        return [pick(ODD) for _ in range(rng.integers(3))]
    words = [command]
    words += {
        "train": [pick(["good.csv"] * 4 + NAMES)],
        "predict": [pick(["model/model.npz"] * 4 + PATHS), pick(["good.csv"] * 4 + PATHS)],
        "race": [pick(NAMES)],
        "spectrum": []
        if rng.random() < 0.3
        else [pick(["model/model.npz"] * 4 + PATHS), pick(["good.csv"] * 4 + PATHS)],
        "check": [],
        "figures": ["nosuch"],
        "play": [pick(["Beale", "good.csv:f", "mine.py:f", *NAMES])],  # which opens no window where tests are run
    }[command][: 2 if rng.random() < 0.95 or command == "figures" else 0]
    words += FIRST.get(command, ())
    for option in rng.choice(list(OPTIONS[command]), rng.integers(4)):
        values = OPTIONS[command][option]
        if option not in ("--out", "--overwrite") or "--out" not in words:
            words += [str(option)] if values is None else [str(option), pick(values if rng.random() < 0.8 else ODD)]
    if command != "check" and "--out" not in words:
        words += (
            ["--out", "new" if command != "predict" else "new.csv"]
            if command != "predict" or rng.random() < 0.5
            else []
        )
    return words + ([pick(ODD)] if rng.random() < 0.05 else [])


@pytest.mark.parametrize("rounds", ROUNDS)
def test_command_lines(place, stock, capsys, rounds):
    statuses = []
    for seed in range(rounds):
        statuses.append(answer(capsys, *command_line(np.random.default_rng(seed))))
        if statuses[-1] == 0:
            shutil.rmtree(".", ignore_errors=True)
            shutil.copytree(stock, ".", dirs_exist_ok=True)
    assert {0, 2} <= set(statuses)


# --- tables ---------------------------------------------------------------------------------------------------------

PIECES = [
    *(mark.encode() for mark in '",;\n\r\t#-$%日'),
    *(b"\0", b"\xe4", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b"),
    *(b"NA", b"nan", b"1e999", b"1,000", b"01/02/2021", b"a,b,colour,kind\n", b" " * 50, b"9" * 400),
]


def damaged(content, rng):
    """The same bytes with some cut out, doubled, turned, or replaced by what tables are made of."""
    content = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        i, j = sorted(rng.integers(0, len(content) + 1, 2).tolist())
        kind = rng.integers(6)
        if kind == 0:
            del content[i : i + (j - i) % 30]
        elif kind == 1:
            content[i:i] = content[i : i + (j - i) % 300]
        elif kind == 2 and content:
            content[min(i, len(content) - 1)] ^= 1 << rng.integers(8)
        elif kind == 3:
            del content[j:]
        else:
            content[i : i + rng.integers(3)] = PIECES[rng.integers(len(PIECES))]
    return bytes(content)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_tables(place, capsys, rounds):
    good = Path("good.csv").read_bytes()
    for seed in range(rounds):
        rng = np.random.default_rng(seed)
        Path("bad.csv").write_bytes(damaged(good, rng))
        if rng.random() < 0.5:
            answer(capsys, "predict", "model/model.npz", "bad.csv", "--out", "new.csv", "--overwrite")
        else:
            answer(capsys, "train", "bad.csv", *QUICK, "--out", "new", "--overwrite")


# --- models ---------------------------------------------------------------------------------------------------------

VALUES = [
    None,
    True,
    -1,
    0,
    2,
    10**30,
    0.5,
    float("nan"),
    "",
    "x",
    "\ud800",
    "__class__",
    [],
    [1],
    {},
    {"a": 1},
    [[]] * 3,
]


def changed(value, rng):
    """A JSON value, in which one entry, however deep, has become another."""
    entries = (
        list(value.items() if isinstance(value, dict) else enumerate(value)) if isinstance(value, (dict, list)) else []
    )
    if isinstance(value, str) and value.startswith("{"):
        return json.dumps(changed(json.loads(value), rng))
    if not entries or rng.random() < 0.15:
        return VALUES[rng.integers(len(VALUES))]
    place, entry = entries[rng.integers(len(entries))]
    value = value.copy()
    if rng.random() < 0.1:
        del value[place]
    else:
        value[place] = changed(entry, rng)
    return value


def changed_array(array, rng):
    """An array of another type, shape or content."""
    kinds = [
        lambda: array.astype(str),
        lambda: array[:-1] if array.ndim else array.reshape(1, 1),
        lambda: np.zeros_like(array),
        lambda: array[::-1] if array.ndim else -abs(array),
        lambda: np.full(array.shape, np.nan),
        lambda: np.full(array.shape, 1e300),
        lambda: np.full(array.shape, -1),
        lambda: array[None],
    ]
    return np.array(kinds[rng.integers(len(kinds))]())


@pytest.mark.parametrize("rounds", ROUNDS)
def test_models(place, capsys, rounds):
    meta, arrays = read_npz("model/model.npz", 1, "model")
    for seed in range(rounds):
        rng = np.random.default_rng(seed)
        header, entries = meta, dict(arrays)
        if rng.random() < 0.75:
            header = changed(meta, rng)
            header = header if isinstance(header, dict) else {"version": header}
        else:
            name = list(entries)[rng.integers(len(entries))]
            entries[name] = changed_array(entries[name], rng)
        write_npz("bad.npz", header, entries)
        if rng.random() < 0.7:
            answer(capsys, "predict", "bad.npz", "good.csv", "--out", "new.csv", "--overwrite")
        else:
            answer(capsys, "spectrum", "bad.npz", "good.csv", "--out", "new", "--overwrite")


# --- IDX files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", ROUNDS)
def test_idx_files(place, rounds):
    good = b"\0\0\x08\x03" + struct.pack(">III", 2, 3, 4) + bytes(range(24))
    for seed in range(rounds):
        Path("bad.idx").write_bytes(damaged(good, np.random.default_rng(seed)))
        with in_time(seed):
            try:
                assert datasets.read_idx("bad.idx").dtype != object
            except ValueError as error:
                assert type(error) is ValueError and "\n" not in str(error) and "bad.idx" in str(error), seed
