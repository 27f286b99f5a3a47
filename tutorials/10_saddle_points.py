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
# # Saddle points
#
# **Is a point with zero gradient the end?**
#
# Every method so far walks until the gradient is zero. At a minimum it is. But it is zero, too, on the pass between
# two valleys: the ground is level there, it rises to the left and right, and it falls in front of you and behind.
# Such a point is a *saddle*. Does it stop us? Two methods, one start, a little way beside the axis:

# %%
# %matplotlib inline
import numpy as np
from matplotlib.colors import ListedColormap

import minnet
from minnet import exercises, plotting
from minnet.curvature import certificate
from minnet.notebook import notebook_objective

# %%
f = minnet.problems.saddle()                                # x₁² − x₂²
methods = {"gradient descent": minnet.optim.GradientDescent(0.1), "Newton": minnet.optim.UndampedNewton()}
runs = {name: minnet.minimize(f, [1.0, 0.1], method, max_iter=14, record=["x"]) for name, method in methods.items()}
plotting.trajectory(f, runs, "Newton's step goes to the saddle", convergence=False, frame=((-1.2, 1.2), (-1.2, 1.2)))

# %% [markdown]
# Gradient descent comes near, turns, and leaves. Newton's method, the cleverer one, goes straight to the saddle, and
# there it stays.
#
# ## By hand
#
# $f(x) = x_1^2 - x_2^2$ has the gradient $g = (2x_1, -2x_2)$ and the Hessian $H = \begin{pmatrix} 2 & 0 \\ 0 & -2
# \end{pmatrix}$. At $(1, 0.1)$ the gradient is $(2, -0.2)$.
#
# * *Gradient descent* with the rate 0.1: $x_1 \leftarrow x_1 - 0.1 \cdot 2x_1 = 0.8\, x_1$, and $x_2 \leftarrow x_2 +
#   0.1 \cdot 2x_2 = 1.2\, x_2$. The first shrinks, the second grows.
# * *Newton*: the step is $-H^{-1}g = (-1, -0.1)$. It ends at $(0, 0)$.
#
# Look at the second number of Newton's step. Downhill is $+x_2$, since $f$ falls there. Newton goes the other way. It
# divides the slope by the curvature, and where the curvature is negative that turns the sign. It looks for the point
# where the gradient is zero, and never asks which kind of point that is.

# %%
g, H = f.gradient(np.array([1, 0.1])), f.hessian(np.array([1, 0.1]))
newton = -np.linalg.solve(H, g)
print("gradient", g, "Newton's step", newton)
assert np.allclose(newton, [-1, -0.1]) and g[1] * newton[1] > 0           # uphill along x₂
path = runs["gradient descent"].history["x"]
assert np.allclose(path[1:, 0] / path[:-1, 0], 0.8) and np.allclose(path[1:, 1] / path[:-1, 1], 1.2)

# %% [markdown]
# ## The index
#
# In notebook 04 you took a Hessian apart: eigenvectors $q$ are directions, eigenvalues $\lambda$ (lambda) the
# curvatures along them. At a point with zero gradient they tell the kind. Near it
#
# $$f(x + d) \approx f(x) + \tfrac12 d^T H d = f(x) + \tfrac12 \sum_i \lambda_i (q_i^T d)^2 .$$
#
# All $\lambda_i > 0$: whatever way you go, you go up, a minimum. All $\lambda_i < 0$: a maximum. Some of each: a
# saddle. The number of negative ones is the *index*: the number of directions, at right angles to each other, that
# lead down.
#
# Does the index depend on how you measure? Take other coordinates, $x = Cy$ with any regular matrix $C$: stretched,
# sheared, rescaled. The Hessian becomes $C^T H C$ and its eigenvalues change completely. **Predict**: what about
# their signs?

# %%
rng = np.random.default_rng(0)
Q = np.linalg.qr(rng.standard_normal((6, 6)))[0]
H = Q * np.array([-3.0, -1.0, 0.5, 1.0, 2.0, 8.0]) @ Q.T
for _ in range(4):
    C = rng.standard_normal((6, 6))
    print("  ".join(f"{value:7.3f}" for value in np.linalg.eigvalsh(C.T @ H @ C)))
    assert np.sum(np.linalg.eigvalsh(C.T @ H @ C) < 0) == 2
