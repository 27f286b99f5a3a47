"""Runs killed with SIGKILL at twenty random moments, each time resumed, end in the bits of a run that was never stopped."""
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

KILLS = 20
RUNS = {  # long enough to be killed twenty times
    "adam on batches": ["--optimizer", "adam", "--batch-size", "7", "--max-iter", "10000", "--gtol", "0"],
    "lbfgs": ["--optimizer", "lbfgs", "--activation", "relu", "--max-iter", "20000"],
}
server = multiprocessing.get_context("forkserver")
server.set_forkserver_preload(["minnet.cli", "pytest"])


def train(argv, seconds_between_checkpoints):
    importlib.import_module("minnet.optim.driver.checkpoint").SECONDS = seconds_between_checkpoints
    raise SystemExit(minnet("train", *argv))


def iteration(path):
    """The iteration at which the checkpoint stands, or −1 where there is none."""
    if not os.path.exists(path):
        return -1
    with np.load(path) as saved:
        return json.loads(str(saved["meta"]))["nit"]


@pytest.mark.parametrize("kind", RUNS)
def test_killed_twenty_times(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    argv = [write_table("table.csv", None, rng.normal(size=(60, 3))), *RUNS[kind]]
    assert minnet("train", *argv, "--out", "straight") == 0
    reached = [-1]
    for _ in range(KILLS):
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
