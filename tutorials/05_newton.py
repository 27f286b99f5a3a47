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
# # Newton's method
#
# **Why did the notebook crash, and what would have saved it?**
#
# One of our sources, a notebook on second-order methods, ends in a single line: `LinAlgError: Singular matrix`. It
# trains a network of 13 weights on 80 points, fifty steps of Adam first and then Newton's method, and dies. This is a
# detective story. To solve it you must know how Newton's method works when it works. You need the gradient and the
# Hessian (notebook 04), and how to solve linear equations.

# %%
# %matplotlib inline
import warnings
from collections import Counter
from fractions import Fraction

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

import minnet
from minnet import datasets, exercises, minimize, optim, plotting, problems
from minnet.curvature import certificate
from minnet.linalg.ball import Ball
from minnet.notebook import NOTEBOOK_ADAM, notebook_objective

# %% [markdown]
# ## One number
#
# Gradient descent knows the slope at its feet and nothing else, so somebody has to tell it how far to go. But the
# slope changes as you walk, and the second derivative says how quickly. If the slope is $-1$ and grows by 4 for each
# unit of the way, then it is zero after a quarter of a unit. Go there.
#
# Put differently: lay a *parabola* on the function that has the same height, slope and bend where you stand, and go
# to its lowest point. Here is $f(x) = x - \ln x$, which is least at $x = 1$, and you stand at $x = 0.5$.

# %%
f = lambda x: x - np.log(x)
slope, bend = lambda x: 1 - 1 / x, lambda x: 1 / x**2
parabola = lambda s: f(0.5) + slope(0.5) * s + bend(0.5) * s**2 / 2

figure, ax = plotting.subplots()
x, s = np.linspace(0.15, 2, 200), np.linspace(-0.25, 0.75, 100)
ax.plot(x, f(x), label=r"$f(x) = x - \ln x$")
ax.plot(0.5 + s, parabola(s), "--", label="the parabola at $x = 0.5$")
ax.plot([0.5, 0.75], [f(0.5), parabola(0.25)], "o", color="black")
ax.set(xlabel="$x$", ylabel="height", title="Newton's step: to the lowest point of the parabola")
ax.legend()
assert np.argmin(parabola(s)) == np.argmin(abs(s - 0.25))
figure

# %% [markdown]
# ## By hand
#
# The slope is $f'(x) = 1 - 1/x$ and the bend $f''(x) = 1/x^2$. The parabola's slope after a move $s$ is $f' + f'' s$,
# and it is zero at $s = -f'/f''$:
#
# | step | $x$ | slope $1 - 1/x$ | bend $1/x^2$ | move $-f'/f''$ | next $x$ | error $1 - x$ |
# |---|---|---|---|---|---|---|
# | 1 | 0.5 | −1 | 4 | 0.25 | 0.75 | 1/4 |
# | 2 | 0.75 | −1/3 | 16/9 | 3/16 | 0.9375 | 1/16 |
# | 3 | 0.9375 | ? | ? | ? | ? | ? |
#
# Fill in the third row (fractions help: $0.9375 = 15/16$). Then look at the errors: 1/2 at the start, 1/4, 1/16, and
# now? Multiply out $x - f'/f'' = 2x - x^2$ and you see why: $1 - (2x - x^2) = (1 - x)^2$. **Every step squares the
# error.** The number of right digits doubles.

# %%
x, errors = 0.5, [0.5]
for _ in range(5):
    x = x - slope(x) / bend(x)
    errors.append(1 - x)
print("errors:", ", ".join(f"{error:.3g}" for error in errors))
assert np.allclose(errors[1:], np.square(errors[:-1]), rtol=1e-6) and errors[-1] < 1e-9

# %% [markdown]
# Five steps, and nine digits are right. But squaring has another side. **Predict**: you start at $x = 3$, where the
# error is $1 - 3 = -2$. Where do you land?

# %%
x = 3.0
x = x - slope(x) / bend(x)
print("after one step from 3: x =", x)
assert np.isclose(x, -3)

# %% [markdown]
# At $-3$, where $\ln x$ does not even exist. An error of 2 squared is 4. Keep both halves of this in mind: *close by*,
# Newton's method is marvellous; *far away* its step may be worthless, and nothing in the formula says so.
#
# ## Many numbers
#
# For a vector $x$ of $n$ weights the slope is the gradient $g$, a vector, and the bend is the Hessian $H$, a symmetric
# matrix of $n \times n$ second derivatives. The parabola becomes the *quadratic model* of $f$ for a move $s$,
#
# $$m(s) = f(x) + g^T s + \tfrac12 s^T H s .$$
#
# Where is its gradient zero? The lecture needs $\nabla(\theta^T H\theta) = (H + H^T)\,\theta$, which is $2H\theta$ as
# $H$ is symmetric. So $\nabla m = g + Hs$; set it to zero and solve:
#
# $$x \leftarrow x - H^{-1} g .$$


# %%
def newton(f, x):
    return x - np.linalg.solve(f.hessian(x), f.gradient(x))


M, theta = np.random.default_rng(0).standard_normal((4, 4)), np.array([1.0, -2.0, 0.5, 3.0])   # M is not symmetric
by_differences = minnet.check.gradient_differences(minnet.Function(lambda t: t @ M @ t, None), theta, 1e-5)
assert np.allclose(by_differences, (M + M.T) @ theta, rtol=1e-7)
hills = problems.himmelblau()
x = np.array([3.4, 2.3])
assert minnet.check.gradient(hills, x) and minnet.check.hessian(hills, x)
assert np.allclose(hills.gradient(x) + hills.hessian(x) @ (newton(hills, x) - x), 0)

# %% [markdown]
# (`np.linalg.solve` solves the equations $Hs = g$. Nobody needs the inverse matrix itself. In the library the formula
# as it stands is called `optim.UndampedNewton`; why it has so odd a name you will see.)
#
# On a quadratic, a bowl $\tfrac12 (x - c)^T H (x - c)$, the model *is* the function. So one step should end at the
# minimum, however long and narrow the bowl. Gradient descent's number of steps grows with the condition number
# $\kappa = \lambda_{\max}/\lambda_{\min}$, as you saw in notebook 04. **Predict** both columns of the table.

# %%
print("   κ   gradient descent   Newton")
for kappa in (1, 10, 100):              # the knob: try 1000
    bowl = problems.quadratic(np.geomspace(1, kappa, 10), rng=0)
    start = bowl.starts[0]
    slow = minimize(bowl, start, optim.GradientDescent(2 / (1 + kappa)), gtol=1e-8, max_iter=20_000)
    quick = minimize(bowl, start, optim.UndampedNewton(), gtol=1e-8)
    print(f"{kappa:4} {slow.nit:12} steps {quick.nit:4} step")
    assert slow.success and quick.success and quick.nit == 1 and slow.nit >= kappa - 1
    assert np.allclose(newton(bowl, start), quick.x)