assert np.allclose(np.linalg.eigvalsh([[1, 2], [2, 1]]), [-1, 3]) and np.linalg.det(H) > 0

# %% [markdown]
# Two negative ones, every time. That is *Sylvester's law of inertia*: the index belongs to the point, not to the
# coordinates. (Do not read it off the diagonal: $\begin{pmatrix} 1 & 2 \\ 2 & 1 \end{pmatrix}$ has the eigenvalues 3
# and −1. Nor off the determinant, which is the product of all eigenvalues: here two negative ones make it positive.)
#
# ## Where Newton goes
#
# Himmelblau's function has four minima, four saddles and one maximum. Start Newton's method, undamped, from each
# point of a grid, and colour the point by the kind of point that it ends in. **Predict**: how much of the plane
# belongs to minima? (In the picture they are marked +, the saddles ×.)


# %%
def newton_ends_at(f, x, most=50):
    """The index of the point at which Newton's method ends, or −1 where it does not end."""
    for _ in range(most):
        g, H = f.gradient(x), f.hessian(x)
        if np.linalg.norm(g) < 1e-8:
            return np.sum(np.linalg.eigvalsh(H) < 0)
        x = x - np.linalg.solve(H, g)
    return -1


hills = minnet.problems.himmelblau()
side = np.linspace(-5, 5, 50)
index = np.array([[newton_ends_at(hills, np.array([x1, x2])) for x1 in side] for x2 in side])

# %%
figure, ax = plotting.subplots(width=6, height=4.6)
colours = ListedColormap(["#cfe3f1", "#f5b78a", "#b05a3c"])
image = ax.pcolormesh(side, side, index, cmap=colours, vmin=-0.5, vmax=2.5)
X1, X2 = np.meshgrid(side, side)
ax.contour(X1, X2, hills.on_grid(X1, X2), levels=[10, 40, 100, 170], colors="0.4", linewidths=0.7)
ax.plot(*np.transpose([x for x, _ in hills.minima]), "k+", *np.transpose(hills.saddles), "kx")
bar = figure.colorbar(image, ticks=[0, 1, 2])
bar.ax.set_yticklabels(["minimum", "saddle", "maximum"])
ax.set(xlabel="$x_1$", ylabel="$x_2$", title="Where Newton's method ends, by its start")
ax.grid(False)
figure

# %%
share = [np.mean(index == kind) for kind in range(3)]
print("minima {:.0%}, saddles {:.0%}, the maximum {:.0%}".format(*share))
assert 0.5 < share[0] < 0.65 and 0.3 < share[1] < 0.45 and share[2] > 0.03

# %% [markdown]
# Four starts of ten end at a point that is no minimum. The lecture says why: "When the Hessian has negative
# eigenvalues, then steps along the corresponding eigenvectors are gradient ascent steps."
#
# ## How long gradient descent stays
#
# Gradient descent leaves, unless it sits on the saddle's axis *exactly*. But it takes its time. Along the eigenvector
# of a negative $\lambda$ the distance grows by the factor $1 + \varepsilon|\lambda|$ each step, $\varepsilon$ being
# the learning rate. From a distance $\delta$ (delta) to a distance 0.5 that takes
#
# $$k \approx \frac{\log(0.5/\delta)}{\log(1 + \varepsilon|\lambda|)}$$
#
# steps. **Predict** for one of Himmelblau's saddles: how many steps more for a start ten times nearer?

# %%
s = hills.saddles[1]
lam, Q = np.linalg.eigh(hills.hessian(s))
offsets, rate, steps = 10.0 ** -np.arange(1, 11), 0.005, []
for offset in offsets:
    x, k = s + offset * Q[:, 0], 0
    while np.linalg.norm(x - s) < 0.5:
        x, k = x - rate * hills.gradient(x), k + 1
    steps.append(k)
figure, ax = plotting.subplots()
ax.semilogx(offsets, steps, "o", label="measured")
ax.semilogx(offsets, np.log(0.5 / offsets) / np.log(1 + rate * abs(lam[0])), "-", label="the formula")
ax.set(xlabel="distance of the start from the saddle", ylabel="steps to leave",
       title="Ten times nearer costs the same number of steps more")
