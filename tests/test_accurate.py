"""Balls of twice the working precision hold every exact result, and are as narrow as twice the precision allows."""
from fractions import Fraction

import numpy as np
import pytest
from ball_cases import hard_numbers, hard_radii, holds, member
from laws import refuses

from minnet.linalg import error_free, fine
from minnet.linalg.accurate import FineBall, as_fine, join
from minnet.linalg.ball import Ball, as_ball
from minnet.linalg.error_free import split, two_product, two_sum


def hard_fine(rng, shape, exact=False):
    """Fine balls of hard numbers, of radii of every kind or of radius zero."""
    high = hard_numbers(rng, shape)
    high = np.where(abs(high) < 2.0**900, high, 1.0)
    low = high * 2.0**-54 * rng.uniform(-0.9, 0.9, shape)
    return FineBall(high, low, 0.0 if exact else hard_radii(rng, high) * rng.choice([0.0, 1e-20, 1e-3], shape))


def fine_member(rng, x):
    return member(rng, x.high, x.rad) + member(rng, x.low, 0 * x.rad)


def check_elementwise(seed, size=150):
    rng = np.random.default_rng(seed)
    x, y = hard_fine(rng, size), hard_fine(rng, size)
    results = [x + y, x - y, x * y, -x, abs(x), 3 - x, 0.1 * y, x.scaled(3)]
    quotient = x / y
    finite = np.isfinite(quotient.rad)
    for _ in range(3):
        a, b = fine_member(rng, x), fine_member(rng, y)
        exact = [a + b, a - b, a * b, -a, abs(a), 3 - a, Fraction(0.1) * b, 8 * a]
        for result, value in zip(results, exact):
            assert holds(result, value)
        assert holds(x.ball(), a) and holds(as_ball(y), b)
        assert (b[finite] != 0).all() and holds(quotient[finite], a[finite] / b[finite])


def check_products(k, seed=0):
    rng = np.random.default_rng(seed)
    graded = FineBall(rng.standard_normal((2, k)) * 10.0 ** rng.integers(-12, 12, (2, k)))
    plain = FineBall(rng.standard_normal((k, 2)), 1e-17 * rng.standard_normal((k, 2)))
    for left, right in (
        (graded, plain),
        (hard_fine(rng, (2, k)), plain),
        (plain.T, plain),
        (plain.T, hard_fine(rng, (k, 2))),
    ):
        a, b = fine_member(rng, left), fine_member(rng, right)
        assert holds(left @ right, a @ b) and holds(left.sum(1), a.sum(1)) and holds(left @ right[:, 0], a @ b[:, 0])


@pytest.mark.parametrize("seed", range(4))
def test_operations_hold_the_exact_result(seed):
    check_elementwise(seed)


@pytest.mark.parametrize("k", [1, 2, 5, 100, 1024, 1025, 2500])
def test_products_of_matrices_and_sums_hold_the_exact_result(k):
    check_products(k)


def test_the_product_of_two_low_parts_is_not_forgotten():
    """It shows where both are as large as they can be and what they contribute to first order cancels."""
    parts = ["0x1.000000bdc69efp+0", "-0x1.fffffffffffffp-54", "0x1.00000000068d5p+0", "0x1.fffffefde0cf1p-54"]
    a, b, c, d = map(float.fromhex, parts)
    assert holds(FineBall(a, b) * FineBall(c, d), (Fraction(a) + Fraction(b)) * (Fraction(c) + Fraction(d)))


def test_two_sum_and_two_product_lose_nothing():
    rng = np.random.default_rng(0)
    a, b = (np.ldexp(rng.uniform(-1, 1, 500), rng.integers(-300, 300, 500)) for _ in range(2))
    for pair, exact in ((two_sum(a, b), lambda x, y: x + y), (two_product(a, b), lambda x, y: x * y)):
        for x, y, high, low in zip(a.tolist(), b.tolist(), *map(np.ndarray.tolist, pair)):
            assert Fraction(high) + Fraction(low) == exact(Fraction(x), Fraction(y))


