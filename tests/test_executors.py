"""Sums on the workers of an executor: the same bits as on one, nothing false where a worker fails."""
import os
import pickle
import signal
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from fractions import Fraction
from multiprocessing import get_context
from threading import Event
from time import sleep

import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLP, Objective, minimize
from minnet.curvature.proof import prove
from minnet.linalg.accurate import FineBall
from minnet.linalg.ball import Ball
from minnet.linalg.threads import one_thread
from minnet.network import workers
from minnet.network.losses import SoftmaxCrossEntropy
from minnet.network.sums import tree_sum
from minnet.optim import LBFGS, Adam
from minnet.parallel import mapped

NET = MLP([3, 4, 2], "tanh")
N, CHUNK = 45, 7
X = np.random.default_rng(0).standard_normal((N, 3))
Y = np.random.default_rng(1).integers(0, 2, N)
WEIGHTS = np.random.default_rng(2).uniform(0, 2, N)
THETA = NET.init(rng=0)
V = np.random.default_rng(3).standard_normal((NET.n_params, 2))
RULES = {
    "value": lambda f, t: f.value(t),
    "gradient": lambda f, t: f.gradient(t),
    "both": lambda f, t: np.append(*f.value_and_gradient(t)[::-1]),
    "hvp": lambda f, t: f.hvp(t, V),
    "ggnvp": lambda f, t: f.ggnvp(t, V[:, 0]),
    "hessian": lambda f, t: f.hessian(t),
    "block": lambda f, t: f.hessian(t, layers=2, columns=1),
    "ggn": lambda f, t: f.ggn(t),
    "hessian diagonal": lambda f, t: f.hessian_diagonal(t),
    "fisher": lambda f, t: f.fisher(t),
    "sampled fisher": lambda f, t: f.fisher(t, "mc", rng=4),
    "fishervp": lambda f, t: f.fishervp(t, V),
    "fisher diagonal": lambda f, t: f.fisher_diagonal(t),
    "gradients": lambda f, t: f.per_example_gradients(t),
    "kfac": lambda f, t: np.concatenate([M.ravel() for pair in f.kronecker_factors(t) for M in pair]),
}


def objective(executor=None, chunk=CHUNK, **options):
    options = {"l2": 0.1, "sample_weight": WEIGHTS} | options
    return Objective(NET, X, Y, "softmax_crossentropy", chunk=chunk, executor=executor, **options)


@pytest.fixture(autouse=True)
def blas():
    """On one thread, as the workers have it."""
    with one_thread():
        yield


@pytest.fixture(scope="module", params=["threads", "processes"])
def pool(request):
    with {"threads": lambda: ThreadPoolExecutor(2),
          "processes": lambda: ProcessPoolExecutor(2, get_context("spawn"))}[request.param]() as executor:
        yield executor


@pytest.mark.parametrize("rule", RULES)
def test_every_sum_has_the_bits_of_one_worker(pool, rule):
    assert_array_equal(RULES[rule](objective(pool), THETA), RULES[rule](objective(), THETA))


@pytest.mark.parametrize("rule", RULES)
def test_every_sum_is_that_over_all_examples_at_once(rule):
    theta = np.float64(THETA)
    assert_allclose(RULES[rule](objective(chunk=1), theta), RULES[rule](objective(chunk=None), theta), rtol=1e-12,
                    atol=1e-14)


@pytest.mark.parametrize("radius", [0.0, 1e-6])
def test_every_enclosure_has_the_bits_of_one_worker(pool, radius):
    ours, alone = (objective(executor).enclosure(THETA, radius) for executor in (pool, None))
    for part in ("value", "gradient", "hessian"):
        for a, b in zip(*((getattr(e, part).mid, getattr(e, part).rad) for e in (ours, alone))):
            assert_array_equal(a, b)


def test_a_proof_has_the_bits_of_one_worker(pool):
    x = minimize(objective(), THETA, LBFGS(), gtol=1e-8, max_iter=300).x
    ours, alone = (prove(objective(executor, chunk=23), x) for executor in (pool, None))
    assert ours.kind == "strict minimum" and (ours.radius, ours.contraction) == (alone.radius, alone.contraction)
    assert_array_equal(ours.eigenvalues, alone.eigenvalues)