ax.legend()
figure

# %%
more = np.log(10) / np.log(1 + rate * abs(lam[0]))
print(f"λ = {lam[0]:.1f}: {more:.0f} steps more for each factor of ten; measured", np.diff(steps))
assert lam[0] < 0 < lam[1] and np.all(abs(np.diff(steps)[1:] - more) < 3)
stuck = minnet.minimize(f, [1.0, 0.0], minnet.optim.GradientDescent(0.1), max_iter=500)
assert stuck.success and certificate(f, stuck.x).kind == "saddle"       # on the axis exactly: it ends at the saddle

# %% [markdown]
# So gradient descent is slow at saddles, not stuck: a start that is off by rounding error alone gets away in some
# hundreds of steps. **Try it**: double the rate; at which rate does the formula fail, and why? In a loss curve you
# see a *plateau*, and then a fall.
#
# ## A saddle that you know
#
# Is all this a matter for networks? Set all weights of the notebook's 2-3-1 network to zero. Every hidden unit says
# $\tanh 0 = 0$, the output says ½ for all points. Half of the points are red. So the output's errors cancel; and
# nothing reaches the hidden units, because the weights between are zero. The gradient is zero, exactly. **Predict**:
# is it a minimum, and if not, what is the index?

# %%
loss = notebook_objective(0, l2=0.05)
zero = np.zeros(loss.n)
verdict = certificate(loss, zero)
print(verdict)
assert np.all(loss.gradient(zero) == 0) and verdict.kind == "saddle" and verdict.inertia == (10, 3, 0)
assert np.isclose(verdict.value, 80 * np.log(2))

# %% [markdown]
# Three of 13 eigenvalues are negative: one for each hidden unit. To change a unit's incoming weights alone does
# nothing, since nobody listens to it. To change its outgoing weight alone does nothing, since it says nothing. Both
# together lower the loss, for one sign of the two, and raise it for the other. That is a little saddle, like
# $x_1x_2$, for each unit, with a negative eigenvalue and a positive partner of the same size. (The weight decay adds
# 0.05 to both.) If that is right, the index is the number of hidden units, whatever that is.

# %%
data = minnet.datasets.notebook(0)
for units in (1, 2, 3, 5, 10, 20):
    net = minnet.MLP([2, units, 1], activation="tanh")
    wide = minnet.Objective(net, data.X, data.y, "binary_crossentropy", l2=0.05, reduction="sum")
    lam = np.linalg.eigvalsh(wide.hessian(np.zeros(wide.n)))
    print(f"{units:2} units, {wide.n:2} weights: index {np.sum(lam < 0):2}, {lam[0]:.2f} and its partner {lam[-2]:.2f}")
    assert np.sum(lam < 0) == units and np.allclose(lam[:units] - 0.05, 0.05 - lam[-2])

# %% [markdown]
# **Try it**: raise the weight decay `l2` to 5. What is the zero network then, and why?
#
# This is why one never starts a network at zero, and why starts that are too small are slow: they begin near this
# saddle. Three methods from a start of size 0.001:

# %%
start = 1e-3 * np.random.default_rng(1).standard_normal(loss.n)
contest = {"gradient descent": minnet.optim.GradientDescent(0.007), "Newton, undamped": minnet.optim.UndampedNewton(),
           "saddle-free Newton": minnet.optim.SaddleFreeNewton()}
contest = {name: minnet.minimize(loss, start, method, max_iter=1000, gtol=1e-8, record=["x"])
           for name, method in contest.items()}
figure, ax = plotting.subplots()
plotting.convergence(contest, "value", ax=ax)
ax.plot(2, contest["Newton, undamped"].fun, "X", markersize=9, color=ax.lines[1].get_color())
ax.set(title="A plateau is a saddle that is passed slowly", yscale="linear")
ax.legend()
figure

# %%
for name, run in contest.items():
    print(f"{name:<18} {run.nit:4} steps, loss {run.fun:.2f}, {certificate(loss, run.x).kind}")