def test_radii_are_those_of_twice_the_precision():
    rng = np.random.default_rng(0)
    a, b = FineBall(rng.standard_normal((4, 700))), FineBall(rng.standard_normal((700, 3)))
    x, y = a[:, :4], b[:4].T[:, :4] + 3
    assert (a @ b).rad.max() < 1e-20 and (x[:3] * y).rad.max() < 1e-30 and (x[:3] / y).rad.max() < 1e-29
    assert (x[:3] + y).rad.max() < 1e-30 and a.sum(1).rad.max() < 1e-28


def test_the_split_is_exact_and_its_products_are_whole_numbers_below_2_to_the_53():
    """What the products of BLAS rely on."""
    rng = np.random.default_rng(0)
    A = hard_fine(rng, (3, 1024), exact=True)
    exponent, first, second, rest = split(A.high, A.low, 1)
    assert (first == np.rint(first)).all() and (second == np.rint(second)).all()
    assert abs(first).max() <= 2**21 and abs(second).max() <= 2**20 and abs(rest).max() <= 0.501
    assert 2**21 * 2**21 * fine.PIECE < 2**53
    for row in range(3):
        for j in range(0, 1024, 50):
            value = Fraction(A.high[row, j]) + Fraction(A.low[row, j])
            parts = Fraction(first[row, j]) + (Fraction(second[row, j]) + Fraction(rest[row, j])) / 2**21
            scale = Fraction(2) ** int(exponent[row, 0]) / 2**21
            assert abs(value - scale * parts) <= scale * Fraction(0.51 * 2.0**-53) / 2**21


def test_sums_that_cancel_keep_their_digits():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 1500))
    left, right = np.r_[a, a, 1.0][None], np.r_[b, -b, 2.0**-60][:, None]
    total = FineBall(left) @ right
    assert holds(total, [Fraction(1, 2**60)]) and total.rad < 1e-19


def test_mixing_shapes_and_what_is_refused():
    x = FineBall([1.0, 2.0], 0.0, 0.5)
    assert (as_fine(Ball(1.0, 0.25)).rad >= 0.25).all() and (x.ball().rad >= 0.5).all() and x.point().rad.max() == 0
    assert (np.array([1.0, 2.0]) + x).shape == (2,) and (2 / x).shape == (2,) and join([x, x]).shape == (4,)
    assert (np.eye(2) @ x).shape == (2,) and x.reshape(2, 1).T.shape == (1, 2) and x[None, 0].shape == (1,)
    assert np.isinf((x / 0).rad).all() and np.isinf((FineBall(1e300) * 1e300).rad) and np.isinf(FineBall(np.nan).rad)
    with refuses("rad=-1", "at least 0"):
        FineBall(1.0, 0.0, -1.0)


# --- mutants ----------------------------------------------------------------------------------------------------------

def one_lost(name, change):
    plain = getattr(fine, name)
    return lambda patch: patch.setattr(fine, name, lambda *args, **options: change(*plain(*args, **options)))


MUTANTS = {
    "radii halved": lambda patch: patch.setattr(fine, "up", lambda radius, roundings=16: radius / 2),
    "no rounding": lambda patch: patch.setattr(fine, "UNIT", 0.0),
    "no error of a sum": one_lost("two_sum", lambda s, e: (s, 0 * e)),
    "no error of a product": one_lost("two_product", lambda p, e: (p, 0 * e)),
    "no second part in a ball": lambda patch: patch.setattr(FineBall, "ball", lambda self: Ball(self.high, self.rad)),
    "no rest of a split": one_lost("split", lambda E, A1, A2, A3: (E, A1, A2, 0 * A3)),
    "too many bits": lambda patch: (patch.setattr(fine, "BITS", 26), patch.setattr(error_free, "BITS", 26)),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_planted_errors_are_caught(monkeypatch, mutant):
    MUTANTS[mutant](monkeypatch)
    with pytest.raises(AssertionError):
        check_elementwise(0)
        check_products(1000)
        check_products(3)
