"""One secant update of B = I by unit vectors: the eigenvalues by hand; and a run's inverse."""
import numpy as np
from pictures import drawn


def test_lowest_eigenvalues_are_those_of_the_formulas():
    data = drawn("secant_updates").data
    c, s = np.cos(data["angles"]), np.sin(data["angles"])
    psb = (c + 1 - np.sqrt((c - 1)**2 + 4 * s**2)) / 2          # B = [[c, s], [s, 1]]
    assert np.allclose(data["values"]["plain norm (PSB)"], psb)
    bfgs = np.stack([np.linalg.eigvalsh(np.array([[a, b], [b, 1 + b * b / a]]))[0] for a, b in zip(c, s)])
    assert np.allclose(data["values"]["BFGS"], bfgs) and (data["values"]["DFP"] > 0).all()


def test_bfgs_has_the_inverse_of_a_quadratic_at_step_n_and_not_before():
    errors = drawn("secant_updates").data["errors"]["quadratic"]
    assert len(errors) == 6 and errors[-1] < 1e-8 < 1e-3 < errors[-2]