newton, free = contest["Newton, undamped"], contest["saddle-free Newton"]
assert newton.success and np.linalg.norm(newton.x) < 1e-8 and newton.nit < 10
plateau = np.argmax(contest["gradient descent"].history["value"] < 54)
assert plateau > 20 and np.argmax(free.history["value"] < 54) < plateau / 2
assert free.success and certificate(loss, free.x).kind == "strict minimum" and free.fun < 20

# %%
descent = contest["gradient descent"].history
rest = 300 + np.argmin(descent["gradient_norm"][300:600])               # where it is slowest after the first fall
print(f"second plateau: loss {descent['value'][rest]:.1f} at iteration {rest}")
assert np.sum(np.linalg.eigvalsh(loss.hessian(descent["x"][rest])) < -1) == 2

# %% [markdown]
# Newton's method is at the saddle after two steps (the cross at the top left), with a gradient of zero and a good
# conscience. Gradient descent creeps along the plateau, falls, and rests on the next one: there, too, is a saddle
# nearby, with two ways down. What does the third one do?
#
# ## The way out
#
# At the saddle itself there is no slope to follow. But there is curvature: go along a direction $d$ with $d^T H d <
# 0$. The steepest such is the eigenvector of the smallest eigenvalue. It has two signs. If the gradient is zero, both
# lead down; if not, take the one that does not begin uphill, $g^T d \le 0$. The certificate gives it as
# `escape_direction`.

# %%
d = verdict.escape_direction
t = np.linspace(-1.5, 1.5, 101)
figure, ax = plotting.subplots()
ax.plot(t, [loss(s * d) for s in t], label="loss")
ax.plot(t, verdict.value + verdict.eigenvalues[0] * t**2 / 2, "--", label="$f + \\frac{1}{2}\\lambda_1 t^2$")
ax.set(xlabel="way $t$ along the direction of escape", ylabel="loss", ylim=(53, 56),
       title="Down on both sides of the saddle")
ax.legend()
assert loss(0.1 * d) < verdict.value and loss(-0.1 * d) < verdict.value and np.isclose(np.linalg.norm(d), 1)
figure

# %% [markdown]
# For a large network nobody computes all eigenvectors. The lowest one can be had from products $Hv$ (notebook 09),
# by a relative of conjugate gradients, Lanczos's method. On the network with 20 units, 81 weights:

# %%
lanczos = minnet.curvature.lanczos(minnet.curvature.HessianOperator(wide, np.zeros(wide.n)), steps=10, rng=0)
exact = np.linalg.eigvalsh(wide.hessian(np.zeros(wide.n)))[0]
way = lanczos.vectors[:, 0]
print(f"lowest eigenvalue {lanczos.values[0]:.6f} after {lanczos.products} products; exactly {exact:.6f}")
assert abs(lanczos.values[0] - exact) < 1e-8 and lanczos.products <= 10
assert wide(0.1 * way) < wide(0 * way)

# %% [markdown]
# ## Saddle-free
#
# Can one have Newton's lengths and not its turns? Its step has the part $-(q_i^T g)/\lambda_i$ along each $q_i$.
# Where $\lambda_i < 0$ the length is good and the sign is wrong. So take the absolute value:
#
# $$d = -|H|^{-1} g, \qquad |H| = \sum_i |\lambda_i|\, q_i q_i^T .$$
#
# That is *saddle-free Newton*. At $(1, 0.1)$ on $x_1^2 - x_2^2$, by hand: $|H| = 2I$, and the step is $(-1, +0.1)$.
# Near a minimum nothing changes.
#
# The lecture has another remedy: add $\alpha I$ to the Hessian, $(H + \alpha I)^{-1}g$, and let $\alpha$ be large
# enough. **Predict** the part along $x_2$, which is $0.2/(\alpha - 2)$, for $\alpha$ from 0 to 4. What happens on the
# way to large enough?

# %%
alpha = np.concatenate([np.linspace(0, 1.95, 80), [np.nan], np.linspace(2.05, 4, 80)])
figure, ax = plotting.subplots()
ax.plot(alpha, 0.2 / (alpha - 2), label="damped: $(H + \\alpha I)^{-1}$")
ax.plot([0, 4], [0.1, 0.1], label="saddle-free: $|H|^{-1}$")
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="damping $\\alpha$", ylabel="step along $x_2$, downhill is up", ylim=(-2, 2),
       title="Too little damping is worse than none")
