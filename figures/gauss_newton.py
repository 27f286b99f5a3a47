"""y(1 − y) b bᵀ is the Gauss-Newton matrix G: never indefinite, and not yet the Hessian H
The NNDL notebook on second-order methods sums y(1 − y) b bᵀ over the examples, y the network's output and b the
gradient of what goes into its sigmoid, and calls it the Hessian. It is the Gauss-Newton matrix, to {equal:.0e} of its
norm at every one of the {points} points of this run: {adam} steps of the notebook's Adam, then {newton} of Newton's
with weight decay. Σ y(1 − y) b bᵀ has no negative eigenvalue beyond rounding (lowest {lowest_g:.0e}), while H has up
to {negative} of {n} and goes down to {lowest_h:.1f}. H − G, the part that the bend of the network makes, is
{first:.0f} % of H at the start and {last:.1f} % at the minimum, where the errors y − t are small or cancel. A step
with G always goes downhill, but it sees no saddle.
"""
import numpy as np
from matplotlib.colors import SymLogNorm

from minnet import Objective, datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.network.activations import sigmoid
from minnet.notebook import NOTEBOOK_ADAM, notebook_objective
from minnet.optim import Newton
from minnet.plotting import style

SOURCES = "notebook: code"
ORDER = (4, 8)
ALT = ("Heat maps of the Hessian and the Gauss-Newton matrix, 13 by 13, which differ at the start and look alike at "
       "the minimum; below, their relative distance falling along the iterations, and their lowest eigenvalues, the "
       "Hessian's negative for many steps.")
SEED, ADAM, L2 = 0, 50, 0.01


def notebooks_matrix(f, theta):
    """Σ y(1 − y) b bᵀ; b are the gradients of squared errors whose targets lie 1 below the raw outputs z."""
    z = f.net.outputs(theta, f.X)
    b = Objective(f.net, f.X, z - 1, "squared_error").per_example_gradients(theta)
    y = sigmoid(z)
    return (y * (1 - y) * b).T @ b


def path():
    """The run with weight decay: Adam, then Newton."""
    f = notebook_objective(SEED, L2)
    adam = minimize(f, datasets.notebook_start(SEED), NOTEBOOK_ADAM, max_iter=ADAM, gtol=0, record=("x",))
    newton = minimize(f, adam.history["x"][-1], Newton(), gtol=1e-8, record=("x",))
    return adam, newton, np.concatenate([adam.history["x"], newton.history["x"][1:]])


@style
def draw(matrices, distance, lowest):
    fig, axes = plotting.subplots(2, 4, 9.5, 5.6)
    largest = max(abs(M).max() for M in matrices.values())
    for ax, (name, M) in zip(axes[0], matrices.items()):
        image = ax.imshow(M, cmap="PuOr", norm=SymLogNorm(0.01 * largest, vmin=-largest, vmax=largest))
        ax.set_title(name)
        ax.set(xticks=[0, 6, 9, 12], yticks=[0, 6, 9, 12])
        ax.set_xticklabels(["W₁", "b₁", "W₂", "b₂"])
        ax.set_yticklabels(["W₁", "b₁", "W₂", "b₂"])
        ax.grid(False)
    bar = fig.colorbar(image, ax=axes[0], shrink=0.85, pad=0.01)
    bar.set_ticks([-100, -10, 0, 10, 100])
    for ax in axes[1]:
        ax.remove()
    left, right = (fig.add_subplot(axes[0, 0].get_gridspec()[1, part]) for part in (slice(0, 2), slice(2, 4)))
    left.plot(distance, color="C0")
    left.set(yscale="log", xlabel="iteration", title="‖H − G‖ / ‖H‖")
    right.plot(lowest["H"], color="C1", linestyle="--", label="H")
    right.plot(lowest["G"], color="C0", linestyle="-", label="G")
    right.set_yscale("symlog", linthresh=0.1, linscale=0.7)
    right.set(xlabel="iteration", title="lowest eigenvalue", ylim=(-30, 0.1))
    right.set_yticks([-10, -1, -0.1, 0])
    right.legend(loc="lower right")
    for ax in (left, right):
        ax.axvline(ADAM, color="0.5", linewidth=0.8, linestyle=(0, (2, 2)))
        ax.set_xlim(0, len(distance) - 1)
    top = left.get_ylim()[1]
    left.annotate("Adam", (ADAM - 1, top), ha="right", va="top", fontsize=8)
    left.annotate("Newton", (ADAM + 1, top), ha="left", va="top", fontsize=8)
    return fig


def picture(fast: bool) -> Picture:
    (adam, newton, points), f = path(), notebook_objective(SEED)
    H, G = (np.array([rule(x) for x in points]) for rule in (f.hessian, f.ggn))
    own = np.array([notebooks_matrix(f, x) for x in points])
    norms = {name: np.linalg.norm(M, axis=(1, 2)) for name, M in {"H": H, "G": G, "H − G": H - G,
                                                                  "own": own - G}.items()}
    distance, equal = norms["H − G"] / norms["H"], (norms["own"] / norms["G"]).max()
    spectra = {name: np.linalg.eigvalsh(M) for name, M in {"H": H, "G": G}.items()}
    lowest = {name: lam[:, 0] for name, lam in spectra.items()}
    negative = (spectra["H"] < 0).sum(1)
    return Picture(
        draw({"H at the start": H[0], "G at the start": G[0], "H at the minimum": H[-1], "G at the minimum": G[-1]},
             distance, lowest),
        numbers={"equal": equal, "points": len(points), "adam": ADAM, "newton": newton.nit,
                 "lowest_g": lowest["G"].min(),
                 "n": f.n,
                 "negative": negative.max(), "lowest_h": lowest["H"].min(), "first": 100 * distance[0],
                 "last": 100 * distance[-1]},
        settings={"seed": SEED, "l2 of the run": L2, "l2 of H and G": 0.0}, runs={"Adam": adam, "Newton": newton},
        shows={"the notebook's matrix is Gauss-Newton's": equal < 1e-12,
               "it has no negative eigenvalue": lowest["G"].min() > -1e-12 * norms["G"].max(),
               "the Hessian has": (negative[:ADAM] > 0).all(),
               "the two come near to each other": distance[-1] < distance[0] / 5},
        claims={"y(1 − y) b bᵀ, summed, is the Hessian": Claim.over(distance < 1e-6, "points of one run")},
        data={"points": points, "H": H, "G": G, "distance": distance, "success": newton.success})
