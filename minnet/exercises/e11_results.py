"""Exercises of the notebook 11_results: fair races, honest tables, and figures that make one point."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]

summary: Exercise = Exercise(
    "11.1",
    r"""A method was run from N starts. Some runs diverged: their final loss is `inf` or `nan`. Write
`summary(losses)`, which returns the lower quartile (25 %), the median and the upper quartile (75 %) of the
losses, where a run that diverged counts as worse than every other, and is not left out. Quantiles are those
of `numpy.quantile` with `method="higher"`.""",
    strategies={
        "losses": st.lists(inputs.numbers(0, 8), min_size=1, max_size=9).map(np.array),
        "failures": st.integers(1, 6),
        "kind": st.sampled_from([np.nan, np.inf, -np.inf]),
    },
    properties=[
        Property(
            "three equal losses give that loss three times",
            lambda summary: equal("summary([2, 2, 2])", summary(np.array([2.0, 2.0, 2.0])), [2, 2, 2]),
            "Return three numbers, the smallest first.",
        ),
        Property(
            "they are quantiles of the losses",
            lambda summary, losses: equal(
                "summary(losses)", summary(losses), np.quantile(losses, [0.25, 0.5, 0.75], method="higher")
            ),
            "0.25, 0.5 and 0.75, in this order.",
        ),
        Property(
            "the order of the runs does not matter",
            lambda summary, losses: equal(
                "summary of the reversed runs", summary(losses[::-1].copy()), summary(losses)
            ),
            "Sort, or let numpy sort.",
        ),
        Property(
            "a run that diverged counts as worse than every other",
            lambda summary, losses, failures, kind: equal(
                f"with runs that diverged ({failures}, at {kind}) the summary",
                summary(np.append(losses, [kind] * failures)),
                np.quantile(np.append(losses, [np.inf] * failures), [0.25, 0.5, 0.75], method="higher"),
            ),
            "Whoever leaves failures out rewards a method for failing.",
            "Replace what is not finite by +inf, also −inf.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda losses: np.quantile(losses[np.isfinite(losses)], [0.25, 0.5, 0.75], method="higher"),
            "The runs that diverged are left out: a method that fails nine times in ten looks good then.",
        ),
        Mistake(
            lambda losses: np.quantile(np.nan_to_num(losses, nan=np.inf), [0.25, 0.5, 0.75], method="higher"),
            "np.nan_to_num turns inf into the largest number there is, unless you give it posinf and neginf.",
        ),
    ],
)


def _verdict(compare, a, b, expected, why):
    said = compare(np.array(a, float), np.array(b, float))
    require(said in ("a", "b", "undecided"), f"compare(a, b) is {said!r}; expected 'a', 'b' or 'undecided'")
    require(said == expected, f"compare(a, b) is {said!r}; it should be {expected!r}, {why}")


def _mirrored(compare, seed, shift):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal(20), rng.standard_normal(20) + shift
    first, second = compare(a, b), compare(b, a)
    require(
        second == {"a": "b", "b": "a"}.get(first, first),
        f"compare(a, b) is {first!r}, and compare(b, a) is {second!r}",
    )


def _false_alarms(compare):
    rng = np.random.default_rng(0)
    said = [compare(*np.exp(rng.standard_normal((2, 20)))) for _ in range(200)]
    share = np.mean([verdict != "undecided" for verdict in said])
    require(share < 0.15, f"of 200 pairs of equally good methods {share:.0%} are told apart; at most 15 % should be")


_twenty = np.linspace(1, 2, 20)
compare: Exercise = Exercise(
    "11.2",
    r"""Two methods were run from the same 20 starts; `a[i]` and `b[i]` are their final losses from start i. Write