ax.legend(loc="upper left")
figure

# %%
g, H = f.gradient(np.array([1, 0.1])), f.hessian(np.array([1, 0.1]))
damped = {a: -np.linalg.solve(H + a * np.eye(2), g) for a in (0, 1, 1.9, 2.1, 3, 10)}
for a, step in damped.items():
    print(f"alpha = {a:<3}: step ({step[0]:+.2f}, {step[1]:+.3f})")
assert np.isclose(damped[1.9][1], 20 * damped[0][1]) and damped[0][1] < 0 < damped[2.1][1]
assert np.isclose(damped[10][0], damped[0][0] / 6)
first = minnet.minimize(f, [1.0, 0.1], minnet.optim.SaddleFreeNewton(), max_iter=1, record=["x"]).history["x"]
step = first[1] - first[0]
assert step[0] < 0 < step[1] and np.isclose(step[0] / step[1], -10)     # along (−1, +0.1)

# %% [markdown]
# Below 2 the step is an ascent, and the nearer to 2, the longer: with $\alpha = 1.9$ it walks twenty times as far
# uphill as Newton does. Only an $\alpha$ above $-\lambda_{\min} = 2$ helps, and it shortens the good part, too: with
# $\alpha = 10$ the step along $x_1$ is a sixth of Newton's. The lecture does not say how large. A trust region
# (notebook 05) finds it.
#
# Back to Himmelblau's hills, where four starts out of ten led Newton astray:

# %%
grid = [np.array([x1, x2]) for x1 in np.linspace(-5, 5, 8) for x2 in np.linspace(-5, 5, 8)]
ends = [minnet.minimize(hills, x, minnet.optim.SaddleFreeNewton(), gtol=1e-8).x for x in grid]
kinds = [certificate(hills, x).kind for x in ends]
print(f"saddle-free Newton: {kinds.count('strict minimum')} of {len(grid)} starts end at a minimum")
assert kinds.count("strict minimum") == len(grid)

# %% [markdown]
# ## Not positive definite: so what?
#
# The README draft warns: "If the Hessian is not positive definite, then the loss surface may not have a minimum." Let
# us watch a run from the notebook's own start. `inertia` counts the eigenvalues: positive, negative, zero.

# %%
begin = minnet.datasets.notebook_start(0)
run = minnet.minimize(loss, begin, minnet.optim.Newton(), gtol=1e-8, record=[minnet.curvature.inertia])
negative = run.history["inertia"][:, 1]
figure, ax = plotting.subplots()
ax.plot(negative, "o-")
ax.set(xlabel="iteration of the damped Newton method", ylabel="negative eigenvalues, of 13",
       title="The way to a minimum leads through indefinite Hessians")
figure

# %%
print(negative, certificate(loss, run.x).kind)
assert np.sum(negative > 0) >= 3 and negative[-1] == 0
assert certificate(loss, run.x).kind == "strict minimum"

# %% [markdown]
# An indefinite Hessian at some point on the way says nothing about whether there is a minimum elsewhere; here there
# is one. It says that *this* point is none, and that Newton's step cannot be trusted here.
#
# ## High up there are saddles, low down there are minima
#
# How many saddles has a network's loss, and at what height? To find them we need a method that likes saddles as much
# as minima. Minimise $\|\nabla f\|^2$ instead of $f$: it is zero at every stationary point of any kind. We start at
# random, keep what has a zero gradient, and count the index. **Predict** how the loss goes with the index.

# %%
squared = minnet.problems.LeastSquares(loss.gradient, loss.hessian, lambda x, w: np.nan, n=13, m=13, name="gradient",
                                       starts=[zero])


def stationary_point(seed):
    rng = np.random.default_rng(seed)
    x, steps = rng.uniform(0.5, 3) * rng.standard_normal(13), int(rng.integers(0, 30))
    if steps:                                                       # some starts farther down
        x = minnet.minimize(loss, x, minnet.optim.LBFGS(), max_iter=steps, gtol=1e-3).x + 0.3 * rng.standard_normal(13)
    return minnet.minimize(squared, x, minnet.optim.LevenbergMarquardt(), max_iter=300, gtol=1e-13).x


