"""One Newton step: its error is bounded by the change of the Hessian on the way; coordinates do not matter."""
import numpy as np
from pictures import drawn

from minnet.problems import himmelblau


def test_the_quotient_is_at_most_the_mean_change_of_the_hessian_on_the_way():
    f, data, minimum, times = himmelblau(), drawn("region").data, np.array([3.0, 2.0]), np.linspace(0.005, 0.995, 100)
    for x, quotient in list(zip(data["points"], data["quotients"]))[::37]:
        inverse = np.linalg.inv(f.hessian(x))
        changes = [np.linalg.norm(np.eye(2) - inverse @ f.hessian(minimum + t * (x - minimum)), 2) for t in times]
        assert quotient <= np.mean(changes) * 1.001


def test_gradient_descent_needs_iterations_in_proportion_to_kappa():
    rows = drawn("region").data["rows"]
    assert len(set(rows[:, 1])) == 1
    assert 0.7 < np.polyfit(np.log(rows[1:, 0]), np.log(rows[1:, 2]), 1)[0] < 1.3
