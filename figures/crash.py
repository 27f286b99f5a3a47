"""The notebook's crash and its mending: damp the step, and give the loss a minimum
{count} seeds of the NNDL notebook on second-order methods: after its {adam} Adam steps H has {least} to {most} negative
eigenvalues. Its own step, θ − inv(H) g with H from differences of gradients, then ends in a singular matrix on
{crashed} of {count} seeds, after {first} to {last} steps: it throws the weights out to {small:.0e}…{large:.0e}, the
units saturate, and the rank of that H, {full} at first, is {rank_low} to {rank_high} of {n} at the end. It finds a
minimum on none of them, though one comes to a gradient of {gradient:.0e}: whether such a run is thrown out again is for
rounding to say. With weight decay {l2} in the loss and a step that only goes downhill, all seeds end at a strict
minimum: minnet's Newton after {newton:.0f} steps in the median (gradients below 10⁻¹² are drawn there), the trust
region after {trust:.0f}, saddle-free Newton after {free:.0f}, with weights of norm {norm_low:.0f} to {norm_high:.0f}.
Which of the two remedies does what, and what a shorter step would do, is told apart in the picture "ablation".
"""
import numpy as np

from minnet import datasets, minimize, plotting
from minnet.check import hessian_from_gradients
from minnet.curvature import certificate, inertia
from minnet.gallery import Claim, Picture
from minnet.notebook import NOTEBOOK_ADAM, notebook_objective
from minnet.optim import Newton, SaddleFreeNewton, TrustRegion, UndampedNewton
from minnet.plotting import style

from ._notebook import ADAM, EPS, GTOL, L2

SOURCES = "notebook: code, Improvement over first order; draft: Ill-conditioned Hessians"
ORDER = (5, 6)
ALT = ("Six panels, a line for each of twenty seeds. Above, the notebook's Newton: within a few steps weights grow by "
       "many powers of ten, the rank falls and the gradient stays large. Below, damped Newton with weight decay: "
       "weights and rank stay, the gradient falls to 1e-8.")
MENDED = {"newton": Newton(), "trust": TrustRegion(), "free": SaddleFreeNewton()}
PANELS = {"norm": "norm of the weights", "rank": "rank of H", "gradient_norm": "gradient norm"}


def norm(f, x):
    return np.linalg.norm(x)


def rank(f, x):
    """The rank of H to relative rounding."""
    return np.linalg.matrix_rank(f.hessian(x))


def rank_seen(f, x):
    """The rank of the notebook's H, from differences of gradients."""
    return np.linalg.matrix_rank(hessian_from_gradients(f, x, EPS))


def runs(seeds):
    """{name: results}: Adam from the notebook's starts; from its ends the notebook's Newton and the mended methods."""
    record = ("x", norm, rank, inertia)
    found = {"adam": [minimize(notebook_objective(seed), datasets.notebook_start(seed), NOTEBOOK_ADAM, max_iter=ADAM,
                               gtol=0, record=record)
                      for seed in seeds]}
    ends = [run.history["x"][-1] for run in found["adam"]]
    found["notebook"] = [minimize(notebook_objective(seed), x, UndampedNewton(differences=EPS), max_iter=60, gtol=1e-6,
                                  record=(*record, rank_seen))
                         for seed, x in zip(seeds, ends)]
    for name, method in MENDED.items():
        found[name] = [minimize(notebook_objective(seed, L2), x, method, max_iter=500, gtol=GTOL, record=record)
                       for seed, x in zip(seeds, ends)]
    return found