ends = [x for x in map(stationary_point, range(40)) if np.linalg.norm(loss.gradient(x)) < 1e-8]
values = np.array([loss(x) for x in ends])
index = np.array([np.sum(np.linalg.eigvalsh(loss.hessian(x)) < 0) for x in ends])

# %%
kinds = np.unique(index)
mean = np.array([values[index == k].mean() for k in kinds])
figure, ax = plotting.subplots()
aside = np.linspace(-0.25, 0.25, len(index))                            # so that equal points can be told apart
ax.plot(index + aside, values, "o", markerfacecolor="none", markersize=6, label="a stationary point")
ax.plot(kinds, mean, "_--", color="0.3", markersize=20, label="mean of the index")
ax.set(xlabel="index, of 13", ylabel="loss", xticks=kinds, title="The higher, the more ways down")
ax.legend(loc="lower right")
figure

# %%
print(f"{len(ends)} points found; mean loss by index: " + ", ".join(f"{k}: {m:.1f}" for k, m in zip(kinds, mean)))
rank = lambda a: np.array([np.mean(a < x) + np.mean(a <= x) for x in a])     # ties share their rank
correlation = np.corrcoef(rank(index), rank(values))[0, 1]
print(f"rank correlation of index and loss {correlation:.2f}")
assert len(ends) >= 10 and kinds[0] == 0 and len(kinds) >= 3 and np.mean(index > 0) > 0.5
assert correlation > 0.6 and mean[0] == mean.min() and mean[-1] > 2 * mean[0]
assert values.max() <= loss(zero) + 1e-6 and np.linalg.norm(ends[np.argmax(values)]) < 1e-3

# %% [markdown]
# The lowest points are minima, those above them saddles, and on the whole they lie the higher, the more directions lead
# down. The point at the top, 55.45, is our zero network. Dauphin and others (2014) saw the same in larger networks. If
# it is so with yours, then a run that is stuck *high up* is stuck at a saddle, and there is a way down.
#
# And Newton's method, undamped, on this loss?

# %%
ends_at = [newton_ends_at(loss, rng.uniform(0.3, 2) * rng.standard_normal(13), most=25)
           for rng in map(np.random.default_rng, range(60))]
print(f"of 60 starts {np.sum(np.array(ends_at) >= 0)} end at all within 25 steps; with the index",
      sorted(int(k) for k in ends_at if k >= 0))
assert ends_at.count(0) < np.sum(np.array(ends_at) > 0)

# %% [markdown]
# Most fly off (notebook 05). Of those that arrive hardly any, or none, arrives at a minimum. Four of Himmelblau's
# nine stationary points are minima; in thirteen dimensions most of those that we found are saddles.
#
# ## What second derivatives cannot decide
#
# One case is left: an eigenvalue that is *zero*. In the sum above its term is missing, and higher terms decide. Along
# $x^4$ there is a minimum, along $x^3$ there is none, along $-x^4$ a maximum, and $H = 0$ for all three. So the
# draft's sentence fails on its other side, too: the Hessian of $x^4$ at its minimum is not positive definite.
#
# Even Newton's method notices: on $x^4$ the step is $-4x^3/12x^2 = -x/3$. It converges by the factor ⅔ a step, like
# gradient descent on a bowl, and not quadratically.

# %%
power = {p: minnet.Function(lambda x, p=p: x[0]**p, lambda x, p=p: p * x**(p - 1),
                            hessian=lambda x, p=p: np.diag(p * (p - 1) * x**(p - 2)), name=f"x^{p}") for p in (3, 4)}
x = minnet.minimize(power[4], [1.0], minnet.optim.UndampedNewton(), max_iter=20, gtol=0, record=["x"]).history["x"]
assert np.allclose(x[1:] / x[:-1], 2 / 3)
for p in power:
    print(f"x^{p}:", certificate(power[p], [0.0]), "\n")
assert certificate(power[4], [0.0]).kind == "degenerate" and certificate(power[3], [0.0]).kind == "saddle"

