"""Hard cases for ball arithmetic, their members as exact rational numbers, and the question whether a ball holds
one."""
from fractions import Fraction

import numpy as np


def hard_numbers(rng, shape):
    """Doubles of every kind: moderate, of all exponents, subnormal, zero, and nearly equal to each other."""
    moderate = rng.standard_normal(shape)
    anything = np.ldexp(rng.uniform(-1, 1, shape), rng.integers(-1074, 1000, shape))
    near_one = 1 + rng.integers(-4, 5, shape) * 2.0**-52
    return np.choose(rng.integers(0, 6, shape), [moderate, anything, near_one, 0 * moderate, 1e8 * moderate, -near_one])


def hard_radii(rng, mid):
    """Radii of every kind: zero, of rounding, of a tenth, larger than the number, tiny, huge."""
    share = np.choose(rng.integers(0, 6, mid.shape), [0.0, 2.0**-53, 0.1, 3.0, 2.0**-90, 1e-5])
    with np.errstate(over="ignore", under="ignore"):
        return np.where(rng.random(mid.shape) < 0.05, rng.choice([5e-324, 1e-300, 1e300], mid.shape), abs(mid) * share)


def member(rng, mid, rad):
    """A member of a ball, entry by entry, as an array of fractions: often at the edge."""
    steps = rng.choice([Fraction(-1), Fraction(0), Fraction(1), Fraction(1, 3)], mid.shape)
    parts = zip(mid.ravel().tolist(), rad.ravel().tolist(), steps.ravel())
    out = np.empty(mid.size, object)
    out[:] = [Fraction(m) + t * Fraction(r) for m, r, t in parts]
    return out.reshape(mid.shape)


def holds(ball, exact):
    """Whether a ball, or one of twice the precision, holds the exact numbers; an infinite radius holds all."""
    high, low = (ball.high, ball.low) if hasattr(ball, "high") else (ball.mid, 0 * ball.mid)
    return all(not np.isfinite(r) or abs(Fraction(h) + Fraction(l) - x) <= Fraction(r) for h, l, r, x in
               zip(high.ravel().tolist(), low.ravel().tolist(), ball.rad.ravel().tolist(), np.ravel(exact)))


def holds_arb(ball, exact):
    """The same for numbers of python-flint."""
    from flint import arb
    high, low = (ball.high, ball.low) if hasattr(ball, "high") else (ball.mid, 0 * ball.mid)
    return all(not np.isfinite(r) or abs(arb(h) + arb(l) - x) <= arb(r) for h, l, r, x in
               zip(high.ravel().tolist(), low.ravel().tolist(), ball.rad.ravel().tolist(), np.ravel(exact)))
