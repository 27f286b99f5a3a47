"""Each submission runs by itself: whatever one does costs nobody else's marks."""

import csv
import json
import os
import sys

import pytest

from minnet.exercises import grading, submission
from minnet.exercises.__main__ import main
from minnet.exercises.grading import Marks, grade, write_csv
from minnet.python_file import names_in

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


def test_what_was_right_stays_right(tmp_path):
    """Whatever comes after it; all in one submission, of which each statement that fails costs only itself."""
    after = """check("00.1", nothing)
import os, shutil, sys
sys.exit(5)
if os.fork() == 0:
    check("00.1", abs)
shutil.rmtree(os.getcwd())
check("00.1", step)
import numpy; numpy.ones(10**13)
os._exit(7)
check("00.1", abs)
"""
    marks = marks_of(tmp_path, STEP + after)
    assert marks.right == {"00.1": True}
    assert marks.remarks[:2] == ("line 5: NameError: name 'nothing' is not defined", "line 7: SystemExit: 5")
    assert "MemoryError" in marks.remarks[2] and marks.remarks[3:] == ("ended with status 7",)


@pytest.mark.slow
@pytest.mark.parametrize(
    "after, remark",
    [
        ("", ""),
        ("print('x' * 10**6)", ""),
        ("import sys; sys.exit(5)", "line 5: SystemExit: 5"),
        ("import os; os._exit(7)", "ended with status 7"),
        ("1/0", "line 5: ZeroDivisionError: division by zero"),
        ("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV"),
        ("import os, shutil; shutil.rmtree(os.getcwd())\ncheck('00.1', step)", ""),
        ("import os\nif os.fork() == 0:\n    check('00.1', abs)", ""),
        ("raise BaseException('odd')", "BaseException: odd"),
        pytest.param("import numpy; numpy.ones(10**13)", "MemoryError", marks=LINUX),
        ("input()", "EOFError"),
        ("del check\nimport gc, sys; sys.modules.clear()", ""),
    ],
)
def test_what_was_right_stays_right_after_each_ending(tmp_path, after, remark):
    marks = marks_of(tmp_path, STEP + after)
    assert marks.right == {"00.1": True} and remark in "; ".join(marks.remarks)


def test_an_endless_loop_is_stopped_and_the_next_submission_graded(tmp_path):
    (tmp_path / "a.py").write_text(STEP + "import os, time\nos.fork()\nwhile True: time.sleep(0.01)")
    (tmp_path / "b.py").write_text(STEP)
    first, second = grade(tmp_path, seconds=4)
    assert first.right == second.right == {"00.1": True}
    assert first.remarks == ("stopped after 4 seconds",) and second.remarks == ()


def test_a_file_that_is_no_python_is_said_to_be_none(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "observers", [])
    path, record = tmp_path / "one.py", tmp_path / "record"
    path.write_text("def (")
    submission.main(str(path), str(record))
    assert json.loads(record.read_text().splitlines()[-1])["error"].startswith("cannot be read: SyntaxError")


def test_what_is_no_file_costs_nobody_elses_marks(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "_run", lambda command, *_: f"would run {os.path.basename(command[3])}")
    (tmp_path / "a.py").mkdir()
    (tmp_path / "b.py").symlink_to("nowhere")
    os.mkfifo(tmp_path / "c.py")
    (tmp_path / "d.py").symlink_to("/dev/zero")
    (tmp_path / os.fsdecode(b"e\xff.py")).touch()
    marks = {each.submission: each.remarks for each in grade(tmp_path)}
    assert marks == {f"{name}.py": ("cannot be read: it is no file",) for name in "abcd"} | {
        "e\\udcff.py": ("would run e\\udcff.py",)
    }