# %% [markdown]
# Where eigenvalues do not decide, the certificate looks at values nearby. At $x^3$ it finds lower ones: no minimum.
# At $x^4$ it finds none and says so, and no more: *degenerate*, second derivatives do not decide, no lower value was
# found. It does not say "minimum", for it has looked at some points, not at all.
#
# Two variables are worse. The *monkey saddle* $x_1^3 - 3x_1x_2^2$ has $H = 0$ and three ways down (two for the legs,
# one for the tail). In polar coordinates it is $r^3\cos 3\varphi$.

# %%
monkey = minnet.problems.monkey_saddle()
angle = np.linspace(0, 2 * np.pi, 200)
around = [monkey.value(np.array([np.cos(a), np.sin(a)])) for a in angle]
figure, ax = plotting.subplots()
ax.plot(np.degrees(angle), around)
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="angle in degrees", ylabel="value at the distance 1", title="The monkey saddle: three ways down",
       xticks=range(0, 361, 60))
verdict = certificate(monkey, [0.0, 0.0])
assert np.allclose(around, np.cos(3 * angle)) and np.all(monkey.hessian(np.zeros(2)) == 0)
assert verdict.kind == "saddle" and monkey.value(verdict.lower) < 0
figure

# %% [markdown]
# And now the worst, *Peano's surface*:
#
# $$f(x) = (x_2 - x_1^2)(x_2 - 3x_1^2) .$$
#
# At the origin the gradient is zero and the eigenvalues are 0 and 2. Walk out along any straight line, $x_2 = mx_1$:
# then $f = x_1^2 (m - x_1)(m - 3x_1)$, which is positive as long as $|x_1| < |m|/3$. Along the axis $x_1 = 0$ it is
# $x_2^2$, along $x_2 = 0$ it is $3x_1^4$. So from the origin *every* straight line goes up. **Predict**: is it a
# minimum?

# %%
c = 3                                                       # of the steeper parabola
value = lambda x: (x[1] - x[0]**2) * (x[1] - c * x[0]**2)
gradient = lambda x: np.array([4 * c * x[0]**3 - 2 * (1 + c) * x[0] * x[1], 2 * x[1] - (1 + c) * x[0]**2])
hessian = lambda x: np.array([[12 * c * x[0]**2 - 2 * (1 + c) * x[1], -2 * (1 + c) * x[0]], [-2 * (1 + c) * x[0], 2.0]])
peano = minnet.Function(value, gradient, hessian=hessian, n=2, name="Peano's surface")
assert minnet.check.gradient(peano, [0.3, 0.2]) and minnet.check.hessian(peano, [0.3, 0.2])
for m in (0.01, 0.1, 1.0, -10.0):
    x1 = np.linspace(-1, 1, 201)[np.linspace(-1, 1, 201) != 0] * abs(m) / 3.01
    assert np.all(value([x1, m * x1]) > 0)

# %%
t = np.linspace(-0.4, 0.4, 201)
X1, X2 = np.meshgrid(np.linspace(-1, 1, 401), np.linspace(-0.5, 1.5, 401))
figure, (left, right) = plotting.subplots(1, 2, 9, 4)
left.contourf(X1, X2, (value([X1, X2]) < 0).astype(float), levels=[0.5, 1.5], colors=["#f5b78a"])
for m in (0.3, 1, -1):
    (line,) = left.plot(X1[0], m * X1[0], linestyle="-")
    right.plot(t, value([t, m * t]), label=f"$x_2 = {m}\\,x_1$", color=line.get_color(), linestyle="-")
left.plot(X1[0], 2 * X1[0]**2, "--", color="black")
right.plot(t, value([t, 2 * t**2]), "--", color="black", label="$x_2 = 2x_1^2$")
left.set(xlabel="$x_1$", ylabel="$x_2$", ylim=(-0.5, 1.5), title="Shaded: lower than the origin")
right.set(xlabel="$x_1$", ylabel="value", ylim=(-0.02, 0.02), title="Up along lines, down along a parabola")
figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=4)
figure

