"""The command line stopped by Ctrl-C, by a reader that goes away, by a full disk."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from commands import command, contents, heeds_control_c, minnet, place, report, table, train, write_table  # noqa: F401  (fixtures)
from numpy.testing import assert_array_equal

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


def test_an_interrupted_run_that_would_stop_early_keeps_nothing_and_says_so(table, monkeypatch, capsys):
    monkeypatch.setattr(
        "minnet.optim.driver.progress.Progress.__call__", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    assert minnet("train", table, "--early-stopping", "--l2", "1e-3", "--out", "out") == 130
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and err.endswith("nothing is kept with --early-stopping\n") and os.listdir("out") == []


def test_resume_without_a_run_begins_one(table):
    assert_array_equal(train(table, "--resume").theta_, train(table, out="new").theta_)


def test_interrupted_before_it_trains(table, monkeypatch, capsys):
    monkeypatch.setattr("minnet.cli.train.read_data", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    assert minnet("train", table, "--out", "out") == 130
    assert capsys.readouterr().err == "minnet train: interrupted\n" and not os.path.exists("out")


def test_control_c_saves_the_run_and_says_so():
    rows = np.random.default_rng(0).normal(size=(400, 5))
    write_table("table.csv", None, rows)
    run = command(
        "train",
        "table.csv",
        "--optimizer",
        "adam",
        "--max-iter",
        "1000000",
        "--gtol",
        "0",
        "--out",
        "out",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert run.stdout.readline().startswith("table.csv: 400 examples")
    while not os.path.exists("out/run.npz"):
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130 and err.count("\n") == 1 and err.endswith("; --resume goes on from out/run.npz\n")
    with np.load("out/run.npz") as saved:
        assert json.loads(str(saved["meta"]))["nit"] > 0


@pytest.mark.parametrize("start", [["-m", "minnet"], [shutil.which("minnet", path=os.path.dirname(sys.executable))]])
def test_control_c_while_importing_is_one_line(tmp_path, start):
    """A module that is imported first sends the signal and waits, as an import does that takes long."""
    (tmp_path / "scipy.py").write_text("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n")
    run = subprocess.run(
        [sys.executable, *start, "--version"],
        capture_output=True,
        text=True,
        timeout=50,
        preexec_fn=heeds_control_c,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "minnet: interrupted\n")


def test_importing_the_library_leaves_control_c_alone():
    code = "import signal, minnet; assert signal.getsignal(signal.SIGINT) is signal.default_int_handler"
    subprocess.run([sys.executable, "-c", code], check=True, preexec_fn=heeds_control_c)


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
        run = subprocess.run(
            [sys.executable, "-m", "minnet", "check", "--activation", "tanh"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert run.returncode == 2
    assert run.stderr == "minnet check: error: cannot write to standard output: No space left on device\n"


def test_an_output_that_cannot_show_a_name_is_one_clear_line():
    write_table("table.csv", ["u", "y"], zip(range(30), ["ä", "b"] * 15))
    run = command("train", "table.csv", "--out", "out", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    _, err = run.communicate()
    assert run.returncode == 2 and err.count("\n") == 1 and "'\\xe4'" in err and "expected UTF-8" in err
