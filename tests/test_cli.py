"""The command line: train, predict, check, spectrum; tables of every kind, interrupted runs, outputs that close."""
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from commands import contents, minnet, pictures, place, small_table, write_table  # noqa: F401  (fixtures)
from numpy.testing import assert_allclose, assert_array_equal

import minnet as package
from minnet import MLPClassifier, datasets, load
from minnet.cli import COMMANDS
from minnet.cli.common import OPTIMIZERS
from minnet.report import write_json

DATA = next(iter(package.datasets.__path__)) + "/data/"


@pytest.fixture
def table(place):
    return small_table("table.csv")


def report(folder="out"):
    """The report, which is strict JSON."""
    text = Path(folder, "report.json").read_text()
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def train(*argv, out="out", l2="1e-3"):
    assert minnet("train", *argv, "--out", out, "--l2", l2) == 0
    assert sorted(os.listdir(out)) == ["model.npz", "report.json", "training.png"]
    return load(f"{out}/model.npz")


def predicted(capsys, *argv):
    """The table that `minnet predict` prints."""
    capsys.readouterr()
    assert minnet("predict", *argv) == 0
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


# --- train -----------------------------------------------------------------------------------------------------------

def test_train_says_what_it_found_and_what_it_reached(table, capsys):
    train(table, "--hidden", "3,2", "--optimizer", "newton")
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert err == "" and lines[0] == "table.csv: 24 examples, 4 features; classification into 'no', 'yes'"
    assert lines[1].startswith("network 4-3-2-2, 29 parameters, newton: ")
    assert lines[2].startswith("the gradient test is met; gradient ") and lines[3].startswith("accuracy: train ")
    assert lines[4] == "strict minimum: a stationary point nearby has positive eigenvalues only"
    assert lines[-1] == "wrote out/model.npz, report.json and training.png"


def test_the_report_is_json_with_settings_scores_and_certificate(table):
    train(table, "--max-iter", "2")
    content = report()
    assert content["settings"]["hidden"] == "16" and content["settings"]["max_iter"] == 2
    assert content["features"] == ["a", "b", "colour=blue", "colour=red"] and content["classes"] == ["no", "yes"]
    assert content["widths"] == [4, 16, 2] and content["parameters"] == 114 and set(content["accuracy"]) == {"train", "test"}
    assert content["success"] is False and content["iterations"] == 2 and content["message"].startswith("max_iter=2")
    assert content["certificate"]["kind"] == "not stationary" and len(content["certificate"]["eigenvalues"]) == 114


def test_a_report_has_null_for_what_is_no_number():
    write_json(Path("report.json"), {"a": np.inf, "b": np.array([1.0, np.nan]), "c": {"d": (np.float64(2), None, np.int64(3))}})
    assert report(".") == {"a": None, "b": [1.0, None], "c": {"d": [2.0, None, 3]}}


@pytest.mark.parametrize("name, optimizer", [("iris", "newton"), ("iris", "lbfgs"), ("breast_cancer", "newton")])
def test_the_shipped_tables(name, optimizer):
    train(f"{DATA}{name}.csv", "--optimizer", optimizer)
    content = report()
    assert content["success"] and content["gradient_norm"] <= 1e-6 and content["accuracy"]["test"] > 0.93
    assert content["certificate"]["kind"] == "strict minimum"


def test_digits_from_a_table_by_default(pictures):
    data = datasets.digits()
    write_table("digits.csv", [*data.feature_names, "digit"], np.column_stack([data.X.astype(int), data.y]))
    model, content = train("digits.csv"), report()
    assert content["classes"] == list("0123456789") and content["success"] and content["gradient_norm"] <= 1e-6
    assert content["accuracy"]["test"] >= 0.95 and content["certificate"]["kind"] == "strict minimum"
    assert model.score(data.X, data.y.astype(str)) > 0.98


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
        assert answers[0] == ["class", *(f"p({name})" for name in model.classes_)]
        assert {row[0] for row in answers[1:]} <= {str(row[-1]) for row in rows}
        assert_allclose(np.array([row[1:] for row in answers[1:]], float).sum(1), 1, atol=1e-4)
    else:
        y, z = np.array([row[-1] for row in rows], float), np.array(answers[1:], float)[:, 0]
        assert answers[0] == ["value"]
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


