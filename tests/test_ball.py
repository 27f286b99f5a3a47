"""Ball arithmetic holds every exact result, in rational arithmetic, and smaller balls give balls inside."""
from fractions import Fraction

import numpy as np
import pytest
from ball_cases import hard_numbers, hard_radii, holds, member
from laws import refuses

from minnet.linalg import ball_arrays, midpoint_radius, rounding
from minnet.linalg.ball import Ball, as_ball
from minnet.linalg.ball_arrays import concatenate, norm_bound, norm_bound_of_tiles, stack
from minnet.linalg.rounding import up


def hard_balls(rng, shape):
    mid = hard_numbers(rng, shape)
    return Ball(mid, hard_radii(rng, mid))


def check_elementwise(seed, size=300):
    rng = np.random.default_rng(seed)
    x, y = hard_balls(rng, size), hard_balls(rng, size)
    results = [x + y, x - y, x * y, -x, abs(x), 3 - x, 0.1 * y, x**2, x**3]
    with np.errstate(all="ignore"):
        quotient = x / y
    for _ in range(3):
        a, b = member(rng, x.mid, x.rad), member(rng, y.mid, y.rad)
        exact = [a + b, a - b, a * b, -a, abs(a), 3 - a, Fraction(0.1) * b, a**2, a**3]
        for result, value in zip(results, exact):
            assert holds(result, value)
        finite = np.isfinite(quotient.rad)
        assert (b[finite] != 0).all() and holds(quotient[finite], a[finite] / b[finite])


def check_products(seed, k):
    rng = np.random.default_rng(seed)
    x, y = hard_balls(rng, (2, k)), hard_balls(rng, (k, 2))
    moderate = Ball(rng.standard_normal((2, k)), 1e-3 * rng.random((2, k)))
    for left, right in ((x, y), (moderate, y), (x, moderate.T), (moderate, moderate.T)):
        a, b = member(rng, left.mid, left.rad), member(rng, right.mid, right.rad)
        assert holds(left @ right, a @ b)
        assert holds(left.sum(1), a.sum(1)) and holds(left.sum(), a.sum()) and holds(left.mean(0), a.sum(0) / 2)


def check_cancellation(k, seed=0):
    """Sums whose terms nearly cancel: only the bound of rounding saves them."""
    rng = np.random.default_rng(seed)
    for _ in range(5):
        a, b = rng.standard_normal((2, k)) * 10.0 ** rng.integers(-6, 7, (2, k))
        a, b = np.r_[a, a, 1.0], np.r_[b, -b, 2.0**-60]
        order = rng.permutation(len(a))
        exact = sum(Fraction(p) * Fraction(q) for p, q in zip(a.tolist(), b.tolist()))
        assert holds(Ball(a[order]) @ b[order], exact)
        assert holds(Ball((a * b)[order]).sum(), sum(map(Fraction, (a * b).tolist())))


@pytest.mark.parametrize("seed", range(4))
def test_operations_hold_the_exact_result(seed):
    check_elementwise(seed)


def test_the_corners_of_wide_balls_are_inside():
    """(1 ± 1)(1 ± 1) reaches 4, three above its midpoint."""
    wide = Ball([1.0, 1.0], [1.0, 1.0])
    for found, corner in ((wide[0] * wide[1], 4), (wide @ wide, 8), (wide[0] + wide[1], 4), (wide[0] ** 3, 8)):
        assert holds(found, [Fraction(corner)]) and holds(found, [Fraction(0)])


@pytest.mark.parametrize("k", [1, 2, 3, 17, 200, 2000])
def test_products_of_matrices_and_sums_hold_the_exact_result(k):
    check_products(k, k)
    check_cancellation(k)


def test_sums_that_lose_half_a_unit_with_every_term_are_held():
    """1 + 2⁻⁵³ + 2⁻⁵³ + … is 1 where one term is added after the other."""
    x = np.full((200, 2), 2.0**-53)
    x[0] = 1
    exact = 1 + 199 * Fraction(1, 2**53)
    assert (
        holds(Ball(x).sum(0), [exact] * 2)
        and holds(Ball(x[:, 0]).sum(), exact)
        and holds(Ball(x.T) @ np.ones(200), [exact] * 2)
    )


