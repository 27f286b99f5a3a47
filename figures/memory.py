"""What a method must keep: from a few bytes to terabytes
Numbers kept from one step to the next, against the number of parameters n. The marks are counted in minnet's own
states and matrices for networks of {smallest} to {largest:,} parameters, the lines are n, 2n, 2mn + m², n² and n(n +
1); they differ by {constant} numbers at most. At n = 10⁶ in single precision the gradient takes {gradient:.1f} MB and
the Hessian {hessian:.1f} TB, if one counts with powers of 1024 as the UCLA lecture on optimisation does; in double
precision the Hessian takes {double:.0f} TB of 10¹² bytes. BFGS keeps two packed triangles, as much as a full matrix;
L-BFGS keeps {lbfgs:.0f} MB and Hessian-free {free:.1f} MB. While they work they take more: at n = {at_work:,} the most
that a run held at once, function and driver included, was {lbfgs_peak:.0f} vectors of n numbers for L-BFGS and
{free_peak:.0f} for Hessian-free. At n = {notebook}, that of the NNDL notebook on second-order methods, it is the other
way round: the Hessian takes {small} numbers and BFGS {small_bfgs}, while the m = {m} pairs of L-BFGS take
{small_lbfgs}: it saves memory from n = {crossing} on.
"""
import tracemalloc

import numpy as np

from minnet import MLP, Function, Objective, datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import BFGS, LBFGS, Adam, HessianFree
from minnet.optim.driver.counted import Counted
from minnet.plotting import style

SOURCES = "lecture: Newton's method; notebook: Limitation; draft: L-BFGS"
ORDER = (4, 6)
ALT = ("Numbers kept against the number of parameters on logarithmic scales: lines of slope one for Hessian-free, "
       "Adam and L-BFGS, and two of slope two that all but coincide for the Hessian and BFGS, a factor of a million "
       "above at a million parameters.")
MILLION, NOTEBOOK, M, SINGLE, DOUBLE = 10**6, 13, 20, 4, 8
LINES = {  # kept: (numbers at n, as a formula)
    "BFGS": (lambda n: n * (n + 1), "BFGS, two packed triangles: n(n + 1)"),
    "Hessian": (lambda n: n**2, "Hessian H: n²"),
    "L-BFGS": (lambda n: 2 * M * n + M**2, f"L-BFGS, m = {M} pairs (s, y) and their products: 2mn + m²"),
    "Adam": (lambda n: 2 * n, "Adam, two moments: 2n"),
    "Hessian-free": (lambda n: n, "Hessian-free, its last step; the gradient: n"),
}
METHODS = {"BFGS": (BFGS(), 3), "L-BFGS": (LBFGS(M), M + 5), "Adam": (Adam(), 3), "Hessian-free": (HessianFree(), 2)}


def counted(data, width):
    """n, and the numbers that each method keeps after some steps on a 2-width-1 network."""
    net = MLP([2, width, 1])
    f, theta = Counted(Objective(net, data.X, data.y, "binary_crossentropy")), net.init(rng=0)
    kept = {"Hessian": f.hessian(theta).size}
    for name, (method, steps) in METHODS.items():
        x, state = theta, method.start(f, theta)
        for _ in range(steps):
            x, state = method.step(f, x, state)
        kept[name] = sum(np.size(entry) for entry in state.values())
    return net.n_params, kept


def peak(method, n, steps):
    """The most that a run holds at once beyond its start, in vectors of n numbers."""
    lam = np.geomspace(1, 100, n)
    f = Function(lambda x: np.log(np.cosh(x)) @ lam, lambda x: lam * np.tanh(x), lambda x, v: lam * v / np.cosh(x)**2,
                 n=n)
    start = np.ones(n)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        minimize(f, start, method, max_iter=steps, gtol=0)
        return (tracemalloc.get_traced_memory()[1] - before) / start.nbytes
    finally:
        tracemalloc.stop()


