"""The higher a critical point lies, the more ways lead down from it
Critical points of the loss of the NNDL notebook on second-order methods with weight decay {l2}: from {starts} starts,
points of random size of which most then follow L-BFGS a little way and are thrown off it again, Levenberg-Marquardt
minimises ‖∇f‖², which ends at minima and saddles alike. Where it reaches ‖∇f‖ < 1e-8, {found} times, the certificate
counts the negative eigenvalues of H: {distinct} points differ in value, {saddles} of them saddles (mirror images and
renumbered units have the same value and are one mark, the larger the more often it was found). The value rises with
the index: rank correlation {correlation:.2f}, mean values {means}. This is what Dauphin et al. (2014) saw in larger
networks: a point that is stuck high up is most likely a saddle. The highest, {highest:.2f} = 80 log 2, is the network
that says ½ to all.
"""
import numpy as np
from scipy.stats import spearmanr

from minnet import minimize, plotting
from minnet.curvature import certificate
from minnet.gallery import Claim, Picture
from minnet.notebook import notebook_objective
from minnet.optim import LBFGS, LevenbergMarquardt
from minnet.plotting import style
from minnet.problems import LeastSquares

SOURCES = "notebook: Saddle points"
ORDER = (10, 2)
ALT = ("Values of critical points against the share of negative eigenvalues, rising from the minima at share zero to "
       "the highest point at about a quarter; beside them the thirteen eigenvalues of one point of each index, more "
       "below zero the higher the index.")
L2, GTOL, LONGEST = 0.05, 1e-8, 30
MARKERS = "o^sDv*"


def squared_gradient(f):
    """‖∇f‖² as a sum of squares, whose Jacobian is the Hessian."""
    def third(x, w):
        raise ValueError("third derivatives are not needed")

    return LeastSquares(f.gradient, f.hessian, third, n=f.n, m=f.n, name="‖∇f‖²", starts=[np.zeros(f.n)])


def start(f, seed):
    """A random point, or one that `LBFGS` reached from it and that was moved."""
    rng = np.random.default_rng(seed)
    x, steps = rng.uniform(0.5, 3.0) * rng.standard_normal(f.n), int(rng.integers(0, LONGEST))
    return minimize(f, x, LBFGS(), max_iter=steps, gtol=1e-3).x + 0.3 * rng.standard_normal(f.n) if steps else x


def critical_points(f, starts):
    """Certificates of the points at which ‖∇f‖² was made zero."""
    ends = [minimize(squared_gradient(f), start(f, seed), LevenbergMarquardt(), max_iter=300, gtol=1e-13).x
            for seed in range(starts)]
    return [certificate(f, x, gtol=GTOL) for x in ends if np.linalg.norm(f.gradient(x)) <= GTOL]


@style
def draw(f, points, times, means):
    fig, (left, right) = plotting.subplots(1, 2, 9.2, 4.0)
    for index in means:
        at = [(c.value, count) for c, count in zip(points, times) if c.inertia[1] == index]
        values, weights = np.array(at).T
        left.scatter(np.full(len(at), index / f.n), values, s=25 + 12 * weights, marker=MARKERS[index],
                     facecolor="none",
                     edgecolor=f"C{index}", linewidth=1.4)
    left.plot([index / f.n for index in means], list(means.values()), color="0.4", linewidth=1.0, linestyle="-",
              marker="_",
              markersize=16,
              label="mean of the index", zorder=1)
    left.set(xlabel="index: share of negative eigenvalues", ylabel="value", title="value against index")
    left.set_xticks([index / f.n for index in means], [f"{index}/{f.n}" for index in means])
    left.margins(x=0.12)
    left.legend(loc="lower right")
    for index in means:
        c = min((c for c in points if c.inertia[1] == index), key=lambda c: c.value)
        right.plot(np.arange(1, f.n + 1), c.eigenvalues, marker=MARKERS[index], color=f"C{index}", linestyle="-",
                   linewidth=0.6,
                   markersize=5, label=f"index {index}/{f.n}: value {c.value:.2f}")
    right.axhline(0, color="black", linewidth=0.8)
    right.set_yscale("symlog", linthresh=0.1, linscale=0.5)
    right.set_yticks([-10, -1, 0, 1, 10, 100])
    right.set(xlabel="number", ylabel="eigenvalue", title="spectrum of the lowest point of each index")
    right.legend(loc="upper left")
    return fig


def picture(fast: bool) -> Picture:
    f, starts = notebook_objective(0, L2), 12 if fast else 110
    found = [c for c in critical_points(f, starts) if c.kind in ("strict minimum", "saddle")]
    by_value = {}
    for c in found:
        by_value.setdefault((round(c.value, 6), c.inertia[1]), []).append(c)
    points, times = zip(*((by_value[key][0], len(by_value[key])) for key in sorted(by_value)))
    index, value = np.array([c.inertia[1] for c in points]), np.array([c.value for c in points])
    means = {int(i): float(value[index == i].mean()) for i in np.unique(index)}
    correlation = float(spearmanr(index, value).statistic)
    return Picture(
        draw(f, points, times, means),
        numbers={"l2": L2, "starts": starts, "found": len(found), "distinct": len(points),
                 "saddles": int((index > 0).sum()),
                 "correlation": correlation, "highest": value.max(),
                 "means": ", ".join(f"{mean:.1f} at {i}/{f.n}" for i, mean in means.items())},
        settings={"seeds": f"0 to {starts - 1}", "l2": L2, "gtol": GTOL},
        shows={"the mean value rises with the index": (np.diff(list(means.values())) > 0).all() and len(means) >= 3,
               "the lowest point is a minimum": index[value.argmin()] == 0,
               "the highest is a saddle": index[value.argmax()] == index.max()},
        claims={"critical points of higher index have higher values, by a rank correlation above one half":
                Claim(correlation > 0.5, f"{len(points)} critical points of one network")},
        data={"certificates": points, "index": index, "value": value})
