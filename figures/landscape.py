"""The second surface in three dimensions: who rolls into which hollow
Six runs on a surface that stands in for the second one of the UCLA lecture on optimisation, which is not published:
from (2.9, 1.5) {local} end in the local minimum, of value {value_local}; {lowest} in the lowest one, of value
{value_lowest}. From {count} starts over the frame momentum, Nesterov momentum, Adagrad and RMSProp reach the lowest
one from {least:.1%} to {most:.1%} of them: who ends where is a matter of the start.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture

from ._surfaces import LEGEND, NAMES, over_starts
from ._surfaces import METHODS as ALL
from ._words import listed

SOURCES = "lecture: Stochastic gradient descent, Momentum, Nesterov momentum, Adagrad, RMSProp"
ORDER = (3, 11)
ALT = ("A bowl with two hollows drawn as a grey surface; the paths of six optimisers run down it from one start, "
       "three into the shallow hollow, three into the deep one; beside it the values against evaluations.")
METHODS = {name: method for name, method in ALL["2"].items() if name != "rmsprop+p"}


def picture(fast: bool) -> Picture:
    f = problems.lecture_surface()
    (lowest, value_lowest), (local, value_local) = f.minima
    runs = {name: minimize(f, f.starts[0], method, max_iter=2000, gtol=1e-6, record=["x"])
            for name, method in METHODS.items()}
    ends = {name: "lowest" if np.linalg.norm(run.x - lowest) < 1e-3 else "local"
            if np.linalg.norm(run.x - local) < 1e-3 else "none"
            for name, run in runs.items()}
    side = 11 if fast else 51
    reached = {name: np.isfinite(over_starts(name, side)) for name in ("gd+p", "gd+np", "adagrad", "rmsprop")}
    shares = [found[0].mean() for found in reached.values()]
    named = {LEGEND[name]: run for name, run in runs.items()}
    drawing = {"surface": True, "frame": ((-2.5, 3.2), (-3.5, 4.0))}
    title = "Six optimisers on the second surface"
    return Picture(plotting.trajectory(f, named, title, **drawing), runs=runs,
                   animation=plotting.animate(f, named, title, frames=10 if fast else 60, **drawing),
                   numbers={"local": listed([NAMES[name] for name, end in ends.items() if end == "local"]),
                            "lowest": listed([NAMES[name] for name, end in ends.items() if end == "lowest"]),
                            "count": f"{side**2:,}", "least": min(shares), "most": max(shares),
                            "value_local": f"{value_local:.2f}".replace("-", "−"),
                            "value_lowest": f"{value_lowest:.2f}".replace("-", "−")},
                   settings={"start": f.starts[0], "methods": {name: repr(method) for name, method in METHODS.items()}},
                   shows={"every run ends in a minimum":
                          all(run.success for run in runs.values()) and "none" not in ends.values()},
                   claims={"momentum and Nesterov momentum find a local, not the global minimum":
                           Claim.over(reached["gd+p"][1] & reached["gd+np"][1], "starts"),
                           "Adagrad and RMSProp proceed to the global minimum":
                           Claim.over(reached["adagrad"][0] & reached["rmsprop"][0], "starts")},
                   data={name: run.history["x"] for name, run in runs.items()})
