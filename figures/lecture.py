"""The lecture's animations: seven optimisers, one after the other, on two surfaces
Each film adds one optimiser to the film before it; its name lists them by the lecture's own names.
"""
from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from minnet import minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim.driver.result import Result

from ._surfaces import (
    BEALE,
    DESCENDING,
    GTOL,
    LEGEND,
    LOCAL,
    LOWEST,
    MAKE,
    METHODS,
    NAMES,
    NEAR,
    STARTS,
    STEPS,
    SURFACES,
    arrival,
    arrivals,
    over_starts,
    rates_of,
)
from ._words import power

ORDER = (3, 10)
FRAMES = {"1": ((-4.5, 4.5), (-4.0, 4.5)), "2": ((-3, 4), (-4, 4))}
SOURCES = {"gd": "lecture: Stochastic gradient descent", "gd+p": "lecture: Momentum",
           "gd+np": "lecture: Nesterov momentum",
           "adagrad": "lecture: Adagrad", "rmsprop": "lecture: RMSProp", "rmsprop+p": "lecture: RMSProp with momentum",
           "adam": "lecture: Adam"}
CAPTIONS = {
    "1gd": "Gradient descent with ε = {lr} on Beale's function, from (2, −2) and from (−3, 3). After {steps} steps, "
           "where the UCLA lecture on optimisation stops, it is still {far} away from the minimum at (3, ½), marked "
           "+. From (2, −2) that is for want of a better rate: of {rates} rates from {lowest_rate} to {highest_rate} "
           "the best, {best_rate}, brings it there in {best_steps:,} steps. From (−3, 3) {far_arriving} of them does "
           "so in as many.",
    "1gd+p": "Momentum with the same ε = {lr} and α = 0.9 gets farther in as many steps: these runs end {far} away "
             "from the minimum. From (−3, 3) it overshoots the floor of the valley and crosses to the minimum's side.",
    "1gd+np": "Nesterov momentum with the same ε = {lr} and α = 0.9 brakes where momentum overshoots: these runs end "
              "{far} away. From (2, −2) both go the same way; from (−3, 3) it stays in the valley on the other side.",
    "1adagrad": "Adagrad with ε = {lr} gives each coordinate its own scale. From (2, −2) and (−3, 3) these runs end "
                f"{{far}} away; the first is within {NEAR} after {{arrival}} steps, the second's steps fade before it "
                "is out of its valley.",
    "1rmsprop": "RMSProp with ε = {lr} and β = 0.99 forgets old gradients, so its step does not fade: from (2, −2) "
                "this run arrives after {arrival} steps, and then swings with its constant step. From (−3, 3) it "
                "follows a valley that runs to infinity, and is {second} away in the end.",
    "1rmsprop+p": "RMSProp with momentum, ε = {lr}: from (2, −2) this run strays {stray} from the straight way to the "
                  "minimum and arrives after {arrival} steps. Of the seven runs drawn from (−3, 3) it alone arrives; "
                  "at other rates momentum and Adam get there too, and others are quicker, as the picture \"arrival\" "
                  "shows.",
    "1adam": "Adam with ε = {lr} and the lecture's β₂ = 0.99 arrives after {arrival} steps from (2, −2), RMSProp "
             "after {rmsprop}. From (−3, 3) it goes down the valley to infinity at this rate, as RMSProp does; it "
             "ends {second} away. Which of the two is quicker depends on the rate and on what counts as arrived: see "
             "\"arrival\".",
    "2gd": "Gradient descent with ε = {lr} on a surface with two minima, marked +, from (2.9, 1.5). It ends in the "
           "local one, of value {value}. The second surface of the UCLA lecture on optimisation is not published; "
           "this one was made for what the lecture says of it. It says so of one start: over {count} starts in the "
           "frame gradient descent reaches the lowest minimum from {lowest_share:.1%}.",
    "2gd+p": "Momentum with ε = {lr} and α = 0.9, from this start, reaches the local minimum in {arrival} steps, and "
             "not the lowest one: it rolls the same way down. Over {count} starts in the frame it ends in the lowest "
             "minimum from {lowest_share:.1%} of them: which minimum it finds is a matter of the start.",
    "2gd+np": "Nesterov momentum with ε = {lr} comes to the same local minimum as momentum, with less overshooting, "
              "in {arrival} steps. Of {count} starts the two end in the same minimum from all but {differ}.",
    "2adagrad": "Adagrad with ε = {lr}: dividing by each coordinate's own scale makes it set off diagonally, and so "
                "it comes from this start to the lowest minimum, of value {value}, in {arrival} steps. Over {count} "
                "starts it reaches that from {lowest_share:.1%} of them, momentum from {momentum_share:.1%}: Adagrad "
                "alone from {gained:.1%}, momentum alone from {lost:.1%}.",
    "2rmsprop": "RMSProp with ε = {lr} comes to the lowest minimum in {arrival} steps, Adagrad in {adagrad}. Over "
                "{count} starts RMSProp reaches that from {lowest_share:.1%}; of the starts from which both do, it is "
                "the quicker of the two from {quicker_share:.1%}, at these rates.",
    "2rmsprop+p": "RMSProp with momentum, ε = {lr}, swings {stray} wide of the straight way to the lowest minimum, "
                  "and yet is there in {arrival} steps, before the other runs drawn. Each at its best rate, others "
                  "are quicker: see \"arrival\". Over {count} starts it reaches the lowest minimum from "
                  "{lowest_share:.1%}.",
    "2adam": "Adam with ε = {lr} comes to the lowest minimum in {arrival} steps. RMSProp with the same ε needs "
             "{rmsprop}: in these two runs Adam is slower by the factor {slower:.2f}. Over {count} starts it reaches "
             "the lowest minimum from {lowest_share:.1%}."}