# %% [markdown]
# The README draft warns that a high $\kappa$ "may even prevent convergence entirely". Of gradient descent it is half
# true: it gets slower in proportion to $\kappa$, and it does arrive. For Newton's method $\kappa$ says nothing.
#
# You can see why. Stretch an axis: measure $x_2$ in millimetres and not in metres. The contours become a thousand
# times as long, and $\kappa$ up to a million times as large, but Newton's steps go to the same points, only
# named otherwise. That is called *affine invariance*. We test it on Himmelblau's function, which has four minima, one
# of them at $(3, 2)$; from now on we call it *the hills*.


# %%
def stretched(f, A):
    return minnet.Function(lambda z: f(A @ z), lambda z: A @ f.gradient(A @ z),
                           hessian=lambda z: A @ f.hessian(A @ z) @ A)


for scale in (1, 10, 1000):
    A = np.diag([1.0, scale])
    z, x = np.linalg.solve(A, [3.5, 2.4]), np.array([3.5, 2.4])
    for _ in range(4):
        z, x = newton(stretched(hills, A), z), newton(hills, x)
        assert np.allclose(A @ z, x, rtol=1e-9)
    lam = np.linalg.eigvalsh(stretched(hills, A).hessian(z))
    print(f"κ = {lam[-1] / lam[0]:9.3g}: after four steps at {A @ z}")

# %% [markdown]
# One limit remains. A computer keeps 16 digits, and solving $Hs = -g$ may lose a factor of $\kappa$ in accuracy. When
# $\kappa$ reaches $10^{16}$, no digit is left, and the matrix is *singular* as far as the computer can tell. That is
# the word of the crash.

# %%
for kappa in (1e2, 1e6, 1e10):
    bowl = problems.quadratic(np.geomspace(1, kappa, 10), rng=0)
    end = newton(bowl, bowl.starts[0])
    print(f"κ = {kappa:.0e}: one step ends {np.linalg.norm(end):.0e} from the minimum")
    assert np.linalg.norm(end) < 1e3 * kappa * np.finfo(float).eps

# %% [markdown]
# ## How quick is quick?
#
# On $x - \ln x$ the error was squared. Is that so on the hills, too? Plot each error against the error before it, both
# axes logarithmic. If $e_{\text{next}} = C e^p$, the points lie on a line of slope $p$, and $p$ is called the *order*.
# **Predict** the slopes for gradient descent, which multiplies the error by a constant factor, and for Newton.

# %%
best = np.array([3.0, 2.0])
lam = np.linalg.eigvalsh(hills.hessian(best))
methods = {"gradient descent": optim.GradientDescent(2 / lam.sum()), "Newton": optim.UndampedNewton()}
turns = 2 * np.pi * np.arange(8) / 8
pairs = {name: [] for name in methods}
for start in best + 0.45 * np.column_stack([np.cos(turns), np.sin(turns)]):
    for name, method in methods.items():
        run = minimize(hills, start, method, max_iter=60, gtol=0, record=["x"])
        e = np.linalg.norm(run.history["x"] - best, axis=1)
        pairs[name] += [pair for pair in zip(e[:-1], e[1:]) if pair[0] < 0.1 and pair[1] > 1e-12]
order = {name: np.polyfit(*np.log(values).T, 1)[0] for name, values in pairs.items()}
print({name: f"order {value:.2f}" for name, value in order.items()})
assert abs(order["gradient descent"] - 1) < 0.05 and abs(order["Newton"] - 2) < 0.2

# %%
figure, ax = plotting.subplots()
for (name, values), marker in zip(pairs.items(), "ov"):
    ax.loglog(*np.transpose(values), marker, markersize=4, label=f"{name}, slope {order[name]:.1f}")
ax.set(xlabel="error before the step", ylabel="error after it", title="Newton's error falls along a line of slope two")
ax.legend()
figure

# %% [markdown]
# The hills are no quadratic, so one step is not enough, but a few are:

# %%
counts = {name: minimize(hills, best + [0.45, 0], method, gtol=1e-8).nit for name, method in methods.items()}
print("steps to a gradient of 1e-8:", counts)
assert 1 < counts["Newton"] < 10 < counts["gradient descent"]

# %% [markdown]
# The README draft writes these orders as $\mathcal{O}(\theta)$ and $\mathcal{O}(\theta^2)$. What it means is order one
# and order two of the *error*: $e_{\text{next}} \le C e$ and $e_{\text{next}} \le C e^2$.
#
# "Significantly quicker", it goes on. In steps, yes. A step costs more, though: for $n$ weights the Hessian has $n^2$
# numbers, and solving takes about $n^3/3$ multiplications. The lecture makes the sum for a million weights:

# %%
n, bytes_each = 10**6, 4                # numbers of 32 bits
print(f"gradient: {n * bytes_each / 2**20:.1f} MB;  Hessian: {n**2 * bytes_each / 2**40:.1f} TB")
assert f"{n * bytes_each / 2**20:.1f}" == "3.8" and f"{n**2 * bytes_each / 2**40:.1f}" == "3.6"


def multiplications(n):                          # elimination: the k-th step changes a square of n − k rows and columns
    return sum((n - k)**2 for k in range(1, n))


assert np.isclose(multiplications(300), 300**3 / 3, rtol=0.01)
assert 63 < multiplications(1200) / multiplications(300) < 65              # four times the weights, 64 times the work

# %% [markdown]
# 3.6 terabytes: for large networks there is no writing $H$ down, and notebooks 07 to 09 do without. (`minnet
# figures cost` draws the measured times. The lecture adds that Newton wants many examples at a time; `minnet figures
# hessian_noise` shows what a Hessian from a few of them is worth.) For a small network the price is well spent. Here
# is the notebook's loss, with a small `l2` whose point you will see below. Count each Hessian of its 13 weights as 13
# gradients, which is more than it costs, and Newton's method is still far cheaper. (`njev` counts the gradients of a
# run and `nhev` its Hessians.)

# %%
loss, start = notebook_objective(0, l2=0.01), datasets.notebook_start(0)
quick = minimize(loss, start, optim.Newton(), gtol=1e-8)
slow = minimize(loss, start, optim.GradientDescent(0.003), max_iter=3000, gtol=1e-8)
price = {"Newton": quick.njev + 13 * quick.nhev, "gradient descent": slow.njev}
for name, run in {"Newton": quick, "gradient descent": slow}.items():
    print(f"{name}: {run.nit} steps at the price of {price[name]} gradients; |g| is {np.linalg.norm(run.jac):.0e}")
assert quick.success and not slow.success
assert price["Newton"] < price["gradient descent"] / 4

# %% [markdown]
# ## Where the model can be trusted
#
# The notebook says that second-order methods accelerate "at least in cases where the change in the gradient is not
# too sudden or drastic". That can be measured. Take many points around the minimum $(3, 2)$ of the hills. At each,
# compare the error after one step with the error before; and note how much the Hessian changes from there to the
# minimum, $\|I - H(x)^{-1} H(3, 2)\|$, where 0 means not at all and 1 means by as much as it is. (The norm of a matrix
# is the most by which it lengthens a vector.)

