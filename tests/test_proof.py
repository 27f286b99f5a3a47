"""Proofs of stationary points: given where they should be, refused with a reason where they cannot be."""
import time
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from laws import notebook_problem, refuses
from proof_cases import small_network

from minnet import MLP, Function, Objective, datasets, minimize, problems
from minnet.curvature import certificate, proof
from minnet.curvature.proof import NotProved, Proof, prove
from minnet.linalg.ball import Ball
from minnet.network.activations import ACTIVATIONS, Activation
from minnet.network.losses import LOSSES
from minnet.optim import LBFGS, Newton


def proved(f, theta, kind="strict minimum"):
    answer = prove(f, theta)
    assert isinstance(answer, Proof), answer
    assert answer.kind == kind and answer.contraction < 1 and answer.radius < 1e-9
    low, high = answer.eigenvalues.T
    assert (low < high).all() and sum(answer.inertia) == len(low)
    assert (low > 0).sum() == answer.inertia[0] and (high < 0).sum() == answer.inertia[1]
    return answer


# --- what is proved ---------------------------------------------------------------------------------------------------

def test_the_notebook_with_weight_decay_is_proved():
    for seed in range(5):
        f, theta = notebook_problem(seed, l2=0.01)
        c = certificate(f, minimize(f, theta, Newton(), gtol=1e-6).x, prove=True)
        assert c.proved and c.proof.kind == c.kind == "strict minimum" and c.proof.inertia == (13, 0)
        assert (
            c.proof.radius < 1e-13
            and (c.proof.eigenvalues[:, 0] > 0).all()
            and "exactly one stationary point" in str(c)
        )


@pytest.mark.slow
def test_all_of_the_notebooks_starts_are_proved_with_weight_decay():
    for seed in range(100):
        f, theta = notebook_problem(seed, l2=0.01)
        proved(f, minimize(f, theta, Newton(), gtol=1e-6).x)


def trained(data, hidden):
    scale = np.where(data.X.std(0) > 0, data.X.std(0), 1)
    f = Objective(MLP([data.X.shape[1], hidden, len(set(data.y.tolist()))]), (data.X - data.X.mean(0)) / scale, data.y,
                  "softmax_crossentropy", l2=1e-3)
    return f, minimize(f, f.net.init(rng=0), LBFGS(), gtol=1e-6, max_iter=5000).x


def test_iris_is_proved():
    answer = proved(*trained(datasets.iris(), 8))
    assert answer.radius < 1e-12 and np.ptp(answer.eigenvalues, axis=1).max() < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("data, hidden", [(datasets.breast_cancer, 16), (datasets.digits, 16)])
def test_larger_networks_are_proved(data, hidden):
    answer = proved(*trained(data(), hidden))
    assert answer.radius < 1e-11


@pytest.mark.slow
def test_a_proof_of_1210_parameters_takes_seconds_and_the_memory_of_a_few_hessians():
    f, theta = trained(datasets.digits(), 16)
    before = time.process_time()
    proved(f, theta)
    assert time.process_time() - before < 10
    f.hessian(theta)    # which keeps memory for the next one
    tracemalloc.start()
    proved(f, theta)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5.5 * 8 * f.n**2


@pytest.mark.parametrize(
    "activation, loss",
    [(name, "squared_error") for name in ACTIVATIONS if name not in ("relu", "leaky_relu")]
    + [("tanh", name) for name in LOSSES],
)
def test_every_activation_and_every_loss_is_proved(activation, loss):
    for seed in range(10):      # an elu's or Huber's kink may be in the way of some of them
        f, theta = small_network(activation, loss, seed, (2, 1, 1) if activation == "identity" else (2, 3, 2))
        if isinstance(prove(f, minimize(f, theta, Newton(), gtol=1e-8, max_iter=500).x), Proof):
            return
    raise AssertionError("none of ten minima is proved")


def test_relu_units_away_from_their_kinks_are_proved():
    """Units that are surely active are a linear network; a bias keeps them so."""
    X, y = np.array([[0.0], [0.5], [1.0]]), np.array([1.0, 2.0, 1.5])
    for activation in ("relu", "leaky_relu"):
        f = Objective(MLP([1, 1, 1], activation), X, y, l2=0.01)
        result = minimize(f, np.array([0.5, 1.0, 1.0, 0.0]), Newton(), gtol=1e-9)
        proved(f, result.x)


