"""The checkers: right rules pass, wrong ones fail, and the evidence names where."""
import math
import re

import numpy as np
import pytest
from laws import refuses

from minnet import MLP, Activation, Function, Objective, check
from minnet.network.activations import ACTIVATIONS
from minnet.network.losses import LOSSES, SquaredError
from minnet.problems import rosenbrock

HOWS = ["complex-step", "difference", "taylor"]
each_how = pytest.mark.parametrize("how", HOWS)


def network(kind=Objective, **options):
    rng, net = np.random.default_rng(0), MLP([2, 3, 2])
    f = kind(net, rng.standard_normal((6, 2)), rng.integers(2, size=6), loss="softmax_crossentropy", l2=0.1, **options)
    return f, rng.standard_normal(net.n_params)


def spoil(rule, fault):
    """An Objective's subclass in which the answer of one rule goes through `fault(answer, self, θ, …)`."""
    return type(f"Wrong_{rule}", (Objective,), {
        rule: lambda self, theta, *v: fault(getattr(Objective, rule)(self, theta, *v), self, theta, *v)})


def without(block):
    def fault(answer, f, theta, *v):
        answer = np.array(answer)
        answer[f.blocks[block]] = 0
        return answer
    return fault


def one_entry(answer, *_):
    answer = np.array(answer)
    answer[(3,) * answer.ndim] *= 1.01
    return answer


FAULTS = {
    "factor": lambda answer, *_: 1.001 * answer,
    "sign": lambda answer, *_: -answer,
    "the penalty is missing": lambda answer, f, theta, v=None: answer - f.l2 * (
        np.eye(f.n) if answer.ndim == 2 else theta if v is None else v),
    "W1 is missing": without("W1"),
    "b2 is missing": without("b2"),
    "one entry": one_entry,
    "reversed": lambda answer, *_: np.flip(answer),
    "a constant too much": lambda answer, *_: answer + 1e-3,
    "not a number": lambda answer, *_: answer * np.nan,
}


# --- gradient, hvp, hessian, ggnvp -----------------------------------------------------------------------------------

@each_how
@pytest.mark.parametrize("rule", ["gradient", "hvp", "hessian"])
@pytest.mark.parametrize(
    "make", [network, lambda: (rosenbrock(), np.array([-1.2, 1.0]))], ids=["network", "Rosenbrock"]
)
def test_right_rules_pass(make, rule, how):
    report = getattr(check, rule)(*make(), how=how)
    assert report, str(report)
    assert report.passed and report.error <= report.tolerance and report.how == how and report.what == rule


@each_how
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("rule", ["gradient", "hvp", "hessian"])
def test_wrong_rules_fail(rule, fault, how):
    f, theta = network(spoil(rule, FAULTS[fault]))
    report = getattr(check, rule)(f, theta, how=how)
    assert not report and report.error > report.tolerance, str(report)


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_gauss_newton_products_fail(fault):
    assert check.ggnvp(*network(), tol=1e-12)
    assert not check.ggnvp(*network(spoil("ggnvp", FAULTS[fault])))


def test_gauss_newton_products_are_checked_against_the_dense_matrix():
    assert not check.ggnvp(*network(spoil("ggn", FAULTS["factor"])))


def test_the_hessian_product_is_told_from_gauss_newtons():
    class Mixed(Objective):
        hvp = Objective.ggnvp

    for how in HOWS:
        assert not check.hvp(*network(Mixed), how=how)


def test_a_direction_may_be_given():
    f, theta = network(spoil("hvp", without("W1")))
    v = np.eye(f.n)[f.blocks["b2"][0]]
    report = check.hvp(f, theta, v)
    assert not report and set(name for name, error in report.blocks.items() if error > 1e-10) == {"W1"}
    assert check.hvp(network()[0], theta, v, tol=1e-13)


@pytest.mark.parametrize("how, size", [("complex-step", 1e-4), ("difference", 1e-1)])
def test_a_large_block_hides_no_small_one(how, size):
    """One parameter's gradient is `size` of the other's and 1 % wrong."""
    f = Function(lambda x: np.sum(np.sin(x) * [1, size]), lambda x: np.cos(x) * [1, 1.01 * size])
    f.blocks = {"large": np.array([0]), "small": np.array([1])}
    report = check.gradient(f, np.ones(2), how=how)
    assert not report and report.worst[0] == "small" and report.blocks["large"] <= report.tolerance


