"""What a run counts, records and shows, and what a callback sees."""
import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_array_equal
from runs import BOWL, START, Watched, bits, each_method, sines
from scipy.optimize import OptimizeResult

from minnet import minimize
from minnet.optim import Adam, EigenvectorLineSearch, GradientDescent, Newton
from minnet.optim.method import Method
from minnet.problems import beale, rosenbrock, saddle


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

    assert bits(minimize(BOWL, START, Adam(), max_iter=5, callback=spoil)) == bits(
        minimize(BOWL, START, Adam(), max_iter=5)
    )


def test_progress_on_a_stream_that_is_no_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    minimize(BOWL, START, GradientDescent(), max_iter=20)
    assert sys.stderr.getvalue() == ""
    minimize(BOWL, START, GradientDescent(), max_iter=20, progress=True)
    text = sys.stderr.getvalue()
    assert "iteration 0/20" in text and "value" in text and "gradient" in text
    assert text.rsplit("\r", 2)[1].strip() == ""        # the line is wiped at the end


def test_progress_in_a_jupyter_cell_is_one_line_for_all_runs_of_the_cell(monkeypatch):
    lines, shell = [], SimpleNamespace(kernel=None, execution_count=7)

    def display(data, raw, display_id):
        lines.append([data["text/plain"]])
        return SimpleNamespace(update=lambda data, raw, own=lines[-1]: own.append(data["text/plain"]))

    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    for cell in (7, 7, 8):
        shell.execution_count = cell
        result = minimize(BOWL, START, GradientDescent(), max_iter=20, progress=True)
    last = f"iteration {result.nit}/20  value {result.fun:.6g}  "
    assert len(lines) == 2 and all(line[0].startswith("iteration 0/20") and line[-1].startswith(last) for line in lines)


def test_progress_is_wiped_where_the_run_fails(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    def fail(intermediate_result):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        minimize(BOWL, START, GradientDescent(), callback=fail, progress=True)
    assert sys.stderr.getvalue().rsplit("\r", 2)[1].strip() == ""


def test_what_changes_its_shape_is_not_recorded():
    f = rosenbrock()
    with refuses("record holds 'Q'", "shape changes"):
        minimize(f, f.starts[0], EigenvectorLineSearch(), record=["Q"])
