"""No checker accuses a right rule, and none passes a wrong one: rules × points × methods × precisions, as a table.

The letters say what a checker owes at a point: D, a verdict on every rule; n, that its verdicts are right, where
rounding may forbid one; -, that it gives none to the right rule, as any multiple of it is as good there.
"""
import numpy as np
import pytest

from minnet import MLP, Function, Objective, check, minimize, problems
from minnet.optim import Newton

#   point              complex-step     difference       taylor
#                      double single    double single    double single
TABLE = """
    random             D      n         D      n         D      n
    minimum            n      n         n      n         n      n
    minimum + 1e-12    n      n         n      n         n      n
    minimum + 1e-8     D      n         n      n         n      n
    tiny               n      n         n      n         n      n
    large              n      n         n      n         n      n
    origin of x^4      -      -         -      -         -      -
    plus 1e8           n      n         n      n         n      n
    times 1e8          D      n         D      n         D      n
"""
HOWS, PRECISIONS = ("complex-step", "difference", "taylor"), (np.float64, np.float32)
CELLS = [
    (" ".join(words[:-6]), how, precision, words[-6 + 2 * i + j])
    for words in map(str.split, TABLE.strip().splitlines())
    for i, how in enumerate(HOWS)
    for j, precision in enumerate(PRECISIONS)
]


class Regression:
    """Softmax regression with three classes and as many features, so that its weights can be transposed by mistake."""

    rng = np.random.default_rng(5)
    X, Y = rng.standard_normal((30, 3)), np.eye(3)[rng.integers(3, size=30)]
    x, l2 = rng.standard_normal(9), 0.01

    def scores(self, x):
        X, Y = self.X.astype(x.real.dtype), self.Y.astype(x.real.dtype)
        z = X @ x.reshape(3, 3).T
        return X, Y, z, np.exp(z)

    def value(self, x):
        _, Y, z, e = self.scores(x)
        return np.mean(np.log(e.sum(1)) - (Y * z).sum(1)) + self.l2 / 2 * (x @ x)

    def gradient(self, x, l2=l2):
        X, Y, _, e = self.scores(x)
        return ((e / e.sum(1, keepdims=True) - Y).T @ X / len(X)).ravel() + l2 * x

    def hessian(self, x):
        X, _, _, e = self.scores(x)
        p = e / e.sum(1, keepdims=True)
        S = np.einsum("nk,kl->nkl", p, np.eye(3)) - np.einsum("nk,nl->nkl", p, p)
        return np.einsum("nkl,ni,nj->kilj", S, X, X).reshape(9, 9) / len(X) + self.l2 * np.eye(9)

    def wrong(self):
        return {
            "missing": lambda x: self.gradient(x, 0),
            "transposed": lambda x: self.gradient(x).reshape(3, 3).T.ravel(),
        }


class Quadratic:
    """½ xᵀM x − bᵀx with M not symmetric, whose gradient is ½(M + Mᵀ)x − b and not M x − b."""

    rng = np.random.default_rng(1)
    x, b, M = rng.standard_normal(4), rng.standard_normal(4), rng.standard_normal((4, 4)) + 5 * np.eye(4)

    def value(self, x):
        return x @ self.M.astype(x.real.dtype) @ x / 2 - self.b.astype(x.real.dtype) @ x

    def gradient(self, x):
        return self.hessian(x) @ x - self.b.astype(x.real.dtype)

    def hessian(self, x):
        return (self.M + self.M.T).astype(x.real.dtype) / 2

    def wrong(self):
        return {"missing": lambda x: self.hessian(x) @ x,
                "transposed": lambda x: self.M.astype(x.real.dtype) @ x - self.b.astype(x.real.dtype)}


class Quartic:
    """Σ c x⁴, whose Hessian vanishes at the minimum as well."""

    x, c = np.array([0.7, -1.1, 0.4]), np.array([1.0, 2.0, 0.5])

    def value(self, x):
        return np.sum(self.c.astype(x.real.dtype) * x**4)

    def gradient(self, x):
        return 4 * self.c.astype(x.real.dtype) * x**3

    def hessian(self, x):
        return np.diag(12 * self.c.astype(x.real.dtype) * x**2)

    def wrong(self):
        return {"missing": lambda x: self.gradient(x) * np.array([1, 1, 0], x.dtype)}


class Beale:
    """Beale's function."""

    f = problems.beale()
    x = f.starts[0]

    def __getattr__(self, name):
        return getattr(self.f, name)

    def wrong(self):
        return {}


