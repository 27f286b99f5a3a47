"""Label smoothing: the logits stop growing, and the network is less sure
With targets y(1 − α) + α/K the loss is lowest where the logit of the right class exceeds the others by log(1 + K(1 −
α)/α), which is {target_low:.2f} for α = {low} and {target_high:.2f} for α = {high} (dotted). After {steps} steps of
L-BFGS on the digits the median excess is {excess_low:.2f} and {excess_high:.2f}. With α = 0 there is no such end: it
grows to {excess_none:.0f} by step {last}, where the loss is {loss_none:.0e} and no step lowers it further. The
weights' norm is {norm_none:.0f} by then; with smoothing it grows more slowly, to {norm_low:.0f} and {norm_high:.0f}.
On {test} other digits the mean confidence is {sure_none:.3f}, {sure_low:.3f} and {sure_high:.3f}, the accuracy
{right_none:.3f}, {right_low:.3f} and {right_high:.3f}: with smoothing the network says less than it knows, without it
more.
"""
import numpy as np

from minnet import MLP, Objective, datasets, minimize, plotting
from minnet.gallery import Picture
from minnet.optim import LBFGS
from minnet.plotting import style

SOURCES = "lecture: Label smoothing"
ORDER = (1, 2)
ALT = ("Three panels with three curves each, for no smoothing and two amounts of it. The excess of the right logit "
       "against steps: without smoothing it leaves the panel at the top, with smoothing it comes up to just below a "
       "dotted line. The norm of the weights against steps: steepest without smoothing. A histogram of the confidence "
       "on test digits: without smoothing nearly all at 1, with smoothing most at a peak below 1 and a tail down to "
       "0.2.")
ALPHAS = {"none": 0.0, "low": 0.1, "high": 0.3}
K = 10


@style
def picture(fast: bool) -> Picture:
    steps = 150 if fast else 400
    train, test = datasets.digits().split(0.3, rng=0)
    net = MLP([64, 16, K])
    theta0 = net.init(rng=0)
    objectives = {name: Objective(net, train.X / 16, train.y, loss="softmax_crossentropy", label_smoothing=alpha)
                  for name, alpha in ALPHAS.items()}

    def excess(_, theta):
        return np.median(_excess(net.outputs(theta, train.X / 16), train.y))

    def norm(_, theta):
        return np.linalg.norm(theta)

    runs = {name: minimize(f, theta0, LBFGS(), max_iter=steps, gtol=0, record=[excess, norm])
            for name, f in objectives.items()}
    outputs = {name: net.outputs(run.x, test.X / 16) for name, run in runs.items()}
    sure = {name: objectives[name].loss.mean(z).max(1) for name, z in outputs.items()}
    right = {name: (z.argmax(1) == test.y).mean() for name, z in outputs.items()}
    targets = {name: np.log(1 + K * (1 - ALPHAS[name]) / ALPHAS[name]) for name in ("low", "high")}
    fig, axes = plotting.subplots(1, 3, 9.5, 3.8)
    bins = np.linspace(0.1, 1, 31)
    for i, (name, run) in enumerate(runs.items()):
        look = {"marker": "osv"[i], "markevery": (0.1, 0.3), "markersize": 5}
        axes[0].plot(run.history["excess"], **look, label=f"α = {ALPHAS[name]:g}")
        axes[1].plot(run.history["norm"], **look)
        axes[2].stairs(np.histogram(sure[name], bins)[0] / len(test), bins, color=f"C{i}",
                       linestyle=("-", "--", "-.")[i],
                       linewidth=1.6)
    for target in targets.values():
        axes[0].axhline(target, color="black", linestyle=":", linewidth=1.2)
    axes[0].set(title="How far the right logit is ahead", xlabel="step", ylabel="median excess over the next logit",
                ylim=(-1, 15))
    axes[1].set(title="The weights", xlabel="step", ylabel="‖θ‖")
    axes[2].set(title="Confidence on the test digits", xlabel="largest probability", ylabel="share of the digits",
                yscale="log")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    ends = {name: run.history["excess"][-1] for name, run in runs.items()}
    return Picture(
        fig,
        numbers={"low": ALPHAS["low"], "high": ALPHAS["high"], "steps": steps, "test": len(test),
                 "last": runs["none"].nit,
                 "loss_none": runs["none"].history["value"][-1],
                 **{f"target_{name}": target for name, target in targets.items()},
                 **{f"excess_{name}": end for name, end in ends.items()},
                 **{f"norm_{name}": run.history["norm"][-1] for name, run in runs.items()},
                 **{f"sure_{name}": p.mean() for name, p in sure.items()},
                 **{f"right_{name}": share for name, share in right.items()}},
        settings={"widths": [64, 16, K], "split seed": 0, "weights seed": 0}, runs=runs,
        shows={"without smoothing the excess rises until the loss is nothing":
                   ends["none"] > 10 and runs["none"].history["value"][-1] < 1e-12,
               "with smoothing it stays below what the targets ask for":
                   all(ends[name] < targets[name] * 1.05 for name in targets),
               "the more smoothing, the less confidence":
               sure["none"].mean() > sure["low"].mean() > sure["high"].mean(),
               "it says less than it knows with smoothing, more without": sure["none"].mean() > right["none"] and all(
                   sure[name].mean() < right[name] for name in targets),
               "the norm without smoothing is the largest":
                   max(runs, key=lambda name: runs[name].history["norm"][-1]) == "none"},
        data={"targets": targets, "excess": {name: run.history["excess"] for name, run in runs.items()}, "sure": sure,
              "objectives": objectives, "x": {name: run.x for name, run in runs.items()},
              "norm": {n: r.history["norm"] for n, r in runs.items()}})


def _excess(z, y):
    """The logit of the right class minus the largest other one, by example."""
    rows = np.arange(len(y))
    others = z.copy()
    others[rows, y] = -np.inf
    return z[rows, y] - others.max(1)
