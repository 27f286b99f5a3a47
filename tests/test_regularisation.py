"""l2 chosen by cross-validation and by the evidence; folds; early stopping."""
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLP, MLPClassifier, MLPRegressor, datasets
from minnet.estimators.folds import assign_folds, split_off
from minnet.estimators.regularisation import GRID, by_cross_validation, by_evidence
from minnet.estimators.training_set import TrainingSet
from minnet.network.losses import SquaredError

SMALL = dict(hidden=(4,), certify=False, random_state=0)


def line(N, noise, seed=0):
    """One feature that matters, nine that do not."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N, 10))
    return X, X[:, 0] + noise * rng.standard_normal(N)


def linear(X, y, **options):
    return TrainingSet(MLP([X.shape[1], 1]), X, y[:, None], SquaredError(), **options)


# --- folds -----------------------------------------------------------------------------------------------------------

@given(N=st.integers(2, 60), folds=st.integers(2, 6), seed=st.integers(0, 99), K=st.integers(1, 4))
def test_folds_are_even_over_all_and_within_each_class(N, folds, seed, K):
    classes = np.random.default_rng(seed).integers(0, K, N)
    numbers = assign_folds(N, folds, np.random.default_rng(seed), classes)
    assert np.ptp(np.bincount(numbers, minlength=folds)) <= 1
    for k in range(K):
        assert np.ptp(np.bincount(numbers[classes == k], minlength=folds)) <= 1


@given(N=st.integers(2, 60), share=st.floats(0.01, 0.99), seed=st.integers(0, 99))
def test_both_parts_of_a_split_have_an_example_and_make_up_the_whole(N, share, seed):
    rest, chosen = split_off(N, share, np.random.default_rng(seed), np.arange(N) % 3)
    assert_array_equal(rest, ~chosen)
    assert 1 <= chosen.sum() <= N - 1 and abs(chosen.sum() - share * N) <= 1


# --- cross-validation ------------------------------------------------------------------------------------------------

def test_more_noise_asks_for_more_weight_decay():
    chosen = []
    for noise in (0.01, 3.0):
        X, y = line(60, noise)
        choice = by_cross_validation(linear(X, y), np.zeros(11), np.random.default_rng(0))
        assert choice.grid == GRID and choice.l2 in GRID and len(choice.score) == 7
        chosen.append(choice.l2)
    assert chosen[0] < chosen[1]


def ridge_losses(X, y, seed):
    """The losses (grid, N) on left-out examples of a line, whose minimum is known in closed form:
    (XᵀX/N + l2 I)⁻¹ Xᵀy/N over examples and bias."""
    N, d = X.shape
    fold_of, A, losses = assign_folds(N, 5, np.random.default_rng(seed)), np.c_[X, np.ones(N)], np.empty((len(GRID), N))
    for at_l2, l2 in zip(losses, GRID):
        for fold in range(5):
            inside, out = A[fold_of != fold], fold_of == fold
            w = np.linalg.solve(inside.T @ inside / len(inside) + l2 * np.eye(d + 1), inside.T @ y[~out] / len(inside))
            at_l2[out] = (A[out] @ w - y[out]) ** 2 / 2
    return losses


def test_the_score_is_the_loss_on_left_out_examples_of_ridge_regression():
    X, y = line(40, 0.5)
    choice = by_cross_validation(linear(X, y), np.zeros(11), np.random.default_rng(3))
    losses = ridge_losses(X, y, 3)
    assert_allclose(choice.score, losses.mean(1), rtol=1e-3)
    assert_allclose(choice.standard_error, losses.std(1) / 40**0.5, rtol=1e-2)


def test_the_choice_is_the_largest_that_is_worse_by_at_most_half_a_standard_error():
    chosen = []
    for noise in (0.1, 1.0, 2.0):
        X, y = line(50, noise)
        choice = by_cross_validation(linear(X, y), np.zeros(11), np.random.default_rng(0))
        losses = ridge_losses(X, y, 0)
        worse = losses - losses[losses.mean(1).argmin()]
        within = worse.mean(1) <= 0.5 * worse.std(1) / 50**0.5
        chosen.append((choice.l2, max(np.array(GRID)[within])))
        assert str(choice).count("chosen") == 1 and len(str(choice).splitlines()) == 8
    assert all(one == other for one, other in chosen) and len(set(chosen)) > 1


def test_folds_on_workers_choose_the_same():
    X, y = line(50, 1.0)
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(1, get_context("spawn")) as processes:
        alone, *others = (by_cross_validation(linear(X, y, executor=executor), np.zeros(11), np.random.default_rng(0))
                          for executor in (None, threads, processes))
    assert all(other == alone for other in others)


@pytest.mark.parametrize("n_jobs", [0, -2, 1.5, True, "2"])
def test_jobs_that_are_no_number_are_refused(n_jobs):
    with refuses(f"n_jobs={n_jobs!r}", "whole number"):
        MLPRegressor(**SMALL, n_jobs=n_jobs).fit(*line(20, 1.0))


def test_a_model_is_the_same_with_more_jobs():
    X, y = line(40, 1.0)
    one, more = (MLPRegressor(**SMALL, n_jobs=n_jobs).fit(X, y) for n_jobs in (None, 2))
    assert one.l2_choice_ == more.l2_choice_
    MLPRegressor(**SMALL, n_jobs=-1).validate(40)
    assert_array_equal(one.theta_, more.theta_)


def test_auto_is_the_default_and_reproducible():
    data = datasets.iris()
    once, again = (MLPClassifier(**SMALL).fit(data.X, data.y) for _ in range(2))
    assert once.l2 == "auto" and once.l2_ == once.l2_choice_.l2 == again.l2_ and once.l2_choice_ == again.l2_choice_
    assert_array_equal(once.theta_, again.theta_)
    given_l2 = MLPClassifier(**SMALL, l2=once.l2_).fit(data.X, data.y)
    assert given_l2.l2_choice_ is None and given_l2.l2_ == once.l2_
    assert_array_equal(given_l2.theta_, once.theta_)


@pytest.mark.parametrize("N", [1, 2, 9])
def test_too_few_examples_take_the_middle_of_the_grid(N):
    X, y = line(N, 0.1)
    model = MLPRegressor(**SMALL).fit(X, y)
    assert model.l2_ == GRID[3] and np.isnan(model.l2_choice_.score).all()


# --- evidence --------------------------------------------------------------------------------------------------------

def test_the_evidence_of_a_line_is_that_of_its_gaussian():
    """With noise of known variance the data are Gaussian with covariance A Aᵀ/(N l2) + I; for the squared error the
    best variance is found by maximising over it."""
    X, y = line(30, 0.7)
    choice = by_evidence(linear(X, y), np.zeros(11))
    A = np.c_[X, np.ones(30)]
    for l2, score in zip(GRID, choice.score):
        C = A @ A.T / (30 * l2) + np.eye(30)                       # times the noise's variance
        variance = y @ np.linalg.solve(C, y) / 30
        exact = -15 * (1 + np.log(2 * np.pi * variance)) - np.linalg.slogdet(C)[1] / 2
        assert_allclose(-30 * score, exact, rtol=1e-6)


def test_evidence_and_cross_validation_agree_where_the_noise_is_plain():
    X, y = line(200, 1.0)
    examples = linear(X, y)
    evidence = by_evidence(examples, np.zeros(11))
    crossed = by_cross_validation(examples, np.zeros(11), np.random.default_rng(0))
    best = GRID[int(np.argmin(crossed.score))]
    assert abs(np.log10(evidence.l2 / best)) <= 4 / 6 + 1e-9


@pytest.mark.parametrize("options", [dict(loss="huber")])
def test_the_evidence_wants_a_likelihood(options):
    X, y = line(30, 0.5)
    with refuses("l2='evidence'", "no likelihood"):
        MLPRegressor(l2="evidence", **SMALL, **options).fit(X, y)
    with refuses("l2='evidence'", "no likelihood"):
        MLPClassifier(l2="evidence", label_smoothing=0.1, **SMALL).fit(X, (y > 0).astype(int))


# --- early stopping --------------------------------------------------------------------------------------------------

def test_early_stopping_keeps_the_best_point_on_examples_that_it_does_not_train_on():
    X, y = line(60, 2.0)
    model = MLPRegressor(l2=0.0, early_stopping=True, n_iter_no_change=5, validation_fraction=0.3, **SMALL).fit(X, y)
    curve = model.validation_curve_
    assert len(curve) == model.n_iter_ + 1 and curve.argmin() == len(curve) - 1 - 5
    assert model.certificate_ is None and len(model.loss_curve_) == model.n_iter_ + 1
    full = MLPRegressor(l2=0.0, **SMALL).fit(X, y)
    fresh_X, fresh_y = line(500, 2.0, seed=1)
    assert model.score(fresh_X, fresh_y) > full.score(fresh_X, fresh_y)


@pytest.mark.parametrize(
    "bad, says",
    [(dict(validation_fraction=1.0), "validation_fraction=1.0"), (dict(n_iter_no_change=0), "n_iter_no_change=0")],
)
def test_early_stopping_refuses_what_means_nothing(bad, says):
    X, y = line(20, 0.5)
    with refuses(says, "expected"):
        MLPRegressor(early_stopping=True, **SMALL, **bad).fit(X, y)


# --- starts ----------------------------------------------------------------------------------------------------------

def test_a_warm_start_goes_on_and_given_weights_are_taken():
    data = datasets.iris()
    model = MLPClassifier(l2=1e-3, warm_start=True, **SMALL).fit(data.X, data.y)
    assert model.fit(data.X, data.y).n_iter_ == 0
    again = MLPClassifier(l2=1e-3, init=model.theta_, **SMALL).fit(data.X, data.y)
    assert again.n_iter_ == 0
    assert_array_equal(again.theta_, model.theta_)
    with refuses("init", "(3,)"):
        MLPClassifier(l2=1e-3, init=np.zeros(3), **SMALL).fit(data.X, data.y)
