"""Runs killed with SIGKILL at random moments, each time resumed, end in the bits of a run that was never stopped."""
import importlib
import json
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pytest
from commands import minnet, write_table
from numpy.testing import assert_array_equal

from minnet import load

RUNS = {  # words, and iterations for each kill: enough that it comes before the end
    "adam on batches": (["--optimizer", "adam", "--batch-size", "7", "--gtol", "0"], 500),
    "lbfgs": (["--optimizer", "lbfgs", "--activation", "relu", "--gtol", "0"], 1000),
}
server = multiprocessing.get_context("forkserver")
server.set_forkserver_preload(["minnet.cli", "pytest"])


def train(argv, seconds_between_checkpoints):
    importlib.import_module("minnet.optim.driver.minimize").CHECKPOINT_SECONDS = seconds_between_checkpoints
    raise SystemExit(minnet("train", *argv))


def iteration(path):
    """The iteration at which the checkpoint stands, or −1 where there is none."""
    if not os.path.exists(path):
        return -1
    with np.load(path) as saved:
        return json.loads(str(saved["meta"]))["nit"]


@pytest.mark.parametrize("kills", [5, pytest.param(20, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", RUNS)
def test_killed_many_times(tmp_path, monkeypatch, kind, kills):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    words, iterations = RUNS[kind]
    argv = [write_table("table.csv", None, rng.normal(size=(60, 3))), *words, "--max-iter", kills * iterations]
    assert minnet("train", *argv, "--out", "straight") == 0
    reached = [-1]
    for _ in range(kills):
        run = server.Process(target=train, args=([*argv, "--out", "killed", "--resume"], 0.002))
        run.start()
        patience = time.monotonic() + 60
        while iteration("killed/run.npz") <= reached[-1]:
            assert run.is_alive() and time.monotonic() < patience
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.03))
        run.kill()
        run.join()
        assert run.exitcode == -9
        reached.append(iteration("killed/run.npz"))
    assert reached == sorted(set(reached)) and not os.path.exists("killed/model.npz")
    assert minnet("train", *argv, "--out", "killed", "--resume") == 0
    assert sorted(os.listdir("killed")) == ["model.npz", "report.json", "training.png"]
    assert_array_equal(load("killed/model.npz").theta_, load("straight/model.npz").theta_)
    killed, straight = (json.loads(Path(out, "report.json").read_text()) for out in ("killed", "straight"))
    assert (killed["value"], killed["iterations"]) == (straight["value"], straight["iterations"])