`compare(a, b)`, which returns "a" or "b" for the better method (the lower loss), or "undecided" where 20 such
pairs could well come from equally good ones. One lucky run must not decide, nor the unit of the loss.""",
    strategies={"seed": inputs.seeds(), "shift": st.sampled_from([0.0, 0.3, 3.0])},
    properties=[
        Property(
            "equal losses are undecided",
            lambda compare: _verdict(compare, _twenty, _twenty, "undecided", "for there is no difference"),
            "A tie is nobody's win.",
        ),
        Property(
            "whoever is better from every start wins",
            lambda compare: [
                _verdict(compare, _twenty, 2 * _twenty, "a", "for a is lower 20 times in 20"),
                _verdict(compare, 2 * _twenty, _twenty, "b", "for b is lower 20 times in 20"),
            ]
            and None,
            "Compare from start to start: the pairs belong together.",
        ),
        Property("exchanging the methods exchanges the verdict", _mirrored, "Treat a and b alike."),
        Property(
            "one lucky run does not decide",
            lambda compare: _verdict(
                compare,
                np.append(_twenty[:19], 1e-9),
                np.append(_twenty[1:], 5e8) * np.where(np.arange(20) % 2, 1.5, 0.5),
                "undecided",
                "for a wins 10 times, b 10 times, and one enormous difference is one run",
            ),
            "A mean is ruled by its largest term.",
            "Count who wins how often.",
        ),
        Property(
            "the unit of the loss does not matter",
            lambda compare: [
                _verdict(
                    compare,
                    unit * _twenty,
                    1.5 * unit * _twenty,
                    "a",
                    f"as with the losses {1 / unit:g} times as large",
                )
                for unit in (1e-6, 1e6)
            ]
            and None,
            "No fixed threshold on a difference of losses.",
        ),
        Property(
            "equally good methods are seldom told apart",
            _false_alarms,
            "14 heads in 20 throws of a fair coin are no surprise; 16 are.",
            "For equally good methods a wins 6 to 14 times in 95 % of the cases: the sign test.",
        ),
    ],
    examples=15,
    mistakes=[
        Mistake(
            lambda a, b: "undecided" if np.all(a == b) else "a" if np.mean(a) < np.mean(b) else "b",
            "The mean is ruled by one run, and somebody always wins: when is a difference no surprise?",
        ),
        Mistake(
            lambda a, b: "undecided" if np.median(a) == np.median(b) else "a" if np.median(a) < np.median(b) else "b",
            "Somebody always wins here: when is a difference of medians no surprise?",
        ),
    ],
)


class _Runs:
    """The losses of a method by learning rate and seed; notes what is asked for."""

    def __init__(self, seed, rates=(0.1, 0.01, 0.001), bad=None):
        self.rates, self.asked, self.seed, self.bad = list(rates), [], seed, bad

    def __call__(self, rate, seed):
        require(rate in self.rates, f"run is called with the rate {rate}, which is none of the given ones")
        self.asked.append((rate, seed))
        if (rate, seed) == self.bad:
            return np.nan
        return float(np.random.default_rng([self.seed, self.rates.index(rate), seed]).exponential())


_TUNING, _TESTING = [0, 1, 2, 3, 4], [10, 11, 12, 13, 14, 15, 16]


def _tuned(race, seed, bad=None):
    run = _Runs(seed, bad=bad)
    result = race(run, run.rates, _TUNING, _TESTING)
    require(
        isinstance(result, (tuple, list, np.ndarray)) and len(result) == 2,
        "race should return a pair: the rate and the median test loss",
    )
    return run, result


def _honest(race, seed):
    run, (rate, _) = _tuned(race, seed)
    seen = {asked for asked, start in run.asked if start in _TESTING}
    require(seen <= {rate}, f"starts for testing were run with {len(seen)} learning rates, before one was chosen")


def _best_rate(race, seed):
    run, (rate, _) = _tuned(race, seed)
    medians = [np.median([run(each, start) for start in _TUNING]) for each in run.rates]
    require(
        rate == run.rates[int(np.argmin(medians))],
        f"it chose {rate}; the tuning medians are"
        f" {', '.join(f'{each:g}: {median:.3g}' for each, median in zip(run.rates, medians))}",
    )


def _test_loss(race, seed):
    run, (rate, loss) = _tuned(race, seed)
    equal("the test loss", loss, np.median([run(rate, start) for start in _TESTING]))


def _survives(race, seed):
    run, (rate, _) = _tuned(race, seed, (0.1, 2))
    losses = {each: [run(each, start) for start in _TUNING] for each in run.rates}
    medians = {each: np.median(np.where(np.isnan(values), np.inf, values)) for each, values in losses.items()}
    require(
        rate == min(medians, key=medians.get),
        f"a run of 0.1 ended at nan; it chose {rate}, and {min(medians, key=medians.get)} has the lowest median",
    )


race: Exercise = Exercise(
    "11.3",
    r"""Find the error. This table compares a tuned method with others, and the tuned one wins, always.

    def race(run, rates, tuning, testing):
        medians = [np.median([run(rate, seed) for seed in testing]) for rate in rates]
        return rates[np.argmin(medians)], min(medians)

