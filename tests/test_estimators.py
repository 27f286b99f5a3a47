"""Estimators: scikit-learn's conventions, standardised data, certificates, models in files, and the shipped data
sets."""
import subprocess
import sys

import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLP, MLPClassifier, MLPRegressor, Objective, datasets, load, optim
from minnet.estimators import certifying

pytestmark = pytest.mark.filterwarnings("ignore:training ended before")   # most runs here are short by design

SMALL = dict(hidden=(4,), l2=1e-3, random_state=0)


@pytest.fixture(scope="module")
def iris():
    return datasets.iris()


@pytest.fixture(scope="module")
def classifier(iris):
    return MLPClassifier(**SMALL).fit(iris.X, iris.y)


def curve(N=60):
    """One feature and a smooth function of it."""
    x = np.linspace(-2, 2, N)
    return x[:, None], np.sin(2 * x) + x


# --- conventions -----------------------------------------------------------------------------------------------------

def test_parameters_are_kept_as_given_and_unknown_ones_refused():
    hidden = [3, 4]
    model = MLPClassifier(hidden=hidden, l2=0.5)
    assert model.get_params()["hidden"] is hidden and model.get_params()["l2"] == 0.5
    assert model.set_params(l2=0.25, random_state=1) is model and model.l2 == 0.25
    assert repr(model) == "MLPClassifier(hidden=[3, 4], l2=0.25, random_state=1)"
    assert repr(MLPRegressor(optimizer="lbfgs")) == "MLPRegressor()"
    with refuses("'size'", "expected one of hidden, activation"):
        model.set_params(size=3)


def test_fit_returns_self_and_leaves_fitted_attributes_and_the_data(iris):
    X, y, model = iris.X.copy(), iris.y.copy(), MLPClassifier(**SMALL)
    assert model.fit(X, y) is model
    assert_array_equal(X, iris.X)
    assert model.get_params() == MLPClassifier(**SMALL).get_params()
    assert model.n_features_in_ == 4 and model.net_.widths == (4, 4, 3) and model.theta_.shape == (model.net_.n_params,)
    assert_array_equal(model.classes_, [0, 1, 2])
    assert_allclose(model.mean_, X.mean(0))
    assert_allclose(model.scale_, X.std(0))
    assert model.result_.success and np.linalg.norm(model.result_.jac) <= 1e-6
    assert model.certificate_.kind == "strict minimum"


def test_a_fit_is_its_seeds(iris):
    once, again, other = (MLPClassifier(hidden=(4,), l2=1e-3, random_state=seed, max_iter=5).fit(iris.X, iris.y).theta_
                          for seed in (0, np.random.default_rng(0), 1))
    assert_array_equal(once, again)
    assert not np.array_equal(once, other)


def test_the_objective_is_that_of_the_training(iris, classifier):
    f = classifier.objective(iris.X, iris.y)
    assert_allclose(f(classifier.theta_), classifier.result_.fun, rtol=1e-14)
    assert np.linalg.norm(f.gradient(classifier.theta_)) <= 1e-6
    standard = (iris.X - iris.X.mean(0)) / iris.X.std(0)
    by_hand = Objective(MLP([4, 4, 3]), standard, iris.y, "softmax_crossentropy", l2=1e-3)
    assert_allclose(by_hand(classifier.theta_), f(classifier.theta_), rtol=1e-12)


def test_probabilities_and_classes_belong_together(iris, classifier):
    p = classifier.predict_proba(iris.X)
    assert p.shape == (150, 3) and (p > 0).all()
    assert_allclose(p.sum(1), 1)
    assert_array_equal(classifier.predict(iris.X), classifier.classes_[p.argmax(1)])
    assert classifier.score(iris.X, iris.y) == np.mean(classifier.predict(iris.X) == iris.y)


