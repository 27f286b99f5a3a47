"""minnet train, predict, race and spectrum on tables of every kind, with the options that say how to read them."""
import json
from pathlib import Path

import numpy as np
import pytest
from commands import minnet, pictures, place, predicted, report, small_table, table, train, write_table  # noqa: F401  (fixtures)
from numpy.testing import assert_allclose

from minnet import MLPClassifier, load
from minnet.datasets import Columns


x = np.linspace(-2, 2, 30)
TABLES = {  # header, rows, separator; what is found
    "numbers": (["u", "y"], zip(x, x**2), ",", "1 feature; regression"),
    "no header": (None, zip(x, x**2), ",", "1 feature; regression"),
    "semicolons": (["u", "y"], zip(x, x**2), ";", "1 feature; regression"),
    "tabs": (["u", "y"], zip(x, x**2), "\t", "1 feature; regression"),
    "few integers": (["u", "y"], zip(x, [-1, 1, 7] * 10), ",", "1 feature; classification into '-1', '1', '7'"),
    "many integers": (["u", "y"], zip(x, range(30)), ",", "1 feature; regression"),
    "few floats": (["u", "y"], zip(x, [0.5, 1.5] * 15), ",", "1 feature; regression"),
    "text": (["u", "y"], zip(["rot", "grün", "日本"] * 10, ["ja", "nein", "5 $"] * 10), ",",
             "3 features; classification into '5 $', 'ja', 'nein'"),
    "thirteen classes": (["u", "y"], zip(x, [f"class {i % 13}" for i in range(30)]), ",",
                         "1 feature; classification into 'class 0', 'class 1'"),
    "constant": (["u", "v", "y"], zip(x, [3] * 30, ["a", "b"] * 15), ",", "2 features; classification into 'a', 'b'"),
    "all constant": (["u", "y"], zip([3] * 30, ["a", "b", "b"] * 10), ",", "1 feature; classification into 'a', 'b'"),
    "large and small": (["u", "y"], zip(x * 1e200, x * 1e-200), ",", "1 feature; regression"),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_every_kind(pictures, capsys, kind):
    header, rows, separator, found = TABLES[kind]
    rows = list(rows)
    model = train(write_table("table.csv", header, rows, separator), "--hidden", "3", "--max-iter", "200")
    assert f"30 examples, {found}" in capsys.readouterr().out.splitlines()[0]
    answers = predicted(capsys, "out/model.npz", "table.csv")
    assert len(answers) == 31
    if isinstance(model, MLPClassifier):
        assert answers[0] == ["row", "class", *(f"p({name})" for name in model.classes_)]
        assert {row[1] for row in answers[1:]} <= {str(row[-1]) for row in rows}
        assert_allclose(np.array([row[2:] for row in answers[1:]], float).sum(1), 1, atol=1e-4)
    else:
        y, z = np.array([row[-1] for row in rows], float), np.array(answers[1:], float)[:, 1]
        assert answers[0] == ["row", "value"]
        assert np.corrcoef(y / abs(y).max(), z / abs(y).max())[0, 1] > 0.9 or kind == "few floats"


@pytest.mark.parametrize("rows, measure", [([(0, "a"), (1, "b")], "accuracy"), ([(0, 0.5), (1, 1.5)], "R2")])
def test_two_rows_without_a_test(capsys, rows, measure):
    train(write_table("two.csv", ["x", "y"], rows), "--test-fraction", "0")
    assert f"{measure}: train 1.0000\n" in capsys.readouterr().out
    assert set(report()[measure]) == {"train"}


@pytest.mark.parametrize("target, column", [("a", "a"), ("1", "b"), ("2", "colour"), ("-1", "kind")])
def test_the_target_by_name_and_number(table, target, column):
    train(table, "--target", target, "--max-iter", "0", "--hidden", "2")
    names = ["a", "b", "colour=blue", "colour=red", "kind=no", "kind=yes"]
    assert report()["features"] == [name for name in names if name.partition("=")[0] != column]


def test_classes_of_numbers_where_asked_for(capsys):
    train(write_table("t.csv", ["x", "y"], zip(x, [0.5, 1.5] * 15)), "--kind", "classification", "--max-iter", "1")
    assert "classification into '0.5', '1.5'" in capsys.readouterr().out
