"""The command line: train, check and spectrum, and what every command has."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from commands import contents, minnet, pictures, place, predicted, report, table, train, write_table  # noqa: F401  (fixtures)
from numpy.testing import assert_allclose, assert_array_equal

import minnet as package
from minnet import datasets, load
from minnet.cli.commands import COMMANDS
from minnet.cli.common import OPTIMIZERS
from minnet.report import write_json

DATA = next(iter(package.datasets.__path__)) + "/data/"


def test_train_says_what_it_found_and_what_it_reached(table, capsys):
    train(table, "--hidden", "3,2", "--optimizer", "newton")
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert err == "" and lines[0] == "table.csv: 24 examples, 4 features; classification into 'no', 'yes'"
    assert [line.split()[:2] for line in lines[1:6]] == [
        ["column", "kind"],
        ["a", "number"],
        ["b", "number"],
        ["colour", "category"],
        ["kind", "target"],
    ]
    assert lines[6].startswith("network 4-3-2-2, 29 parameters, newton: ")
    assert lines[7].startswith("the gradient test is met; gradient ") and lines[8].startswith("accuracy: train ")
    minimum = lines.index("strict minimum: a stationary point nearby has positive eigenvalues only")
    assert any("of the loss on the training rows" in line for line in lines[minimum:])
    assert lines[-1] == "wrote out/model.npz, report.json and training.png"


def test_the_report_is_json_with_settings_scores_and_certificate(table):
    train(table, "--max-iter", "2")
    content = report()
    assert content["settings"]["hidden"] == "16" and content["settings"]["max_iter"] == 2
    assert content["features"] == ["a", "b", "colour=blue", "colour=red"] and content["classes"] == ["no", "yes"]
    assert (
        content["widths"] == [4, 16, 2]
        and content["parameters"] == 114
        and set(content["accuracy"]) == {"train", "test"}
    )
    assert content["success"] is False and content["iterations"] == 2 and content["message"].startswith("max_iter=2")
    assert content["certificate"]["kind"] == "not stationary" and len(content["certificate"]["eigenvalues"]) == 114


def test_a_report_has_null_for_what_is_no_number():
    write_json(
        Path("report.json"), {"a": np.inf, "b": np.array([1.0, np.nan]), "c": {"d": (np.float64(2), None, np.int64(3))}}
    )
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


def test_a_linear_model(table):
    model = train(table, "--hidden", "")
    assert model.net_.widths == (4, 2) and report()["certificate"]["kind"] == "strict minimum"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_by_name(table, optimizer):
    train(table, "--optimizer", optimizer, "--hidden", "2", "--max-iter", "3")
    assert report()["iterations"] <= 3


def test_names_with_hyphens_learning_rates_and_batches(table):
    train(table, "--optimizer", "Gradient-Descent", "--lr", "0.5", "--max-iter", "5")
    train(
        table,
        "--optimizer",
        "adam",
        "--lr",
        "0.01",
        "--batch-size",
        "7",
        "--max-iter",
        "9",
        "--gtol",
        "0",
        out="batches",
    )
    assert report()["iterations"] == 5 and report("batches")["iterations"] == 9


def test_max_iter_0_is_the_start(table):
    model = train(table, "--max-iter", "0", "--seed", "5")
    assert_array_equal(model.theta_, model.net_.init("glorot", rng=5))


def test_a_run_that_diverges_returns_the_best_point(pictures, table, capsys):
    train(table, "--optimizer", "gradientdescent", "--lr", "1e6", "--max-iter", "99")
    assert capsys.readouterr().err == "" and np.isfinite(report()["value"]) and not report()["success"]


def test_the_same_seed_gives_the_same_files(pictures, table):
    for out in ("one", "two"):
        train(table, "--hidden", "3", "--seed", 2, out=out)
    assert_array_equal(*(load(f"{out}/model.npz").theta_ for out in ("one", "two")))
    assert contents("one")["one/training.png"] == contents("two")["two/training.png"]


def test_another_seed_gives_another_model(table):
    one, two = (train(table, "--hidden", "3", "--seed", seed, out=f"out{seed}").theta_ for seed in (2, 3))
    assert not np.array_equal(one, two)


# --- check, spectrum, the notebook -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argv", [(), ("--how", "difference", "--hidden", "2"), ("--hidden", ""), ("--how", "taylor", "--loss", "huber")]
)
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
    assert "seed 1, l2=0.01: 13 parameters\nstrict minimum" in capsys.readouterr().out and os.listdir(".") == [
        "minnet-out"
    ]


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


@pytest.mark.parametrize("name", ["Two-Moons", "spirals", "xor", "notebook", "breast_cancer"])
def test_a_data_set_by_name(name, capsys):
    model = train(name, "--hidden", "2", "--max-iter", "3")
    assert capsys.readouterr().out.startswith(f"{name}: ") and report()["columns"]["columns"][0]["kind"] == "number"
    assert minnet("spectrum", "out/model.npz", name, "--out", "out") == 0
    assert f"{model.net_.n_params} parameters" in capsys.readouterr().out


def test_a_model_of_a_data_set_by_name_knows_its_columns(capsys):
    train("two_moons", "--hidden", "2", "--max-iter", "3")
    write_table("new.csv", ["x2", "x1"], [(0.1, 0.2), (0.3, 0.4)])
    assert [row[0] for row in predicted(capsys, "out/model.npz", "new.csv")] == ["row", "1", "2"]


def test_spectrum_of_classes_that_weigh_the_same(table, capsys):
    rows = np.random.default_rng(0).normal(size=(40, 2))
    write_table("uneven.csv", ["a", "b", "kind"], [(*row, "no" if i % 5 else "yes") for i, row in enumerate(rows)])
    train("uneven.csv", "--hidden", "2", "--class-weight", "balanced", "--optimizer", "newton")
    capsys.readouterr()
    assert minnet("spectrum", "out/model.npz", "uneven.csv", "--out", "out") == 0
    lam = report()["certificate"]["eigenvalues"]
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    lowest, highest = (float(row[1]) for row in rows if row and row[0] in ("0", "1") and len(row) == 3)
    assert_allclose([lowest, highest], [lam[0], lam[-1]], rtol=1e-3)
