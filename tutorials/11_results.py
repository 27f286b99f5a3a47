# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Results
#
# **Which optimiser when?**
#
# The README draft that this school grew out of ends in three headings with nothing under them: *Results Placeholder*,
# *Discussion Placeholder*, *Conclusion Placeholder*. You have now met all the methods. This notebook fills the three
# headings, from runs that anybody can repeat, and it stops where the runs stop.

# %%
# %matplotlib inline
from math import comb

import numpy as np

# %% [markdown]
# ## What makes a comparison fair
#
# It is easy to make any method win. Tune its learning rate and leave the others at their defaults. Take the start at
# which it does best. Count its iterations, if its iterations are dear, or its seconds, if its code is fast. So the
# rules come before the numbers:
#
# 1. **Data.** The notebook's three clusters, breast cancer, digits, and two tables with so much noise that no network
#    can do without errors: two half moons that overlap, and Friedman's function of eight features, three of which say
#    nothing. A quarter of each is kept for the test.
# 2. **Networks.** One hidden layer of tanh units (3, 8, 16, 8 and 10), weight decay 0.001, the same for all methods.
# 3. **Starts.** Each method is judged on the same 20 starts. Medians and quartiles are shown, and never the best run.
# 4. **Learning rates** are chosen from eleven, from 0.001 to 100, on *three other starts*. Who is tuned on the starts
#    on which one is judged has seen the examination. The other six methods run as they come, with nothing tuned.
# 5. **Cost.** One *pass* is one look at all training data: a value with its gradient, or a product with a curvature
#    matrix. (Notebook 09 counts a product as 4/3 or 2 of them. So this rule is kind to Newton-CG and to Hessian-free.)
#    The exact Hessian of $n$ weights counts as $n/6$ passes, which is how many times more multiplications it takes. All
#    methods get 1000 passes, and CPU seconds are measured beside them.
# 6. **What tuning costs** is not charged. Keep that in mind for the three methods that need it: it was 33 runs each.
#
# (*Newton-CG* solves Newton's equation by conjugate gradients, as Hessian-free does, with $H$ in place of $G$, and
# stops them early.) The runs take some minutes, so they were made once, by the script `results_runs.py`, which stands
# beside this notebook with its file of numbers. Do not believe a file. Run a piece of it again:
# %%
import results_runs

from minnet import exercises, plotting
from minnet.optim import LBFGS
from minnet.plotting.races import looks_of

numbers = np.load(results_runs.FILE)
tasks = {task.name: task for task in results_runs.tasks()}
methods = list(results_runs.METHODS)
for name, task in tasks.items():
    print(f"{name:<14} {task.f.n:5} weights  {len(task.f):5} examples to train on  {len(task.test):4} to test on")

notebook = tasks["notebook"]
again = results_runs.run(notebook.f, notebook.start(0), LBFGS())
kept = numbers["notebook/compare/values"][methods.index("L-BFGS"), 0, -1]
print(f"L-BFGS from start 0: {again['value'].min():.8f} now, {kept:.8f} in the file")
assert np.isclose(again["value"].min(), kept, rtol=1e-5)

# %% [markdown]
# *Try it.* Put another method and another start into the cell, or run `python results_runs.py` over lunch.
#
# Look at the examination before its marks. Were the rates chosen inside the range that was tried? A rate at its edge
# would mean that a better one may lie beyond, and the race would be unfair again.

# %%
print("the chosen learning rates".ljust(28), *(f"{name:>14}" for name in tasks))
for row, method in enumerate(("gradient descent", "momentum", "Adam")):
    rates = [numbers[f"{name}/compare/rates"][row] for name in tasks]
    print(method.ljust(28), *(f"{rate:14.3g}" for rate in rates))
    assert min(results_runs.RATES) < min(rates) and max(rates) < max(results_runs.RATES)

# %% [markdown]
# ## The loss against passes
#
# **Predict first.** Write down who will be lowest on digits after 100 passes, and who after 1000. Newton's method has
# the best model of all. What does its one look at the Hessian of 1210 weights cost, by rule 5?

# %%
grid, looks = numbers["grid"], looks_of(methods)
looks["Newton-CG"]["color"] = looks["BFGS"]["color"]                     # which is not drawn
drawn = [method for method in methods if method not in ("BFGS", "conjugate gradients")]


