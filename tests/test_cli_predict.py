"""minnet predict: rows, columns and files."""
import csv
import os
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