@style
def draw(sizes, kept):
    fig, ax = plotting.subplots(1, 1, 8.2, 4.6)
    n = np.geomspace(4, MILLION, 50)
    looks = plotting.looks_of(LINES)
    for (name, (line, label)), marker in zip(LINES.items(), "osD^v"):
        look = {"color": looks[name]["color"], "linestyle": looks[name]["linestyle"]}
        hollow = {"markerfacecolor": "none", "markersize": 9} if name == "BFGS" else {"markersize": 4.5}
        ax.plot(n, line(n), label=label, **look, marker=marker, markevery=[len(n) - 1], **hollow)
        ax.plot(sizes, kept[name], color=look["color"], marker=marker, linestyle="none", **hollow)
    for at, text in ((NOTEBOOK, f"notebook\nn = {NOTEBOOK}"), (MILLION, "n = 10⁶")):
        ax.axvline(at, color="0.5", linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        ax.annotate(text, (at, 8e13), ha="center", va="top", fontsize=8, backgroundcolor="white")
    for name, unit, power, up in (("Hessian", "TB", 40, -1), ("L-BFGS", "MB", 20, -1), ("Adam", "MB", 20, 5),
                                  ("Hessian-free", "MB", 20, -6)):
        numbers = LINES[name][0](MILLION)
        ax.annotate(f"{numbers * SINGLE / 2**power:.3g} {unit}", (MILLION, numbers), textcoords="offset points",
                    xytext=(9, up),
                    va="center", fontsize=8)
    ax.set(xscale="log", yscale="log", xlabel="parameters n", ylabel="numbers kept between steps", ylim=(2, 1e14),
           xlim=(3, 9e6))
    ax.annotate("in single precision", (9e6, 5e4), ha="right", fontsize=8, color="0.3")
    ax.legend(loc="upper left", bbox_to_anchor=(0.16, 0.99), handlelength=3.5)
    return fig


def picture(fast: bool) -> Picture:
    data = datasets.notebook(0)
    sizes, counts = zip(*(counted(data, width) for width in ((1, 3, 8, 30, 100) if fast
                                                             else (1, 2, 3, 8, 30, 100, 300))))
    sizes, kept = np.array(sizes), {name: np.array([count[name] for count in counts]) for name in LINES}
    at_work = 20_000 if fast else 100_000
    peaks = {"lbfgs": peak(LBFGS(M), at_work, M + 5), "free": peak(HessianFree(kind="hessian"), at_work, 3)}
    gap = max(np.max(abs(kept[name] - line(sizes))) for name, (line, _) in LINES.items())
    at = {name: line(MILLION) * SINGLE for name, (line, _) in LINES.items()}
    small = {name: line(NOTEBOOK) for name, (line, _) in LINES.items()}
    megabytes, terabytes = at["Hessian-free"] / 2**20, at["Hessian"] / 2**40
    exact = f"the formula, {SINGLE} bytes a number and powers of 1024"
    crossing = next(n for n in range(1, 1000) if LINES["L-BFGS"][0](n) < LINES["BFGS"][0](n))
    return Picture(
        draw(sizes, kept),
        numbers={"smallest": sizes[0], "largest": sizes[-1], "constant": gap, "gradient": megabytes,
                 "hessian": terabytes,
                 "double": MILLION**2 * DOUBLE / 1e12, "lbfgs": at["L-BFGS"] / 2**20, "free": megabytes,
                 "notebook": NOTEBOOK, "m": M,
                 "small": small["Hessian"], "small_bfgs": small["BFGS"], "small_lbfgs": small["L-BFGS"],
                 "crossing": crossing, "at_work": at_work,
                 "lbfgs_peak": round(peaks["lbfgs"]), "free_peak": round(peaks["free"])},
        settings={"memory of L-BFGS": M, "bytes a number": SINGLE},
        shows={"the states are as large as the lines say": gap <= 4},
        claims={"at n = 10⁶ the gradient takes 3.8 MB": Claim(round(megabytes, 1) == 3.8, exact),
                "at n = 10⁶ the Hessian takes 3.6 TB": Claim(round(terabytes, 1) == 3.6, exact),
                "L-BFGS needs less memory than BFGS at n = 10⁶":
                Claim(at["L-BFGS"] < at["BFGS"], f"the formulas, m = {M} pairs")},
        data={"sizes": sizes, "kept": kept})
