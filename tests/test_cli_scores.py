"""What minnet train says of a model's worth."""

import numpy as np
import pytest
from commands import minnet, place, report, table, train, write_table  # noqa: F401  (fixtures)

from minnet import MLPClassifier, MLPRegressor, datasets
from minnet.cli.common import labels
from minnet.cli.scores import evaluate, in_words
from minnet.cli.training_picture import draw_training
from minnet.estimators.evaluation import evaluate_classification, evaluate_regression, wilson_interval

CLASSES = datasets.Dataset(np.zeros((2, 1)), [0, 1], ("u",), ("no", "yes"))
NUMBERS = datasets.Dataset(np.zeros((2, 1)), [0.0, 1.0], ("u",))


def classes(right, N, K=2):
    """A score of N rows, half of them of class 0, of which so many are right."""
    y = np.arange(N) % K
    return evaluate_classification(y, np.where(np.arange(N) < right, y, (y + 1) % K), K, trivial=0)


def test_a_score_stands_beside_its_interval_and_the_trivial_answer(table, capsys):
    train(table, "--hidden", "2", "--test-fraction", "0.5")
    out, score = capsys.readouterr().out, report()["evaluation"]["test"]
    low, high = wilson_interval(round(12 * score["accuracy"]), 12)
    assert f"(12 rows; 95 % interval {low:.2f} to {high:.2f})\nalways '" in out
    assert f": {score['trivial_accuracy']:.4f}\n" in out and score["accuracy"] == report()["accuracy"]["test"]


def test_numbers_have_errors_in_their_units(capsys):
    x = np.random.default_rng(0).normal(size=60)
    train(write_table("t.csv", ["x", "price"], zip(x, 100 * x)), "--hidden", "2")
    out, score = capsys.readouterr().out, report()["evaluation"]["test"]
    assert (
        f"RMSE {score['rmse']:.4g} (" in out
        and f"MAE {score['mae']:.4g}, in the units of 'price'; always the mean" in out
        and "R2: train " in out
        and "too few rows" not in out
    )
    assert score["rmse"] < 30 < score["trivial_rmse"]


def test_uneven_classes_have_a_balanced_accuracy_and_a_confusion_matrix():
    y = np.array([0] * 30 + [1] * 10)
    score = evaluate_classification(y, np.where(np.arange(40) < 36, y, 0), 2, trivial=0)
    said = in_words({"train": score, "test": score}, CLASSES).splitlines()
    assert said[2].startswith("balanced accuracy: train 0.8000, test 0.8000")
    assert [line.split() for line in said[4:7]] == [["true", "no", "yes"], ["no", "30", "0"], ["yes", "4", "6"]]
    even = in_words({"train": classes(36, 40), "test": classes(36, 40)}, CLASSES)
    assert "balanced" not in even and "predicted" not in even


@pytest.mark.parametrize(
    "right, N, says",
    [
        (5, 6, "too few rows to tell whether this is better than always 'no'"),
        (20, 40, "no better than always 'no'"),
        (39, 40, None),
    ],
)
def test_rows_that_cannot_tell_are_said_to_be_too_few(right, N, says):
    said = in_words({"train": classes(right, N), "test": classes(right, N)}, CLASSES)
    assert says in said if says else "always 'no' on" not in said and "too few" not in said


def test_a_training_score_far_above_the_test_is_said():
    said = in_words({"train": classes(100, 100), "test": classes(30, 40)}, CLASSES)
    assert "much better on training rows (1.00) than on test rows (0.75)" in said
    assert "much better" not in in_words({"train": classes(78, 100), "test": classes(30, 40)}, CLASSES)
    rng = np.random.default_rng(0)
    y = rng.normal(size=50)
    scores = {
        part: evaluate_regression(y, y + noise * rng.normal(size=50), y.mean())
        for part, noise in (("train", 0.01), ("test", 0.7))
    }
    assert "much better on training rows" in in_words(scores, NUMBERS)


def test_scores_without_a_test_are_said_to_tell_little():
    assert "scores on training rows say little about new ones" in in_words({"train": classes(9, 10)}, CLASSES)


@pytest.mark.parametrize("N", [1, 2])
def test_one_and_two_test_rows_have_no_interval(N):
    score = evaluate_regression(np.arange(N) + 1.0, np.arange(N) + 1.5, 0.0)
    said = in_words({"train": score, "test": score}, NUMBERS)
    assert f"({N} row{'s' * (N > 1)})" in said and "nan" not in said


def test_early_stopping_says_where_it_stopped(capsys):
    """Labels at random: what is learnt of the rows is wrong of those set apart."""
    rng = np.random.default_rng(0)
    write_table("noise.csv", None, [(*row, "yn"[int(rng.integers(2))]) for row in rng.normal(size=(60, 4)).round(3)])
    argv = ("noise.csv", "--hidden", "8", "--optimizer", "adam", "--gtol", "0", "--early-stopping")
    train(*argv, "--validation-fraction", "0.3", "--class-weight", "balanced", l2="0")
    out = capsys.readouterr().out
    assert (
        "stopped early: no lower loss on the rows set apart in 20 iterations; the network is that of iteration " in out
    )
    assert "no certificate: a run that is stopped early" in out
    assert report()["settings"]["class_weight"] == "balanced" and report()["certificate"] is None


@pytest.mark.parametrize(
    "kind, options, titles",
    [
        (MLPClassifier, {"l2": 0.1}, ["", "", "", "scores, the test's with its 95 % interval", "test rows"]),
        (MLPClassifier, {"early_stopping": True}, ["", "", "early stopping", "choice of l2, by cross-validation"]),
        (MLPRegressor, {"l2": "evidence"}, ["", "", "", "choice of l2, by evidence"]),
    ],
)
def test_the_picture_shows_how_the_network_was_chosen_and_what_it_is_worth(kind, options, titles):
    data = datasets.xor(60, rng=0) if kind is MLPClassifier else line()
    train, test = data.split(0.4, rng=0)
    model = kind(hidden=(2,), random_state=0, **options).fit(train.X, labels(train))
    fig = draw_training(model, train, test, evaluate(model, train, test), "a run")
    assert [ax.get_title() for ax in fig.axes][: len(titles)] == titles
    (scores,) = [ax for ax in fig.axes if ax.get_title().startswith("scores")]
    assert [label.get_text() for label in scores.get_yticklabels()][:2] == ["training rows", "test rows"]
    trivial = scores.get_yticklabels()[2].get_text()
    assert trivial == "always the mean" if data.class_names is None else trivial.startswith("always '")


def line():
    x = np.random.default_rng(0).normal(size=(40, 1))
    return datasets.Dataset(x, 100 * x[:, 0] + np.sin(9 * x[:, 0]), ("u",))