@pytest.mark.slow
def test_operations_hold_the_exact_result_in_a_hundred_thousand_cases():
    for seed in range(330):
        check_elementwise(seed)
    for seed in range(200):
        check_products(seed, int(np.random.default_rng(seed).integers(1, 300)))


def test_all_that_matters_of_rounding_up():
    """up(x) exceeds x (1 + u)ᵏ for the number of roundings k that it is told, down to nothing."""
    for x in (0.0, 5e-324, 1e-310, 1e-300, 1.0, 1 + 2.0**-52, 1e300):
        for k in (3, 16, 1000, 2**20):
            assert Fraction(float(up(x, k))) >= Fraction(x) * (1 + k * Fraction(1, 2**53)) * (
                1 + Fraction(k * k, 2**106)
            )
    assert up(np.inf) == np.inf


def test_a_smaller_ball_gives_a_ball_inside():
    rng = np.random.default_rng(0)
    for _ in range(200):
        mid, other = rng.standard_normal((2, 3, 3)) + 3
        rad = 0.1 * rng.random((3, 3))
        shift = rad * rng.uniform(-0.9, 0.9, (3, 3))
        large, small = Ball(mid, rad), Ball(mid + shift, (rad - abs(shift)) * (1 - 1e-9))
        assert (up(abs(large.mid - small.mid) + small.rad) <= large.rad + 1e-15).all()
        for f in (lambda x: x + other, lambda x: x * x, lambda x: Ball(other, 0.1) / x, lambda x: x / Ball(other, 0.1),
                  lambda x: x @ x, lambda x: x**3, lambda x: x.sum(0), lambda x: abs(x - 3), lambda x: 1 / x):
            a, b = f(small), f(large)
            assert (abs(a.mid - b.mid) + a.rad <= b.rad * (1 + 1e-12) + 1e-13).all()


def test_overflow_and_what_is_not_defined_are_balls_of_infinite_radius_and_never_nan():
    huge, anything = Ball([1e300, -1e300]), Ball([0.0], np.inf)
    for result in (
        huge * huge,
        huge * 1e300 - huge * 1e300,
        Ball([1.0]) / 0,
        Ball([1.0]) / Ball(1.0, 1.0),
        Ball([np.nan]),
        Ball([np.inf]),
        anything * 0,
        anything - anything,
        anything @ [0.0],
        huge @ huge,
        Ball([0.0]) ** -1,
        anything / anything,
        anything.sum(),
    ):
        assert np.isinf(result.rad).all() and np.isfinite(result.mid).all()
    assert (anything.mignitude == 0).all() and anything.magnitude == np.inf


def test_balls_mix_with_arrays_and_numbers_on_either_side():
    x, A = Ball([1.0, 2.0], 0.25), np.array([[1.0, 2.0], [3.0, 4.0]])
    same = lambda a, b: (a.mid == b.mid).all() and np.allclose(a.rad, b.rad, rtol=1e-12, atol=1e-15)
    assert same(A + x, x + A) and same(A - x, -(x - A)) and same(A * x, x * A) and same(A @ x, Ball(A) @ x)
    assert same(1 / x, Ball(1.0) / x) and same(np.array([2.0, 1.0]) / x, Ball([2.0, 1.0]) / x)
    assert same(np.add(A, x), A + x) and same(np.square(x), x * x) and same(np.power(x, 3), x**3)
    assert same(x ** np.array([1, 2]), stack([x[0], x[1] * x[1]]))
    assert same(as_ball(np.array([x[0], 2.0])), Ball([1.0, 2.0], [0.25, 0.0]))
    assert np.concatenate([x, [1.0]]).shape == (3,) and np.stack([x, x], axis=1).shape == (2, 2)
    assert np.diag(x).shape == (2, 2) and np.append(x, 0).shape == (3,)


def test_numbers_that_are_no_doubles_get_the_radius_of_their_rounding():
    assert holds(as_ball(2**53 + 1), [Fraction(2**53 + 1)]) and as_ball(2**53 - 1).rad == 0
    assert holds(as_ball(np.array([2**63 - 1])), [Fraction(2**63 - 1)])
    third = np.longdouble(1) / 3
    assert as_ball(third).rad > 0 or third == np.float64(third)
    assert Ball(np.float32(0.1)).rad == 0 and Ball(True).mid == 1