# %%
def panels(of_task, xlabel, title):
    """A panel for each data set: median and quartiles over the starts of how far a method is above the lowest loss."""
    figure, axes = plotting.subplots(2, 3, 9.6, 6.2)
    for ax, name in zip(axes.flat, tasks):
        values = numbers[f"{name}/compare/values"]
        above = np.maximum(values - values.min((0, 2), keepdims=True), 1e-8)   # than anybody found from that start
        for method, x, y in zip(methods, of_task(name), above):
            if method in drawn:
                low, middle, high = np.quantile(y, [0.25, 0.5, 0.75], axis=0)
                ax.plot(x, middle, **looks[method] | {"marker": None})
                ax.fill_between(x, low, high, color=looks[method]["color"], alpha=0.1, linewidth=0)
        ax.set(xscale="log", yscale="log", title=name, xlabel=xlabel, ylabel="loss above the lowest found")
    axes.flat[-1].axis("off")
    axes.flat[-1].legend(*axes.flat[0].get_legend_handles_labels(), loc="center", handlelength=3.5)
    figure.suptitle(title)
    return figure


# %%
panels(lambda name: [grid] * len(methods), "passes over the training data",
       "After ten passes L-BFGS is lowest in every panel")

# %%
def above_at(name, passes):
    """For each method the median over the starts of how far it is above the lowest loss, after so many passes."""
    values = numbers[f"{name}/compare/values"]
    at = np.searchsorted(grid, passes, side="right") - 1
    return dict(zip(methods, np.median(values[:, :, at] - values.min((0, 2)), 1)))


for passes in (100, 1000):
    after = above_at("digits", passes)
    first = ", ".join(f"{name} {after[name]:.2g}" for name in sorted(after, key=after.get)[:4])
    print(f"lowest on digits after {passes} passes: {first}")
for name in tasks:
    after = above_at(name, 10)
    assert all(after["L-BFGS"] <= after[method] for method in drawn)
    if tasks[name].f.n > 100:
        assert after["Newton"] == after["Hessian-free"] == above_at(name, 1)["Newton"]

# %% [markdown]
# A line is the median of the 20 starts, and the band about it holds the middle half of them. (Two methods are left out,
# so that seven curves remain: BFGS and conjugate gradients run close to L-BFGS. The tables have all nine. What is less
# than $10^{-8}$ above the lowest is drawn there.)
#
# Read a panel from left to right. After ten passes L-BFGS, which no one tuned, is lowest in each, while Newton's method
# and Hessian-free are still at their first step on the larger networks. Then the first-order methods level off, one
# after the other, and the curves of the others bend down. On digits Newton's method has hardly got going when it is
# over: each of its steps costs 202 passes.
#
# Why do some curves become level high above $10^{-8}$, those of L-BFGS on breast cancer, for one? They have arrived, at
# another minimum than the lowest that anybody found. From the same start two methods may end in two valleys.
#
# A picture of medians is an impression. A table of counts is a result. Call the distance from the start's loss to the
# lowest loss that *any* method found from that start "the way". How many passes does it take until one part in a
# hundred of the way is left?


# %%
def passes_until(name, share):
    """For each method (row) and start (column) the passes until this share of the way is left, or inf."""
    values = numbers[f"{name}/compare/values"]
    low, first = values.min((0, 2)), values[:, :, 0].max(0)
    there = values <= (low + share * (first - low))[:, None]
    return np.where(there.any(2), grid[there.argmax(2)], np.inf)


def show(title, table, form, rows=methods):
    """Print medians over the starts with quartiles, a line for each method; return the medians by data set."""
    quartiles = {name: np.quantile(runs, [0.5, 0.25, 0.75], axis=1, method="higher") for name, runs in table.items()}
    print(title.ljust(24), *(f"{name:>18}" for name in quartiles))
    for row, method in enumerate(rows):
        cells = ["{:{f}} ({:{f}}–{:{f}})".format(*three[:, row], f=form) for three in quartiles.values()]
        print(method.ljust(24), *(f"{cell.replace('inf (inf–inf)', 'never'):>18}" for cell in cells))
    return {name: three[0] for name, three in quartiles.items()}


