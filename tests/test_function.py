"""A function of one's own: what it has, what stands in for what, and what it says where something is missing."""
import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_array_equal

from minnet import Function
from minnet.function import as_vector, quiet

A = np.array([[2.0, 1.0], [1.0, 3.0]])
X, V = np.array([1.0, -2.0]), np.array([[1.0, 0.0, 2.0], [3.0, 1.0, -1.0]])
VALUE, GRADIENT = lambda x: x @ A @ x / 2, lambda x: A @ x


def test_all_that_it_is_given():
    f = Function(VALUE, GRADIENT, lambda x, v: A @ v, lambda x: A, n=2, name="bowl")
    assert f(X) == f.value(X) == 5 and f.n == 2 and "bowl" in repr(f)
    assert_array_equal(f.gradient(X), [0, -5])
    assert f.value_and_gradient(X)[0] == 5 and np.array_equal(f.value_and_gradient(X)[1], [0, -5])
    assert_array_equal(f.hessian(X), A)
    assert_array_equal(f.hvp(X, V[:, 0]), A @ V[:, 0])
    assert_array_equal(f.hvp(X, V), A @ V)
    assert all(f.has(derivative) for derivative in ("gradient", "hvp", "hessian"))


def test_products_fall_back_on_the_hessian_and_not_the_other_way():
    dense, products = Function(VALUE, GRADIENT, hessian=lambda x: A), Function(VALUE, GRADIENT, hvp=lambda x, v: A @ v)
    assert dense.has("hvp") and dense.has("hessian") and products.has("hvp") and not products.has("hessian")
    assert_array_equal(dense.hvp(X, V), products.hvp(X, V))
    with refuses("no hessian", "Function(..., hessian=)"):
        products.hessian(X)


def test_what_is_missing_is_said():
    f = Function(VALUE, name="bowl")
    assert not any(f.has(derivative) for derivative in ("gradient", "hvp", "hessian"))
    for call in (lambda: f.gradient(X), lambda: f.value_and_gradient(X), lambda: f.hessian(X), lambda: f.hvp(X, X)):
        with refuses("bowl has no"):
            call()


@pytest.mark.parametrize("options, part", [
    ({"value": None}, "value=None"), ({"value": 3}, "value=3"), ({"gradient": 3}, "gradient=3"), ({"hvp": []}, "hvp=[]"),
    ({"hessian": A.tolist()}, "hessian=")])
def test_rules_that_cannot_be_called_are_refused(options, part):
    with refuses(part, "expected a function"):
        Function(**{"value": VALUE} | options)


@pytest.mark.parametrize("x, part", [([1.0], "(1,)"), ([[1.0, 2.0]], "(1, 2)"), (3.0, "()"), (["a", "b"], "dtype"),
                                     (None, "dtype")])
def test_bad_points_are_refused(x, part):
    f = Function(VALUE, GRADIENT, hessian=lambda x: A, n=2)
    for rule in (f.value, f.gradient, f.hessian):
        with refuses("x has", part):
            rule(x)


@pytest.mark.parametrize("given, kept", [
    (np.float64, np.float64), (np.float32, np.float32), (np.complex128, np.complex128), (np.complex64, np.complex64),
    (int, np.float64), (bool, np.float64), (np.float16, np.float64)])
def test_vectors_keep_their_precision(given, kept):
    x = np.ones(3, given)
    assert as_vector(x).dtype == kept
    assert_array_equal(as_vector(x.tolist()), x)
    assert (as_vector(x) is x) == (given == kept)


def test_quiet_hides_overflow_and_nothing_else():
    @quiet
    def overflow(x):
        return x * x, x / 0 * 0, np.log(-x)

    assert np.isinf(overflow(np.float64(1e300))[0]) and np.isnan(overflow(np.float64(1.0))[1:]).all()
    with pytest.raises(ZeroDivisionError):
        quiet(lambda: 1 / 0)()
    with pytest.warns(RuntimeWarning):
        np.float64(1e300) ** 2                     # outside, the caller's settings are back
