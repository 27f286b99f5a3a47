"""The driver: why runs stop, what they count, record and return, batches, and checkpoints that lose no bit."""
import functools
import io
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_array_equal
from scipy.optimize import OptimizeResult

from minnet import MLP, Function, Objective, minimize
from minnet.function import supports
from minnet.optim import LBFGS, Adam, EigenvectorLineSearch, GradientDescent, Newton
from minnet.optim.method import Method, NoProgress
from minnet.problems import beale, quadratic, rosenbrock, saddle

METHODS = [GradientDescent(0.1), Adam(0.1), Newton()]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: type(method).__name__)
BOWL, START = quadratic([1.0, 4.0]), np.array([3.0, -2.0])


def bits(result):
    """All of a result that two runs share to the last bit: everything but seconds."""
    history = {name: rows.tolist() for name, rows in result.history.items() if name != "seconds"}
    return {**{name: np.asarray(entry).tolist() for name, entry in result.items() if name != "history"}, **history}


class Watched(Function):
    """A function that keeps the points at which it was asked for anything, and can be made to raise."""

    def __init__(self, f, interrupt_at=None):
        super().__init__(f.value, f.gradient, hessian=f.hessian, n=f.n)
        self.f, self.asked, self.interrupt_at = f, {"value": [], "gradient": [], "hessian": []}, interrupt_at

    def __len__(self):
        return len(self.f)

    @property
    def lacks(self):
        return () if supports(self.f, "subset") else ("subset",)

    def __getattribute__(self, name):
        if name not in ("value", "gradient", "hessian"):
            return super().__getattribute__(name)
        return functools.partial(self._ask, name)

    def _ask(self, name, x):
        self.asked[name].append(np.array(x))
        if sum(map(len, self.asked.values())) == self.interrupt_at:
            raise KeyboardInterrupt
        return getattr(self.f, name)(x)

    def subset(self, rows):
        part = Watched(self.f.subset(rows))
        part.asked, part.interrupt_at = self.asked, self.interrupt_at
        return part


def sines(N=10):
    """(f, θ₀): a small regression."""
    X = np.linspace(-1, 1, N)[:, None]
    f = Objective(MLP([1, 2, 1]), X, np.sin(3 * X), l2=0.01)
    return f, f.net.init(rng=0)


# --- why runs stop ---------------------------------------------------------------------------------------------------

def wall(x):
    """½ x², and inf beyond |x| = 4."""
    return x @ x / 2 if abs(x).max() <= 4 else np.inf


ISLAND = Function(lambda x: 0.0 if not x.any() else np.inf, lambda x: np.ones_like(x), name="island")


@pytest.mark.parametrize("f, start, method, options, status, message", [
    (BOWL, START, Newton(), {}, 0, "the gradient test is met"),
    (BOWL, [0, 0], GradientDescent(), {"max_iter": 0}, 0, "the gradient test is met"),
    (BOWL, START, GradientDescent(), {"max_iter": 7}, 1, "max_iter=7 iterations were made"),
    (BOWL, START, GradientDescent(), {"max_iter": 0}, 1, "max_iter=0 iterations were made"),
    (BOWL, START, GradientDescent(0.1), {"ftol": 1e-3}, 2, "the value fell by no more than ftol=0.001"),
    (BOWL, START, GradientDescent(), {"max_seconds": 0}, 3, "max_seconds=0 have passed"),
    (BOWL, START, GradientDescent(), {"callback": lambda intermediate_result: True}, 4, "the callback stopped the run"),
    (ISLAND, [0.0], GradientDescent(), {}, 5, "no further progress: the value is not finite around"),
    (BOWL, [np.finfo(float).max] * 2, GradientDescent(), {}, 6, "the value at the start is inf"),
    (Function(lambda x: np.nan, lambda x: x), [1.0], GradientDescent(), {}, 6, "the value at the start is nan"),
])
def test_stopping_reasons(f, start, method, options, status, message):
    result = minimize(f, start, method, **options)
    assert (result.status, result.success) == (status, status == 0)
    assert result.message.startswith(message)
    assert f"gradient {np.linalg.norm(result.jac):.1e} at gtol=1e-08" in result.message


