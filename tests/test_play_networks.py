"""The playground's networks: legs of training, painted points, certificate, and the second room as a figure."""

import time

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from minnet import minimize
from minnet.linalg.threads import one_thread
from minnet.play.lines import python_of_training
from minnet.play.networks import Training, data_of
from minnet.play.playground import Playground
from minnet.play.running import GTOL
from minnet.play.settings import DATA, NetworkSettings, settings_of
from minnet.play.stage import blank


@pytest.mark.parametrize("name", DATA)
def test_data_are_points_of_two_classes(name):
    X, y = data_of(name)
    assert X.shape == (len(y), 2) and np.isfinite(X).all() and set(y) == {0, 1}


def test_each_leg_is_a_run_of_minimize_from_where_the_last_one_stopped():
    training = Training(NetworkSettings("two_moons", method="gradient descent"))
    training.advance(6)
    for name in ("L-BFGS", "momentum"):
        training.change(method=name)
        training.advance(6)
    theta = training.settings.net.init(rng=0)
    for _, run, _, _ in training.legs:
        result = minimize(training.f, theta, run.method, max_iter=run.state.nit, gtol=GTOL, record=["x"])
        assert_allclose(run.points, result.history["x"], rtol=1e-8, atol=1e-10)
        theta = run.x
    assert [leg.method for leg in training.legs] == ["gradient descent", "L-BFGS", "momentum"]


def test_the_lines_of_python_repeat_the_training(capsys):
    with one_thread():  # which gives the same bits twice
        training = Training(NetworkSettings("xor", hidden=(8,), method="momentum", lr=0.05))
        training.advance(9)
        training.change(method="trust region")
        training.advance(5)
        training.paint(0.25, -0.5, 1)
        training.advance(5)
        training.change(l2=0.01)
        training.advance(5)
        namespace, code = {}, python_of_training(training.settings, training)
        exec(code, namespace)
    assert_array_equal(namespace["theta"], training.theta)
    assert "not stationary" in capsys.readouterr().out and max(map(len, code.splitlines())) <= 120


def test_a_painted_point_joins_the_data_and_the_weights_stay():
    training = Training(NetworkSettings("painted"))
    training.advance(10)
    theta = training.theta
    training.paint(0.0, 2.0, 1)
    assert_array_equal(training.theta, theta)
    assert len(training.f) == 3 and training.y[-1] == 1
    training.change(data="xor")
    assert len(training.f) == 50 and not training.painted and len(training.legs) == 1


def test_snapshot_and_certificate():
    training = Training(NetworkSettings())
    early = training.snapshot()
    assert (early.eigenvalues < 0).any() and "eigenvalues below zero" in early.words
    lam = np.linalg.eigvalsh(training.f.hessian(training.theta))
    assert_allclose(early.eigenvalues, lam, atol=1e-12 * abs(lam).max())
    while not training.over:
        training.advance(20)
    assert "Strict minimum" in training.verdict(wait=True)
    late = training.snapshot()
    assert "Proved" in late.words and (late.eigenvalues > 0).all()
    assert 0 <= late.regions.min() < 0.1 and 0.9 < late.regions.max() <= 1
    training.stop()


def test_settings_are_words_and_back():
    settings = NetworkSettings("spirals", (8, 8), "sin", 0.01, "Adam", seed=3)
    assert settings_of(settings.words()) == settings


@pytest.mark.parametrize("words, said", [
    ({"data": "cats"}, "data 'cats'; expected one of"), ({"data": "xor", "hidden": "a"}, "hidden 'a'"),
    ({"data": "xor", "hidden": "1000"}, "expected at most 3 widths from 1 to 16"),
    ({"data": "xor", "l2": "-1"}, "l2 -1.0"), ({"data": "xor", "method": "magic"}, "method 'magic'"),
    ({"data": "xor", "lr": "nan"}, "lr nan; expected a number from"), ({"data": "xor", "k": "1"}, "unknown"),
])
def test_settings_that_mean_nothing_are_refused(words, said):
    with pytest.raises(ValueError, match=said):
        settings_of(words)


def test_the_room_trains_changes_its_method_and_proves():
    fig = blank()
    fig.canvas.draw_idle = lambda: None
    playground = Playground(fig, NetworkSettings("notebook", method="gradient descent"))
    room = playground.room
    room.play()
    for _ in range(5):
        playground.frame()
    room.lists[3].set_active(6)
    assert room.training.settings.method == "trust region" and len(room.drawing.lines) == 4
    while room.busy:
        playground.frame()
        time.sleep(0.001)
    assert "Proved" in room.words.get_text().replace("\n", " ") and not len(room.drawing.below.get_xdata())
    room.pressed(room.map, 0.0, 0.0, True)
    assert room.training.y[-1] == 1 and not room.training.over
    playground.enter("surfaces")
    assert not room.busy and playground.room.settings.surface == "Beale"
    playground.enter("networks")
    assert playground.room.training.settings.method == "trust region"
    playground.close()


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [(3,), (8, 8)])
def test_no_frame_computes_for_more_than_fifty_milliseconds(hidden):
    """On all data: the fastest of three runs of each frame, for others use this machine too."""
    fig = blank()
    fig.canvas.draw_idle = lambda: None
    playground = Playground(fig, NetworkSettings())

    def frames(data):
        playground.room.change(data=data, hidden=hidden)
        playground.room.reset()
        playground.room.playing, seconds = True, []
        for _ in range(10):
            playground.room.slowest = 0.0
            playground.frame()
            seconds.append(playground.room.slowest)
        return seconds

    slowest = {data: max(np.min([frames(data) for _ in range(3)], axis=0)) for data in DATA}
    playground.close()
    assert max(slowest.values()) < 0.05, slowest
