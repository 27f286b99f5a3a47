"""How many pairs L-BFGS needs: the more, the fewer evaluations, down to those of BFGS
Evaluations until ‖∇f‖ has fallen to {tol:.0e} of the start's, max(nfev, njev), by L-BFGS with the last m pairs (s, y),
against m. On {falling} of {problems} problems m = {most} takes fewer evaluations than m = {least}; the gain is
{gain_low:.1f} to {gain_high:.1f} times, and not each pair more is a gain. BFGS, whose memory grows with n², is the
limit: with {all:,} pairs, all that there are, L-BFGS takes the same first steps and {ratio_low:.2f} to {ratio_high:.2f}
times its evaluations (rounding parts the two, most on {odd}). Right: the same as multiples of BFGS's evaluations and of
its memory, 2m/(n + 1): with m = {half} pairs, {small:.0f} to {large:.0f} % of that memory, it takes {price_low:.1f} to
{price_high:.1f} times as many evaluations. With so few it takes fewer than BFGS on {fewer} of the {problems} problems:
as a rule it outperforms BFGS not by evaluations, but by what a step costs and keeps when n is large.
"""
import numpy as np

from minnet import MLP, Objective, datasets, minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import BFGS, LBFGS
from minnet.plotting import style

SOURCES = "lecture: Quasi-Newton methods; draft: L-BFGS"
ORDER = (8, 5)
ALT = ("Evaluations against the number of pairs that L-BFGS keeps, one falling curve for each of five problems, each "
       "ending beside the mark of BFGS at the right edge; beside it the same as multiples of what BFGS takes, against "
       "the share of its memory.")
TOL, ALL, HALF = 1e-6, 1000, 5
MEMORIES = (1, 2, 3, 5, 8, 12, 20, 40)
MARKERS = "osD^v"


def cases():
    """{name: (function, start)}."""
    data = datasets.notebook(0)
    f = Objective(MLP([2, 8, 1]), data.X, data.y, "binary_crossentropy", l2=0.1, reduction="sum")
    known = {"quadratic, κ = 1000": problems.quadratic(np.geomspace(1, 1e3, 50), rng=0), "Watson": problems.watson(9),
             "extended Rosenbrock": problems.extended_rosenbrock(50), "trigonometric": problems.trigonometric(30)}
    return {"network 2-8-1": (f, f.net.init(rng=0)),
            **{name: (g, g.starts[0] if getattr(g, "starts", ()) else np.ones(g.n)) for name, g in known.items()}}


def run(f, x, method):
    return minimize(f, x, method, max_iter=3000, gtol=TOL * np.linalg.norm(f.gradient(x)))


def cost(result):
    return max(result.nfev, result.njev)


def same_steps(one, two, first=8):
    return np.allclose(one.history["value"][:first], two.history["value"][:first], rtol=1e-6)


@style
def draw(memories, costs, bfgs, sizes):
    fig, (left, right) = plotting.subplots(1, 2, 9.2, 4.2)
    for number, (name, row) in enumerate(costs.items()):
        look = {"color": f"C{number}", "marker": MARKERS[number], "markersize": 4.5}
        left.plot(memories, row, label=f"{name}, n = {sizes[name]}", **look)
        left.plot(90, bfgs[name], color=look["color"], marker=look["marker"], markersize=7, markerfacecolor="none",
                  linestyle="none")
        right.plot(2 * np.array(memories) / (sizes[name] + 1), np.array(row) / bfgs[name], **look)
    left.axvline(60, color="0.5", linewidth=0.8, linestyle=(0, (2, 2)))
    left.set(xscale="log", yscale="log", xlabel="pairs m", ylabel="evaluations", title="evaluations to the tolerance")
    left.set_xticks([1, 2, 5, 10, 20, 40, 90], ["1", "2", "5", "10", "20", "40", "BFGS"])
    left.set_yticks([30, 100, 300, 1000], ["30", "100", "300", "1000"])
    left.minorticks_off()
    right.axhline(1, color="0.5", linewidth=0.8, linestyle="-")
    right.axvline(1, color="0.5", linewidth=0.8, linestyle="-")
    right.set(xscale="log", yscale="log", xlabel="memory over BFGS's, 2m/(n + 1)", ylabel="evaluations over BFGS's",
              title="what is saved and what it costs")
    right.set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"])
    right.set_xticks([0.03, 0.1, 0.3, 1, 3, 10], ["0.03", "0.1", "0.3", "1", "3", "10"])
    right.minorticks_off()
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, handlelength=3.5)
    return fig


def picture(fast: bool) -> Picture:
    memories, given = MEMORIES[::2] + MEMORIES[-1:] if fast else MEMORIES, cases()
    memories = tuple(sorted({*memories, HALF}))
    limited = {name: [run(f, x, LBFGS(m)) for m in memories] for name, (f, x) in given.items()}
    limit = {name: run(f, x, BFGS()) for name, (f, x) in given.items()}
    whole = {name: run(f, x, LBFGS(ALL)) for name, (f, x) in given.items()}
    costs = {name: [cost(result) for result in results] for name, results in limited.items()}
    bfgs = {name: cost(result) for name, result in limit.items()}
    sizes = {name: len(x) for name, (_, x) in given.items()}
    gains = np.array([row[0] / row[-1] for row in costs.values()])
    ratios = np.array([cost(whole[name]) / bfgs[name] for name in given])
    price = np.array([costs[name][memories.index(HALF)] / bfgs[name] for name in given])
    share = np.array([2 * HALF / (n + 1) for n in sizes.values()])
    return Picture(
        draw(memories, costs, bfgs, sizes),
        numbers={"tol": TOL, "falling": int((gains > 1).sum()), "problems": len(given), "most": memories[-1],
                 "least": memories[0],
                 "gain_low": gains.min(), "gain_high": gains.max(), "all": ALL, "ratio_low": ratios.min(),
                 "ratio_high": ratios.max(),
                 "odd": list(given)[abs(ratios - 1).argmax()], "half": HALF, "small": 100 * share.min(),
                 "large": 100 * share.max(), "fewer": int((price < 1).sum()), "price_low": price.min(),
                 "price_high": price.max()},
        settings={"memories": memories, "tolerance": TOL},
        runs={**limited, "BFGS": list(limit.values()), "all pairs": list(whole.values())},
        shows={"every run meets the tolerance":
               all(r.success for row in [*limited.values(), limit.values(), whole.values()]
                                                    for r in row),
               "the longest memory takes fewer evaluations than the shortest": (gains > 1).all(),
               "with all pairs L-BFGS takes the first steps of BFGS": all(same_steps(whole[name], limit[name])
                                                                          for name in given),
               "and about as many evaluations, on most problems": (abs(ratios - 1) < 0.15).sum() >= len(given) - 1},
        claims={"L-BFGS outperforms BFGS, by evaluations": Claim.over(price < 1, f"problems, with {HALF} pairs")},
        data={"memories": memories, "costs": costs, "bfgs": bfgs, "whole": whole, "limit": limit})
