"""A cliff: one gradient throws the weights away, clipped gradients do not
The loss of a recurrent network of one unit, h ← w σ(h) + b, {T} times over, has a cliff: across the edge it changes by
{jump:.2f} within {width:.2f}. Gradient descent at ε = {lr} comes to it, meets a gradient of norm {met:.0f} at step
{step} and is thrown {thrown:.1f} far, where the unit is saturated and the loss stays at {end:.3f}. With gradients
clipped to norm {bound} no step is longer than {longest:.2f}: from the same start it comes to the edge and follows it
downhill, stepping over it and back; its loss was between {lowest:.1e} and {highest:.1e} in the last {late} steps,
though it met gradients of up to {met_clipped:.0f}.
"""
import numpy as np

from minnet import Function, check, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.network.activations import sigmoid
from minnet.optim import Clipped, GradientDescent
from minnet.plotting import style

SOURCES = "lecture: Challenges in gradient descent"
ORDER = (3, 22)
ALT = ("Left: a map of the loss over w and b with a sharp edge between a dark plateau and a light valley; one path "
       "jumps from the edge out of the picture, the other follows the edge. Middle: the loss across the edge, almost "
       "a step. Right: the loss of the two runs, which jumps to a plateau for good without clipping and falls with "
       "it.")
T, TARGET, LR, BOUND, START = 50, 0.7, 0.1, 0.1, (4.6, -2.1)
FRAME = ((4.37, 4.65), (-2.33, -2.07))


@style
def picture(fast: bool) -> Picture:
    steps, grid = 150, 150 if fast else 400
    f = Function(_value, _gradient, n=2, name="recurrent unit")
    methods = {"gradient descent": GradientDescent(LR), "clipped by norm": Clipped(GradientDescent(LR), BOUND)}
    runs = {name: minimize(f, START, method, max_iter=steps, gtol=0, record=["x"]) for name, method in methods.items()}
    paths = {name: run.history["x"] for name, run in runs.items()}
    lengths = {name: np.linalg.norm(np.diff(path, axis=0), axis=1) for name, path in paths.items()}
    last, thrown = lengths.values()
    step = int(last.argmax())
    edge = paths["gradient descent"][step]
    g = f.gradient(edge)
    offsets = np.linspace(-0.1, 0.1, 2001)
    profile = _value((edge + offsets[:, None] * g / np.linalg.norm(g)).T)
    W, B = np.meshgrid(*(np.linspace(*ends, grid) for ends in FRAME))
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.7)
    image = left.pcolormesh(W, B, _value(np.array([W, B])), cmap="Greys", vmin=0, vmax=0.5, shading="gouraud",
                            rasterized=True)
    fig.colorbar(image, ax=left, location="right", aspect=30, pad=0.02).ax.set_title("loss", fontsize=8)
    for name, marker, every in zip(runs, "ox", ([0, step], [0, steps])):
        left.plot(*paths[name].T, marker=marker, markersize=6, markevery=every, linewidth=1, label=name)
    right.semilogy(runs["gradient descent"].history["value"], marker="o", markevery=[0, step])
    right.semilogy(runs["clipped by norm"].history["value"], color="C1", linestyle="none", marker="x", markersize=3)
    middle.plot(offsets, profile, color="black", linestyle="-")
    middle.plot(0, f.value(edge), "o", color="C0")
    left.grid(False)
    left.set(title="Paths over the loss", xlabel="w", ylabel="b", xlim=FRAME[0], ylim=FRAME[1])
    middle.set(title="Across the edge", xlabel="distance in the plane of (w, b)", ylabel="loss")
    right.set(title="The runs", xlabel="step", ylabel="loss")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    met = {name: run.history["gradient_norm"].max() for name, run in runs.items()}
    ends = [run.history["value"][-1] for run in runs.values()]
    late = runs["clipped by norm"].history["value"][-20:]
    jump = abs(profile[100:] - profile[:-100]).max()
    return Picture(
        fig,
        numbers={"T": T, "lr": LR, "bound": BOUND, "jump": jump, "width": offsets[100] - offsets[0], "step": step,
                 "met": met["gradient descent"],
                 "thrown": last.max(), "end": ends[0], "longest": thrown.max(), "lowest": late.min(),
                 "highest": late.max(), "late": len(late), "met_clipped": met["clipped by norm"]},
        settings={"start": START, "target": TARGET, "h at first": 0.5}, runs=runs,
        shows={"the gradient is that of the value": bool(check.gradient(f, np.array(START))),
               "with clipping every step is at most ε times the bound": thrown.max() <= LR * BOUND * (1 + 1e-9),
               "clipped gradient descent ends low": late.max() < 0.2 * ends[0],
               "the clipped run meets gradients far above the bound": met["clipped by norm"] > 10 * BOUND},
        claims={"small changes in the parameters can drastically change the cost function":
                Claim(jump > 0.5 * np.ptp(profile), "one line across the edge"),
                "an update can go to a completely different parameter space":
                Claim(last.max() > 20 * np.median(last[:step]), "one run"),
                "gradient clipping ameliorates this": Claim(late.max() < ends[0], "one run with it and one without")},
        data={"f": f, "paths": paths})


def _value(x):
    """(σ(h_T) − 0.7)² of h₀ = ½, hₜ = w σ(hₜ₋₁) + b, for x = (w, b), numbers or arrays.

    Pascanu, Mikolov, Bengio 2013, figure 6.
    """
    h = 0.5
    for _ in range(T):
        h = x[0] * sigmoid(h) + x[1]
    return (sigmoid(h) - TARGET)**2


def _gradient(x):
    """Its gradient, by the chain rule along the way: ∂hₜ = (σ, 1) + w σ′ ∂hₜ₋₁."""
    h, dh = 0.5 + 0 * x[0], np.zeros_like(x)
    for _ in range(T):
        s = sigmoid(h)
        h, dh = x[0] * s + x[1], np.stack([s, np.ones_like(s)]) + x[0] * s * (1 - s) * dh
    s = sigmoid(h)
    return 2 * (s - TARGET) * s * (1 - s) * dh
