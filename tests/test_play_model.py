"""The playground's model, without any drawing: surfaces, contestants, races, the local model, settings."""

import os
import shlex

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from minnet import minimize, problems
from minnet.cli import main
from minnet.optim import TrustRegion, UndampedNewton
from minnet.play.contestants import CONTESTANTS, DampedNewton, contestant
from minnet.play.lines import python_of_race
from minnet.play.local_model import local_model, next_step, region
from minnet.play.running import GTOL, Race, Run
from minnet.play.scene import backdrop_of
from minnet.play.settings import NetworkSettings, Settings, settings_of
from minnet.play.surfaces import SURFACES, surface, tilted


@pytest.mark.parametrize("name", CONTESTANTS)
@pytest.mark.parametrize("where", ["Beale", "Himmelblau", "saddle"])
def test_paths_and_endings_are_those_of_minimize(name, where):
    f, method = surface(where), contestant(name, lr=1e-3)
    start = f.starts[0] + [0.25, 0.5]
    result = minimize(f, start, method, max_iter=60, gtol=GTOL, record=["x"])
    run = Run(f, start, method, max_iter=60)
    while not run.over:
        run.step()
    assert_array_equal(run.points, result.history["x"])
    assert_array_equal(run.values, result.history["value"])
    assert_array_equal(run.norms, result.history["gradient_norm"])
    assert result.message.startswith(run.message) and run.status == result.status and len(run.points) > 1


def test_a_race_goes_by_evaluations():
    race = Race(problems.beale(), [1, 1], Settings(methods=("momentum", "Newton", "BFGS")).contestants())
    for budget in range(5, 30, 5):
        race.advance(5)
        assert race.budget == budget
        for run in race.runs.values():
            assert run.over or run.cost >= budget > run.costs[-2]
    before = {name: len(run.points) for name, run in race.runs.items()}
    costs = {name: run.cost for name, run in race.runs.items() if not run.over}
    race.step()
    moved = {name for name, run in race.runs.items() if len(run.points) > before[name]}
    assert moved == {name for name, cost in costs.items() if cost == min(costs.values())}


def test_a_race_without_time_takes_no_step_and_goes_on_later():
    race = Race(problems.beale(), [1, 1], {"Newton": DampedNewton()})
    race.advance(10, seconds=-1)
    assert race.runs["Newton"].state.nit == 0
    race.advance(1)
    assert race.runs["Newton"].state.nit > 0


def test_damping_goes_from_newton_to_gradient_descent():
    f, x = problems.himmelblau(), np.array([0.5, 1.0])
    newton, large = (DampedNewton(alpha).step(f, x, {})[0] for alpha in (0.0, 1e9))
    assert_allclose(newton, UndampedNewton().step(f, x, {})[0], rtol=1e-12)
    assert_allclose((large - x) * 1e9, -f.gradient(x), rtol=1e-5)
    with pytest.raises(ValueError, match="damping=-1; expected a number of at least 0"):
        DampedNewton(-1)


@pytest.mark.parametrize("name", SURFACES)
def test_the_level_curve_has_the_models_value_at_the_point(name):
    f = surface(name)
    x = f.starts[0] + [0.3, 0.2]
    model, g, H = local_model(f, x), f.gradient(x), f.hessian(x)
    s = model.curve[np.isfinite(model.curve).all(1)] - x
    heights = s @ g + np.einsum("ki,ij,kj->k", s, H, s) / 2
    assert_allclose(heights, 0, atol=1e-9 * (abs(s @ g).max() + 1))
    assert len(s) >= 60 and np.allclose(g + H @ (model.centre - x), 0, atol=1e-9 * abs(g).max())
    assert model.kind == {2: "bowl", 1: "saddle", 0: "dome"}[int((model.eigenvalues > 0).sum())]


def test_the_next_step_is_the_step_that_follows():
    f = problems.beale()
    for name in CONTESTANTS:
        method = contestant(name, lr=1e-3)
        run = Run(f, [1.0, 1.0], method)
        run.step()
        counts, ahead = dict(run.counts), next_step(f, run.x, method, run)
        assert run.counts == counts
        run.step()
        assert_allclose(ahead, run.x, rtol=1e-10)
    assert next_step(problems.saddle(), np.zeros(2), contestant("BFGS")) is None


def test_only_a_trust_region_has_a_radius():
    f = problems.beale()
    assert region(Run(f, [1, 1], TrustRegion(radius=0.5))) == 0.5 * np.sqrt(2)
    assert region(Run(f, [1, 1], DampedNewton())) is None


def test_the_condition_number_of_the_tilted_quadratic_is_kappa():
    assert_allclose(np.linalg.cond(tilted(50.0).hessian([0, 0])), 50)
    with pytest.raises(ValueError, match="kappa=0.5; expected"):
        tilted(0.5)


