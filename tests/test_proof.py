"""Proofs of stationary points: given where they should be, refused where they cannot be, and never false."""
import numpy as np
import pytest
from laws import notebook_objective, refuses

from minnet import MLP, Objective, datasets, minimize, problems
from minnet.curvature import certificate
from minnet.curvature.proof import NotProved, Proof, prove
from minnet.network.activations import ACTIVATIONS
from minnet.network.activation_balls import RULES
from minnet.network.enclosure import NotEnclosed, enclosure
from minnet.network.losses import LOSSES
from minnet.optim import Newton


def network(activation, loss, seed=0, **options):
    rng, net = np.random.default_rng(seed), MLP([2, 3, 4, 2], activation)
    y = rng.integers(2, size=6) if loss == "softmax_crossentropy" else rng.integers(0, 2, size=(6, 2))
    f = Objective(net, rng.standard_normal((6, 2)), y, loss=loss, l2=0.1, sample_weight=rng.random(6), **options)
    return f, rng.standard_normal(net.n_params)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_enclosures_hold_gradients_and_hessians_nearby(activation, loss):
    f, theta = network(activation, loss)
    g, H = enclosure(f, theta)
    assert (abs(g.mid - f.gradient(theta)) <= g.rad + 1e-13).all() and (abs(H.mid - f.hessian(theta)) <= 2 * H.rad).all()
    assert g.rad.max() < 1e-9 * (1 + abs(g.mid).max()) and H.rad.max() < 1e-9 * (1 + abs(H.mid).max())
    try:
        g, H = enclosure(f, theta, 1e-5)
    except NotEnclosed:
        assert not ACTIVATIONS[activation].smooth or loss == "huber"
        return
    rng = np.random.default_rng(1)
    for _ in range(5):
        x = theta + rng.choice([-1e-5, 1e-5], f.n)
        assert (abs(f.gradient(x) - g.mid) <= g.rad).all() and (abs(f.hessian(x) - H.mid) <= H.rad).all()


def test_every_named_activation_has_a_rule():
    assert set(RULES) == set(ACTIVATIONS)


def test_the_notebook_with_weight_decay_is_proved():
    for seed in range(5):
        f, theta = notebook_objective(seed, l2=0.01)
        c = certificate(f, minimize(f, theta, Newton(), gtol=1e-10).x, prove=True)
        assert c.proved and c.proof.kind == c.kind == "strict minimum" and c.proof.inertia == (13, 0)
        assert c.proof.radius < 1e-7 and c.proof.contraction < 1 and (c.proof.eigenvalues[:, 0] > 0).all()
        assert "exactly one stationary point" in str(c)


@pytest.mark.slow
def test_nearly_all_of_the_notebooks_starts_are_proved():
    answers = []
    for seed in range(100):
        f, theta = notebook_objective(seed, l2=0.01)
        answers.append(prove(f, minimize(f, theta, Newton(), gtol=1e-10).x))
    assert sum(isinstance(answer, Proof) for answer in answers) >= 98


def test_iris_is_proved():
    data = datasets.iris()
    X = (data.X - data.X.mean(0)) / data.X.std(0)
    f = Objective(MLP([4, 8, 3]), X, data.y, "softmax_crossentropy", l2=1e-3)
    proof = prove(f, minimize(f, f.net.init(rng=0), Newton(), gtol=1e-10).x)
    assert isinstance(proof, Proof) and proof.kind == "strict minimum"


def test_a_saddle_of_proved_index():
    """The origin of a tanh network without biases in play: its gradient vanishes by symmetry."""
    X = np.linspace(-2, 2, 9)[:, None]
    f = Objective(MLP([1, 1, 1]), X, X[:, 0], l2=0.01)
    proof = prove(f, np.zeros(f.n))
    assert isinstance(proof, Proof) and proof.kind == "saddle" and proof.inertia == (3, 1)


@pytest.mark.parametrize("make, says", [
    (lambda: (Objective(MLP([2, 1]), np.ones((3, 2)), [1.0, 2.0, 3.0]), np.zeros(3)), "singular"),
    (lambda: (notebook_objective(2)[0], notebook_objective(2)[1] * 1e3), "singular"),
    (lambda: (Objective(MLP([1, 3, 1], "relu"), [[1.0]], [1.0], l2=0.1), np.zeros(10)), "kink"),
    (lambda: (problems.wood(), np.ones(4)), "no rule for balls"),
    (lambda: (Objective(MLP([40, 60, 1]), np.ones((2, 40)), [0.0, 1.0]), np.zeros(2521)), "2521 parameters")])
def test_where_nothing_can_be_proved_it_says_why(make, says):
    answer = prove(*make())
    assert isinstance(answer, NotProved) and says in str(answer)


def test_a_certificate_without_a_proof_says_why():
    f, theta = notebook_objective(0, l2=0.01)
    c = certificate(f, theta, prove=True)
    assert not c.proved and "not stationary" in c.not_proved and "not proved" in str(c)
    assert certificate(f, theta).not_proved == "" and not certificate(f, theta).proved


def test_no_proof_is_false():
    """On lines through points the stationary point is known exactly, by rational arithmetic: it lies in the ball, and the eigenvalues
    of its constant Hessian in the intervals."""
    from fractions import Fraction
    rng = np.random.default_rng(0)
    for _ in range(40):
        x, y = np.round(rng.standard_normal((2, 5)), 2)
        f = Objective(MLP([1, 1]), x[:, None], y, reduction="sum")
        X, Y = [Fraction(float(t)) for t in x], [Fraction(float(t)) for t in y]
        a, b, c = sum(t * t for t in X), sum(X), Fraction(len(X))
        p, q = sum(s * t for s, t in zip(X, Y)), sum(Y)
        det = a * c - b * b
        slope, offset = (p * c - b * q) / det, (a * q - b * p) / det
        start = np.array([float(slope), float(offset)]) + 1e-9 * rng.standard_normal(2)
        proof = prove(f, start)
        assert isinstance(proof, Proof)
        away = (Fraction(float(proof.point[0])) - slope) ** 2 + (Fraction(float(proof.point[1])) - offset) ** 2
        assert away <= Fraction(proof.radius) ** 2
        for low, high in proof.eigenvalues:                     # det(H − λ) changes its sign in between
            signs = [(a - t) * (c - t) - b * b for t in (Fraction(float(low)), Fraction(float(high)))]
            assert signs[0] * signs[1] <= 0


def test_prove_takes_part_in_the_face():
    with refuses("gtol"):
        certificate(problems.beale(), [3.0, 0.5], gtol=-1, prove=True)
