"""A problem with Adagrad: on a long slope its steps fade
On a slope that never ends, each step of Adagrad divides by the root of all squared gradients so far: it is ε/√t, fitted
slope {slope:.3f}, and after {steps} steps Adagrad has come {adagrad:.0f} ε far, about 2√t. RMSProp forgets: its step,
at first ε/√(1 − β) = {first:.0f} ε, settles at ε, and it has come {rmsprop:,.0f} ε far. Right: where the slope is ten
times as steep at first, up to the dotted lines, Adagrad remembers it for ever: at the end its step is {kept:.4f} ε,
without the steep part it would be {without:.4f} ε; RMSProp's is back at {back:.3f} ε. The same fading lets Adagrad come
to rest where gradients are noisy; it is a problem only where there is still a way to go.
"""
import numpy as np
from scipy.special import expit

from minnet import Function, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import Adagrad, RMSProp
from minnet.plotting import style

SOURCES = "lecture: Adagrad, RMSProp"
ORDER = (3, 14)
ALT = ("Three panels. The step against the number of steps on logarithmic scales: Adagrad's falls along a straight "
       "line, RMSProp's becomes constant. The way covered: Adagrad's bends flat, RMSProp's is straight. The step on a "
       "slope that is steep at first: RMSProp's recovers, Adagrad's stays low.")
LR, END, WIDTH, STEEP = 0.05, 3.0, 0.1, 10.0


@style
def picture(fast: bool) -> Picture:
    steps = 1000 if fast else 4000
    slope = Function(lambda x: -x[0], lambda x: np.array([-1.0]), n=1, name="slope")
    steep = Function(lambda x: -x[0] + (STEEP - 1) * WIDTH * np.logaddexp(0, (END - x[0]) / WIDTH),
                     lambda x: np.array([-1 - (STEEP - 1) * expit((END - x[0]) / WIDTH)]), n=1, name="steep at first")
    methods = {"Adagrad": Adagrad(LR), "RMSProp, β = 0.99": RMSProp(LR)}
    runs = {(f.name, name): minimize(f, [0.0], method, max_iter=steps, gtol=0, record=["x"])
            for f in (slope, steep) for name, method in methods.items()}
    way = {key: run.history["x"][:, 0] / LR for key, run in runs.items()}
    step = {key: np.diff(x) for key, x in way.items()}
    t = np.arange(1, steps + 1)
    fitted = np.polyfit(np.log(t), np.log(step["slope", "Adagrad"]), 1)[0]
    fig, axes = plotting.subplots(1, 3, 9.5, 3.7)
    for (where, name), d in step.items():
        look = plotting.look_of(name)
        axes[0 if where == "slope" else 2].loglog(t, d, **look, label=name if where == "slope" else None)
        if where == "slope":
            axes[1].plot(way[where, name], **look)
    guide = {"color": "0.6", "linestyle": "-", "linewidth": 0.8, "zorder": 1}
    axes[1].plot(2 * np.sqrt(t), **guide)
    axes[0].loglog(t, 1 / np.sqrt(t) * 0.8, **guide)
    axes[0].annotate("slope −1/2", (t[steps // 40], 0.4 / np.sqrt(t[steps // 40])), fontsize=8, ha="right")
    axes[1].annotate("about 2√t", (0.6 * steps, 2 * np.sqrt(0.6 * steps)), xytext=(0, 8), textcoords="offset points",
                     fontsize=8, ha="center")
    for name in ("Adagrad", "RMSProp, β = 0.99"):
        passed = int((way["steep at first", name] * LR < END).sum())
        axes[2].axvline(passed, color=plotting.look_of(name)["color"], linestyle=":", linewidth=1)
    lowest = step["steep at first", "Adagrad"].min()
    axes[0].set(title="Step on an even slope", xlabel="step t", ylabel="length of the step / ε", ylim=(lowest / 2, 20))
    axes[1].set(title="Way covered", xlabel="step t", ylabel="distance / ε")
    axes[2].set(title="Slope ten times as steep at first", xlabel="step t", ylim=axes[0].get_ylim())
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    (plain, rms), (late, late_rms) = ([step[where, name] for name in methods] for where in ("slope", "steep at first"))
    return Picture(
        fig,
        numbers={"slope": fitted, "steps": f"{steps:,}", "adagrad": way["slope", "Adagrad"][-1],
                 "rmsprop": way["slope", "RMSProp, β = 0.99"][-1],
                 "first": rms[0], "kept": late[-1], "without": plain[-1], "back": late_rms[-1]},
        settings={"lr": LR, "beta": 0.99, "steep until": END, "steep": STEEP},
        runs={f"{name}, {where}": run for (where, name), run in runs.items()},
        shows={"Adagrad's steps fall like 1/√t": abs(fitted + 0.5) < 1e-4,
               "RMSProp's steps tend to ε": abs(rms[-1] - 1) < 1e-3,
               "Adagrad remembers the steep part": late[-1] < 0.7 * plain[-1],
               "RMSProp forgets it": abs(late_rms[-1] - 1) < 0.05},
        claims={"there is a problem with Adagrad: on a long slope its steps fade":
                Claim(plain[-1] < 2 / np.sqrt(steps), f"one run of {steps:,} steps"),
                "RMSProp is quicker than Adagrad, on a long slope":
                Claim(way["slope", "RMSProp, β = 0.99"][-1] > 2 * way["slope", "Adagrad"][-1],
                      f"one run of each, {steps:,} steps")},
        data={"step": step, "way": way})
