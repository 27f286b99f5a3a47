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
# # Checking
#
# **How do I find out that my derivative is wrong?**
#
# In the last notebook you derived a gradient by hand and wrote it down as code. Both can go wrong, and here is the
# trouble: a wrong gradient seldom crashes. The loss goes down, if a bit slowly, and you look for the fault in the
# learning rate, the data, the network, for a week. This notebook spares you the week.

# %%
# %matplotlib inline
import numpy as np

import minnet
from minnet import exercises, plotting

# %% [markdown]
# ## A bug that hides
#
# A bowl with two weights, $f(x) = \tfrac12(x_1^2 + 4 x_2^2)$, has the gradient $(x_1, 4x_2)$. Somebody wrote $(x_1,
# 2x_2)$ instead. **Predict**: will gradient descent with the wrong gradient find the minimum?

# %%
value = lambda x: (x[0]**2 + 4 * x[1]**2) / 2
right = minnet.Function(value, lambda x: np.array([x[0], 4 * x[1]]))
wrong = minnet.Function(value, lambda x: np.array([x[0], 2 * x[1]]))
runs = {name: minnet.minimize(f, [2.0, 1.5], minnet.optim.GradientDescent(0.2), max_iter=40, record=["x"])
        for name, f in {"right gradient": right, "wrong gradient": wrong}.items()}
plotting.trajectory(right, runs, "Both runs end at the minimum", frame=((-1, 2.5), (-1, 2)), lowest=0)

# %%
assert all(np.linalg.norm(run.x) < 1e-3 for run in runs.values())
assert np.all(np.diff(runs["wrong gradient"].history["value"]) < 0)

# %% [markdown]
# It does find it, and the loss falls in every step. Watching the loss tells you nothing. You have to look at the
# derivative itself.
#
# ## By hand
#
# What is a derivative? The change of $f$ for a small step $h$, divided by $h$. So compare with that. Take $f(x) =
# x^3$ at $x = 1$, where $f' = 3$, and $h = 0.1$:
#
# | difference | formula | number |
# |---|---|---|
# | *one-sided* | $\bigl(f(1.1) - f(1)\bigr)/0.1 = (1.331 - 1)/0.1$ | 3.31 |
# | *central* | $\bigl(f(1.1) - f(0.9)\bigr)/0.2 = (1.331 - 0.729)/0.2$ | 3.01 |
#
# The same $h$, and the central difference is thirty times better. Why? Expand $f$ around $x$:
#
# $$f(x \pm h) = f(x) \pm h f'(x) + \tfrac{h^2}{2} f''(x) \pm \tfrac{h^3}{6} f'''(x) + \dots$$
#
# In $f(x + h) - f(x)$ the term with $h^2$ stays; divided by $h$ it leaves an error of about $\tfrac{h}{2} f''$. In
# $f(x + h) - f(x - h)$ it cancels, and the error is about $\tfrac{h^2}{6} f'''$.


# %%
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


cube = lambda x: x**3
assert np.isclose(one_sided(cube, 1.0, 0.1), 3.31) and np.isclose(central(cube, 1.0, 0.1), 3.01)

# %% [markdown]
# ## How small should the step be?
#
# A smaller $h$ makes both errors smaller. So take $h = 10^{-15}$? **Predict** what the two errors look like for $h =
# 10^{-1}, 10^{-2}, \dots, 10^{-15}$, and draw it: two curves, both axes logarithmic. (On such paper an error that falls
# as $h^p$ is a straight line of slope $p$, for $\log h^p = p \log h$.) Then run the cell.

# %%
steps = 10.0 ** -np.arange(1, 15.5, 0.25)
points = np.linspace(0.2, 1.3, 12)                  # several points, so that luck at one of them does not count
error = {name: [np.mean(np.abs(rule(np.sin, points, h) - np.cos(points))) for h in steps]
         for name, rule in {"one-sided": one_sided, "central": central}.items()}
figure, ax = plotting.subplots()
for (name, curve), marker in zip(error.items(), "so"):
    ax.loglog(steps, curve, marker=marker, markersize=4, label=name)
