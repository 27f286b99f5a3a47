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
# # First steps
#
# **What does it mean to train a network, and how do I know that it is done?**
#
# You need derivatives, vectors, and some Python with NumPy. You need to know nothing about optimisation: that is what
# these notebooks are for. Run each cell as you read (Shift-Enter), and change things. Nothing here can break.

# %%
# %matplotlib inline
import numpy as np

import minnet
from minnet import exercises, plotting

# %% [markdown]
# ## One number
#
# Training a network means making a number small. The number is called the *loss*, it says how wrong the network is,
# and it depends on the network's *weights*. Real networks have many weights. Let us begin with one weight, $w$, and
# with a loss that you can draw:
#
# $$f(w) = (w - 3)^2 .$$
#
# You see at once that the loss is least at $w = 3$. A computer does not see that. It stands at some $w$, in fog, and
# feels two things: how high it stands, $f(w)$, and how steep the ground is, the slope $f'(w) = 2(w - 3)$.
#
# (`plotting.subplots` is matplotlib's `subplots` with our fonts and colours. An `assert` in a cell is a claim that the
# cell tests: were it false, the cell would stop.)

# %%
f = lambda w: (w - 3)**2
slope = lambda w: 2 * (w - 3)

figure, ax = plotting.subplots()
w = np.linspace(-1, 7, 200)
ax.plot(w, f(w), label="the loss $f(w) = (w - 3)^2$")
ax.plot(w[w < 1.6], f(0) + slope(0) * w[w < 1.6], "--", label="what the computer feels at $w = 0$")
ax.plot(0, f(0), "o", color="black")
ax.set(xlabel="weight $w$", ylabel="loss", title="Downhill is to the right, where the slope is negative")
ax.legend()
figure

# %% [markdown]
# ## By hand
#
# At $w = 0$ the slope is $2(0 - 3) = -6$: the ground falls to the right. So go to the right. How far? Not by 6, for
# the slope tells the direction and not the distance. Take a tenth of it. This tenth is the *learning rate*, and we
# write it $\varepsilon$ (epsilon), in code `lr`.
#
# | step | $w$ | slope $2(w - 3)$ | the move $-0.1 \cdot$ slope | next $w$ |
# |---|---|---|---|---|
# | 1 | 0 | −6 | 0.6 | 0.6 |
# | 2 | 0.6 | −4.8 | 0.48 | 1.08 |
# | 3 | 1.08 | ? | ? | ? |
#
# Fill in the third row on paper before you go on. The next cell knows the answer.

# %%
w = 0.0
for move in (0.6, 0.48, 0.384):
    assert np.isclose(-0.1 * slope(w), move)
    w = w + move
print(f"after three steps w = {w:.3f}")
assert np.isclose(w, 1.464)

# %% [markdown]
# ## The formula
#
# What you did is *gradient descent*:
#
# $$w \leftarrow w - \varepsilon\, f'(w) .$$
#
# The arrow says: compute the right side, then call the result $w$. Look at the distance from the minimum. Before a
# step it is $w - 3$. After it,
#
# $$w - 2\varepsilon(w - 3) - 3 = (1 - 2\varepsilon)(w - 3) ,$$
#
# so every step multiplies the distance by the same factor, $1 - 2\varepsilon$. With $\varepsilon = 0.1$ this is 0.8:
# a fifth of the way is made in each step, and the minimum is approached for ever and never quite reached.

# %%
distances = [3.0]
w = 0.0
for _ in range(20):
    w = w - 0.1 * slope(w)
    distances.append(abs(w - 3))
assert np.allclose(np.array(distances[1:]) / distances[:-1], 0.8)
print(f"after 20 steps the distance is {distances[-1]:.4f}, which is 3 times 0.8 to the power 20: {3 * 0.8**20:.4f}")

# %% [markdown]
# ## The same by the library
#
# `minnet.minimize` takes a function, a start and a method. A function of your own is a `minnet.Function`, made of its
# value and its slope. The start is a vector (here with one entry), because most functions have more than one weight.
# `record=["x"]` asks for all the points on the way; the library calls the weights `x`. What comes back has SciPy's
# names: `x` is the last point, `fun` the value there, `jac` the slope, `nit` the number of steps (of *iterations*).

