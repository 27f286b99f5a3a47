"""The lecture's animations: seven optimisers, one after the other, on two surfaces
Each film adds one optimiser to the film before it, under the lecture's own name for it.
"""
from functools import cache

import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Picture
from minnet.optim import Adagrad, Adam, GradientDescent, Momentum, Nesterov, RMSProp

ORDER = 1
STEPS, GTOL, NEAR = 10_000, 1e-6, 0.05      # near: the distance from a minimum at which a run has arrived, for good
SURFACES = {"1": problems.beale(), "2": problems.lecture_surface()}
STARTS = {"1": [(2.0, -2.0), (-3.0, 3.0)], "2": [(2.9, 1.5)]}
BEALE = SURFACES["1"].minima[0][0]
LOWEST, LOCAL = (x for x, _ in SURFACES["2"].minima)
FRAMES = {"1": ((-4.5, 4.5), (-4.0, 4.5)), "2": ((-3, 4), (-4, 4))}
METHODS = {
    "1": {"gd": GradientDescent(1e-5), "gd+p": Momentum(1e-5), "gd+np": Nesterov(1e-5), "adagrad": Adagrad(0.5),
          "rmsprop": RMSProp(0.01), "rmsprop+p": RMSProp(0.01, momentum=0.9), "adam": Adam(0.01, beta2=0.99)},
    "2": {"gd": GradientDescent(0.01), "gd+p": Momentum(0.01), "gd+np": Nesterov(0.01), "adagrad": Adagrad(0.1),
          "rmsprop": RMSProp(0.01), "rmsprop+p": RMSProp(0.01, momentum=0.9), "adam": Adam(0.01, beta2=0.99)}}
NAMES = {"gd": "gradient descent", "gd+p": "momentum", "gd+np": "Nesterov momentum", "adagrad": "Adagrad", "rmsprop": "RMSProp",
         "rmsprop+p": "RMSProp with momentum", "adam": "Adam"}
ROWS = {"gd": ("S2-4", "S2-5"), "gd+p": ("S2-10", "S2-11"), "gd+np": ("S2-15",) * 2, "adagrad": ("S2-17",) * 2,
        "rmsprop": ("S2-19",) * 2, "rmsprop+p": ("S2-21",) * 2, "adam": ("S2-25",) * 2}
CAPTIONS = {
    "1gd": "Gradient descent with ε = {lr} on Beale's function, from (2, −2) and from (−3, 3). After {steps} steps, where the lecture stops, "
           "it is still {far} away from the minimum at (3, ½), marked +.",
    "1gd+p": "Momentum with the same ε = {lr} and α = 0.9 gets farther in as many steps: it ends {far} away from the minimum. From "
             "(−3, 3) it overshoots the floor of the valley and crosses to the minimum's side.",
    "1gd+np": "Nesterov momentum with the same ε = {lr} and α = 0.9 brakes where momentum overshoots: it ends {far} away. From (2, −2) both go "
              "the same way; from (−3, 3) it stays in the valley on the other side.",
    "1adagrad": "Adagrad with ε = {lr} gives each coordinate its own scale. From (2, −2) and (−3, 3) it ends {far} away; the first is within "
                f"{NEAR} after {{arrival}} steps, the second's steps fade before it is out of its valley.",
    "1rmsprop": "RMSProp with ε = {lr} and β = 0.99 forgets old gradients, so its step does not fade: from (2, −2) it arrives after {arrival} "
                "steps, and then swings with its constant step. From (−3, 3) it follows a valley that runs to infinity, {far} away in the end.",
    "1rmsprop+p": "RMSProp with momentum, ε = {lr}: from (2, −2) it strays {stray} from the straight way to the minimum and arrives after "
                  "{arrival} steps, before all others. It is the only one that arrives from (−3, 3), too.",
    "1adam": "Adam with ε = {lr} and the lecture's β₂ = 0.99 arrives after {arrival} steps from (2, −2), RMSProp after {rmsprop}. From (−3, 3) it "
             "goes down the valley to infinity, as RMSProp does; it ends {far} away.",
    "2gd": "Gradient descent with ε = {lr} on a surface with two minima, marked +, from (2.9, 1.5). It ends in the local one, of value {value}. The "
           "lecture's second surface is not published; this one was made for what the lecture says of it.",
    "2gd+p": "Momentum with ε = {lr} and α = 0.9 reaches the local minimum in {arrival} steps, and not the lowest one: it rolls the same way down.",
    "2gd+np": "Nesterov momentum with ε = {lr} comes to the same local minimum as momentum, with less overshooting, in {arrival} steps.",
    "2adagrad": "Adagrad with ε = {lr}: dividing by each coordinate's own scale makes it set off diagonally, and so it comes to the lowest "
                "minimum, of value {value}, in {arrival} steps.",
    "2rmsprop": "RMSProp with ε = {lr} comes to the lowest minimum in {arrival} steps, Adagrad in {adagrad}.",
    "2rmsprop+p": "RMSProp with momentum, ε = {lr}, swings {stray} wide of the straight way to the lowest minimum, and yet is there in "
                  "{arrival} steps, before all others.",
    "2adam": "Adam with ε = {lr} comes to the lowest minimum in {arrival} steps. RMSProp with the same ε needs {rmsprop}: Adam is slower by the factor "
             "{slower:.2f}."}


