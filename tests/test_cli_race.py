"""minnet race: a table that a run of `minimize` confirms, pictures without overlaps, and clear refusals."""
import json
import os
import shlex
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from commands import contents, minnet, pictures, place, small_table, write_table  # noqa: F401  (fixtures)
from matplotlib.image import imread
from matplotlib.text import Text

from minnet import MLPClassifier, MLPRegressor, datasets, minimize, optim, plotting, problems
from minnet.cli.race import PROBLEMS
from minnet.race import RATES, Race
from minnet.race.outcome import SPENT

QUICK = ("--methods", "gradientdescent,adam,lbfgs,newton", "--budget", "60")


def race(*argv, out="out"):
    """The report of `minnet race argv…`, which is strict JSON."""
    assert minnet("race", *argv, "--out", out) == 0
    assert sorted(os.listdir(out)) == ["race.json", "race.png"]
    return json.loads(
        Path(out, "race.json").read_text(), parse_constant=lambda word: pytest.fail(f"{word} is not JSON")
    )


# --- the command -----------------------------------------------------------------------------------------------------

def test_the_report_is_what_minimize_says(capsys):
    content = race("rosenbrock", "--methods", "adam,lbfgs,newton,newtoncg", "--budget", "100")
    f, gone = problems.rosenbrock(), {"lbfgs": optim.LBFGS(), "newton": optim.Newton()}
    rows = {row["method"]: row for row in content["rows"]}
    for name, method in gone.items():
        result, row = minimize(f, f.starts[0], method, gtol=1e-6), rows[name]
        assert result.success and row["met"] and row["value"] == result.fun and row["iterations"] == result.nit
        assert (row["nfev"], row["njev"], row["nhev"]) == (result.nfev, result.njev, result.nhev)
        assert row["gradient_norm"] == np.linalg.norm(result.jac) and row["lr"] is None
        assert row["cost"] == max(result.nfev, result.njev) + 2 * result.nhev * (name == "newton")
    adam = minimize(f, f.starts[0], optim.Adam(lr=rows["adam"]["lr"]), max_iter=99)
    assert rows["adam"]["value"] == adam.fun and rows["adam"]["cost"] == 100 and rows["adam"]["end"] == SPENT
    assert set(rows["adam"]["tuning"]) == {f"{lr:g}" for lr in RATES}
    assert content["known"] == content["lowest"] == 0 and content["protocol"]["rates"] == list(RATES)
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0] == "Rosenbrock, 2 variables, start 0" and lines[-1] == "wrote out/race.json and race.png"
    assert all(f"\n{what}: {rule}\n" in out for what, rule in content["protocol"].items() if what != "rates")
    assert f"grid: {', '.join(f'{lr:g}' for lr in RATES)}" in lines
    table = [line.split() for line in lines[-1 - len(rows):-1]]
    assert [cells[0] for cells in table] == [row["method"] for row in content["rows"]]
    for cells, row in zip(table, content["rows"]):
        assert cells[1:3] == [f"{row['value']:.6g}", f"{row['gradient_norm']:.1e}"]
        assert list(map(int, cells[3:8])) == [row[k] for k in ("iterations", "nfev", "njev", "nhev", "cost")]


def test_several_starts_on_the_command_line(capsys):
    content = race("rosenbrock", "--methods", "bfgs,adam", "--budget", "40", "--starts", "3")
    assert [len(rows) for rows in content["further_starts"]] == [2, 2]
    assert {row["at_edge"] for row in content["rows"]} <= {True, False}
    assert "over 3 starts: median (quartiles)" in capsys.readouterr().out
    assert minnet("race", "--starts", "0") == 2 and "--starts 0" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_report_but_for_seconds():
    reports = [race("iris", *QUICK, "--hidden", "3", "--seed", seed, out=str(i)) for i, seed in enumerate((1, 1, 2))]
    for content in reports:
        for row in content["rows"]:
            assert row.pop("seconds") >= 0
    assert json.dumps(reports[0]) == json.dumps(reports[1])
    assert reports[0]["start"] != reports[2]["start"]