@style
def draw(found):
    fig, axes = plotting.subplots(2, 3, 9.5, 5.6)
    for row, name, colour in ((0, "notebook", "C1"), (1, "newton", "C0")):
        for ax, (what, title) in zip(axes[row], PANELS.items()):
            for adam, run in zip(found["adam"], found[name]):
                before, after = adam.history[what], run.history["rank_seen" if (row, what) == (0, "rank") else what]
                ax.plot(np.arange(ADAM + 1), before, color="0.65", linewidth=0.6, linestyle="-")
                ax.plot(ADAM + np.arange(len(after)), np.maximum(after, 1e-12), color=colour, linewidth=0.8,
                        linestyle="-")
                ax.plot(ADAM + len(after) - 1, max(after[-1], 1e-12), "x" if name == "notebook" else "o", color=colour,
                        markersize=4)
            ax.set(title=title if row == 0 else "", xlim=(30, 82), yscale="linear" if what == "rank" else "log")
            if what == "rank":
                ax.set(ylim=(-0.5, 13.9), yticks=[0, 3, 6, 9, 13])
            ax.axvline(ADAM, color="0.5", linewidth=0.8, linestyle=(0, (2, 2)))
            ax.tick_params(labelbottom=row == 1)
    axes[0, 0].set_ylabel("the notebook's: θ − inv(H) g")
    axes[1, 0].set_ylabel("mended: damped, weight decay")
    for column in (0, 2):
        low, high = (f(ax.get_ylim()[end] for ax in axes[:, column]) for f, end in ((min, 0), (max, 1)))
        for ax in axes[:, column]:
            ax.set_ylim(low, high)
    for ax in axes[1]:
        ax.set_xlabel("iteration")
    axes[0, 0].annotate("Adam", (ADAM - 1, 1e12), ha="right", fontsize=8)
    axes[0, 0].annotate("Newton", (ADAM + 6, 1e12), ha="left", fontsize=8)
    return fig


def picture(fast: bool) -> Picture:
    seeds = range(6 if fast else 20)
    found = runs(seeds)
    notebook, mended = found["notebook"], {name: found[name] for name in MENDED}
    negative = [run.history["inertia"][-1, 1] for run in found["adam"]]
    reached = [run.history["norm"][-1] for run in notebook]
    ranks = [run.history["rank_seen"][-1] for run in notebook]
    norms = [run.history["norm"][-1] for entries in mended.values() for run in entries]
    minima = [run.success and certificate(notebook_objective(seed), run.x).kind in ("strict minimum", "flat minimum")
              for seed, run in zip(seeds, notebook)]
    crashed = [not run.success and "singular" in run.message for run in notebook]
    kinds = {name: [certificate(notebook_objective(seed, L2), run.x).kind for seed, run in zip(seeds, entries)]
             for name, entries in mended.items()}
    strict = {name: sum(run.success and kind == "strict minimum" for run, kind in zip(mended[name], kinds[name]))
              for name in MENDED}
    return Picture(
        draw(found),
        numbers={"count": len(seeds), "adam": ADAM, "l2": L2, "n": 13, "least": min(negative), "most": max(negative),
                 "crashed": sum(crashed), "first": min(run.nit for run in notebook),
                 "last": max(run.nit for run in notebook),
                 "small": min(reached), "large": max(reached),
                 "full": min(run.history["rank_seen"][0] for run in notebook),
                 "rank_low": min(ranks), "rank_high": max(ranks),
                 "gradient": min(run.history["gradient_norm"].min() for run in notebook),
                 "norm_low": min(norms), "norm_high": max(norms),
                 **{name: np.median([run.nit for run in mended[name]]) for name in MENDED}},
        settings={"seeds": list(seeds), "l2": L2, "gtol": GTOL,
                  "methods": {name: repr(method) for name, method in MENDED.items()}}, runs=found,
        shows={"the notebook's Newton finds a minimum on no seed": not any(minima),
               "it ends in a singular matrix on four seeds of five": np.mean(crashed) >= 0.8,
               **{f"{name} ends at a strict minimum on every seed": number == len(seeds)
                  for name, number in strict.items()},
               "the rank of H falls on four seeds of five": np.mean(np.array(ranks) < 13) >= 0.8},
        claims={"Newton's method needs no learning rate": Claim.over(minima, "seeds of the notebook"),
                "the run ends in LinAlgError: Singular matrix":
                Claim.over(crashed, "seeds of the notebook", needed=0.8)},
        data={"notebook": notebook, "mended": mended, "adam": found["adam"]})
