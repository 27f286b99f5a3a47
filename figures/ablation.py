"""What the notebook's Newton lacked: damping, weight decay, and not a shorter step
How runs end that start where the Adam of the NNDL notebook on second-order methods stops, over {count} seeds. The
notebook's own step, undamped and without weight decay, ends in a singular matrix on {crash_none:.0%} of the seeds; on
how many exactly is for rounding to say. Shortening it to {factors} of its length leaves {crash_factors}. Weight decay
{l2} alone, undamped: a strict minimum on {minimum_decay:.0%}. Damping alone, without weight decay: no singular matrix,
and a strict minimum on {minimum_damping:.0%}: the weights run to infinity as the loss creeps down. Both together: a
strict minimum on {minimum_both:.0%}. So a shorter step does not mend it, and neither does one of the two remedies
alone.
"""
from __future__ import annotations

import numpy as np

from minnet import Function, Objective, minimize, plotting
from minnet.curvature import certificate
from minnet.gallery import Claim, Picture
from minnet.notebook import notebook_objective
from minnet.optim import Newton, UndampedNewton
from minnet.plotting import style

from ._notebook import EPS, GTOL, L2, after_adam
from ._words import listed

SOURCES = "notebook: code, Improvement over first order"
ORDER = (5, 7)
ALT = ("Horizontal bars, one a variant of the method, each split by how the runs end: the undamped ones without "
       "weight decay mostly in a singular matrix, damped Newton with weight decay always at a strict minimum.")
FACTORS = (0.3, 0.1, 0.03)
ENDS = ("strict minimum", "no minimum within the limit", "singular matrix")
STEPS = {"undamped": 60, "damped": 200}


def shortened(f: Objective, factor: float) -> Function:
    """f whose Hessian is divided by the factor, so that Newton's step on it is that much of its length."""
    return Function(f.value, f.gradient, hessian=lambda x: f.hessian(x) / factor, n=f.net.n_params)


def end(seed: int, l2: float, damped: bool, factor: float = 1.0) -> str:
    """How a run from the end of the notebook's Adam ends: one of ENDS."""
    f, x = notebook_objective(seed, l2), after_adam(seed)
    if damped:
        run = minimize(f, x, Newton(), max_iter=STEPS["damped"], gtol=GTOL)
    elif factor == 1:
        run = minimize(f, x, UndampedNewton(differences=EPS), max_iter=STEPS["undamped"], gtol=1e-6)
    else:
        run = minimize(shortened(f, factor), x, UndampedNewton(), max_iter=int(STEPS["undamped"] / factor), gtol=1e-6)
    if "singular" in run.message:
        return ENDS[2]
    return ENDS[0] if run.success and certificate(f, run.x).kind == "strict minimum" else ENDS[1]


@style
def picture(fast: bool) -> Picture:
    seeds = range(5 if fast else 60)
    few = list(seeds)[:3 if fast else 20]
    variants = {"as the notebook has it": ([end(seed, 0.0, False) for seed in seeds], "none"),
                **{f"{factor:g} of the step": ([end(seed, 0.0, False, factor) for seed in few], factor)
                   for factor in FACTORS},
                "weight decay alone": ([end(seed, L2, False) for seed in seeds], "decay"),
                "damping alone": ([end(seed, 0.0, True) for seed in few], "damping"),
                "damping and weight decay": ([end(seed, L2, True) for seed in seeds], "both")}
    shares = {name: [np.mean([end == kind for end in ends]) for kind in ENDS] for name, (ends, _) in variants.items()}
    fig, ax = plotting.subplots(1, 1, 8.2, 3.9)
    left = np.zeros(len(shares))
    for kind, values, colour, hatch in zip(ENDS, np.array(list(shares.values())).T, ("C2", "0.75", "C1"),
                                           ("", "..", "//")):
        ax.barh(list(shares), values, left=left, color=colour, hatch=hatch, edgecolor="white", label=kind, height=0.7)
        left += values
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel="share of the seeds", title="How Newton's method ends after the notebook's Adam")
    ax.grid(False)
    fig.legend(loc="outside lower center", ncols=3)
    by = {key: share for (_, key), share in zip(variants.values(), shares.values())}
    ends = {key: np.array(ends) for ends, key in variants.values()}
    return Picture(
        fig, data={"ends": ends, "seeds": list(seeds)},
        settings={"seeds": list(seeds), "of these with shorter steps or damping alone": few, "l2": L2, "steps": STEPS},
        numbers={"count": len(seeds), "l2": L2, "factors": listed([f"{factor:g}" for factor in FACTORS]),
                 "crash_none": by["none"][2], "crash_factors":
                 listed([f"{by[factor][2]:.0%}" for factor in FACTORS]) + f" of {len(few)} seeds in a singular matrix",
                 "minimum_decay": by["decay"][0], "minimum_damping": by["damping"][0], "minimum_both": by["both"][0]},
        shows={"with damping no run ends in a singular matrix": by["damping"][2] == by["both"][2] == 0,
               "damping and weight decay together end at a strict minimum on every seed": by["both"][0] == 1,
               "neither alone does so on half of the seeds": max(by["decay"][0], by["damping"][0]) < 0.5},
        claims={"the run ends in LinAlgError: Singular matrix":
                Claim.over(ends["none"] == ENDS[2], "seeds of the notebook", needed=0.8),
                "Newton's method needs no learning rate": Claim.over(ends["none"] == ENDS[0], "seeds of the notebook"),
                "a learning rate would have mended it": Claim.over(
                    np.concatenate([ends[factor] for factor in FACTORS]) == ENDS[0],
                    "pairs of a seed and a step factor")})