# %%
passes = {name: passes_until(name, 0.01) for name in tasks}
medians = show("passes to the last 1 %", passes, ".0f")
at = {method: row for row, method in enumerate(methods)}
first_order = [at[method] for method in ("gradient descent", "momentum", "Adam")]
ahead = {name: np.sum(runs[at["L-BFGS"]] < runs[first_order].min(0)) for name, runs in passes.items()}
print("starts of 20 from which L-BFGS is there before all three first-order methods:", *ahead.values())
print(f"15 heads or more in 20 tosses of a coin: {sum(comb(20, k) for k in range(15, 21)) / 2**20:.1%} of cases")
for name in tasks:
    assert 2 * medians[name][at["L-BFGS"]] < medians[name][first_order].min() and ahead[name] >= 15
    assert medians[name][at["Hessian-free"]] > medians[name][first_order].min()

# %% [markdown]
# The numbers in brackets are the quartiles; "never" and "inf" mean not within 1000 passes. On each of the five data
# sets L-BFGS needs less than half the passes of the best of three tuned first-order methods, and it was not tuned at
# all. Is that luck? Were L-BFGS only as good as the best of the three, then each start would be the toss of a coin, and
# 15 heads or more in 20 tosses come twice in a hundred cases. Here it is ahead from all starts, or nearly all.
# (Exercise 11.2 makes a test of this.)
#
# Hessian-free comes behind the best of the three everywhere. It was made for networks on which nothing else moves
# (notebook 09), and on small ones each of its steps is too dear.
#
# *Try it.* Put 0.1 in place of 0.01, and then 0.001. Where does the claim of the cell fail first?
#
# All hundred races in one picture: on what share of them is a method there, if it may take so many times the passes of
# the quickest? Such a curve is called a *performance profile* (Dolan and Moré, 2002). At the left it says how often a
# method wins, at the right how often it arrives at all.

# %%
ratios = np.concatenate([passes[name] / passes[name].min(0) for name in tasks], axis=1)
times = np.geomspace(1, 30, 200)
share = {method: np.mean(ratios[at[method]][:, None] <= times, 0) for method in methods}
figure, ax = plotting.subplots(width=7, height=4)
for method in drawn:
    ax.plot(times, share[method], **looks[method] | {"marker": None})
ax.set(xscale="log", xlabel="passes, as a multiple of the quickest method's", ylabel="share of the 100 races",
       title="L-BFGS is first or close behind in most races")
ax.set_xticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), handlelength=3.5)
two = {method: np.mean(ratios[at[method]] <= 2) for method in methods}
assert two["L-BFGS"] > 0.9 and two["BFGS"] > 0.9 and max(two[method] for method in drawn if method != "L-BFGS") < 0.5
figure

# %% [markdown]
# ## To the end
#
# What if one wants not a little less loss, but a minimum? Count the runs that met the gradient test,
# $\lVert\nabla F\rVert \le 10^{-6}$, within 1000 passes.

# %%
met = {name: numbers[f"{name}/compare/met"].sum(1) for name in tasks}
print("of 20 runs met the gradient test".ljust(36), *(f"{name:>13}" for name in tasks))
for row, method in enumerate(methods):
    print(method.ljust(36), *(f"{met[name][row]:13}" for name in tasks))

assert all(met[name][at["L-BFGS"]] == met[name][at["BFGS"]] == 20 for name in tasks)
assert all(met[name][at["gradient descent"]] == 0 for name in tasks)
assert met["digits"][at["Newton"]] == 0 and met["notebook"][at["Newton"]] == 20

# %% [markdown]
# BFGS and L-BFGS always arrive. Gradient descent never does, with the best of eleven rates. Newton's method arrives
# where the network is small.
#
# Is it the size that stops Newton's method, or the condition number $\kappa$, which the README draft fears? Measure
# $\kappa$ of the Hessian at a minimum of each:

# %%
kappa = {}
for name, task in tasks.items():
    x = results_runs.run(task.f, task.start(0), LBFGS())["x"]
    kappa[name] = np.linalg.cond(task.f.hessian(x))
    print(f"{name:<14} kappa {kappa[name]:6.0f}, a step of Newton {task.f.n / 6:5.0f} passes, "
          f"{met[name][at['Newton']]:2} of 20 arrive")