@pytest.mark.parametrize(
    "f, point, kind",
    [
        (problems.beale(), (3, 0.5), "strict minimum"),
        (problems.beale(), (0, 1), "saddle"),
        (problems.rosenbrock(), (1, 1), "strict minimum"),
        (problems.rosenbrock(5), np.ones(5), "strict minimum"),
        (problems.rosenbrock(4), (-0.776, 0.613, 0.382, 0.146), "strict minimum"),
        (problems.saddle(), (0, 0), "saddle"),
        (problems.stretched_saddle(), (0.01, 0), "saddle"),
        (problems.quadratic([-1.0, -3.0]), (0, 0), "maximum"),
        (problems.quadratic([1.0, -2.0, 3.0], rng=0), (0, 0, 0), "saddle"),
        (problems.himmelblau(), (-0.27, -0.92), "maximum"),
    ]
    + [(problems.himmelblau(), x, "strict minimum") for x, _ in problems.himmelblau().minima]
    + [(problems.himmelblau(), x, "saddle") for x in problems.himmelblau().saddles],
)
def test_stationary_points_of_polynomials_are_proved(f, point, kind):
    answer = proved(f, point, kind)
    assert np.linalg.norm(answer.point - point) <= answer.distance < 0.1 and answer.radius < 1e-12


def test_a_function_that_has_only_an_enclosure_is_proved():
    f = Function(lambda x: x[0] ** 2 + np.cos(x[1]), n=2, enclosure=lambda x, radius: (
        Ball([2, 0]) * Ball(x, radius) - Ball([0, 1]) * np.sin(Ball(x, radius)),
        np.diag(Ball([2, 0]) - Ball([0, 1]) * np.cos(Ball(x, radius)))))
    answer = proved(f, [1e-3, 1e-3], "saddle")
    assert np.linalg.norm(answer.point) <= answer.radius and 1e-3 < answer.distance < 2e-3


def test_a_saddle_of_proved_index():
    """The origin of a tanh network without biases in play: its gradient vanishes by symmetry."""
    X = np.linspace(-2, 2, 9)[:, None]
    f = Objective(MLP([1, 1, 1]), X, X[:, 0], l2=0.01)
    answer = proved(f, np.zeros(f.n), "saddle")
    assert answer.inertia == (3, 1) and "saddle of index 1" in str(answer)


def test_no_number_wider_than_a_double_is_used(monkeypatch):
    """The verdict is that of processors on which long double is double."""
    f, theta = notebook_problem(0, l2=0.01)
    theta = minimize(f, theta, Newton(), gtol=1e-6).x
    before = prove(f, theta)
    for name in ("longdouble", "clongdouble"):
        monkeypatch.delattr(np, name)
    after = prove(f, theta)
    assert after.radius == before.radius and (after.eigenvalues == before.eigenvalues).all()


def test_the_words_of_a_proof():
    f = Objective(MLP([1, 1]), [[0.0], [1.0]], [1.0, 3.0])
    answer = prove(f, [2.0, 1.0])
    assert str(answer).startswith("Proved: within ") and "strict minimum; its lowest eigenvalue lies in [" in str(
        answer
    )
    low, high = (Fraction(end) for end in str(answer).split("[")[1].rstrip("]").split(", "))
    assert low <= Fraction(float(answer.eigenvalues[0, 0])) and Fraction(float(answer.eigenvalues[0, 1])) <= high
    assert high - low < 5 * (answer.eigenvalues[0, 1] - answer.eigenvalues[0, 0])
    assert len(answer.assumptions) == 5 and all(answer.assumptions)


@pytest.mark.parametrize(
    "low, high", [(0.00839143, 0.00839145), (-2.0, -1.0), (-1e-20, 1e-20), (1.0, np.nextafter(1, 2)), (3.0, 3.0)]
)
def test_an_interval_is_shown_rounded_outwards(low, high):
    ends = [Fraction(end) for end in proof._interval(low, high).strip("[]").split(", ")]
    assert ends[0] <= Fraction(low) and Fraction(high) <= ends[1]
    assert ends[1] - ends[0] <= (Fraction(high) - Fraction(low)) * 3 + Fraction(abs(high)) / 10**15