def test_rounding_in_a_block_that_is_zero_is_no_fault():
    f = Function(lambda x: x[0] ** 2, lambda x: np.array([2 * x[0], 1e-17]))
    f.blocks = {"large": np.array([0]), "zero": np.array([1])}
    assert check.gradient(f, np.ones(2))


def test_taylor_passes_a_linear_gradient_whose_remainder_is_nothing_but_rounding():
    f = Function(lambda x: x @ x, lambda x: 2 * x, hessian=lambda x: 2 * np.eye(len(x)))
    assert check.hessian(f, np.ones(3), how="taylor").error < 1e-12
    assert not check.hessian(
        Function(f.value, f.gradient, hessian=lambda x: 2.002 * np.eye(3)), np.ones(3), how="taylor"
    )


def test_the_tolerance_may_be_given():
    f = Function(lambda x: x @ x, lambda x: 2 * (1 + 1e-4) * x)
    assert not check.gradient(f, np.ones(2)) and not check.gradient(f, np.ones(2), tol=0.99e-4)
    report = check.gradient(f, np.ones(2), tol=1.01e-4)
    assert report and report.tolerance == 1.01e-4


# --- what the report says --------------------------------------------------------------------------------------------

def test_the_report_names_the_worst_entry():
    f, theta = network(spoil("gradient", one_entry))
    report, g = check.gradient(f, theta), network()[0].gradient(theta)
    assert report.worst[:2] == ("W1", (3,)) and report.worst[2:] == pytest.approx((1.01 * g[3], g[3]))
    assert set(report.blocks) == {"W1", "b1", "W2", "b2"}
    assert report.error == report.blocks["W1"] == max(report.blocks.values())
    assert report.error == pytest.approx(0.01 * abs(g[3]) / max(abs(g[:6]).max(), 1.01 * abs(g[3])))
    lines = str(report).splitlines()
    assert lines[0] == f"gradient by complex-step: FAILED, relative error {report.error:.1e} (tolerance 1e-10)"
    assert [line.split()[0] for line in lines[1:5]] == ["W1", "b1", "W2", "b2"]
    assert lines[5] == f"  worst: W1[3] is {1.01 * g[3]:.9g}; expected {g[3]:.9g}"


def test_the_report_of_a_hessian_names_pairs_of_blocks():
    def fault(H, f, *_):
        H = H.copy()
        H[7, 12] += 1
        return H

    report = check.hessian(*network(spoil("hessian", fault)))
    assert report.worst[:2] == ("b1,W2", (1, 3))
    assert [block for block, error in report.blocks.items() if error > 1e-10] == ["b1,W2"]
    assert "worst: b1,W2[1, 3]" in str(report)


def test_the_report_of_a_pass_names_no_fault():
    text = str(check.gradient(*network()))
    assert text.startswith("gradient by complex-step: passed") and "worst" not in text
    assert "relative error" in text and re.search(r"\(tolerance 1e-10\)", text)


def test_taylor_measures_every_block_on_its_own():
    f, theta = network(spoil("gradient", without("b1")))
    report = check.gradient(f, theta, how="taylor")
    assert (
        report.blocks["b1"] == pytest.approx(1, abs=0.1)
        and max(report.blocks[name] for name in ("W1", "W2", "b2")) < 1e-8
    )


# --- activations, losses, layers -------------------------------------------------------------------------------------

@pytest.mark.parametrize("how", HOWS[:2])
@pytest.mark.parametrize("df, d2f, block", [
    (lambda z: 1.001 * 2 * z, lambda z: 1.001 * 2 + 0 * z, "df"), (lambda z: -2 * z, lambda z: -2 + 0 * z, "df"),
    (lambda z: 2 * z, lambda z: 2.002 + 0 * z, "d2f"), (lambda z: 2 * z, lambda z: 0 * z, "d2f"),
    (lambda z: 2 * z, lambda z: 2 + 0 * z, None)])