def test_ones_own_function_needs_no_derivatives(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("def bowl(x):\n    return (x[0] - 1)**2 + 3 * x[0] * x[1] + 5 * x[1]**2\n")
    f = surface(f"{path}:bowl")
    assert_allclose(f.gradient([1.0, 2.0]), [6, 23], atol=1e-8)
    assert_allclose(f.hessian([1.0, 2.0]), [[2, 3], [3, 10]], atol=1e-5)
    race = Settings(f"{path}:bowl", methods=("Newton",)).race()
    race.advance(60)
    assert race.runs["Newton"].norms[-1] < 1e-5


def test_a_function_that_fails_somewhere_starts_where_it_does_not(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from math import log\ndef f(x):\n    return log(x[0])**2 + x[1]**2\n")
    f = surface(f"{path}:f")
    Z = backdrop_of(f, f.starts[0]).Z
    assert f.starts[0][0] > 0 and np.isfinite(f.value(f.starts[0])) and 0.4 < Z.mask.mean() < 0.6


def test_a_slow_function_has_a_coarse_backdrop_soon(tmp_path):
    (tmp_path / "mine.py").write_text("from time import sleep\ndef f(x):\n    sleep(0.001)\n    return x @ x\n")
    f = surface(f"{tmp_path / 'mine.py'}:f")
    assert 15 <= len(backdrop_of(f, f.starts[0]).Z) < 81 == len(backdrop_of(problems.beale(), np.ones(2)).Z)


def test_the_shades_say_which_share_of_the_picture_lies_lower():
    backdrop = backdrop_of(problems.himmelblau(), np.zeros(2))
    ranks = backdrop.Z.ravel().argsort().argsort() / backdrop.Z.size
    assert_allclose(backdrop.shades.ravel(), ranks, atol=0.04)


@pytest.mark.parametrize("name, said", [
    ("nowhere", "surface 'nowhere'; expected one of Beale"),
    ("missing.py:f", "there is no file missing.py"),
    ("broken.py:f", "broken.py fails with NameError"),
    ("good.py:g", "no function 'g'; the file has f, three, words, raises, nan"),
    ("good.py:three", "not a function of x .*IndexError: index 2"),
    ("good.py:words", "not a function of x .*expected a real number"),
    ("good.py:raises", "not a function of x .*RuntimeError: never"),
    ("good.py:nan", "its value is finite at none of 9 points"),
    ("leaves.py:f", "leaves.py fails with SystemExit: 3"),
    ("leaves2.py:f", "not a function of x .*SystemExit: 4"),
    ("pipe.py:f", "there is no file pipe.py"),
])
def test_a_surface_that_is_none_is_refused(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.py").write_text("nothing\n")
    (tmp_path / "leaves.py").write_text("raise SystemExit(3)\n")
    (tmp_path / "leaves2.py").write_text("def f(x):\n    raise SystemExit(4)\n")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "good.py").write_text(
        "def f(x):\n    return x @ x\ndef three(x):\n    return x[2]\ndef words(x):\n    return 'high'\n"
        "def raises(x):\n    raise RuntimeError('never')\ndef nan(x):\n    return float('nan')\n")
    with pytest.raises(ValueError, match=said) as caught:
        surface(name)
    assert "\n" not in str(caught.value)


def test_a_file_may_have_dataclasses(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from __future__ import annotations\nfrom dataclasses import dataclass\n"
                    "@dataclass\nclass Scale:\n    by: int = 3\ndef f(x):\n    return Scale().by * x @ x\n")
    assert surface(f"{path}:f").value(np.ones(2)) == 6


@pytest.mark.parametrize("argv, said", [
    (["--out", ""], "--out ''"), (["--out", "file"], "--out 'file'"), (["--methods", "x"], "method 'x'"),
    (["--network", ""], "''; expected one of"), (["--network", "xor", "--lr", "inf"], "error: lr "),
    (["leaves.py:f"], "no file leaves.py"), (["--lr", "inf"], "error: lr "), (["--seed", "-1"], "--seed -1"),
    (["Beale"], "agg opens no window")])
def test_the_command_refuses_in_one_line(argv, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    assert main(["play", *argv]) == 2
    error = capsys.readouterr().err
    assert error.startswith("minnet play: error: ") and said in error and error.count("\n") == 1
    assert os.listdir() == ["file"]


@pytest.mark.parametrize("settings", [
    Settings("tilted quadratic", (1.5, -0.25), ("Newton", "L-BFGS"), lr=1e-5, kappa=40.0), Settings(),
    NetworkSettings("spirals", (8, 8), "sin", 0.01, "Adam", seed=3), NetworkSettings(hidden=()),
])
def test_the_command_opens_the_same_state(settings, monkeypatch):
    opened = []
    monkeypatch.setattr("minnet.play.window.open_window", lambda settings, out, wait: opened.append(settings))
    assert main(shlex.split(settings.command())[1:]) == 0 and opened == [settings]


def test_settings_are_words_and_back():
    settings = Settings("tilted quadratic", (1.5, -0.25), ("Newton", "L-BFGS"), lr=0.05, kappa=40.0)
    assert settings_of(settings.words()) == settings and Settings() == settings_of({})
    assert settings.link() == "surface=tilted+quadratic&start=1.5%2C-0.25&methods=Newton%2CL-BFGS&lr=0.05&kappa=40"


@pytest.mark.parametrize("words, said", [
    ({"lr": "fast"}, "lr 'fast'; expected a number"), ({"lr": "-1"}, "lr -1.0; expected a number from 1e-05 to 10"),
    ({"start": "1"}, "start '1'; expected two numbers"), ({"start": "nan,1"}, "start 'nan,1'; expected two numbers"),
    ({"methods": "Newton,magic"}, "method 'magic'; expected one of"), ({"colour": "red"}, "colour: unknown"),
])
def test_settings_that_mean_nothing_are_refused(words, said):
    with pytest.raises(ValueError, match=said):
        settings_of(words)


def test_the_lines_of_python_repeat_the_race(monkeypatch):
    from minnet import plotting

    drawn = []
    monkeypatch.setattr(plotting, "save", lambda figure, path: drawn.append(path))
    monkeypatch.setattr(plotting, "trajectory", lambda f, runs: None)
    settings = Settings("tilted quadratic", (1.0, -1.0), tuple(CONTESTANTS), lr=0.02, kappa=30.0)
    race = settings.race()
    race.advance(25)
    namespace = {}
    code = python_of_race(settings, race)
    exec(code, namespace)
    assert drawn == ["race.png"] and len(code.splitlines()) <= 16 and max(map(len, code.splitlines())) <= 120
    for name, run in race.runs.items():
        assert_array_equal(namespace["runs"][name].history["x"], run.points)
