"""The Hessian's spectrum at a trained model.

MODEL.npz and the DATA.csv that it was trained on: the curvature of the training loss there. Without them: the
notebook's network, trained with weight decay. Prints a table and writes spectrum.png, eigenvalues and their density, to
--out. Up to 2000 parameters all eigenvalues are computed; beyond, both ends, trace and density come from products alone.
"""
from __future__ import annotations

import numpy as np

from .. import plotting
from ..curvature import GGNOperator, HessianOperator, certificate, density, lanczos, trace
from ..datasets import notebook, notebook_start, read_csv
from ..datasets.tables import listed
from ..estimators import LARGEST_CERTIFIED
from ..network.mlp import MLP
from ..network.objective import Objective
from ..optim import minimize
from .common import folder, labels, notebook_seed, trained_model

OPERATORS = {"Hessian": HessianOperator, "Gauss-Newton": GGNOperator}


def arguments(parser):
    parser.add_argument("model", nargs="?", metavar="MODEL.npz")
    parser.add_argument("data", nargs="?", metavar="DATA.csv")
    parser.add_argument("--out", default="minnet-out", help="folder for spectrum.png (default minnet-out)")


def run(args):
    if args.model and not args.data:
        raise ValueError(f"{args.model} without a table; expected MODEL.npz DATA.csv, or neither")
    f, theta, name = _trained(args) if args.model else _notebook(notebook_seed(args.seed))
    out = folder(args.out)
    spectra, bound, lines = (_dense if f.n <= LARGEST_CERTIFIED else _by_products)(f, theta, args.seed)
    densities = {kind: density(A(f, theta), rng=args.seed) for kind, A in OPERATORS.items()}
    fig, (left, right) = plotting.subplots(1, 2, width=10.0)
    plotting.spectrum(spectra, bound, left)
    plotting.density(densities, right)
    fig.suptitle(f"Spectrum of {plotting.literal(name)}, {f.n} parameters")
    plotting.save(fig, out / "spectrum.png")
    print(f"{name}: {f.n} parameters", *lines, f"wrote {out}/spectrum.png", sep="\n")


def _dense(f, theta, seed):
    """(spectra, error bound, lines): the certificate, and quantiles of all eigenvalues."""
    c = certificate(f, theta)
    spectra = {"Hessian": c.eigenvalues, "Gauss-Newton": np.linalg.eigvalsh(f.ggn(theta))}
    rows = [f"{q:>8g}" + "".join(f" {np.quantile(lam, q):>12.4g}" for lam in spectra.values())
            for q in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)]
    return spectra, c.error_bound, [str(c), f"{'quantile':>8} {'Hessian':>12} {'Gauss-Newton':>12}", *rows]


def _by_products(f, theta, seed):
    """The same from products: Ritz values with their bounds, and the trace with its standard error."""
    found = {kind: lanczos(A(f, theta), rng=seed) for kind, A in OPERATORS.items()}
    lines = [f"{kind}: lowest {run.values[0]:.6g} within {run.bounds[0]:.1g}, highest {run.values[-1]:.6g} within "
             f"{run.bounds[-1]:.1g}, trace {trace(OPERATORS[kind](f, theta), rng=seed)}" for kind, run in found.items()]
    return {f"{kind}, Ritz values": run.values for kind, run in found.items()}, None, lines


def _trained(args):
    model, columns = trained_model(args.model)
    table = model.table_
    data = read_csv(args.data, table["target"], table["kind"])
    train, _ = data.split(table["test_fraction"], rng=table["seed"]) if data.columns.names == columns.names else (data, None)
    if train.columns != columns:
        raise ValueError(f"{args.data}: features {listed(data.columns.names, 5)}; expected those that {args.model} was "
                         f"trained on, {listed(columns.names, 5)}")
    return model.objective(train.X, labels(train)), model.theta_, args.model


def _notebook(seed):
    data = notebook(seed)
    f = Objective(MLP([2, 3, 1]), data.X, data.y, "binary_crossentropy", l2=0.01, reduction="sum")
    return f, minimize(f, notebook_start(seed)).x, f"the notebook's network, seed {seed}, l2=0.01"
