"""The certificate on more than 150 functions and networks whose kind is known: no false claim, and seldom undecided."""
from collections import Counter
from itertools import product

import numpy as np
import pytest

from minnet import MLP, Function, Objective, problems
from minnet.curvature import certificate

# What is true of a point, and the verdicts that say nothing false of it.
TRUE_OF = {
    "strict": {"strict minimum"},
    "saddle": {"saddle"},
    "maximum": {"maximum"},
    "degenerate minimum": {"degenerate"},                                  # second derivatives cannot tell
    "no minimum": {"saddle", "degenerate"},                                # degenerate, and f falls somewhere
    "degenerate maximum": {"degenerate"},
    "surface of minima": {"flat minimum", "degenerate"},
    "surface of maxima": {"maximum", "degenerate"},
    "at infinity": {"no finite minimum", "not stationary"},
    "nowhere": {"not stationary", "no finite minimum"},
    "kink, falling": {"saddle", "degenerate"},
}


def of_terms(terms):
    """The polynomial Σ c xᵉ of {exponents e: c}."""
    exponents, factors = np.array(list(terms)), np.array(list(terms.values()), float)
    n = exponents.shape[1]

    def derived(rows, c, i):
        rows, c = rows.copy(), c * rows[:, i]
        rows[:, i] = np.maximum(rows[:, i] - 1, 0)
        return rows, c

    def at(x, rows, c):
        return float(c @ np.prod(np.asarray(x) ** rows, axis=1))

    first = [derived(exponents, factors, i) for i in range(n)]
    second = [[derived(*first[i], j) for j in range(n)] for i in range(n)]
    return Function(lambda x: at(x, exponents, factors), lambda x: np.array([at(x, *rule) for rule in first]),
                    hessian=lambda x: np.array([[at(x, *rule) for rule in row] for row in second]), n=n)


def moved(f, scale=1.0, factor=1.0, offset=0.0, shift=0.0):
    """factor · f((x − shift)/scale) + offset."""
    place = lambda x: (x - shift) / scale
    return Function(lambda x: factor * f.value(place(x)) + offset, lambda x: factor / scale * f.gradient(place(x)),
                    hessian=lambda x: factor / scale**2 * f.hessian(place(x)), n=f.n)


def quartic_cone(n, c, seed):
    """‖x‖⁴ − c (aᵀx)⁴, a unit vector: it falls along a just where c > 1, in a cone that is narrow for c near 1."""
    a = np.random.default_rng(seed).standard_normal(n)
    a /= np.linalg.norm(a)
    return Function(lambda x: (x @ x) ** 2 - c * (a @ x) ** 4, lambda x: 4 * (x @ x) * x - 4 * c * (a @ x) ** 3 * a,
                    hessian=lambda x: (4 * (x @ x) * np.eye(n) + 8 * np.outer(x, x)
                                       - 12 * c * (a @ x) ** 2 * np.outer(a, a)), n=n)


def of_one(f, df, d2f):
    """A function of the first variable."""
    return Function(lambda x: f(x[0]), lambda x: np.array([df(x[0])]), hessian=lambda x: np.array([[d2f(x[0])]]), n=1)


PEANO = of_terms({(0, 2): 1, (2, 1): -4, (4, 0): 3})
CIRCLE = of_terms({(4, 0): 1, (0, 4): 1, (2, 2): 2, (2, 0): -2, (0, 2): -2, (0, 0): 1})
TILTED_CIRCLE = of_terms({(4, 0): 1, (0, 4): 1, (2, 2): 2, (2, 0): -2, (0, 2): -2, (0, 0): 1, (1, 0): 1e-7})
BASIC = {  # name: (f, point, truth)
    "bowl": (problems.quadratic([1.0, 3.0]), [0, 0], "strict"),
    "saddle": (problems.saddle(), [0, 0], "saddle"),
    "hill": (problems.quadratic([-1.0, -3.0]), [0, 0], "maximum"),
    "x³": (of_terms({(3,): 1}), [0], "no minimum"),
    "x⁴": (of_terms({(4,): 1}), [0], "degenerate minimum"),
    "x² + y³": (of_terms({(2, 0): 1, (0, 3): 1}), [0, 0], "no minimum"),
    "x² − y⁴": (of_terms({(2, 0): 1, (0, 4): -1}), [0, 0], "no minimum"),
    "−x² + y⁴": (of_terms({(2, 0): -1, (0, 4): 1}), [0, 0], "no minimum"),
    "Peano": (PEANO, [0, 0], "no minimum"),
    "circle": (CIRCLE, [0.6, 0.8], "surface of minima"),
    "line": (of_terms({(2, 0): 1, (0, 0): 0}), [0, 0], "surface of minima"),
}
ZOO = dict(BASIC)
for (name, (f, x, truth)), scale in product(BASIC.items(), (1e-12, 1e-3, 1e12)):
    ZOO[f"{name}, x by {scale:g}"] = moved(f, scale=scale), scale * np.array(x), truth