# %%
bowl = minnet.Function(value=lambda x: f(x[0]), gradient=lambda x: slope(x))
result = minnet.minimize(bowl, [0.0], minnet.optim.GradientDescent(lr=0.1), max_iter=20, record=["x"])
ours = [3 - distance for distance in distances]
assert np.allclose(result.history["x"][:, 0], ours)
print(result.message)
print(f"success: {result.success}, steps: {result.nit}")
print(f"w = {result.x[0]:.4f}, loss = {result.fun:.6f}, slope = {result.jac[0]:.4f}")

# %% [markdown]
# Read this *report* as you would read an invoice. `success` is False: the run used up its 20 steps, and the slope is
# not yet zero. A run is successful only where the slope is as small as was asked for (`gtol`). Being out of time is
# no success, however good the point may be.

# %%
assert not result.success
longer = minnet.minimize(bowl, [0.0], minnet.optim.GradientDescent(lr=0.1), gtol=1e-8)
assert longer.success and abs(longer.jac[0]) <= 1e-8
print(f"success: {longer.success} after {longer.nit} steps, w = {longer.x[0]:.9f}")

# %% [markdown]
# ## An experiment
#
# How does the learning rate change the run? **Write your prediction down before you run the cell**: which of these
# four arrives first, and what do the others do?
#
# $$\varepsilon = 0.1 \qquad \varepsilon = 0.5 \qquad \varepsilon = 0.9 \qquad \varepsilon = 1.1$$

# %%
rates = [0.1, 0.5, 0.9, 1.1]            # the knob: change these and run again
figure, ax = plotting.subplots()
for rate in rates:
    distance = 3 * np.abs(1 - 2 * rate)**np.arange(16)
    run = [0.0]
    for _ in range(15):
        run.append(run[-1] - rate * slope(run[-1]))
    assert np.allclose(np.abs(np.array(run) - 3), distance)
    ax.plot(run, "o-", markersize=3, label=f"learning rate {rate}")
ax.axhline(3, color="black", linewidth=0.8)
ax.set(xlabel="step", ylabel="weight $w$", ylim=(-8, 14), title="Creeping, arriving, jumping across, flying off")
ax.legend(loc="upper left", ncols=2)
figure

# %% [markdown]
# The factor $1 - 2\varepsilon$ explains all four. For 0.1 it is 0.8 and $w$ creeps. For 0.5 it is 0 and one step
# arrives. For 0.9 it is −0.8: $w$ jumps across the minimum, and comes closer all the same, as quickly as with 0.1.
# For 1.1 it is −1.2 and every step lands farther out than the last.

# %%
factor = {rate: 1 - 2 * rate for rate in (0.1, 0.5, 0.9, 1.1)}
assert factor[0.5] == 0
assert np.isclose(abs(factor[0.1]), abs(factor[0.9]))
assert abs(factor[1.1]) > 1

# %% [markdown]
# ## What the source said, and what the run says
#
# These notebooks follow three documents. One of them, a README draft on Hessian methods, writes gradient descent as
#
# $$\theta_{i+1} = \theta_i - \nabla \mathcal{L}(\theta_i) ,$$
#
# where $\theta$ are the weights and $\nabla\mathcal{L}$ is their slope. There is no learning rate in it, which is to
# say that it is 1. Our factor is $1 - 2 = -1$ then. What will $w$ do? Think, then run.

# %%
w, path = 0.0, [0.0]
for _ in range(6):
    w = w - slope(w)
    path.append(w)
print(path)
assert path == [0, 6, 0, 6, 0, 6, 0]