@pytest.mark.parametrize(
    "names",
    [
        [7, 3, 5],
        [0.0, -1.0, 2.0],
        ["b", "a", "ceta"],
        ["ä", "日本", ""],
        [True, False, True],
        np.array([2, "x", 3], object),
        np.array([5, 7, 9], object),
    ],
    ids=str,
)
def test_labels_of_any_kind_come_back_as_they_are(iris, names):
    y = np.asarray(names)[iris.y]
    model = MLPClassifier(max_iter=60, certify=False, **SMALL).fit(iris.X.tolist(), list(y))
    assert_array_equal(model.classes_, np.unique(np.array(y.tolist())))
    assert model.score(iris.X, y) > 0.9
    assert set(model.predict(iris.X)) <= set(np.array(y.tolist()))


def test_labels_are_not_cut_or_rounded_before_they_are_compared():
    X, y = np.arange(8.0)[:, None], np.array(["cat", "dog"])[np.arange(8) // 4]
    model = MLPClassifier(max_iter=200, **SMALL).fit(X, y)
    assert model.score(X, y) == 1
    assert model.score(X, np.where(y == "cat", "category", "dogma")) == 0
    assert MLPClassifier(max_iter=200, **SMALL).fit(X, np.arange(8) // 4).score(X, np.arange(8) // 4 + 0.5) == 0


def test_two_examples_are_enough():
    model = MLPClassifier(**SMALL).fit([[0.0], [1.0]], ["a", "b"])
    assert model.predict([[0.0], [1.0]]).tolist() == ["a", "b"] and model.certificate_.kind == "strict minimum"


def test_one_class_is_refused():
    with refuses("one class only, 'a'", "at least two"):
        MLPClassifier().fit([[0.0], [1.0]], ["a", "a"])


@pytest.mark.parametrize("X, y", [(np.ones((4, 2)), [0, 1, 0, 1]),
                                  (np.c_[np.arange(6.0), np.full(6, 3.3)], [0, 0, 0, 1, 1, 1])])
def test_a_constant_feature_says_nothing_and_breaks_nothing(X, y):
    model = MLPClassifier(**SMALL).fit(X, y)
    assert model.result_.success and model.scale_[1] == 1
    assert model.score(X, y) == (1 if np.ptp(X) else 0.5)
    assert_array_equal(model._scaled(X)[:, 1], 0)


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1.0, 1e9, 1e200])
def test_features_in_any_unit_give_the_same_model(iris, scale):
    model = MLPClassifier(max_iter=20, certify=False, **SMALL)
    here, there = (model.fit(X, iris.y).predict_proba(X) for X in (iris.X, iris.X * scale))
    assert_allclose(there, here, atol=1e-6)


def test_an_indicator_is_as_large_for_a_rare_level_as_for_a_frequent_one():
    rng, N = np.random.default_rng(0), 40
    X = np.column_stack([np.arange(N) == 7, np.arange(N) % 2, rng.normal(3, 9, N), np.ones(N), np.arange(N) % 3])
    model = MLPRegressor(hidden=(2,), l2=1e-2, max_iter=3, certify=False).fit(X, X[:, 2])
    assert_allclose(model.mean_, X.mean(0))
    assert_allclose(model.scale_, [0.5, 0.5, X[:, 2].std(), 1, X[:, 4].std()])


def test_without_standardize_the_data_are_taken_as_they_are():
    X, y = curve()
    model = MLPRegressor(standardize=False, max_iter=3, **SMALL).fit(X + 5, y + 7)
    assert_array_equal(model.mean_, 0)
    assert model.target_mean_ == 0 and model.target_scale_ == 1
    assert_array_equal(model.predict(X + 5), model.outputs(X + 5)[:, 0])


# --- regression ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("scale, shift", [(1e-12, 0.0), (1e6, 3e6), (1e150, 0.0)])
def test_regression_does_not_depend_on_the_targets_unit(scale, shift):
    X, y = curve()
    model = MLPRegressor(hidden=(8,), l2=1e-5, max_iter=200, certify=False, random_state=0)
    here, r2 = model.fit(X, y).predict(X), model.score(X, y)
    there = model.fit(X, y * scale + shift)
    assert r2 > 0.99 and abs(there.score(X, y * scale + shift) - r2) < 1e-4
    assert_allclose((there.predict(X) - shift) / scale, here, atol=1e-2)