# %%
points = np.random.default_rng(0).uniform([1, 0], [5, 4], (1500, 2))
quotient = np.array([np.linalg.norm(newton(hills, x) - best) / np.linalg.norm(x - best) for x in points])
change = np.array([np.linalg.norm(np.eye(2) - np.linalg.solve(hills.hessian(x), hills.hessian(best)), 2)
                   for x in points])
figure, ax = plotting.subplots()
ax.loglog(change, quotient, "o", markersize=2)
ax.axhline(1, color="black", linewidth=0.8)
ax.set(xlabel="change of the Hessian on the way", ylabel="error after / before", xlim=(0.02, 100), ylim=(3e-3, 100),
       title="Where the Hessian hardly changes, a step gains much")
figure

# %%
mild = change < 1
print(f"mild change: {np.mean(quotient[mild] < 0.6):.0%} of the steps nearly halve the error or do better")
print(f"drastic change: {np.mean(quotient[~mild] > 1):.0%} of the steps lead further away")
assert np.mean(quotient[mild] < 0.6) > 0.95 and np.max(quotient[change < 0.1]) < 0.1
assert np.mean(quotient[~mild] > 1) > 0.1

# %% [markdown]
# The notebook is right about this. Above the black line lies the rest of the story.
#
# ## Uphill
#
# Newton looks for a point where the gradient is zero. It never asks what kind of point that is. In one dimension: if
# the bend is negative, $f'' = -1$ say, and the slope is $+2$, the step is $-f'/f'' = +2$, *up* the slope, to the top.
#
# With many weights the same happens along each eigenvector of $H$. Let $q$ be one, of length 1, with the eigenvalue
# $\lambda$. As $Hq = \lambda q$, the part of Newton's step along $q$ is
#
# $$q^T s = -\frac{q^T g}{\lambda} .$$
#
# Positive $\lambda$: downhill. Negative $\lambda$: uphill, as the lecture says. And tiny $\lambda$, of either sign: a
# huge step. By hand: $g = (1, 1)$ and $H = \mathrm{diag}(-2, 0.01)$. The step is $(+0.5, -100)$.

# %%
s = -np.linalg.solve(np.diag([-2.0, 0.01]), [1.0, 1.0])
assert np.allclose(s, [0.5, -100])
x = np.array([0.5, -0.2])                                       # a place on the hills that bends down somewhere
(lam, Q), g, s = np.linalg.eigh(hills.hessian(x)), hills.gradient(x), newton(hills, x) - x
assert lam[0] < 0 and np.allclose(Q.T @ s, -(Q.T @ g) / lam)
assert np.array_equal(np.sign(Q.T @ s), -np.sign(lam * (Q.T @ g)))     # downhill along q exactly where λ > 0

# %% [markdown]
# So where does Newton's method end on the hills? They have four minima, four passes (saddles) between them, and a
# hilltop in the middle. **Predict** which share of the starts in the square ends at a minimum. Each start in the map
# has the colour of what the run ended at.


# %%
def negative_at_the_end(x):
    for _ in range(60):
        if np.linalg.norm(hills.gradient(x)) < 1e-6:
            return np.sum(np.linalg.eigvalsh(hills.hessian(x)) < 0)     # 0 at a minimum, 1 at a saddle, 2 at a maximum
        x = newton(hills, x)
    return 3                                                    # nowhere


axis = np.linspace(-5, 5, 60)
ends = np.array([[negative_at_the_end(np.array([a, b])) for a in axis] for b in axis])
share = [np.mean(ends == k) for k in range(4)]
print("minimum {:.0%}, saddle {:.0%}, maximum {:.0%}, nowhere {:.0%} of the starts".format(*share))
assert 0.4 < share[0] < 0.9 and min(share[1:3]) > 0.02 and share[3] < 0.01

# %%
figure, ax = plotting.subplots(width=5.4, height=5)
ax.imshow(ends, extent=(-5, 5, -5, 5), origin="lower", cmap=ListedColormap(["#CFE2F1", "#E69F00", "#A03C00"]))
X, Y = np.meshgrid(np.linspace(-5, 5, 100), np.linspace(-5, 5, 100))
ax.contour(X, Y, hills.on_grid(X, Y), levels=[10, 40, 100, 180, 300, 600], colors="white", linewidths=0.7)
ax.plot(*np.transpose([x for x, _ in hills.minima]), "o", color="black", label="minimum")
ax.plot(*np.transpose(hills.saddles), "x", color="black", label="saddle")
ax.plot(-0.271, -0.923, "^", color="black", label="maximum")
ax.set(xlabel="$x_1$", ylabel="$x_2$", title="Newton ends at minima (pale), saddles, the maximum")
ax.legend(loc="upper right")
figure

# %% [markdown]
# The edges are torn: move the start a little, and the run ends elsewhere. But nothing overflows here, and every run
# arrives somewhere. The README draft's word "unstable" means, on this landscape, *the wrong point*.
#
# ## The crash
#
# Now to the notebook itself. If you paste it into a cell today it will not even train. Two lines stop it. One writes
# the network's answer, an array of length one, into a cell of a table: `Z[i][j] = network.test(…)`. Today's NumPy
# refuses to take an array for a number. The other removes old contour lines by way of `cont.collections`, which
# today's matplotlib no longer has. (Versions of 2023 only warned; the cell turns warnings into errors.)

# %%
table, contours = np.zeros((2, 2)), Figure().subplots().contour([[0, 1], [1, 2]])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    for name, line in {"Z[i][j] = …": lambda: table[0].__setitem__(0, np.array([0.5])),
                       "cont.collections": lambda: contours.collections}.items():
        try:
            line()
        except Exception as error:
            print(f"{name:<17} {type(error).__name__}: {error}")
        else:
            raise AssertionError(f"{name} works")
table[0][0] = np.array([0.5])[0]                                # mended: Z[i][j] = network.test(…)[0]
contours.remove()                                               # mended: cont.remove()

# %% [markdown]
# With these two lines mended (`…[0]`, and `cont.remove()`) the notebook runs, and then it crashes as it did for its
# author. `notebook_objective(seed)` is its loss: the 2-3-1 network on its 80 points, summed over them, with the
# points drawn as it draws them. Fifty steps of its Adam come first. Then its Newton: a Hessian from differences of
# gradients with $e = 10^{-8}$, inverted, until `np.allclose(g, 0)`.

# %%
seeds = range(20)


def after_adam(seed):
    run = minimize(notebook_objective(seed), datasets.notebook_start(seed), NOTEBOOK_ADAM, max_iter=50, gtol=0,
                   record=["x"])
    return run.history["x"][-1]


starts = [after_adam(seed) for seed in seeds]


