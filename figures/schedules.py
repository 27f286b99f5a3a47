"""Schedules of the learning rate, and the noise floor of stochastic gradients
With minibatches of {batch} and a constant rate the loss stops falling: steps of size ε keep shaking the weights, and
the floor is the higher the larger ε. Here, with linear regression, whose minimum is known, ε = {large} ends at an
excess loss of {floor_large:.1e}, ε = {small} at {floor_small:.1e}, but takes longer to get there: after {early} steps
they are at {early_large:.1e} and {early_small:.1e}. Annealing has both: it starts with large steps and ends with small
ones. With a rate cut in steps the excess ends at {end_step:.1e}, with a cosine at {end_cosine:.1e}, with 1/t at
{end_inverse:.1e}, and with one cut when the loss is on a plateau at {end_plateau:.1e}. Means over {seeds} orders of
the examples; the excess loss is averaged over the last fifth of the steps so far.
"""
import numpy as np

from minnet import MLP, Objective, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent
from minnet.optim.schedules import Constant, Cosine, InverseTime, OnPlateau, Step
from minnet.plotting import style

SOURCES = "lecture: Techniques to adapt the learning rate"
ORDER = (3, 18)
ALT = ("Left: six learning rates against steps: two constant, one cut in stairs, one that falls as a cosine, one as "
       "1/t, and one that drops on plateaus. Right: the excess loss on logarithmic scales: the large constant rate "
       "falls quickly to a high floor, the small one slowly to a low floor, and the others fall quickly and go on "
       "falling.")
LARGE, SMALL, BATCH, EXAMPLES, INPUTS = 0.1, 0.005, 4, 200, 5


@style
def picture(fast: bool) -> Picture:
    steps, seeds = (600, 2) if fast else (2000, 4)
    f, lowest = _regression()
    epoch = EXAMPLES // BATCH
    schedules = {"large": Constant(LARGE), "small": Constant(SMALL), "step": Step(LARGE, 0.3, steps // 5),
                 "plateau": OnPlateau(LARGE, 0.3, patience=1, every=epoch), "cosine": Cosine(LARGE, steps),
                 "inverse": InverseTime(LARGE, 0.02)}
    names = dict(zip(schedules, (f"constant, {LARGE}", f"constant, {SMALL}", "cut in steps", "cut on a plateau",
                                 "cosine", "1/t")))

    def excess(_, x):
        return f.value(x) - lowest

    def run(schedule, seed):
        return minimize(f, np.zeros(f.n), GradientDescent(schedule), max_iter=steps, gtol=0, batch_size=BATCH, rng=seed,
                        record=[excess, *(["lr"] if isinstance(schedule, OnPlateau) else [])])

    runs = {key: [run(schedule, seed) for seed in range(seeds)] for key, schedule in schedules.items()}
    means = {key: np.mean([r.history["excess"] for r in results], axis=0) for key, results in runs.items()}
    curves = {key: _smooth(values) for key, values in means.items()}
    t = np.arange(1, steps + 1)
    rates = {key: runs[key][0].history["lr"][1:] if key == "plateau" else np.array([schedule(i) for i in t])
             for key, schedule in schedules.items()}
    fig, (left, right) = plotting.subplots(1, 2, 9.2, 4.3)
    for (key, rate), marker in zip(rates.items(), "osv^Dx"):
        look = {"marker": marker, "markersize": 5, "markevery": (0.1, 0.2)}
        left.semilogy(t, rate, **look, label=names[key])
        right.loglog(np.arange(1, len(curves[key]) + 1), curves[key], **look)
    left.set(title="The learning rate …", xlabel="step", ylabel="ε", ylim=(1e-5, 0.15))
    right.set(title="… and how far the loss is above its minimum", xlabel="step", ylabel="excess loss on all examples")
    fig.legend(loc="outside lower center", ncols=6, handlelength=3)
    early, end = steps // 10, {key: curve[-1] for key, curve in curves.items()}
    annealed = [end[key] for key in ("step", "plateau", "cosine", "inverse")]
    return Picture(
        fig,
        numbers={"batch": BATCH, "large": LARGE, "small": SMALL, "floor_large": end["large"],
                 "floor_small": end["small"],
                 "early": early, "early_large": curves["large"][early],
                 "early_small": curves["small"][early], "seeds": seeds,
                 **{f"end_{key}": end[key] for key in ("step", "cosine", "inverse", "plateau")}},
        settings={"examples": EXAMPLES, "inputs": INPUTS,
                  "schedules": [repr(schedule) for schedule in schedules.values()]},
        runs=runs,
        shows={"the small rate is behind in the beginning": curves["small"][early] > 2 * curves["large"][early],
               "every annealed rate ends far below the constant one it began with": max(annealed) < end["large"] / 3,
               "the rate is cut on plateaus": rates["plateau"][-1] < LARGE},
        claims={"in the beginning a larger learning rate is better":
                Claim(curves["large"][early] < curves["small"][early],
                      f"two rates, means over {seeds} orders of the examples"),
                "as time goes on ε needs to be small":
                Claim.over(np.array(annealed) < end["large"] / 3,
                           f"schedules, means over {seeds} orders of the examples")},
        data={"rates": rates, "excess": means, "objective": f, "lowest": lowest})


def _regression():
    """(linear regression with noise of deviation 1/2, its lowest loss by least squares)."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((EXAMPLES, INPUTS))
    y = X @ rng.standard_normal(INPUTS) + rng.standard_normal(EXAMPLES) / 2
    f = Objective(MLP([INPUTS, 1]), X, y)
    return f, f.value(np.linalg.lstsq(np.column_stack([X, np.ones(EXAMPLES)]), y, rcond=None)[0])


def _smooth(values):
    """Means over the last fifth of the steps so far."""
    sums = np.cumsum(np.concatenate([[0.0], values]))
    ends = np.arange(1, len(values) + 1)
    starts = 4 * ends // 5
    return (sums[ends] - sums[starts]) / (ends - starts)