# %% [markdown]
# It jumps to and fro between 0 and 6, for ever. The learning rate is no detail: without it the method need not
# converge even on the simplest loss there is.
#
# ## Two weights
#
# With two weights the loss is a landscape. There are two slopes now, one for each weight; together they are the
# *gradient* $\nabla f$ (read: "nabla f"), a vector that points uphill, where it is steepest. The formula stays: $x
# \leftarrow x - \varepsilon \nabla f(x)$.
#
# This landscape is a bowl, $f(x) = \tfrac12(x_1^2 + 10 x_2^2)$, with the gradient $(x_1,\ 10 x_2)$: ten times as
# steep along $x_2$ as along $x_1$. (`minnet.problems` has landscapes to practise on; `quadratic` makes bowls.) Its
# *contour lines*, on the left, join points of equal height, as on a hiker's map; the run goes from the black dot to the
# blue one. On the right you see the height, against the number of points at which the run has asked for it. Each mark
# on that axis is a tenth of the one above: on such *logarithmic* paper, what falls by the same factor
# in each step falls along a straight line.

# %%
valley = minnet.problems.quadratic([1, 10])
assert np.isclose(valley(np.array([2.0, 3.0])), (2.0**2 + 10 * 3.0**2) / 2)
assert np.allclose(valley.gradient(np.array([2.0, 3.0])), [2.0, 10 * 3.0])
start, rate = [1.8, 1.0], 0.15            # the knob: try the rates 0.02, 0.18 and 0.21
run = minnet.minimize(valley, start, minnet.optim.GradientDescent(lr=rate), max_iter=40, record=["x"])
plotting.trajectory(valley, {"gradient descent": run}, "Steep across the valley, flat along it")

# %% [markdown]
# The path first goes where it is steep, jumps across the valley floor, and then creeps along it. One learning rate
# has to serve both directions: across, where the slope changes quickly, and along, where it hardly changes. Put the
# gradient into the formula, $x_1 \leftarrow x_1 - \varepsilon x_1$ and $x_2 \leftarrow x_2 - 10\,\varepsilon x_2$, and
# you see that each direction has a factor of its own: $1 - 0.15 \cdot 10 = -0.5$ across and $1 - 0.15 \cdot 1 = 0.85$
# along. The slow one decides how long it takes. Most of what follows in these notebooks is about this one difficulty.
#
# It has a number. How much the slope changes for each unit of the way along a direction is called the *curvature*
# there: here 1 along and 10 across. The largest and the smallest of the curvatures are written $\lambda_{\max}$ and
# $\lambda_{\min}$ (lambda), and their ratio $\kappa = \lambda_{\max}/\lambda_{\min}$ (kappa) is the *condition
# number*. Here it is 10. You can read it off the run, for each factor is $1 - \varepsilon\lambda$.

# %%
x = run.history["x"]
assert np.allclose(x[1:, 0], (1 - rate) * x[:-1, 0])
assert np.allclose(x[1:, 1], (1 - 10 * rate) * x[:-1, 1])
curvatures = (1 - x[1] / x[0]) / rate
print(f"curvatures: {curvatures[0]:.3f} along, {curvatures[1]:.3f} across; kappa = {curvatures[1] / curvatures[0]:.3f}")
assert np.allclose(curvatures, [1, 10])

# %% [markdown]
# ## A network
#
# Now a network. The second source, a notebook on second-order methods, has 80 points in the plane in two classes,
# drawn from three heaps. The network has 2 inputs, 3 units in the middle (a *hidden layer*) and 1 output, which is
# large for points of one class and small for the other. How such a network computes is the next notebook's matter. Here
# only one thing counts: it has 13 weights, they lie side by side in one vector $\theta$ (theta), and the loss is a
# function of that vector.
#
# In code: `data.X` holds the points, one in each row, and `data.y` their classes, 0 or 1. `MLP` is the network,
# `Objective` the loss as a function of $\theta$, and `net.init(rng=0)` draws a start, the same in every run.

# %%
data = minnet.datasets.notebook(0)
net = minnet.MLP([2, 3, 1], activation="tanh")
loss = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy", l2=1e-3)
theta = net.init(rng=0)
print(f"{data.X.shape[0]} points, {loss.n} weights, loss {loss(theta):.3f} at the start")
assert data.X.shape == (80, 2) and theta.shape == (13,)
assert loss.gradient(theta).shape == (13,)