def test_wrong_activations_fail(df, d2f, block, how):
    report = check.activation(Activation(lambda z: z**2, df, d2f, name="square"), how=how)
    assert report.passed == (block is None) and report.what == "activation square"
    assert block is None or report.worst[0] == block


def test_activations_may_be_checked_at_points_of_ones_own():
    broken = Activation(np.sin, lambda z: np.cos(z) + (z.real > 5), lambda z: -np.sin(z))
    assert check.activation(broken)
    report = check.activation(broken, [1.0, 6.0])
    assert not report and report.worst[:2] == ("df", (1,))


@pytest.mark.parametrize("how", HOWS[:2])
@pytest.mark.parametrize("rule, block", [("gradient", "gradient"), ("hvp", "hvp")])
@pytest.mark.parametrize("factor", [1.001, -1])
def test_wrong_losses_fail(rule, block, factor, how):
    wrong = type("Wrong", (SquaredError,), {rule: lambda self, *a: factor * getattr(SquaredError, rule)(self, *a)})()
    z = np.random.default_rng(0).standard_normal((4, 2))
    report = check.loss(wrong, z, np.zeros((4, 2)), how=how)
    assert not report and report.blocks[block] > report.tolerance and report.what == "loss Wrong"
    assert check.loss("squared_error", z, np.zeros((4, 2)), how=how)


@pytest.mark.parametrize("how", HOWS[:2])
@pytest.mark.parametrize("rule", ["R_forward", "R_backward", "backward"])
def test_wrong_layers_fail(rule, how):
    def wrong(self, *a):
        answer = getattr(MLP, rule)(self, *a)
        if rule == "R_forward":
            return [answer[0][0], 1.001 * answer[0][1]], answer[1]
        return (1.001 * answer[0], answer[1]) if rule == "backward" else 1.001 * answer

    X, theta = np.random.default_rng(0).standard_normal((4, 2)), np.random.default_rng(1).standard_normal(13)
    report = check.layer(type("Wrong", (MLP,), {rule: wrong})([2, 3, 1]), theta, X, how=how)
    name = "R_forward 2" if rule == "R_forward" else rule
    assert not report and report.blocks[name] > report.tolerance and report.blocks["R_forward 1"] <= report.tolerance
    assert check.layer(MLP([2, 3, 1]), theta, X, how=how)


# --- functions that take no complex step -----------------------------------------------------------------------------

@pytest.mark.parametrize("value, part", [
    (lambda x: math.exp(x[0].item()), "takes no complex argument"),
    (lambda x: float(sum(x.tolist())), "takes no complex argument"),
    (lambda x: np.sum(abs(x)), "returns real numbers"), (lambda x: np.linalg.norm(x) ** 2, "returns real numbers"),
    (lambda x: 3, "returns real numbers")])
def test_functions_that_are_not_complex_safe_are_told_what_to_do(value, part):
    with refuses("complex step", part, "how='difference'"):
        check.gradient(Function(value, lambda x: 2 * x), np.ones(2))


@pytest.mark.parametrize(
    "value", [lambda x: math.exp(x[0]), lambda x: float(x @ x), lambda x: np.sum(x.astype(float) ** 2)]
)
def test_functions_that_drop_imaginary_parts_with_numpys_warning_are_told_what_to_do(value):
    with refuses("complex step", "how='difference'"):
        check.gradient(Function(value, lambda x: 2 * x), np.ones(2))


def test_they_pass_by_difference_and_taylor():
    f = Function(lambda x: math.exp(x[0]) + math.sin(x[1]), lambda x: np.array([math.exp(x[0]), math.cos(x[1])]))
    assert check.gradient(f, np.ones(2), how="difference") and check.gradient(f, np.ones(2), how="taylor")


