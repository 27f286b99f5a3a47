"""Steepest descent and conjugate gradients keep the bounds and the structure of the theory."""
import numpy as np
from pictures import drawn


def test_gradients_have_a_tridiagonal_hessian_product():
    M = drawn("conjugate_directions").data["matrices"]["gHg"]
    assert np.tril(M, -2).max() < 1e-8 < 0.01 < np.diag(M, -1).min()


def test_paths_are_exact_searches():
    data = drawn("conjugate_directions").data
    zigzag, short = data["paths"].values()
    steps = np.diff(zigzag, axis=0)
    assert np.allclose([a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in zip(steps, steps[1:])], 0, atol=1e-7)
    assert np.linalg.norm(short[-1]) < 1e-9 < 1e-3 < np.linalg.norm(zigzag[6])
