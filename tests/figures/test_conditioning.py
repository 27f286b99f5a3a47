"""Iterations over κ: the bounds of the theory hold for every point that is drawn."""
import numpy as np
from pictures import drawn


def test_gradient_descent_shrinks_by_its_factor():
    for kappa, path in drawn("conditioning").data["paths"].items():
        factor = (1 - kappa) / (1 + kappa)
        steps = np.arange(len(path))
        assert np.allclose(path[:, 0], (-factor)**steps) and np.allclose(path[:, 1], 0.32 * factor**steps)


def test_conjugate_gradients_keep_their_bound():
    data = drawn("conditioning").data
    root = np.sqrt(data["kappas"])
    bound = np.log(2 * root / 1e-6) / -np.log((root - 1) / (root + 1))
    assert (data["counts"]["conjugate gradients"] <= bound + 1).all()


def test_gradient_descent_needs_what_its_factor_says():
    data = drawn("conditioning").data
    kappa = data["kappas"]
    assert (data["counts"]["gradient descent"] <= np.log(1e-6) / np.log((kappa - 1) / (kappa + 1)) + 1).all()
