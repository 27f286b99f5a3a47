"""The notebook again: its data, its network, its fifty Adam steps, then three ways to go on."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .. import plotting
from ..curvature import certificate
from ..datasets import notebook, notebook_start
from ..network.activations import sigmoid
from ..notebook import NOTEBOOK_ADAM, notebook_objective
from ..optim import Newton, UndampedNewton, minimize
from ..report import write_json
from .common import notebook_seed, on_terminal, run_report
from .output import own_folder, save_picture

WAYS = (  # name, method, weight decay, iterations at most
    ("notebook's Newton", UndampedNewton(differences=1e-8), 0.0, 200),
    ("minnet's Newton", Newton(), 0.0, 5000),
    ("with weight decay", Newton(), 0.01, 5000),
)


def run(args: argparse.Namespace) -> None:
    if (Path(args.out) / "model.npz").exists():
        raise ValueError(f"--out {args.out} holds a trained model; expected another folder")
    notebook_seed(args.seed)
    with own_folder(args.out, ("report.json", "notebook.png"), "minnet train", args.overwrite) as out:
        _run(args, out)


def _run(args, out):
    data = notebook(args.seed)
    adam = minimize(
        notebook_objective(args.seed), notebook_start(args.seed), NOTEBOOK_ADAM, max_iter=50, gtol=0, record=("x",)
    )
    runs = {}
    for name, method, l2, max_iter in WAYS:
        f = notebook_objective(args.seed, l2)
        result = minimize(
            f, adam.history["x"][-1], method, max_iter=max_iter, gtol=1e-6, record=("x",), progress=on_terminal()
        )
        x = result.x if result.success else result.history["x"][-1]
        runs[name] = x, result, certificate(f, x, prove=True)
    save_picture(_picture(args, data, f.net, adam, runs), out / "notebook.png")
    write_json(
        out / "report.json",
        {
            "product": "minnet train",
            "seed": args.seed,
            "runs": {
                name: {"l2": l2, "weights": runs[name][0], **run_report(*runs[name][1:])} for name, _, l2, _ in WAYS
            },
        },
    )
    print(
        f"The notebook, seed {args.seed}: 80 points, network 2-3-1, 13 weights; 50 Adam steps bring the loss from "
        f"{adam.history['value'][0]:.4f} to {adam.history['value'][-1]:.4f}.\n"
    )
    print(
        f"{'then':<18} {'l2':>5} {'steps':>5} {'loss':>12} {'gradient':>9} {'lowest eigenvalue':>17} "
        f"{'weights':>8}  end"
    )
    for name, _, l2, _ in WAYS:
        x, result, c = runs[name]
        lowest = f"{c.eigenvalues[0]:.2g}" if len(c.eigenvalues) else "not finite"
        print(
            f"{name:<18} {l2:>5g} {result.nit:>5} {c.value:>12.6g} {c.gradient_norm:>9.1e} {lowest:>17} "
            f"{np.linalg.norm(x):>8.1e}  {c.kind if result.success else 'fails: ' + _end(result)}"
        )
    for name, (_, result, c) in runs.items():
        if result.success:
            print(f"\n{name}: {c}")
    print(f"\nwrote {out}/notebook.png and report.json")


def _end(result):
    return result.message.removeprefix("no further progress: ").partition(";")[0]


@plotting.style
def _picture(args, data, net, adam, runs):
    """The decision boundary after each way to go on, and loss, gradient norm and spectrum of all of them."""
    fig, (top, bottom) = plotting.subplots(2, len(runs), 3.3 * len(runs), 6.8)
    fig.suptitle(f"The notebook's network, seed {args.seed}")
    for ax, (name, (x, result, c)) in zip(top, runs.items()):
        plotting.boundary(
            lambda points, x=x: sigmoid(net.outputs(x, points))[:, 0],
            data.X,
            data.y,
            title=f"{name}: {c.kind if result.success else 'fails'}",
            ax=ax,
        )
    for ax in top[1:]:
        ax.tick_params(labelleft=False)
        ax.set_ylabel("")
    histories = {
        name: {key: np.concatenate([adam.history[key][:-1], result.history[key]]) for key in ("value", "gradient_norm")}
        for name, (_, result, _) in runs.items()
    }
    plotting.convergence(histories, "value", ax=bottom[0])
    plotting.convergence(histories, ax=bottom[1])
    plotting.spectrum({name: c.eigenvalues for name, (_, _, c) in runs.items()}, ax=bottom[2])
    fig.legend(*bottom[0].get_legend_handles_labels(), loc="outside lower left", ncols=len(runs))
    return fig