assert max(kappa.values()) < 10 * min(kappa.values())
assert kappa["digits"] < kappa["Friedman"] and met["digits"][at["Newton"]] < met["Friedman"][at["Newton"]]

# %% [markdown]
# The condition numbers are much alike. On Friedman's table $\kappa$ is the largest, and all runs of Newton's method
# arrive; on digits it is smaller, and none does. It is the price of a step that decides.
#
# ## Against the clock
#
# Passes are a count on paper. Seconds are what you wait. These were measured on one thread of one machine, and on yours
# they will be others, so believe orders of magnitude and nothing finer.

# %%
panels(lambda name: np.median(numbers[f"{name}/compare/seconds"], 1), "CPU seconds",
       "Against the clock Newton's methods catch up")

# %% [markdown]
# Compare with L-BFGS. Newton-CG moves to the left everywhere, and Newton's method on all but the smallest network: a
# product costs fewer seconds than a value with its gradient, and the exact Hessian fewer than its multiplications
# promise. And BFGS moves to the right on digits, where each of its steps updates a matrix of 1210 × 1210:


# %%
def milliseconds_until(name):
    """The same in thousandths of a second of CPU time."""
    clock, steps = 1000 * numbers[f"{name}/compare/seconds"], passes[name]
    places = np.minimum(np.searchsorted(grid, steps), len(grid) - 1)
    return np.where(np.isfinite(steps), np.take_along_axis(clock, places[..., None], 2)[..., 0], np.inf)


waited = show("ms to the last 1 %", {name: milliseconds_until(name) for name in tasks}, ".0f")
for name in tasks:
    in_passes, in_seconds = (table[name] / table[name][at["L-BFGS"]] for table in (medians, waited))
    assert in_seconds[at["Newton-CG"]] < in_passes[at["Newton-CG"]]
    if name not in ("notebook", "digits"):
        assert in_seconds[at["Newton"]] < in_passes[at["Newton"]]
assert waited["digits"][at["BFGS"]] > 3 * waited["digits"][at["L-BFGS"]]
assert all(waited[name][at["L-BFGS"]] < waited[name][first_order].min() for name in tasks)

# %% [markdown]
# And the same to the very end, the gradient test, for the runs that met it:

# %%
ends = {name: np.where(numbers[f"{name}/compare/met"], 1000 * numbers[f"{name}/compare/seconds"][..., -1], np.inf)
        for name in tasks}
finish = show("ms to the gradient test", ends, ".0f")
newton, lbfgs = ({name: finish[name][at[method]] for name in tasks} for method in ("Newton", "L-BFGS"))
assert newton["Friedman"] < lbfgs["Friedman"] / 1.5 and newton["notebook"] < 1.5 * lbfgs["notebook"]
assert newton["noisy moons"] < 1.2 * lbfgs["noisy moons"] and lbfgs["breast cancer"] < newton["breast cancer"] / 1.5

# %% [markdown]
# Up to 101 weights Newton's method is at the exact end about when L-BFGS is, or well before it; from 266 weights on it
# is later, or never there.
#
# ## On data that nobody trained on
#
# All this was about the loss on the training data. Did the better minimum make a better network?

# %%
errors = show("test error in %", {name: 100 * numbers[f"{name}/compare/errors"] for name in tasks}, ".1f")
finished = [row for row, method in enumerate(methods) if method != "Newton"]
for name in ("notebook", "breast cancer", "digits", "noisy moons"):
    assert np.ptp(errors[name][finished]) <= 1.5
assert errors["Friedman"].argmin() == at["gradient descent"]

# %% [markdown]
# (For Friedman's function the error is $1 - R^2$, the part of the variance that is not explained.)
#
# It did not. On four data sets the methods differ by no more than one and a half examples in a hundred, except for
# Newton's on digits, which had not arrived. On the fifth, a table of much noise, the *worst* optimiser makes the best
# network: gradient descent had not yet begun to learn the noise by heart. That is no merit of gradient descent. It is a
# sign that the objective is wrong, and there is a direct remedy, weight decay:

