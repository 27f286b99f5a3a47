"""11_results: for each exercise right answers, of which the first is the solution, and wrong ones."""

from statistics import NormalDist

import numpy as np
from scipy.stats import binomtest
from solutions.s00_first_steps import ring

from minnet import MLP, Objective, minimize, optim, plotting


def summary(losses):
    return np.quantile(np.where(np.isfinite(losses), losses, np.inf), [0.25, 0.5, 0.75], method="higher")


def summary_by_sorting(losses):
    ordered = sorted(loss if abs(loss) < np.inf else np.inf for loss in losses)
    return [ordered[int(np.ceil(share * (len(ordered) - 1)))] for share in (0.25, 0.5, 0.75)]


def compare(a, b):
    wins, losses = np.sum(a < b), np.sum(a > b)
    if wins + losses == 0 or binomtest(int(wins), int(wins + losses)).pvalue > 0.05:
        return "undecided"
    return "a" if wins > losses else "b"


def compare_by_counting(a, b):
    wins = int(np.sum(a < b)) - int(np.sum(a > b))
    return "a" if wins >= 10 else "b" if wins <= -10 else "undecided"


def compare_by_ranks(a, b):
    logs = np.sign(np.log(a) - np.log(b)) if min(a.min(), b.min()) > 0 else np.sign(a - b)
    z = logs.sum() / max(1.0, np.sqrt(np.sum(logs != 0)))
    limit = NormalDist().inv_cdf(0.98)
    return "undecided" if abs(z) < limit else "a" if z < 0 else "b"


def compare_by_bootstrap(a, b):
    rng = np.random.default_rng(0)
    signs = np.sign(a - b)
    means = np.sort(rng.choice(signs, (2000, len(signs))).mean(axis=1))
    return "a" if means[1980] < 0 else "b" if means[19] > 0 else "undecided"


def race(run, rates, tuning, testing):
    finite = lambda loss: np.inf if np.isnan(loss) else loss
    median = lambda rate, seeds: np.median([finite(run(rate, seed)) for seed in seeds])
    best = min(rates, key=lambda rate: median(rate, tuning))
    return best, median(best, testing)


def race_by_table(run, rates, tuning, testing):
    table = np.array([[run(rate, seed) for seed in tuning] for rate in rates])
    rate = rates[int(np.argmin(np.median(np.nan_to_num(table, nan=np.inf), axis=1)))]
    return [rate, np.median(np.nan_to_num([run(rate, seed) for seed in testing], nan=np.inf))]