def test_gtol_is_on_the_euclidean_norm():
    f = Function(lambda x: np.sum(x), lambda x: np.ones_like(x))
    assert minimize(f, np.zeros(4), GradientDescent(), max_iter=0, gtol=2.0).success
    assert not minimize(f, np.zeros(4), GradientDescent(), max_iter=0, gtol=1.99).success


def test_ftol_compares_one_step_with_the_size_of_the_value():
    result = minimize(BOWL, START, GradientDescent(0.1), ftol=1e-3)
    fall = -np.diff(result.history["value"])
    assert fall[-1] <= 1e-3 and (fall[:-1] > 1e-3).all()
    raised = Function(lambda x: BOWL.value(x) + 1000, BOWL.gradient)
    high = minimize(raised, START, GradientDescent(0.1), ftol=1e-3)
    fall = -np.diff(high.history["value"])
    assert fall[-1] <= 1e-3 * high.fun < fall[-2] and high.nit < result.nit


def test_max_seconds(monkeypatch):
    ticks = iter(range(10**6))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
    result = minimize(BOWL, START, GradientDescent(), max_seconds=20)
    assert result.status == 3 and 1 < result.nit < 20
    assert result.history["seconds"][-1] >= 20 > result.history["seconds"][-2]
    assert (np.diff(result.history["seconds"]) > 0).all()


class Stuck(Method):
    def step(self, f, x, state):
        raise NoProgress("stuck in the mud")


def test_the_methods_own_reason_is_told():
    result = minimize(BOWL, START, Stuck())
    assert result.status == 5 and "no further progress: stuck in the mud" in result.message
    assert_array_equal(result.x, START)


class Picky(GradientDescent):
    def accepts(self, f, x, state):
        return False


def test_a_run_goes_on_where_the_method_does_not_accept_the_point():
    result = minimize(BOWL, [0.0, 0.0], Picky(), max_iter=3)
    assert (result.status, result.nit, result.success) == (1, 3, False)


@each_method
def test_interrupts_return_the_best_point(method):
    for number in range(2, 12):
        result = minimize(Watched(BOWL, interrupt_at=number), START, method)
        assert result.status == 7 and result.message.startswith("interrupted") and not result.success
        assert result.fun == BOWL.value(result.x) <= BOWL.value(START)


@settings(max_examples=60)
@given(spectrum=st.lists(st.floats(-3, 10), min_size=1, max_size=4), seed=st.integers(0, 99),
       method=st.sampled_from([*METHODS, GradientDescent(1.0), Picky(0.1)]), gtol=st.sampled_from([0.0, 1e-8, 1e-2, 10.0]),
       max_iter=st.integers(0, 60))
def test_success_is_the_gradient_test(spectrum, seed, method, gtol, max_iter):
    f = quadratic(spectrum, rng=seed)
    result = minimize(f, f.starts[0], method, gtol=gtol, max_iter=max_iter)
    assert isinstance(result, OptimizeResult) and result.success == (result.status == 0)
    assert result.fun == f.value(result.x) and np.array_equal(result.jac, f.gradient(result.x))
    assert result.nit <= max_iter and len(result.history["value"]) == result.nit + 1
    if result.success:
        assert np.linalg.norm(result.jac) <= gtol and not isinstance(method, Picky)
        if isinstance(method, Newton):
            assert min(spectrum) >= -1e-6
    else:
        assert result.fun == result.history["value"].min()
        if isinstance(method, GradientDescent) and not isinstance(method, Picky):
            assert np.linalg.norm(result.jac) > gtol


# --- functions that are not finite everywhere ------------------------------------------------------------------------

def test_the_best_point_is_returned_where_a_run_diverges():
    result = minimize(BOWL, START, GradientDescent(0.6), max_iter=40, record=["x"])
    values = result.history["value"]
    assert values[-1] > 1e3 * values.min() and not result.success
    assert result.fun == values.min() == BOWL.value(result.x)
    assert_array_equal(result.x, result.history["x"][values.argmin()])
    assert_array_equal(result.jac, BOWL.gradient(result.x))


