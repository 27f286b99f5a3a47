"""Damping and weight decay told apart: both are needed."""
from importlib import import_module

import numpy as np
from pictures import drawn

from minnet import minimize
from minnet.gallery import catalogue
from minnet.notebook import notebook_objective
from minnet.optim import UndampedNewton


def test_both_remedies_together_mend_what_neither_does_alone():
    ends = drawn("ablation").data["ends"]
    assert (ends["both"] == "strict minimum").all() and not (ends["damping"] == "singular matrix").any()
    assert (ends["decay"] != "strict minimum").any() and (ends["damping"] != "strict minimum").any()


def test_a_shortened_step_is_that_much_of_newtons():
    assert "ablation" in catalogue()
    script = import_module("minnet._figures.ablation")
    f, x = notebook_objective(0, 0.01), script.after_adam(0)
    whole, part = (minimize(g, x, UndampedNewton(), max_iter=1, gtol=0, record=["x"]).history["x"]
                   for g in (f, script.shortened(f, 0.1)))
    assert np.allclose(part[1] - x, 0.1 * (whole[1] - x), rtol=1e-8)