for (name, (f, x, truth)), factor in product(BASIC.items(), (1e-12, 1e12)):
    ZOO[f"{name}, f by {factor:g}"] = moved(f, factor=factor), x, truth
for (name, (f, x, truth)), offset in product(BASIC.items(), (1.0, -1e10)):
    ZOO[f"{name}, plus {offset:g}"] = moved(f, offset=offset), x, truth
for (name, (f, x, truth)), shift in product(BASIC.items(), (-1.0, 1e3)):
    ZOO[f"{name}, at {shift:g}"] = moved(f, shift=shift), np.array(x) + shift, truth
ZOO |= {
    "x⁶": (of_terms({(6,): 1}), [0], "degenerate minimum"),
    "x² + y⁶": (of_terms({(2, 0): 1, (0, 6): 1}), [0, 0], "degenerate minimum"),
    "−x⁴": (of_terms({(4,): -1}), [0], "degenerate maximum"),
    "x⁵": (of_terms({(5,): 1}), [0], "no minimum"),
    "x⁴ − 10⁶ x⁶": (of_terms({(4,): 1, (6,): -1e6}), [0], "degenerate minimum"),
    "x⁶ − x⁴ beside a steep valley": (moved(of_terms({(6, 0): 1e-3, (4, 0): -1e-3, (0, 2): 5e7}),
                                            shift=np.array([0, 1.0])), [0, 1], "no minimum"),
    "monkey saddle": (problems.monkey_saddle(), [0, 0], "no minimum"),
    "x²y²": (of_terms({(2, 2): 1}), [0, 0], "degenerate minimum"),
    "x²y² − x⁶": (of_terms({(2, 2): 1, (6, 0): -1}), [0, 0], "no minimum"),
    "narrow Peano": (of_terms({(0, 2): 1, (2, 1): -2.02, (4, 0): 1.02}), [0, 0], "no minimum"),
    "Peano in 3-D": (of_terms({(0, 2, 0): 1, (2, 1, 0): -2, (4, 0, 0): 0.99, (0, 0, 2): 1}), [0, 0, 0], "no minimum"),
    "(y − x²)² − x⁵": (of_terms({(0, 2): 1, (2, 1): -2, (4, 0): 1, (5, 0): -1}), [0, 0], "no minimum"),
    "(y − x²)² − x⁶": (of_terms({(0, 2): 1, (2, 1): -2, (4, 0): 1, (6, 0): -1}), [0, 0], "no minimum"),
    "(y − x²)² + x⁶": (of_terms({(0, 2): 1, (2, 1): -2, (4, 0): 1, (6, 0): 1}), [0, 0], "degenerate minimum"),
    "(y − x²)²": (of_terms({(0, 2): 1, (2, 1): -2, (4, 0): 1}), [0, 0], "surface of minima"),
    "circle, on an axis": (CIRCLE, [1, 0], "surface of minima"),
    "circle, tilted": (TILTED_CIRCLE, [1, 0], "saddle"),
    "circle, tilted, at its minimum": (TILTED_CIRCLE, [-1, 0], "strict"),
    "circle, upside down": (moved(CIRCLE, factor=-1.0), [0.6, 0.8], "surface of maxima"),
    "sphere in 3-D": (of_terms({(4, 0, 0): 1, (0, 4, 0): 1, (0, 0, 4): 1, (2, 2, 0): 2, (2, 0, 2): 2, (0, 2, 2): 2,
                                (2, 0, 0): -2,
                                (0, 2, 0): -2, (0, 0, 2): -2}), [0, 0.6, 0.8], "surface of minima"),
    "product (xy − 1)²": (of_terms({(2, 2): 1, (1, 1): -2, (0, 0): 1}), [2, 0.5], "surface of minima"),
    "constant": (of_terms({(0, 0): 3}), [1, 2], "surface of minima"),
    "exp(−x)": (of_one(lambda t: np.exp(-t), lambda t: -np.exp(-t), lambda t: np.exp(-t)), [20],
                       "at infinity"),
    "exp(−x) + 10¹⁰": (of_one(lambda t: np.exp(-t) + 1e10, lambda t: -np.exp(-t), lambda t: np.exp(-t)), [20],
                       "at infinity"),
    "1/x": (of_one(lambda t: 1 / t, lambda t: -1 / t**2, lambda t: 2 / t**3), [1e4], "at infinity"),
    "log(1 + exp(−x))": (of_one(lambda t: np.log1p(np.exp(-t)), lambda t: -1 / (1 + np.exp(t)),
                                lambda t: np.exp(t) / (1 + np.exp(t)) ** 2), [25], "at infinity"),
    "1/(1 + x²)": (of_one(lambda t: 1 / (1 + t * t), lambda t: -2 * t / (1 + t * t) ** 2,
                          lambda t: (6 * t * t - 2) / (1 + t * t) ** 3), [1e3], "at infinity"),
    "a slope": (of_terms({(1,): 1e-7}), [0], "nowhere"),
    "a sloping valley that bends": (of_terms({(0, 2): 50, (2, 1): -100, (4, 0): 50, (1, 0): 1e-7}), [1, 1], "nowhere"),
}
for n, c, seed in product((2, 5, 9), (1.001, 1.05, 1.5), range(2)):
    ZOO[f"cone in {n}-D, {c}, {seed}"] = quartic_cone(n, c, seed), np.zeros(n), "no minimum"
