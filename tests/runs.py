"""What the tests of the driver share: methods, functions that are watched, and what two runs have in common to the
bit."""
import functools

import numpy as np
import pytest

from minnet import MLP, Function, Objective
from minnet.function import supports
from minnet.optim import Adam, GradientDescent, Newton
from minnet.problems import quadratic

METHODS = [GradientDescent(0.1), Adam(0.1), Newton()]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: type(method).__name__)
BOWL, START = quadratic([1.0, 4.0]), np.array([3.0, -2.0])


def bits(result):
    """All of a result that two runs share to the last bit: everything but seconds."""
    history = {name: rows.tolist() for name, rows in result.history.items() if name != "seconds"}
    return {**{name: np.asarray(entry).tolist() for name, entry in result.items() if name != "history"}, **history}


class Watched(Function):
    """A function that keeps the points at which it was asked for anything, and can be made to raise."""

    def __init__(self, f, interrupt_at=None):
        super().__init__(f.value, f.gradient, hessian=f.hessian, n=f.n)
        self.f, self.asked, self.interrupt_at = f, {"value": [], "gradient": [], "hessian": []}, interrupt_at

    def __len__(self):
        return len(self.f)

    @property
    def lacks(self):
        return () if supports(self.f, "subset") else ("subset",)

    def __getattribute__(self, name):
        if name not in ("value", "gradient", "hessian"):
            return super().__getattribute__(name)
        return functools.partial(self._ask, name)

    def _ask(self, name, x):
        self.asked[name].append(np.array(x))
        if sum(map(len, self.asked.values())) == self.interrupt_at:
            raise KeyboardInterrupt
        return getattr(self.f, name)(x)

    def subset(self, rows):
        part = Watched(self.f.subset(rows))
        part.asked, part.interrupt_at = self.asked, self.interrupt_at
        return part


def sines(N=10):
    """(f, θ₀): a small regression."""
    X = np.linspace(-1, 1, N)[:, None]
    f = Objective(MLP([1, 2, 1]), X, np.sin(3 * X), l2=0.01)
    return f, f.net.init(rng=0)


class Batched(Objective):
    """An objective that keeps the rows it was asked for."""

    def subset(self, rows):
        self.__dict__.setdefault("rows", []).append(np.array(rows))
        return super().subset(rows)


def same_bits(resumed, straight):
    """Two runs agree in every number, history and counts among them, but seconds."""
    ours, theirs = bits(resumed), bits(straight)
    for name in theirs:
        assert ours[name] == theirs[name], name
