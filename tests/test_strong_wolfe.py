"""Moré and Thuente: the published numbers of evaluations, the cases of their trials."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_functions import FIRST, MORE_THUENTE, along, each_function, spent, yanai

from minnet.optim import StrongWolfe
from minnet.optim.search import Trial
from minnet.optim.search.line import secant_root
from minnet.optim.search.strong_wolfe import minimise_cubic, minimise_quadratic, next_interval, next_trial


@each_function
def test_strong_wolfe_takes_the_published_number_of_evaluations(number):
    phi, slope, c1, c2, evaluations = MORE_THUENTE[number]
    for first, published in zip(FIRST, evaluations):
        line = along(phi, slope)
        t = StrongWolfe(c1, c2).search(line, first)
        assert spent(line) == {"nfev": published, "njev": published}
        assert phi(t) <= phi(0.0) + c1 * t * slope(0.0) and abs(slope(t)) <= c2 * abs(slope(0.0))


def test_strong_wolfe_is_not_approximate_where_values_speak():
    """φ stays far above what c1 asks for, so that no slope can make up for it."""
    line = along(*yanai(0.001, 0.001))
    t = StrongWolfe(0.1, 0.9).search(line, 1e-3)
    assert line.decreases(t, 0.1) and line.meets_approximate_wolfe(0.5, 0.1, 0.9)


# --- the trials -------------------------------------------------------------------------------------------------------


def trial_of(coefficients, t):
    """The value and slope of a polynomial at t."""
    phi = np.polynomial.Polynomial(coefficients)
    return Trial(t, phi(t), phi.deriv()(t))


@given(st.floats(-2, 2), st.floats(0.1, 5), st.floats(0.1, 3))
def test_every_interpolant_of_a_parabola_is_the_parabola(minimum, curvature, apart):
    """½ c (t − m)² from both sides of m, and from one side: c, q and s of all cases are m."""
    parabola = [curvature * minimum**2 / 2, -curvature * minimum, curvature / 2]
    a, b = trial_of(parabola, minimum - 1), trial_of(parabola, minimum - 1 + apart)
    for found in (minimise_cubic(a, b), minimise_cubic(b, a), minimise_quadratic(a, b), secant_root(a, b)):
        assert found == pytest.approx(minimum, abs=1e-7)
    if abs(apart - 1) > 1e-3:
        assert next_trial(a, None, b) == pytest.approx(minimum, abs=1e-7)


@given(st.floats(-1, 1), st.floats(0.2, 3), st.floats(0.1, 2), st.floats(0.1, 2))
def test_the_cubic_is_minimised_exactly(minimum, apart, left, right):
    """t³/3 − … with the minimum at m and the maximum `apart` before it."""
    slope = np.polynomial.Polynomial.fromroots([minimum, minimum - apart])
    cubic = slope.integ().coef
    assert minimise_cubic(trial_of(cubic, minimum - left), trial_of(cubic, minimum + right)) == pytest.approx(
        minimum, abs=1e-6
    )


@pytest.mark.parametrize(
    "trial, lies",
    [
        (Trial(1.0, 2.0, 5.0), (0.0, 1.0)),  # case 1: higher
        (Trial(1.0, -0.5, 3.0), (0.0, 1.0)),  # case 2: lower, the slope turned
        (Trial(1.0, -0.5, -0.1), (1.0, np.inf)),  # case 3: lower, the slope flattens
        (Trial(1.0, -1.5, -2.0), (np.inf, np.inf)),  # case 4: lower, the slope steepens
    ],
)
def test_where_the_next_trial_lies(trial, lies):
    best = Trial(0.0, 0.0, -1.0)
    assert lies[0] <= next_trial(best, None, trial) <= lies[1]
    if lies[0] >= 1:  # with another end the next trial stays before it
        assert 1 < next_trial(best, Trial(2.0, 3.0, 9.0), trial) < 2


def test_the_interval_keeps_its_lowest_end():
    best, other = Trial(0.0, 0.0, -1.0), Trial(4.0, 1.0, 2.0)
    higher, falling, rising = Trial(1.0, 0.5, 1.0), Trial(1.0, -0.5, -1.0), Trial(1.0, -0.5, 1.0)
    assert next_interval(best, other, higher) == (best, higher)
    assert next_interval(best, other, falling) == (falling, other)
    assert next_interval(best, other, rising) == (rising, best)
