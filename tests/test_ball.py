"""Balls hold every exact result: against rational arithmetic, and against many digits where mpmath is installed."""
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minnet.linalg import ball
from minnet.linalg.ball import Ball, einsum

numbers = st.floats(-1e6, 1e6, allow_subnormal=False) | st.sampled_from([0.0, 1.0, -1e-300, 1e150, 1 / 3, 2.0**-60])
radii = st.floats(0, 1.0) | st.sampled_from([0.0, 1e-300, 1e-17])
pairs = st.tuples(numbers, radii)


def members(pair):
    """The ends and the middle of a ball of one number, exactly."""
    mid, rad = map(Fraction, pair)
    return mid - rad, mid, mid + rad


def holds(b, exact):
    return abs(exact - Fraction(float(b.mid))) <= Fraction(float(b.rad))


@given(pairs, pairs)
def test_sums_products_and_quotients_hold_the_exact_result(p, q):
    x, y = Ball(*p), Ball(*q)
    for a in members(p):
        for b in members(q):
            assert holds(x + y, a + b) and holds(x - y, a - b) and holds(x * y, a * b)
            quotient = x / y
            if np.isfinite(quotient.rad):
                assert b != 0 and holds(quotient, a / b)


@given(st.lists(st.tuples(pairs, pairs), min_size=1, max_size=12), st.integers(0, 2))
def test_sums_of_products_hold_the_exact_result(rows, end):
    x, y = (Ball([row[k][0] for row in rows], [row[k][1] for row in rows]) for k in (0, 1))
    for other in (end, 2 - end):
        assert holds(einsum("i,i->", x, y), sum(members(a)[end] * members(b)[other] for a, b in rows))
    assert holds(einsum("i->", x), sum(members(a)[end] for a, _ in rows))


def test_the_corners_of_wide_balls_are_inside():
    """(1 ± 1)(1 ± 1) reaches 4, three above its midpoint."""
    wide = Ball([1.0, 1.0], [1.0, 1.0])
    for b, corner in ((wide[0] * wide[1], 4), (einsum("i,i->", wide, wide), 8), (wide[0] + wide[1], 4)):
        assert holds(b, Fraction(corner)) and holds(b, Fraction(0))


@pytest.mark.parametrize("K", [1, 10, 300, 2000])
def test_long_sums_that_cancel(K):
    rng = np.random.default_rng(K)
    a, b = rng.standard_normal((2, K)) * 10.0 ** rng.integers(-8, 8, (2, K))
    a, b = np.r_[a, -a], np.r_[b, b * (1 + 1e-15)]
    exact = sum(Fraction(float(p)) * Fraction(float(q)) for p, q in zip(a, b))
    assert holds(einsum("i,i->", a, b), exact)


def test_a_smaller_ball_gives_a_ball_inside():
    rng = np.random.default_rng(0)
    m, n = rng.standard_normal((2, 6, 6))
    small = einsum("ij,jk->ik", Ball(m, 1e-6), ball.tanh(Ball(n, 1e-6)))
    large = einsum("ij,jk->ik", Ball(m, 1e-3), ball.tanh(Ball(n, 1e-3)))
    assert (abs(small.mid - large.mid) + small.rad <= large.rad).all()


def test_the_norm_of_a_symmetric_matrix_is_bounded():
    rng = np.random.default_rng(0)
    for n in (1, 2, 7, 40):
        A = rng.standard_normal((n, n))
        A = A + A.T
        for other in (0.0, 0.1):
            worst = A + other * np.sign(A)
            assert ball.norm_bound(Ball(A, other)) >= np.linalg.norm(worst, 2)


FUNCTIONS = {"tanh": "tanh", "exp": "exp", "sin": "sin", "cos": "cos", "erf": "erf", "sigmoid": None, "softplus": None}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_hold_the_exact_value(name):
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(60):
        exact = {"sigmoid": lambda t: 1 / (1 + mpmath.exp(-t)), "softplus": lambda t: mpmath.log1p(mpmath.exp(t))}.get(name)
        exact = exact or getattr(mpmath, FUNCTIONS[name])
        rng = np.random.default_rng(0)
        z = np.concatenate([rng.uniform(-40, 40, 400), rng.standard_normal(400), 10.0 ** rng.uniform(-300, 2.8, 200),
                            [0.0, 5e-324, -5e-324, 709.0, -745.0]])
        for rad in (0.0, 1e-9, 1e-2):
            b = getattr(ball, name)(Ball(z, rad))
            for t, mid, bound in zip(z, b.mid, b.rad):
                for end in (-1, 0, 1):
                    if np.isfinite(bound):
                        assert abs(exact(mpmath.mpf(float(t)) + end * mpmath.mpf(rad)) - mpmath.mpf(float(mid))) <= mpmath.mpf(float(bound))


# --- mutants: what the tests above must catch ------------------------------------------------------------------------

def caught(monkeypatch, mutate):
    """Whether one of the laws above fails under a planted error."""
    mutate(monkeypatch)
    try:
        test_the_corners_of_wide_balls_are_inside()
        test_sums_products_and_quotients_hold_the_exact_result()
        test_sums_of_products_hold_the_exact_result()
        for K in (10, 300):
            test_long_sums_that_cancel(K)
    except (AssertionError, ExceptionGroup):
        return True
    return False


@pytest.mark.parametrize("mutate", [
    lambda patch: patch.setattr(ball, "_up", lambda radius: radius / 2),
    lambda patch: patch.setattr(ball, "U", 0.0),
    lambda patch: patch.setattr(Ball, "magnitude", property(lambda self: abs(self.mid))),
], ids=["a radius halved", "no rounding", "a radius forgotten in a product"])
def test_planted_errors_are_caught(monkeypatch, mutate):
    assert caught(monkeypatch, mutate)
