"""Trajectories, still and animated: the paths are those given, every frame differs, the same data give the same
bytes."""
from base64 import b64decode
from functools import cache
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_array_equal
from PIL import Image, ImageChops

from minnet import Function, minimize, plotting, problems
from minnet.optim import Adam, GradientDescent, Newton
from minnet.plotting import landscape
from minnet.plotting.scene import SQUARE
from minnet.plotting.trajectories import steps_of_frames

F = problems.himmelblau()


def runs(steps=30):
    methods = {"gd": GradientDescent(0.01), "adam": Adam(0.2), "newton": Newton()}
    return {
        name: minimize(F, [-1.0, -1.0], method, max_iter=steps, gtol=1e-6, record=["x"])
        for name, method in methods.items()
    }


RUNS = runs()


def trails(fig):
    """{name: points} of the lines that are drawn over the landscape."""
    lines = [line for line in fig.axes[0].lines if line.get_linewidth() == 1.5]
    return [np.column_stack(line.get_data_3d() if hasattr(line, "get_data_3d") else line.get_data()) for line in lines]


def test_the_paths_are_those_of_the_runs():
    drawn = trails(plotting.trajectory(F, RUNS))
    for path, run in zip(drawn, RUNS.values(), strict=True):
        assert_array_equal(path, run.history["x"])


def test_the_surface_carries_the_paths_at_their_values():
    drawn = trails(plotting.trajectory(F, RUNS, surface=True))
    for path, run in zip(drawn, RUNS.values(), strict=True):
        assert_array_equal(path[:, :2], run.history["x"])
        order = np.argsort(run.history["value"])
        assert (np.diff(path[order, 2]) >= 0).all()


def test_the_tiles_of_the_surface_are_all_alike():
    assert (landscape.GRID - 1) % SQUARE == 0  # matplotlib fills tiles of unlike size up with whatever is in memory


def test_convergence_is_beside_it_against_evaluations():
    fig = plotting.trajectory(F, RUNS)
    curves = [line.get_data() for line in fig.axes[1].lines if line.get_linewidth() == 1.5]
    for (cost, above), run in zip(curves, RUNS.values(), strict=True):
        assert_array_equal(cost, np.maximum(run.history["nfev"], run.history["njev"]))
        assert np.isclose(above[:5], run.history["value"][:5]).all()                 # the lowest value is 0
    assert len(plotting.trajectory(F, RUNS, convergence=False).axes) == 1


def test_one_result_several_starts_and_a_surface_of_ones_own():
    bowl = Function(lambda x: x @ x, lambda x: 2 * x)
    starts = [minimize(bowl, x, GradientDescent(0.1), max_iter=5, record=["x"]) for x in ([1.0, 2.0], [-2.0, 0.5])]
    assert len(trails(plotting.trajectory(bowl, starts[0]))) == 1
    fig = plotting.trajectory(bowl, {"gd": starts}, arrows=True)
    assert len(trails(fig)) == 2
    (left, right), (low, high) = fig.axes[0].get_xlim(), fig.axes[0].get_ylim()
    assert left < -2 and right > 1 and low < 0.5 and high > 2                         # the frame holds all paths


@pytest.mark.parametrize("results", [{}, 3, {"a": minimize(F, [1.0, 1.0], Newton())},
                                     {"a": minimize(problems.rosenbrock(3), np.zeros(3), Newton(), record=["x"])}])
def test_what_is_no_path_is_refused(results):
    with refuses("expected"):
        plotting.trajectory(F, results)


def test_runs_that_leave_the_picture_or_never_move_are_drawn(tmp_path):
    far = minimize(F, [-1.0, -1.0], GradientDescent(0.1), max_iter=9, record=["x"])
    still = minimize(F, F.minima[0][0], Newton(), record=["x"])
    for surface in (False, True):
        fig = plotting.trajectory(F, {"far": far, "still": still}, surface=surface)
        assert plotting.save(fig, tmp_path / "run.png").stat().st_size > 10_000


NOWHERE = Function(lambda x: np.nan, lambda x: x * np.nan)


@pytest.mark.parametrize(
    "f, options, said",
    [
        (F, {"frame": "abc"}, "frame='abc'"),
        (F, {"frame": ((0, 0), (0, 1))}, "frame="),
        (F, {"frame": ((0, np.nan), (0, 1))}, "frame="),
        (F, {"surface": True, "arrows": True}, "arrows"),
        (NOWHERE, {}, "finite nowhere"),
        (Function(lambda x: x[0]), {"frame": ((0, 1),)}, "frame="),
    ],
)
def test_what_cannot_be_drawn_is_one_clear_error(f, options, said):
    with refuses(said):
        plotting.trajectory(f, RUNS, **options)


@pytest.mark.parametrize("frames", [0, -1, 2.5, "3", None])
def test_bad_numbers_of_frames_are_refused(frames):
    with refuses(f"frames={frames!r}", "at least 1"):
        plotting.animate(F, RUNS, frames=frames)


