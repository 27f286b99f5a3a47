"""The Hessian's spectrum at a trained model.

MODEL.npz and the DATA.csv that it was trained on: the curvature of the training loss there. Without them: the
notebook's network, trained with weight decay. Prints a table and writes spectrum.png, eigenvalues and their density,
to --out. Up to 2000 parameters all eigenvalues are computed; beyond, both ends, trace and density come from products
alone.
"""

from __future__ import annotations

import argparse

import numpy as np

from .. import plotting
from ..curvature import GGNOperator, HessianOperator, certificate, density, lanczos, trace
from ..datasets import notebook_start
from ..datasets.tables import listed
from ..estimators import LARGEST_CERTIFIED
from ..network.objective import Objective
from ..notebook import notebook_objective
from ..optim import minimize
from .common import labels, notebook_seed
from .models import trained_model
from .output import own_folder, save_picture
from .tables import read_data, table_arguments, table_options

OPERATORS: dict[str, type[HessianOperator] | type[GGNOperator]] = {
    "Hessian": HessianOperator, "Gauss-Newton": GGNOperator
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", nargs="?", metavar="MODEL.npz")
    parser.add_argument("data", nargs="?", metavar="DATA.csv", help="the table, or the data set's name")
    parser.add_argument("--out", default="minnet-out", help="folder for spectrum.png (default minnet-out)")
    parser.add_argument("--overwrite", action="store_true", help="replace a spectrum.png that is not from minnet")
    table_arguments(parser)


def run(args: argparse.Namespace) -> None:
    if args.model and not args.data:
        raise ValueError(f"{args.model} without a table; expected MODEL.npz DATA.csv, or neither")
    if given := [] if args.model else list(table_options(args)):
        raise ValueError(f"an option of a table, {given[0]}, without a table; expected MODEL.npz DATA.csv")
    f, theta, name = _trained(args) if args.model else _notebook(notebook_seed(args.seed))
    with own_folder(args.out, ("spectrum.png",), "minnet spectrum", args.overwrite, (args.model, args.data)) as out:
        _run(args, f, theta, name, out)


def _run(args, f, theta, name, out):
    spectra, bound, lines = (_dense if f.n <= LARGEST_CERTIFIED else _by_products)(f, theta, args.seed)
    densities = {kind: density(A(f, theta), rng=args.seed) for kind, A in OPERATORS.items()}
    fig, (left, right) = plotting.subplots(1, 2, width=10.0)
    plotting.spectrum(spectra, bound, left)
    plotting.density(densities, right, dict(zip(densities, ((np.min(lam), np.max(lam)) for lam in spectra.values()))))
    left.set_title("one by one", fontsize=10)
    right.set_title("their density, between the lowest and the highest", fontsize=10)
    fig.suptitle(f"Spectrum of {plotting.literal(name) if args.model else name}, {f.n} parameters", fontsize=11)
    save_picture(fig, out / "spectrum.png")
    print(f"{name}: {f.n} parameters", *lines, f"wrote {out}/spectrum.png", sep="\n")


def _dense(f, theta, seed):
    """(spectra, error bound, lines): the certificate, and quantiles of all eigenvalues."""
    c, G = certificate(f, theta), f.ggn(theta)
    if not (len(c.eigenvalues) and np.isfinite(G).all()):
        raise ValueError("the Hessian is not finite at the model's weights; expected a model of moderate weights")
    spectra = {"Hessian": c.eigenvalues, "Gauss-Newton": np.linalg.eigvalsh(G)}
    rows = [
        f"{q:>8g}" + "".join(f" {np.quantile(lam, q):>12.4g}" for lam in spectra.values())
        for q in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)
    ]
    return spectra, c.error_bound, [str(c), f"{'quantile':>8} {'Hessian':>12} {'Gauss-Newton':>12}", *rows]


def _by_products(f, theta, seed):
    """The same from products: Ritz values with their bounds, and the trace with its standard error."""
    found = {kind: lanczos(A(f, theta), rng=seed) for kind, A in OPERATORS.items()}
    lines = [
        f"{kind}: lowest {run.values[0]:.6g} within {run.bounds[0]:.1g}, highest {run.values[-1]:.6g} within "
        f"{run.bounds[-1]:.1g}, trace {trace(OPERATORS[kind](f, theta), rng=seed)}"
        for kind, run in found.items()
    ]
    return {f"{kind}, Ritz values": run.values for kind, run in found.items()}, None, lines


def _trained(args):
    """(f, θ, name): the loss on which the model was trained, from its table and what it keeps of its training."""
    model, columns = trained_model(args.model)
    if model.table_ is None:
        raise ValueError(f"{args.model} does not know how it was trained; expected a model written by minnet train")
    try:
        kept = {name: model.table_[name] for name in ("target", "kind", "test_fraction", "seed", "class_weight")}
        data = read_data(
            args.data, kept["seed"], kept["target"], kept["kind"], **model.table_["options"] | table_options(args)
        )
        train = data.split(kept["test_fraction"], rng=kept["seed"])[0] if data.columns.names == columns.names else data
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{args.model} is no model of minnet, or is damaged: {error}") from error
    if train.columns != columns:
        raise ValueError(
            f"{args.data}: features {listed(data.columns.names, 5)}; expected those that {args.model} was "
            f"trained on, {listed(columns.names, 5)}"
        )
    f = model.objective(train.X, labels(train))
    if kept["class_weight"] == "balanced":
        weights = len(train) / (len(train.class_names) * np.bincount(train.y)[train.y])
        f = Objective(f.net, f.X, f.y, f.loss, l2=f.l2, sample_weight=weights)
    return f, model.theta_, args.model


def _notebook(seed):
    f = notebook_objective(seed, 0.01)
    return f, minimize(f, notebook_start(seed)).x, f"the notebook's network, seed {seed}, l2=0.01"
