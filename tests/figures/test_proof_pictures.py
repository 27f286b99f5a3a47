"""Pictures of proofs: the map that is drawn is Newton's simplified one, and what is said to be proved is true."""
import numpy as np
from pictures import drawn

from minnet.problems import himmelblau


def test_the_curves_are_those_of_newtons_simplified_map():
    picture, f = drawn("proof_ball"), himmelblau()
    curves, theta = picture.data["curves"], picture.settings["theta"]
    for before, after in zip(curves, curves[1:]):
        for x, y in zip(before[::7], after[::7]):
            assert np.allclose(f.hessian(theta) @ (x - y), f.gradient(x), atol=1e-9)
    assert np.linalg.norm(curves[-1] - picture.data["minimum"], axis=1).max() < 1e-5


def test_the_proved_contraction_grows_with_the_ball_and_bounds_what_is_measured():
    data = drawn("proof_ball").data
    assert (np.diff(data["q"]) > 0).all() and np.ptp(data["s"]) == 0
    assert 0 < data["ratios"].max() < drawn("proof_ball").numbers["q"] < 1


def test_the_intervals_hold_the_trace_of_the_hessian():
    """The sum of all eigenvalues, by the diagonal alone."""
    data = drawn("proof_spectrum").data
    for f, proof in zip(data["objectives"], data["proofs"]):
        low, high = proof.eigenvalues.sum(0)
        assert low <= np.trace(f.hessian(proof.point)) <= high and np.linalg.norm(f.gradient(proof.point)) < 1e-12


def test_the_radius_is_a_few_units_of_the_largest_weight():
    n, radius, largest, q, found = drawn("proof_limits").data["sizes"]
    assert (np.diff(n) > 0).all() and found.all() and (q < 1).all()
    assert (radius >= 2.0**-53 * largest).all() and (radius < 1e-14).all()


def test_condition_grows_and_proofs_end_as_weight_decay_falls():
    for q, kappa, radius, found in drawn("proof_limits").data["runs"]:
        assert q[-1] > 1 > q[0] and kappa[-1] > kappa[0] and found[0] and not found[-1]
        assert (np.isfinite(radius) == (found > 0)).all()
