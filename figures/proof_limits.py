"""Where proving stops: condition, weight decay and size
Left: the proved contraction q of the ball at the minimum of the NNDL notebook's network, against weight decay, which is
lowered in steps while Newton's method follows the minimum; each line is one of {seeds} starts. Where q nears 1 the
theorem says nothing any more (×), here from l2 = {first} to {last} on. Middle: the same against κ = max |λ| / min |λ|
of the Hessian, with the radius of the ball (○), which grows from {r_low} to {r_high} as the weights do. The last proofs
have κ = {most}; at 1/u = 10¹⁶ they would end in any case, for rounding alone blurs the Hessian by u times its size, and
q is at least this blur over the smallest |λ|. Right: networks with 1 to {hidden} hidden units on the same data (l2 =
{l2}). Their radius hardly depends on n: it is {ulps_low:.1f} to {ulps_high:.1f} units of rounding u of the largest
weight, so that hardly a double is nearer to the minimum. q grows from {q_small} at n = {n_small} to {q_large} at n =
{n_large}, with κ and with the sums of n terms.
"""
import numpy as np

from minnet import MLP, Objective, datasets, minimize, plotting
from minnet.curvature.contraction import contraction
from minnet.curvature.proof import Proof, prove
from minnet.gallery import Claim, Picture
from minnet.notebook import notebook_objective
from minnet.optim import Newton
from minnet.plotting import style

from ._words import power

SOURCES = "notebook: code; draft: Ill-conditioned Hessians"
ORDER = (5, 10)
ALT = ("Three panels, logarithmic both ways. The contraction rises as weight decay falls, until crosses near and above "
       "one say that nothing is proved. It rises likewise with the condition number, and circles far below, the "
       "radii, rise slowly. Against the number of parameters the radius stays level near the unit of rounding.")
UNIT, L2 = 2.0**-53, 0.01


def at_a_minimum(f, start):
    """Where Newton's method ends, and of that point q, κ, the radius of the ball and whether there is a proof."""
    x = minimize(f, start, Newton(), gtol=1e-8, max_iter=500).x
    answer, lam = prove(f, x), abs(np.linalg.eigvalsh(f.hessian(x)))
    found = isinstance(answer, Proof)
    q = answer.contraction if found else contraction(f, x, 1.5 * UNIT * abs(x).max()).factor
    return x, (q, lam.max() / lam.min(), answer.radius if found else np.nan, found)


def down_the_decays(seed, decays):
    """(q, κ, radius, proved) for each weight decay, from the largest to the smallest."""
    x, rows = datasets.notebook_start(seed), []
    for l2 in decays:
        x, row = at_a_minimum(notebook_objective(seed, l2), x)
        rows.append(row)
    return np.array(rows).T


def of_sizes(widths):
    """(n, radius, largest weight, q, proved) for each number of hidden units."""
    data, rows = datasets.notebook(0), []
    for width in widths:
        f = Objective(MLP([2, width, 1]), data.X, data.y, "binary_crossentropy", l2=L2)
        x, (q, _, radius, found) = at_a_minimum(f, f.net.init(rng=0))
        rows.append((f.n, radius, abs(x).max(), q, found))
    return np.array(rows).T


@style
def draw(decays, runs, sizes):
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.8)
    for i, (run, marker) in enumerate(zip(runs, "os^Dv*")):
        q, kappa, radius, found = *run[:3], run[3] > 0
        for ax, x in ((left, decays), (middle, kappa)):
            ax.plot(x, q, color=f"C{i}", linewidth=0.8, linestyle="-" if ax is left else "none")
            ax.plot(x[found], q[found], marker, color=f"C{i}", markersize=4, linestyle="none")
            ax.plot(x[~found], q[~found], "x", color=f"C{i}", markersize=5, linestyle="none")
        middle.plot(kappa, radius, "o", color=f"C{i}", markersize=4, markerfacecolor="none", linestyle="none")
    for ax in (left, middle, right):
        ax.axhline(1, color="black", linewidth=0.8, linestyle=":")
        ax.set(xscale="log", yscale="log", ylim=(1e-17, 1e8))
    left.invert_xaxis()
    left.set(xlabel="weight decay l2", ylabel="proved contraction q", title="with less weight decay")
    left.annotate("× not proved", (0.03, 0.97), xycoords="axes fraction", va="top", fontsize=8)
    middle.annotate("○ radius", (0.6, 0.09), xycoords="axes fraction", va="top", fontsize=8)
    middle.set(xlabel="κ", title="with the condition number")
    n, radius, largest, q, _ = sizes
    right.loglog(n, q, "-s", markersize=4, label="q")
    right.loglog(n, radius, "-o", markersize=4, label="radius")
    right.loglog(n, UNIT * largest, "--", color="0.5", label="u · largest weight")
    right.set(xlabel="parameters n", title="with size", xlim=(3, 400))
    right.legend(fontsize=8, loc="upper right")
    return fig


def picture(fast: bool) -> Picture:
    decays = 10.0 ** -np.arange(0, 12, 2 if fast else 1)
    runs = [down_the_decays(seed, decays) for seed in range(1 if fast else 4)]
    sizes = of_sizes((1, 4, 16) if fast else (1, 2, 4, 8, 16, 32, 64))
    q, kappa, radii, found = np.hstack(runs)
    found = found > 0
    n, radius, largest, q_of_n, found_of_n = sizes
    limits = [decays[run[3] == 0].max() for run in runs]
    ulps = radius / (UNIT * largest)
    return Picture(
        draw(decays, runs, sizes), settings={"l2": decays, "seeds": list(range(len(runs))), "rng": 0},
        numbers={"seeds": len(runs), "first": power(max(limits)), "last": power(min(limits)),
                 "most": power(kappa[found].max()), "r_low": power(radii[found].min()),
                 "r_high": power(radii[found].max()), "hidden": int((n[-1] - 1) / 4), "l2": L2,
                 "ulps_low": ulps.min(), "ulps_high": ulps.max(), "q_small": power(q_of_n[0]), "n_small": int(n[0]),
                 "q_large": power(q_of_n[-1]), "n_large": int(n[-1])},
        shows={"with enough weight decay every minimum is proved":
                   all(bool(run[3][decays >= 1e-2].all()) for run in runs),
               "with too little none is": not any(run[3][-1] for run in runs),
               "networks of all sizes are proved": bool(found_of_n.all())},
        claims={"where nothing is proved q is above one half": Claim.over(q[~found] > 0.5, "minima"),
                "a proof needs κ below 1/u": Claim.over(kappa[found] < 1 / UNIT, "proofs"),
                "the radius is within ten units of rounding of the largest weight": Claim.over(ulps < 10, "sizes")},
        data={"decays": decays, "runs": runs, "sizes": sizes})
