"""minnet race: a fair budget, tuned learning rates, a table that a run of `minimize` confirms, and clear refusals."""
import json
import os
import shlex
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from commands import contents, minnet, pictures, place, small_table, write_table  # noqa: F401  (fixtures)
from laws import refuses
from matplotlib.image import imread
from matplotlib.text import Text
from numpy.testing import assert_array_equal

from minnet import Function, MLPClassifier, MLPRegressor, datasets, minimize, optim, plotting, problems
from minnet.cli.common import OPTIMIZERS
from minnet.cli.race import PROBLEMS
from minnet.function import supports
from minnet.race import MET, RATES, Charged, Race
from minnet.race.outcome import SPENT, UNBOUNDED

QUICK = ("--methods", "gradientdescent,adam,lbfgs,newton", "--budget", "60")


def race(*argv, out="out"):
    """The report of `minnet race argv…`, which is strict JSON."""
    assert minnet("race", *argv, "--out", out) == 0
    assert sorted(os.listdir(out)) == ["race.json", "race.png"]
    return json.loads(
        Path(out, "race.json").read_text(), parse_constant=lambda word: pytest.fail(f"{word} is not JSON")
    )


def small_network():
    data = datasets.iris()
    model = MLPClassifier(hidden=(3,), l2=1e-3, max_iter=0, random_state=0).fit(data.X, data.y)
    return model.objective(data.X, data.y), model.theta_


# --- the protocol ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("make", [problems.rosenbrock, "network"])
def test_no_method_counts_more_than_the_budget(name, make):
    f, start = small_network() if make == "network" else (make(), make().starts[0])
    if not supports(f, "ggnvp") and "ggnvp" in OPTIMIZERS[name]().needs:
        pytest.skip("needs products with the Gauss-Newton matrix")
    entry, = Race(f, start, {name: OPTIMIZERS[name]()}, budget=60, rates=(1e-3, 0.1)).run().entries
    assert entry.cost <= 60 and entry.history["cost"][-1] <= entry.cost
    assert (np.diff(entry.history["cost"]) >= 0).all() and len(entry.history["cost"]) == entry.iterations + 1
    assert entry.end != SPENT or entry.spent >= 60 or entry.iterations == 60
    assert entry.value == entry.history["value"].min() or entry.end == MET
    assert (entry.end == MET) == (entry.gradient_norm <= 1e-6 and entry.end != SPENT)


@pytest.mark.parametrize("budget", [1, 7, 20, 100])
def test_an_iteration_beyond_the_budget_does_not_count(budget):
    f = problems.rosenbrock()
    entry, = Race(f, f.starts[0], {"newton": optim.Newton()}, budget).run().entries
    history = minimize(f, f.starts[0], optim.Newton(), gtol=1e-6).history
    cost = np.maximum(history["nfev"], history["njev"]) + 2 * history["nhev"]     # a dense Hessian counts n
    within = cost <= budget
    assert_array_equal(entry.history["cost"], cost[within])
    assert entry.value == history["value"][within].min() and (entry.end == MET) == within.all()


def test_every_product_is_charged():
    f, theta = small_network()
    charged, n = Charged(f, f.n), f.n
    for ask, price in [
        (lambda: charged.hvp(theta, theta), 1),
        (lambda: charged.ggnvp(theta, np.ones((n, 5))), 5),
        (lambda: charged.hessian(theta), n),
        (lambda: charged.ggn(theta), n),
        (lambda: charged.fisher_diagonal(theta), 1),
        (lambda: charged.preconditioner(theta), 3),
        (lambda: charged.gradient(theta), 0),
    ]:
        before = charged.products
        ask()
        assert charged.products - before == price
    assert not supports(charged, "subset") and supports(charged, "ggnvp")


@pytest.mark.parametrize("name", ["gradientdescent", "momentum", "adam"])
def test_the_learning_rate_is_the_best_of_the_grid(name):
    f, start = problems.rosenbrock(), problems.rosenbrock().starts[0]
    entry, = Race(f, start, {name: OPTIMIZERS[name]()}, budget=80).run().entries
    limit = lambda point: max(point.nfev, point.njev) >= 80
    runs = {lr: minimize(f, start, OPTIMIZERS[name](lr=lr), max_iter=80, callback=limit) for lr in RATES}
    reached = {
        lr: min(v for v, nfev in zip(run.history["value"], run.history["nfev"]) if nfev <= 80)
        for lr, run in runs.items()
    }
    assert entry.tuning == reached and entry.lr == min(reached, key=reached.get) and entry.method.lr == entry.lr
    assert entry.value == min(reached.values())
    assert entry.tuning_cost == sum(max(run.nfev, run.njev) for run in runs.values())


def test_schedules_are_not_tuned_and_methods_without_a_rate_neither():
    f = problems.beale()
    methods = {"scheduled": optim.Adam(lr=optim.schedules.Cosine(0.1, 50)), "bfgs": optim.BFGS()}
    for entry in Race(f, f.starts[0], methods, 50).run().entries:
        assert (
            entry.lr is None and entry.tuning == {} and entry.tuning_cost == 0 and entry.method == methods[entry.name]
        )