# %% [markdown]
# `l2=1e-3` adds a small price for large weights to the loss; notebook 05 shows what happens without it.
# `binary_crossentropy` is the loss for two classes: it punishes a confident wrong answer most.
#
# From here on everything is as before: a function, a start, a method. Only the space has 13 dimensions, and nobody
# can draw it. We take gradient descent, and beside it Newton's method, which you will build in notebook 05. (Each of
# its steps costs more; notebook 11 does the accounts.) What can be drawn is the length of the gradient, which is zero
# at a minimum. **Predict** the two curves.

# %%
slow = minnet.minimize(loss, theta, minnet.optim.GradientDescent(lr=0.5), max_iter=500, record=["x"])
result = minnet.minimize(loss, theta, minnet.optim.Newton(), gtol=1e-8)
figure, ax = plotting.subplots()
plotting.convergence({"gradient descent": slow, "Newton's method": result}, ax=ax)
ax.set_title("Newton's method arrives, gradient descent is under way")
ax.legend()
figure

# %%
print("gradient descent:", slow.message, f"(loss {slow.fun:.4f})")
print("Newton's method: ", result.message, f"(loss {result.fun:.4f})")
assert result.success and not slow.success
assert result.fun <= slow.fun

# %% [markdown]
# What has the network learned? We ask it for many points of the plane how sure it is that they belong to the second
# class (`y` is 1; in the picture the crosses), and draw the answer. Its output $z$ may be any number; $1/(1 + e^{-z})$
# lies between 0 and 1, and is ½ at 0.

# %%
probability = lambda points: 1 / (1 + np.exp(-net.outputs(result.x, points)[:, 0]))
figure, ax = plotting.subplots(width=5, height=4.5)
plotting.boundary(probability, data.X, data.y, title="The thick line is where the network is undecided", ax=ax)
ax.set(xlabel="$x_1$", ylabel="$x_2$")
figure

# %% [markdown]
# ## How do I know that it is done?
#
# The gradient is zero, to eight digits. Is that the end? On a landscape the gradient is zero at the bottom of a bowl,
# but also on a mountain top, and on a pass between two valleys. To tell them apart look at how the ground *bends*: at
# a minimum it bends upwards in every direction. A *certificate* checks that. It measures the bending along 13
# directions that tell all others, together with an error bound for its own arithmetic. It speaks the language of
# notebook 04: a point with zero gradient is *stationary*, and the 13 bendings, curvatures again, are *eigenvalues*;
# the ratio of the largest to the smallest is the condition number.

# %%
certificate = minnet.curvature.certificate(loss, result.x)
print(certificate)
assert certificate.kind == "strict minimum"
assert certificate.inertia == (13, 0, 0)

# %% [markdown]
# "13 positive": the ground bends upwards along all 13 directions. So this *is* a minimum, and nearby there is nothing
# better. Whether there is a better one far away nobody can tell from here.
#
# And where gradient descent stopped? Its gradient is not zero, so that point is no minimum, nor anything else that
# has a name.

# %%
verdict = minnet.curvature.certificate(loss, slow.x)
print(verdict)
assert verdict.kind == "not stationary"

# %% [markdown]
# ## A table of your own
#
# You need not take our word on toy data. `minnet.datasets.read_csv("my_table.csv", target="column")` reads a table of
# numbers and text. We take one that comes with the library: 569 tumours, 30 measurements of each, and whether it was
# malignant. A fifth of the rows is put aside for the end: the *test* rows. The network never sees them while it is
# trained. Some of the measurements are near 1000 and others near 0.01, so each is shifted and divided to have the mean
# 0 and the spread 1 over the training rows. The method is L-BFGS this time, a cheap relative of Newton's (notebook 08).

# %%
cancer = minnet.datasets.breast_cancer()
train, test = cancer.split(0.2, rng=0)
mean, scale = train.X.mean(0), train.X.std(0)
assert mean.max() > 800 and mean.min() < 0.01
net = minnet.MLP([30, 4, 1], activation="tanh")
loss = minnet.Objective(net, (train.X - mean) / scale, train.y, loss="binary_crossentropy", l2=1e-2)
result = minnet.minimize(loss, net.init(rng=0), minnet.optim.LBFGS(), gtol=1e-6)
print(result.message)
assert result.success

