"""Race optimisers on a problem or a data set.

PROBLEM is a function of minnet.problems (rosenbrock, beale, helical_valley, …), a data set (iris, breast_cancer,
digits, two_moons, …) or a table DATA.csv, on which the network of minnet train is trained. Every method has the same
budget of evaluations, and learning rates are tuned. Writes race.json and race.png to --out.
"""

from __future__ import annotations

import argparse
import inspect
from os.path import lexists
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import plotting, problems
from ..datasets import Columns
from ..estimators import MLPClassifier, MLPRegressor
from ..function import known_minima
from ..network.objective import Objective
from ..network.risk import is_large
from ..parallel import number_of_workers, workers
from ..race import MET, PROTOCOL, Race
from ..report import write_json
from .common import OPTIMIZERS, labels, named_method, on_terminal, widths, workers_argument
from .output import own_folder, save_picture
from .tables import DATASETS, OPTIONS, is_data_set, key, read_data, table_arguments, table_options

PROBLEMS = {
    name: make
    for name, make in ((name, getattr(problems, name)) for name in problems.__all__)
    if inspect.isfunction(make)
    and make is not problems.more_garbow_hillstrom
    and all(p.default is not p.empty for p in inspect.signature(make).parameters.values())
}
PRODUCT = "minnet race"
OF_NETWORKS = ("target", "hidden", "l2", *OPTIONS)
SPREAD = 0.1  # of the size of a start, the standard deviation of further ones about it
SHARES = (1e-1, 1e-3, 1e-6)


class Task(NamedTuple):
    """What is raced on: a function, where to start, and words; the columns of a table."""

    f: Any
    start: NDArray[Any]
    name: str
    details: str
    columns: Columns | None = None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "problem",
        nargs="?",
        default="rosenbrock",
        metavar="PROBLEM|DATA.csv",
        help=f"a problem ({', '.join(PROBLEMS)}), a data set ({', '.join(DATASETS)}) or a table (default rosenbrock)",
    )
    parser.add_argument(
        "--methods",
        default="gradientdescent,momentum,adam,nonlinearcg,lbfgs,bfgs,newton",
        help=f"some of {', '.join(OPTIMIZERS)} (default %(default)s)",
    )
    parser.add_argument("--budget", type=int, default=500, help="evaluations for each method (default 500)")
    parser.add_argument("--gtol", type=float, default=1e-6, help="bound of the gradient test (default 1e-6)")
    parser.add_argument("--start", type=int, default=0, help="number of the problem's start, from 0 (default 0)")
    parser.add_argument(
        "--starts", type=int, default=1, help="race from so many starts, and draw medians (default 1): of a problem, "
        "points about its start; of a network, weights of the seeds that follow"
    )
    parser.add_argument(
        "--target", help="of a table: the target's column, by name or number from 0 (default: the last)"
    )
    parser.add_argument("--hidden", default="16", help="of a network: hidden widths such as 16,16 (default 16)")
    parser.add_argument("--l2", type=float, default=1e-3, help="of a network: weight decay (default 1e-3)")
    workers_argument(parser)
    parser.add_argument("--out", default="minnet-out", help="folder for what is written (default minnet-out)")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files of those names that are not from minnet"
    )
    table_arguments(parser)
    parser.set_defaults(default=parser.get_default)


def run(args: argparse.Namespace) -> None:
    number_of_workers(args.workers, "--workers")
    if args.starts < 1:
        raise ValueError(f"--starts {args.starts}; expected a number of at least 1")
    methods = _methods(args.methods)
    task = _problem(args) if key(args.problem) in PROBLEMS else _network(args)
    known = min((value for _, value in known_minima(task.f)), default=np.inf)
    race = Race(task.f, task.start, methods, args.budget, args.gtol, known=known)
    with own_folder(args.out, ("race.json", "race.png"), PRODUCT, args.overwrite, (args.problem,)) as out:
        _run(args, race, task, out)


def _run(args, race, task, out):
    description = f"{task.name}, {task.details}"
    print(
        f"{description}\n",
        f"{task.columns}\n" if task.columns else "",
        *(f"{what}: {rule}\n" for what, rule in PROTOCOL.items()),
        f"grid: {', '.join(f'{lr:g}' for lr in race.rates)}\n",
        sep="",
        flush=True,
    )
    large = isinstance(task.f, Objective) and is_large(task.f.net, len(task.f))
    with workers(args.workers, threads=large) as executor:
        outcomes = race.run_from(_starts(args, race, task), on_terminal() and executor is None, executor)
    outcome = outcomes[0]
    write_json(out / "race.json", _report(args, race, task, outcomes, description))
    save_picture(plotting.race(outcomes, task.f, f"{plotting.literal(task.name)}, {task.details}"), out / "race.png")
    print(_table(outcome))
    if len(outcomes) > 1:
        print(f"\n{_over_starts(outcomes)}")
    print(f"wrote {out}/race.json and race.png")


def _starts(args, race, task):
    """The start, and further ones: weights of other seeds, or points about it."""
    if isinstance(task.f, Objective):
        return [race.start, *(task.f.net.init(rng=args.seed + k) for k in range(1, args.starts))]
    rng = np.random.default_rng(args.seed)
    return [race.start, *(race.start + SPREAD * (1 + abs(race.start)) * rng.standard_normal(np.size(race.start))
                          for _ in range(1, args.starts))]


