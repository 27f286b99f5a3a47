"""Pictures on the pages of the reference: the gallery's, and some that are drawn here.

`minnet figures` draws the gallery in full. What it has not drawn, a build of the book draws with --fast, and keeps it
until the package or a script of `figures` changes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import DEVNULL, run
from typing import Any

import numpy as np

from minnet import minimize, optim, plotting, problems
from minnet.gallery import catalogue, read
from minnet.network.activations import ACTIVATIONS

ROOT = Path(__file__).parents[1]
DRAWN = ROOT / "minnet-out" / "figures"  # where `minnet figures` writes
KEPT = ROOT / "minnet-out" / "book"

# The names whose page shows a picture of the gallery, by picture.
GALLERY = {
    "learning_rates": ["optim.GradientDescent"],
    "zigzag": ["optim.Momentum", "plotting.trajectory"],
    "momentum_vectors": ["optim.Nesterov"],
    "adagrad_fading": ["optim.Adagrad"],
    "stabiliser": ["optim.RMSProp"],
    "bias_correction": ["optim.Adam"],
    "cliff": ["optim.clip.Clipped"],
    "schedules": [f"optim.schedules.{name}" for name in ("Constant", "Step", "Cosine", "InverseTime", "OnPlateau")],
    "convergence_order": ["minimize"],
    "undamped": ["optim.Newton"],
    "crash": ["optim.UndampedNewton"],
    "damping_limit": ["optim.LevenbergMarquardt"],
    "saddles": ["optim.SaddleFreeNewton", "optim.TrustRegion"],
    "secant_updates": ["optim.BFGS", *(f"optim.updates.{name}_update" for name in ("bfgs", "dfp", "psb"))],
    "lbfgs_memory": ["optim.LBFGS"],
    "line_search": ["optim.StrongWolfe"],
    "conjugate_directions": ["optim.conjugate_gradient.NonlinearCG"],
    "eigenvector_search": ["optim.EigenvectorLineSearch"],
    "gauss_newton": ["optim.GaussNewton", "curvature.GGNOperator"],
    "autoencoder": ["optim.HessianFree"],
    "flat_points": ["curvature.certificate"],
    "spectrum_training": ["curvature.eigenvalues"],
    "error_against_index": ["curvature.inertia"],
    "eigenbasis": ["curvature.step_in_eigenbasis"],
    "conditioning": ["curvature.condition", "problems.quadratic"],
    "fisher_ggn": ["curvature.FisherOperator"],
    "proof_ball": ["curvature.proof.prove"],
    "difference_errors": [f"check.{name}" for name in ("gradient_differences", "hessian_from_gradients", "hessian_from_values")],
    "label_smoothing": ["network.losses.SoftmaxCrossEntropy"],
    "gradients_by_layer": ["MLP"],
    "profiles": ["race.Race"],
    "landscape": ["problems.lecture_surface"],
    "training_newton": ["plotting.training_film"],
}
OF_NAMES = {f"minnet.{name}": picture for picture, names in GALLERY.items() for name in names}
SURFACES = ("beale", "rosenbrock", "himmelblau", "saddle", "stretched_saddle", "monkey_saddle")


def drawn(name: str) -> tuple[dict[str, Any], Path] | None:
    """The facts of a picture of the gallery and the folder that has it, and None where it has not been drawn."""
    return next(((facts, place) for place in (DRAWN, KEPT) if (facts := read(place / f"{name}.json"))), None)


def draw_missing() -> None:
    """Draw the pictures of the gallery that nobody has drawn since the package changed."""
    changed = max(path.stat().st_mtime for part in ("minnet", "figures") for path in (ROOT / part).rglob("*.py"))
    missing = []
    for name in catalogue():
        kept = KEPT / f"{name}.json"
        if not read(DRAWN / kept.name) and not (read(kept) and kept.stat().st_mtime > changed):
            missing.append(name)
    if missing:
        print(f"drawing {len(missing)} pictures into {KEPT}", flush=True)
        run([sys.executable, "-m", "minnet", "figures", "--fast", "--out", KEPT, *missing], check=True, stdout=DEVNULL)


def surface(name: str) -> plotting.Drawing:
    """The contours of a function of two variables, with the way of BFGS from its first start."""
    f = getattr(problems, name)()
    way = minimize(f, f.starts[0], optim.BFGS(), max_iter=50, record=["x"])
    return plotting.trajectory(f, {"BFGS": way}, convergence=False, frame=f.bounds)


@plotting.style
def activations() -> plotting.Drawing:
    """Each activation with its two derivatives."""
    figure, axes = plotting.subplots(2, 5, 11.0, 4.8)
    z = np.linspace(-4, 4, 801)
    for ax, (name, rules) in zip(axes.flat, ACTIVATIONS.items()):
        for label, rule in (("σ", rules.f), ("σ′", rules.df), ("σ″", rules.d2f)):
            ax.plot(z, rule(z) * np.ones_like(z), label=label)
        ax.set(title=name, ylim=(-1.3, 2.3))
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="outside lower left", ncols=3)
    return figure


# The names whose page shows a picture that is drawn here: how to draw it, and what one sees.
OWN: dict[str, tuple[Callable[[], plotting.Drawing], str]] = {
    f"minnet.problems.{name}": (
        lambda name=name: surface(name),
        f"The contours of {name.replace('_', ' ')}, and the way of BFGS from its first start.",
    )
    for name in SURFACES
} | {"minnet.network.activations": (activations, "Each activation σ with its first and second derivative.")}


def draw_own(folder: Path) -> None:
    """Draw these into a folder, each under its full name."""
    for name, (draw, _) in OWN.items():
        plotting.save(draw(), folder / f"{name}.png")