# --- what is not proved -----------------------------------------------------------------------------------------------

QUARTIC = Function(lambda x: x[0] ** 4, lambda x: 4 * x**3, hessian=lambda x: np.diag(12 * x**2), enclosure=True, n=1)
OWN = Activation(np.tanh, lambda z: 1 - np.tanh(z) ** 2, lambda z: -2 * np.tanh(z) * (1 - np.tanh(z) ** 2))


@pytest.mark.parametrize("make, says", [
    (lambda: (Objective(MLP([2, 1]), np.ones((3, 2)), [1.0, 2.0, 3.0]), np.zeros(3)), "singular"),
    (lambda: (notebook_problem(2)[0], notebook_problem(2)[1] * 1e3), "singular"),
    (lambda: (Objective(MLP([1, 3, 1], "relu"), [[1.0]], [1.0], l2=0.1), np.zeros(10)), "kink"),
    (lambda: (Objective(MLP([1, 2, 1]), [[1.0]], [1.0]), np.full(7, 0.1)), "singular"),
    (lambda: (Objective(MLP([1, 3, 1]), [[0.5], [1.0]], [1.0, 2.0], "poisson"), np.full(10, 1e3)), "finite"),
    (lambda: (Objective(MLP([1, 1, 1], OWN), [[1.0]], [1.0], l2=0.1), np.full(4, 0.1)), "no rule for balls"),
    (lambda: (problems.wood(), np.ones(4)), "no rule for balls"),
    (lambda: (problems.monkey_saddle(), np.zeros(2)), "singular"),
    (lambda: (QUARTIC, np.zeros(1)), "singular"),
    (lambda: (QUARTIC, np.array([1.0])), "Newton's step"),
    (lambda: (problems.beale(), np.array([np.nan, 0.5])), "not finite"),
    (lambda: (Objective(MLP([40, 60, 1]), np.ones((2, 40)), [0.0, 1.0]), np.zeros(2521)), "2521 parameters")])
def test_where_nothing_can_be_proved_it_says_why(make, says):
    answer = prove(*make())
    assert isinstance(answer, NotProved) and says in str(answer) and "\n" not in str(answer)


def test_a_certificate_without_a_proof_says_why():
    f, theta = notebook_problem(0, l2=0.01)
    c = certificate(f, theta, prove=True)
    assert not c.proved and "not stationary" in c.not_proved and "not proved" in str(c)
    assert certificate(f, theta).not_proved == "" and not certificate(f, theta).proved
    with refuses("theta", "(13,)"):
        prove(f, theta[:4])


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6, 1e-7, 1e-8, 1e-9])
def test_two_minima_close_together_are_told_apart_or_nothing_is_said(distance):
    """(x² − d²)²: minima at ±d, a maximum between."""
    square = Fraction(distance) ** 2
    f = Function(lambda x: (x[0] ** 2 - distance**2) ** 2, lambda x: 4 * x * (x - distance) * (x + distance),
                 hessian=lambda x: np.diag(12 * x * x - 4 * (Ball(distance) * distance)), n=1, enclosure=True)
    f = Function(
        f._value, f._gradient, hessian=lambda x: np.diag(12 * x * x - 4 * distance**2), n=1, enclosure=f.enclosure
    )
    for start, kind in ((distance, "strict minimum"), (0.0, "maximum"), (-1.01 * distance, "strict minimum")):
        answer = prove(f, [start])
        if isinstance(answer, Proof):
            centre, radius = Fraction(float(answer.point[0])), Fraction(answer.radius)
            inside = [x for x in (-Fraction(distance), Fraction(0), Fraction(distance)) if abs(x - centre) <= radius]
            assert len(inside) == 1 and answer.kind == ("maximum" if inside == [0] else "strict minimum") == kind
            value = 12 * inside[0] ** 2 - 4 * square
            assert Fraction(float(answer.eigenvalues[0, 0])) <= value <= Fraction(float(answer.eigenvalues[0, 1]))
        else:
            assert distance < 1e-4