# %%
@np.errstate(all="ignore")                                      # the notebook hides its warnings, too
def notebook_newton(seed):
    f, path = notebook_objective(seed), [starts[seed]]
    for _ in range(200):
        g, H = f.gradient(path[-1]), minnet.check.hessian_from_gradients(f, path[-1], 1e-8)
        if np.allclose(g, 0) or not np.isfinite(H).all():
            return path, "done" if np.allclose(g, 0) else "not finite"
        try:
            path.append(path[-1] - np.linalg.inv(H) @ g)
        except np.linalg.LinAlgError as error:
            return path, f"LinAlgError: {error}"
    return path, "still running"


paths, endings = zip(*[notebook_newton(seed) for seed in seeds])
print(Counter(endings))
assert Counter(endings)["LinAlgError: Singular matrix"] >= 16

# %% [markdown]
# There it is, and it was no bad luck: a crash on nearly every seed, and soon.
#
# How many steps it takes, and how far the weights fly, depends on rounding: another processor, another number. So we
# claim nothing of these. But *that* it crashes holds everywhere.
#
# ## Post-mortem
#
# First suspect: the point where Newton takes over. What does the Hessian look like after the fifty steps of Adam?

# %%
negative = [np.sum(np.linalg.eigvalsh(notebook_objective(seed).hessian(starts[seed])) < 0) for seed in seeds]
print("negative eigenvalues of H at step 50, by seed:", *negative)
assert min(negative) >= 1 and max(negative) <= 6

# %% [markdown]
# Not one seed has a positive definite Hessian: on all of them the very first step goes uphill along some directions.
# That explains wrong directions, not yet huge ones. Look at seed 0, eigenvector by eigenvector: the eigenvalue
# $\lambda$, and the parts $q^T g$ and $q^T s$ of gradient and step along its $q$.

# %%
f, x = notebook_objective(0), starts[0]
lam, g, s = minnet.curvature.step_in_eigenbasis(f, x, newton(f, x) - x)
print("   eigenvalue    gradient's part    step's part")
for row in zip(lam[:6], g, s):
    print("{:12.4f} {:15.3f} {:16.2f}".format(*row))
print(f"the step is {np.linalg.norm(s):.0f} long, the weights {np.linalg.norm(x):.1f}; the loss goes from {f(x):.0f} "
      f"to {f(newton(f, x)):.0f}")
longest = np.argmax(abs(s))
assert 0 < lam[longest] < 0.02 and abs(s[longest]) > 0.9 * np.linalg.norm(s)
assert np.linalg.norm(s) > 5 * np.linalg.norm(x) and f(newton(f, x)) > 5 * f(x)

# %% [markdown]
# The second culprit: an eigenvalue near zero. Nearly the whole step goes along this one direction, ten times as far
# as the weights are long. The parabola has its lowest point out there. The loss does not.
#
# And then? Follow all twenty runs. The left panel has the length of the weight vector. The middle one asks how many
# of the hidden units are *saturated* (notebook 01): on the flat end of tanh, where its slope $1 - a^2$ is below
# 0.001. The right one has the *rank* of $H$: how many of its 13 rows are independent. A matrix of rank below 13 is
# singular.


# %%
def saturated(seed, x):
    data = datasets.notebook(seed)
    (W, b), _ = notebook_objective(seed).net.unpack(x)
    return np.mean(1 - np.tanh(data.X @ W.T + b)**2 < 1e-3)


rank = lambda seed, x: np.linalg.matrix_rank(np.nan_to_num(notebook_objective(seed).hessian(x)))
scenes = {"length of the weights": lambda seed, x: np.linalg.norm(x), "share of saturated units": saturated,
          "rank of the Hessian": rank}
seen = {name: [[what(seed, x) for x in path] for seed, path in enumerate(paths)] for name, what in scenes.items()}

# %%
figure, axes = plotting.subplots(1, 3, width=10, height=3.4)
for ax, (name, curves) in zip(axes, seen.items()):
    for curve in curves:
        ax.plot(50 + np.arange(len(curve)), curve, "-", color="0.5", linewidth=0.8)
        ax.plot(49 + len(curve), curve[-1], "x", color="black", markersize=4)
    ax.set(xlabel="iteration", ylabel=name, xlim=(49.5, 58.5))
axes[0].set(yscale="log")
figure.suptitle("The weights fly out, the units saturate, the Hessian loses its rank (a line a seed, × its crash)")
figure

# %%
first, last = ({name: np.array([curve[k] for curve in curves]) for name, curves in seen.items()} for k in (0, -1))
for name in seen:
    print(f"{name}: median {np.median(first[name]):.3g} at step 50, {np.median(last[name]):.3g} at the crash")
assert np.all(first["rank of the Hessian"] == 13) and np.mean(last["rank of the Hessian"] < 13) >= 0.7
assert np.median(first["share of saturated units"]) < 0.15 and np.median(last["share of saturated units"]) > 0.5
assert np.median(last["length of the weights"] / first["length of the weights"]) > 10


# %%
def vanishing(seed, x):
    size = abs(notebook_objective(seed).hessian(x)).max(axis=1)
    return np.sum(size <= 1e-10 * size.max())


empty = np.array([[vanishing(seed, x) for x in (path[0], path[-1])] for seed, path in enumerate(paths)])
print("rows of H that are as good as zero, by seed\nat step 50:  ", *empty[:, 0], "\nat the crash:", *empty[:, 1])
assert not empty[:, 0].any() and np.mean(empty[:, 1] > 0) >= 0.7

# %% [markdown]
# The case is clear. (1) $H$ is indefinite, and some of its eigenvalues are near zero. (2) So the step is wrong in
# direction and absurd in length, and the weights are thrown out. (3) With huge weights the units saturate. (4) A
# saturated unit has slope 0, so nothing that comes before it matters, and whole rows of $H$ vanish. (5) The inverse
# of a matrix with zero rows does not exist: `Singular matrix`.
#
# Were there no warnings? The notebook says `# convert warnings to error` and then calls
# `warnings.filterwarnings("ignore")`, which does the opposite. Its sigmoid is `1/(1 + np.exp(-a))`. What would NumPy
# have said on the way?

# %%
warned = []
for seed, path in zip(seeds, paths):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for x in path:
            1 / (1 + np.exp(-notebook_objective(seed).net.outputs(x, datasets.notebook(seed).X)))
    warned.append(any("overflow" in str(warning.message) for warning in caught))
print(f"'overflow encountered in exp' before the crash on {np.sum(warned)} of {len(warned)} seeds")
assert np.sum(warned) >= 1

# %% [markdown]
# On these seeds an error would have pointed at the first overflow instead of the last matrix. Do not silence
# warnings.
#
# One more suspicion: is the step too long, and would a *learning rate* have helped? The notebook says that Newton
# needs none, and so does the lecture. Here is the run with a tenth of each step (and the exact Hessian).


# %%
@np.errstate(all="ignore")
def tenths(seed):
    f, x = notebook_objective(seed), starts[seed]
    for _ in range(300):
        try:
            x = x + 0.1 * (newton(f, x) - x)
        except np.linalg.LinAlgError:
            return "singular matrix"
    return certificate(f, x).kind