def test_a_linear_model(table):
    model = train(table, "--hidden", "")
    assert model.net_.widths == (4, 2) and report()["certificate"]["kind"] == "strict minimum"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_by_name(table, optimizer):
    train(table, "--optimizer", optimizer, "--hidden", "2", "--max-iter", "3")
    assert report()["iterations"] <= 3


def test_names_with_hyphens_learning_rates_and_batches(table):
    train(table, "--optimizer", "Gradient-Descent", "--lr", "0.5", "--max-iter", "5")
    train(table, "--optimizer", "adam", "--lr", "0.01", "--batch-size", "7", "--max-iter", "9", "--gtol", "0", out="batches")
    assert report()["iterations"] == 5 and report("batches")["iterations"] == 9


def test_max_iter_0_is_the_start(table):
    model = train(table, "--max-iter", "0", "--seed", "5")
    assert_array_equal(model.theta_, model.net_.init("glorot", rng=5))


def test_a_run_that_diverges_returns_the_best_point(pictures, table, capsys):
    train(table, "--optimizer", "gradientdescent", "--lr", "1e6", "--max-iter", "99")
    assert capsys.readouterr().err == "" and np.isfinite(report()["value"]) and not report()["success"]


def test_the_same_seed_gives_the_same_files(pictures, table):
    for out in ("one", "two", "three"):
        train(table, "--seed", 3 if out == "three" else 2, out=out)
    one, two, three = (load(f"{out}/model.npz").theta_ for out in ("one", "two", "three"))
    assert_array_equal(one, two)
    assert not np.array_equal(one, three)
    assert contents("one")["one/training.png"] == contents("two")["two/training.png"]


def test_overwrite_replaces_a_model_and_an_unfinished_run(table):
    train(table, "--hidden", "2")
    Path("out/run.npz").touch()
    assert train(table, "--hidden", "3", "--overwrite").net_.widths == (4, 3, 2)


# --- runs that are interrupted ---------------------------------------------------------------------------------------

def test_an_interrupted_run_is_taken_up(table, monkeypatch, capsys):
    argv = (table, "--optimizer", "adam", "--max-iter", "30", "--batch-size", "5")
    straight = train(*argv, out="straight")

    def interrupt(*_):
        if interrupt.left == 0:
            raise KeyboardInterrupt
        interrupt.left -= 1

    interrupt.left = 12
    monkeypatch.setattr("minnet.optim.driver.progress.Progress.__call__", interrupt)
    capsys.readouterr()
    assert minnet("train", *argv, "--out", "out", "--l2", "1e-3") == 130
    assert capsys.readouterr().err == "minnet train: interrupted at iteration 12; --resume goes on from out/run.npz\n"
    assert os.listdir("out") == ["run.npz"]
    before = contents()
    assert minnet("train", *argv, "--out", "out") == 2 and contents() == before
    interrupt.left = 999
    assert_array_equal(train(*argv, "--resume").theta_, straight.theta_)
    assert report()["iterations"] == 30


def test_resume_without_a_run_begins_one(table):
    assert_array_equal(train(table, "--resume").theta_, train(table, out="new").theta_)