ax.set(xlabel="step $h$", ylabel="mean error of the derivative of sin", title="Too long a step, and too short a step")
ax.legend()
figure

# %% [markdown]
# Each curve is a **V**. On the right side the step is too long; the one-sided error falls as $h$, the central one as
# $h^2$, twice as steeply on this paper. On the left side the step is too *short*, and the errors grow again. There you
# see the computer's rounding: it keeps 16 digits, so $f(x + h)$ and $f(x)$ are each wrong by about $\epsilon = 2 \cdot
# 10^{-16}$ times their size. (This epsilon is no learning rate; it is the unit of rounding.) For tiny $h$ the two
# values agree in most of their digits, the subtraction throws these away, and the error that is left is divided by $h$:
# it grows as $\epsilon/h$.

# %%
curve = {name: np.array(values) for name, values in error.items()}


def slope(name, low, high):
    between = (steps >= low) & (steps <= high)
    return np.polyfit(np.log(steps[between]), np.log(curve[name][between]), 1)[0]


print(f"one-sided, long steps: error ~ h^{slope('one-sided', 1e-6, 1e-2):.2f}")
print(f"central, long steps:   error ~ h^{slope('central', 1e-4, 1e-1):.2f}")
print(f"both, short steps:     error ~ h^{slope('central', 1e-14, 1e-8):.2f}")
assert abs(slope("one-sided", 1e-6, 1e-2) - 1) < 0.1
assert abs(slope("central", 1e-4, 1e-1) - 2) < 0.1
assert abs(slope("central", 1e-14, 1e-8) + 1) < 0.3

# %% [markdown]
# The bottom of the V is where both errors are equal. For one-sided differences $h = \epsilon/h$ gives $h =
# \sqrt\epsilon \approx 10^{-8}$, with an error of $10^{-8}$: half of the digits are lost. For central ones $h^2 =
# \epsilon/h$ gives $h = \epsilon^{1/3} \approx 10^{-5}$, with an error of about $10^{-11}$: a third of the digits are
# lost.

# %%
best = {name: steps[np.argmin(values)] for name, values in curve.items()}
for name in best:
    print(f"{name}: best step {best[name]:.0e}, error there {curve[name].min():.0e}")
assert 1e-9 < best["one-sided"] < 1e-7 and 1e-6 < best["central"] < 1e-4
assert curve["central"].min() < curve["one-sided"].min() / 30

# %% [markdown]
# ## What the source said, and what the run says
#
# The notebook on second-order methods computes second derivatives by differences, in two ways. From differences of
# the *gradient*, central, with $e = 10^{-8}$; and from differences of the *loss*, with $e = 10^{-5}$. The steps look
# careful. Are they? The first is a central difference, so the V says that $10^{-5}$ would be better. The second is a
# difference of differences, in one dimension $f'' \approx \bigl(f(x + h) - 2f(x) + f(x - h)\bigr)/h^2$. It divides by
# $h^2$, so its rounding grows as $\epsilon/h^2$; then $h^2 = \epsilon/h^2$ gives $h = \epsilon^{1/4} \approx 10^{-4}$.
#
# We measure it on the notebook's own network of 13 weights. There is a second derivative for each pair of them; they
# form a table of $13 \times 13$, the *Hessian* $H$, which is the subject of notebook 04. `off` says how far a table is
# from the exact one, relative to its size.

# %%
data = minnet.datasets.notebook(0)
net = minnet.MLP([2, 3, 1], activation="tanh")
f = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy", reduction="sum")
theta = net.init(rng=0)
exact = f.hessian(theta)
off = lambda H: np.linalg.norm(H - exact) / np.linalg.norm(exact)
gradients = {e: off(minnet.check.hessian_from_gradients(f, theta, e)) for e in (1e-8, 1e-5)}
losses = {e: off(minnet.check.hessian_from_values(f, theta, e)) for e in (1e-5, 1e-4)}
for name, errors in {"from gradients": gradients, "from losses": losses}.items():
    print(name, {e: f"{error:.0e}" for e, error in errors.items()})
