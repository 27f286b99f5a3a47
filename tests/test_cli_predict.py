"""minnet predict: rows, columns and files."""

import csv
from pathlib import Path

import numpy as np
import pytest
from commands import contents, minnet, place, predicted, table, train, write_table  # noqa: F401  (fixtures)
from numpy.testing import assert_allclose

from minnet import MLPClassifier, MLPRegressor, datasets


def test_predictions_are_the_models(table, capsys):
    model = train(table)
    data = datasets.read_csv(table)
    head, *rows = predicted(capsys, "out/model.npz", "table.csv")
    assert [row[0] for row in rows] == [str(number) for number in range(1, 25)]
    assert [row[1] for row in rows] == model.predict(data.X).tolist()
    assert_allclose(np.array([row[2:] for row in rows], float), model.predict_proba(data.X), rtol=1e-5)
    assert minnet("predict", "out/model.npz", table, "--out", "answers.csv") == 0
    assert capsys.readouterr().out == "wrote answers.csv: 24 predictions\n"
    with open("answers.csv", encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [head, *rows]


def test_columns_are_found_by_name_in_any_order_or_by_place(table, capsys):
    train(table)
    expected = predicted(capsys, "out/model.npz", table)
    with open(table) as file:
        rows = list(csv.DictReader(file))
    write_table("turned.csv", ["more", "colour", "b", "a"], [("?", r["colour"], r["b"], r["a"]) for r in rows])
    write_table("bare.csv", None, [(r["a"], r["b"], r["colour"]) for r in rows])
    write_table("one.csv", ["a", "b", "colour"], [(r["a"], r["b"], r["colour"]) for r in rows[:1]])
    assert predicted(capsys, "out/model.npz", "turned.csv") == expected
    assert predicted(capsys, "out/model.npz", "bare.csv") == expected
    assert predicted(capsys, "out/model.npz", "one.csv") == expected[:2]


class Frame:
    """A data frame as an estimator sees it."""

    def __init__(self, X, columns):
        self.X, self.columns, self.shape = X, columns, X.shape

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.X, dtype)


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_a_model_fitted_to_a_data_frame_knows_its_columns(kind, capsys):
    X = np.random.default_rng(0).normal(size=(20, 2)).round(3)
    model = kind(hidden=(2,), l2=1e-3, random_state=0, max_iter=2)
    with pytest.warns(UserWarning, match="ended before"):
        model.fit(Frame(X, ["width", "height"]), (X[:, 0] > 0) * 1)
    model.save("frame.npz")
    write_table("new.csv", ["height", "name", "width"], [(b, "x", a) for a, b in X])
    answers = predicted(capsys, "frame.npz", "new.csv")
    assert capsys.readouterr().err == ""
    expected = model.predict(Frame(X, ["width", "height"]))
    assert_allclose([float(row[1]) for row in answers[1:]], expected, rtol=1e-8)
    write_table("hollow.csv", ["height", "width"], [(1, 2), ("NA", 3)])
    assert minnet("predict", "frame.npz", "hollow.csv") == 2 and "'NA'" in capsys.readouterr().err
    assert minnet("spectrum", "frame.npz", "new.csv") == 2 and "how it was trained" in capsys.readouterr().err


def test_rows_that_the_model_leaves_out_keep_their_numbers(table, capsys):
    train(table, "--missing", "drop", "--max-iter", "0")
    write_table("new.csv", ["a", "b", "colour"], [(1, 2, "red"), (1, "", "red"), (3, 4, "blue")])
    assert minnet("predict", "out/model.npz", "new.csv") == 0
    out, err = capsys.readouterr()
    assert [line.split(",")[0] for line in out.splitlines()[-2:]] == ["1", "3"]
    assert err == "minnet predict: warning: new.csv: 1 of 3 rows left out, since a feature is missing\n"
    assert len(predicted(capsys, "out/model.npz", "new.csv", "--missing", "impute")) == 4
    write_table("new.csv", ["a", "b", "colour"], [(1, "", "red")])
    assert minnet("predict", "out/model.npz", "new.csv") == 2


def test_an_unknown_level_is_one_warning(table, capsys):
    train(table, "--max-iter", "0")
    write_table("new.csv", ["a", "b", "colour"], [(1, 2, "green"), (1, 2, "red")])
    capsys.readouterr()
    assert minnet("predict", "out/model.npz", "new.csv") == 0
    err = capsys.readouterr().err
    assert err.startswith("minnet predict: warning: new.csv: ") and err.count("\n") == 1 and "1 with a level" in err


def test_new_rows_may_be_written_in_another_way(table, capsys):
    train(table, "--max-iter", "2")
    expected = predicted(capsys, "out/model.npz", table)
    lines = Path(table).read_text().splitlines()
    Path("new.csv").write_text(
        "\n".join(["# by hand", *(line.replace(",", ";").replace(".", ",") for line in lines)]), "utf-16"
    )
    argv = ("--decimal", ",", "--separator", ";", "--comment", "#", "--encoding", "utf-16", "--header", "yes")
    assert predicted(capsys, "out/model.npz", "new.csv", *argv) == expected