@pytest.mark.parametrize("lr", [10.0, 1e100, 1e300])
@each_method
def test_divergence_to_the_end_of_the_numbers_is_quiet(method, lr):
    method = method if isinstance(method, Newton) else type(method)(lr)
    quartic = Function(lambda x: -np.sum(x**4), lambda x: -4 * x**3, hessian=lambda x: np.diag(-12 * x**2), name="pit")
    result = minimize(quartic, [1.0, 2.0], method, max_iter=2000)
    assert not result.success and np.isfinite(result.x).all() and np.isfinite(result.fun)
    assert result.fun == result.history["value"].min() <= -17


@each_method
def test_a_wall_of_infinity_is_not_crossed(method):
    f = Function(wall, lambda x: x if abs(x).max() <= 4 else np.full_like(x, np.nan),
                 hessian=lambda x: np.eye(len(x)) if abs(x).max() <= 4 else np.full((len(x), len(x)), np.nan))
    for start in ([3.9, -3.0], [4.0, 4.0], [-4.0, 0.1]):
        result = minimize(f, start, method, record=["x"])
        assert result.success and abs(result.history["x"]).max() <= 4
    thrown = minimize(f, [3.9, -3.0], GradientDescent(30.0), max_iter=50, record=["x"])
    assert abs(thrown.history["x"]).max() <= 4 and thrown.fun <= f.value(np.array([3.9, -3.0]))


@each_method
@pytest.mark.parametrize("g, H", [(np.nan, 1.0), (np.inf, 1.0), (1.0, np.nan), (1.0, np.inf)])
def test_derivatives_that_are_not_finite_end_the_run(method, g, H):
    f = Function(lambda x: 1.0 + x @ x, lambda x: np.full_like(x, g), hessian=lambda x: np.full((len(x),) * 2, H))
    result = minimize(f, [1.0, 1.0], method, max_iter=5)
    assert not result.success and np.isfinite(result.x).all()


# --- counts, history, record, callback, progress ---------------------------------------------------------------------

@each_method
@pytest.mark.parametrize("problem", [rosenbrock(), beale(), BOWL, saddle()], ids=repr)
def test_counts_are_right_and_nothing_is_computed_twice(method, problem):
    f = Watched(problem)
    result = minimize(f, problem.starts[0] + 0.1, method, max_iter=30)
    for count, derivative in (("nfev", "value"), ("njev", "gradient"), ("nhev", "hessian")):
        points = [x.tobytes() for x in f.asked[derivative]]
        assert result[count] == len(points)
        if result.fun == result.history["value"][-1]:       # else the best point is evaluated again, for the result
            assert len(set(points)) == len(points)
        assert result.history[count][-1] <= result[count] and (np.diff(result.history[count]) >= 0).all()


def test_products_are_counted_by_the_vector():
    class Products(Method):
        def step(self, f, x, state):
            f.hvp(x, x), f.ggnvp(x, np.ones((len(x), 3)))
            return x + 1e-3, state

    f, theta = sines()
    result = minimize(f, theta, Products(), max_iter=2)
    assert result.nhev == 8 and result.history["nhev"].tolist() == [0, 4, 8]


@each_method
def test_history(method):
    f, theta = sines()
    result = minimize(f, theta, method, max_iter=4, record=["x", "gradient"])
    assert set(result.history) == {"value", "gradient_norm", "nfev", "njev", "nhev", "seconds", "x", "gradient"}
    assert result.nit == 4 and all(len(rows) == 5 for rows in result.history.values())
    assert_array_equal(result.history["x"][0], theta)
    for i, x in enumerate(result.history["x"]):
        assert result.history["value"][i] == f.value(x)
        assert_array_equal(result.history["gradient"][i], f.gradient(x))
        assert result.history["gradient_norm"][i] == np.linalg.norm(f.gradient(x))
    assert result.history["nfev"].dtype.kind == "i"


def test_record_takes_names_of_the_state_and_functions():
    def distance(f, x):
        return np.linalg.norm(x - f.minima[0][0])

    result = minimize(BOWL, START, Adam(), max_iter=4, record=("x", "p", "t", distance))
    assert result.history["p"].shape == (5, 2) and result.history["t"].tolist() == [0, 1, 2, 3, 4]
    assert_array_equal(result.history["distance"], np.linalg.norm(result.history["x"], axis=1))
    newton = minimize(BOWL, START, Newton(), record=["radius"])
    assert newton.history["radius"].shape == (newton.nit + 1,)


