"""Checkpoints that lose no bit and no count, and are refused where they are another run's."""
import functools
import multiprocessing
import os
import shutil
import signal
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import refuses
from runs import BOWL, METHODS, START, Watched, each_method, same_bits, sines

from minnet import MLP, Function, Objective, minimize
from minnet.npz import read_npz, write_npz
from minnet.optim import LBFGS, Adam, GradientDescent, HessianFree, MixedPrecision, Newton
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
    run = functools.partial(
        minimize, theta0=theta, method=method, batch_size=batch_size, rng=5, max_iter=7, record=["x"]
    )
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
    minimize(
        BOWL, START, GradientDescent(), max_iter=9, checkpoint=path, callback=lambda r: there.append(path.exists())
    )
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


@settings(max_examples=300)
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


# --- what else must be the same, and what may go wrong with the file --------------------------------------------------

@pytest.mark.parametrize("method", [HessianFree(), HessianFree(curvature_batch=4), LBFGS(precondition=True), LBFGS(),
                                    MixedPrecision(LBFGS())], ids=repr)
def test_counts_and_history_are_resumed_too(method, tmp_path):
    f, theta = sines()
    run = functools.partial(minimize, f, theta, method, gtol=0, record=["x"])
    straight = run(max_iter=10)
    for stop in range(10):
        path = tmp_path / f"{stop}.npz"
        run(max_iter=stop, checkpoint=path)
        same_bits(run(max_iter=10, checkpoint=path), straight)


@pytest.mark.parametrize(
    "first, then",
    [
        (0, 1),
        (0, None),
        (None, 0),
        (np.random.default_rng(0), np.random.default_rng(1)),
        (0, np.random.Generator(np.random.MT19937(0))),
    ],
)
def test_another_rng_is_refused(first, then, tmp_path):
    f, theta = sines()
    run = functools.partial(minimize, f, theta, Adam(), batch_size=2, checkpoint=tmp_path / "run.npz")
    run(rng=first, max_iter=3)
    with refuses("another rng", "run.npz"):
        run(rng=then, max_iter=6)


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_every_generator_is_resumed(bits, tmp_path):
    f, theta = sines()
    run = lambda **more: minimize(
        f, theta, Adam(), batch_size=3, rng=np.random.Generator(bits(5)), record=["x"], **more
    )
    run(max_iter=3, checkpoint=tmp_path / "run.npz")
    same_bits(run(max_iter=9, checkpoint=tmp_path / "run.npz"), run(max_iter=9))


def test_another_record_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    minimize(BOWL, START, Adam(), max_iter=3, checkpoint=path, record=["x"])
    for record in ((), ["x", "gradient"], ["p"]):
        with refuses("run.npz", "record ['x']"):
            minimize(BOWL, START, Adam(), max_iter=6, checkpoint=path, record=record)


def test_a_schedule_of_ones_own_is_known_again(tmp_path):
    """A function's address differs from process to process."""
    for _ in range(2):
        result = minimize(BOWL, START, GradientDescent(lambda t: 0.1 / t), max_iter=3, checkpoint=tmp_path / "run.npz")
    assert result.nit == 3


@pytest.mark.parametrize("options, status", [({"ftol": 1e-3}, 2), ({"xtol": 1e-2}, 8)])
def test_a_run_ended_by_its_last_step_stays_over(options, status, tmp_path):
    path = tmp_path / "run.npz"
    first = minimize(BOWL, START, GradientDescent(0.1), checkpoint=path, **options)
    assert first.status == status
    same_bits(minimize(BOWL, START, GradientDescent(0.1), checkpoint=path, **options), first)
    assert minimize(BOWL, START, GradientDescent(0.1), checkpoint=path).success


def test_the_path_is_tried_before_any_work(tmp_path):
    f = Watched(BOWL)
    for path in (tmp_path / "missing" / "run.npz", tmp_path):
        with refuses(path):
            minimize(f, START, Adam(), checkpoint=path)
    with refuses("checkpoint=3"):
        minimize(f, START, Adam(), checkpoint=3)
    assert not any(f.asked.values())


def test_a_run_is_not_lost_with_its_file(tmp_path):
    """The folder disappears while the run goes on: the result is returned, with a warning."""
    folder = tmp_path / "folder"
    folder.mkdir()
    vanish = lambda point: shutil.rmtree(folder) if point.nit == 3 else None
    with pytest.warns(RuntimeWarning, match="cannot write .*cannot be resumed"):
        result = minimize(BOWL, START, GradientDescent(0.1), checkpoint=folder / "run.npz", callback=vanish)
    assert result.success and not folder.exists()


