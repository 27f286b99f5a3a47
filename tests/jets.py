"""Value, gradient and Hessian of a network's objective in many digits, by python-flint: no formula of minnet is used.

A jet is a number with its first and second derivatives by all parameters; the objective is written down as it is
defined, example by example and unit by unit, and jets are added and multiplied.
"""
import numpy as np

try:
    from flint import arb
except ImportError:     # tests that need it are skipped
    arb = None


class Jet:
    def __init__(self, v, g, H):
        self.v, self.g, self.H = v, g, H

    def __add__(self, other):
        other = self.like(other)
        return Jet(self.v + other.v, self.g + other.g, self.H + other.H)

    def __mul__(self, other):
        other = self.like(other)
        cross = np.outer(self.g, other.g)
        return Jet(
            self.v * other.v, self.v * other.g + other.v * self.g, self.v * other.H + other.v * self.H + cross + cross.T
        )

    def __sub__(self, other):
        return self + other * -1

    def like(self, other):
        return other if isinstance(other, Jet) else Jet(number(other), 0 * self.g, 0 * self.H)

    def apply(self, f, df, d2f):
        v = self.v
        return Jet(f(v), df(v) * self.g, df(v) * self.H + d2f(v) * np.outer(self.g, self.g))

    def exp(self):
        return self.apply(arb.exp, arb.exp, arb.exp)

    def log(self):
        return self.apply(arb.log, lambda v: 1 / v, lambda v: -1 / v**2)


def number(x):
    return x if isinstance(x, arb) else arb(float(x))


def variables(theta):
    n = len(theta)
    zero = np.array([[arb(0)] * n] * n)
    unit = np.array([[arb(int(i == j)) for j in range(n)] for i in range(n)])
    return [Jet(number(theta[i]), unit[i], zero) for i in range(n)]


def _sigmoid(z):
    return 1 / (1 + (-z).exp())


def _phi(z):
    return (-z * z / 2).exp() / (2 * arb.pi()).sqrt()


def _Phi(z):
    return (1 + (z / arb(2).sqrt()).erf()) / 2


def _s1(z):
    return _sigmoid(z) * _sigmoid(-z)


def _s2(z):
    return _s1(z) * (1 - 2 * _sigmoid(z))


def _is_positive(z):
    assert z > 0 or z < 0
    return z > 0


def _sides(left, right):
    return lambda z: right(z) if _is_positive(z) else left(z)


ZERO, ONE = lambda z: arb(0), lambda z: arb(1)
ACTIVATIONS = {
    "tanh": (lambda z: z.tanh(), lambda z: 1 - z.tanh() ** 2, lambda z: -2 * z.tanh() * (1 - z.tanh() ** 2)),
    "sigmoid": (_sigmoid, _s1, _s2),
    "softplus": (lambda z: z.exp().log1p(), _sigmoid, _s1),
    "silu": (lambda z: z * _sigmoid(z), lambda z: _sigmoid(z) + z * _s1(z), lambda z: 2 * _s1(z) + z * _s2(z)),
    "gelu": (lambda z: z * _Phi(z), lambda z: _Phi(z) + z * _phi(z), lambda z: (2 - z * z) * _phi(z)),
    "sin": (lambda z: z.sin(), lambda z: z.cos(), lambda z: -z.sin()),
    "identity": (lambda z: z, ONE, ZERO),
    "relu": (_sides(ZERO, lambda z: z), _sides(ZERO, ONE), ZERO),
    "leaky_relu": (_sides(lambda z: arb(0.01) * z, lambda z: z), _sides(lambda z: arb(0.01), ONE), ZERO),
    "elu": (_sides(lambda z: z.expm1(), lambda z: z), _sides(lambda z: z.exp(), ONE), _sides(lambda z: z.exp(), ZERO)),
}


def _example_loss(loss, z, y):
    kind, total = type(loss).__name__, None
    terms = []
    for out, target in zip(z, y):
        if kind == "SquaredError":
            terms.append((out - target) * (out - target) * 0.5)
        elif kind == "BinaryCrossEntropy":
            terms.append((out.exp() + 1).log() - out * target)
        elif kind == "Poisson":
            terms.append(out.exp() - out * target)
        elif kind == "Huber":
            r, delta = out - target, number(loss.delta)
            inside = abs(r.v) < delta
            assert inside or abs(r.v) > delta
            terms.append(r * r * 0.5 if inside else (r * (1 if r.v > 0 else -1) - delta / 2) * delta)
        else:
            terms.append(out * target * -1)
    total = sum(terms[1:], terms[0])
    if kind == "SoftmaxCrossEntropy":
        powers = [out.exp() for out in z]
        total = total + sum(powers[1:], powers[0]).log()
    return total


def objective(f, theta):
    """The jet of f at θ, floats or arbs (n,)."""
    x = variables(theta)
    weights = [arb(1)] * len(f) if f.sample_weight is None else [number(w) for w in f.sample_weight]
    scale = 1 / sum(weights) if f.reduction == "mean" else arb(1)
    total = sum((v * v for v in x[1:]), x[0] * x[0]) * (number(f.l2) / 2)
    for inputs, y, weight in zip(f.X, f.y, weights):
        a = [number(v) for v in inputs]
        for (W, b, _, (rows, columns)), sigma in zip(f.net.layout, f.net.sigmas):
            z = []
            for q in range(rows):
                unit = x[b + q]
                for p in range(columns):
                    unit = unit + x[W + q * columns + p] * a[p]
                z.append(unit)
            a = z if b + rows == f.n else [unit.apply(*ACTIVATIONS[sigma.name]) for unit in z]
        total = total + _example_loss(f.loss, a, y) * (weight * scale)
    return total


def stationary_point(f, start, steps=6):
    """The stationary point to which Newton's method in many digits leads, and the jet there."""
    from flint import arb_mat
    theta = np.array([number(v) for v in start])
    for _ in range(steps):
        jet = objective(f, theta)
        step = arb_mat(jet.H.tolist()).solve(arb_mat([[v] for v in jet.g]))
        theta = np.array([(t - step[i, 0]).mid() for i, t in enumerate(theta)])
    jet = objective(f, theta)
    assert all(abs(v) < arb("1e-60") for v in jet.g)
    return theta, jet