short = Counter(tenths(seed) for seed in range(10))
print(short)
assert short["strict minimum"] <= 2

# %% [markdown]
# It does not mend it: a shorter step uphill is still uphill. (`minnet figures ablation` tries other factors.) We
# shall see what does.
#
# ## Remedy one: damping
#
# The lecture proposes to add a number $\alpha$ (alpha) to the diagonal of $H$ before solving:
#
# $$s = -(H + \alpha I)^{-1} g .$$
#
# $I$ is the identity. An eigenvector of $H$ is one of $H + \alpha I$, too, with the eigenvalue $\lambda + \alpha$. So
# the step's parts are
#
# $$q^T s = -\frac{q^T g}{\lambda + \alpha} ,$$
#
# and you can read off everything. For $\alpha \to 0$ it is Newton's step. For $\alpha$ far larger than all $\lambda$
# it is $-g/\alpha$, *gradient descent with the learning rate $1/\alpha$*. In between, directions of little curvature
# are shortened most. **Predict** for $H = \mathrm{diag}(1, 10)$ and $g = (4, 12)$: how long is the step at $\alpha =
# 0$, and where does it point for large $\alpha$?

# %%
H, g = np.diag([1.0, 10.0]), np.array([4.0, 12.0])
damped = lambda H, g, alpha: -np.linalg.solve(H + alpha * np.eye(len(g)), g)
alphas = np.geomspace(1e-2, 1e4, 100)
steps = np.array([damped(H, g, alpha) for alpha in alphas])
figure, ax = plotting.subplots(width=6, height=3.6)
ax.plot(*(steps + [4, 1.2]).T, label=r"where the step ends, $\alpha$ from 0.01 to 10,000")
for alpha in (0.01, 1, 10, 100):
    end = damped(H, g, alpha) + [4, 1.2]
    ax.annotate(rf"$\alpha = {alpha}$", end, xytext=(-46, 5), textcoords="offset points", fontsize=9)
    ax.plot(*end, "s", color="black", markersize=4)
ax.plot(*np.transpose([[4, 1.2], [4, 1.2] - g / 12]), "--", label="the direction of $-g$")
ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-0.9, 4.6), title="Damping shortens Newton's step and turns it to $-g$")
ax.legend(loc="upper left")
figure

# %%
gap = np.linalg.norm(steps + g / alphas[:, None], axis=1) * alphas / np.linalg.norm(g)
far = alphas > 300
order = np.polyfit(np.log(alphas[far]), np.log(gap[far]), 1)[0]
print(f"relative difference from gradient descent at α = 10,000: {gap[-1]:.1e}; it falls as α^{order:.2f}")
assert np.allclose(damped(H, g, 1e-12), -np.linalg.solve(H, g)) and abs(order + 1) < 0.05

# %% [markdown]
# Both limits hold. Now an indefinite one, $H = \mathrm{diag}(-2, 10)$. **Predict** which $\alpha$ make the step go
# down, and what happens at $\alpha = 2$.

# %%
H = np.diag([-2.0, 10.0])
alphas = np.linspace(0, 8, 400)                                 # 2 itself is not among them
down = np.array([g @ damped(H, g, alpha) for alpha in alphas])
figure, ax = plotting.subplots()
for side, style, name in ((alphas < 2, "--", "$\\alpha < 2$"), (alphas > 2, "-", "$\\alpha > 2$")):
    ax.plot(alphas[side], down[side], style, label=name)
ax.axhline(0, color="black", linewidth=0.8)
ax.axvline(2, color="black", linewidth=0.8, linestyle=":")
ax.set(xlabel=r"damping $\alpha$", ylabel="slope along the step, $g^T s$", ylim=(-60, 60),
       title=r"Only beyond $-\lambda_{\min} = 2$ the step surely goes down")
ax.legend()
assert np.all(down[alphas > 2] < 0) and np.any(down[alphas < 2] > 0)
figure

# %% [markdown]
# A little damping does not cure ascent: below 2 the first eigenvalue stays negative. Near 2 it makes things worse,
# because there the matrix is nearly singular. Only $\alpha > -\lambda_{\min}$ makes all of them positive. The lecture
# says "regularise"; by how much is what matters. (There are other cures. What if you used $|\lambda|$ in place of
# $\lambda$? Notebook 10 does.)
#
# ## Remedy two: trust
#
# So how large should $\alpha$ be? Turn the question round. Do not choose $\alpha$: choose a distance $\Delta$ (delta)
# up to which you *trust* the model, and go to the model's lowest point within it,
#
# $$\min_s\; m(s) \quad\text{such that}\quad \|s\| \le \Delta .$$
#
# If the bowl's bottom lies inside the circle, that is Newton's step. Otherwise the lowest point lies on the circle,
# and there the model's gradient must point straight to the centre of the circle: if it had any part along the circle,
# you would slide along it and get lower. Straight means $g + Hs = -\alpha s$ for some $\alpha \ge 0$. Move $\alpha s$
# to the left: $(H + \alpha I)s = -g$. It is damping again! Every radius has its $\alpha$, the one for which $\|s\| =
# \Delta$. The larger $\alpha$, the shorter the step, so bisection finds it. Here it is for an $H$ with a negative
# eigenvalue, where the lowest point is always on the circle, and $\alpha$ beyond $-\lambda_{\min}$. (The general case
# is exercise 05.4.)


# %%
def trusted(H, g, radius):
    low = -np.linalg.eigvalsh(H)[0]                             # the step is too long here
    high = low + np.linalg.norm(g) / radius                     # and short enough here
    for _ in range(60):
        alpha = (low + high) / 2
        low, high = (alpha, high) if np.linalg.norm(damped(H, g, alpha)) > radius else (low, alpha)
    return damped(H, g, high)


H, g, radius = np.diag([-1.0, 3.0]), np.array([1.0, 1.5]), 1.0  # knobs; keep −1 < 0, and neither entry of g at 0
s = trusted(H, g, radius)
model = lambda s: g @ s + s @ H @ s / 2
circle = radius * np.array([[np.cos(t), np.sin(t)] for t in np.linspace(0, 2 * np.pi, 721)])
print(f"on the circle the model is lowest at {s}: {model(s):.3f}; at Newton's point it is {model(damped(H, g, 0)):.3f}")
assert np.isclose(np.linalg.norm(s), radius) and model(s) <= min(map(model, circle)) + 1e-9

# %%
figure, ax = plotting.subplots(width=5, height=4.6)
X, Y = np.meshgrid(np.linspace(-1.6, 1.6, 100), np.linspace(-1.5, 1.5, 100))
ax.contour(X, Y, g[0] * X + g[1] * Y + (H[0, 0] * X**2 + H[1, 1] * Y**2) / 2, levels=24, colors="0.75", linewidths=0.7)
ax.plot(*circle.T, color="black", linewidth=1)
path = np.array([trusted(H, g, r) for r in np.linspace(1e-3, radius, 60)])
ax.plot(*path.T, "-", label="the lowest point for growing $\\Delta$")
for name, point, marker in (("start", [0, 0], "o"), ("trusted", s, "s"), ("Newton", damped(H, g, 0), "x")):
    ax.plot(*point, marker, color="black", markersize=7)
    ax.annotate(name, point, xytext=(8, -14), textcoords="offset points", fontsize=9)