for n, c in product((2, 5), (0.5, 0.999)):
    ZOO[f"no cone in {n}-D, {c}"] = quartic_cone(n, c, 0), np.zeros(n), "degenerate minimum"
for spectrum, truth in (([1e-6, 1.0, 1e6], "strict"), ([-1e-6, 1.0, 1e6], "saddle"), ([1e-9, 1.0], "strict"),
                        ([-1e-9, 1.0], "saddle"), ([-1.0, -1e-6], "maximum"), ([0.0, 1.0, 2.0], "surface of minima"),
                        ([0.0, -1.0], "surface of maxima")):
    for seed in range(3):
        f = problems.quadratic(spectrum, rng=seed)
        ZOO[f"quadratic {spectrum}, {seed}"] = f, np.zeros(f.n), truth


def network_zoo():
    """Points of small networks whose kind is known by their symmetries."""
    X = np.linspace(-2, 2, 9)[:, None]
    fit = lambda widths, activation, **options: Objective(MLP(widths, activation), X, X[:, 0], **options)
    f = fit([1, 3, 1], "relu", l2=0.01)
    yield "ReLU network at zero", f, np.zeros(f.n), "kink, falling"
    f = fit([1, 3, 1], "tanh", l2=0.01)
    yield "tanh network at zero", f, np.zeros(f.n), "saddle"
    f = fit([1, 2, 1], "tanh", l2=2.0)
    yield "tanh network at zero, much weight decay", f, np.zeros(f.n), "strict"
    f = fit([1, 1], "tanh")
    yield "a line through its points", f, np.array([1.0, 0.0]), "strict"
    f = Objective(MLP([2, 1]), np.c_[X, X], X[:, 0])
    yield "a line with the same feature twice", f, np.array([0.3, 0.7, 0.0]), "surface of minima"
    f = fit([1, 2, 1], "identity")
    deep = f.net.pack([(np.array([[1.0], [0.5]]), np.zeros(2)), (np.array([[0.6, 0.8]]), np.zeros(1))])
    yield "a deep line, fitted", f, deep, "surface of minima"
    yield "a deep line, at zero", f, np.zeros(f.n), "saddle"


ZOO |= {name: row for name, *row in network_zoo()}


@pytest.fixture(scope="module")
def verdicts():
    return {name: certificate(f, np.array(x, float)) for name, (f, x, _) in ZOO.items()}


def test_no_claim_is_false_and_few_points_are_left_undecided(verdicts):
    table = Counter((ZOO[name][2], c.kind) for name, c in verdicts.items())
    print("\n".join(f"{truth:20} {kind:18} {count}" for (truth, kind), count in sorted(table.items())))
    # a point that is rounded may not pass the test
    met = {name: c for name, c in verdicts.items() if c.gradient_norm <= c.gtol}
    false = {name: (ZOO[name][2], str(c)) for name, c in met.items() if c.kind not in TRUE_OF[ZOO[name][2]]}
    assert not false and len(met) > 0.95 * len(ZOO)
    assert all(c.kind == "not stationary" for name, c in verdicts.items() if name not in met)
    undecided = [name for name, c in verdicts.items() if c.kind == "degenerate" and c.lower is None]
    assert len(ZOO) >= 150 and len(undecided) < len(ZOO) / 4, undecided


@pytest.mark.parametrize("truth", TRUE_OF)
def test_every_truth_has_an_example(truth):
    assert truth in {row[2] for row in ZOO.values()}


def test_what_falls_is_shown_to_fall(verdicts):
    for name, c in verdicts.items():
        f = ZOO[name][0]
        if c.lower is not None:
            assert f.value(c.lower) < f.value(c.point), name
        if c.ray is not None:
            assert f.value(c.point + c.ray_times[-1] * c.ray) < c.value, name