# %% [markdown]
# It is none. Between the two parabolas $f$ is negative, and along $x_2 = 2x_1^2$ it is $-x_1^4$. No straight line
# stays in there: each leaves the narrow wedge before it has begun. What does the certificate say, whose business it
# is to look?

# %%
verdict = certificate(peano, [0.0, 0.0])
print(verdict)
x1, x2 = verdict.lower
assert verdict.kind == "saddle" and verdict.inertia == (1, 0, 1)
assert peano.value(verdict.lower) < 0 and x1**2 < x2 < 3 * x1**2

# %% [markdown]
# It has found the way. The trick: at each point of the doubtful direction it first walks to the valley's floor along
# the sure one, and so follows the bend. **Try it**: set `c = 1.01` above, which leaves a very narrow wedge; then `c =
# 1`, and read what it says instead.
#
# ## And rounding
#
# On paper an eigenvalue is zero or it is not. In the computer it is $10^{-17}$, or $-10^{-17}$. Here is a bowl with
# one flat direction, turned at random, twenty times over:

# %%
lowest, verdicts = [], []
for seed in range(20):
    bowl = minnet.problems.quadratic([0.0, 1.0, 2.0], rng=seed)
    lowest.append(np.linalg.eigvalsh(bowl.hessian(np.zeros(3)))[0])
    verdicts.append(certificate(bowl, np.zeros(3)))
print(f"lowest eigenvalue from {min(lowest):.0e} to {max(lowest):.0e}, {sum(e < 0 for e in lowest)} times negative")
print(f"{verdicts[0].kind}:{str(verdicts[0]).splitlines()[-1]}")
assert np.abs(lowest).max() < 1e-14
assert all(verdict.inertia == (2, 0, 1) and verdict.kind == "flat minimum" for verdict in verdicts)

# %% [markdown]
# Who goes by the sign finds saddles that are not there. So a number belongs beside each eigenvalue: how far it may be
# off. Within that bound, its sign is in doubt, and it decides nothing. The certificate prints it behind the ±.
#
# ## What the source said, and what the run says
#
# * The notebook has the heading "Problems with Second-Order Methods: Saddle Points" and below it nothing. This notebook
#   is what might stand there.
# * The lecture: steps along eigenvectors with negative eigenvalues "are gradient ascent steps". So it is, measured.
#   "To counteract this" it adds $\alpha I$. That helps when $\alpha > -\lambda_{\min}$; a smaller one can make it
#   worse, which it does not say.
# * The README draft: where a stationary point has a positive definite Hessian, there is a minimum. Right. "If the
#   Hessian is not positive definite, then the loss surface may not have a minimum." As a warning it misleads in two
#   ways. Away from stationary points it says nothing: our run went through several indefinite Hessians to a minimum. At
#   one it need not be true: $x^4$ has a minimum where its Hessian is zero.
#
# ## The answer
#
# *Is a point with zero gradient the end?* Only if no direction leads down. One negative eigenvalue, and its
# eigenvector is a way down. All positive beyond their error, and it is a minimum. If one is zero, second derivatives
# do not decide, and one has to look at values, also along curves.
#
# **Remember**
#
# 1. The index, the number of negative eigenvalues, tells a minimum from a saddle, in all coordinates alike.
# 2. Newton's method is drawn to saddles; gradient descent leaves them, slowly; $-|H|^{-1}g$ leaves them quickly.
# 3. A zero eigenvalue decides nothing, and one within its rounding error is a zero eigenvalue.
#
# **Where the source was wrong**: a Hessian that is not positive definite does not mean that there is no minimum; and
# damping counteracts the ascent only if it is larger than the most negative eigenvalue.
#
# ## Exercises

# %%
exercises.show("10.1")


# %%
def index(H):
    ...


# exercises.check("10.1", index)

# %%
exercises.show("10.2")


# %%
def escape(g, H):
    ...


# exercises.check("10.2", escape)

# %%
exercises.show("10.3")


# %%
def lower(eps):
    ...


# exercises.check("10.3", lower)

# %%
exercises.show("10.4")


# %%
def step(g, H):
    ...


# exercises.check("10.4", step)

# %%
exercises.show("10.5")


# %%
def classify(eigenvalues, bound):
    ...


# exercises.check("10.5", classify)
