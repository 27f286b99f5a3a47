"""Functions of any number of variables in the manner of the CUTE collection (Bongartz, Conn, Gould, Toint 1995), on
which no default was ever chosen: gradients by complex step, Hessians by differences of them."""
import numpy as np
from laws import complex_step

from minnet import Function
from minnet.check import hessian_from_gradients


def numbers(x):
    return np.arange(1, len(x) + 1)


def arwhead(x):
    return ((x[:-1] ** 2 + x[-1] ** 2) ** 2 - 4 * x[:-1] + 3).sum()


def bdqrtic(x):
    return (
        (-4 * x[:-4] + 3) ** 2
        + (x[:-4] ** 2 + 2 * x[1:-3] ** 2 + 3 * x[2:-2] ** 2 + 4 * x[3:-1] ** 2 + 5 * x[-1] ** 2) ** 2
    ).sum()


def cragglvy(x):
    a, b, c, d = x[0:-3:2], x[1:-2:2], x[2:-1:2], x[3::2]
    return ((np.exp(a) - b) ** 4 + 100 * (b - c) ** 6 + (np.tan(c - d) + c - d) ** 4 + a**8 + (d - 1) ** 2).sum()


def dixon3dq(x):
    return (x[0] - 1) ** 2 + ((x[1:-1] - x[2:]) ** 2).sum() + (x[-1] - 1) ** 2


def dqdrtic(x):
    return (x[:-2] ** 2 + 100 * x[1:-1] ** 2 + 100 * x[2:] ** 2).sum()


def edensch(x):
    return ((x[:-1] - 2) ** 4 + (x[:-1] * x[1:] - 2 * x[1:]) ** 2 + (x[1:] + 1) ** 2).sum()


def engval1(x):
    return ((x[:-1] ** 2 + x[1:] ** 2) ** 2 - 4 * x[:-1] + 3).sum()


def fletchcr(x):
    return (100 * (x[1:] - x[:-1] + 1 - x[:-1] ** 2) ** 2).sum()


def freuroth(x):
    a, b = x[:-1], x[1:]
    return ((a - 13 + ((5 - b) * b - 2) * b) ** 2 + (a - 29 + ((b + 1) * b - 14) * b) ** 2).sum()


def liarwhd(x):
    return (4 * (x**2 - x[0]) ** 2 + (x - 1) ** 2).sum()


def nondia(x):
    return (x[0] - 1) ** 2 + (100 * (x[0] - x[:-1] ** 2) ** 2).sum()


def power(x):
    return (numbers(x) * x**2).sum()


def quartc(x):
    return ((x - numbers(x)) ** 4).sum()


def schmvett(x):
    a, b, c = x[:-2], x[1:-1], x[2:]
    return -(1 / (1 + (a - b) ** 2) + np.sin((np.pi * b + c) / 2) + np.exp(-(((a + c) / b - 2) ** 2))).sum()


def srosenbr(x):
    return (100 * (x[1::2] - x[::2] ** 2) ** 2 + (1 - x[::2]) ** 2).sum()


def tquartic(x):
    return (x[0] - 1) ** 2 + ((x[0] ** 2 - x[1:] ** 2) ** 2).sum()


def tridia(x):
    return (x[0] - 1) ** 2 + (numbers(x)[1:] * (2 * x[1:] - x[:-1]) ** 2).sum()


def vareigvl(x):
    return (numbers(x) * x**2).sum() / 2 + (x**2).sum() ** 2 / 4


STARTS = {
    arwhead: np.ones,
    bdqrtic: np.ones,
    cragglvy: lambda n: np.r_[1.0, np.full(n - 1, 2.0)],
    dixon3dq: lambda n: -np.ones(n),
    dqdrtic: lambda n: np.full(n, 3.0),
    edensch: lambda n: np.full(n, 8.0),
    engval1: lambda n: np.full(n, 2.0),
    fletchcr: np.zeros,
    freuroth: lambda n: np.r_[0.5, -2.0, np.zeros(n - 2)],
    liarwhd: lambda n: np.full(n, 4.0),
    nondia: lambda n: -np.ones(n),
    power: np.ones,
    quartc: lambda n: np.full(n, 2.0),
    schmvett: lambda n: np.full(n, 0.5),
    srosenbr: lambda n: np.resize([-1.2, 1.0], n),
    tquartic: lambda n: np.full(n, 0.1),
    tridia: np.ones,
    vareigvl: np.ones,
}


def cute(n):
    """[(f, start), …] in n variables, n even."""
    def function(rule):
        gradient = lambda x: complex_step(rule, x)
        bare = Function(rule, gradient)

        def hessian(x):
            H = hessian_from_gradients(bare, x, 1e-5)
            return (H + H.T) / 2

        return Function(rule, gradient, hessian=hessian, n=n, name=rule.__name__)
    return [(function(rule), start(n)) for rule, start in STARTS.items()]
