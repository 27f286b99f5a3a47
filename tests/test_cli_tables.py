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
    "text": (
        ["u", "y"],
        zip(["rot", "grün", "日本"] * 10, ["ja", "nein", "5 $"] * 10),
        ",",
        "3 features; classification into '5 $', 'ja', 'nein'",
    ),
    "thirteen classes": (
        ["u", "y"],
        zip(x, [f"class {i % 13}" for i in range(30)]),
        ",",
        "1 feature; classification into 'class 0', 'class 1'",
    ),
    "constant": (["u", "v", "y"], zip(x, [3] * 30, ["a", "b"] * 15), ",", "2 features; classification into 'a', 'b'"),
    "all constant": (["u", "y"], zip([3] * 30, ["a", "b", "b"] * 10), ",", "1 feature; classification into 'a', 'b'"),
    "large and small": (["u", "y"], zip(x * 1e200, x * 1e-200), ",", "1 feature; regression"),
}


PLAIN = ("no header", "semicolons", "tabs")  # the numbers of "numbers", of which one picture is enough


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_every_kind(request, capsys, kind):
    if kind not in PLAIN:
        request.getfixturevalue("pictures")
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


# --- the options that say how a table is read ------------------------------------------------------------------------

MESSY = """# prices of May
7|2,5|?|x|03/04/2021|no
8|3,5|blue|x|04/05/2021|yes
9|4,0|red|x|05/06/2021|no
10|nil|red|x|06/07/2021|yes
""" + "".join(
    f"{i}|{i % 7},25|{['red', 'blue'][i % 2]}|x|{1 + i % 12:02}/{1 + i % 9:02}/2021|{['no', 'yes'][i // 2 % 2]}\n"
    for i in range(11, 40)
)
OPTIONS = (
    "--drop",
    "column_4",
    "--na",
    "nil,?",
    "--decimal",
    ",",
    "--dates",
    "day",
    "--header",
    "no",
    "--separator",
    "|",
    "--comment",
    "#",
    "--encoding",
    "latin-1",
    "--missing",
    "impute",
)


@pytest.fixture
def messy(place):
    Path("messy.txt").write_text(MESSY, encoding="latin-1")
    return "messy.txt"


def test_the_options_describe_the_table_and_stay_with_the_model(messy, capsys):
    train(messy, *OPTIONS, "--hidden", "2", "--max-iter", "2")
    out, content = capsys.readouterr().out, report()
    kinds = {column["name"]: column["kind"] for column in content["columns"]["columns"]}
    assert kinds == {
        "column_1": "number",
        "column_2": "number",
        "column_3": "category",
        "column_4": "left out",
        "column_5": "date",
    }
    table = load("out/model.npz").table_
    columns = Columns.from_json(table["columns"])
    assert str(columns) in out and json.loads(json.dumps(columns.to_dict())) == content["columns"]
    assert columns.reading == {"header": False, "separator": "|", "encoding": "latin-1", "comment": "#"}
    assert len(predicted(capsys, "out/model.npz", messy)) == 34
    assert minnet("spectrum", "out/model.npz", messy, "--out", "out") == 0
    assert minnet("race", messy, *OPTIONS, "--hidden", "2", "--budget", "9", "--methods", "lbfgs", "--out", "race") == 0


@pytest.mark.parametrize(
    "option, value, says",
    [
        ("--drop", "size", "no column 'size' to drop"),
        ("--decimal", ";", "invalid choice"),
        ("--dates", "year", "invalid choice"),
        ("--header", "perhaps", "invalid choice"),
        ("--separator", "ab", "separator"),
        ("--encoding", "morse", "morse"),
        ("--missing", "guess", "invalid choice"),
        ("--comment", "", "comment"),
    ],
)
def test_options_that_cannot_be_meant(table, capsys, option, value, says):
    for argv in (("train", table), ("race", table)):
        assert minnet(*argv, option, value, "--out", "new") == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and says in err and not Path("new").exists()


@pytest.mark.parametrize(
    "argv, says",
    [
        (("train", "iris", "--drop", "species"), "--drop species for iris"),
        (("train", "iris", "--target", "0"), "--target 0 for iris"),
        (("train", "--na", "x"), "--na without a table"),
        (("race", "--na", "x"), "--na for the problem"),
        (("spectrum", "--na", "x"), "without a table"),
        (("predict", "m", "d", "--drop", "x"), "--drop"),
        (("train", "table.csv", "--validation-fraction", "0.1"), "without --early-stopping"),
        (("train", "table.csv", "--early-stopping", "--validation-fraction", "1"), "validation_fraction=1.0"),
        (("train", "table.csv", "--early-stopping", "--resume"), "--resume with --early-stopping"),
        (("train", "table.csv", "--class-weight", "heavy"), "invalid choice"),
        (("train", "table.csv", "--target", "a", "--class-weight", "balanced"), "for a regression"),
        (("predict", "m", "d", "--overwrite"), "--overwrite without --out"),
    ],
)
def test_options_that_mean_nothing(table, capsys, argv, says):
    assert minnet(*argv) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and says in err and not Path("minnet-out").exists()
