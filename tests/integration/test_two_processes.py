"""Two processes that want the same folder or file: one does its work whole, the other is told so in one line."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from commands import command, minnet, place, small_table, write_table  # noqa: F401  (fixtures)

from minnet import load

IN_USE = "error: out is in use by another run; expected one run at a time\n"
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs POSIX's signals")


SECOND = ["train table.csv", "train table.csv --overwrite", "train table.csv --resume", "train", "race", "spectrum",
          "figures learning_rates"]  # fmt: skip


@pytest.fixture
def running(place):
    """A training that goes on until it is stopped, after its first line."""
    small_table("table.csv")
    words = "train table.csv --hidden 2 --optimizer adam --max-iter 100000000 --gtol 0 --l2 1e-3 --out out".split()
    run = command(*words, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert run.stdout.readline().startswith("table.csv: ")
    yield run
    run.kill()
    run.communicate()


def finished():
    return {name for name in os.listdir("out") if not name.startswith(".") and name != "run.npz"}


def test_the_second_is_refused_and_a_killed_first_leaves_the_folder_to_the_next(running, capsys):
    for words in SECOND:
        assert minnet(*words.split(), "--out", "out") == 2
        out, err = capsys.readouterr()
        assert err == f"minnet {words.split()[0]}: {IN_USE}" and "wrote" not in out
        assert finished() == set() and running.poll() is None
    running.kill()
    running.wait()
    assert minnet("train", "table.csv", "--hidden", "2", "--max-iter", "2", "--out", "out", "--overwrite") == 0
    assert finished() == {"model.npz", "report.json", "training.png"}


START = "import sys, minnet.cli.commands; from minnet.cli import main; sys.stdin.read(); sys.exit(main(sys.argv[1:]))"


def together(*commands):
    """Start processes that have imported everything, all at once: their statuses and what they said of errors."""
    runs = [subprocess.Popen([sys.executable, "-c", START, *map(str, argv)], stdin=subprocess.PIPE, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE) for argv in commands]  # fmt: skip
    for run in runs:
        run.stdin.close()
        run.stdin = None
    ends = [run.communicate(timeout=120) for run in runs]
    return [(run.returncode, err) for run, (_, err) in zip(runs, ends)]


@pytest.mark.parametrize("rounds", [1, pytest.param(12, marks=pytest.mark.slow)])
def test_the_model_in_the_folder_is_that_of_the_process_that_ended_well(place, rounds):
    rows = np.random.default_rng(0).normal(size=(60, 3))
    write_table("table.csv", None, rows)
    for number in range(rounds):
        out = f"out{number}"
        argvs = [("train", "table.csv", "--hidden", width, "--l2", "1e-3", "--out", out) for width in (2, 3)]
        ends = together(*argvs)
        done = [argv for argv, (status, _) in zip(argvs, ends) if status == 0]
        assert len(done) >= 1 and all(status == 0 or err.count("\n") == 1 for status, err in ends), ends
        assert len(done) == 1, ends
        width = int(done[0][3])
        assert load(f"{out}/model.npz").net_.widths[1] == width
        assert json.loads(Path(out, "report.json").read_text())["widths"][1] == width


def test_predictions_of_two_processes_into_one_file_are_those_of_one(place):
    small_table("table.csv")
    assert minnet("train", "table.csv", "--hidden", "2", "--l2", "1e-3", "--out", "out") == 0
    ends = together(*[("predict", "out/model.npz", "table.csv", "--out", "answers.csv")] * 2)
    assert sorted(status for status, _ in ends) == [0, 2]
    assert all(status == 0 or err.count("\n") == 1 for status, err in ends)
    assert len(Path("answers.csv").read_text().splitlines()) == 25 and not list(Path().glob(".*"))
