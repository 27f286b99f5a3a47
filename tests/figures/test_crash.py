"""Weights run away under the plain step, and with damping and weight decay the gradient test is met nearby."""
import numpy as np
from pictures import drawn

from minnet.notebook import notebook_objective


def test_the_plain_step_is_long_where_the_mended_one_is_not():
    data = drawn("crash").data
    for adam, plain, mended in zip(data["adam"], data["notebook"], data["mended"]["newton"]):
        for run in (plain, mended):
            assert (run.history["x"][0] == adam.history["x"][-1]).all()
        assert plain.history["norm"][-1] > 3 * mended.history["norm"].max()
        assert plain.history["gradient_norm"].min() > 1e-6 > 1e-8 >= mended.history["gradient_norm"][-1]


def test_the_plain_step_solves_newtons_equation():
    f = notebook_objective(0)
    x, new = drawn("crash").data["notebook"][0].history["x"][:2]
    assert np.linalg.norm(f.hessian(x) @ (new - x) + f.gradient(x)) < 1e-3 * np.linalg.norm(f.gradient(x))


def test_the_mended_runs_never_go_up():
    for runs in drawn("crash").data["mended"].values():
        for run in runs:
            assert (np.diff(run.history["value"]) <= 1e-9).all()
