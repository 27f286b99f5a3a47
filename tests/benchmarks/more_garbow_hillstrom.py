"""The 35 problems of Moré, Garbow and Hillstrom: minnet's methods with default settings against SciPy's.

Each is asked for ‖∇f‖ ≤ 1e-5 max(1, ‖g₀‖) and for ‖∇f‖ ≤ 1e-6, from the standard starts x₀ and from 3 x₀, for which
nothing can have been tuned. Tables of evaluations, geometric means of their ratios over the problems both solve,
numbers solved, and with --out data and performance profiles (Dolan, Moré 2002) as pictures.

Run by hand: python tests/benchmarks/more_garbow_hillstrom.py [--out FOLDER]
"""
import timing  # noqa: F401  (first: it sets the number of threads)
from timing import geometric_mean, table

import sys
from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from minnet.plotting import save, subplots
from minnet.plotting import style
from minnet.problems import more_garbow_hillstrom

sys.path.append(str(Path(__file__).parents[1]))
from against_scipy import PAIRS, TOLERANCES, solve  # noqa: E402

STARTS = {"x0": 1, "3 x0": 3}
THEIRS = {rival: f"SciPy {rival}" for _, rival in PAIRS.values()}
NAMES = list(dict.fromkeys(name for ours, (_, rival) in PAIRS.items() for name in (ours, THEIRS[rival])))


def outcomes(scale):
    """{(method, problem, tolerance): Outcome} of all NAMES from `scale` times the standard starts."""
    runs = {name: method for name, (method, _) in PAIRS.items()} | {THEIRS[rival]: rival for rival in THEIRS}
    found = {}
    for p, f in enumerate(more_garbow_hillstrom()):
        x = scale * f.starts[0]
        for t, tolerance in TOLERANCES.items():
            found |= {(name, p, t): solve(method, f, x, tolerance) for name, method in runs.items()}
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def evaluations(found, start):
    """Print how often each method asked for the value, problem by problem: a minus where it failed."""
    for t in TOLERANCES:
        rows = []
        for p, f in enumerate(more_garbow_hillstrom()):
            runs = [found[name, p, t] for name in NAMES]
            rows.append(
                [f"{p + 1} {f.name} ({f.n})", *(f"{run.nfev}" if run.solved else f"-{run.nfev}" for run in runs)]
            )
        table(
            f"values asked for to ‖∇f‖ ≤ {t} from {start}; a minus where it was not reached", ["problem", *NAMES], rows
        )


def ratios(found, start):
    """Print evaluations of ours over SciPy's, in the geometric mean, and the numbers solved."""
    rows = []
    for name, (_, rival) in PAIRS.items():
        for label, tolerances in {**{t: [t] for t in TOLERANCES}, "both": list(TOLERANCES)}.items():
            runs = [(found[name, p, t], found[THEIRS[rival], p, t]) for p in range(35) for t in tolerances]
            both = [(a, b) for a, b in runs if a.solved and b.solved]

            def mean(cost):
                return geometric_mean([cost(a) / cost(b) for a, b in both])

            rows.append([f"{name} / {rival}", label, *(f"{sum(run.solved for run in column)}" for column in zip(*runs)),
                         f"{len(both)}", mean(lambda run: run.nfev), mean(lambda run: run.njev),
                         mean(lambda run: run.nhev) if all(a.nhev and b.nhev for a, b in both) else "",
                         mean(lambda run: run.nfev + run.njev)])
    table(f"ours / SciPy's from {start}, geometric means over what both solve",
          ["methods", "tolerance", "solved", "SciPy", "both", "nfev", "njev", "nhev", "nfev + njev"], rows)
    for (name, p, t), run in found.items():
        if name in PAIRS and run.claimed and not run.solved:
            print(f"FALSE SUCCESS of {name} on problem {p + 1} to {t}: ‖∇f‖ = {run.norm:.2e}")


@style
def profiles(found, start, out):
    """Draw, for each tolerance, the share of problems solved within so many evaluations, and within so many times the
    evaluations of the best. Value and gradient count one each."""
    fig, axes = subplots(len(TOLERANCES), 2, 10.0, 3.4 * len(TOLERANCES))
    for (data, performance), t in zip(axes, TOLERANCES):
        runs = [[found[name, p, t] for p in range(35)] for name in NAMES]
        cost = np.array([[run.nfev + run.njev if run.solved else np.inf for run in row] for row in runs])
        best = cost.min(axis=0)
        ratio = np.divide(cost, best, out=np.full_like(cost, np.inf), where=best < np.inf)
        for ax, scores, label in (
            (data, cost, "evaluations of value and gradient"),
            (performance, ratio, "… of the best method"),
        ):
            for name, row in zip(NAMES, scores):
                steps = np.sort(row[np.isfinite(row)])
                share = np.arange(1, len(steps) + 1) / 35
                ax.step([*steps, np.max(scores[np.isfinite(scores)])], [*share, share[-1]], where="post", label=name,
                        linewidth=1.8 if name in PAIRS else 0.9)
            ax.set(xscale="log", ylim=(0, 1), xlabel=label, ylabel="share solved", title=f"‖∇f‖ ≤ {t}")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside right upper")
    print("wrote", save(fig, out / f"profiles_{start.replace(' ', '_')}.png"))


def main():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="folder for the pictures")
    out = parser.parse_args().out
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    for start, scale in STARTS.items():
        found = outcomes(scale)
        evaluations(found, start)
        ratios(found, start)
        if out is not None:
            profiles(found, start, out)


if __name__ == "__main__":
    main()
