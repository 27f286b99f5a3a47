"""The Hessian along training: indefinite under Adam, definite where Newton ends
All {n} eigenvalues of H on the network of the NNDL notebook on second-order methods (seed {seed}, weight decay {l2}),
through {adam} steps of the notebook's Adam and {newton} of Newton's method. At the start {first} of them are negative,
and {handover} still are where the notebook went over to the plain step H⁻¹g, which goes uphill along each of them.
Newton's method in a trust region leaves the last negative one behind at iteration {definite} and ends at a strict
minimum with the gradient at {gradient:.0e}. max |λ| / min |λ| is {least:.0f} at its smallest and {most:.0e} at its
largest, when an eigenvalue passes through zero; only at the end, where all are positive, is it the condition number κ =
λmax/λmin = {kappa:,.0f} on which the speed of gradient descent depends.
"""
import numpy as np

from minnet import datasets, minimize, plotting
from minnet.curvature import certificate, condition, eigenvalues, inertia
from minnet.gallery import Claim, Picture
from minnet.notebook import NOTEBOOK_ADAM, notebook_objective
from minnet.optim import Newton
from minnet.plotting import style

SOURCES = "notebook: code; draft: Hessian not positive definite, Ill-conditioned Hessians"
ORDER = (4, 10)
ALT = ("Thirteen eigenvalues against the iteration on a scale logarithmic both ways, several below zero until shortly "
       "before the end; beside them the number of negative ones falling to zero, the condition number, and loss and "
       "gradient norm, which drop under Newton.")
SEED, ADAM, L2 = 0, 50, 0.01


@style
def draw(history):
    fig, axes = plotting.subplots(2, 2, 9.5, 6.0)
    (spectrum, negative), (ratio, descent) = axes
    lam, steps = history["eigenvalues"], np.arange(len(history["value"]))
    for values in lam.T:
        spectrum.plot(steps, values, color="C0", linestyle="-", linewidth=0.8, zorder=2)
    spectrum.plot(*np.nonzero(lam < 0)[:1], lam[lam < 0], "o", color="C1", markersize=2.5, linestyle="none",
                  label="negative", zorder=3)
    spectrum.axhline(0, color="black", linewidth=0.8)
    spectrum.set_yscale("symlog", linthresh=0.01, linscale=0.5)
    spectrum.set_yticks([-10, -1, -0.1, 0, 0.1, 1, 10, 100])
    spectrum.set(title="eigenvalues of H", ylim=(-40, 700))
    spectrum.legend(loc="lower right", handlelength=1)
    negative.step(steps, history["inertia"][:, 1], where="mid", color="C1", linestyle="-")
    negative.set(title="negative eigenvalues", ylim=(-0.2, history["inertia"][:, 1].max() + 1))
    definite = history["inertia"][:, 1] == 0
    ratio.semilogy(steps, history["condition"], color="0.5", linestyle="-", linewidth=1.0)
    ratio.semilogy(steps[definite], history["condition"][definite], "o", color="C2", markersize=4,
                   label="positive definite: this is κ")
    ratio.set(title="max |λ| / min |λ|", ylim=(200, 5e7))
    ratio.legend(loc="upper left", handlelength=1)
    descent.semilogy(steps, history["value"], color="C0", linestyle="-", label="loss")
    descent.semilogy(steps, history["gradient_norm"], color="C1", linestyle="--", label="gradient norm")
    descent.set_title("loss and gradient norm")
    descent.legend(loc="lower left")
    for ax in axes.flat:
        ax.axvline(ADAM, color="0.5", linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
        ax.set_xlim(0, steps[-1] + 1)
    for ax in axes[1]:
        ax.set_xlabel("iteration")
    top = negative.get_ylim()[1]
    negative.annotate("Adam", (ADAM - 1, top), ha="right", va="top", fontsize=8)
    negative.annotate("Newton", (ADAM + 1, top), ha="left", va="top", fontsize=8)
    return fig


def picture(fast: bool) -> Picture:
    f, record = notebook_objective(SEED, L2), ("x", eigenvalues, inertia, condition)
    adam = minimize(f, datasets.notebook_start(SEED), NOTEBOOK_ADAM, max_iter=ADAM, gtol=0, record=record)
    newton = minimize(f, adam.history["x"][-1], Newton(), gtol=1e-9, record=record)
    history = {name: np.concatenate([adam.history[name], newton.history[name][1:]]) for name in newton.history}
    negative = history["inertia"][:, 1]
    return Picture(
        draw(history),
        numbers={"n": f.n, "seed": SEED, "l2": L2, "adam": ADAM, "newton": newton.nit, "first": negative[0],
                 "handover": negative[ADAM],
                 "definite": int(np.flatnonzero(negative)[-1] + 1), "gradient": newton.history["gradient_norm"][-1],
                 "least": history["condition"].min(), "most": history["condition"].max(),
                 "kappa": history["condition"][-1]},
        settings={"seed": SEED, "l2": L2, "Adam": repr(NOTEBOOK_ADAM)}, runs={"Adam": adam, "Newton": newton},
        shows={"H is indefinite all through Adam's steps": (negative[:ADAM + 1] > 0).all(),
               "Newton ends at a strict minimum":
               newton.success and certificate(f, newton.x).kind == "strict minimum"},
        claims={"H need not be positive definite":
                Claim((negative > 0).any(), f"{len(negative)} points of one run", (negative > 0).mean()),
                "κ = λmax/λmin is a condition number all along":
                Claim.over(history["eigenvalues"][:, 0] > 0, "points of one run")},
        data={"history": history, "x": newton.x})
