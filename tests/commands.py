"""The command line, called in this process, and tables to call it on."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from minnet import load, plotting
from minnet.cli import main


@pytest.fixture
def pictures():
    """For tests that look at pictures: others do without, for they take longer than the training."""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch, request):
    """A folder of its own for each test of a module that imports this."""
    monkeypatch.chdir(tmp_path)
    if "pictures" not in request.fixturenames:
        monkeypatch.setattr(plotting, "save", lambda fig, path: path.touch())


def minnet(*argv):
    """The exit status of `minnet argv…`."""
    try:
        return main([str(word) for word in argv])
    except SystemExit as exit:
        return exit.code


def write_table(path, header, rows, separator=","):
    """A text table at `path`, with a header or (None) without."""
    lines = [separator.join(map(str, row)) for row in ([header] if header else []) + list(rows)]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def small_table(path, N=24):
    """Features a, b (numbers) and colour (text), target kind: no, yes. A network learns it in a moment."""
    a, b = np.random.default_rng(0).normal(size=(2, N)).round(3)
    colours = ["red", "blue"] * N
    return write_table(
        path, ["a", "b", "colour", "kind"], zip(a, b, colours, ["no" if s > 0 else "yes" for s in a + b])
    )


def contents(folder="."):
    """Everything below a folder, with the bytes of the files."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in Path(folder).rglob("*")}


@pytest.fixture
def table(place):
    return small_table("table.csv")


def report(folder="out"):
    """The report, which is strict JSON."""
    text = Path(folder, "report.json").read_text()
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def train(*argv, out="out", l2="1e-3"):
    assert minnet("train", *argv, "--out", out, "--l2", l2) == 0
    assert sorted(os.listdir(out)) == ["model.npz", "report.json", "training.png"]
    return load(f"{out}/model.npz")


def predicted(capsys, *argv):
    """The table that `minnet predict` prints."""
    capsys.readouterr()
    assert minnet("predict", *argv) == 0
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


def command(*argv, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "minnet", *map(str, argv)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heeds_control_c,
        **options,
    )


def heeds_control_c():
    """Also where the tests themselves run in the background of a shell, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