def _over_starts(outcomes):
    """Medians and quartiles of all starts, and how often each method met the gradient test."""
    lines = [f"over {len(outcomes)} starts: median (quartiles)\n{'method':<21} {'met':>4} {'value':>30} {'cost':>16}"]
    for name in (entry.name for entry in outcomes[0].entries):
        entries = [entry for outcome in outcomes for entry in outcome.entries if entry.name == name]
        values, costs = ([getattr(e, what) for e in entries] for what in ("value", "cost"))
        low, middle, high = np.quantile(values, (0.25, 0.5, 0.75), method="inverted_cdf")
        first, half, last = np.quantile(costs, (0.25, 0.5, 0.75), method="inverted_cdf")
        met = sum(entry.end == MET for entry in entries)
        lines.append(f"{name:<21} {met:>4} {f'{middle:.4g} ({low:.3g} to {high:.3g})':>30} "
                     f"{f'{half} ({first} to {last})':>16}")
    return "\n".join(lines)


def _methods(text):
    """The methods named, by their names as the tables have them."""
    methods = {}
    for word in text.split(","):
        kind = named_method("--methods", word.strip())
        name = kind.__name__.lower()
        if name in methods:
            raise ValueError(f"--methods {text}: {name} twice; expected different methods")
        methods[name] = kind()
    return methods


def _problem(args):
    """A problem of `minnet.problems`."""
    for option in OF_NETWORKS:
        if getattr(args, option) != args.default(option):
            raise ValueError(f"--{option} for the problem {args.problem}; expected a data set")
    f = PROBLEMS[key(args.problem)]()
    if not 0 <= args.start < len(f.starts):
        raise ValueError(
            f"--start {args.start}; expected a number from 0 to {len(f.starts) - 1}: "
            f"{f.name} has {len(f.starts)} start{'s' * (len(f.starts) > 1)}"
        )
    return Task(f, f.starts[args.start], f.name, f"{f.n} variables, start {args.start}")


def _network(args):
    """The network that an estimator would train on all examples."""
    if args.start:
        raise ValueError(f"--start {args.start} for a data set; expected --seed, which draws the network's start")
    data = _data(args)
    common = dict(hidden=widths(args.hidden), l2=args.l2, max_iter=0, certify=False, random_state=args.seed)
    model = MLPClassifier(**common) if data.class_names else MLPRegressor(**common)
    y = labels(data)
    f = model.fit(data.X, y).objective(data.X, y)
    details = (
        f"network {'-'.join(map(str, model.net_.widths))}, {f.n} parameters, "
        f"l2={args.l2:g}, {len(data)} examples, seed {args.seed}"
    )
    columns = None if is_data_set(args.problem) else data.columns
    return Task(f, model.theta_, Path(args.problem).name, details, columns)


def _data(args):
    word = args.problem
    if not (is_data_set(word) or word.lower().endswith(".csv") or lexists(word)):
        raise ValueError(f"{word}: unknown; expected DATA.csv or one of {', '.join([*DATASETS, *PROBLEMS])}")
    return read_data(word, args.seed, args.target, **table_options(args))


def _report(args, race, task, outcomes, description):
    outcome = outcomes[0]
    settings = {name: value for name, value in vars(args).items() if name not in ("command", "default", "out")}
    return {
        "product": PRODUCT,
        "settings": settings,
        "problem": description,
        "columns": task.columns and task.columns.to_dict(),
        "n": np.size(race.start),
        "start": race.start,
        "protocol": PROTOCOL | {"rates": race.rates},
        "initial": outcome.initial,
        "lowest": outcome.lowest,
        "known": race.known,
        "rows": [_row(entry, outcome) for entry in outcome.entries],
        "further_starts": [[_row(entry, other) for entry in other.entries] for other in outcomes[1:]],
    }


def _row(entry, outcome):
    names = (
        "value",
        "gradient_norm",
        "iterations",
        "nfev",
        "njev",
        "nhev",
        "cost",
        "seconds",
        "end",
        "message",
        "lr",
        "at_edge",
        "floor",
        "tuning_cost",
    )
    return {
        "method": entry.name,
        **{name: getattr(entry, name) for name in names},
        "met": entry.end == MET,
        "tuning": {f"{lr:g}": value for lr, value in entry.tuning.items()},
        "cost_to": {f"{share:g}": outcome.cost_to(entry, share) for share in SHARES},
    }


def _table(outcome):
    lines = [
        f"{'method':<21} {'value':>13} {'gradient':>9} {'iter':>5} {'nfev':>5} {'njev':>5} {'nhev':>5} {'cost':>5} "
        f"{'seconds':>7} {'lr':>6} {'tuning':>6}  end"
    ]
    for e in outcome.entries:
        lr, tuning = ("", "") if e.lr is None else (f"{e.lr:g}{'*' * e.at_edge}", e.tuning_cost)
        lines.append(
            f"{e.name:<21} {e.value:>13.6g} {e.gradient_norm:>9.1e} {e.iterations:>5} {e.nfev:>5} {e.njev:>5} "
            f"{e.nhev:>5} {e.cost:>5} {e.seconds:>7.3f} {lr:>6} {tuning:>6}  {e.end}"
        )
    return "\n".join(lines)
