"""What the tests of quasi-Newton methods share: matrices, pairs, bowls, runs."""

import numpy as np
import pytest

from minnet import Function, minimize
from minnet.optim.limited_memory import LimitedMemory
from minnet.problems import quadratic


def definite(rng, n, spread=10.0):
    """A symmetric positive definite matrix (n, n)."""
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    H = (Q * spread ** rng.uniform(-0.5, 0.5, n)) @ Q.T
    return (H + H.T) / 2


def pair(rng, n, sign=1):
    """(s, y) with sᵀy of that sign, not small."""
    s, y = rng.standard_normal((2, n))
    sy = sign * rng.uniform(0.2, 2) * np.linalg.norm(s) * np.linalg.norm(y)
    return s, y + (sy - s @ y) / (s @ s) * s


def uphill_pair(s):
    """The state of L-BFGS with the one pair (s, −s), which no run keeps."""
    return LimitedMemory(np.array([[s], [-s]]), np.array([[-s @ s]]), 1.0).state()


def history(rng, n, length):
    return [pair(rng, n) for _ in range(length)]


BOWLS = [
    quadratic(spectrum, rng=seed, centre=np.arange(len(spectrum)) / 3)
    for seed, spectrum in enumerate(
        [[1.0, 30.0], [0.5, 1.0, 4.0, 20.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], np.geomspace(0.1, 10, 9)]
    )
]


each_bowl = pytest.mark.parametrize("f", BOWLS, ids=repr)


def run(f, method, x=None, **options):
    return minimize(f, f.starts[0] if x is None else x, method, **{"gtol": 0, "record": ["x"]} | options)


def turned(f, A):
    """u ↦ f(A u)."""
    return Function(lambda u: f.value(A @ u), lambda u: A.T @ f.gradient(A @ u), n=f.n)