def test_several_targets_keep_their_shape():
    X, y = curve()
    Y = np.column_stack([y, 100 - 5 * y])
    model = MLPRegressor(hidden=(8,), l2=1e-5, random_state=0).fit(X, Y)
    assert model.predict(X).shape == (60, 2) and model.score(X, Y) > 0.99
    assert MLPRegressor(max_iter=0, **SMALL).fit(X, Y[:, :1]).predict(X).shape == (60, 1)
    assert MLPRegressor(max_iter=0, **SMALL).fit(X, y).predict(X).shape == (60,)


def test_score_is_r_squared():
    X, y = curve()
    model = MLPRegressor(max_iter=5, **SMALL).fit(X, y)
    assert_allclose(
        model.score(X, y), 1 - ((y - model.predict(X)) ** 2).sum() / ((y - y.mean()) ** 2).sum(), rtol=1e-12
    )
    constant = MLPRegressor(**SMALL).fit(X, np.full(60, 3.0))
    assert_allclose(constant.predict(X), 3, atol=1e-5)
    assert constant.score(X, np.full(60, 4.0)) == 0


@pytest.mark.parametrize("loss", ["huber", "poisson"])
def test_other_losses(loss):
    X, y = curve()
    counts = np.random.default_rng(0).poisson(np.exp(y))
    model = MLPRegressor(loss=loss, **SMALL).fit(X, counts)
    assert model.result_.success and model.score(X, counts) > 0.5
    if loss == "poisson":
        assert (model.predict(X) > 0).all() and model.target_scale_ == 1


# --- certificates ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("options, kind", [
    (dict(), "strict minimum"), (dict(max_iter=2), "not stationary"),
    (dict(l2=0.0, hidden=(1,), gtol=1e-5), "no finite minimum"),
])
def test_certificates(options, kind):
    data = datasets.two_moons(40, noise=0.05, rng=0)
    model = MLPClassifier(**SMALL | dict(optimizer=optim.Newton()) | options).fit(data.X, data.y)
    assert model.certificate_.kind == kind
    assert model.result_.success == (kind != "not stationary")


def test_a_proof_is_made_where_it_takes_a_moment_and_else_it_says_so(iris, monkeypatch):
    model = MLPClassifier(hidden=(2,), l2=1e-2, optimizer="newton", random_state=0).fit(iris.X, iris.y)
    assert model.certificate_.proved and "Proved: " in str(model.certificate_)
    monkeypatch.setattr(certifying, "LONGEST_PROOF", 1e-6)
    again = MLPClassifier(hidden=(2,), l2=1e-2, optimizer="newton", random_state=0).fit(iris.X, iris.y).certificate_
    assert again.kind == model.certificate_.kind and not again.proved and "not tried, as it may take" in str(again)


def test_the_guess_of_a_proofs_time_grows_with_parameters_and_examples():
    def seconds(hidden, N):
        return certifying.seconds_of_a_proof(Objective(MLP([30, hidden, 2]), np.zeros((N, 30)), np.zeros((N, 2))))
    assert seconds(10, 500) < seconds(16, 500) < 1 < min(seconds(16, 10_000), seconds(40, 500))


def test_no_certificate_where_none_is_asked_for_or_it_would_be_large(iris):
    assert MLPClassifier(certify=False, max_iter=1, **SMALL).fit(iris.X, iris.y).certificate_ is None
    assert MLPClassifier(hidden=(260,), l2=1e-3, max_iter=1, random_state=0).fit(iris.X, iris.y).certificate_ is None


# --- files -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("names", [[0, 1, 2], [0.0, 1.0, 2.0], ["ä", "b b", "日本"], [False, True, True]], ids=str)
def test_a_loaded_classifier_predicts_the_same_bits(iris, tmp_path, names):
    y = np.asarray(names)[iris.y]
    model = MLPClassifier(
        hidden=(4, 3),
        activation=["gelu", "sin"],
        max_iter=20,
        certify=False,
        label_smoothing=0.1,
        l2=1e-3,
        random_state=0,
    )
    model.fit(iris.X, y).save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert type(again) is MLPClassifier and again.classes_.dtype == model.classes_.dtype
    assert again.hidden == (4, 3) and again.label_smoothing == 0.1 and again.n_features_in_ == 4
    assert_array_equal(again.predict_proba(iris.X), model.predict_proba(iris.X))
    assert_array_equal(again.predict(iris.X), model.predict(iris.X))
    assert again.score(iris.X, y) == model.score(iris.X, y)
    assert again.objective(iris.X, y)(again.theta_) == model.objective(iris.X, y)(model.theta_)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("targets", [lambda y: y, lambda y: y[:, None], lambda y: np.column_stack([y, -y])])
