"""A function of one's own: what it has, what stands in for what, and what it says where something is missing."""
import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_array_equal
from scipy.sparse import csr_matrix

from minnet import MLP, Function, Objective, minimize
from minnet.function import as_vector, quiet, supports
from minnet.optim import LBFGS, GaussNewton, Newton, NewtonCG
from minnet.optim.driver.counted import Counted

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
    assert all(supports(f, derivative) for derivative in ("gradient", "hvp", "hessian"))


def test_products_fall_back_on_the_hessian_and_not_the_other_way():
    dense, products = Function(VALUE, GRADIENT, hessian=lambda x: A), Function(VALUE, GRADIENT, hvp=lambda x, v: A @ v)
    assert_array_equal(dense.hvp(X, V), products.hvp(X, V))
    with refuses("no hessian", "Function(..., hessian=)"):
        products.hessian(X)


def test_what_is_missing_is_said():
    f = Function(VALUE, name="bowl")
    assert not any(supports(f, derivative) for derivative in ("gradient", "hvp", "hessian"))
    for call in (lambda: f.gradient(X), lambda: f.value_and_gradient(X), lambda: f.hessian(X), lambda: f.hvp(X, X)):
        with refuses("bowl has no"):
            call()


@pytest.mark.parametrize(
    "options, part",
    [
        ({"value": None}, "value=None"),
        ({"value": 3}, "value=3"),
        ({"gradient": 3}, "gradient=3"),
        ({"hvp": []}, "hvp=[]"),
        ({"hessian": A.tolist()}, "hessian="),
    ],
)
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


# --- what rules return ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(
    "wrong, parts",
    [
        ({"value": lambda x: np.array([1.0])}, ["bowl returned", "shape (1,)", "as its value", "number"]),
        ({"value": lambda x: None}, ["None", "value"]),
        ({"value": lambda x: 1 + 2j}, ["(1+2j)", "real number"]),
        ({"value": lambda x: "low"}, ["'low'", "value"]),
        ({"value": lambda x: (1.0, x)}, ["tuple of 2", "Function(fun, gradient=True)"]),
        ({"gradient": lambda x: (A @ x)[:, None]}, ["gradient", "(2, 1)", "(2,)"]),
        ({"gradient": lambda x: x[:1]}, ["gradient", "(1,)"]),
        ({"gradient": lambda x: None}, ["None", "gradient", "(2,)"]),
        ({"gradient": lambda x: 3.0}, ["3.0", "gradient"]),
        ({"gradient": lambda x: 1j * x}, ["gradient", "complex"]),
        ({"gradient": lambda x: [[1], [2, 3]]}, ["gradient", "list"]),
        ({"hessian": lambda x: x}, ["Hessian", "(2,)", "(2, 2)"]),
        ({"hessian": lambda x: 1.0}, ["Hessian", "1.0"]),
        ({"hvp": lambda x, v: np.outer(v, v)}, ["product", "(2, 2)"]),
        ({"hvp": lambda x, v: None}, ["product", "None"]),
    ],
)
def test_wrong_answers_are_said_in_a_line_wherever_the_function_goes(wrong, parts):
    f = Function(**{"value": VALUE, "gradient": GRADIENT, "hessian": lambda x: A, "name": "bowl"} | wrong)
    role, = wrong
    ask = {"value": f.value, "gradient": f.gradient, "hessian": f.hessian, "hvp": lambda x: f.hvp(x, x)}[role]
    method = {"hessian": Newton(), "hvp": NewtonCG()}.get(role, LBFGS())
    with refuses(*parts):
        ask(X)
    with refuses(*parts):
        minimize(f, X, method)


@pytest.mark.parametrize("kind", ["value", "gradient", "hessian", "ggn"])
def test_objects_of_ones_own_are_read_with_the_same_distrust(kind):
    class Mine:
        value, gradient = staticmethod(VALUE), staticmethod(GRADIENT)
        hessian = ggn = staticmethod(lambda x: A)

    mine = Mine()
    setattr(mine, kind, lambda x: np.ones((1, 2)))
    with refuses("Mine returned", "(1, 2)"):
        minimize(mine, X, GaussNewton() if kind == "ggn" else Newton())


