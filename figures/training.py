"""Training as a film: the notebook's network under one optimiser after the other
Each film shows the boundary of the notebook's 2-3-1 network while it is trained, with loss, gradient norm and the
Hessian's eigenvalues.
"""
from __future__ import annotations

from functools import cache

import numpy as np

from minnet import datasets, minimize, plotting
from minnet.gallery import Picture
from minnet.network.activations import sigmoid
from minnet.notebook import notebook_objective
from minnet.optim import LBFGS, Adam, GradientDescent, Momentum, Newton, SaddleFreeNewton
from minnet.optim.driver.result import Result

SOURCES = "notebook: code"
ORDER = (0, 1)
SEED, L2, GTOL = 1, 0.01, 1e-6
METHODS = {"gradientdescent": (GradientDescent(0.005), 4000), "momentum": (Momentum(0.002), 1500),
           "adam": (Adam(0.1), 400),
           "lbfgs": (LBFGS(), 400), "saddlefree": (SaddleFreeNewton(), 400), "newton": (Newton(), 400)}
NAMES = {"gradientdescent": "gradient descent", "momentum": "momentum", "adam": "Adam", "lbfgs": "L-BFGS",
         "saddlefree": "saddle-free Newton", "newton": "Newton's method"}
CAPTION = ("The 2-3-1 network of the NNDL notebook on second-order methods on its 80 points, one run: seed {{seed}}, "
           "weight decay {{l2}}, trained by {name}, method {{method}}. Contours of the probability from 0.1 to 0.9. "
           "The start has {{negative_start}} negative eigenvalues, the end {{negative}}; after {{steps:,}} steps the "
           "gradient norm is {{gradient:.1e}}, the loss {{loss:.3f}}. The lowest that the second-order methods reach "
           "from this start is {{lowest:.3f}}{{where}}.")
ALT = ("Four panels of a film of {name}: points of two classes with the network's boundary bending between them; the "
       "falling loss; the eigenvalues of the Hessian by step, negative ones as crosses; the gradient norm.")
PICTURES = {f"training_{key}": {"title": f"Training as a film: {name}", "text": CAPTION.format(name=name),
                                "alt": ALT.format(name=name)} for key, name in NAMES.items()}
SECOND_ORDER = ("lbfgs", "saddlefree", "newton")


@cache
def run(key: str) -> Result:
    """The method of that key from the notebook's start."""
    method, steps = METHODS[key]
    return minimize(notebook_objective(SEED, L2), datasets.notebook_start(SEED), method, max_iter=steps, gtol=GTOL,
                    record=["x"])


def picture(name: str, fast: bool) -> Picture:
    key = name.removeprefix("training_")
    (method, steps), f, data, result = METHODS[key], notebook_objective(SEED, L2), datasets.notebook(SEED), run(key)
    eigenvalues = lambda theta: np.linalg.eigvalsh(f.hessian(theta))
    history = result.history
    probability = lambda theta, X: sigmoid(f.net.outputs(theta, X))[:, 0]
    still, film = plotting.training_film(data, probability, eigenvalues, history,
                                         f"The notebook's network, trained by {NAMES[key]}", 8 if fast else 60)
    ends = [int((eigenvalues(x) < 0).sum()) for x in (history["x"][0], history["x"][-1])]
    lowest, loss = min(run(other).fun for other in SECOND_ORDER), float(history["value"][-1])
    where = ", which is this minimum" if loss < lowest + 1e-3 else \
        ": this run ends in another, higher minimum" if key in SECOND_ORDER else ""
    shows = {"the loss has fallen": history["value"][-1] < 0.5 * history["value"][0]}
    if key in SECOND_ORDER:
        shows["it reaches the gradient test"] = result.success
        shows["there is no negative eigenvalue at the end"] = ends[1] == 0
    return Picture(still, animation=film, runs={name: result}, shows=shows, data={"history": history, "negative": ends},
                   numbers={"seed": SEED, "l2": L2, "method": repr(method), "negative_start": ends[0],
                            "negative": ends[1],
                            "steps": result.nit, "gradient": float(history["gradient_norm"][-1]), "loss": loss,
                            "lowest": lowest, "where": where},
                   settings={"seed": SEED, "l2": L2, "max_iter": steps, "gtol": GTOL, "method": repr(method)})
