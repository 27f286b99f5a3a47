"""A race: a fair budget, tuned learning rates, and an order that the protocol states."""
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from commands import contents, minnet, pictures, place, small_table, write_table  # noqa: F401  (fixtures)
from laws import refuses
from numpy.testing import assert_array_equal

from minnet import MLP, Function, MLPClassifier, Objective, datasets, minimize, optim, plotting, problems
from minnet.cli.common import OPTIMIZERS
from minnet.function import supports
from minnet.race import MET, RATES, Charged, Race
from minnet.race.outcome import SPENT, UNBOUNDED


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


def test_a_preconditioner_of_ones_own_costs_n_unless_it_says_otherwise():
    f = problems.quadratic([1.0, 2.0, 3.0])
    own = SimpleNamespace(value=f.value, gradient=f.gradient, preconditioner=lambda x: lambda v: v)
    for price in (3, 1):
        charged = Charged(own, 3)
        assert (charged.preconditioner(np.ones(3))(np.ones(3)) == 1).all() and charged.products == price
        own.preconditioner_products = 1


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


def test_a_race_on_an_executor_has_the_same_outcome():
    race = Race(problems.rosenbrock(), (-1.2, 1.0), {"adam": optim.Adam(), "newton": optim.Newton()}, budget=30)
    with ThreadPoolExecutor(2) as executor:
        apart, alone = race.run(executor=executor), race.run()
    for ours, theirs in zip(apart.entries, alone.entries, strict=True):
        assert (ours.name, ours.lr, ours.value, ours.spent, ours.tuning) == (
            theirs.name, theirs.lr, theirs.value, theirs.spent, theirs.tuning)
    with refuses("executor=2", "expected an Executor"):
        race.run(executor=2)


class OneWorker(Executor):
    """Who works for it must not wait for it."""

    busy = False

    def submit(self, *call):
        assert not self.busy
        self.busy, future = True, Future()
        future.set_result(call[0](*call[1:]))
        self.busy = False
        return future


def test_no_worker_of_a_race_waits_for_workers_of_its_objective():
    X, y = np.random.default_rng(0).standard_normal((2, 30, 2))
    executor = OneWorker()
    shared, alone = (Race(Objective(MLP([2, 2]), X, y, chunk=7, executor=e), np.ones(6), {"lbfgs": optim.LBFGS()},
                          budget=10) for e in (executor, None))
    entry = shared.run(executor=executor).entries[0]
    assert entry.value == alone.run().entries[0].value and shared.f.executor is executor
