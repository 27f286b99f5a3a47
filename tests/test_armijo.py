"""Backtracking, and no search."""
import pytest
from line_functions import FIRST, MORE_THUENTE, along, each_function, spent

from minnet.optim import Armijo, Fixed


@each_function
@pytest.mark.parametrize("first", FIRST)
def test_armijo_goes_down_by_values_alone(number, first):
    phi, slope, c1, *_ = MORE_THUENTE[number]
    line = along(phi, slope)
    t = Armijo(c1).search(line, first)
    assert 0 < t <= first and phi(t) <= phi(0.0) + c1 * t * slope(0.0)
    assert spent(line)["njev"] == 0 and spent(line)["nfev"] <= 12


def test_armijo_takes_the_minimiser_of_the_quadratic():
    line = along(lambda t: t**2 - t, lambda t: 2 * t - 1)
    assert Armijo().search(line, 1.5) == pytest.approx(0.5) and spent(line)["nfev"] == 2
    assert Armijo().search(line, 0.9) == 0.9


def test_fixed_asks_for_nothing():
    line = along(lambda t: -t, lambda t: -1.0)
    assert Fixed(0.25).search(line, 1e3) == 0.25 and spent(line) == {"nfev": 0, "njev": 0}
