"""The drawn spectra belong to the run: traces agree with the diagonal, counts and ratios with the eigenvalues."""
import numpy as np
from pictures import drawn

from minnet.notebook import notebook_objective


def test_spectra_counts_and_condition_agree_with_the_hessian():
    history, f = drawn("spectrum_training").data["history"], notebook_objective(0, 0.01)
    for x, lam, inertia, condition in zip(*(history[name] for name in ("x", "eigenvalues", "inertia", "condition"))):
        assert np.isclose(lam.sum(), f.hessian_diagonal(x).sum())
        assert inertia.tolist() == [(lam > 0).sum(), (lam < 0).sum(), 0]
        assert np.isclose(condition, abs(lam).max() / abs(lam).min())


def test_the_last_steps_converge_quadratically_to_a_definite_hessian():
    picture = drawn("spectrum_training")
    history = picture.data["history"]
    g = history["gradient_norm"]
    assert g[-1] < 1e-9 and g[-2] < g[-3] ** 1.5 and (history["eigenvalues"][picture.numbers["definite"]:] > 0).all()
    assert history["eigenvalues"][picture.numbers["definite"] - 1, 0] < 0