@pytest.mark.parametrize("stop", [True, np.True_, StopIteration])
def test_the_callback_sees_each_point_and_can_stop(stop):
    seen = []

    def callback(intermediate_result):
        seen.append(intermediate_result)
        if len(seen) == 4:
            if stop is StopIteration:
                raise StopIteration
            return stop

    result = minimize(BOWL, START, GradientDescent(0.1), callback=callback)
    assert (result.status, result.nit, len(seen)) == (4, 3, 4)
    assert [r.nit for r in seen] == [0, 1, 2, 3]
    assert [r.fun for r in seen] == result.history["value"].tolist()
    for r in seen:
        assert isinstance(r, OptimizeResult) and r.fun == BOWL.value(r.x) and np.array_equal(r.jac, BOWL.gradient(r.x))
    assert seen[-1].njev == 4


def test_what_the_callback_does_to_its_copies_changes_nothing():
    def spoil(intermediate_result):
        intermediate_result.x[:], intermediate_result.jac[:] = 7, 7

    assert bits(minimize(BOWL, START, Adam(), max_iter=5, callback=spoil)) == bits(minimize(BOWL, START, Adam(), max_iter=5))


def test_progress_on_a_stream_that_is_no_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    minimize(BOWL, START, GradientDescent(), max_iter=20)
    assert sys.stderr.getvalue() == ""
    minimize(BOWL, START, GradientDescent(), max_iter=20, progress=True)
    text = sys.stderr.getvalue()
    assert "iteration 0/20" in text and "value" in text and "gradient" in text
    assert text.rsplit("\r", 2)[1].strip() == ""        # the line is wiped at the end


