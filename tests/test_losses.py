"""The losses: derivatives, targets in every form, far tails, and every refusal."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, refuses
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, log_softmax
from scipy.special import softmax as scipy_softmax

from minnet import MLP, check
from minnet.network.losses import LOSSES, BinaryCrossEntropy, Huber, Poisson, SoftmaxCrossEntropy, SquaredError, loss
from minnet.testing import batches, generators

ALL = [SquaredError(), BinaryCrossEntropy(), BinaryCrossEntropy(0.2), SoftmaxCrossEntropy(), SoftmaxCrossEntropy(0.2),
       Huber(), Huber(0.3), Poisson()]
each = pytest.mark.parametrize("rule", ALL, ids=repr)
CANONICAL = [rule for rule in ALL if not isinstance(rule, Huber)]


@st.composite
def outputs(draw, rule):
    """(z, targets as the loss reads them, as they were given)."""
    K = draw(st.integers(1, 4))
    _, y = draw(batches(MLP([1, K]), rule))
    return 2 * draw(generators()).standard_normal((len(y), K)), rule.targets(y, K), y


@each
@given(data=st.data())
def test_derivatives_equal_complex_steps(rule, data):
    z, _, y = data.draw(outputs(rule))
    report = check.loss(
        rule, z, y, tol=1e-12
    )  # where Huber's rule bends, no difference can confirm that it is analytic
    assert report.verdict != "FAILED" and report.error <= report.tolerance, str(report)


@pytest.mark.parametrize("how", ["complex-step", "difference"])
@pytest.mark.parametrize("name", LOSSES)
def test_the_checker_knows_losses_by_name(name, how):
    z = np.random.default_rng(0).standard_normal((4, 2))
    assert check.loss(name, z, [0, 1, 1, 0] if name == "softmax_crossentropy" else np.ones((4, 2)), how=how)


@each
@given(data=st.data())
def test_laws(rule, data):
    z, y, _ = data.draw(outputs(rule))
    V = data.draw(generators()).standard_normal((3, *z.shape))
    value, gradient, product = rule.value(z, y), rule.gradient(z, y), rule.hvp(z, y, V)
    assert value.shape == z.shape[:1] and gradient.shape == z.shape and product.shape == V.shape
    for together, alone in zip(rule.value_and_gradient(z, y), (value, gradient)):
        assert_close(together, alone, 1e-14)
    for v, ours in zip(V, product):
        assert_close(rule.hvp(z, y, v), ours, 1e-15)
    assert ((V * product).sum((1, 2)) >= -1e-14).all()                       # convex
    assert_close((V[0] * product[1]).sum(), (V[1] * product[0]).sum(), 1e-13)     # symmetric
    for n in range(len(z)):                                                  # an example knows nothing of the others
        assert_close(rule.value(z[n:n + 1], y[n:n + 1])[0], value[n], 1e-14)


@pytest.mark.parametrize("rule", CANONICAL, ids=repr)
@given(data=st.data())
def test_the_gradient_of_canonical_losses_is_mean_minus_target(rule, data):
    z, y, _ = data.draw(outputs(rule))
    assert_close(rule.gradient(z, y), rule.mean(z) - y, 1e-13)
    assert_close(rule.hvp(z, y, np.ones_like(z)), rule.hvp(z, 0 * y, np.ones_like(z)), 1e-15)


@pytest.mark.parametrize("rule, value", [
    (SquaredError(), lambda z, y: ((z - y) ** 2).sum(1) / 2),
    (BinaryCrossEntropy(), lambda z, y: -(y * np.log(expit(z)) + (1 - y) * np.log(expit(-z))).sum(1)),
    (SoftmaxCrossEntropy(), lambda z, y: -(y * log_softmax(z, axis=1)).sum(1)),
    (Huber(0.7), lambda z, y: np.where(abs(z - y) <= 0.7, (z - y) ** 2 / 2, 0.7 * (abs(z - y) - 0.35)).sum(1)),
    (Poisson(), lambda z, y: (np.exp(z) - y * z).sum(1))], ids=lambda entry: repr(entry) if entry in ALL else "")
@given(data=st.data())
def test_values_are_the_formulas(rule, value, data):
    z, y, _ = data.draw(outputs(rule))
    assert_close(rule.value(z, y), value(z, y), 1e-13)


def test_means():
    z = np.random.default_rng(0).standard_normal((5, 3))
    for rule, mean in ((SquaredError(), z), (Huber(), z), (Poisson(), np.exp(z)), (BinaryCrossEntropy(), expit(z)),
                       (SoftmaxCrossEntropy(), scipy_softmax(z, axis=1))):
        assert_close(rule.mean(z), mean, 1e-15)


def test_huber_is_squared_error_with_straight_ends():
    r = np.linspace(-3, 3, 61)[:, None]
    assert_array_equal(Huber(4.0).value(r, 0), SquaredError().value(r, 0))
    assert_allclose(Huber(1.0).gradient(r, 0), np.clip(r, -1, 1))
    assert_allclose(Huber(1.0).value(np.array([[1 - 1e-9], [1 + 1e-9]]), 0), 0.5, atol=2e-9)


def test_softmax_of_two_is_binary():
    z, y = np.random.default_rng(0).standard_normal((6, 2)), np.array([0, 1, 1, 0, 1, 0])
    binary = BinaryCrossEntropy().value(z[:, 1:] - z[:, :1], y[:, None])
    softmax = SoftmaxCrossEntropy()
    assert_close(softmax.value(z, softmax.targets(y, 2)), binary, 1e-14)
    assert_close(softmax.value(z + 100, softmax.targets(y, 2)), binary, 1e-13)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("dtype", [np.float32, complex])
def test_precision_is_kept(name, dtype):
    rule, z = loss(name), np.random.default_rng(0).standard_normal((4, 2)).astype(dtype)
    y = np.eye(2)[[0, 1, 0, 1]].astype(z.real.dtype)
    for answer in (
        rule.value(z, y),
        rule.gradient(z, y),
        rule.hvp(z, y, z),
        rule.mean(z),
        *rule.value_and_gradient(z, y),
    ):
        assert answer.dtype == dtype


# --- tails -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", [name for name in LOSSES if name != "poisson"])
@pytest.mark.parametrize("z", [[1e4, -1e4], [-1e4, 1e4], [1e4, 1e4], [-1e4, -1e4]])
def test_nothing_overflows_at_large_outputs(name, z):
    rule, z = loss(name), np.array([z])
    for y in np.eye(2)[:, None]:
        for answer in (
            rule.value(z, y),
            rule.gradient(z, y),
            rule.hvp(z, y, z),
            rule.mean(z),
            *rule.value_and_gradient(z, y),
        ):
            assert np.isfinite(answer).all()
        assert rule.value(z, y) >= 0


def test_values_at_large_outputs():
    z = np.array([[1e4], [-1e4]])
    assert_array_equal(BinaryCrossEntropy().value(z, np.array([[0.0], [0.0]])), [1e4, 0])
    assert_array_equal(BinaryCrossEntropy().value(z, np.array([[1.0], [1.0]])), [0, 1e4])
    softmax, z = SoftmaxCrossEntropy(), np.array([[1e4, -1e4], [-1e4, 1e4]])
    assert_array_equal(softmax.value(z, np.array([[1.0, 0.0], [1.0, 0.0]])), [0, 2e4])
    assert_array_equal(softmax.gradient(z, np.array([[1.0, 0.0], [1.0, 0.0]])), [[0, 0], [-1, 1]])
    assert_array_equal(Huber().value(np.array([[1e4]]), np.zeros((1, 1))), [1e4 - 0.5])


def test_poisson_overflows_quietly():
    rule, z, y = Poisson(), np.array([[1e4], [-1e4], [709.0]]), np.array([[2.0], [2.0], [2.0]])
    assert_array_equal(rule.value(z, y)[:2], [np.inf, 2e4])
    assert_array_equal(rule.gradient(z, y)[:2], [[np.inf], [-2]])
    assert_array_equal(rule.mean(z)[:2], [[np.inf], [0]])
    assert np.isfinite(rule.value(z, y)[2]) and rule.hvp(z, y, np.ones_like(z))[0] == np.inf


def test_binary_crossentropy_keeps_relative_accuracy_in_both_tails():
    """For z ≥ 40, log(1 + exp(−z)) = exp(−z) to 1e-17 relative."""
    z = np.linspace(40, 700, 67)[:, None]
    tail = np.exp(-z)
    for sign, y in ((1, 1.0), (-1, 0.0)):
        y = np.full_like(z, y)
        assert_allclose(BinaryCrossEntropy().value(sign * z, y), tail[:, 0], rtol=1e-14)
        assert_allclose(BinaryCrossEntropy().gradient(sign * z, y), -sign * tail, rtol=1e-14)
        assert_allclose(BinaryCrossEntropy().hvp(sign * z, y, 1.0), tail, rtol=1e-14)
    assert (BinaryCrossEntropy().value(z, np.ones_like(z)) > 0).all()


# --- targets ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["squared_error", "softmax_crossentropy", "binary_crossentropy", "huber", "poisson"])
@pytest.mark.parametrize("dtype", [int, np.uint8, bool])
def test_class_numbers_are_one_hot(name, dtype):
    classes = np.array([0, 1, 1, 0]).astype(dtype)
    assert_array_equal(loss(name).targets(classes, 2), np.eye(2)[classes.astype(int)])
    assert loss(name).targets(classes, 2).dtype == float


def test_softmax_takes_class_numbers_that_are_floats():
    assert_array_equal(SoftmaxCrossEntropy().targets([0.0, 2.0], 3), np.eye(3)[[0, 2]])


@pytest.mark.parametrize("name", ["squared_error", "binary_crossentropy", "huber", "poisson"])
def test_a_vector_is_one_output(name):
    assert_array_equal(loss(name).targets([0.0, 1.0, 0.5], 1), [[0], [1], [0.5]])
    assert_array_equal(loss(name).targets([True, False], 1), [[1], [0]])


@given(generators(), st.integers(2, 6), st.floats(0, 0.99))
def test_label_smoothing(rng, K, alpha):
    classes = rng.integers(K, size=8)
    smooth = loss("softmax_crossentropy", label_smoothing=alpha)
    one_hot = np.eye(K)[classes]
    assert_close(smooth.targets(classes, K), one_hot * (1 - alpha) + alpha / K, 1e-15)
    assert_array_equal(smooth.targets(one_hot, K), smooth.targets(classes, K))
    assert_close(
        loss("binary_crossentropy", label_smoothing=alpha).targets(one_hot, K), one_hot * (1 - alpha) + alpha / 2, 1e-15
    )


def test_label_smoothing_has_its_minimum_at_the_smoothed_probability():
    rule = BinaryCrossEntropy(0.2)
    assert_close(rule.gradient(np.log([[9.0]]), rule.targets([1], 1)), np.zeros((1, 1)), 1e-14)


def test_targets_are_copied():
    y = np.zeros((3, 2))
    for name in ("squared_error", "huber", "poisson", "binary_crossentropy"):
        ours = loss(name).targets(y, 2)
        ours += 1
    assert not y.any()


@pytest.mark.parametrize("name, y, K, parts", [
    ("squared_error", [["a"]], 1, ["dtype", "numbers"]),
    ("squared_error", [[1j]], 1, ["complex128", "numbers"]),
    ("squared_error", [[None]], 1, ["object", "numbers"]),
    ("softmax_crossentropy", ["cat", "dog"], 2, ["dtype", "numbers"]),
    ("squared_error", [[0.0], [np.nan]], 1, ["nan", "finite"]),
    ("poisson", [[np.inf]], 1, ["inf", "finite"]),
    ("softmax_crossentropy", [0.0, np.nan], 2, ["nan"]),
    ("squared_error", np.zeros((3, 2)), 3, ["(3, 2)", "(N, 3)"]),
    ("squared_error", np.zeros(3), 2, ["(3,)", "(N, 2)", "class numbers"]),
    ("squared_error", np.zeros((3, 1, 1)), 1, ["(3, 1, 1)", "(N, 1)", "(N,)"]),
    ("squared_error", 0.0, 1, ["()", "(N, 1)"]),
    ("binary_crossentropy", np.zeros((3, 2)), 1, ["(3, 2)", "(N, 1)"]),
    ("softmax_crossentropy", np.ones((3, 1)), 2, ["(3, 1)", "(N, 2)"]),
    ("softmax_crossentropy", [0, 1, 2], 2, ["(3,)", "2", "0 to 1", "2 outputs"]),
    ("softmax_crossentropy", [0, -1], 2, ["(2,)", "-1", "0 to 1"]),
    ("softmax_crossentropy", [0, 0.5], 2, ["(2,)", "0.5", "0 to 1"]),
    ("squared_error", [0, 3], 3, ["(2,)", "3", "0 to 2"]),
    ("binary_crossentropy", [0.0, 1.5], 1, ["0 to 1.5", "0 to 1"]),
    ("binary_crossentropy", [-1, 1], 1, ["-1", "0 to 1"]),
    ("poisson", [3.0, -1.0], 1, ["-1", "0 to inf"]),
    ("softmax_crossentropy", [[0.5, 0.6]], 2, ["1.1", "sum to 1"]),
    ("softmax_crossentropy", [[1.5, -0.5]], 2, ["-0.5", "0 to 1"]),
])
def test_targets_that_cannot_be_meant_are_refused(name, y, K, parts):
    with refuses("targets", *parts):
        loss(name).targets(y, K)


# --- names and options -----------------------------------------------------------------------------------------------

def test_losses_by_name_and_as_objects():
    assert set(LOSSES) == {"squared_error", "binary_crossentropy", "softmax_crossentropy", "huber", "poisson"}
    assert loss("huber", delta=2.0) == Huber(2.0) and loss("huber") == Huber(1.0)
    assert loss(Huber(2.0)) == Huber(2.0)


@pytest.mark.parametrize("kind", ["mse", "", None, 3, SquaredError, object(), np.sin])
def test_unknown_losses_are_refused(kind):
    with refuses(f"unknown loss {kind!r}", "value, gradient, hvp", ", ".join(LOSSES)):
        loss(kind)


def test_a_loss_that_lacks_a_rule_is_refused():
    half = type("Half", (), {"value": lambda self, z, y: 0.0, "gradient": lambda self, z, y: z})
    with refuses("value, gradient, hvp"):
        loss(half())


def test_options_beside_a_loss_object_are_refused():
    with refuses("delta"):
        loss(Huber(), delta=2.0)


@pytest.mark.parametrize("name, option, value", [
    ("softmax_crossentropy", "label_smoothing", -0.1), ("softmax_crossentropy", "label_smoothing", 1),
    ("binary_crossentropy", "label_smoothing", np.nan), ("binary_crossentropy", "label_smoothing", "much"),
    *(("huber", "delta", delta) for delta in (0, -1, np.inf, np.nan, "wide"))])
def test_bad_options_are_refused(name, option, value):
    with refuses(f"{option}={value!r}", "expected"):
        loss(name, **{option: value})
