"""The line search of BFGS: it costs evaluations, and without it runs fail."""
import numpy as np
from pictures import drawn


def test_costs_are_counted_on_the_runs():
    data = drawn("line_search").data
    for name, by in data["runs"].items():
        runs = by["with the line search"]
        assert np.allclose(data["price"][name], [max(run.nfev, run.njev) / run.nit for run in runs])
        assert all(run.success for run in runs)


def test_full_steps_fail_somewhere():
    met = drawn("line_search").data["met"]
    assert met["with the line search"].all() and not met["full steps"].all()