def test_ctrl_c_in_the_last_save_returns_the_result(tmp_path, monkeypatch):
    path, replace = tmp_path / "run.npz", os.replace

    def interrupted(*names):
        signal.raise_signal(signal.SIGINT)
        replace(*names)

    monkeypatch.setattr(os, "replace", interrupted)
    result = minimize(BOWL, START, Newton(), checkpoint=path)
    assert result.success and path.exists()


def test_a_second_run_waits_for_no_first(tmp_path):
    path, refused = tmp_path / "run.npz", []

    def second(point):
        with refuses("run.npz is in use by another run"):
            minimize(BOWL, START, Adam(), checkpoint=path)
        refused.append(point.nit)

    minimize(BOWL, START, Adam(), max_iter=3, checkpoint=path, callback=second)
    assert refused == [0, 1, 2, 3] and os.listdir(tmp_path) == ["run.npz"]


def race_for(path, barrier, answers):
    barrier.wait()
    try:
        answers.put(minimize(BOWL, START, Adam(), max_iter=3000, gtol=0, checkpoint=path).nit)
    except ValueError as error:
        answers.put(str(error))


def test_of_processes_on_one_checkpoint_all_but_one_are_told(tmp_path):
    spawned, path = multiprocessing.get_context("spawn"), tmp_path / "run.npz"
    barrier, answers = spawned.Barrier(3), spawned.Queue()
    processes = [spawned.Process(target=race_for, args=(path, barrier, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    said = [answers.get(timeout=100) for _ in processes]
    for process in processes:
        process.join()
    assert 3000 in said and all(answer == 3000 or "in use by another run" in answer for answer in said)
    assert os.listdir(tmp_path) == ["run.npz"]
    same_bits(minimize(BOWL, START, Adam(), max_iter=3000, gtol=0, checkpoint=path),
              minimize(BOWL, START, Adam(), max_iter=3000, gtol=0))


def test_a_clock_that_is_set_back_does_no_harm(monkeypatch, tmp_path):
    ticks = iter([*range(10), *range(-1000, 10**6)])
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
    result = minimize(
        BOWL, START, GradientDescent(0.1), max_iter=40, checkpoint=tmp_path / "run.npz", max_seconds=30, progress=True
    )
    seconds = result.history["seconds"]
    assert result.status == 3 and (np.diff(seconds) >= 0).all() and 30 <= seconds[-1] < 60


def resaved(path, change):
    """The checkpoint at `path` written anew, whole, after change(meta, arrays)."""
    meta, arrays = read_npz(path, 1, "checkpoint")
    change(meta, arrays)
    write_npz(path, meta, arrays)


WRONG = {
    "x of another length": lambda meta, arrays: arrays.update(x=np.zeros(3)),
    "x of nan": lambda meta, arrays: arrays.update(x=np.full(2, np.nan)),
    "x of whole numbers": lambda meta, arrays: arrays.update(x=np.zeros(2, int)),
    "no gradient": lambda meta, arrays: arrays.pop("gradient"),
    "no history": lambda meta, arrays: arrays.pop("history/nfev"),
    "a short history": lambda meta, arrays: arrays.update({"history/value": np.zeros(1)}),
    "another array": lambda meta, arrays: arrays.update(extra=np.zeros(1)),
    "no memory of the method": lambda meta, arrays: arrays.pop("state/p"),
    "memory of another shape": lambda meta, arrays: arrays.update({"state/p": np.zeros((2, 2))}),
    "memory of words": lambda meta, arrays: meta["numbers"].update(t="now"),
    "nit of half": lambda meta, arrays: meta.update(nit=1.5),
    "nit below 0": lambda meta, arrays: meta.update(nit=-1),
    "seconds of words": lambda meta, arrays: meta.update(seconds="now"),
    "no counts": lambda meta, arrays: meta.pop("counts"),
    "counts of lists": lambda meta, arrays: meta.update(counts=[1, 2, 3]),
    "another trend": lambda meta, arrays: meta.update(trend={}),
    "known of anything": lambda meta, arrays: meta.update(known=["subset"]),
    "order twice": lambda meta, arrays: arrays.update(order=np.zeros(10, int)),
    "position outside": lambda meta, arrays: meta.update(position=99),
    "no generator": lambda meta, arrays: meta.update(rng_state={}),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_contents_are_refused_in_a_line(name, tmp_path):
    f, theta = sines()
    f, theta = Objective(MLP([1, 1]), f.X, f.y), theta[:2]
    run = functools.partial(minimize, f, theta, Adam(), batch_size=2, rng=0, checkpoint=tmp_path / "run.npz")
    run(max_iter=3)
    resaved(tmp_path / "run.npz", WRONG[name])
    with refuses("run.npz is no checkpoint of minnet, or is damaged"):
        run(max_iter=6)