`run(rate, seed)` trains from the start `seed` and returns the final loss (`nan` where it diverged). Write
`race(run, rates, tuning, testing)`, which chooses the rate by the median over the starts in `tuning`, and
returns that rate and its median loss over the starts in `testing`.""",
    strategies={"seed": inputs.seeds()},
    properties=[
        Property(
            "it chooses the rate with the lowest median in tuning", _best_rate, "Choose by the starts for tuning."
        ),
        Property(
            "starts for testing are run with the chosen rate only",
            _honest,
            "Whoever has looked at the test results cannot choose fairly any more.",
            "Choose first, then test.",
        ),
        Property(
            "the loss is the median over the starts for testing",
            _test_loss,
            "The tuning losses are too good: the rate was chosen for them.",
        ),
        Property(
            "a run that diverged is worse than any other",
            _survives,
            "The median of numbers with a nan is nan, and nan is neither smaller nor larger than anything.",
            "np.where(np.isnan(losses), np.inf, losses).",
        ),
    ],
    examples=20,
    mistakes=[
        Mistake(
            lambda run, rates, tuning, testing: (lambda medians: (rates[np.argmin(medians)], min(medians)))(
                [np.median([run(rate, seed) for seed in testing]) for rate in rates]
            ),
            "This is still the unfair table: it chooses by the starts that it reports.",
        )
    ],
)

METHODS = ("gradient descent", "Adam", "L-BFGS", "Newton")


def _loss_of(measure, method, seed=0):
    return float(as_numbers(f"measure({method!r}, {seed})", measure(method, seed)))


def _winner(measure, prediction):
    require(prediction in METHODS, f"the prediction is {prediction!r}; expected one of {', '.join(METHODS)}")
    medians = {
        method: np.median([np.nan_to_num(_loss_of(measure, method, seed), nan=np.inf) for seed in range(5)])
        for method in METHODS
    }
    best = min(medians.values())
    table = ", ".join(f"{method} {median:.3g}" for method, median in medians.items())
    require(
        medians[prediction] <= best + 0.01 * abs(best),
        f"you predicted {prediction}; your medians over five seeds are: {table}",
    )


winner: Exercise = Exercise(
    "11.4",
    r"""Who wins on your own table? Take a table of yours (or the one of exercise 00.4), a small network, and the