# %%
figure, axes = plotting.subplots(1, len(tasks), 12, 3.2)
for ax, name in zip(axes, tasks):
    for what, label in (("error", "error on test data"), ("loss", "loss on training data")):
        low, middle, high = np.quantile(numbers[f"{name}/decay/{what}"], [0.25, 0.5, 0.75], axis=1)
        ax.plot(range(len(middle)), middle, "o-", label=label)
        ax.fill_between(range(len(middle)), low, high, alpha=0.2)
    ax.set(title=name, xlabel="weight decay", ylabel="error, or loss", ylim=(0, None))
    ax.set_xticks(range(5), ["0", "$10^{-4}$", "$10^{-3}$", "$10^{-2}$", "$10^{-1}$"])
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
figure.suptitle("The training loss rises with weight decay; the test error need not")
figure

# %%
decay = {name: 100 * np.median(numbers[f"{name}/decay/error"], 1) for name in tasks}
print("Friedman, test error in % by weight decay:", decay["Friedman"].round(1))
assert decay["Friedman"].argmin() == 3 and decay["Friedman"][3] < 0.8 * errors["Friedman"].min()
assert all((np.diff(np.median(numbers[f"{name}/decay/loss"], 1)) > 0).all() for name in tasks)
print("test error in %: highest − lowest".ljust(30), "by optimiser   by weight decay")
for name in tasks:
    print(f"{name:<28} {np.ptp(errors[name][finished]):15.1f} {np.ptp(decay[name]):17.1f}")
    assert np.ptp(decay[name]) > 1.5 * np.ptp(errors[name][finished])

# %% [markdown]
# (Newton's method is left out of the first column, as on digits it had not arrived.) On Friedman's table the right
# weight decay, 0.01, does more for the test error than any choice among nine optimisers. And on all five the test error
# depends more on the weight decay than on the optimiser, in either direction: the wrong one does as much harm.
#
# ## In small batches
#
# The lecture says that small batches are the way to train, and that quasi-Newton methods want all the data at once.
# Give each fifty passes over the data: Adam and momentum in batches of 32, at the best of eleven rates for that; L-BFGS
# on all examples.

# %%
sets, rivals = ("breast cancer", "digits", "noisy moons"), ("Adam", "momentum", "L-BFGS")
batch = {what: show(f"{what}, 50 passes", {name: np.array([numbers[f"{name}/minibatch/{method}/{what}"]
                                                           for method in rivals]) for name in sets}, ".3f", rivals)
         for what in ("loss", "error")}
for name in sets:
    assert batch["loss"][name][2] < batch["loss"][name][:2].min() and np.ptp(batch["error"][name]) < 0.02

# %% [markdown]
# On data that fit into memory, after the same fifty looks, L-BFGS has the lower training loss on all three. The test
# errors differ by less than two examples in a hundred. The rates are constant here; a schedule that lets them fall
# would help the batches. And with a hundred times the data, one pass is a hundred times as dear, while a batch costs
# what it did: there the picture may turn round. These tables do not show that, because no data set here is large. What
# they do not show either is L-BFGS *in* small batches. You saw that in notebook 08, and it was no good.
#
# ## What each part is good for
#
# Leave a part out and count again: the passes until the gradient test is met, and how many of the 20 runs meet it.

# %%
parts, small = list(results_runs.ABLATIONS), [name for name in tasks if name != "digits"]
costs = {name: numbers[f"{name}/ablation/costs"] for name in small}
print("median passes (runs)".ljust(26), *(f"{name:>15}" for name in small))
for row, part in enumerate(parts):
    cells = [f"{np.median(costs[name][row]):.0f} ({np.isfinite(costs[name][row]).sum():2})" for name in small]
    print(part.ljust(26), *(f"{cell:>15}" for cell in cells))

# %%
arrive = {part: sum(np.isfinite(costs[name][row]).sum() for name in small) for row, part in enumerate(parts)}
assert arrive["Newton, undamped"] < 0.3 * arrive["Newton, damped"]
rows = [parts.index(f"L-BFGS, {part}") for part in ("1 pair", "5 pairs", "20 pairs", "exacter search", "no search")]
for name in small:
    one, five, twenty, exacter, none = np.median(costs[name], 1)[rows]
    assert one > five >= twenty and exacter > 1.5 * twenty and none < 1.5 * twenty
assert arrive["L-BFGS, 20 pairs"] == 80 > arrive["L-BFGS, no search"] > 70