@pytest.mark.parametrize("dtype", [np.float32, complex])
def test_other_precisions(pool, dtype):
    theta = THETA.astype(dtype)
    gradient = objective(pool).gradient(theta)
    assert gradient.dtype == dtype
    assert_array_equal(gradient, objective().gradient(theta))


def test_runs_take_the_same_steps(pool):
    for method, options in ((LBFGS(), {}), (Adam(0.1), {"batch_size": 20, "rng": 0})):
        runs = [minimize(f, THETA, method, max_iter=8, record=["x"], **options) for f in (objective(pool), objective())]
        assert_array_equal(*(run.history["x"] for run in runs))


def test_a_chunk_without_size_is_the_same_for_every_executor(pool, monkeypatch):
    monkeypatch.setattr("minnet.network.risk.SHARE", 60)
    f, g = (objective(executor, chunk=None) for executor in (pool, InTurn()))
    assert len(f._chunks) > 2
    assert_array_equal(f.gradient(THETA), g.gradient(THETA))


class InTurn(Executor):
    """One worker, which computes at once, on pickled copies as another machine would."""

    def __init__(self):
        self.sent = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.sent.append(len(pickle.dumps(args)))
        try:
            future.set_result(fn(*pickle.loads(pickle.dumps(args)), **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Elsewhere(InTurn):
    """A machine without our files."""

    def submit(self, fn, home, rule, source, *args):
        if isinstance(source, workers.Ticket):
            source = pickle.loads(pickle.dumps(source))
            source.folder = "/nowhere"
        return super().submit(fn, home, rule, source, *args)


def test_the_examples_go_to_each_worker_once():
    workers._parts.clear()
    executor = Elsewhere()
    f = objective(executor)
    g = f.gradient(THETA)
    first, executor.sent = executor.sent, []
    f.value(THETA)
    assert len(executor.sent) == -(-N // CHUNK) and max(first) > X.nbytes + max(executor.sent)
    assert sum(size > X.nbytes for size in first) == 1 and max(executor.sent) < X.nbytes
    assert_array_equal(g, objective().gradient(THETA))


def test_on_one_machine_they_lie_in_a_file_which_goes_with_the_objective(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    workers._parts.clear()
    executor = InTurn()
    f = objective(executor)
    f.gradient(THETA)
    assert len(list(tmp_path.iterdir())) == 1 and X.nbytes > max(executor.sent)
    assert len(workers._parts) == 1
    del f
    assert not list(tmp_path.iterdir())


def test_a_worker_forgets_the_oldest_examples():
    workers._parts.clear()
    executor = InTurn()
    for _ in range(workers.KEPT + 2):
        objective(executor).value(THETA)
    assert len(workers._parts) == workers.KEPT


class Failing(SoftmaxCrossEntropy):
    """Fails on a chunk that it does not like."""

    def value_and_gradient(self, z, y):
        if len(z) < CHUNK:
            raise ArithmeticError("the last chunk")
        return super().value_and_gradient(z, y)


class Deadly(SoftmaxCrossEntropy):
    """Kills the process that computes the last chunk."""

    def value_and_gradient(self, z, y):
        if len(z) < CHUNK:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().value_and_gradient(z, y)


def test_what_fails_on_a_worker_fails_here(pool):
    f = Objective(NET, X, Y, Failing(), chunk=CHUNK, executor=pool)
    with pytest.raises(ArithmeticError, match="the last chunk"):
        f.gradient(THETA)
    assert_array_equal(objective(pool).gradient(THETA), objective().gradient(THETA))       # the workers go on


def test_a_worker_that_dies_is_one_clear_error():
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        f = Objective(NET, X, Y, Deadly(), chunk=CHUNK, executor=pool)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="a worker of the executor died.*start a new executor") as caught:
                f.gradient(THETA)
            assert isinstance(caught.value.__cause__, BrokenExecutor)


def test_an_executor_that_has_been_shut_down_is_one_clear_error(pool):
    for kind in (ThreadPoolExecutor, ProcessPoolExecutor):
        with kind(1) as closed:
            f = objective(closed)
        for work in (lambda: f.gradient(THETA), lambda: mapped(closed, pow, [2], [3])):
            with pytest.raises(RuntimeError, match="takes no work .*shutdown.*; expected one that"):
                work()


class Leaving(ThreadPoolExecutor):
    """Leaves its work: the second future times out, or is cancelled by somebody who shuts the executor down."""

    def __init__(self, error):
        super().__init__(1)
        self.error, self.futures = error, []

    def submit(self, *call):
        self.futures.append(super().submit(*call))
        if len(self.futures) == 2:
            self.futures[1] = Future()
            self.futures[1].cancel() if self.error is CancelledError else self.futures[1].set_exception(self.error())
        return self.futures[-1]


@pytest.mark.parametrize("error, raised, words", [
    (TimeoutError, TimeoutError, None), (CancelledError, RuntimeError, "was shut down.*start a new executor")])
def test_work_that_an_executor_leaves_gives_no_sum_in_part(error, raised, words):
    for work in (lambda pool: objective(pool, chunk=1).gradient(THETA), lambda pool: mapped(pool, sleep, [0.01] * 40)):
        with Leaving(error) as pool:
            with pytest.raises(raised, match=words):
                work(pool)
            assert all(future.done() for future in pool.futures[2:-1])
    assert any(future.cancelled() for future in pool.futures[2:])


def test_an_interrupt_leaves_nothing_waiting():
    class Noted(ThreadPoolExecutor):
        def submit(self, *args):
            future = super().submit(*args)
            futures.append(future)
            return future

    def rule(p):
        if (p.tape.a[0][:, 0] != X[0]).any():
            over.wait(60)  # both workers are busy until the driver has cancelled the last ones
        raise KeyboardInterrupt

    futures, over = [], Event()
    with Noted(2) as pool:
        f = objective(pool, chunk=1)
        with pytest.raises(KeyboardInterrupt):
            f._sum(rule, THETA)
        over.set()
    assert all(future.done() for future in futures) and any(future.cancelled() for future in futures)


def test_one_chunk_is_computed_here():
    executor = InTurn()
    f = objective(executor, chunk=N)
    f.gradient(THETA)
    objective(executor).subset(range(CHUNK)).gradient(THETA)
    assert not executor.sent


def test_a_copy_by_pickle_has_no_executor(pool):
    f = objective(pool)
    copy = pickle.loads(pickle.dumps(f))
    assert copy.executor is None
    assert_array_equal(copy.gradient(THETA), f.gradient(THETA))


@pytest.mark.parametrize("executor", [2, "threads", object(), ThreadPoolExecutor])
def test_what_is_no_executor_is_refused(executor):
    with refuses("executor=", "expected an Executor"):
        objective(executor)


@pytest.mark.parametrize("count", [1, 2, 16, 17, 256, 257, 300])
def test_a_tree_adds_each_term_once(count):
    terms = 2.0 ** -np.arange(count)[:, None] * np.ones(3)
    kept = terms.copy()
    assert_allclose(tree_sum(iter(terms), count), terms.sum(0), rtol=1e-15)
    assert_array_equal(terms, kept)


@pytest.mark.parametrize("kind, unit", [(Ball, 2.0**-53), (FineBall, 2.0**-104)])
@pytest.mark.parametrize("count", [2, 16, 17, 300])
def test_a_tree_of_balls_holds_the_exact_sum_and_hardly_more(kind, unit, count):
    """Of exact terms that cancel, so that all of the radius is the rounding of the tree."""
    rng = np.random.default_rng(count)
    terms = rng.standard_normal((count, 20)) * 10.0 ** rng.integers(-8, 8, (count, 20))
    terms[count // 2] = -terms[0]
    total = tree_sum(map(kind, terms), count)
    levels = {2: 1, 16: 1, 17: 2, 300: 3}[count]
    assert (total.rad <= 1.01 * unit * 15 * levels * abs(terms).sum(0) + 1e-290).all()
    parts = [total.mid] if kind is Ball else [total.high, total.low]
    for k, radius in enumerate(total.rad):
        exact = sum(map(Fraction, terms[:, k].tolist()))
        assert abs(sum(Fraction(part[k].item()) for part in parts) - exact) <= Fraction(radius.item())
