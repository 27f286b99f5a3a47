"""The Hessian's spectrum at a trained model.

MODEL.npz and the DATA.csv that it was trained on: the curvature of the training loss there. Without them: the
notebook's network, trained with weight decay. Prints a table and writes spectrum.png to --out.
"""
from __future__ import annotations

import numpy as np

from .. import plotting
from ..curvature import certificate
from ..datasets import notebook, notebook_start, read_csv_with_columns
from ..datasets.tables import listed
from ..estimators import LARGEST_CERTIFIED
from ..network import MLP
from ..objective import Objective
from ..optim import minimize
from .common import folder, labels, notebook_seed, trained_model


def arguments(parser):
    parser.add_argument("model", nargs="?", metavar="MODEL.npz")
    parser.add_argument("data", nargs="?", metavar="DATA.csv")
    parser.add_argument("--out", default="minnet-out", help="folder for spectrum.png (default minnet-out)")


def run(args):
    if args.model and not args.data:
        raise ValueError(f"{args.model} without a table; expected MODEL.npz DATA.csv, or neither")
    f, theta, name = _trained(args) if args.model else _notebook(notebook_seed(args.seed))
    if f.n > LARGEST_CERTIFIED:
        raise ValueError(f"{f.n} parameters; expected at most {LARGEST_CERTIFIED} for a dense spectrum")
    out, c, ggn = folder(args.out), certificate(f, theta), np.linalg.eigvalsh(f.ggn(theta))
    fig, ax = plotting.subplots()
    plotting.spectrum(ax, {"Hessian": c.eigenvalues, "Gauss-Newton": ggn}, c.error_bound)
    plotting.save(fig, out / "spectrum.png")
    print(f"{name}: {f.n} parameters\n{c}")
    print(f"{'quantile':>8} {'Hessian':>12} {'Gauss-Newton':>12}")
    for q in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1):
        print(f"{q:>8g} {np.quantile(c.eigenvalues, q):>12.4g} {np.quantile(ggn, q):>12.4g}")
    print(f"wrote {out}/spectrum.png")


def _trained(args):
    model, columns = trained_model(args.model)
    table = model.table_
    data, found = read_csv_with_columns(args.data, table["target"], table["kind"])
    if found != columns:
        raise ValueError(f"{args.data}: features {listed(found.names, 5)}; expected those that {args.model} was "
                         f"trained on, {listed(columns.names, 5)}")
    train, _ = data.split(table["test_fraction"], rng=table["seed"])
    return model.objective(train.X, labels(train)), model.theta_, args.model


def _notebook(seed):
    data = notebook(seed)
    f = Objective(MLP([2, 3, 1]), data.X, data.y, "binary_crossentropy", l2=0.01, reduction="sum")
    return f, minimize(f, notebook_start(seed)).x, f"the notebook's network, seed {seed}, l2=0.01"