ax.set(xlabel="$s_1$", ylabel="$s_2$", aspect="equal", title="Within the circle of trust the step goes down")
ax.legend(loc="upper left")
figure

# %% [markdown]
# Newton's point is the model's saddle, on the right; the trusted step goes down to the left. For small $\Delta$ the
# path starts along $-g$, and it turns as the circle grows.
#
# How large a circle? Let the function tell. Compare what was gained with what the model had promised:
#
# $$\rho = \frac{f(x) - f(x + s)}{m(0) - m(s)} .$$
#
# If $\rho$ (rho) is near 1 the model is good: double $\Delta$. If $\rho$ is small or negative, the model lied: do not
# go there, and try a smaller $\Delta$. That is a *trust-region method*, `optim.TrustRegion`. Watch its circles on the
# hills, from a start near the hilltop. Each circle belongs to the point in its middle; the next point lies in it.

# %%
start = [-0.5, 0.5]
run = minimize(hills, start, optim.TrustRegion(radius=0.3), record=["x", "radius"])
figure = plotting.trajectory(hills, {"trust region": run}, convergence=False, frame=((-5, 2), (-1, 5)))
turn = np.linspace(0, 2 * np.pi, 100)
for (a, b), r in zip(run.history["x"][:6], run.history["radius"]):
    figure.axes[0].plot(a + r * np.cos(turn), b + r * np.sin(turn), "-", color="0.3", linewidth=0.7)
figure.axes[0].set_title("", loc="left")
figure.axes[0].set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", title="The circle grows while the model is right")
lengths = np.linalg.norm(np.diff(run.history["x"], axis=0), axis=1)
assert run.success and np.all(lengths <= 1.11 * run.history["radius"][:-1]) and run.fun < 1e-10
assert np.all(np.diff(run.history["value"]) < 1e-9) and np.allclose(run.x, newton(hills, run.history["x"][-2]))
figure

# %% [markdown]
# It never goes up, and it ends at a minimum. Near the end the whole bowl lies within the circle, and the steps are
# Newton's own, with their squared errors. `optim.Newton()`, the library's default, works in this way, too. From all
# the starts of the map above:

# %%
some = [minimize(hills, [a, b], optim.Newton(), gtol=1e-8) for a in axis[::7] for b in axis[::7]]
print(f"at a minimum: {np.mean([run.success and run.fun < 1e-10 for run in some]):.0%} of {len(some)} starts")
assert all(run.success and run.fun < 1e-10 for run in some)

# %% [markdown]
# ## Is there anything to find?
#
# Surely the notebook's network trains now. Run `optim.Newton()` on its loss from where Adam stopped, with a stricter
# and stricter stop: a gradient below $10^{-1}$, then $10^{-3}$, then $10^{-6}$. At a minimum the three would end at
# nearly the same place. **Predict** what the weights do.

# %%
lengths = np.array([[np.linalg.norm(minimize(notebook_objective(seed), starts[seed], optim.Newton(), gtol=gtol).x)
                     for gtol in (1e-1, 1e-3, 1e-6)] for seed in range(1, 8)])
for seed, row in enumerate(lengths, 1):
    print(f"seed {seed}: length of the weights", *(f"{length:9.1f}" for length in row))
assert np.all(np.diff(lengths) > -1) and np.median(lengths[:, 2] / lengths[:, 0]) > 1.5

# %% [markdown]
# They grow and grow. The third culprit, and the deepest: *there is no minimum*. To see it take the smallest network
# there is, one weight and one example that it gets right. Its loss is $\ell(w) = \ln(1 + e^{-w})$. That falls for
# ever: a right answer can always be given more confidently. What does Newton's method do on it? With
# $\sigma(w) = 1/(1 + e^{-w})$ the slope is $-(1 - \sigma)$, the bend $\sigma(1 - \sigma)$, and the step
#
# $$-\frac{\ell'}{\ell''} = \frac{1}{\sigma(w)} = 1 + e^{-w} .$$
#
# One step is always a little more than 1. Newton walks towards infinity at the pace of a pedestrian, and the gradient
# shrinks by a factor of about $e$ each step. **Predict** when the notebook's stop, `np.allclose(slope, 0)`, says
# "Train finished". (It means: smaller than $10^{-8}$.)

# %%
w, slopes = 0.0, []
while not slopes or not np.allclose(slopes[-1], 0):
    sigma = 1 / (1 + np.exp(-w))
    slopes.append(-(1 - sigma))
    w = w + 1 / sigma
print(f"'finished' after {len(slopes) - 1} steps, at w = {w - 1:.1f}")
assert 15 < len(slopes) < 22 and slopes[-1] < 0
assert np.all(np.diff(np.logaddexp(0, -np.arange(0, 600.0))) < 0)             # and on it falls

# %% [markdown]
# A gradient of $10^{-8}$ was reached, and there is no minimum within any distance. So a small gradient proves nothing
# here. The library's *certificate* looks for such descents: it follows the loss along straight *rays* and bending
# *valleys*, for as far as rounding shows a difference.

# %%
runs = [minimize(notebook_objective(seed), starts[seed], optim.Newton(), gtol=1e-6) for seed in range(1, 9)]
verdicts = [certificate(notebook_objective(seed), run.x) for seed, run in enumerate(runs, 1)]
print(Counter(verdict.kind for verdict in verdicts))
assert not any(verdict.kind == "strict minimum" for verdict in verdicts)
assert sum(verdict.kind == "no finite minimum" for verdict in verdicts) >= 4

# %% [markdown]
# So the notebook was sent to look for something that does not exist. The remedy is old, *weight decay*: make large
# weights cost something. In the library, `l2=c` adds $\tfrac12\, c\, \|\theta\|^2$ to the loss. Infinity is expensive
# then, and there must be a minimum. For the one weight, and along the very ray that the certificate has found on one of
# the notebook's seeds:

# %%
figure, ax = plotting.subplots()
w = np.linspace(-2, 30, 500)
costs = {l2: np.logaddexp(0, -w) + l2 * w**2 / 2 for l2 in (0, 0.01)}
for (l2, cost), style in zip(costs.items(), ("-", "--")):
    ax.plot(w, cost, style, label=f"l2 = {l2}")
ax.set(xlabel="weight $w$", ylabel="loss", title="Without weight decay the loss falls for ever")
ax.legend()
assert np.argmin(costs[0]) == len(w) - 1 and 0 < w[np.argmin(costs[0.01])] < 10
figure