ONE_RUN = "one run of each method, at the rates drawn"


def _films() -> dict[str, tuple[str, list[str]]]:
    """{lecture's name: (surface, optimisers drawn)}: 1gd, 2gd, 1gd_gd+p, …

    Beside RMSProp with momentum the plain one is not named.
    """
    stages = [list(NAMES)[:i + 1] for i in range(len(NAMES))]
    return {surface + "_".join(name for name in shown if name != "rmsprop" or shown[-1] == name): (surface, shown)
            for shown in stages for surface in "12"}


def _about(surface: str, shown: list[str]) -> dict[str, str]:
    where = "Beale's function, its two starts" if surface == "1" else "a bowl with two hollows, the start"
    return {"title": f"Surface {surface}: {NAMES[shown[-1]]}{' joins' if len(shown) > 1 else ''}",
            "text": CAPTIONS[surface + shown[-1]], "sources": SOURCES[shown[-1]],
            "alt": f"Contours of {where} marked black, the minima by plus signs, with the paths of "
                   f"{', '.join(NAMES[name] for name in shown)}, their heads marked; beside it the value above the "
                   "lowest against evaluations."}


FILMS = _films()
PICTURES = {name: _about(*film) for name, film in FILMS.items()}


@cache
def run(surface: str, name: str) -> list[Result]:
    """The method of that name from the starts of the surface."""
    return [minimize(SURFACES[surface], start, METHODS[surface][name], max_iter=STEPS, gtol=GTOL, record=["x"])
            for start in STARTS[surface]]


