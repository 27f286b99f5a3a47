"""Searches along eigenvectors: what is left after k steps are the lowest curvatures."""
import numpy as np
from pictures import drawn


def test_the_gradient_after_k_steps_is_that_of_the_directions_left():
    data = drawn("eigenvector_search").data
    left = [np.linalg.norm(data["eigenvalues"][:8 - k]) for k in range(8)]
    assert np.allclose(data["sizes"][:8], left)


def test_the_two_steps_are_perpendicular_and_end_at_the_minimum():
    start, middle, end = drawn("eigenvector_search").data["path"]
    assert abs((middle - start) @ (end - middle)) < 1e-10 and np.linalg.norm(end) < 1e-10


def test_the_diagonal_holds_the_eigenvalues():
    data = drawn("eigenvector_search").data
    assert np.allclose(np.diag(data["conjugate"]), data["eigenvalues"][::-1] / data["eigenvalues"].max())
