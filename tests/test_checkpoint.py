"""Checkpoints that lose no bit and no count, and are refused where they are another run's."""
import functools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import refuses
from runs import BOWL, METHODS, START, Watched, each_method, same_bits, sines

from minnet import Function, minimize
from minnet.optim import Adam, GradientDescent
from minnet.problems import quadratic


@pytest.mark.parametrize("batch_size", [None, 2])
@pytest.mark.parametrize("method", [*METHODS, GradientDescent(1.0)], ids=repr)
def test_stop_and_resume_loses_no_bit(method, batch_size, tmp_path):
    f, theta = sines()
    run = functools.partial(minimize, f, theta, method, batch_size=batch_size, rng=0, record=["x", "gradient"])
    straight, last = run(max_iter=20), 20
    for stop in range(last + 1):
        path = tmp_path / f"{stop}.npz"
        run(max_iter=stop, checkpoint=path)
        resumed = run(max_iter=last, checkpoint=path)
        assert (np.diff(resumed.history["seconds"]) >= 0).all()
        same_bits(resumed, straight)


@pytest.mark.parametrize("batch_size", [None, 3])
@each_method
def test_an_interrupt_anywhere_loses_no_bit(method, batch_size, tmp_path):
    f, theta = sines()
    run = functools.partial(minimize, theta0=theta, method=method, batch_size=batch_size, rng=5, max_iter=7, record=["x"])
    straight = run(Watched(f))
    for number in range(1, straight.nfev + straight.njev + straight.nhev):
        path = tmp_path / f"{number}.npz"
        assert run(Watched(f, interrupt_at=number), checkpoint=path).status == 7
        same_bits(run(Watched(f), checkpoint=path), straight)


def test_a_run_that_is_over_stays_over(tmp_path):
    path = tmp_path / "run.npz"
    first = minimize(BOWL, START, checkpoint=path)
    assert first.success
    same_bits(minimize(BOWL, START, checkpoint=path), first)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_run_that_could_not_start_says_so_again(value, tmp_path):
    f, path = Function(lambda x: value, lambda x: x), tmp_path / "run.npz"
    messages = [minimize(f, [1.0], GradientDescent(), checkpoint=path).message for _ in range(2)]
    assert messages[0] == messages[1]


def test_checkpoints_are_written_while_the_run_goes(tmp_path, monkeypatch):
    path, ticks, there = tmp_path / "run.npz", iter(range(10**6)), []
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
    minimize(BOWL, START, GradientDescent(), max_iter=9, checkpoint=path, callback=lambda r: there.append(path.exists()))
    assert not there[0] and there[-1]
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


@pytest.mark.parametrize("change, part", [
    ({"method": Adam(0.2)}, "Adam(lr=0.1"),
    ({"method": GradientDescent(0.1)}, "method"),
    ({"theta0": START + 1e-15}, "theta0"),
    ({"theta0": np.append(START, 0.0), "f": quadratic([1.0, 4.0, 2.0])}, "theta0"),
    ({"f": quadratic([1.0, 4.1])}, "another function"),
])
def test_a_checkpoint_of_another_run_is_refused(change, part, tmp_path):
    path = tmp_path / "run.npz"
    run = {"f": BOWL, "theta0": START, "method": Adam(0.1), "max_iter": 3, "checkpoint": path}
    minimize(**run)
    before = path.read_bytes()
    with refuses(path, part):
        minimize(**run | change)
    assert path.read_bytes() == before


def test_a_checkpoint_of_another_batch_size_is_refused(tmp_path):
    f, theta = sines()
    minimize(f, theta, Adam(), batch_size=2, rng=0, max_iter=2, checkpoint=tmp_path / "run.npz")
    with refuses("batch_size"):
        minimize(f, theta, Adam(), batch_size=3, rng=0, max_iter=2, checkpoint=tmp_path / "run.npz")


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """Writes a checkpoint with one byte changed at a fraction of its length, or cut off there, and gives its path."""
    path = tmp_path_factory.mktemp("damaged") / "run.npz"
    minimize(BOWL, START, Adam(), max_iter=3, checkpoint=path, record=["x"])
    whole = path.read_bytes()

    def write(at, flip):
        content, position = bytearray(whole), int(at * len(whole))
        content[position] ^= flip
        path.write_bytes(content if flip else content[:position])
        return path
    return write


def test_files_that_are_no_checkpoint_are_refused(tmp_path):
    path = tmp_path / "run.npz"
    other = {"arrays": lambda: np.savez(path, x=np.ones(2)), "meta alone": lambda: np.savez(path, meta=np.array("{}")),
             "no json": lambda: np.savez(path, meta=np.array("{")), "empty": lambda: path.write_bytes(b""),
             "text": lambda: path.write_text("hello"),
             "version alone": lambda: np.savez(path, meta=np.array('{"version": 1}')),
             "pickle": lambda: np.savez(path, meta=np.array([{}], dtype=object))}
    for name, write in other.items():
        write()
        with refuses("run.npz"):
            minimize(BOWL, START, Adam(), max_iter=3, checkpoint=path)
    with refuses(tmp_path):
        minimize(BOWL, START, Adam(), max_iter=3, checkpoint=tmp_path)


@settings(max_examples=500)
@given(at=st.floats(0, 1, exclude_max=True), flip=st.integers(0, 255))
def test_a_damaged_checkpoint_is_refused_or_harmless(at, flip, damaged):
    """flip = 0 cuts the file off. A byte that matters to nobody, such as of a time stamp, leaves the run as it was."""
    path = damaged(at, flip)
    try:
        result = minimize(BOWL, START, Adam(), max_iter=6, checkpoint=path, record=["x"])
    except ValueError as error:
        assert path.name in str(error)
    else:
        assert flip
        same_bits(result, minimize(BOWL, START, Adam(), max_iter=6, record=["x"]))


def test_a_path_that_cannot_be_written_is_refused(tmp_path):
    with refuses("cannot write", "missing"):
        minimize(BOWL, START, Adam(), max_iter=3, checkpoint=tmp_path / "missing" / "run.npz")
