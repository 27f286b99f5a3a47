"""Check every derivative rule.

Gradient, Hessian-vector product, Hessian and Gauss-Newton product of a small random network, for each activation
and loss, against complex step: exit status 1 unless all of them pass.
"""

from __future__ import annotations

import argparse

import numpy as np

from .. import check
from ..network.activations import ACTIVATIONS
from ..network.losses import LOSSES
from ..network.mlp import MLP
from ..network.objective import Objective
from .common import widths


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--activation", help=f"one of {', '.join(ACTIVATIONS)} (default: all)")
    parser.add_argument("--loss", help=f"one of {', '.join(LOSSES)} (default: all)")
    parser.add_argument("--hidden", default="5,4", help="hidden widths (default 5,4)")
    parser.add_argument("--how", default="complex-step", choices=["complex-step", "difference", "taylor"])


def run(args: argparse.Namespace) -> int:
    activations, losses = _chosen("--activation", args.activation, ACTIVATIONS), _chosen("--loss", args.loss, LOSSES)
    hidden, failures = widths(args.hidden), []
    print(f"{'activation':<11} {'loss':<21} {'gradient':>9} {'hvp':>9} {'hessian':>9} {'ggnvp':>9}")
    for activation in activations:
        for loss in losses:
            f, theta = _objective(activation, loss, hidden, np.random.default_rng(args.seed))
            reports = [
                check.gradient(f, theta, args.how),
                check.hvp(f, theta, how=args.how),
                check.hessian(f, theta, args.how),
                check.ggnvp(f, theta),
            ]
            errors = " ".join(f"{report.error:>9.1e}" for report in reports)
            verdicts = [report.verdict for report in reports if not report]
            worst = "  " + max(verdicts, key="FAILED".__eq__) if verdicts else ""
            print(f"{activation:<11} {loss:<21} {errors}{worst}")
            failures += [f"{activation}, {loss}: {report}" for report in reports if not report]
    print("\n".join(failures) if failures else "all passed")
    return 1 if failures else 0


def _chosen(option, name, table):
    if name is not None and name not in table:
        raise ValueError(f"{option} {name}: unknown; expected one of {', '.join(table)}")
    return table if name is None else [name]


def _objective(activation, loss, hidden, rng):
    net, N = MLP([3, *hidden, 2], activation), 7
    y = {
        "squared_error": rng.normal(size=(N, 2)),
        "huber": 3 * rng.normal(size=(N, 2)),
        "poisson": rng.poisson(2, (N, 2)),
        "binary_crossentropy": rng.integers(0, 2, (N, 2)),
        "softmax_crossentropy": rng.integers(0, 2, N),
    }[loss]
    return Objective(net, rng.normal(size=(N, 3)), y, loss, l2=0.01), net.init(rng=rng) + 0.1 * rng.normal(
        size=net.n_params
    )