budget of 200 evaluations of the loss or its gradient. Write down your `prediction`: "gradient descent",
"Adam", "L-BFGS" or "Newton". Then write `measure(method, seed)`, which trains with the method of that name
from the start `seed` and returns the final training loss. Check both: `check("11.4", measure,
prediction=...)`.""",
    given=["prediction"],
    properties=[
        Property(
            "every method gives a loss",
            lambda measure: [
                require(
                    not np.isnan(_loss_of(measure, method)) or method == "Newton", f"measure({method!r}, 0) is nan"
                )
                for method in METHODS
            ]
            and None,
            "minnet.minimize(...).fun",
        ),
        Property(
            "the same seed gives the same loss",
            lambda measure: [
                require(
                    np.array_equal(_loss_of(measure, method, 1), _loss_of(measure, method, 1), equal_nan=True),
                    f"measure({method!r}, 1) changes from call to call",
                )
                for method in METHODS
            ]
            and None,
            "Draw the start by net.init(rng=seed).",
        ),
        Property(
            "another seed is another start",
            lambda measure: require(
                len({_loss_of(measure, "gradient descent", seed) for seed in range(3)}) > 1,
                "three seeds give the same loss",
            ),
            "Use the seed.",
        ),
        Property(
            "your prediction is what you measure",
            _winner,
            "Full batch, few weights: who uses the curvature? But an iteration of Newton may cost more than one"
            " evaluation.",
        ),
    ],
    examples=1,
    seconds=60,
)


def _axes(figure):
    from matplotlib.figure import Figure

    made = figure()
    require(isinstance(made, Figure), f"figure() returns {type(made).__name__}; expected a matplotlib Figure")
    require(made.axes, "the figure has no axes")
    return [ax for ax in made.axes if ax.lines or ax.collections or ax.patches or ax.images]


def _named_axes(figure):
    axes = _axes(figure)
    require(axes, "nothing is drawn")
    for ax in axes:
        require(
            ax.get_xlabel().strip() and ax.get_ylabel().strip(), "an axis has no label: what is drawn, in which unit?"
        )


def _title(figure):
    titles = [
        figure().get_suptitle() if hasattr(figure(), "get_suptitle") else "",
        *(ax.get_title(where) for ax in _axes(figure) for where in ("left", "center", "right")),
    ]
    longest = max(titles, key=len)
    require(len(longest.split()) >= 4, f"the title is {longest!r}; say in a few words what is to be seen")


def _legend(figure):
    for ax in _axes(figure):
        shown = [line for line in ax.lines if len(line.get_xdata()) > 2]
        require(len(shown) <= 7, f"there are {len(shown)} curves in one picture; seven at most can be told apart")
        named = ax.get_legend() is not None or len(ax.texts) >= len(shown)
        require(len(shown) < 2 or named, f"there are {len(shown)} curves and neither a legend nor names beside them")


def _scales(figure):
    for ax in _axes(figure):
        values = np.concatenate([np.asarray(line.get_ydata(), float) for line in ax.lines] or [np.ones(1)])
        values = values[np.isfinite(values)]
        wide = len(values) and values.min() > 0 and values.max() / values.min() > 1e3
        require(
            not wide or ax.get_yscale() == "log",
            f"the values run from {values.min() if len(values) else 0:.1g} to"
            f" {values.max() if len(values) else 0:.1g} on a linear scale, where most of them look like zero",
        )


picture: Exercise = Exercise(
    "11.5",
    r"""Design a figure that makes one point, from a run of your own: two or more methods, for instance, on the same
problem. Write `figure()`, which returns a matplotlib Figure (`minnet.plotting.subplots` gives you one).
Somebody who sees nothing but the figure should understand it.""",
    properties=[
        Property("something is drawn, and every axis has a name", _named_axes, "xlabel and ylabel, with units."),
        Property(
            "the title says what is to be seen",
            _title,
            'Not "Loss", but "Newton needs ten steps where gradient descent needs a thousand".',
        ),
        Property(
            "the curves can be told apart", _legend, "A legend, or the names beside the curves; seven curves at most."
        ),
        Property(
            "the scale shows what there is",
            _scales,
            "Losses that fall by powers of ten belong on a logarithmic axis.",
            'ax.set_yscale("log").',
        ),
    ],
    examples=1,
    seconds=60,
)

EXERCISES = (summary, compare, race, winner, picture)