def test_the_order_is_the_protocols():
    f = problems.lecture_surface()
    methods = {name: OPTIMIZERS[name]() for name in ("gradientdescent", "newton", "adam", "lbfgs")}
    outcome = Race(f, f.starts[0], methods, 500, rates=(0.1, 0.3), known=-2.7611901847856175).run()
    assert outcome.entries[0].name == "adam"                       # the others end in the higher minimum, sooner
    assert [e.value for e in outcome.entries] == sorted(e.value for e in outcome.entries)
    assert all(e.end == MET for e in outcome.entries)
    f = problems.rosenbrock()
    solved = [e for e in Race(f, f.starts[0], methods, 150, rates=(1e-3,), known=0.0).run().entries if e.end == MET]
    assert [e.cost for e in solved] == sorted(e.cost for e in solved) and {e.name for e in solved} == {
        "lbfgs",
        "newton",
    }


def test_the_shares_of_the_way_down():
    f = problems.rosenbrock()
    outcome = Race(f, f.starts[0], {"bfgs": optim.BFGS(), "gd": optim.GradientDescent()}, 100, known=0.0).run()
    for entry in outcome.entries:
        for share in (0.1, 1e-3, 1e-6):
            there = entry.history["cost"][entry.history["value"] <= share * outcome.initial]
            assert outcome.cost_to(entry, share) == (there[0] if len(there) else None)
    assert outcome.bounded and outcome.above([0.0])[0] > 0


def test_heights_are_counted_from_another_run_and_rates_at_the_edge_are_named():
    f = problems.rosenbrock()
    methods = {"gd": optim.GradientDescent(), "lbfgs": optim.LBFGS(), "adam": optim.Adam()}
    outcome = Race(f, f.starts[0], methods, 100, rates=(1e-3, 1e-2, 0.1)).run()
    entries = {entry.name: entry for entry in outcome.entries}
    for entry in outcome.entries:
        assert entry.floor <= 1e-20 < entry.value
        assert entry.history["value"][entry.best] == entry.value == f.value(entry.x)
    assert entries["adam"].lr == 0.1 and entries["adam"].at_edge and not entries["lbfgs"].at_edge
    assert np.isclose(outcome.above(entries["gd"].value, entries["gd"].floor), entries["gd"].value)
    assert outcome.lowest == entries["lbfgs"].value < outcome.rounding < 1e-13


def test_a_race_from_several_starts_is_one_race_from_each():
    f, starts = problems.himmelblau(), [(0.0, 0.0), (1.0, -2.0)]
    race_of = Race(f, starts[0], {"bfgs": optim.BFGS(), "newton": optim.Newton()}, 60)
    outcomes = race_of.run_from(starts)
    alone = Race(f, starts[1], race_of.methods, 60).run()
    assert [e.value for e in outcomes[1].entries] == [e.value for e in alone.entries]
    figure = plotting.race(outcomes, f)
    assert figure.axes[0].get_title().startswith("2 starts") and len(figure.axes[1].collections) == 2


def test_a_saddle_without_end_and_one_that_holds():
    f = problems.saddle()
    methods = {"undamped": optim.UndampedNewton(), "lbfgs": optim.LBFGS(), "gd": optim.GradientDescent()}
    outcome = Race(f, f.starts[0], methods, 400).run()
    ends = {entry.name: entry.end for entry in outcome.entries}
    assert ends == {"undamped": MET, "lbfgs": UNBOUNDED, "gd": UNBOUNDED} and outcome.entries[-1].name == "undamped"
    assert not outcome.bounded and np.isnan(outcome.below([2.0])[0])


def test_what_a_race_refuses():
    f, bfgs = problems.saddle(), {"bfgs": optim.BFGS()}
    with refuses("gauss needs the ggn of <Quadratic saddle", "in a race"):
        Race(f, f.starts[0], {"gauss": optim.GaussNewton()})
    with refuses("part needs the subset"):
        Race(*small_network(), {"part": optim.HessianFree(curvature_batch=9)})
    with refuses("methods is empty"):
        Race(f, f.starts[0], {})
    with refuses("bfgs='bfgs'; expected a method"):
        Race(f, f.starts[0], {"bfgs": "bfgs"})
    with refuses("budget=0", "at least 1"):
        Race(f, f.starts[0], bfgs, 0)
    with refuses("gtol=nan"):
        Race(f, f.starts[0], bfgs, gtol=float("nan"))
    with refuses("rates=(0.1, -1)"):
        Race(f, f.starts[0], bfgs, rates=(0.1, -1))
    with refuses("start has shape (3,)", "(2,)"):
        Race(f, np.ones(3), bfgs)
    with refuses("the value at the start is nan"):
        Race(Function(lambda x: np.nan, lambda x: x), np.ones(2), bfgs)


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


def test_a_race_on_an_executor_has_the_same_outcome():
    race = Race(problems.rosenbrock(), (-1.2, 1.0), {"adam": optim.Adam(), "newton": optim.Newton()}, budget=30)
    with ThreadPoolExecutor(2) as executor:
        apart, alone = race.run(executor=executor), race.run()
    for ours, theirs in zip(apart.entries, alone.entries, strict=True):
        assert (ours.name, ours.lr, ours.value, ours.spent, ours.tuning) == (
            theirs.name, theirs.lr, theirs.value, theirs.spent, theirs.tuning)
    with refuses("executor=2", "expected an Executor"):
        race.run(executor=2)
