"""Runs killed at random moments, each time resumed, end in the bits of a run that was never stopped."""
import importlib
import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from commands import minnet, write_table
from numpy.testing import assert_array_equal
from processes import server

from minnet import load, plotting

RUNS = {
    "adam on batches": ["--optimizer", "adam", "--batch-size", "7", "--gtol", "0"],
    "lbfgs on batches": ["--optimizer", "lbfgs", "--batch-size", "20", "--gtol", "0"],
}
LONGEST, ITERATIONS = 0.015, 500  # CPU seconds to the end after a checkpoint; more iterations than are made in them


def train(argv, seconds):
    """Train until so many seconds of CPU time after the first new checkpoint, however busy the machine is: SIGPROF, of
    which Python knows nothing, then ends the process between two instructions."""
    importlib.import_module("minnet.optim.driver.checkpoint").SECONDS = 0.002
    replace, begun = os.replace, iteration("killed/run.npz")

    def replace_and_set_the_alarm(*paths):
        replace(*paths)
        if iteration("killed/run.npz") > begun and signal.getitimer(signal.ITIMER_PROF)[0] == 0:
            signal.setitimer(signal.ITIMER_PROF, seconds)

    os.replace = replace_and_set_the_alarm
    raise SystemExit(minnet("train", *argv))


def iteration(path):
    """The iteration at which the checkpoint stands, or −1 where there is none."""
    if not os.path.exists(path):
        return -1
    with np.load(path) as saved:
        return json.loads(str(saved["meta"]))["nit"]


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", RUNS)
def test_killed_many_times(tmp_path, monkeypatch, kind, kills):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plotting, "save", lambda fig, path: path.touch())
    rng = np.random.default_rng(0)
    argv = [write_table("table.csv", None, rng.normal(size=(60, 3))), *RUNS[kind], "--max-iter", kills * ITERATIONS]
    assert minnet("train", *argv, "--out", "straight") == 0
    reached = [-1]
    for _ in range(kills):
        run = server.Process(target=train, args=([*argv, "--out", "killed", "--resume"], rng.uniform(1e-4, LONGEST)))
        run.start()
        run.join()
        assert run.exitcode == -signal.SIGPROF, reached
        reached.append(iteration("killed/run.npz"))
    assert reached == sorted(set(reached)) and not os.path.exists("killed/model.npz")
    assert minnet("train", *argv, "--out", "killed", "--resume") == 0
    assert sorted(os.listdir("killed")) == ["model.npz", "report.json", "training.png"]
    assert_array_equal(load("killed/model.npz").theta_, load("straight/model.npz").theta_)
    killed, straight = (json.loads(Path(out, "report.json").read_text()) for out in ("killed", "straight"))
    assert (killed["value"], killed["iterations"]) == (straight["value"], straight["iterations"])