assert gradients[1e-5] < gradients[1e-8] / 20
assert losses[1e-4] < losses[1e-5] / 3

# %% [markdown]
# Both steps are too short. And one more thing. The notebook changes a weight in place, adds $e$, subtracts $2e$, adds
# $e$ again, and takes the weight to be what it was. In floating point it is not:

# %%
weights = np.random.default_rng(0).normal(size=10_000)
after = weights.copy()
after += 1e-8
after -= 2 * 1e-8
after += 1e-8
changed = np.mean(after != weights)
print(f"{changed:.0%} of the weights have changed, by up to {np.abs(after - weights).max():.0e}")
assert changed > 0.1 and np.abs(after - weights).max() < 1e-14

# %% [markdown]
# The change is tiny, but it is made again for every weight and every Hessian, and the weights drift by something that
# no formula asked for. Work on copies.
#
# ## A step into the imaginary
#
# The fault of all differences is the subtraction. Is there a derivative without one? Step into the imaginary
# direction: $i$ is the number with $i^2 = -1$, and
#
# $$f(x + ih) = f(x) + ih f'(x) - \tfrac{h^2}{2} f''(x) - \dots$$
#
# The derivative stands alone in the *imaginary part*, Im. So $f'(x) \approx \mathrm{Im}\, f(x + ih)/h$, with an error
# of order $h^2$ and nothing subtracted. What keeps you from $h = 10^{-100}$?

# %%
complex_step = lambda f, x, h: np.imag(f(x + 1j * h)) / h
at_a_hundred = np.abs(complex_step(np.sin, points, 1e-100) - np.cos(points)).max()       # the knob: 1e-8, 1e-200
print(f"error with h = 1e-100: {at_a_hundred:.0e}")
assert at_a_hundred < 1e-15

# %%
tiny = 10.0 ** -np.arange(1, 15.5, 0.25)
third = [np.mean(np.abs(complex_step(np.sin, points, h) - np.cos(points))) for h in tiny]
figure, ax = plotting.subplots()
for (name, values), marker in zip({**curve, "complex step": np.maximum(third, 1e-17)}.items(), "so^"):
    ax.loglog(steps, values, marker=marker, markersize=4, label=name)
ax.set(xlabel="step $h$", ylabel="mean error of the derivative of sin", title="The complex step has no left side")
ax.legend()
assert third[-1] < 1e-15
figure

# %% [markdown]
# Nothing does. The *complex step* is exact to rounding, whatever $h$. The price: the function must accept complex
# numbers, and must be analytic (made of $+$, $\cdot$, exp, tanh and their like). A function with an absolute value or
# a maximum in it is not, for the absolute value of a complex number forgets the imaginary part.

# %%
assert complex_step(np.abs, np.array([2.0]), 1e-100) == 0           # the slope of |x| at 2 is 1
assert np.isclose(central(np.abs, 2.0, 1e-5), 1)

# %% [markdown]
# ## A checker
#
# Now put it to work. For each weight in turn, step along it, and compare with the entry of your gradient. The
# library's checker does that, by complex step, and reports by *block*: the $W$ and the $b$ of each layer by
# themselves, so that a large block hides no error in a small one.

# %%
report = minnet.check.gradient(f, theta)
print(report)
assert report.passed and report.error < 1e-10

# %% [markdown]
# A checker that always says "passed" would have printed the same. So never trust one before you have seen it fail.
# Here are five ways to spoil the gradient, five bugs that people make often. **Try it**: plant a sixth.

# %%
bugs = {"a wrong sign": lambda g: -g,
        "a mean instead of a sum": lambda g: g / len(data.y),
        "a bias forgotten": lambda g: np.where(np.arange(13) == 12, 0, g),
        "two entries swapped": lambda g: g[[1, 0, *range(2, 13)]],
        "a factor 1.001 in one entry": lambda g: np.where(np.arange(13) == 4, 1.001, 1) * g}
for name, spoil in bugs.items():
    spoilt = minnet.Function(f.value, lambda x, spoil=spoil: spoil(f.gradient(x)))
    report = minnet.check.gradient(spoilt, theta)
    print(f"{name:<30} {'passed' if report else 'FAILED'}, relative error {report.error:.0e}")
    assert not report

