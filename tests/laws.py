"""What several tests share: complex steps, the notebook's problem, refusals."""
from contextlib import contextmanager

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from minnet import datasets
from minnet.notebook import notebook_objective

TINY = 1e-100


def complex_step(rule, x, V=None):
    """The derivatives of `rule` at x in the directions V (n, k), by default along every axis, stacked last."""
    V = np.eye(len(x)) if V is None else V
    return np.stack([np.imag(rule(x + 1j * TINY * v)) / TINY for v in V.T], axis=-1)


def assert_close(ours, reference, tol=1e-12, floor=0.01):
    """Equal to `tol` of the largest entry of both, which is at least `floor`: what is smaller has cancelled out."""
    ours, reference = np.asarray(ours), np.asarray(reference)
    assert ours.shape == reference.shape
    error = np.max(abs(ours - reference), initial=0)
    scale = max(floor, np.max(abs(reference), initial=0), np.max(abs(ours), initial=0))
    assert error <= tol * scale, f"error {error:.2e} at scale {scale:.2e}"


def assert_steps_leave_the_past_alone(f, method, steps=8):
    """No step of the method changes in place the point and the state that it was given."""
    x = f.starts[0]
    state = method.start(f, x)
    for _ in range(steps):
        kept, at = {name: np.array(entry) for name, entry in state.items()}, x.copy()
        new, after = method.step(f, x, state)
        assert_array_equal(x, at)
        assert set(state) == set(kept)
        for name, entry in state.items():
            assert_array_equal(entry, kept[name])
        x, state = new, after


def notebook_problem(seed, l2=0.0):
    """(f, θ₀): the notebook's 2-3-1 network on its data, summed over the examples, and its start."""
    return notebook_objective(seed, l2), datasets.notebook_start(seed)


@contextmanager
def refuses(*parts):
    """The block raises a ValueError of one line with all of the parts in it."""
    with pytest.raises(ValueError) as caught:
        yield
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert str(part) in message


def gauss_newton(f, theta):
    """c Σ Jᵀ (∂²ℓ/∂z²) J + l2 I with J and ∂²ℓ/∂z² by complex step: the definition, by no rule under test."""
    z, J = f.net.outputs(theta, f.X), complex_step(lambda t: f.net.outputs(t, f.X), theta)
    units = 1j * TINY * np.eye(z.shape[1])
    L = np.stack([f.loss.gradient(z + unit, f.y).imag / TINY for unit in units], axis=-1)
    weights = np.ones(len(f)) if f.sample_weight is None else f.sample_weight
    return f.scale * np.einsum("n,nki,nkl,nlj->ij", weights, J, L, J) + f.l2 * np.eye(f.n)