def test_shapes():
    x = Ball(np.arange(6.0).reshape(2, 3), 0.5)
    assert x.T.shape == (3, 2) and x.reshape(3, 2).shape == x.reshape((3, 2)).shape and x[0, None].shape == (1, 3)
    assert (
        concatenate([x, x], 1).shape == (2, 6) and x.sum((0, 1)).shape == () and x.sum(0, keepdims=True).shape == (1, 3)
    )
    assert x.transpose(1, 0).shape == (3, 2) and len(x) == 2 and [row.shape for row in x] == [(3,), (3,)]
    assert (x.lower <= x.mid - x.rad).all() and (x.upper >= x.mid + x.rad).all()
    assert (x.mignitude <= np.maximum(x.mid - 0.5, 0)).all() and (x.magnitude >= x.mid + 0.5).all()


def test_what_a_ball_refuses():
    with refuses("rad=-1.0", "at least 0"):
        Ball(1.0, -1.0)
    with refuses("rad=nan"):
        Ball(1.0, np.nan)
    with refuses("0.5", "whole numbers"):
        Ball(2.0) ** 0.5
    for wrong in (
        lambda: Ball(1.0) < 2,
        lambda: Ball(1.0) == 1.0,
        lambda: bool(Ball(1.0)),
        lambda: np.arctan(Ball(1.0)),
        lambda: float(Ball(1.0)),
        lambda: Ball(1j),
        lambda: np.linalg.norm(Ball([1.0])),
    ):
        with pytest.raises(TypeError):
            wrong()


def test_the_norm_of_a_symmetric_matrix_is_bounded():
    rng = np.random.default_rng(0)
    for n in (1, 2, 7, 40):
        A = rng.standard_normal((n, n))
        A = A + A.T
        for radius in (0.0, 0.1):
            assert norm_bound(Ball(A, radius)) >= np.linalg.norm(A + radius * np.sign(A), 2)
        assert norm_bound(Ball(abs(A))) <= np.linalg.norm(abs(A), 2) * 1.1
    assert norm_bound(np.diag([1.0, -3.0])) == pytest.approx(3, rel=0.2) and norm_bound(Ball([[0.0]], np.inf)) == np.inf
    assert norm_bound(np.zeros((3, 3))) < 1e-290


def test_the_norm_is_bounded_tile_by_tile(monkeypatch):
    """Of the last tile, too, and with the tiles below the diagonal, which nobody asks for."""
    rng, tiles = np.random.default_rng(0), []
    A = rng.standard_normal((8, 8))
    A = Ball(A + A.T, 0.1 * abs(A + A.T))

    def tile(rows, columns):
        tiles.append((rows.start, columns.start))
        return A[rows, columns]
    for size in (1, 3, 4, 20):
        monkeypatch.setattr(ball_arrays, "TILE", size)
        assert np.linalg.norm(abs(A.mid) + A.rad, 2) <= norm_bound_of_tiles(tile, 8) == norm_bound(A) < np.inf
    assert len(tiles) == 36 + 6 + 3 + 1 and all(row <= column for row, column in tiles)


# --- mutants: planted errors, which the laws above must catch ---------------------------------------------------------

def without(name):
    """The patch that makes a radius forget one of its parts."""
    plain = getattr(Ball, name)

    def forgetful(self, other):
        return plain(self.point(), other)
    return lambda patch: patch.setattr(Ball, name, forgetful)


MUTANTS = {
    "radii halved": lambda patch: patch.setattr(
        midpoint_radius, "up", lambda radius, roundings=16: radius / 2 + rounding.TINY),
    "no rounding": lambda patch: patch.setattr(midpoint_radius, "UNIT", 0.0),
    "half the rounding": lambda patch: patch.setattr(midpoint_radius, "UNIT", 2.0**-55),
    "no underflow": lambda patch: patch.setattr(rounding, "TINY", 0.0),
    "the radius of a summand": without("__add__"),
    "the radius of a factor": without("__mul__"),
    "the radius of a dividend": without("__truediv__"),
    "the radius of a matrix": without("__matmul__"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_planted_errors_are_caught(monkeypatch, mutant):
    MUTANTS[mutant](monkeypatch)
    with pytest.raises(AssertionError):
        check_elementwise(0)
        for k in (1, 3, 17):
            check_products(k, k)
            check_cancellation(k)
