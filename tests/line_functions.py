"""What the tests of line searches share: functions of one variable, the searches, counts."""

import numpy as np
import pytest

from minnet import Function
from minnet.optim import (
    Armijo,
    Exact,
    HagerZhang,
    StrongWolfe,
)
from minnet.optim.driver.counted import Counted
from minnet.optim.search import Line

SEARCHES = [Armijo(), StrongWolfe(), HagerZhang(), Exact()]
each_search = pytest.mark.parametrize("search", SEARCHES, ids=lambda search: type(search).__name__)
WOLFE = [StrongWolfe(), StrongWolfe(c2=0.1), HagerZhang(), HagerZhang(c2=0.1)]


def along(phi, slope):
    """The Line of a function φ of one number from t = 0, counting."""
    f = Function(lambda x: phi(x[0]), lambda x: np.array([slope(x[0])]))
    return Line(Counted(f), np.zeros(1), np.ones(1))


def spent(line):
    """Values and gradients asked for beyond the first."""
    return {name: count - 1 for name, count in line.f.counts.items() if count}


def fraction(t, beta=2):
    return -t / (t**2 + beta)


def fraction_slope(t, beta=2):
    return (t**2 - beta) / (t**2 + beta) ** 2


def quintic(t, beta=0.004):
    return (t + beta) ** 5 - 2 * (t + beta) ** 4


def quintic_slope(t, beta=0.004):
    return 5 * (t + beta) ** 4 - 8 * (t + beta) ** 3


def ripples(t, beta=0.01, waves=39):
    tent = 1 - t if t <= 1 - beta else t - 1 if t >= 1 + beta else ((t - 1) ** 2 / beta + beta) / 2
    return tent + 2 * (1 - beta) / (waves * np.pi) * np.sin(waves * np.pi / 2 * t)


def ripples_slope(t, beta=0.01, waves=39):
    return np.clip((t - 1) / beta, -1, 1) + (1 - beta) * np.cos(waves * np.pi / 2 * t)


def yanai(beta1, beta2):
    """The sum of two nearly straight lines that turn sharply at 0 and at 1."""
    weight = lambda beta: np.sqrt(1 + beta**2) - beta
    return (
        lambda t: weight(beta1) * np.sqrt((1 - t) ** 2 + beta2**2) + weight(beta2) * np.sqrt(t**2 + beta1**2),
        lambda t: (
            weight(beta2) * t / np.sqrt(t**2 + beta1**2) - weight(beta1) * (1 - t) / np.sqrt((1 - t) ** 2 + beta2**2)
        ),
    )


FIRST = (1e-3, 1e-1, 1e1, 1e3)
MORE_THUENTE = {  # φ, φ′, c1, c2, and the evaluations of their tables I to VI from the four first trials
    1: (fraction, fraction_slope, 0.001, 0.1, (6, 3, 1, 4)),
    2: (quintic, quintic_slope, 0.1, 0.1, (12, 8, 8, 11)),
    3: (ripples, ripples_slope, 0.1, 0.1, (12, 12, 10, 13)),
    4: (*yanai(0.001, 0.001), 0.001, 0.001, (4, 1, 3, 4)),
    5: (*yanai(0.01, 0.001), 0.001, 0.001, (6, 3, 7, 8)),
    6: (*yanai(0.001, 0.01), 0.001, 0.001, (13, 11, 8, 11)),
}
each_function = pytest.mark.parametrize("number", MORE_THUENTE)
