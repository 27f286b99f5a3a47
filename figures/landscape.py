"""The second surface in three dimensions: who rolls into which hollow
Runs on a surface that stands in for the lecture's second one, which is not published: {local} end in the local minimum, of value {value_local}; {lowest} in the lowest
one, of value {value_lowest}.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Picture
from minnet.optim import Adagrad, Adam, GradientDescent, Momentum, Nesterov, RMSProp

ROWS = "S2-5, S2-11, S2-15, S2-17, S2-19"
ORDER = 2
ALT = ("A bowl with two hollows drawn as a grey surface; the paths of six optimisers run down it from one start, three into the shallow "
       "hollow, three into the deep one; beside it the values against evaluations.")
METHODS = {"gd": GradientDescent(0.01), "gd+p": Momentum(0.01), "gd+np": Nesterov(0.01), "adagrad": Adagrad(0.1), "rmsprop": RMSProp(0.01),
           "adam": Adam(0.01, beta2=0.99)}


def picture(fast):
    f = problems.lecture_surface()
    (lowest, value_lowest), (local, value_local) = f.minima
    runs = {name: minimize(f, f.starts[0], method, max_iter=2000, gtol=1e-6, record=["x"]) for name, method in METHODS.items()}
    ends = {name: "lowest" if np.linalg.norm(run.x - lowest) < 1e-3 else "local" if np.linalg.norm(run.x - local) < 1e-3 else "none"
            for name, run in runs.items()}
    drawing = {"three": True, "frame": ((-2.5, 3.2), (-3.5, 4.0))}
    title = "Six optimisers on the second surface"
    return Picture(plotting.trajectory(f, runs, title, **drawing), runs=runs,
                   animation=plotting.animate(f, runs, title, frames=10 if fast else 60, **drawing),
                   numbers={"local": ", ".join(name for name, end in ends.items() if end == "local"),
                            "lowest": ", ".join(name for name, end in ends.items() if end == "lowest"),
                            "value_local": f"{value_local:.2f}".replace("-", "−"),
                            "value_lowest": f"{value_lowest:.2f}".replace("-", "−")},
                   settings={"start": f.starts[0], "methods": {name: repr(method) for name, method in METHODS.items()}},
                   shows={"every run ends in a minimum": all(run.success for run in runs.values()) and "none" not in ends.values()},
                   claims={"momentum and Nesterov momentum find a local, not the global minimum": ends["gd+p"] == ends["gd+np"] == "local",
                           "Adagrad and RMSProp proceed to the global minimum": ends["adagrad"] == ends["rmsprop"] == "lowest"},
                   data={name: run.history["x"] for name, run in runs.items()})
