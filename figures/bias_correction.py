"""Adam's first steps, with and without bias correction
On an even slope Adam's step should be ε from the start, and with the correction it is. Without it p and a both start
at 0 but a takes longer to fill: with β₂ = 0.999 the first step is {first:.2f} ε, the largest {largest:.2f} ε at step
{at}. So the correction does keep the first steps small, as the UCLA lecture on optimisation says. With the β₂ = 0.99
of the lecture's code the first step is {first_code:.2f} ε all the same, the largest {largest_code:.2f} ε. The NNDL
notebook on second-order methods divides by 1 − β for ever, as if t were 1: its steps begin at ε and, once the averages
are full, are √(1 − β₂)/(1 − β₁) = {frozen:.3f} ε with β₂ = 0.999; with 0.99 that factor is {frozen_code:.2f}, and it
is as if there were no correction. Right: on the notebook's own network and data the loss jumps from {start:.1f} to
{jump:.1f} at first without correction, and never rises above its start with the true or the frozen one. Yet the larger
steps then get further: after {training} steps the loss is {end_none:.1f} without correction and {end_true:.1f} with
it.
"""
import numpy as np

from minnet import Function, datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.notebook import notebook_objective
from minnet.optim import Adam
from minnet.plotting import style

SOURCES = "lecture: Adam; notebook: code"
ORDER = (3, 16)
ALT = ("Three panels with three curves each: Adam with bias correction, without, and with the correction frozen at "
       "the first step. Step length on an even slope for β₂ = 0.999 and for 0.99: flat with the correction, a hump "
       "without it. Right: the loss of the notebook's network over its first steps.")
KINDS = {"corrected": True, "none": False, "frozen at t = 1": "first step"}
LR = 0.1


@style
def picture(fast: bool) -> Picture:
    steps = 1000 if fast else 8000
    slope = Function(lambda x: -x[0], lambda x: np.array([-1.0]), n=1, name="slope")
    runs = {(beta2, name): minimize(slope, [0.0], Adam(LR, beta2=beta2, bias_correction=kind), max_iter=steps, gtol=0,
                                    record=["x"])
            for beta2 in (0.999, 0.99) for name, kind in KINDS.items()}
    step = {key: np.diff(run.history["x"][:, 0]) / LR for key, run in runs.items()}
    f = notebook_objective(0)
    training = {name: minimize(f, datasets.notebook_start(0), Adam(LR, bias_correction=kind), max_iter=50, gtol=0)
                for name, kind in KINDS.items()}
    fig, axes = plotting.subplots(1, 3, 9.5, 3.7)
    t = np.arange(1, steps + 1)
    looks = [{"color": "C0", "linestyle": "-"}, {"color": "C1", "linestyle": "--"}, {"color": "C2", "linestyle": "-."}]
    for ax, beta2 in zip(axes, (0.999, 0.99)):
        for name, look in zip(KINDS, looks):
            hidden = {"linewidth": 4, "alpha": 0.5} if (beta2, name) == (0.99, "none") else {}
            ax.semilogx(t, step[beta2, name], **look | hidden, label=name)
        ax.set(title=f"Even slope, β₂ = {beta2}", xlabel="step t", ylabel="length of the step / ε", ylim=(0, 7))
    for run, look in zip(training.values(), looks):
        axes[2].plot(run.history["value"], **look)
    axes[2].set(title="The notebook's network, β₂ = 0.999", xlabel="step t", ylabel="loss, summed")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, title="bias correction")
    none, frozen, code = step[0.999, "none"], step[0.999, "frozen at t = 1"], step[0.99, "none"]
    loss = {name: run.history["value"] for name, run in training.items()}
    limit = np.sqrt(1 - 0.999**steps)
    return Picture(
        fig,
        numbers={"first": none[0], "largest": none.max(), "at": int(none.argmax()) + 1, "first_code": code[0],
                 "largest_code": code.max(), "frozen": np.sqrt(0.001) / 0.1, "frozen_code": np.sqrt(0.01) / 0.1,
                 "start": loss["none"][0],
                 "jump": loss["none"].max(), "training": 50, "end_none": loss["none"][-1],
                 "end_true": loss["corrected"][-1]},
        settings={"lr": LR, "beta1": 0.9, "seed": 0},
        runs={f"β₂ = {beta2}, {name}": run for (beta2, name), run in runs.items()}
             | {f"network, {name}": run for name, run in training.items()},
        shows={"with the correction every step on an even slope is ε":
               np.allclose(step[0.999, "corrected"], 1, atol=1e-5),
               "the frozen correction shrinks the steps for ever": abs(frozen[-1] * limit - np.sqrt(0.1)) < 1e-4,
               "with β₂ = 0.99 the frozen correction is as none": np.allclose(step[0.99, "frozen at t = 1"], code,
                                                                              atol=1e-5),
               "with β₂ = 0.99 the first step is ε even without correction": abs(code[0] - 1) < 1e-5,
               "with a correction the loss stays below its start":
                   all(loss[name].max() == loss[name][0] for name in ("corrected", "frozen at t = 1")),
               "without it the loss rises at first": loss["none"].max() > loss["none"][0],
               "and is lowest at the end": loss["none"][-1] == min(values[-1] for values in loss.values())},
        claims={"without the correction extremely large steps are taken at the start":
                Claim(none.max() > 5, "one run on an even slope, β₂ = 0.999")},
        data={"step": step, "training": loss})
