"""Objectives on loky and on a cluster of dask: the bits of one worker, also after a worker or the driver has died."""
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from minnet import MLP, Objective, minimize
from minnet.linalg.threads import one_thread
from minnet.optim import LBFGS

NET = MLP([5, 6, 3])
X = np.random.default_rng(0).standard_normal((200, 5))
Y = np.random.default_rng(1).integers(0, 3, 200)
THETA = NET.init(rng=0)


def objective(executor=None):
    return Objective(NET, X, Y, "softmax_crossentropy", l2=1e-2, chunk=9, executor=executor)


@pytest.fixture(autouse=True)
def blas():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("distributed")
    with distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=":0") as client:
        yield client


def same_sums(f):
    for rule in ("value", "gradient", "hessian", "per_example_gradients", "fisher"):
        assert_array_equal(getattr(f, rule)(THETA), getattr(objective(), rule)(THETA))
    assert_array_equal(f.hvp(THETA, THETA), objective().hvp(THETA, THETA))
    for ours, alone in zip(f.enclosure(THETA, 1e-9), objective().enclosure(THETA, 1e-9)):
        assert_array_equal((ours.mid, ours.rad), (alone.mid, alone.rad))


def test_loky():
    loky = pytest.importorskip("loky")
    executor = loky.get_reusable_executor(2)
    try:
        same_sums(objective(executor))
    finally:
        executor.shutdown()


@pytest.mark.slow
def test_dask(client):
    same_sums(objective(client))
    same_sums(objective(client.get_executor()))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_dask_places_the_examples_again_where_a_worker_took_them_with_it(client):
    f = objective(client)
    f.gradient(THETA)
    os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
    same_sums(f)


RUN = """
import sys
from distributed import Client
from test_clusters import THETA, objective
from minnet import minimize
from minnet.optim import LBFGS
from minnet.optim.driver import checkpoint

checkpoint.SECONDS = 0  # after every step
if __name__ == "__main__":
    with Client(sys.argv[2]) as client:
        print("ready", flush=True)
        minimize(objective(client), THETA, LBFGS(), max_iter=60, gtol=0, checkpoint=sys.argv[1])
"""


@pytest.mark.slow
def test_a_run_killed_at_ten_moments_goes_on_with_the_same_bits(client, tmp_path):
    path, script = tmp_path / "run.npz", tmp_path / "run.py"
    script.write_text(RUN)
    whole = minimize(objective(), THETA, LBFGS(), max_iter=60, gtol=0)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    rng, killed = np.random.default_rng(2), 0
    while killed < 10:
        process = subprocess.Popen([sys.executable, str(script), str(path), client.scheduler.address],
                                   stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0, 0.6))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    with np.load(path) as saved:
        assert json.loads(str(saved["meta"]))["nit"] > 0
    resumed = minimize(objective(client), THETA, LBFGS(), max_iter=60, gtol=0, checkpoint=path)
    assert_array_equal(resumed.x, whole.x)
    assert (resumed.nit, resumed.nfev, resumed.njev) == (whole.nit, whole.nfev, whole.njev)
