"""Norms of powers lie between the bounds of theory, and the gradient's components are powers of the eigenvalues."""
import numpy as np
from pictures import drawn


def test_norms_lie_between_the_power_of_the_radius_and_the_condition_of_u_times_it():
    data = drawn("powers").data
    for rho, values in data["norms"].items():
        t = np.arange(len(values))
        assert (values >= rho**t * (1 - 1e-9)).all() and (values <= 50 * rho**t).all()


def test_components_are_powers_of_the_eigenvalues():
    data = drawn("powers").data
    t = np.arange(len(data["ratio"]))
    assert np.allclose(data["ratio"], np.array([0.8, 1.0, 1.2]) ** t[:, None], rtol=1e-9)
    assert np.allclose(data["W"] @ data["U"], data["U"] * [0.8, 1.0, 1.2], atol=1e-12)