@cache
def over_rates(name: str, a_decade: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """(learning rates, steps to Beale's minimum at each from its two starts)."""
    rates = rates_of("1", name, a_decade)
    return rates, np.array([arrivals("1", STARTS["1"], MAKE[name](lr), [BEALE], steps=steps)[0] for lr in rates])


def stray(result: Result, minimum: ArrayLike) -> float:
    """How far the path goes from the straight line between its start and the minimum."""
    path = result.history["x"] - minimum
    along = path[0] / np.linalg.norm(path[0])
    inside = np.clip(path @ along, 0, np.linalg.norm(path[0]))
    return float(np.linalg.norm(path - inside[:, None] * along, axis=1).max())


def ends_in(name: str, minimum: ArrayLike) -> bool:
    return arrival(run("2", name)[0].history["x"], minimum) < np.inf


def claims(surface: str, newest: str, fast: bool) -> dict[str, Claim]:
    """What the lecture says of the newest optimiser, judged over starts or rates, or on the runs drawn."""
    side, sweep = (11 if fast else 51), (2, 2400 if fast else STEPS)
    if surface + newest in ("1rmsprop+p", "2rmsprop+p"):
        target = BEALE if surface == "1" else LOWEST
        firsts = {name: run(surface, name)[0] for name in NAMES}
        at = {name: arrival(first.history["x"], target) for name, first in firsts.items()}
        away = {name: stray(first, target) for name, first in firsts.items()}
        return {"RMSProp with momentum gets to the optimum more quickly than all other optimisers, at these rates":
                Claim(at["rmsprop+p"] == min(at.values()), ONE_RUN),
                "it makes a larger excursion than the other adaptive methods":
                Claim(away["rmsprop+p"] == max(away[name] for name in NAMES if name not in DESCENDING), ONE_RUN)}
    if newest == "adam":
        target = BEALE if surface == "1" else LOWEST
        adam, rmsprop = (arrival(run(surface, name)[0].history["x"], target) for name in ("adam", "rmsprop"))
        return {"Adam is just slightly slower than RMSProp, at these rates: by a quarter at most":
                Claim(rmsprop <= adam <= 1.25 * rmsprop, ONE_RUN)}
    if surface == "1":
        return {"gradient descent does not get to the minimum in 10,000 steps":
                Claim.over(np.isinf(over_rates("gd", *sweep)[1]), "pairs of a learning rate and a start")} \
            if newest == "gd" else {}
    reached = over_starts(newest, side) < np.inf
    if newest == "gd+p":
        return {"momentum finds a local, but not the global, minimum": Claim.over(reached[1], "starts")}
    if newest == "gd+np":
        return {"Nesterov momentum finds the same local minimum as momentum":
                Claim.over(reached[1] & (over_starts("gd+p", side)[1] < np.inf), "starts"),
                "Nesterov momentum ends in the same minimum as momentum":
                Claim.over((reached == (over_starts("gd+p", side) < np.inf)).all(axis=0), "starts", needed=0.95)}
    if newest == "adagrad":
        return {"Adagrad proceeds to the global minimum": Claim.over(reached[0], "starts")}
    if newest == "rmsprop":
        quicker, both = _quicker("rmsprop", "adagrad", side)
        return {"RMSProp proceeds to the global minimum": Claim.over(reached[0], "starts"),
                "RMSProp gets there more quickly than Adagrad, at these rates":
                Claim.over(quicker[both], "starts from which both do", needed=0.95)}
    return {}


def _quicker(one: str, other: str, side: int) -> tuple[np.ndarray, np.ndarray]:
    """(starts from which `one` is first at the lowest minimum, starts from which both get there)."""
    first, second = over_starts(one, side)[0], over_starts(other, side)[0]
    return first < second, np.isfinite(first) & np.isfinite(second)


def in_general(surface: str, newest: str, fast: bool) -> dict[str, Any]:
    """The numbers of the caption that come from many starts or rates."""
    side, sweep = (11 if fast else 51), (2, 2400 if fast else STEPS)
    if surface + newest == "1gd":
        rates, counts = over_rates("gd", *sweep)
        best = counts[:, 0].argmin()
        steps = counts[best, 0]
        return {"rates": len(rates), "lowest_rate": power(rates[0]), "highest_rate": power(rates[-1]),
                "best_rate": power(rates[best]), "best_steps": int(steps),
                "far_arriving": int(np.isfinite(counts[:, 1]).sum()) or "none"}
    if surface == "1":
        return {}
    lowest, momentum = np.isfinite(over_starts(newest, side)[0]), np.isfinite(over_starts("gd+p", side)[0])
    numbers = {"count": f"{side**2:,}", "lowest_share": lowest.mean()}
    if newest == "gd+np":
        both = [np.isfinite(over_starts(name, side)) for name in (newest, "gd+p")]
        numbers["differ"] = int((both[0] != both[1]).any(axis=0).sum())
    if newest == "adagrad":
        numbers |= {"momentum_share": momentum.mean(), "gained": (lowest & ~momentum).mean(),
                    "lost": (momentum & ~lowest).mean()}
    if newest == "rmsprop":
        quicker, both = _quicker("rmsprop", "adagrad", side)
        numbers["quicker_share"] = quicker[both].mean()
    return numbers


def shows(surface: str, newest: str) -> dict[str, bool]:
    """What the caption says of the runs that are drawn."""
    if surface == "2":
        end = "local" if newest in DESCENDING else "lowest"
        return {f"{NAMES[newest]} ends in the {end} minimum": ends_in(newest, LOCAL if end == "local" else LOWEST)}
    first, second = run("1", newest)
    arrived = [arrival(result.history["x"], BEALE) < np.inf for result in (first, second)]
    farther = [np.linalg.norm(result.x - BEALE) for result in run("1", "gd")]
    return {
        "gd": {"it arrives from neither start": arrived == [False, False]},
        "gd+p": {"momentum ends nearer than gradient descent":
                 all(np.linalg.norm(result.x - BEALE) < far for result, far in zip((first, second), farther)),
                 "momentum crosses to the minimum's side": second.x[0] > 0},
        "gd+np": {"Nesterov momentum stays on the other side": second.x[0] < 0},
        "adagrad": {"Adagrad arrives from (2, −2) alone": arrived == [True, False]},
        "rmsprop": {"RMSProp arrives from (2, −2) alone": arrived == [True, False],
                    "it goes on swinging": not first.success,
                    "it runs away from (−3, 3)": second.history["x"][-1, 0] < -5},
        "rmsprop+p": {"RMSProp with momentum arrives from both starts": arrived == [True, True]},
        "adam": {"Adam arrives from (2, −2) alone": arrived == [True, False]}}[newest]


def picture(name: str, fast: bool) -> Picture:
    surface, shown = FILMS[name]
    newest, f = shown[-1], SURFACES[surface]
    runs = {member: run(surface, member) for member in shown}
    minimum = BEALE if surface == "1" else LOCAL if newest in DESCENDING else LOWEST
    far = [np.linalg.norm(result.history["x"][-1] - minimum) for result in runs[newest]]
    steps = {member: arrival(run(surface, member)[0].history["x"], minimum)
             for member in {newest, "adagrad", "rmsprop"}}
    at = {member: f"{int(count):,}" if count < np.inf else "no end of" for member, count in steps.items()}
    numbers = {"lr": power(METHODS[surface][newest].lr), "steps": f"{STEPS:,}",
               "far": " and ".join(f"{d:.2f}" for d in far), "second": f"{far[-1]:.2f}",
               "arrival": at[newest], "value": f"{runs[newest][0].fun:.2f}".replace("-", "−"),
               "stray": f"{stray(runs[newest][0], minimum):.2f}", "adagrad": at["adagrad"], "rmsprop": at["rmsprop"],
               **in_general(surface, newest, fast)}
    if newest == "adam":
        numbers["slower"] = steps["adam"] / steps["rmsprop"]
    drawing = {"frame": FRAMES[surface], "lowest": f.minima[0][1]}
    named = {LEGEND[member]: entries for member, entries in runs.items()}
    title = ("Beale's function" if surface == "1" else "The second surface") + f": {NAMES[newest]}"
    return Picture(plotting.trajectory(f, named, title, **drawing), numbers=numbers,
                   settings={"starts": STARTS[surface], "max_iter": STEPS, "gtol": GTOL, "near": NEAR,
                             "methods": {member: repr(METHODS[surface][member]) for member in shown}},
                   runs=runs, shows=shows(surface, newest), claims=claims(surface, newest, fast),
                   data={member: [result.history["x"] for result in entries] for member, entries in runs.items()},
                   animation=plotting.animate(f, named, title, frames=12 if fast else 80, **drawing))
