"""Which method solves most: data and performance profiles on known problems
Seven methods with default settings on {problems} problems of Moré, Garbow and Hillstrom (1981), from the standard
starts, with a budget of {budget}. Cost is that of minnet's races: max(nfev, njev), for a value with its gradient costs
1, and 1 for each product with a Hessian, n for the matrix. Solved means all but {tau:.0e} of the way down to the
lowest value that any of them found (Moré, Wild 2009). Left, the data profile: the share solved within a cost. Right,
the performance profile: the share solved within a multiple of the cost of the cheapest (Dolan, Moré 2002). BFGS is
cheapest, or one of the cheapest, on {bfgs_first:.0f} % and solves {bfgs:.0f} %; L-BFGS {lbfgs:.0f} %, nonlinear
conjugate gradients {cg:.0f} %, Newton's method {newton:.0f} %, the trust region {trust:.0f} %, Newton-CG
{newton_cg:.0f} %, and gradient descent {gd:.0f} %, although its learning rate is the best of {rates} and the search
for it is not charged. Where a matrix costs n, as here, Newton's method pays for its few steps.
"""
import numpy as np

from minnet import plotting
from minnet.gallery import Claim, Picture
from minnet.optim import BFGS, LBFGS, GradientDescent, Newton, NewtonCG, NonlinearCG, TrustRegion
from minnet.plotting import style
from minnet.problems import more_garbow_hillstrom
from minnet.race import PROTOCOL, RATES, Race

SOURCES = "notebook: Introduction; draft: L-BFGS, Results"
ORDER = (11, 1)
ALT = ("Two panels of stairs rising from left to right, one for each of seven methods: those of BFGS and L-BFGS lie "
       "highest, nonlinear "
       "conjugate gradients next, Newton's methods further right, and gradient descent far below all.")
METHODS = {"BFGS": BFGS(), "L-BFGS": LBFGS(), "nonlinear CG": NonlinearCG(), "Newton": Newton(),
           "trust region": TrustRegion(),
           "Newton-CG": NewtonCG(), "gradient descent, tuned": GradientDescent()}
TAU, BUDGET = 1e-6, 600
MARKERS = "os^vDx*"


def costs(problems, budget):
    """{method: cost by problem}, inf where it was not solved."""
    found = {name: [] for name in METHODS}
    for f in problems:
        outcome = Race(f, f.starts[0], METHODS, budget=budget, gtol=0.0).run()
        for entry in outcome.entries:
            cost = outcome.cost_to(entry, TAU)
            found[entry.name].append(np.inf if cost is None else max(cost, 1))
    return {name: np.array(row, float) for name, row in found.items()}


def share(scores, at):
    """The share of problems whose score is at most `at`."""
    return (scores[:, None] <= at).mean(0)


@style
def draw(found, ratios, budget):
    fig, axes = plotting.subplots(1, 2, 9.4, 4.5)
    ends = budget, max(ratio[np.isfinite(ratio)].max() for ratio in ratios.values())
    for ax, scores, end in zip(axes, (found, ratios), ends):
        at = np.geomspace(1, end, 400)
        for number, (name, row) in enumerate(scores.items()):
            ax.step(at, share(row, at), where="post", label=name, **plotting.look_of(name),
                    marker=MARKERS[number], markersize=5, markevery=(25 + 8 * number, 75))
        ax.set(xscale="log", ylim=(0, 1.03), xlim=(1, end), ylabel="share of problems solved")
    axes[0].set(xlabel="cost", title="data profile")
    axes[1].set(xlabel="cost over the cheapest method's", title="performance profile", ylabel="")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, handlelength=3.5)
    return fig


def picture(fast: bool) -> Picture:
    every, budget = more_garbow_hillstrom(), 300 if fast else BUDGET
    problems = every[::4] if fast else every
    found = costs(problems, budget)
    best = np.min(list(found.values()), axis=0)
    ratios = {name: row / best for name, row in found.items()}
    ahead = float((found["L-BFGS"] < found["BFGS"]).mean())
    solved = {name: 100 * np.isfinite(row).mean() for name, row in found.items()}
    short = dict(zip(("bfgs", "lbfgs", "cg", "newton", "trust", "newton_cg", "gd"), solved.values()))
    return Picture(
        draw(found, ratios, budget),
        numbers={"problems": len(problems), "budget": budget, "tau": TAU, "rates": len(RATES),
                 "bfgs_first": 100 * (ratios["BFGS"] == 1).mean(), **short},
        settings={"budget": budget, "share left": TAU, "protocol": PROTOCOL["cost"],
                  "methods": {n: repr(m) for n, m in METHODS.items()}},
        shows={"gradient descent solves fewest": short["gd"] == min(short.values()),
               "BFGS solves four of five": short["bfgs"] >= 80,
               "the cheapest method solves each problem": np.isfinite(best).all()},
        claims={"first-order descent is slow under curvature: it solves fewer problems than Newton's method":
                Claim(short["gd"] < short["newton"], f"{len(problems)} problems, a start each"),
                "L-BFGS outperforms BFGS, by cost, on most problems":
                Claim(ahead > 0.5, f"{len(problems)} problems, a start each", ahead)},
        data={"costs": found, "ratios": ratios})