def test_one_rule_for_value_and_gradient():
    calls = []

    def both(x):
        calls.append(x.copy())
        return VALUE(x), GRADIENT(x)

    f = Function(both, gradient=True)
    assert f.value(X) == 5 and f.gradient(X).tolist() == [0, -5] and len(calls) == 1
    f.value(X + 1), f.gradient(X)
    assert len(calls) == 3
    result, plain = minimize(Function(both, gradient=True), X, LBFGS()), minimize(Function(VALUE, GRADIENT), X, LBFGS())
    assert_array_equal(result.x, plain.x)
    for wrong in (VALUE, lambda x: (VALUE(x), GRADIENT(x), A), lambda x: None):
        with refuses("gradient=True", "a value and a gradient"):
            Function(wrong, gradient=True).value(X)


def test_products_at_one_point_build_the_hessian_once():
    built = []

    def hessian(x):
        built.append(x.copy())
        return A

    f = Function(VALUE, GRADIENT, hessian=hessian)
    for _ in range(5):
        f.hvp(X, X)
    assert len(built) == 1
    f.hvp(X + 1, X), f.hvp(X, V)
    assert len(built) == 3
    built.clear()
    result = minimize(f, X, NewtonCG(), max_iter=5)
    assert len({x.tobytes() for x in built}) == len(built) < result.nhev


def test_sparse_hessians():
    f = Function(VALUE, GRADIENT, hessian=lambda x: csr_matrix(A))
    assert_array_equal(f.hessian(X), A)
    assert_array_equal(f.hvp(X, V), A @ V)


def test_arrays_belong_to_who_made_them():
    """A buffer that a rule fills anew each time, and the points of the caller."""
    buffer, start = np.empty(2), X.copy()

    def gradient(x):
        np.matmul(A, x, out=buffer)
        return buffer

    f = Function(VALUE, gradient)
    g = f.gradient(start)
    g[:] = 7
    assert f.gradient(start).tolist() == [0, -5] and start.flags.writeable and buffer.flags.writeable
    counted = Counted(f)
    counted.value(start), counted.gradient(start)
    assert start.flags.writeable
    start[0] = 5.0
    assert counted.value(start) == VALUE(start)                # it is another point now
    result = minimize(f, start, LBFGS())
    assert result.success and buffer.flags.writeable and start.flags.writeable and start[0] == 5


def test_numbers_beyond_float64_are_no_start():
    if np.finfo(np.longdouble).max > np.finfo(float).max:
        with refuses("theta0 holds inf"):
            minimize(Function(VALUE, GRADIENT), np.array(["1e400", "1"], np.longdouble), LBFGS())


# --- supports ---------------------------------------------------------------------------------------------------------

def test_supports_tells_what_a_method_may_ask():
    net = MLP([2, 3, 1])
    objective = Objective(net, np.eye(2), [0.0, 1.0])
    every = (
        "value",
        "gradient",
        "value_and_gradient",
        "hvp",
        "hessian",
        "ggn",
        "ggnvp",
        "subset",
        "preconditioner",
        "fisher_diagonal",
    )
    assert all(supports(objective, name) for name in (*every, "blocks"))
    assert all(supports(Counted(objective), name) for name in every)
    assert not any(supports(objective, name) for name in ("jerk", "net", "n", "X"))
    dense, products, bare = (Function(VALUE, **rules) for rules in (
        {"gradient": GRADIENT, "hessian": lambda x: A}, {"gradient": GRADIENT, "hvp": lambda x, v: A @ v}, {}))
    for f in (dense, Counted(dense)):
        assert [name for name in every if supports(f, name)] == [
            "value",
            "gradient",
            "value_and_gradient",
            "hvp",
            "hessian",
        ]
    for f in (products, Counted(products)):
        assert [name for name in every if supports(f, name)] == ["value", "gradient", "value_and_gradient", "hvp"]
    for f in (bare, Counted(bare)):
        assert [name for name in every if supports(f, name)] == ["value"]
    assert not supports(bare, "name") and not supports(3, "value")
