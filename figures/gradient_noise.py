"""Minibatches: the noise of the gradient, and what it does
Left: the mean squared error of the gradient of m digits out of {N:,} falls like 1/m, fitted slope {slope:.2f} up to m =
{fit}; drawn without replacement it is tr C/m · (N − m)/(N − 1) (dotted), and 0 for the full batch. Middle: {steps}
steps of the same batches. L-BFGS measures curvature by differences of gradients, and with m = {m_small} its loss on all
digits is {lbfgs_small:.2f}, Adam's {adam_small:.2f}; with the full batch {lbfgs_full:.3f} against {adam_full:.3f}.
Quasi-Newton methods do want large batches. Right: gradient descent on {few} points of two noisy moons, {long:,} steps
of every batch size, over {count} draws of points and start, with the middle half of them shaded. A small batch of
{m_best} fits less than the full one in {fits_less:.0%} of the draws; on new points it is better in {better:.0%}. So a
small batch changes what is found, and whether for the better is a matter of the draw: it is no regulariser to rely on.
"""
import numpy as np
from matplotlib.ticker import NullLocator

from minnet import MLP, Objective, datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import LBFGS, Adam, GradientDescent
from minnet.plotting import style

SOURCES = "lecture: Stochastic gradient descent, Newton's method, Quasi-Newton methods"
ORDER = (3, 19)
ALT = ("Three panels against the batch size on logarithmic scales. The error of the gradient falls along a straight "
       "line, and faster near the full batch. The loss of L-BFGS falls steeply with the batch size and crosses that "
       "of Adam. The training loss of gradient descent is lowest for the full batch, the test loss for a small batch.")
FEW, MOONS, SMALL = 60, 0.35, 4


@style
def picture(fast: bool) -> Picture:
    train, _ = datasets.digits().split(0.3, rng=0)
    f = Objective(MLP([64, 16, 10]), train.X / 16, train.y, loss="softmax_crossentropy", l2=1e-4)
    N, draws, seeds, steps = len(f), 40 if fast else 200, 1 if fast else 4, 200
    sizes, measured, theory = _variance(f, draws)
    fit = 128
    slope = np.polyfit(np.log(sizes[sizes <= fit]), np.log(measured[sizes <= fit]), 1)[0]
    batches = [8, N] if fast else [8, 32, 128, 512, N]

    def run(method, m, seed):
        return minimize(f, f.net.init(rng=seed), method, max_iter=steps, gtol=0, batch_size=m, rng=seed, record=["x"])

    runs = {name: {m: [run(method, m, seed) for seed in range(seeds)] for m in batches}
            for name, method in {"L-BFGS": LBFGS(), "Adam": Adam(0.01)}.items()}
    ends = {name: [np.mean([f.value(r.history["x"][-1]) for r in by[m]]) for m in batches] for name, by in runs.items()}
    long, some = (2000, [1, SMALL, FEW]) if fast else (2500, [1, SMALL, 15, FEW])
    losses = _generalisation(some, long, 3 if fast else 12)
    fig, axes = plotting.subplots(1, 3, 9.5, 3.9)
    axes[0].loglog(sizes, measured, "o", markersize=5, label="measured")
    axes[0].loglog(sizes, theory, color="black", linestyle=":", label="theory")
    for (name, values), marker in zip(ends.items(), "os"):
        axes[1].loglog(batches, values, marker=marker, label=name, **plotting.look_of(name))
    middle, low, high = (np.quantile(losses, q, axis=1) for q in (0.5, 0.25, 0.75))
    for i, name in enumerate(("training points", "new points")):
        axes[2].semilogx(some, middle[:, i], color=f"C{i + 2}", linestyle=("-.", ":")[i], marker="^v"[i], label=name)
        axes[2].fill_between(some, low[:, i], high[:, i], color=f"C{i + 2}", alpha=0.2, linewidth=0)
    small, full = losses[some.index(SMALL)], losses[-1]
    axes[0].set(title="Error of the gradient", xlabel="batch size m", ylabel="mean ‖g − ∇f‖²")
    axes[1].set(title=f"Loss after {steps} steps", xlabel="batch size m", ylabel="loss on all digits")
    axes[2].set(title=f"After {long} steps, two moons", xlabel="batch size m", ylabel="loss",
                ylim=(0, 1.45 * high.max()),
                xticks=some, xticklabels=some)
    axes[2].xaxis.set_minor_locator(NullLocator())
    for ax in axes:
        ax.legend(loc="upper right")
    return Picture(
        fig,
        numbers={"N": N, "slope": slope, "fit": fit, "steps": steps, "m_small": batches[0], "few": FEW, "long": long,
                 "m_best": SMALL, "lbfgs_small": ends["L-BFGS"][0], "adam_small": ends["Adam"][0],
                 "lbfgs_full": ends["L-BFGS"][-1], "adam_full": ends["Adam"][-1],
                 "count": losses.shape[1], "fits_less": (small[:, 0] > full[:, 0]).mean(),
                 "better": (small[:, 1] < full[:, 1]).mean()},
        settings={"draws": draws, "seeds": seeds, "batches": batches, "moons' noise": MOONS},
        runs={f"{name}, m = {m}": by[m] for name, by in runs.items() for m in batches},
        shows={"the error falls like 1/m": abs(slope + 1) < 0.15,
               "it is what theory says": abs(np.log(measured / theory)).max() < 0.4,
               "with the full batch L-BFGS is ahead of Adam": ends["L-BFGS"][-1] < ends["Adam"][-1]},
        claims={"quasi-Newton methods require a full batch or very large minibatches":
                Claim(ends["L-BFGS"][0] > 2 * ends["Adam"][0],
                      f"L-BFGS beside Adam at m = {batches[0]}, means over {seeds} seeds"),
                "small batches have a regularising effect":
                Claim.over(small[:, 1] < full[:, 1], f"draws, m = {SMALL} against the full batch", needed=0.95)},
        data={"sizes": sizes, "measured": measured, "theory": theory, "ends": ends, "losses": losses, "objective": f})


def _variance(f, draws):
    """(batch sizes, mean squared error of their gradients over so many draws, what theory says it is)."""
    N, theta, rng = len(f), f.net.init(rng=0), np.random.default_rng(0)
    g = f.gradient(theta)
    C = f.per_example_gradients(theta).var(axis=0).sum()
    sizes = 2**np.arange(0, 11)
    drawn = [[f.subset(rng.permutation(N)[:m]).gradient(theta) for _ in range(draws)] for m in sizes]
    errors = np.array([((np.array(rows) - g)**2).sum(axis=1).mean() for rows in drawn])
    return sizes, errors, C / sizes * (N - sizes) / (N - 1)


def _generalisation(sizes, steps, draws):
    """Losses (len(sizes), draws, 2) on the training points and on new ones, by draw of points and start."""
    return np.array([[_end(m, steps, seed) for seed in range(draws)] for m in sizes])


def _end(m, steps, seed):
    """(loss on FEW training points, loss on 2,000 new ones) of one run."""
    net = MLP([2, 32, 1])
    here, new = (Objective(net, part.X, part.y, loss="binary_crossentropy")
                 for part in (datasets.two_moons(FEW, MOONS, rng=2 * seed),
                              datasets.two_moons(2000, MOONS, rng=2 * seed + 1)))
    batches = {} if m == FEW else {"batch_size": m, "rng": seed}
    run = minimize(here, net.init(rng=seed), GradientDescent(0.3), max_iter=steps, gtol=0, record=["x"], **batches)
    x = run.history["x"][-1]
    return here.value(x), new.value(x)
