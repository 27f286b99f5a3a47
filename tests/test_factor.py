"""Definiteness and the lowest eigenpair of a matrix."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minnet import Function
from minnet.linalg.factor import lowest_curvature, positive_definite
from minnet.problems import quadratic

seeds = st.integers(0, 9999)


@given(st.integers(1, 30), seeds, st.booleans())
def test_lowest_curvature_is_the_lowest_eigenvalue(n, seed, definite):
    rng = np.random.default_rng(seed)
    f = quadratic(rng.uniform(0.1 if definite else -1, 5, n), rng=rng)
    x, lam = f.starts[0], np.linalg.eigvalsh(f.hessian(f.starts[0]))
    low, q = lowest_curvature(f, x)
    assert low == pytest.approx(lam[0], abs=1e-3 * abs(lam).max())
    assert np.linalg.norm(q) == pytest.approx(1) and q @ f.hessian(x) @ q == pytest.approx(low, abs=1e-3 * abs(lam).max())


def test_lowest_curvature_asks_for_few_products():
    asked = []
    f = quadratic(np.append(np.linspace(1, 2, 199), -1.0), rng=0)
    counting = Function(f.value, f.gradient, hvp=lambda x, v: asked.append(1) or f.hvp(x, v), n=200)
    low, _ = lowest_curvature(counting, f.starts[0])
    assert low == pytest.approx(-1) and len(asked) < 60


def test_positive_definite():
    assert positive_definite(np.eye(2)) and not positive_definite(np.diag([1.0, -1e-9]))
    assert positive_definite(np.diag([1.0, -1e-9]), 1e-8) and not positive_definite(np.zeros((2, 2)))