# %%
falling, found = next((seed, v) for seed, v in enumerate(verdicts, 1) if v.ray is not None)
x, ray = runs[falling - 1].x, found.ray / np.linalg.norm(found.ray)
distance = np.array([0, 1, 10, 100, 1000])
print("along the ray:", *(f"{t:10} away" for t in distance))
for l2 in (0, 0.01):
    values = np.array([notebook_objective(falling, l2)(x + t * ray) for t in distance])
    print(f"l2 = {l2:<9}", *(f"{value:15.6g}" for value in values))
    assert np.all(np.diff(values) <= 1e-9) and values[-1] < values[0] if l2 == 0 else values[-1] > 10 * values[0]

# %% [markdown]
# ## Which remedy does what?
#
# You have three now: *damping* ($H + \alpha I$ with $\alpha > -\lambda_{\min}$), a *search* (do not take a step that
# leads up; halve it until it leads down), and *weight decay* (l2). An *ablation* is the honest way to find out which
# of them matter: leave out each, in every combination. **Write down** your guess: which rows of the picture will
# arrive? "No minimum" says that 100 steps did not end, or ended at no minimum; "stuck", that no shorter step leads
# down.


# %%
@np.errstate(all="ignore")
def ending(f, x, damping, search):
    for _ in range(100):
        g, H = f.gradient(x), f.hessian(x)
        if np.linalg.norm(g) < 1e-6:
            return "strict minimum" if certificate(f, x).kind == "strict minimum" else "no minimum"
        try:
            s = damped(H, g, max(0, 0.01 - np.linalg.eigvalsh(H)[0]) if damping else 0)
        except np.linalg.LinAlgError:
            return "singular matrix"
        while search and not f(x + s) < f(x):
            s = s / 2
            if np.linalg.norm(s) < 1e-9:
                return "stuck"
        x = x + s
    return "no minimum"


# %%
table = {}
for decay in (0, 0.01):
    for damping in (False, True):
        for search in (False, True):
            used = [name for name, on in zip(("damping", "search", "decay"), (damping, search, decay)) if on]
            table[" + ".join(used) or "nothing"] = Counter(
                ending(notebook_objective(seed, decay), starts[seed], damping, search) for seed in range(10))
table = dict(sorted(table.items(), key=lambda row: row[0].count("+") + (row[0] != "nothing")))

# %%
figure, ax = plotting.subplots(width=8, height=3.8)
left = np.zeros(len(table))
kinds = {"strict minimum": ("#009E73", ""), "no minimum": ("0.8", ".."), "stuck": ("#0072B2", "\\\\"),
         "singular matrix": ("#D55E00", "//")}
for kind, (colour, hatch) in kinds.items():
    count = np.array([counts[kind] for counts in table.values()])
    ax.barh(list(table), count, left=left, color=colour, hatch=hatch, edgecolor="white", label=kind)
    left += count
ax.invert_yaxis()
ax.set(xlabel="how many of ten seeds", title="Only the three together find a minimum", xlim=(0, 10))
figure.legend(loc="outside lower center", ncols=4)
figure

# %%
arrived = {name: counts["strict minimum"] for name, counts in table.items()}
print("strict minima, row by row of the picture:", *arrived.values())
assert arrived["damping + search + decay"] >= 8
assert all(count <= 3 for name, count in arrived.items() if name != "damping + search + decay")
assert table["nothing"]["singular matrix"] >= 7

# %% [markdown]
# Each remedy mends one culprit, and leaves the others at large. Damping mends the direction, but not the length. The
# search mends the length, but along a step uphill there is nothing to find: it gets stuck. And without weight decay
# there is nowhere to arrive. (**Try it**: another decay in the list, 0.1 or 0.001.) Newton within a trust region is
# damping and search in one; with weight decay it arrives on every seed.

# %%
mended = [minimize(notebook_objective(seed, 0.01), starts[seed], optim.Newton(), gtol=1e-8) for seed in seeds]
print("steps by seed:", *(run.nit for run in mended))
print("length of the weights: at most", f"{max(np.linalg.norm(run.x) for run in mended):.0f}")
assert all(run.success for run in mended) and np.median([run.nit for run in mended]) < 40
assert max(np.linalg.norm(run.x) for run in mended) < 100

# %% [markdown]
# ## When to stop
#
# The notebook stops on `np.allclose(g, 0)`: each entry below $10^{-8}$. On its own runs that hardly ever came true
# before the crash; on $\ln(1 + e^{-w})$ it came true at no minimum. It has a third fault: its answer depends on the
# *unit* of the loss. Count the loss in millionths, and every gradient is a million times as large; count it in
# millions, and each is a millionth. **Predict** what the test says at the start of the run, and at its end, in three
# units.

# %%
f, run = notebook_objective(0, 0.01), mended[0]
first, last = f.gradient(starts[0]), f.gradient(run.x)
for unit in (1e-12, 1, 1e12):
    says = [np.allclose(unit * g, 0) for g in (first, last)]
    print(f"unit {unit:.0e}: finished at the start? {says[0]}; at the minimum? {says[1]}")
assert np.allclose(1e-12 * first, 0) and not np.allclose(1e12 * last, 0)
assert np.linalg.norm(last) < 1e-8 * np.linalg.norm(first)      # a ratio: no unit in it

# %% [markdown]
# In one unit it stops before it starts; in another it never stops, for rounding leaves a gradient of about $10^{-14}$
# that nothing can bring down. A ratio has no unit. You will design a better rule in exercise 05.5.
#
# ## How sure are we?
#
# The gradient is small, and there is weight decay. Is it a minimum? The certificate measures the eigenvalues of $H$
# at the stationary point nearby, with an error bound for its own arithmetic.

# %%
verdict = certificate(f, run.x)
print(verdict)
assert verdict.kind == "strict minimum" and verdict.inertia == (13, 0, 0)
assert verdict.eigenvalues[0] > 100 * verdict.error_bound

# %% [markdown]
# Eigenvalues, errors: all of them were *measured*, at a point where the gradient is not zero but $10^{-14}$. Could
# one *prove* that there is a minimum, with a computer that rounds? One can, and the idea fits into one dimension.
#
# Go back to $f(x) = x - \ln x$, and forget that you know its minimum. You stand at $\hat x = 0.99$. The slope there is
# $-0.0101$. You do not know the bend everywhere, but $1/x^2$ falls with $x$, so within a distance $r = 0.02$ it lies
# between $1/1.01^2 = 0.980$ and $1/0.97^2 = 1.063$: never far from $A = f''(\hat x) = 1.020$. Somebody whose slope
# changes at about the rate $A$, give or take $\varepsilon = 0.043$, must see it vanish about $0.0101/A$ away. That is
# a theorem, and it needs two numbers:
#
# $$q = \frac{\varepsilon}{|A|} < 1 \quad\text{and}\quad \frac{|f'(\hat x)|}{|A|} \le (1 - q)\, r
# \quad\Longrightarrow\quad \text{exactly one stationary point lies within } r .$$
#
# Why? Take $T(x) = x - f'(x)/A$, a Newton step with a fixed $A$. Its slope is $1 - f''(x)/A$, at most $q$ in size. So
# $T$ brings any two points closer together by the factor $q$, and by the second condition it leads from the interval
# into itself. Apply it again and again: all points of the interval run together into one, which $T$ leaves where it
# is, and $T(x) = x$ means $f'(x) = 0$. And the bend is positive throughout, so it is a minimum.