class Network:
    """A small network with a penalty."""

    def __init__(self, activation):
        rng, net = np.random.default_rng(3), MLP([2, 2, 2], activation)
        self.f = Objective(net, rng.standard_normal((8, 2)), rng.integers(2, size=8), "softmax_crossentropy", l2=0.05)
        self.x = rng.standard_normal(self.f.n)

    def __getattr__(self, name):
        return getattr(self.f, name)

    def wrong(self):
        return {"missing": lambda x: self.f.gradient(x) - x.dtype.type(self.f.l2) * x}


FUNCTIONS = {"regression": Regression(), "quadratic": Quadratic(), "quartic": Quartic(), "Beale": Beale(),
             "tanh": Network("tanh"), "relu": Network("relu")}
SMOOTH = [name for name in FUNCTIONS if name != "relu"]
MINIMA = {name: np.zeros(3) if name == "quartic" else
          minimize(Function(f.value, f.gradient, hessian=f.hessian), f.x, Newton(), gtol=1e-13).x
          for name, f in FUNCTIONS.items() if name != "relu"}
AWAY = np.random.default_rng(2).standard_normal(20)


def cases(point):
    """(name, x, shift, factor) for the functions that have that point."""
    for name in {"minimum": SMOOTH, "origin of x^4": ["quartic"]}.get(
        point, SMOOTH if "minimum" in point else FUNCTIONS
    ):
        f, shift, factor = FUNCTIONS[name], 1e8 * (point == "plus 1e8"), 1e8 if point == "times 1e8" else 1.0
        away = AWAY[:len(f.x)]
        x = {"minimum": lambda: MINIMA[name], "minimum + 1e-12": lambda: MINIMA[name] + 1e-12 * away,
             "minimum + 1e-8": lambda: MINIMA[name] + 1e-8 * away, "tiny": lambda: 1e-8 * away,
             "large": lambda: 100 * away, "origin of x^4": lambda: np.zeros(3)}.get(point, lambda: f.x)()
        yield name, x, shift, factor


def variants(f, x):
    """The right rule and the wrong ones; a mistake that shows at x by less than one part in a thousand is none
    there."""
    right = f.gradient
    rules = {"factor": lambda x: (1.001 * right(x)).astype(x.dtype), "sign": lambda x: -right(x),
             "index": lambda x: np.roll(right(x), 1), **f.wrong()}
    visible = lambda rule: np.max(abs(rule(x) - right(x))) > 0.9e-3 * np.max(abs(right(x)))
    yield "right", right
    yield from ((name, rule) for name, rule in rules.items() if name in ("factor", "sign") or visible(rule))


def remembered(rule):
    """The rule, which computes each value once: right and wrong gradients are compared with the same ones."""
    known = {}

    def value(x):
        key = x.dtype.char, x.tobytes()
        if key not in known:
            known[key] = rule(x)
        return known[key]

    return value


def scaled(rule, shift, factor):
    """factor · rule + shift in the precision of the argument."""
    return lambda x: rule(x) * x.real.dtype.type(factor) + x.real.dtype.type(shift)


@pytest.mark.parametrize("point, how, precision, owed", CELLS)
def test_no_right_gradient_is_accused_and_no_wrong_one_passes(point, how, precision, owed):
    for name, x, shift, factor in cases(point):
        f = FUNCTIONS[name]
        value = remembered(scaled(f.value, shift, factor))
        for fault, rule in variants(f, x):
            g = Function(value, scaled(rule, 0, factor))
            if hasattr(f, "blocks"):
                g.blocks = f.blocks
            report = check.gradient(g, x.astype(precision), how=how)
            wrong = "passed" if fault != "right" else "FAILED"
            assert report.verdict != wrong, f"{name}, {fault}: {report}"
            if owed == "D":
                assert report.verdict != "cannot tell here", f"{name}, {fault}: {report}"
            elif owed == "-":
                assert report.verdict == "cannot tell here" and "another point" in report.hint


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("point", ["random", "minimum", "tiny"])
@pytest.mark.parametrize("name", ["quadratic", "Beale", "regression"])
def test_no_right_hessian_is_accused_and_no_wrong_one_passes(name, point, how, precision):
    f = FUNCTIONS[name]
    x = {"random": f.x, "minimum": MINIMA[name], "tiny": 1e-8 * AWAY[:len(f.x)]}[point].astype(precision)
    for fault, spoil in (
        ("right", lambda H: H),
        ("factor", lambda H: (1.001 * H).astype(H.dtype)),
        ("sign", np.negative),
        ("index", lambda H: np.roll(H, 1, 0)),
        ("missing", lambda H: np.triu(H)),
    ):
        g = Function(f.value, f.gradient, hessian=lambda x: spoil(f.hessian(x)))
        report = check.hessian(g, x, how=how)
        assert report.verdict != ("FAILED" if fault == "right" else "passed"), f"{fault}: {report}"
        if precision is np.float64 and (point == "random" or how == "complex-step"):
            assert report.verdict != "cannot tell here", f"{fault}: {report}"