@pytest.mark.parametrize("options", [{}, {"loss": "huber"}, {"standardize": False}, {"hidden": ()}], ids=str)
def test_a_loaded_regressor_predicts_the_same_bits(tmp_path, targets, options):
    X, y = curve()
    model = MLPRegressor(**SMALL | dict(max_iter=10, certify=False) | options).fit(X, targets(y))
    model.save(tmp_path / "model.npz")
    again = load(str(tmp_path / "model.npz"))
    assert_array_equal(again.predict(X), model.predict(X))
    assert again.predict(X).shape == targets(y).shape and again.score(X, targets(y)) == model.score(X, targets(y))


def test_saving_again_replaces_the_file(iris, classifier, tmp_path):
    path = tmp_path / "model.npz"
    path.write_text("something else")
    classifier.save(path)
    load(path).save(tmp_path / "copy.npz")
    assert_array_equal(load(tmp_path / "copy.npz").predict_proba(iris.X), classifier.predict_proba(iris.X))


# --- scikit-learn ----------------------------------------------------------------------------------------------------

def test_scikit_learn_takes_them_for_its_own(iris):
    sklearn_base = pytest.importorskip("sklearn.base")
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    model = MLPClassifier(certify=False, **SMALL)
    copy = sklearn_base.clone(model.fit(iris.X, iris.y))
    assert repr(copy) == repr(model) and not hasattr(copy, "theta_")
    assert sklearn_base.is_classifier(model) and sklearn_base.is_regressor(MLPRegressor())
    assert cross_val_score(model, iris.X, iris.y, cv=3).mean() > 0.9
    X, y = curve()
    shuffled = np.random.default_rng(0).permutation(len(X))
    assert (
        cross_val_score(MLPRegressor(hidden=(8,), l2=1e-5, random_state=0), X[shuffled], y[shuffled], cv=3).min() > 0.9
    )
    search = GridSearchCV(model, {"l2": [1e-3, 1e3]}, cv=3).fit(iris.X, iris.y)
    assert search.best_params_ == {"l2": 1e-3}
    names = np.array(iris.class_names)[iris.y]
    assert make_pipeline(StandardScaler(), model).fit(iris.X, names).score(iris.X, names) > 0.9


def test_scikit_learn_is_not_needed():
    without = "import sys; sys.modules['sklearn'] = None; import minnet"
    subprocess.run([sys.executable, "-c", f"{without}; minnet.MLPClassifier().fit([[0], [1]], [0, 1])"], check=True)


# --- the shipped data sets -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("data, optimizer, accuracy", [
    (datasets.iris, optim.LBFGS(), 0.93), (datasets.iris, optim.Newton(), 0.93),
    (datasets.breast_cancer, optim.LBFGS(), 0.95), (datasets.breast_cancer, optim.Newton(), 0.95),
    (datasets.digits, optim.LBFGS(), 0.95),
    pytest.param(datasets.digits, optim.Newton(), 0.95, marks=pytest.mark.slow),
])
def test_shipped_data_reach_a_strict_minimum_and_the_scores_of_such_a_net(data, optimizer, accuracy):
    train, test = data().split(0.2, rng=0)
    model = MLPClassifier(optimizer=optimizer, l2=1e-3, random_state=0).fit(train.X, train.y)
    assert model.result_.success and np.linalg.norm(model.result_.jac) <= 1e-6
    assert model.certificate_.kind == "strict minimum" and model.certificate_.gtol == 1e-6
    assert model.score(test.X, test.y) >= accuracy and model.score(train.X, train.y) > 0.98