def test_ones_own_exercises_a_notebook_and_the_csv(tmp_path, capsys):
    own, folder, out = tmp_path / "own.py", tmp_path / "all", tmp_path / "marks.csv"
    own.write_text(
        "from minnet.exercises import Exercise, Property, equal, inputs\n"
        "triple = Exercise('mine.7', 'Write `triple(x)`.', strategies={'x': inputs.numbers()},\n"
        "    properties=[Property('a third of it is x', lambda triple, x: equal('triple(x)/3', triple(x) / 3, x))])\n"
    )
    folder.mkdir()
    (folder / "ann.py").write_text(STEP + "check('mine.7', lambda x: 3 * x)")
    cells = [
        {"cell_type": "markdown", "source": ["def ("]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!ls\n", "from minnet.exercises import check"]},
        {"cell_type": "code", "source": "check('mine.7', lambda x: 2 * x)"},
    ]
    (folder / "bob.ipynb").write_text(json.dumps({"cells": cells}))
    assert main(["--own", str(own), "grade", str(folder), "--out", str(out)]) == 0
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["submission", "00.1", "mine.7", "total", "remarks"]
    assert rows[1] == ["ann.py", "1", "1", "2", ""] and rows[2][:4] == ["bob.ipynb", "0", "0", "0"]
    assert "triple(x)/3 is 0.333333; it should be 0.5" in rows[2][4]
    assert "ann.py: 2 of 2 right" in capsys.readouterr().out


def test_the_commands(tmp_path, capsys):
    answer, broken, fifo = (tmp_path / name for name in ("answer.py", "broken.py", "fifo"))
    broken.write_text("raise SystemExit(3)")
    os.mkfifo(fifo)
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
        (["grade", str(tmp_path), "--seconds", "inf"], "seconds=inf"),
        (["grade", str(tmp_path), "--megabytes", "9" * 30], "megabytes=9999"),
        (["grade", ""], "folder='' holds no submissions"),
        (["grade", str(tmp_path), "--out", str(answer)], "looks like a submission"),
        (["grade", str(tmp_path), "--out", str(fifo)], "fifo exists"),
        (["grade", str(tmp_path), "--out", "no/marks.csv"], "cannot write no/marks.csv: No such file"),
        (["--own", str(answer), "grade", str(tmp_path)], "defines no Exercise"),
        (["--own", str(broken), "grade", str(tmp_path)], "broken.py fails with SystemExit: 3"),
        (["check", "00.1", f"{broken}:step"], "broken.py fails with SystemExit: 3"),
        (["--own", str(fifo), "list"], "there is no file"),
        (["--own", "none.py", "list"], "there is no file none.py"),
    ):
        assert main(bad) == 2
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1


def test_a_submission_that_checks_nothing_is_said_to_do_so(tmp_path):
    assert marks_of(tmp_path, "x = 1").remarks == ("checks no exercise",)


def test_a_csv_of_nobody_has_its_header_and_one_of_odd_remarks_is_text(tmp_path):
    write_csv([], tmp_path / "marks.csv")
    assert (tmp_path / "marks.csv").read_text().split() == ["submission,total,remarks"]
    write_csv([Marks("a.py", {}, ("\ud800",))], tmp_path / "marks.csv")
    assert (tmp_path / "marks.csv").read_text().split()[1:] == ["a.py,0,\\ud800"]


def test_marks_are_kept_where_grading_is_interrupted_and_replaced_only_when_asked(tmp_path, monkeypatch, capsys):
    def graded(name, *_):
        if name == "b.py":
            raise KeyboardInterrupt
        return Marks(name, {"00.1": True}, ())

    monkeypatch.setattr(grading, "_graded", graded)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").touch()
    (tmp_path / "b.py").touch()
    assert main(["grade", "."]) == 130
    assert capsys.readouterr().err == "python -m minnet.exercises grade: interrupted\n"
    assert (tmp_path / "marks.csv").read_text().split() == ["submission,00.1,total,remarks", "a.py,1,1,"]
    (tmp_path / "b.py").unlink()
    assert main(["grade", "."]) == 2 and "exists; expected a new file, or --overwrite" in capsys.readouterr().err
    assert main(["grade", ".", "--overwrite"]) == 0


def test_a_lecturers_file_may_have_dataclasses(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from __future__ import annotations\nfrom dataclasses import dataclass\n"
                    "@dataclass\nclass Scale:\n    by: int = 3\ndef answer():\n    return Scale().by\n")
    assert names_in(path)["answer"]() == 3