def _films():
    """{lecture's name: (surface, optimisers drawn)}: 1gd, 2gd, 1gd_gd+p, …; once RMSProp has momentum, the plain one is not named."""
    stages = [list(NAMES)[:i + 1] for i in range(len(NAMES))]
    return {surface + "_".join(name for name in shown if name != "rmsprop" or shown[-1] == name): (surface, shown)
            for shown in stages for surface in "12"}


def _about(surface, shown):
    where = ("Beale's function, its two starts" if surface == "1" else "a bowl with two hollows, the start") + " marked black"
    return {"title": f"Surface {surface}: {NAMES[shown[-1]]}{' joins' if len(shown) > 1 else ''}", "text": CAPTIONS[surface + shown[-1]],
            "rows": ROWS[shown[-1]][surface == "2"],
            "alt": f"Contours of {where}, the minima by plus signs, with the paths of {', '.join(NAMES[name] for name in shown)}, their "
                   "heads marked; beside it the value above the lowest against evaluations."}


FILMS = _films()
PICTURES = {name: _about(*film) for name, film in FILMS.items()}


@cache
def run(surface, name):
    return [minimize(SURFACES[surface], start, METHODS[surface][name], max_iter=STEPS, gtol=GTOL, record=["x"])
            for start in STARTS[surface]]


def arrival(result, minimum):
    """The number of steps after which the run stays near the minimum, inf if it never does."""
    away = np.flatnonzero(np.linalg.norm(result.history["x"] - minimum, axis=1) > NEAR)
    return away[-1] + 1 if away[-1] + 1 < len(result.history["x"]) else np.inf


def stray(result, minimum):
    """How far the path goes from the straight line between its start and the minimum."""
    path = result.history["x"] - minimum
    along = path[0] / np.linalg.norm(path[0])
    inside = np.clip(path @ along, 0, np.linalg.norm(path[0]))
    return np.linalg.norm(path - inside[:, None] * along, axis=1).max()


def ends_in(name, minimum):
    return arrival(run("2", name)[0], minimum) < np.inf