@pytest.mark.filterwarnings("ignore:training ended before")
def test_a_data_set_is_the_estimators_network():
    content, data = race("iris", *QUICK, "--hidden", "4,3", "--l2", "0.01", "--seed", "3"), datasets.iris()
    model = MLPClassifier(hidden=(4, 3), l2=0.01, max_iter=60, random_state=3, optimizer=optim.LBFGS()).fit(
        data.X, data.y
    )
    row = next(row for row in content["rows"] if row["method"] == "lbfgs")
    values = model.result_.history["value"]
    assert content["n"] == model.net_.n_params and content["initial"] == values[0]
    assert row["value"] == values[:row["iterations"] + 1].min()
    assert content["known"] is None and content["lowest"] == min(row["value"] for row in content["rows"])


def test_tables_classes_and_numbers(capsys):
    small_table("table.csv")
    race("table.csv", *QUICK, "--hidden", "2")
    assert "table.csv, network 4-2-2, 16 parameters, l2=0.001, 24 examples" in capsys.readouterr().out
    x = np.linspace(-2, 2, 30)
    content = race(
        write_table("square.csv", ["y", "u"], zip(x**2, x)), *QUICK, "--target", "y", "--hidden", "3", out="square"
    )
    model = MLPRegressor(hidden=(3,), l2=1e-3, max_iter=0, random_state=0).fit(x[:, None], x**2)
    assert content["initial"] == pytest.approx(model.result_.fun, rel=1e-12) and content["n"] == 10


@pytest.mark.parametrize(
    "words", ["notebook", "breast_cancer --hidden 2", "Helical-Valley", "beale --start 2", "saddle", "wood"]
)
def test_problems_and_data_sets_by_name(words):
    content = race(*shlex.split(words), "--methods", "Momentum,L-BFGS", "--budget", "30")
    assert [row["cost"] <= 30 for row in content["rows"]] == [True, True]
    if "start" in words:
        assert content["start"] == [1, 1]


def test_every_problem_has_a_name():
    assert len(PROBLEMS) > 35 and {"rosenbrock", "helical_valley", "monkey_saddle"} <= set(PROBLEMS)
    for name, make in PROBLEMS.items():
        assert isinstance(make(), problems.Problem), name


def test_a_race_replaces_a_race_and_nothing_else(capsys):
    race(*QUICK)
    assert race("beale", *QUICK)["problem"].startswith("Beale")
    for name, text in (("race.json", "{}"), ("race.json", "no json"), ("race.png", "a picture"), ("race.json", "[1]")):
        Path("mine").mkdir(exist_ok=True)
        Path("mine", name).write_text(text)
        before = contents()
        capsys.readouterr()
        assert minnet("race", *QUICK, "--out", "mine") == 2 and contents() == before
        assert f"mine/{name} exists and is not from minnet race" in capsys.readouterr().err
        Path("mine", name).unlink()


