"""Every activation and its derivatives keep their relative accuracy in the tails, alone and in a network.

The references are computed with the standard library's decimal numbers of 420 digits, so that no cancellation matters.
"""
from decimal import Decimal, localcontext
from math import exp, tanh

import numpy as np
import pytest
from laws import assert_close
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLP, Objective
from minnet.network.activations import ACTIVATIONS, OfOutput

DIGITS = 420
ULPS = 10
ONE = Decimal(1)


def bell(z):
    """σ(z) σ(−z)."""
    return S(z) * S(-z)


def S(z):
    return ONE / (ONE + (-z).exp())


def hyperbolic_tangent(z):
    return ONE - 2 * S(-2 * z)


def pi():
    """Machin's formula."""
    def arctan_of_inverse(n):
        total, term, k = Decimal(0), ONE / n, 1
        while abs(term) > Decimal(10) ** -DIGITS:
            total += term / k
            term, k = -term / (n * n), k + 2
        return total
    return 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))


def phi(z):
    return (-z * z / 2).exp() / (2 * PI).sqrt()


def Phi(z):
    """½ + φ(z) (z + z³/3 + z⁵/(3·5) + …), whose terms are all of one sign."""
    term, total, k = z, Decimal(0), 1
    while abs(term) > Decimal(10) ** -DIGITS:
        total += term
        k += 2
        term *= z * z / k
    return ONE / 2 + phi(z) * total


with localcontext() as context:
    context.prec = DIGITS
    PI = pi()

EXACT = {  # σ, σ′, σ″
    "tanh": (hyperbolic_tangent, lambda z: 4 * bell(2 * z), lambda z: -8 * hyperbolic_tangent(z) * bell(2 * z)),
    "sigmoid": (S, bell, lambda z: bell(z) * (S(-z) - S(z))),
    "softplus": (lambda z: (ONE + z.exp()).ln(), S, bell),
    "elu": (lambda z: z if z > 0 else z.exp() - ONE, lambda z: ONE if z > 0 else z.exp(),
            lambda z: Decimal(0) if z > 0 else z.exp()),
    "gelu": (lambda z: z * Phi(z), lambda z: Phi(z) + z * phi(z), lambda z: (2 - z * z) * phi(z)),
    "silu": (lambda z: z * S(z), lambda z: S(z) * (ONE + z * S(-z)), lambda z: bell(z) * (2 + z * (S(-z) - S(z)))),
}
SIZES = [1e-9, 1e-3, 0.3, 1.0, 2.1, 3.7, 5.3, 9.1, 10.0, 13.4, 20.0, 26.3, 30.0, 37.7]   # away from roots of σ′ and σ″
FAR = [50.0, 87.0, 103.7, 180.1, 344.3, 371.2, 600.6, 700.7]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("name", EXACT)
def test_relative_accuracy(name, order, dtype):
    sizes = SIZES if name == "gelu" else SIZES + FAR
    z = np.array(sorted([-size for size in sizes] + sizes), dtype)
    ours = [lambda s: s, lambda s: s.derivative, lambda s: s.second_derivative][order](ACTIVATIONS[name])(z)
    info = np.finfo(dtype)
    assert ours.dtype == dtype
    with localcontext() as context:
        context.prec = DIGITS
        for entry, at in zip(ours, z):
            exact = EXACT[name][order](Decimal(float(at)))
            if abs(exact) > 800 * Decimal(float(info.tiny)):        # a factor may underflow a little before
                error = abs(Decimal(float(entry)) - exact) / abs(exact)
                assert error <= ULPS * float(info.eps), f"at {at}: {entry}, relative error {float(error):.1e}"
            else:
                assert abs(entry) <= 1600 * info.tiny


@pytest.mark.parametrize("name", EXACT)
def test_tails_are_analytic(name):
    """In the tails too, complex steps of σ and σ′ are σ′ and σ″, with all their digits."""
    sigma, z = ACTIVATIONS[name], np.array([-30.0, -10.0, -5.5, 5.5, 10.0, 30.0])
    for rule, derivative in ((sigma, sigma.derivative), (sigma.derivative, sigma.second_derivative)):
        slopes, known = rule(z + 1e-100j).imag / 1e-100, derivative(z)
        assert_allclose(slopes[:3], known[:3], rtol=1e-12)
        assert_allclose(slopes, known, rtol=1e-12, atol=1e-15)


def sech_squared(z):
    """4 t / (1 + t)², t = exp(−2|z|)."""
    t = exp(-2 * abs(z))
    return 4 * t / (1 + t) ** 2


def test_a_saturated_unit_keeps_its_gradient():
    """½ (u tanh(w x + b) + c − y)²: units from barely to wholly saturated, one at a time and side by side."""
    for z in [0.5, 2.0, 3.4, 4.1, 4.2, 6.0, 10.0, 19.5, 20.0, 60.0, 300.0]:
        for sign in (1, -1):
            w, b, u, c, x, y = sign * z, 0.0, 2.0, 0.5, 1.0, 0.0
            f = Objective(MLP([1, 1, 1], "tanh"), [[x]], [y])
            a, slope = tanh(sign * z), sech_squared(z)
            r = u * a + c - y
            assert_allclose(f.gradient([w, b, u, c]), [r * u * slope, r * u * slope, r * a, r], rtol=1e-12)
            bend = u * r * -2 * a * slope
            H = np.outer([u * slope, u * slope, a, 1], [u * slope, u * slope, a, 1])
            H[:2, :2] += bend
            H[0, 2] = H[1, 2] = H[2, 0] = H[2, 1] = H[0, 2] + r * slope
            assert_allclose(f.hessian([w, b, u, c]), H, rtol=1e-11)
            assert_allclose(f.hvp([w, b, u, c], np.eye(4)), H, rtol=1e-11)


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype, tol", [(np.float64, 1e-12), (np.float32, 1e-3), (complex, 1e-12)])
def test_the_short_forms_give_the_slope_wherever_they_are_used(name, order, dtype, tol):
    sigma, z = ACTIVATIONS[name], np.array(np.linspace(-40, 40, 60).reshape(5, 12), dtype, order=order)
    slope = sigma.slope(z, sigma(z))
    assert slope.dtype == dtype and isinstance(sigma.short, OfOutput)
    assert_allclose(slope, sigma.derivative(z), rtol=tol)
    assert_close(sigma.short.bend_by_slope(sigma(z)) * slope, sigma.second_derivative(z), tol)
    assert sigma.slope(z[:, :0], sigma(z[:, :0])).shape == (5, 0)
    part = z[:, 2:7]
    assert_array_equal(sigma.slope(part, sigma(part)), slope[:, 2:7])