def test_interrupted_before_it_trains(table, monkeypatch, capsys):
    monkeypatch.setattr("minnet.cli.train.read_csv", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert minnet("train", table, "--out", "out") == 130
    assert capsys.readouterr().err == "minnet train: interrupted\n" and not os.path.exists("out")


def command(*argv, **options):
    return subprocess.Popen([sys.executable, "-m", "minnet", *map(str, argv)], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, preexec_fn=heeds_control_c, **options)


def heeds_control_c():
    """Also where the tests themselves run in the background of a shell, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_saves_the_run_and_says_so():
    rows = np.random.default_rng(0).normal(size=(400, 5))
    write_table("table.csv", None, rows)
    run = command("train", "table.csv", "--optimizer", "adam", "--max-iter", "1000000", "--gtol", "0", "--out", "out",
                  env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert run.stdout.readline().startswith("table.csv: 400 examples")
    while not os.path.exists("out/run.npz"):
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130 and err.count("\n") == 1 and err.endswith("; --resume goes on from out/run.npz\n")
    with np.load("out/run.npz") as saved:
        assert json.loads(str(saved["meta"]))["nit"] > 0


# --- outputs that are closed -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_error(table, buffered):
    train(table, "--max-iter", "0")
    run = command("predict", "out/model.npz", "table.csv", env={**os.environ, "PYTHONUNBUFFERED": buffered})
    run.stdout.close()
    assert run.wait() == 141 and run.stderr.read() == ""
    run.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_one_clear_line():
    with open("/dev/full", "w") as full:
        run = subprocess.run([sys.executable, "-m", "minnet", "check", "--activation", "tanh"], stdout=full,
                             stderr=subprocess.PIPE, text=True)
    assert run.returncode == 2
    assert run.stderr == "minnet check: error: cannot write to standard output: No space left on device\n"


def test_an_output_that_cannot_show_a_name_is_one_clear_line():
    write_table("table.csv", ["u", "y"], zip(x, ["ä", "b"] * 15))
    run = command("train", "table.csv", "--out", "out", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    _, err = run.communicate()
    assert run.returncode == 2 and err.count("\n") == 1 and "'\\xe4'" in err and "expected UTF-8" in err


# --- predict ---------------------------------------------------------------------------------------------------------

def test_predictions_are_the_models(table, capsys):
    model = train(table)
    data = datasets.read_csv(table)
    head, *rows = predicted(capsys, "out/model.npz", "table.csv")
    assert [row[0] for row in rows] == model.predict(data.X).tolist()
    assert_allclose(np.array([row[1:] for row in rows], float), model.predict_proba(data.X), rtol=1e-5)
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


# --- check, spectrum, the notebook -----------------------------------------------------------------------------------

@pytest.mark.parametrize("argv", [(), ("--how", "difference"), ("--hidden", ""), ("--how", "taylor", "--loss", "huber")])
def test_check_passes(capsys, argv):
    assert minnet("check", *argv) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "all passed" and len(out) == (12 if "huber" in argv else 52)


def test_check_fails_a_wrong_rule(capsys, monkeypatch):
    from minnet import Activation
    from minnet.network.activations import ACTIVATIONS
    df, d2f = lambda z: 1.001 * (1 - np.tanh(z) ** 2), lambda z: -2 * np.tanh(z) * (1 - np.tanh(z) ** 2)
    wrong = Activation(np.tanh, df, d2f, "tanh")
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    assert minnet("check", "--activation", "tanh", "--loss", "huber") == 1
    assert "FAILED" in capsys.readouterr().out


def test_spectrum_of_a_trained_model(pictures, table, capsys):
    train(table, "--hidden", "3", "--seed", "4", "--test-fraction", "0.25")
    capsys.readouterr()
    assert minnet("spectrum", "out/model.npz", table, "--out", "out") == 0
    out = capsys.readouterr().out
    lam = report()["certificate"]["eigenvalues"]
    assert out.startswith("out/model.npz: 23 parameters\nstrict minimum: ") and out.endswith("wrote out/spectrum.png\n")
    quantiles = {row.split()[0]: row.split()[1:] for row in out.splitlines() if row and len(row.split()) == 3}
    assert_allclose([float(quantiles["0"][0]), float(quantiles["1"][0])], [lam[0], lam[-1]], rtol=1e-3)
    assert float(quantiles["0"][1]) >= 0.000999  # Gauss-Newton: no less than l2
    assert os.path.getsize("out/spectrum.png") > 10000


def test_spectrum_of_the_notebook(capsys):
    assert minnet("spectrum", "--seed", "1") == 0
    assert "seed 1, l2=0.01: 13 parameters\nstrict minimum" in capsys.readouterr().out and os.listdir(".") == ["minnet-out"]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(capsys, command):
    assert minnet(*command.split(), "--help") == 0
    out = capsys.readouterr().out
    assert f"minnet {command}".strip() in out and "--help" in out
    if command:
        assert "--seed" in out and ("--out" in out or command == "check")


def test_version_and_module():
    run = subprocess.run([sys.executable, "-m", "minnet", "--version"], capture_output=True, text=True)
    assert run.stdout == f"minnet {package.__version__}\n" and run.stderr == ""