def claims(surface, newest):
    """What the lecture says of the newest optimiser, and whether it is so here."""
    target = BEALE if surface == "1" else LOWEST
    at = {name: arrival(run(surface, name)[0], target) for name in NAMES}
    away = {name: stray(run(surface, name)[0], target) for name in NAMES}
    adaptive = [name for name in NAMES if name not in ("gd", "gd+p", "gd+np")]
    quickest = {"RMSProp with momentum gets to the optimum more quickly than all other optimisers": at["rmsprop+p"] == min(at.values()),
                "it makes a larger excursion than the other adaptive methods": away["rmsprop+p"] == max(away[name] for name in adaptive)}
    slightly = {"Adam is just slightly slower than RMSProp": at["rmsprop"] <= at["adam"] <= 1.25 * at["rmsprop"]}
    return {
        "1gd": {"gradient descent does not get to the minimum in 10,000 steps": at["gd"] == np.inf and arrival(run("1", "gd")[1], BEALE) == np.inf},
        "1rmsprop+p": quickest, "1adam": slightly,
        "2gd+p": {"momentum finds a local, but not the global, minimum": ends_in("gd+p", LOCAL)},
        "2gd+np": {"Nesterov momentum finds the same local minimum as momentum": ends_in("gd+np", LOCAL) and ends_in("gd+p", LOCAL)},
        "2adagrad": {"Adagrad proceeds to the global minimum": ends_in("adagrad", LOWEST)},
        "2rmsprop": {"RMSProp proceeds to the global minimum, more quickly than Adagrad": at["rmsprop"] < at["adagrad"]},
        "2rmsprop+p": quickest, "2adam": slightly}.get(surface + newest, {})


def shows(surface, newest):
    """What the caption says besides."""
    if surface == "2":
        end = "local" if newest in ("gd", "gd+p", "gd+np") else "lowest"
        return {f"{NAMES[newest]} ends in the {end} minimum": ends_in(newest, LOCAL if end == "local" else LOWEST)}
    first, second = run("1", newest)
    arrived = [arrival(result, BEALE) < np.inf for result in (first, second)]
    farther = [np.linalg.norm(result.x - BEALE) for result in run("1", "gd")]
    return {
        "gd": {"it arrives from neither start": arrived == [False, False]},
        "gd+p": {"momentum ends nearer than gradient descent":
                 all(np.linalg.norm(result.x - BEALE) < far for result, far in zip((first, second), farther)),
                 "momentum crosses to the minimum's side": second.x[0] > 0},
        "gd+np": {"Nesterov momentum stays on the other side": second.x[0] < 0},
        "adagrad": {"Adagrad arrives from (2, −2) alone": arrived == [True, False]},
        "rmsprop": {"RMSProp arrives from (2, −2) alone": arrived == [True, False],
                    "it goes on swinging": not first.success, "it runs away from (−3, 3)": second.history["x"][-1, 0] < -5},
        "rmsprop+p": {"RMSProp with momentum arrives from both starts": arrived == [True, True]},
        "adam": {"Adam arrives from (2, −2) alone": arrived == [True, False]}}[newest]


def picture(name, fast):
    surface, shown = FILMS[name]
    newest, f = shown[-1], SURFACES[surface]
    runs = {member: run(surface, member) for member in shown}
    minimum = BEALE if surface == "1" else LOCAL if newest in ("gd", "gd+p", "gd+np") else LOWEST
    far = [np.linalg.norm(result.history["x"][-1] - minimum) for result in runs[newest]]
    at = {member: int(steps) if (steps := arrival(run(surface, member)[0], minimum)) < np.inf else "no end of" for member in NAMES}
    numbers = {"lr": f"{METHODS[surface][newest].lr:g}", "steps": f"{STEPS:,}", "far": " and ".join(f"{d:.2f}" for d in far),
               "arrival": at[newest], "value": f"{runs[newest][0].fun:.2f}".replace("-", "−"), "stray": f"{stray(runs[newest][0], minimum):.2f}",
               "adagrad": at["adagrad"], "rmsprop": at["rmsprop"]}
    if newest == "adam":
        numbers["slower"] = at["adam"] / at["rmsprop"]
    drawing = {"frame": FRAMES[surface], "lowest": f.minima[0][1]}
    title = ("Beale's function" if surface == "1" else "The second surface") + f": {NAMES[newest]}"
    return Picture(plotting.trajectory(f, runs, title, **drawing), numbers=numbers,
                   settings={"starts": STARTS[surface], "max_iter": STEPS, "gtol": GTOL, "near": NEAR,
                             "methods": {member: repr(METHODS[surface][member]) for member in shown}},
                   runs=runs, shows=shows(surface, newest), claims=claims(surface, newest),
                   data={member: [result.history["x"] for result in entries] for member, entries in runs.items()},
                   animation=plotting.animate(f, runs, title, frames=12 if fast else 80, **drawing))