# %% [markdown]
# - **Damping** is what makes Newton's method a method: without it only one run in five arrives at all.
# - **Memory** pays from one pair to twenty on each of these data sets.
# - **The line search** need not be exact. A search that insists on a slope of a tenth makes the steps better, and costs
#   more than they save. And without any, the full step always taken, L-BFGS is as quick; but then three runs of 80 do
#   not arrive. The search is an insurance, and a cheap one. (On other functions more is lost: `minnet figures
#   line_search`.)
# - **Weight decay** you have seen above: it is the one part that the test error notices.
#
# ## What the source said, and what the runs say
#
# The README draft said "Results Placeholder", "Discussion Placeholder" and "Conclusion Placeholder". Here is what it
# left open, in its own order.
#
# > ### Results
# > Nine optimisers were compared on five data sets and 20 starts each, with learning rates tuned on other starts.
# > L-BFGS reached the last hundredth of the way in less than half the passes of the best tuned first-order method on
# > all five, and it met the gradient test in all 100 runs, as BFGS did; gradient descent met it in none. Newton's
# > method met it in all runs on the three small networks of up to 101 weights, in some on 266 weights and in none on
# > 1210, within 1000 passes; where it did in all, it took about the seconds of L-BFGS or less. Hessian-free was behind
# > the best tuned first-order method on all five. On four data sets the errors on test data hardly differed between
# > optimisers, and on all five they differed more with weight decay.
# >
# > ### Discussion
# > The inverse Hessian does make training quicker, if one does not compute it. What limits Newton's method here is the
# > price of $n/6$ passes a step, and not the condition number that the draft feared: that was about the same in all
# > five. What makes it fail is the missing definiteness: undamped it rarely arrives. L-BFGS has most of the gain at the
# > price of a gradient. Where data are noisy, a better minimum of the training loss need not be a better network, and
# > the optimiser is the wrong place to look.
# >
# > ### Conclusion
# > For a network that fits into memory with its data: L-BFGS; or Newton's method up to about a hundred weights, when
# > one wants the minimum to the last digit and a certificate. Where only batches fit, these runs decide nothing between
# > momentum and Adam; either must have its rate tuned. And weight decay before everything.

# %%
newton = {name: int(met[name][at["Newton"]]) for name in tasks}
print("runs of Newton's method that met the gradient test:", newton)
assert newton["notebook"] == newton["noisy moons"] == newton["Friedman"] == 20
assert 0 < newton["breast cancer"] < 20 and newton["digits"] == 0

# %% [markdown]
# ## The answer
#
# *Which optimiser when?* With full batches: L-BFGS, and Newton's method for a small network and an exact end. In small
# batches: momentum or Adam, tuned. For the error on new data: weight decay first, and the optimiser last.
#
# **The limits of this verdict.** Five small data sets; one hidden layer of tanh units; up to 1210 weights and 1348
# examples; one budget; constant learning rates; one machine; and for Hessian-free its damping as it comes. Nothing here
# speaks about deep networks, convolutions, or data that do not fit into memory. The count of $n/6$ passes for a Hessian
# is one of multiplications, and the clock is kinder to it.
#
# **Remember**
#
# 1. Write the rules down before the first run, tune on other starts than you judge on, and show medians and quartiles.
# 2. On small, full data a quasi-Newton method that nobody tuned beats first-order methods that somebody did.
# 3. An optimiser makes the loss smaller. Whether the network gets better is another question.
#
# **Where the source was wrong**: nowhere here, for it said nothing. It promised that Newton's method is "significantly
# quicker"; by passes that is true of its cheap relatives, and of itself only while $n$ is small.
#
# ## Exercises

# %%
exercises.show("11.1")


# %%
def summary(losses):
    ...


# exercises.check("11.1", summary)

# %%
exercises.show("11.2")


# %%
def compare(a, b):
    ...


# exercises.check("11.2", compare)

# %%
exercises.show("11.3")


# %%
def race(run, rates, tuning, testing):
    ...


# exercises.check("11.3", race)

# %%
exercises.show("11.4")


# %%
def measure(method, seed):
    ...


# exercises.check("11.4", measure, prediction="...")

# %%
exercises.show("11.5")


# %%
def figure():
    ...


# exercises.check("11.5", figure)