@pytest.mark.parametrize(
    "call, parts",
    [
        (lambda: check.gradient(*network(), how="magic"), ["how='magic'", "complex-step, difference, taylor"]),
        (lambda: check.hvp(*network(), how="magic"), ["how='magic'"]),
        (lambda: check.hessian(*network(), how=None), ["how=None"]),
        (lambda: check.activation("tanh", how="taylor"), ["how='taylor'"]),
        (lambda: check.activation("tanh", how="magic"), ["how='magic'"]),
        (lambda: check.loss("squared_error", np.zeros((1, 1)), [0.0], how="taylor"), ["how='taylor'"]),
        (lambda: check.layer(MLP([1, 1]), np.zeros(2), [[1.0]], how="taylor"), ["how='taylor'"]),
        (lambda: check.layer(MLP([1, 1]), np.zeros(3), [[1.0]]), ["theta", "(3,)", "(2,)"]),
        (lambda: check.activation("tan"), ["'tan'"]),
        (lambda: check.loss("l2", np.zeros((1, 1)), [0.0]), ["'l2'"]),
        (lambda: check.gradient(Function(np.sum), np.ones(2)), ["gradient"]),
        (lambda: check.hessian(Function(np.sum, np.ones_like), np.ones(2)), ["hessian"]),
        (lambda: check.gradient(network()[0], np.zeros((17, 1))), ["(17, 1)"]),
        (lambda: check.gradient(*network(), tol=-1), ["tol=-1"]),
        (lambda: check.gradient(*network(), tol="small"), ["tol='small'"]),
        (lambda: check.hvp(*network(), v=np.ones(3)), ["v", "(3,)", "(17,)"]),
    ],
)
def test_bad_input_is_refused(call, parts):
    with refuses(*parts):
        call()


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_differences_take_the_size_of_the_point_and_of_the_direction_into_account(size):
    f = Function(lambda x: size * np.sum(np.sin(x / size)), lambda x: np.cos(x / size),
                 hvp=lambda x, v: -np.sin(x / size) * v / size)
    x = size * np.array([0.3, 1.0, 2.0])
    if size >= 1:
        assert check.gradient(f, x, how="difference", tol=1e-8)
    g = Function(lambda x: np.sum(np.sin(x)), np.cos, hvp=lambda x, v: -np.sin(x) * v)
    assert check.hvp(g, x / size, size * np.array([1.0, -2.0, 0.5]), how="difference", tol=1e-8)


@each_how
@pytest.mark.parametrize(
    "rules, parts",
    [
        ({"gradient": lambda x: x[:, None]}, ["gradient", "(3, 1)", "(3,)"]),
        ({"gradient": lambda x: x[1:]}, ["gradient", "(2,)", "(3,)"]),
        ({"gradient": lambda x: None}, ["gradient", "None", "(3,)"]),
        ({"value": lambda x: (x @ x / 2).reshape(1)}, ["value", "(1,)", "number"]),
        ({"value": lambda x: None}, ["value", "None", "number"]),
        ({"value": lambda x: "much"}, ["value", "'much'", "number"]),
    ],
)
def test_functions_that_return_wrong_shapes_are_told_so(rules, parts, how):
    right = {"value": lambda x: x @ x / 2, "gradient": lambda x: x}
    with refuses(*parts):
        check.gradient(Function(**{**right, **rules}), np.ones(3), how=how)


@each_how
@pytest.mark.parametrize("rule, answer, got", [
    ("hessian", lambda x: np.ones(3), "(3,)"), ("hessian", lambda x: 1.0, "1.0"), ("hessian", lambda x: None, "None"),
    ("hvp", lambda x, v: v[:, None], "(3, 1)"), ("hvp", lambda x, v: None, "None")])
def test_second_derivatives_of_wrong_shapes_are_told_so(rule, answer, got, how):
    with refuses("Hessian", got, "(3, 3)" if rule == "hessian" else "(3,)"):
        getattr(check, rule)(Function(lambda x: x @ x / 2, lambda x: x, **{rule: answer}), np.ones(3), how=how)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_rule_of_minnet_passes_every_check(activation, loss):
    rng, net = np.random.default_rng(3), MLP([2, 3, 2], activation)
    y = rng.integers(2, size=5) if loss == "softmax_crossentropy" else rng.integers(2, size=(5, 2))
    f, theta = Objective(net, rng.standard_normal((5, 2)), y, loss=loss, l2=0.1), rng.standard_normal(net.n_params)
    for rule in (check.gradient, check.hvp, check.hessian):
        for how in HOWS if ACTIVATIONS[activation].smooth and loss != "huber" else HOWS[:1]:
            report = rule(f, theta, how=how)
            assert report, str(report)
    assert check.ggnvp(f, theta)