def test_interrupted(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt
    monkeypatch.setattr("minnet.optim.driver.progress.Progress.__call__", interrupt)
    assert minnet("race", *QUICK, "--out", "out") == 130
    assert capsys.readouterr().err == "minnet race: interrupted\n" and os.listdir("out") == []


REFUSED = [  # words, and what the line says
    ("rosenbruck", "rosenbruck: unknown; expected DATA.csv or one of iris"),
    ("quadratic", "quadratic: unknown"),
    ("more_garbow_hillstrom", "unknown"),
    ("nothing.csv", "nothing.csv: no such file"),
    ("''", ": unknown"),
    ("model", "model: is a directory"),
    ("--methods magic", "--methods: no method is called 'magic'; expected one of gradientdescent"),
    ("--methods ''", "--methods: no method is called ''"),
    ("--methods adam,,lbfgs", "--methods: no method is called ''"),
    ("--methods adam,Adam", "adam twice"),
    ("saddle --methods adam,gaussnewton", "gaussnewton needs the ggn of <Quadratic saddle: n=2>"),
    ("--workers 0", "--workers=0; expected a whole number"), ("--workers 1.5", "'1.5'"),
    ("--budget 0", "budget=0; expected a whole number"),
    ("--budget -5", "budget=-5"),
    ("--budget 1.5", "'1.5'"),
    ("--gtol -1", "gtol=-1.0"),
    ("--gtol nan", "gtol=nan"),
    ("--start 1", "--start 1; expected a number from 0 to 0: Rosenbrock has 1 start"),
    ("beale --start 3", "from 0 to 2: Beale has 3 starts"),
    ("--start -1", "--start -1"),
    ("iris --start 1", "expected --seed"),
    ("--target y", "--target for the problem rosenbrock"),
    ("--hidden 3", "--hidden for the problem"),
    ("--l2 0", "--l2 for the problem"),
    ("iris --target y", "--target y for iris"),
    ("--drop a", "--drop for the problem"),
    ("iris --na x", "--na x for iris"),
    ("table.csv --target size", "no column 'size'"),
    ("iris --hidden 0", "--hidden 0: expected"),
    ("iris --l2 -1", "l2=-1.0"),
    ("--seed -1", "--seed -1"),
    ("notebook --seed 4294967296", "expected at most 4294967295"),
    ("--out table.csv", "expected a folder"),
    ("--out /proc", "expected a folder that can be written"),
    ("--out taken", "taken/race.png exists"),
]


@pytest.mark.parametrize("words, says", REFUSED)
def test_bad_input_is_one_line_before_any_work(capsys, monkeypatch, words, says):
    small_table("table.csv")
    Path("taken").mkdir()
    Path("model").mkdir()
    Path("taken/race.png").write_text("someone's")
    monkeypatch.setattr(Race, "run", lambda *_: pytest.fail("work was done"))
    before = contents()
    assert minnet("race", *shlex.split(words), *([] if "--out" in words else ["--out", "new"])) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("minnet race: error: ") and err.count("\n") == 1 and says in err
    assert contents() == before


# --- pictures --------------------------------------------------------------------------------------------------------
TEN = "gradientdescent,momentum,nesterov,adam,rmsprop,adagrad,nonlinearcg,lbfgs,bfgs,newton"


@pytest.mark.parametrize("words, panels", [(f"rosenbrock --methods {TEN}", 3), (f"iris --hidden 2 --methods {TEN}", 2),
                                           ("saddle --methods lbfgs,undampednewton,adam", 3),
                                           ("powell_badly_scaled --methods gradientdescent,lbfgs", 3)])
def test_the_picture_has_every_method_and_no_text_overlaps(monkeypatch, words, panels):
    figures, drawn, draw_text = [], [], Text.draw

    def recorded(text, renderer):
        if text.get_visible() and text.get_text().strip():
            drawn.append((text.get_window_extent(renderer), text.get_rotation() % 90))
        draw_text(text, renderer)

    monkeypatch.setattr(plotting, "save", lambda fig, path: (path.touch(), figures.append(fig)))
    content = race(*words.split(), "--budget", "30")
    fig, = figures
    monkeypatch.setattr(Text, "draw", recorded)
    fig.canvas.draw()
    names = [row["method"] for row in content["rows"]]
    assert len(fig.axes) == panels
    assert [text.get_text().partition(",")[0] for text in fig.legends[0].get_texts()] == names
    looks = {(line.get_color(), str(line._dash_pattern)) for line in fig.axes[0].lines}
    assert len(looks) == len(fig.axes[0].lines) == len(names)
    box, upright = fig.bbox.padded(1), [extent.padded(-1) for extent, angle in drawn if angle == 0]
    assert all(box.contains(b.x0, b.y0) and box.contains(b.x1, b.y1) for b, _ in drawn)
    assert not [(a, b) for a, b in combinations(upright, 2) if a.overlaps(b)]


def test_the_picture_is_written_and_always_the_same(pictures):
    for out in ("one", "two"):
        race("lecture_surface", *QUICK, out=out)
    assert Path("one/race.png").read_bytes() == Path("two/race.png").read_bytes()
    pixels = imread("one/race.png")
    assert min(pixels.shape[:2]) > 500 and np.ptp(pixels[..., :3]) > 0.5


def test_the_command_shares_a_race_out_to_threads(place):
    alone, shared = race(*QUICK, out="alone"), race(*QUICK, "--workers", "2", out="shared")
    for report in (alone, shared):
        for row in report["rows"]:
            del row["seconds"]
    assert alone["rows"] == shared["rows"]
