"""Line searches, all alike: conditions, walls, rounding, nonsense, and what a search may cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, complex_step, refuses
from line_functions import MORE_THUENTE, WOLFE, along, each_function, each_search, spent

from minnet import Function
from minnet.optim import (
    Armijo,
    Exact,
    Fixed,
    HagerZhang,
    NoProgress,
    StrongWolfe,
)
from minnet.optim.driver.counted import Counted
from minnet.optim.search import Line
from minnet.problems import quadratic, rosenbrock


@each_function
def test_the_functions_have_the_slopes_that_they_say(number):
    phi, slope, *_ = MORE_THUENTE[number]
    for t in (0.0, 0.2, 0.995, 1.7):
        if number == 3:
            derivative = (phi(t + 1e-6) - phi(t - 1e-6)) / 2e-6
            assert slope(t) == pytest.approx(derivative, abs=1e-7)
        else:
            assert_close(slope(t), complex_step(lambda x: phi(x[0]), np.array([t]))[0], 1e-12)


@given(st.floats(-2, 2), st.floats(-1, 3), st.sampled_from([1e-4, 1e-2, 1.0, 50.0]), st.integers(0, 99))
def test_conditions_on_rosenbrock(x1, x2, first, seed):
    f, x = rosenbrock(), np.array([x1, x2])
    g = f.gradient(x)
    p = -np.random.default_rng(seed).uniform(0.5, 2, 2) * g
    for search in WOLFE:
        if np.linalg.norm(g) < 1e-6:
            return
        line = Line(Counted(f), x, p)
        t = search.search(line, first)
        assert line.slope(t) >= search.c2 * line.slope0
        assert line.decreases(t, search.c1) or line.meets_approximate_wolfe(t, search.c1, search.c2)
        if isinstance(search, StrongWolfe):
            assert abs(line.slope(t)) <= search.c2 * abs(line.slope0)
        assert spent(line)["nfev"] <= 40


def walled(phi, slope, end, beyond):
    """φ up to `end`, and φ = φ′ = `beyond` after it."""
    return along(lambda t: phi(t) if t <= end else beyond, lambda t: slope(t) if t <= end else beyond)


@pytest.mark.parametrize("beyond", [np.inf, np.nan, -np.inf])
@pytest.mark.parametrize("end", [0.4, 1e-5])
@each_search
def test_walls_are_kept_off(search, end, beyond):
    """½ (t − 1)² as far as `end`, which lies before the minimum."""
    line = walled(lambda t: (t - 1) ** 2 / 2, lambda t: t - 1.0, end, beyond)
    t = search.search(line, 1.0)
    assert 0 < t <= end and line.value(t) < line.value0
    assert spent(line)["nfev"] <= 130


@pytest.mark.parametrize("beyond", [np.inf, np.nan])
@each_search
def test_a_line_that_only_falls_to_a_wall(search, beyond):
    line = walled(lambda t: -t, lambda t: -1.0, 3.0, beyond)
    t = search.search(line, 1.0)
    assert 0 < t <= 3 and spent(line)["nfev"] <= 130


@each_search
def test_a_barrier_is_approached_from_inside(search):
    """−3t − log(1 − t): finite below 1 only, where the slope grows without bounds."""
    with np.errstate(invalid="ignore", divide="ignore"):
        line = along(lambda t: -3 * t - np.log(1 - t), lambda t: -3 + 1 / (1 - t))
        t = search.search(line, 7.0)
    assert 0 < t < 1 and line.value(t) < 0


@each_search
def test_a_slope_that_is_not_finite_is_a_wall_too(search):
    line = along(lambda t: -t, lambda t: -1.0 if t < 1 else np.nan)
    assert 0 < search.search(line, 1.0) <= 1


@pytest.mark.parametrize("search", [StrongWolfe(), HagerZhang(), Exact()], ids=repr)
def test_an_endless_slope_ends(search):
    line = along(lambda t: -t, lambda t: -1.0)
    t = search.search(line, 1.0)
    assert 1e9 <= t < 1e12 and spent(line)["nfev"] <= 25


@each_search
def test_where_nothing_is_finite_there_is_no_progress(search):
    line = along(lambda t: 0.0 if t == 0 else np.nan, lambda t: -1.0)
    with pytest.raises(NoProgress):
        search.search(line, 1.0)
    assert spent(line)["nfev"] <= 400


@pytest.mark.parametrize("search", WOLFE, ids=repr)
@pytest.mark.parametrize("offset", [1.0, -1e3, 1e8])
def test_slopes_tell_where_values_drown(search, offset):
    """φ is `offset` to the last bit all over; the step that its slopes ask for is found, though no value falls."""
    line = along(
        lambda t: offset + 1e-13 * abs(offset) * (t - 1) ** 2 / 1e4, lambda t: 1e-17 * abs(offset) * 2 * (t - 1)
    )
    assert line.value(1.0) == line.value0
    for first in (0.01, 1.0, 9.0):
        t = search.search(line, first)
        assert search.c2 * line.slope0 <= line.slope(t) <= (2 * search.c1 - 1) * line.slope0
        assert isinstance(search, HagerZhang) or abs(t - 1) <= 1


@pytest.mark.parametrize("search", [*WOLFE, StrongWolfe(c2=0.4)], ids=repr)
def test_noise_in_the_values_ends_no_search(search):
    """The noise is ten times the fall of φ that the slopes tell of."""
    line = along(lambda t: 1 + 1e-16 * (t - 1) ** 2 + 1e-15 * np.sin(1e9 * t), lambda t: 2e-16 * (t - 1))
    for first in (0.1, 1.0, 3.0):
        assert line.slope(search.search(line, first)) >= search.c2 * line.slope0


@each_search
def test_a_value_that_only_rises_against_its_slope_is_no_progress(search):
    line = along(lambda t: t, lambda t: -1.0)
    with pytest.raises(NoProgress):
        search.search(line, 1.0)
    assert spent(line)["nfev"] <= 400


ODD = [0.0, 1.0, -1.0, 1e-300, -1e-300, 1e200, -1e308, np.inf, np.nan]


@each_search
@given(st.integers(0, 10**6), st.sampled_from([1e-300, 1e-5, 1.0, 1e200]))
def test_no_nonsense_makes_a_search_crash_or_go_on(search, seed, first):
    """Values and slopes that have nothing to do with one another, nor with anything else."""

    def odd(t, what):
        rng = np.random.default_rng([seed, what, *np.frombuffer(np.float64(t).tobytes(), np.uint32)])
        return rng.choice(ODD) if rng.random() < 0.5 else rng.standard_normal()

    line = along(lambda t: 1.0 if t == 0 else odd(t, 0), lambda t: -1.0 if t == 0 else odd(t, 1))
    with np.errstate(all="ignore"):
        try:
            t = search.search(line, first)
            assert 0 < t < np.inf and np.isfinite(line.value(t))
        except NoProgress:
            pass
    assert spent(line)["nfev"] <= 400


@pytest.mark.parametrize("slope", [0.0, 1.0, np.nan])
def test_directions_that_do_not_go_down_are_no_progress(slope):
    with pytest.raises(NoProgress, match="does not go down"):
        along(lambda t: t, lambda t: slope)


@each_search
def test_a_step_too_short_to_move_x_is_none(search):
    line = Line(Counted(Function(lambda x: x[0], lambda x: np.ones(1))), np.array([1e20]), np.array([-1.0]))
    try:
        assert line.moves(search.search(line, 1.0))
    except NoProgress:
        assert spent(line)["nfev"] <= 1


def test_a_line_knows_its_ends():
    f, x, p = quadratic([1.0, 4.0]), np.array([1.0, -1.0]), np.array([-1.0, 2.0])
    line = Line(Counted(f), x, p)
    assert line.value0 == f.value(x) and line.slope0 == f.gradient(x) @ p
    assert line.value(0.5) == f.value(x + 0.5 * p) and line.slope(0.5) == f.gradient(x + 0.5 * p) @ p
    assert line.decreases(0.1, 1e-4) and not line.decreases(10.0, 1e-4) and line.moves(0.5) and not line.moves(1e-20)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Fixed(0),
        lambda: Fixed(np.inf),
        lambda: Fixed("a"),
        lambda: Armijo(0),
        lambda: Armijo(1),
        lambda: Exact(0),
        lambda: StrongWolfe(c1=0),
        lambda: StrongWolfe(c2=1),
        lambda: StrongWolfe(c1=np.nan),
        lambda: HagerZhang(c1=-1),
        lambda: HagerZhang(epsilon=0),
        lambda: HagerZhang(gamma=1),
        lambda: HagerZhang(growth=-2),
    ],
)
def test_bad_constants_are_refused(make):
    with refuses("expected"):
        make()


def test_constants_may_be_numpys():
    assert repr(StrongWolfe(np.float32(0.25), np.float64(0.5))) == "StrongWolfe(c1=0.25, c2=0.5)"
