"""The Hessian's own noise, and what damping makes of it in the step
Relative errors of the gradient, of the Hessian and of Newton's step from m of {N} examples, medians over {draws} draws
with the middle half: left at the start, right after {adam} steps of Adam, where the gradient is small and so its noise
large beside it. Gradient and Hessian fall like 1/√m, fitted slopes {slope_g:.2f} and {slope_H:.2f} at the start. What
the step makes of it is for point and damping to say: at the start, with α = {low:g} above the lowest eigenvalue, it
errs more than the gradient in {more_low:.0%} of the draws of a batch, for H⁻¹ magnifies the noise along directions of
little curvature; with α = {high:g} in {more_high:.0%}. At the trained point the share is {late_low:.0%} with α =
{low:g}: there the noise of the gradient itself rules. So a second-order step wants larger batches than the gradient
where it is hardly damped and far from a minimum.
"""
from __future__ import annotations

import numpy as np

from minnet import MLP, Objective, datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import Adam
from minnet.plotting import style

SOURCES = "lecture: Newton's method, Quasi-Newton methods"
ORDER = (4, 11)
ALT = ("Two panels of relative errors against batch size on logarithmic scales, four falling lines each: gradient, "
       "Hessian, and Newton's step with little and with much damping.")
EXAMPLES, ADAM, LOW, HIGH = 512, 100, 0.01, 1.0
WHAT = ("gradient", "Hessian", f"Newton's step, α = {LOW:g}", f"Newton's step, α = {HIGH:g}")


def parts(f: Objective, theta: np.ndarray) -> list[np.ndarray]:
    """What WHAT names at theta; the damping is α above what makes the lowest eigenvalue 0."""
    g, H = f.gradient(theta), f.hessian(theta)
    lift = max(0.0, -np.linalg.eigvalsh(H)[0])
    return [g, H, *(-np.linalg.solve(H + (lift + alpha) * np.eye(len(g)), g) for alpha in (LOW, HIGH))]


def errors(f: Objective, theta: np.ndarray, sizes: np.ndarray, draws: int) -> np.ndarray:
    """Relative errors (len(sizes), draws, 4) of what WHAT names, from batches drawn without replacement."""
    exact, rng = parts(f, theta), np.random.default_rng(0)
    return np.array([[[np.linalg.norm(part - whole) / np.linalg.norm(whole) for part, whole in zip(
        parts(f.subset(rng.permutation(len(f))[:m]), theta), exact)] for _ in range(draws)] for m in sizes])


@style
def picture(fast: bool) -> Picture:
    data, draws = datasets.two_moons(EXAMPLES, 0.2, rng=0), 20 if fast else 100
    f = Objective(MLP([2, 8, 1]), data.X, data.y, "binary_crossentropy", l2=1e-3)
    theta, sizes = f.net.init(rng=0), 2**np.arange(2, 9)
    trained = minimize(f, theta, Adam(0.05), max_iter=ADAM, gtol=0, record=["x"]).history["x"][-1]
    found = {"at the start": errors(f, theta, sizes, draws),
             f"after {ADAM} steps of Adam": errors(f, trained, sizes, draws)}
    fig, axes = plotting.subplots(1, 2, 9.5, 4.0)
    for ax, (title, rows) in zip(axes, found.items()):
        for column, (name, marker) in enumerate(zip(WHAT, "os^v")):
            low, middle, high = (np.quantile(rows[:, :, column], q, axis=1) for q in (0.25, 0.5, 0.75))
            ax.loglog(sizes, middle, marker=marker, markersize=5, label=name)
            ax.fill_between(sizes, low, high, color=f"C{column}", alpha=0.18, linewidth=0)
        ax.set(xlabel="batch size m", title=title)
        ax.set_xticks(sizes, [str(m) for m in sizes])
        ax.minorticks_off()
    axes[0].set_ylabel("relative error")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    start, small = np.median(found["at the start"], axis=1), sizes <= EXAMPLES // 8
    slopes = np.polyfit(np.log(sizes[small]), np.log(start[small]), 1)[0]
    more = [[rows[:, :, column].ravel() > rows[:, :, 0].ravel() for column in (2, 3)] for rows in found.values()]
    return Picture(
        fig, data={"sizes": sizes, "found": found, "objective": f},
        settings={"examples": EXAMPLES, "draws": draws, "damping": [LOW, HIGH], "seed": 0},
        numbers={"N": EXAMPLES, "draws": draws, "adam": ADAM, "slope_g": slopes[0], "slope_H": slopes[1], "low": LOW,
                 "high": HIGH, "more_low": more[0][0].mean(), "more_high": more[0][1].mean(),
                 "late_low": more[1][0].mean()},
        shows={"the errors of gradient and Hessian fall like 1/√m": bool((abs(slopes[:2] + 0.5) < 0.12).all()),
               "at the start the hardly damped step errs more than the gradient at every batch size":
               bool((start[:, 2] > start[:, 0]).all())},
        claims={f"second-order steps need larger batches (lecture): with α = {LOW:g} they err more than the gradient":
                Claim.over(np.concatenate([more[0][0], more[1][0]]), "draws of a batch, at both points", needed=0.95),
                f"and so they do with α = {HIGH:g}":
                Claim.over(np.concatenate([more[0][1], more[1][1]]), "draws of a batch, at both points", needed=0.95)})