# %% [markdown]
# All five are found. Note the last one: one part in a thousand, in one entry of thirteen. The loss would go down with
# it for years.
#
# ## The order tells, too
#
# A network with a million weights has a million directions to step along. There is a check at the price of a few
# evaluations. Take *one* random direction $v$ and look at the remainder
#
# $$r(t) = \bigl|f(\theta + tv) - f(\theta) - t\, \nabla f(\theta)^T v\bigr| .$$
#
# By Taylor's formula $f(\theta + tv) = f(\theta) + t\,\nabla f(\theta)^T v + \dots$, and the dots begin with $t^2$. If
# the gradient is right, $r$ falls as $t^2$. If it is wrong, a term with $t$ is left over, and $r$ falls as $t$ only. On
# logarithmic paper: slope 2 or slope 1.

# %%
v = np.random.default_rng(1).standard_normal(13)
t = 0.5 ** np.arange(3, 15)
g = {"right gradient": f.gradient(theta), "1 % too long": 1.01 * f.gradient(theta)}
remainder = {name: [abs(f(theta + s * v) - f(theta) - s * g[name] @ v) for s in t] for name in g}
figure, ax = plotting.subplots()
for (name, values), marker in zip(remainder.items(), "os"):
    ax.loglog(t, values, marker=marker, markersize=4, label=name)
ax.set(xlabel="step $t$", ylabel="remainder $r(t)$", title="Slope 2 is right, slope 1 is wrong")
ax.legend()
figure

# %%
order = {name: np.polyfit(np.log(t[-4:]), np.log(values[-4:]), 1)[0] for name, values in remainder.items()}
print({name: f"{value:.2f}" for name, value in order.items()})
assert abs(order["right gradient"] - 2) < 0.1 and abs(order["1 % too long"] - 1) < 0.1

# %% [markdown]
# This picture also mends a formula. The README draft writes its second-order model of the loss with a remainder of
# order three: $f(\theta) + t\,\nabla f^T v + \tfrac12 t^2\, v^T H v$, and what is left falls as $t^3$. That is so for
# the Hessian $H$, the exact second derivatives. The draft, however, puts an approximation $B$ in place of $H$. Then the
# term with $t^2$ is wrong, and the remainder falls as $t^2$ only.

# %%
small = 0.5 ** np.arange(4, 10)
model = lambda s, H: f(theta) + s * f.gradient(theta) @ v + s**2 * v @ H @ v / 2
for name, H, expected in (("with the Hessian", exact, 3), ("with B = 1.1 times the Hessian", 1.1 * exact, 2)):
    rest = [abs(f(theta + s * v) - model(s, H)) for s in small]
    fitted = np.polyfit(np.log(small[-4:]), np.log(rest[-4:]), 1)[0]
    print(f"{name}: the remainder falls as t^{fitted:.2f}")
    assert abs(fitted - expected) < 0.25

# %% [markdown]
# ## The Hessian times a vector
#
# One more derivative will be needed again and again: how does the *gradient* change if you walk in the direction $v$?
# Its entry $i$ changes by $\sum_j \frac{\partial^2 f}{\partial\theta_i \partial\theta_j} v_j$, so all of it by $Hv$,
# the Hessian times $v$. You need not compute the Hessian for it. Differentiate the lines of the network one after the
# other along $v$, each by the product rule. Pearlmutter called this the R-operator: $R\{q\}$ is the change of $q$ along
# $v$. For one layer with inputs $x$,
#
# | line | its R line |
# |---|---|
# | $z = Wx$ | $R\{z\} = Vx$ |
# | $a = \tanh z$ | $R\{a\} = (1 - a^2)\, R\{z\}$ |
# | $\delta = (a - y)(1 - a^2)$ | $R\{\delta\} = R\{a\}(1 - a^2) - (a - y)\, 2a\, R\{a\}$ |
# | $G = \delta x^T$ | $R\{G\} = R\{\delta\} x^T$ |
#
# where $V$ is the direction, of the shape of $W$, the products in the lines of $a$ and $\delta$ are taken entry by
# entry, and $G$ is the gradient of $\tfrac12\|a - y\|^2$. You will write it
# in exercise 02.6. The library's products are made of such lines, and are checked in the same way as gradients.