def test_progress_is_wiped_where_the_run_fails(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    def fail(intermediate_result):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        minimize(BOWL, START, GradientDescent(), callback=fail, progress=True)
    assert sys.stderr.getvalue().rsplit("\r", 2)[1].strip() == ""


# --- start, precision, repetition ------------------------------------------------------------------------------------

@each_method
def test_the_start_is_left_alone_and_may_be_a_list_of_whole_numbers(method):
    start = START.copy()
    result = minimize(BOWL, start, method, max_iter=5)
    assert_array_equal(start, START)
    assert bits(minimize(BOWL, [3, -2], method, max_iter=5)) == bits(result)
    assert not np.shares_memory(minimize(BOWL, start, method, max_iter=0).x, start)


@each_method
@pytest.mark.parametrize("batch_size", [None, 4])
def test_float32_stays_float32(method, batch_size):
    f, theta = sines()
    result = minimize(f, theta.astype(np.float32), method, max_iter=8, batch_size=batch_size, rng=0,
                      record=["x", "gradient"])
    assert result.x.dtype == result.jac.dtype == result.fun.dtype == np.float32
    assert result.history["x"].dtype == result.history["gradient"].dtype == result.history["value"].dtype == np.float32


@each_method
@pytest.mark.parametrize("batch_size", [None, 4])
def test_the_same_run_twice_gives_the_same_bits(method, batch_size):
    runs = [bits(minimize(*sines(), method, max_iter=12, batch_size=batch_size, rng=3, record=["x"])) for _ in range(2)]
    assert runs[0] == runs[1]


def test_no_method_is_newton():
    assert bits(minimize(BOWL, START)) == bits(minimize(BOWL, START, Newton()))


# --- batches ---------------------------------------------------------------------------------------------------------

class Batched(Objective):
    """An objective that keeps the rows it was asked for."""

    def subset(self, rows):
        self.__dict__.setdefault("rows", []).append(np.array(rows))
        return super().subset(rows)


@pytest.mark.parametrize("size", [1, 3, 5, 10])
def test_every_epoch_sees_each_example_once(size):
    f, theta = sines()
    f, steps = Batched(f.net, f.X, f.y), -(-10 // size)
    minimize(f, theta, GradientDescent(), max_iter=3 * steps, batch_size=size, rng=0)
    epochs = [f.rows[first:first + steps] for first in range(0, 3 * steps, steps)]
    for epoch in epochs:
        assert_array_equal(np.sort(np.concatenate(epoch)), np.arange(10))
        assert {len(rows) for rows in epoch[:-1]} <= {size}
    orders = {np.concatenate(epoch).tobytes() for epoch in epochs}
    assert len(orders) == 3


def test_a_batch_is_what_the_step_sees_and_the_history_keeps():
    f, theta = sines()
    f = Batched(f.net, f.X, f.y)
    result = minimize(f, theta, GradientDescent(0.5), max_iter=7, batch_size=4, rng=0, record=["x"])
    x = theta
    for rows, ours, value in zip(f.rows, result.history["x"], result.history["value"]):
        part = Objective(f.net, f.X[rows], f.y[rows])
        np.testing.assert_allclose(ours, x, rtol=1e-13)
        np.testing.assert_allclose(value, part.value(x), rtol=1e-13)
        x = x - 0.5 * part.gradient(x)


def test_a_batch_of_all_examples_is_the_whole():
    f, theta = sines()
    whole, batch = (minimize(f, theta, GradientDescent(0.5), max_iter=20, batch_size=size, rng=0) for size in (None, 10))
    np.testing.assert_allclose(batch.history["value"], whole.history["value"], rtol=1e-12)


def test_with_batches_success_is_the_gradient_test_on_all_examples_after_an_epoch():
    X = np.random.default_rng(0).standard_normal((10, 2))
    f = Objective(MLP([2, 1]), X, X @ [1.0, -2.0] + 0.5)        # no noise: every batch has the same minimum
    result = minimize(f, np.zeros(3), GradientDescent(0.3), batch_size=3, rng=0, max_iter=10000)
    assert result.success and result.nit % 4 == 0
    assert np.linalg.norm(f.gradient(result.x)) <= 1e-8
    assert result.fun == f.value(result.x) and np.array_equal(result.jac, f.gradient(result.x))


def test_with_batches_the_best_point_after_an_epoch_is_returned():
    f, theta = sines()
    result = minimize(f, theta, GradientDescent(3.0), batch_size=2, rng=1, max_iter=50, record=["x"])
    ends = [f.value(x) for x in result.history["x"][::5]]
    assert not result.success and ends[-1] > min(ends)
    assert result.fun == f.value(result.x) == min(ends)


# --- checkpoints -----------------------------------------------------------------------------------------------------

def same_bits(resumed, straight, counts=True):
    ours, theirs = bits(resumed), bits(straight)
    for name in theirs:
        if counts or name not in ("nfev", "njev", "nhev"):
            assert ours[name] == theirs[name], name


@pytest.mark.parametrize("batch_size", [None, 2])
@pytest.mark.parametrize("method", [*METHODS, GradientDescent(1.0)], ids=repr)
def test_stop_and_resume_loses_no_bit(method, batch_size, tmp_path):
    f, theta = sines()
    run = functools.partial(minimize, f, theta, method, batch_size=batch_size, rng=0, record=["x", "gradient"])
    straight, last = run(max_iter=20), 20
    for stop in range(last + 1):
        path = tmp_path / f"{stop}.npz"
        run(max_iter=stop, checkpoint=path)
        resumed = run(max_iter=last, checkpoint=path)
        assert (np.diff(resumed.history["seconds"]) >= 0).all()
        same_bits(resumed, straight)


@pytest.mark.parametrize("batch_size", [None, 3])
@each_method
def test_an_interrupt_anywhere_loses_no_bit(method, batch_size, tmp_path):
    f, theta = sines()
    run = functools.partial(minimize, theta0=theta, method=method, batch_size=batch_size, rng=5, max_iter=7, record=["x"])
    straight = run(Watched(f))
    for number in range(1, straight.nfev + straight.njev + straight.nhev):
        path = tmp_path / f"{number}.npz"
        assert run(Watched(f, interrupt_at=number), checkpoint=path).status == 7
        same_bits(run(Watched(f), checkpoint=path), straight)


def test_a_run_that_is_over_stays_over(tmp_path):
    path = tmp_path / "run.npz"
    first = minimize(BOWL, START, checkpoint=path)
    assert first.success
    same_bits(minimize(BOWL, START, checkpoint=path), first)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_run_that_could_not_start_says_so_again(value, tmp_path):
    f, path = Function(lambda x: value, lambda x: x), tmp_path / "run.npz"
    messages = [minimize(f, [1.0], GradientDescent(), checkpoint=path).message for _ in range(2)]
    assert messages[0] == messages[1]


def test_checkpoints_are_written_while_the_run_goes(tmp_path, monkeypatch):
    path, ticks, there = tmp_path / "run.npz", iter(range(10**6)), []
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
    minimize(BOWL, START, GradientDescent(), max_iter=9, checkpoint=path, callback=lambda r: there.append(path.exists()))
    assert not there[0] and there[-1]
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


@pytest.mark.parametrize("change, part", [
    ({"method": Adam(0.2)}, "Adam(lr=0.1"),
    ({"method": GradientDescent(0.1)}, "method"),
    ({"theta0": START + 1e-15}, "theta0"),
    ({"theta0": np.append(START, 0.0), "f": quadratic([1.0, 4.0, 2.0])}, "theta0"),
    ({"f": quadratic([1.0, 4.1])}, "another function"),
])
def test_a_checkpoint_of_another_run_is_refused(change, part, tmp_path):
    path = tmp_path / "run.npz"
    run = {"f": BOWL, "theta0": START, "method": Adam(0.1), "max_iter": 3, "checkpoint": path}
    minimize(**run)
    before = path.read_bytes()
    with refuses(path, part):
        minimize(**run | change)
    assert path.read_bytes() == before


def test_a_checkpoint_of_another_batch_size_is_refused(tmp_path):
    f, theta = sines()
    minimize(f, theta, Adam(), batch_size=2, rng=0, max_iter=2, checkpoint=tmp_path / "run.npz")
    with refuses("batch_size"):
        minimize(f, theta, Adam(), batch_size=3, rng=0, max_iter=2, checkpoint=tmp_path / "run.npz")


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """Writes a checkpoint with one byte changed at a fraction of its length, or cut off there, and gives its path."""
    path = tmp_path_factory.mktemp("damaged") / "run.npz"
    minimize(BOWL, START, Adam(), max_iter=3, checkpoint=path, record=["x"])
    whole = path.read_bytes()

    def write(at, flip):
        content, position = bytearray(whole), int(at * len(whole))
        content[position] ^= flip
        path.write_bytes(content if flip else content[:position])
        return path
    return write


def test_files_that_are_no_checkpoint_are_refused(tmp_path):
    path = tmp_path / "run.npz"
    other = {"arrays": lambda: np.savez(path, x=np.ones(2)), "meta alone": lambda: np.savez(path, meta=np.array("{}")),
             "no json": lambda: np.savez(path, meta=np.array("{")), "empty": lambda: path.write_bytes(b""),
             "text": lambda: path.write_text("hello"),
             "version alone": lambda: np.savez(path, meta=np.array('{"version": 1}')),
             "pickle": lambda: np.savez(path, meta=np.array([{}], dtype=object))}
    for name, write in other.items():
        write()
        with refuses("run.npz"):
            minimize(BOWL, START, Adam(), max_iter=3, checkpoint=path)
    with refuses(tmp_path):
        minimize(BOWL, START, Adam(), max_iter=3, checkpoint=tmp_path)


@settings(max_examples=500)
@given(at=st.floats(0, 1, exclude_max=True), flip=st.integers(0, 255))
def test_a_damaged_checkpoint_is_refused_or_harmless(at, flip, damaged):
    """flip = 0 cuts the file off. A byte that matters to nobody, such as of a time stamp, leaves the run as it was."""
    path = damaged(at, flip)
    try:
        result = minimize(BOWL, START, Adam(), max_iter=6, checkpoint=path, record=["x"])
    except ValueError as error:
        assert path.name in str(error)
    else:
        assert flip
        same_bits(result, minimize(BOWL, START, Adam(), max_iter=6, record=["x"]))


def test_a_path_that_cannot_be_written_is_refused(tmp_path):
    with refuses("cannot write", "missing"):
        minimize(BOWL, START, Adam(), max_iter=3, checkpoint=tmp_path / "missing" / "run.npz")


# --- bad input -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("change, parts", [
    ({"theta0": [1.0]}, ["theta0", "(1,)", "(2,)"]),
    ({"theta0": [[1.0, 2.0]]}, ["theta0", "(1, 2)"]),
    ({"theta0": ["a", "b"]}, ["theta0", "dtype"]),
    ({"theta0": [np.nan, 0]}, ["theta0", "nan"]),
    ({"theta0": [0, -np.inf]}, ["theta0", "-inf"]),
    ({"theta0": [1j, 0]}, ["theta0", "complex"]),
    ({"method": "newton"}, ["method='newton'", "Newton()"]),
    ({"method": Newton}, ["method=", "Newton()"]),
    ({"f": Function(BOWL.value)}, ["GradientDescent needs the gradient"]),
    ({"f": Function(BOWL.value, BOWL.gradient), "method": Newton()}, ["Newton needs the hessian"]),
    ({"max_iter": -1}, ["max_iter=-1"]),
    ({"max_iter": 2.5}, ["max_iter=2.5"]),
    ({"gtol": -1e-8}, ["gtol=-1e-08"]),
    ({"gtol": None}, ["gtol=None"]),
    ({"gtol": np.nan}, ["gtol=nan"]),
    ({"ftol": "small"}, ["ftol='small'"]),
    ({"max_seconds": -1}, ["max_seconds=-1"]),
    ({"batch_size": 3}, ["batch_size=3", "Objective"]),
    ({"callback": 3}, ["callback=3"]),
    ({"record": "x"}, ["record='x'"]),
    ({"record": ["momentum"]}, ["momentum"]),
    ({"record": [3]}, ["3"]),
    ({"record": [lambda f, x: 1.0, lambda f, x: 2.0]}, ["<lambda>"]),      # one of them would be lost
    ({"record": [BOWL.value]}, ["value"]),                                 # a name that the history needs
    ({"record": [functools.partial(max)]}, ["record"]),                    # no name
])
def test_bad_input_is_refused(change, parts):
    with refuses(*parts):
        minimize(**{"f": BOWL, "theta0": START, "method": GradientDescent()} | change)


