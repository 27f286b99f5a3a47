"""Each drawn point is critical, with the drawn index, and the lowest minimum is what Newton's method finds."""
import numpy as np
from pictures import drawn

from minnet import minimize
from minnet.notebook import notebook_objective


def test_each_point_has_the_inertia_of_its_eigenvalues():
    for c in drawn("error_against_index").data["certificates"]:
        assert c.gradient_norm <= 1e-8 and c.inertia[2] == 0
        assert (c.eigenvalues < 0).sum() == c.inertia[1] and (c.kind == "saddle") == (c.inertia[1] > 0)


def test_no_run_of_newton_ends_at_a_value_that_only_saddles_have():
    data, f = drawn("error_against_index").data, notebook_objective(0, 0.05)
    ends = [minimize(f, f.net.init(rng=seed)).fun for seed in range(10)]
    saddles = data["value"][data["index"] > 0]
    assert min(abs(end - saddle) for end in ends for saddle in saddles) > 1e-4
    assert np.isclose(data["value"].max(), 80 * np.log(2))