@pytest.mark.parametrize("results", [{"a": None}, {"a": []}, {"a": [None]}, {1: RUNS["gd"], "1": RUNS["adam"]}])
def test_odd_results_are_refused(results):
    with refuses("expected"):
        plotting.trajectory(F, results)


@pytest.mark.parametrize("f", [Function(lambda x: 3.0), Function(lambda x: np.log(x[0]))], ids=["constant", "log"])
@pytest.mark.parametrize("surface", [False, True])
def test_odd_surfaces_are_drawn(tmp_path, f, surface):
    fig = plotting.trajectory(f, RUNS, frame=np.array([[2, -2], [-2.0, 2]]), surface=surface)
    assert plotting.save(fig, tmp_path / "odd.png").stat().st_size > 10_000


def test_a_run_to_infinity_is_drawn(tmp_path):
    bowl = Function(lambda x: x @ x, lambda x: 2 * x)
    away = minimize(bowl, [1.0, 2.0], GradientDescent(30.0), max_iter=300, record=["x"])
    for options in ({}, {"frame": ((-3, 3), (-3, 3))}, {"surface": True}):
        assert plotting.save(plotting.trajectory(bowl, away, **options), tmp_path / "run.jpg").stat().st_size > 5000


def test_a_film_that_cannot_be_written_changes_no_file(tmp_path):
    (tmp_path / "keep.png").write_bytes(b"mine")
    (tmp_path / "keep.gif").write_bytes(b"mine")
    images = film(3)
    for path, what in (
        (tmp_path / "keep.png", images),
        (tmp_path / "keep.gif", [images[0], None]),
        (tmp_path / "no/film.gif", images),
    ):
        with pytest.raises(ValueError):
            plotting.save_animation(what, path)
    assert (tmp_path / "keep.png").read_bytes() == (tmp_path / "keep.gif").read_bytes() == b"mine"


# --- frames -----------------------------------------------------------------------------------------------------------

@given(st.integers(0, 20_000), st.integers(2, 90))
def test_steps_of_frames_grow_from_the_first_to_the_last(steps, frames):
    at = steps_of_frames(steps, frames)
    assert (
        at[0] == 0 and at[-1] == steps and (np.diff(at) > 0).all() and min(steps + 1, frames) * 0.7 <= len(at) <= frames
    )
    assert (np.diff(np.diff(at)) >= -1).all()


@cache
def film(frames=8, **options):
    return plotting.frames(plotting.animate(F, RUNS, "three runs", frames=frames, **options))


@pytest.mark.parametrize("surface", [False, True])
def test_no_frame_is_dropped(tmp_path, surface):
    images = film(surface=True) if surface else film()
    path = plotting.save_animation(images, tmp_path / "film.gif")
    with Image.open(path) as gif:
        assert gif.n_frames == len(images) == 8
        for i, image in enumerate(images):
            gif.seek(i)
            assert ImageChops.difference(gif.convert("RGB"), image.convert("RGB")).getbbox() is None


def test_every_frame_differs_from_the_one_before():
    images = film()
    for before, after in zip(images, images[1:]):
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is not None


def test_the_patches_put_every_frame_together():
    images = film()
    canvas = Image.new("RGBA", images[0].size)
    for image, (x, y, png) in zip(images, plotting.patches(images), strict=True):
        patch = Image.open(BytesIO(b64decode(png))).convert("RGBA")
        canvas.alpha_composite(patch, (x, y))
        assert ImageChops.difference(canvas.convert("RGB"), image.convert("RGB")).getbbox() is None


def test_the_same_data_give_the_same_bytes(tmp_path):
    one, two = film.__wrapped__(6), film.__wrapped__(6)
    files = [plotting.save_animation(images, tmp_path / f"{i}.gif").read_bytes() for i, images in enumerate((one, two))]
    assert files[0] == files[1] and plotting.patches(one) == plotting.patches(two)


def test_the_last_frame_is_the_still(tmp_path):
    animation = plotting.animate(F, RUNS, frames=5)
    last = np.asarray(plotting.frames(animation, dpi=100)[-1].convert("L"), float)
    fig = plotting.trajectory(F, RUNS)
    fig.set_dpi(100)
    fig.canvas.draw()
    still = np.asarray(Image.fromarray(np.asarray(fig.canvas.buffer_rgba())).convert("L"), float)
    assert last.shape == still.shape and (abs(last - still) > 60).mean() < 0.02


@pytest.mark.parametrize("steps, label", [(1, "newton, 1 step"), (2, "newton, 2 steps")])
def test_a_run_that_ends_earlier_is_labelled_with_its_steps(steps, label):
    longest, early = RUNS["gd"], minimize(F, [-1.0, -1.0], Newton(), max_iter=steps, gtol=0, record=["x"])
    fig = plotting.trajectory(F, {"gd": longest, "newton": early})
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["gd", label]
