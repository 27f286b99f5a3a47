"""Each submission runs by itself: whatever one does costs nobody else's marks."""

import csv
import json
import sys

import pytest

from minnet.exercises.__main__ import main
from minnet.exercises.grading import grade, write_csv

STEP = """from minnet.exercises import check
def step(w, lr):
    return w - 2 * lr * (w - 3)
check("00.1", step)
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the system cannot limit it")


def marks_of(tmp_path, source, name="one.py", **limits):
    folder = tmp_path / "submissions"
    folder.mkdir()
    (folder / name).write_text(source, encoding="utf-8")
    return grade(folder, **limits)[0]


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "after, remark",
    [
        pytest.param("", "", marks=SLOW),
        pytest.param("print('x' * 10**6)", "", marks=SLOW),
        ("import sys; sys.exit(5)", "line 5: SystemExit: 5"),
        ("import os; os._exit(7)", "ended with status 7"),
        pytest.param("1/0", "line 5: ZeroDivisionError: division by zero", marks=SLOW),
        pytest.param("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV", marks=SLOW),
        ("import os, shutil; shutil.rmtree(os.getcwd())\ncheck('00.1', step)", ""),
        ("import os\nif os.fork() == 0:\n    check('00.1', abs)", ""),
        pytest.param("raise BaseException('odd')", "BaseException: odd", marks=SLOW),
        pytest.param("import numpy; numpy.ones(10**13)", "MemoryError", marks=LINUX),
        pytest.param("input()", "EOFError", marks=SLOW),
        pytest.param("del check\nimport gc, sys; sys.modules.clear()", "", marks=SLOW),
    ],
)
def test_what_was_right_stays_right(tmp_path, after, remark):
    marks = marks_of(tmp_path, STEP + after)
    assert marks.right == {"00.1": True} and remark in "; ".join(marks.remarks)


def test_an_endless_loop_is_stopped_and_the_next_submission_graded(tmp_path):
    (tmp_path / "a.py").write_text(STEP + "import os\nos.fork()\nwhile True: pass")
    (tmp_path / "b.py").write_text(STEP)
    first, second = grade(tmp_path, seconds=6)
    assert first.right == second.right == {"00.1": True}
    assert first.remarks == ("stopped after 6 seconds",) and second.remarks == ()


def test_a_statement_that_fails_costs_only_itself(tmp_path):
    marks = marks_of(
        tmp_path,
        "from minnet.exercises import check\ncheck('00.1', nothing)\ncheck('00.1', lambda w, lr: w - 2*lr*(w - 3))",
    )
    assert marks.right == {"00.1": True} and "NameError" in marks.remarks[0]


def test_a_file_that_is_no_python_is_said_to_be_none(tmp_path):
    assert "SyntaxError" in marks_of(tmp_path, "def (").remarks[0]


def test_a_notebook_is_graded_by_its_code_cells(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["def ("]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!ls\n", STEP]},
    ]
    assert marks_of(tmp_path, json.dumps({"cells": cells}), "one.ipynb").right == {"00.1": True}


def test_ones_own_exercises_and_the_csv(tmp_path, capsys):
    own, folder, out = tmp_path / "own.py", tmp_path / "all", tmp_path / "marks.csv"
    own.write_text(
        "from minnet.exercises import Exercise, Property, equal, inputs\n"
        "triple = Exercise('mine.7', 'Write `triple(x)`.', strategies={'x': inputs.numbers()},\n"
        "    properties=[Property('a third of it is x', lambda triple, x: equal('triple(x)/3', triple(x) / 3, x))])\n"
    )
    folder.mkdir()
    (folder / "ann.py").write_text(STEP + "check('mine.7', lambda x: 3 * x)")
    (folder / "bob.py").write_text("from minnet.exercises import check\ncheck('mine.7', lambda x: 2 * x)")
    assert main(["--own", str(own), "grade", str(folder), "--out", str(out)]) == 0
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["submission", "00.1", "mine.7", "total", "remarks"]
    assert rows[1] == ["ann.py", "1", "1", "2", ""] and rows[2][:4] == ["bob.py", "0", "0", "0"]
    assert "triple(x)/3 is 0.333333; it should be 0.5" in rows[2][4]
    assert "ann.py: 2 of 2 right" in capsys.readouterr().out


def test_the_commands(tmp_path, capsys):
    answer = tmp_path / "answer.py"
    answer.write_text(STEP.replace('check("00.1", step)', "") + "wrong = lambda w, lr: w\n")
    assert main(["show", "00.1"]) == 0 and "Exercise 00.1" in capsys.readouterr().out
    assert main(["list"]) == 0 and "00.1" in capsys.readouterr().out
    assert main(["check", "00.1", f"{answer}:step"]) == 0 and "is right" in capsys.readouterr().out
    assert main(["check", "00.1", f"{answer}:wrong"]) == 1 and "not right yet" in capsys.readouterr().out
    assert main(["check", "00.1", f"{answer}:wrong", "--hint"]) == 1
    assert capsys.readouterr().out.endswith("w minus lr times f′(w).\n")
    answer.write_text("diverges = lambda lr: abs(1 - 2 * lr) > 1")
    for prediction, status in (("1.0", 0), ("2", 1)):
        assert main(["check", "00.2", f"{answer}:diverges", "--prediction", prediction]) == status
    capsys.readouterr()
    for bad, said in (
        (["check", "00.2", f"{answer}:diverges", "--prediction", "one"], "prediction='one'; expected a number"),
        (["check", "00.1", f"{answer}:nobody"], "defines no nobody"),
        (["check", "00.1", "x"], "FILE.py:FUNCTION"),
        (["show", "99.1"], "'99.1'; expected"),
        (["grade", str(tmp_path / "none")], "holds no submissions"),
        (["grade", str(tmp_path), "--seconds", "0"], "seconds=0"),
        (["--own", "none.py", "list"], "none.py"),
    ):
        assert main(bad) == 2
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1


def test_a_submission_that_checks_nothing_is_said_to_do_so(tmp_path):
    assert marks_of(tmp_path, "x = 1").remarks == ("checks no exercise",)


def test_a_csv_of_nobody_has_its_header(tmp_path):
    write_csv([], tmp_path / "marks.csv")
    assert (tmp_path / "marks.csv").read_text().split() == ["submission,total,remarks"]