# %%
report = minnet.check.hvp(f, theta, v)
print(report)
assert report and np.allclose(f.hvp(theta, v), exact @ v)

# %% [markdown]
# ## When a checker cannot tell
#
# Three traps. First: at a minimum the gradient is zero, and many wrong rules are zero there, too. The library then says
# "cannot tell here", which counts as no. Check at random points, never at the end of a run.

# %%
at_the_minimum = minnet.check.gradient(wrong, [0.0, 0.0])       # the wrong gradient from above
print(at_the_minimum)
assert at_the_minimum.verdict == "cannot tell here"
assert not minnet.check.gradient(wrong, [2.0, 1.5])

# %% [markdown]
# Second: kinks. The function $\max(0, x)$, called *relu*, has no derivative at 0. If your step crosses a kink, the
# difference is the mean of two slopes and the right rule looks wrong.

# %%
relu = lambda x: np.maximum(x, 0)
print(central(relu, 1e-6, 1e-5), "is neither 0 nor 1; the slope at 1e-6 is 1")
assert 0 < central(relu, 1e-6, 1e-5) < 1 and np.isclose(central(relu, 1e-3, 1e-5), 1)

# %% [markdown]
# Third: few digits. Numbers of 32 bits (`float32`) keep 7 digits instead of 16. The bottom of the V moves up and to the
# right; a step of $10^{-8}$, which is fine for 16 digits, changes nothing at all.

# %%
x = np.float32(1)
assert one_sided(np.sin, x, np.float32(1e-8)) == 0              # x + h is x
moved = abs(central(np.sin, x, np.float32(1e-2)) - np.cos(1.0))
print(f"with h = 1e-2 a central difference in float32 is right to {moved:.0e}")
assert moved < 1e-3
few = [np.mean(np.abs(central(np.sin, points.astype(np.float32), np.float32(h)) - np.cos(points))) for h in steps]
print(f"central, float32: best step {steps[np.argmin(few)]:.0e}, error there {min(few):.0e}")
assert steps[np.argmin(few)] > 30 * best["central"] and min(few) > 1000 * curve["central"].min()

# %% [markdown]
# ## The answer
#
# *How do I find out that my derivative is wrong?* By an independent computation of the same number, at a random
# point, block by block, with a tolerance that you can justify: exact by complex step where the function is analytic,
# to $10^{-9}$ or so by central differences, or by the order of the remainder where there are too many weights. And by
# planting a bug first, to see the checker fail.
#
# **Remember**
#
# 1. The error of a difference is a V. Central differences are best at $h \approx 10^{-5}$, one-sided at $10^{-8}$.
# 2. The complex step subtracts nothing and is exact.
# 3. A falling loss proves nothing about the gradient; a checker that has never failed proves nothing about anything.
#
# **Where the source was wrong**: its steps $10^{-8}$ (for central differences of gradients) and $10^{-5}$ (for second
# differences of losses) are both too short; changing weights in place leaves rounding in them; and a second-order
# model with an approximate Hessian has a remainder of order two, not three.
#
# ## Exercises

# %%
exercises.show("02.1")


# %%
def slope_of(f, x, h):
    ...


# exercises.check("02.1", slope_of)

# %%
exercises.show("02.2")


# %%
def best_step(difference):
    ...


# exercises.check("02.2", best_step, prediction=(..., ...))

# %%
exercises.show("02.3")


# %%
def derivative(f, x):
    ...


# exercises.check("02.3", derivative)

# %%
exercises.show("02.4")


# %%
def suspects(rules):
    ...


# exercises.check("02.4", suspects)

# %%
exercises.show("02.5")


# %%
def order_of(f, g, x, v):
    ...


# exercises.check("02.5", order_of)

# %%
exercises.show("02.6")


# %%
def hvp(W, x, y, V):
    ...


# exercises.check("02.6", hvp)
