"""scikit-learn's own checks of an estimator, and its pipelines and searches; skipped where it is not installed."""
import numpy as np
import pytest

from minnet import MLPClassifier, MLPRegressor, datasets

sklearn = pytest.importorskip("sklearn")
checks = pytest.importorskip("sklearn.utils.estimator_checks")

EXCUSED = {
    # Weights and repeated examples give the same objective, to rounding. Which examples a fold leaves out then differs,
    # so that l2="auto" may choose otherwise, and a run ends at its gtol of 1e-6, where 1e-7 is asked for.
    "check_sample_weight_equivalence_on_dense_data": "cross-validation draws its folds from examples, not from weights",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(
    tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 6),
    reason="check_estimator reports from scikit-learn 1.6 on",
)
@pytest.mark.parametrize("estimator", [MLPClassifier(hidden=(4,), l2=1e-3), MLPRegressor(hidden=(4,), l2=1e-3),
                                       pytest.param(MLPClassifier(), marks=pytest.mark.slow),
                                       pytest.param(MLPRegressor(), marks=pytest.mark.slow)], ids=repr)
def test_check_estimator(estimator):
    report = checks.check_estimator(estimator, expected_failed_checks=EXCUSED, on_fail=None)
    failed = [(row["check_name"], repr(row["exception"])) for row in report if row["status"] == "failed"]
    assert len(report) > 50 and not failed


@pytest.mark.filterwarnings("ignore:training ended before")
def test_a_search_over_the_optimisers_memory_in_a_pipeline_of_columns():
    pandas = pytest.importorskip("pandas")
    from sklearn.compose import ColumnTransformer
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    rng, N = np.random.default_rng(0), 60
    X = pandas.DataFrame(
        {"a": rng.standard_normal(N), "colour": rng.choice(["red", "blue"], N), "b": rng.standard_normal(N)}
    )
    y = np.where(X["a"] + (X["colour"] == "red") > 0.5, "yes", "no")
    columns = ColumnTransformer([("numbers", StandardScaler(), ["a", "b"]), ("words", OneHotEncoder(), ["colour"])])
    grid = {"mlpclassifier__optimizer__memory": [3, 20], "mlpclassifier__l2": [1e-3, 10.0]}
    search = GridSearchCV(make_pipeline(columns, MLPClassifier(hidden=(3,), random_state=0)), grid, cv=3).fit(X, y)
    assert search.best_params_["mlpclassifier__l2"] == 1e-3 and search.best_score_ > 0.8


def test_reordered_columns_of_a_data_frame_are_an_error():
    pandas = pytest.importorskip("pandas")
    data = datasets.iris()
    X = pandas.DataFrame(data.X, columns=list(data.feature_names))
    model = MLPClassifier(hidden=(3,), l2=1e-3, random_state=0).fit(X, data.y)
    assert list(model.feature_names_in_) == list(data.feature_names)
    with pytest.raises(ValueError, match="same order"):
        model.predict(X[X.columns[::-1]])
    with pytest.raises(ValueError, match="unseen at fit: other"):
        model.predict(X.rename(columns={X.columns[0]: "other"}))
    with pytest.warns(UserWarning, match="valid feature names"):
        model.predict(data.X)


def test_exceptions_and_warnings_are_scikit_learns():
    from sklearn.exceptions import ConvergenceWarning, NotFittedError
    data = datasets.iris()
    with pytest.raises(NotFittedError):
        MLPClassifier().predict(data.X)
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        MLPClassifier(hidden=(3,), l2=1e-3, max_iter=2, random_state=0).fit(data.X, data.y)
