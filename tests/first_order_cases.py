"""What the tests of first-order methods share: methods, problems, paths."""
import numpy as np
import pytest

from minnet import MLP, Function, Objective, datasets, minimize
from minnet.optim import (
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
)
from minnet.problems import beale, rosenbrock

METHODS = [GradientDescent(), Momentum(), Nesterov(), Nesterov(kind="lookahead"), Adagrad(), Adadelta(), RMSProp(),
           RMSProp(momentum=0.9), RMSProp(momentum=0.9, nesterov=True), RMSProp(eps_inside=True), Adam(),
           Adam(bias_correction=False), Adam(bias_correction="first step"), AdamW(), NAdam()]


each_method = pytest.mark.parametrize("method", METHODS, ids=repr)


def net():
    """(f, θ₀): a small classifier."""
    data = datasets.two_moons(30, rng=0)
    f = Objective(MLP([2, 4, 2], "tanh"), data.X, data.y, loss="softmax_crossentropy")
    return f, f.net.init(rng=0)


PROBLEMS = {  # f, start, a rate for steps in proportion to g
    "Rosenbrock": (rosenbrock(), np.array([-1.2, 1.0]), 3e-4),
    "Beale": (beale(), np.array([2.0, -2.0]), 1e-4),
    "network": (*net(), 0.1),
}
each_problem = pytest.mark.parametrize("problem", PROBLEMS)


def path(f, x, method, steps=200):
    return minimize(f, x, method, max_iter=steps, gtol=0, record=["x"]).history["x"]


def steps_on(gradients, method, x=None):
    """The steps that a method makes when it is shown one gradient after another, wherever it goes."""
    x = np.zeros(np.shape(gradients)[1]) if x is None else x
    state, steps = method.start(None, x), []
    for g in np.asarray(gradients):
        after, state = method.step(Function(lambda x: 0.0, lambda x: g), x, state)
        steps.append(after - x)
        x = after
    return np.array(steps)