def race_sorted(run, rates, tuning, testing):
    def middle(rate, seeds):
        losses = sorted(run(rate, seed) if run(rate, seed) == run(rate, seed) else 1e300 for seed in seeds)
        return losses[len(losses) // 2]

    scores = {rate: middle(rate, tuning) for rate in rates}
    chosen = sorted(scores, key=scores.get)[0]
    return chosen, np.float32(middle(chosen, testing))


def race_remembering(run, rates, tuning, testing):
    best = (np.inf, None)
    for rate in rates:
        losses = [run(rate, seed) for seed in tuning]
        losses = [np.inf if loss != loss else loss for loss in losses]
        best = min(best, (float(np.median(losses)), rate))
    return best[1], float(np.median([run(best[1], seed) for seed in testing]))


def tuned_report(run, rates, tuning, testing):
    medians = [np.median(np.nan_to_num([run(rate, seed) for seed in tuning], nan=np.inf)) for rate in rates]
    return rates[int(np.argmin(medians))], min(medians)


X, y = ring(0, 100)
NET = MLP([2, 4, 1])
F = Objective(NET, X, y, loss="binary_crossentropy", l2=1e-3)
METHODS = {
    "gradient descent": optim.GradientDescent(0.1),
    "Adam": optim.Adam(0.01),
    "L-BFGS": optim.LBFGS(),
    "Newton": optim.Newton(),
}


def measure(method, seed):
    return minimize(F, NET.init(rng=seed), METHODS[method], max_iter=60).fun


def measure_by_table(method, seed):
    """A table as it might be: one method far ahead."""
    return {"gradient descent": 0.5, "Adam": 0.3, "L-BFGS": 0.1, "Newton": 0.2}[method] + 0.001 * seed


def best_of_mine():
    medians = {name: np.median([measure(name, seed) for seed in range(5)]) for name in METHODS}
    return {"prediction": min(medians, key=medians.get)}


def draw(
    title="Newton needs ten steps where gradient descent needs hundreds",
    labels=("iteration", "gradient norm"),
    legend=True,
    scale="log",
):
    figure, ax = plotting.subplots()
    for name, rate in (("gradient descent", 0.7), ("Newton", 0.1)):
        ax.plot(rate ** np.arange(30.0), label=name)
    ax.set(xlabel=labels[0], ylabel=labels[1], title=title, yscale=scale)
    if legend:
        ax.legend()
    return figure


def draw_with_names():
    figure = draw(legend=False)
    for name, place in (("gradient descent", 1e-2), ("Newton", 1e-20)):
        figure.axes[0].text(10, place, name)
    return figure


def draw_bars():
    figure, ax = plotting.subplots()
    ax.bar(["Newton", "Adam"], [10, 400])
    ax.set(
        xlabel="method", ylabel="iterations to a gradient of 1e-6", title="Adam takes forty times as many iterations"
    )
    return figure


def draw_two():
    figure, axes = plotting.subplots(1, 2)
    for ax, rate in zip(axes, (0.5, 0.9)):
        ax.plot(rate ** np.arange(5.0))
        ax.set(xlabel="iteration", ylabel="loss", title=f"With the learning rate {rate} it halves")
    return figure


def crowd():
    figure = draw()
    for k in range(9):
        figure.axes[0].plot([1, 2, 3], [k + 1, 2, 3], label=str(k))
    return figure


LBFGS = {"prediction": "L-BFGS"}
SOLUTIONS = {
    "11.1": (
        [
            summary,
            summary_by_sorting,
            lambda losses: tuple(
                np.quantile(np.nan_to_num(losses, nan=np.inf, neginf=np.inf, posinf=np.inf), q, method="higher")
                for q in (0.25, 0.5, 0.75)
            ),
            lambda losses: np.float32(summary(losses)),
        ],
        [
            lambda losses: summary(losses)[::-1],
            lambda losses: np.quantile(losses, [0.25, 0.5, 0.75], method="higher"),
            lambda losses: np.full(3, summary(losses)[1]),
            lambda losses: losses[:3],
            lambda losses: np.nanquantile(losses, [0.25, 0.5, 0.75], method="higher"),
        ],
    ),
    "11.2": (
        [compare, compare_by_counting, compare_by_ranks, compare_by_bootstrap],
        [
            lambda a, b: "undecided",
            lambda a, b: "a" if np.sum(a < b) > 10 else "b" if np.sum(a > b) > 10 else "undecided",
            lambda a, b: compare(a, b) if abs(np.median(a) - np.median(b)) > 1e-3 else "undecided",
            lambda a, b: "b" if compare(a, b) == "a" else compare(a, b),
            lambda a, b: np.sum(a < b),
        ],
    ),
    "11.3": (
        [race, race_by_table, race_sorted, race_remembering],
        [
            tuned_report,
            lambda run, rates, tuning, testing: race(run, rates, tuning + testing, testing),
            lambda run, rates, tuning, testing: (rates[0], 1.0),
            lambda run, rates, tuning, testing: race(run, rates, tuning[:1], testing),
            lambda run, rates, tuning, testing: (
                lambda rate: (rate, np.median([run(rate, seed) for seed in testing]))
            )(rates[int(np.argmin([np.median([run(rate, seed) for seed in tuning]) for rate in rates]))]),
        ],
    ),
    "11.4": (
        [
            (measure, best_of_mine()),
            (measure_by_table, LBFGS),
            (lambda method, seed: np.float32(measure_by_table(method, seed)), LBFGS),
            (lambda method, seed: {"Newton": np.nan}.get(method, measure_by_table(method, seed)), LBFGS),
        ],
        [
            (measure_by_table, {"prediction": "Adam"}),
            (measure_by_table, {"prediction": "SGD"}),
            (lambda method, seed: np.random.default_rng().random(), LBFGS),
            (lambda method, seed: measure_by_table(method, 0), LBFGS),
            (lambda method, seed: np.nan, LBFGS),
            (lambda method, seed: None, LBFGS),
        ],
    ),
    "11.5": (
        [draw, draw_with_names, draw_bars, draw_two],
        [
            lambda: draw(title="Loss"),
            lambda: draw(labels=("", "loss")),
            lambda: draw(legend=False),
            lambda: draw(scale="linear"),
            crowd,
            lambda: plotting.subplots()[0],
            lambda: "loss.png",
        ],
    ),
}