@pytest.mark.parametrize("size", [0, 11, 2.5, -1])
def test_bad_batch_sizes_are_refused(size):
    f, theta = sines()
    with refuses(f"batch_size={size}", "1 to 10"):
        minimize(f, theta, GradientDescent(), batch_size=size)


@pytest.mark.parametrize("make", [
    lambda: GradientDescent(0), lambda: GradientDescent(-1), lambda: GradientDescent(np.nan), lambda: GradientDescent("a"),
    lambda: Adam(beta1=1), lambda: Adam(beta2=-0.1), lambda: Adam(eps=-1), lambda: Adam(bias_correction="second"),
    lambda: Newton(radius=0), lambda: Newton(chords=-1), lambda: Newton(chords=1.5)])
def test_bad_hyperparameters_are_refused(make):
    with refuses("expected"):
        make()


def test_learning_rates_may_be_schedules():
    result = minimize(BOWL, START, GradientDescent(lambda t: 0.1 / t), max_iter=2, record=["x"])
    x = START - 0.1 * BOWL.gradient(START)
    assert_array_equal(result.history["x"], [START, x, x - 0.05 * BOWL.gradient(x)])


def test_what_changes_its_shape_is_not_recorded():
    f = rosenbrock()
    with refuses("record holds 'Q'", "shape changes"):
        minimize(f, f.starts[0], EigenvectorLineSearch(), record=["Q"])


def test_a_function_may_write_into_its_argument():
    """SciPy hands out copies, too. The points of the run stay what they were."""
    f, seen = rosenbrock(), []

    def spoilt(rule):
        def rule_that_writes(x):
            seen.append(x.flags.writeable)
            answer = rule(x.copy())
            x[:] = np.nan
            return answer
        return rule_that_writes

    writing = Function(spoilt(f.value), spoilt(f.gradient), hessian=spoilt(f.hessian), n=2)
    for method in (LBFGS(), Newton(), GradientDescent(1e-3)):
        plain, other = (minimize(g, [-1.2, 1.0], method, max_iter=30, record=["x"]) for g in (f, writing))
        assert_array_equal(plain.history["x"], other.history["x"])
        assert_array_equal(plain.x, other.x)
    assert all(seen) and plain.x.flags.writeable


def test_points_that_were_evaluated_are_never_changed():
    """A method that updates x in place is stopped, instead of being told old values."""
    class InPlace(Method):
        def step(self, f, x, state):
            x -= 0.1 * f.gradient(x)
            return x, state

    with pytest.raises(ValueError, match="read-only"):
        minimize(BOWL, START, InPlace(), max_iter=3)