# %% [markdown]
# An output above 0 says "second class", one below 0 "first class".


# %%
def share_right(rows):
    return np.mean((net.outputs(result.x, (rows.X - mean) / scale)[:, 0] > 0) == rows.y)


base_rate = max(np.mean(test.y), np.mean(1 - test.y))
print(f"always guessing the commoner class: {base_rate:.1%} of the test rows")
print(f"the network: {share_right(train):.1%} of the training rows, {share_right(test):.1%} of the test rows")
assert share_right(test) > base_rate + 0.2

# %% [markdown]
# Three numbers belong together. The *base rate* is what you get for nothing, by always guessing the commoner class.
# The share of *training* rows says how well the network has learned what it was shown. The share of *test* rows says
# what it is worth. A report that gives one of them alone tells you little.
#
# And how sure is the last one? There are only 114 test rows. If the network's true share of right answers is $p$, the
# share you see among $N$ rows, $\hat p$, scatters around it, with the variance $p(1 - p)/N$. (So does the number of
# heads in $N$ throws of a bent coin.) 95 times in 100 such a share is off by no more than 1.96 roots of its variance.
# *Wilson's interval* holds the values of $p$ for which what you saw would be no surprise in that sense:
#
# $$(p - \hat p)^2 \le 1.96^2\, \frac{p(1 - p)}{N} .$$

# %%
N, seen = len(test.y), share_right(test)
p = np.linspace(0, 1, 100001)
inside = p[(p - seen)**2 <= 1.96**2 * p * (1 - p) / N]
print(f"{seen:.1%} of {N} rows were right; the true share may lie anywhere from {inside[0]:.1%} to {inside[-1]:.1%}")
shares = np.random.default_rng(0).binomial(N, seen, 100_000) / N            # what other test rows would have shown
assert np.isclose(shares.var(), seen * (1 - seen) / N, rtol=0.05)
assert N == 114 and inside[0] < seen < inside[-1]
assert inside[0] > base_rate

# %% [markdown]
# The whole interval lies above the base rate: the network has learned something. Two networks whose intervals overlap
# widely, however, you should not call better and worse.
#
# ## The answer
#
# *What does it mean to train a network?* To walk downhill on a function of its weights, step by step, each step from
# nothing but what can be felt where one stands.
#
# *How do I know that it is done?* The gradient is zero to the digits you asked for, the ground bends upwards in all
# directions, and the test rows, which the network never saw, say what it is worth.
#
# **Remember**
#
# 1. A step is $x \leftarrow x - \varepsilon\nabla f(x)$; too small an $\varepsilon$ creeps, too large a one flies off.
# 2. Done means: the gradient is zero *and* the ground bends upwards. Being out of steps is not done.
# 3. Report the base rate, training, test and an interval, together.
#
# **Where the source was wrong**: its gradient descent has no learning rate, and on $(w - 3)^2$ it jumps between two
# points for ever.
#
# ## Exercises
#
# `exercises.show` prints a task. Write your answer into the cell below it, take away the `#` before
# `exercises.check`, and run. If the answer is not right yet you read which property it lacks, at the smallest input
# for which it fails. `exercises.hint("00.1")` gives a stronger hint.

# %%
exercises.show("00.1")


# %%
def step(w, lr):
    ...


# exercises.check("00.1", step)

# %%
exercises.show("00.2")


# %%
def diverges(lr):
    ...


# exercises.check("00.2", diverges, prediction=...)

# %%
exercises.show("00.3")


# %%
def kappa(losses):
    ...


# exercises.check("00.3", kappa)

# %%
exercises.show("00.4")


# %%
def table(seed):
    ...


# exercises.check("00.4", table)

# %%
exercises.show("00.5")


# %%
def interval(correct, N):
    ...


# exercises.check("00.5", interval)