# %%
def proved(x, r):
    A = bend(x)
    epsilon = max(abs(bend(x - r) - A), abs(bend(x + r) - A))   # the bend falls with x: its extremes are at the ends
    q = epsilon / A
    return q < 1 and abs(slope(x)) / A <= (1 - q) * r


for r in (0.005, 0.02, 0.2, 0.9):
    print(f"exactly one stationary point within {r} of 0.99:", "proved" if proved(0.99, r) else "not proved")
assert proved(0.99, 0.02) and not proved(0.99, 0.005) and not proved(0.99, 0.9)

# %% [markdown]
# Within 0.005 there is none, so nothing can be proved there. Within 0.9 there is one (it is 0.01 away), but the bend
# changes too much on so long a way. *Not proved* does not mean *false*.
#
# For a network everything is the same with vectors: $A$ is the matrix $H$, $1/|A|$ is one over the smallest
# $|\lambda|$, and $\varepsilon$ bounds how much the Hessian changes within a distance $r$ of the weights. But how do
# you bound what a computer computes with rounding? It computes with *balls*. A ball is a number with a radius, and
# every operation makes the radius so large that the exact result lies inside, rounding included.

# %%
total = Ball(0.1) + Ball(0.2)
print("0.1 + 0.2 on balls:", total)
exact = Fraction(0.1) + Fraction(0.2)                           # of the two numbers in memory
assert exact != Fraction(0.1 + 0.2)                             # the usual sum has been rounded
assert abs(Fraction(float(total.mid)) - exact) <= Fraction(float(total.rad))

# %% [markdown]
# `certificate(f, theta, prove=True)` runs the whole network, its gradient and its Hessian, on balls, for all weights
# within a distance $r$ at once, and checks the two conditions. **Predict**: how small is the ball within which it can
# prove the minimum of 13 weights?

# %%
verdict = certificate(f, run.x, prove=True)
print(str(verdict.proof).replace("there is", "\nthere is").replace("; ", ";\n"))
print("\nIt rests on:", *verdict.proof.assumptions, sep="\n  ")
assert verdict.proved and verdict.proof.kind == "strict minimum"
assert verdict.proof.radius < 1e-12 and verdict.proof.contraction < 1 and verdict.proof.eigenvalues[0, 0] > 0

# %% [markdown]
# This is a theorem about the exact loss, not about its rounded copy. It holds if the list is true (and if the program
# has no bug: its tests plant some, to see them found). A minimum is proved on every seed. Without weight decay there is
# none to prove. Yet something is proved there, too: the loss far out on the ray is computed as a ball, the loss here is
# another, and the first lies wholly below the second. So these weights are no global minimum. That the loss falls for
# *ever* remains evidence: the ray was followed a long way, but not to its end.

# %%
proofs = [certificate(notebook_objective(seed, 0.01), mended[seed].x, prove=True).proved for seed in seeds]
without = certificate(notebook_objective(falling), runs[falling - 1].x, prove=True)
print(f"with weight decay: {sum(proofs)} of {len(proofs)} seeds proved")
print(f"without, on seed {falling}: {without.kind}.\n{without.descent}")
assert all(proofs) and not without.proved and without.descent.margin > 0

# %% [markdown]
# And what it does *not* say: that there is no better minimum elsewhere. There are even equals. Swap two hidden units
# with all their weights: the network computes the same, and the vector $\theta$ is another.

# %%
(W, b), (V, c) = f.net.unpack(run.x)
swapped = f.net.pack([(W[[1, 0, 2]], b[[1, 0, 2]]), (V[:, [1, 0, 2]], c)])
twin = certificate(f, swapped, prove=True)
print(f"{np.linalg.norm(swapped - run.x):.0f} away: {twin.kind} with the same loss, proved as well: {twin.proved}")
assert twin.proved and np.isclose(twin.value, run.fun, rtol=1e-12) and np.linalg.norm(swapped - run.x) > 1

# %% [markdown]
# ## What the source said, and what the run says
#
# | the source | the run |
# |---|---|
# | notebook: Newton reaches the bottom of a bowl in one step | it does, for every $\kappa$ |
# | README draft: "quadratic convergence" | order 2, near a minimum; elsewhere a saddle, a maximum or a crash |
# | README draft: a high $\kappa$ may prevent convergence | it slows gradient descent, and hardly touches Newton |
# | README draft: second-order methods may be unstable | undamped, a good part of the starts ends at the wrong point |
# | notebook, lecture: Newton needs no learning rate | undamped it crashes on nearly every seed; it needs a radius |
# | lecture: negative eigenvalues give ascent steps; add $\alpha I$ | right; only $\alpha > -\lambda_{\min}$ is enough |
# | lecture: large $\alpha$ is gradient descent of rate $1/\alpha$ | right; the difference falls as $1/\alpha$ |
# | notebook: stop on `allclose(g, 0)` | depends on the unit, and comes true where there is no minimum |
#
# ## The answer
#
# *Why did the notebook crash?* Its Hessian was indefinite, with eigenvalues near zero. The undamped step threw the
# weights out, the units saturated, and the Hessian lost its rank.
#
# *What would have saved it?* Three things together: damping beyond $-\lambda_{\min}$, a step no longer than the model
# can be trusted, and weight decay, without which there is no minimum to find.
#
# **Remember**
#
# 1. Newton's step is $-H^{-1}g$: part by part $-(q^T g)/\lambda$. Near a minimum the error is squared; a negative
#    $\lambda$ climbs, a tiny one leaps.
# 2. Damping and trust region are one thing: $(H + \alpha I)s = -g$, with $\alpha$ from the radius.
# 3. Before you ask why a method does not find the minimum, ask whether there is one.
#
# **Where the source was wrong**: Newton's method does need something in place of the learning rate; the notebook's
# loss has mostly no minimum; warnings were ignored where the comment says that they become errors; `allclose(g, 0)`
# is no test of a minimum.
#
# ## Exercises

# %%
exercises.show("05.1")


# %%
def step(g, H, alpha):
    ...


# exercises.check("05.1", step)

# %%
exercises.show("05.2")


# %%
def direction(g, H):
    ...


# exercises.check("05.2", direction)

# %%
exercises.show("05.3")


# %%
def shift(H):
    ...


# exercises.check("05.3", shift)

# %%
exercises.show("05.4")


# %%
def trusted_step(g, H, radius):
    ...


# exercises.check("05.4", trusted_step)

# %%
exercises.show("05.5")


# %%
def stop(values, norms):
    ...


# exercises.check("05.5", stop)

# %%
exercises.show("05.6")


# %%
def measure(x):
    ...


# exercises.check("05.6", measure, prediction=...)
