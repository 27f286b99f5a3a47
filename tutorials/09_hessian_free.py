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
# # Hessian-free
#
# **What if the Hessian is too big to write down?**
#
# Newton's step solves $Hd = -g$: $g$ is the gradient of the loss, $H$ its Hessian, the matrix of all second
# derivatives, and $d$ the step. In notebook 05 it took few steps where gradient descent takes very many. But $H$ has
# a row and a column for each of the $n$ weights. How much room is that?

# %%
# %matplotlib inline
import inspect
import tracemalloc

import numpy as np

import minnet
from minnet import exercises, plotting
from minnet.linalg.linear_cg import linear_cg
from minnet.optim.hessian_free import next_damping

# %%
n = np.geomspace(10, 1e7, 50)
figure, ax = plotting.subplots()
ax.loglog(n, 8 * n, label="gradient: $n$ numbers")
ax.loglog(n, 8 * n**2, label="Hessian: $n^2$ numbers")
ax.axhline(16e9, color="0.4", linestyle=":", label="a laptop with 16 GB")
ax.set(xlabel="weights $n$", ylabel="bytes, 8 for a number", title="The Hessian leaves the laptop at 45 000 weights")
ax.legend()
figure

# %% [markdown]
# The two lines part quickly. The notebook on second-order methods says that a Hessian of $10^6 \times 10^6$ is
# "impractical", and the lecture gives the numbers: 3.8 MB for the gradient, 3.6 TB for the Hessian. It counts four
# bytes for a number, and powers of 1024. A network of today has weights by the million, and nobody has the
# terabytes.

# %%
million = 10**6
print(f"gradient {4 * million / 1024**2:.1f} MB, Hessian {4 * million**2 / 1024**4:.1f} TB")
assert 8 * 44_000**2 < 16e9 < 8 * 45_000**2
assert f"{4 * million / 1024**2:.1f}" == "3.8" and f"{4 * million**2 / 1024**4:.1f}" == "3.6"

# %% [markdown]
# Must we write it down at all? In notebook 07 you solved $Ax = b$ by conjugate gradients, and you used the matrix $A$
# for one thing only: to multiply a vector by it. So all we need is a function that takes a vector $v$ and returns
# $Hv$. Never the matrix. That is the whole idea of *Hessian-free* optimisation, and this notebook makes it work.
#
# ## By hand
#
# Take $f(x) = x_1^2 x_2$. Its gradient is $(2x_1x_2,\; x_1^2)$. We want $Hv$ at $x = (1, 2)$ for $v = (1, 1)$, and we
# may ask for gradients only. Walk a little way along $v$, and a little way back, say $h = 0.1$ of it:
#
# * at $(1.1, 2.1)$ the gradient is $(4.62,\; 1.21)$,
# * at $(0.9, 1.9)$ the gradient is $(3.42,\; 0.81)$,
# * the difference, divided by $2h = 0.2$, is $(6, 2)$.
#
# And the Hessian there is $\begin{pmatrix} 4 & 2 \\ 2 & 0 \end{pmatrix}$; times $(1, 1)$ it is $(6, 2)$. The product
# is the *change of the gradient along $v$*:
#
# $$Hv = \lim_{h \to 0} \frac{\nabla f(x + hv) - \nabla f(x - hv)}{2h} .$$
#
# Two gradients, whatever $n$ is.

# %%
gradient = lambda x: np.array([2 * x[0] * x[1], x[0]**2])
x, v, h = np.array([1.0, 2.0]), np.array([1.0, 1.0]), 0.1
product = (gradient(x + h * v) - gradient(x - h * v)) / (2 * h)
print(product)
assert np.allclose(product, [6, 2])
assert np.allclose(product, np.array([[4, 2], [2, 0]]) @ v)

# %% [markdown]
# ## A network to work on
#
# Conjugate gradients will ask for products along vectors $v$ of any length. **Predict**: with the best step of
# notebook 02, $h = 10^{-5}$, what becomes of the product if $v$ is $10^6$ long, and if it is $10^{-6}$ long?
#
# We try it on a network with one layer of five tanh units that fits three numbers to each of 30 examples. Small
# enough to know $H$ exactly.

# %%
rng = np.random.default_rng(0)
X, Y = rng.standard_normal((30, 4)), rng.standard_normal((30, 3))
net = minnet.MLP([4, 5, 3], activation="tanh")
f = minnet.Objective(net, X, Y, loss="squared_error")
theta, v = net.init(rng=1), rng.standard_normal(net.n_params)
v /= np.linalg.norm(v)
for length in (1e-6, 1.0, 1e6):
    w = length * v
    careless = (f.gradient(theta + 1e-5 * w) - f.gradient(theta - 1e-5 * w)) / 2e-5
    error = np.linalg.norm(careless - f.hvp(theta, w)) / np.linalg.norm(f.hvp(theta, w))
    print(f"length {length:.0e}: relative error {error:.0e}")
    assert error < 1e-8 if length == 1 else error > 1e-7

# %% [markdown]
# A long $v$ leaves the neighbourhood of $x$, and a short one drowns in rounding. What should be $10^{-5}$ is the way
# that you walk, $h\|v\|$, not $h$. In exercise 09.1 you mend it.
#
# ## Exactly
#
# Even then a difference loses a third of the digits. The *R-operator* of notebook 02 loses none: go through the lines
# of the network one after the other, and differentiate each along $v$. $R\{q\}$ is the change of a quantity $q$ when
# the weights change along $v$. Here are all the lines of our network. $W_1, b_1, W_2, b_2$ are its weights and
# biases, $V_1, c_1, V_2, c_2$ the parts of $v$ that belong to them; $a$ are the activations, $z$ the outputs, and
# $\delta_2, \delta_1$ (delta) the derivatives of the loss by the sums of each layer. There are $N$ examples, one a
# row; $e$ carries the errors $\delta_2$ back through $W_2$.

# %%
(W1, b1), (W2, b2) = net.unpack(theta)
(V1, c1), (V2, c2) = net.unpack(v)
N = len(X)


def forward_and_backward():
    a = np.tanh(X @ W1.T + b1)
    z = a @ W2.T + b2
    d2 = (z - Y) / N
    e = d2 @ W2
    d1 = e * (1 - a**2)
    return a, e, d2, [(d1.T @ X, d1.sum(0)), (d2.T @ a, d2.sum(0))]


# %% [markdown]
# The last line is the gradient. Now each line again, by the product rule: where a line multiplies two things that
# both depend on the weights, its R line has two terms.


# %%
def hessian_times_v(a, e, d2):
    Ra = (X @ V1.T + c1) * (1 - a**2)
    Rz = Ra @ W2.T + a @ V2.T + c2
    Rd2 = Rz / N
    Rd1 = (Rd2 @ W2 + d2 @ V2) * (1 - a**2) + e * (-2 * a * Ra)
    return [(Rd1.T @ X, Rd1.sum(0)), (Rd2.T @ a + d2.T @ Ra, Rd2.sum(0))]


a, e, d2, g = forward_and_backward()
Hv = net.pack(hessian_times_v(a, e, d2))
assert np.allclose(net.pack(g), f.gradient(theta), rtol=0, atol=1e-14)
assert np.allclose(Hv, f.hvp(theta, v), rtol=0, atol=1e-14)
assert np.allclose(Hv, f.hessian(theta) @ v, rtol=0, atol=1e-14)

# %% [markdown]
# No difference, no step, exact to rounding; and no matrix with $n$ rows anywhere. A gradient costs one pass forward
# and one backward; $Hv$ costs one more of each, in which many lines have two terms. We shall count them below.
#
# ## A curvature to trust
#
# Give it to conjugate gradients now? Not yet. They need a *positive definite* matrix (notebook 07), and away from a
# minimum $H$ seldom is one. Look at one weight $w$. The network's output is $z(w) = w^2$, it should be $y = 7$, the
# loss is $f(w) = \tfrac12(z - y)^2$. By the chain rule
#
# $$f' = (z - y)\, z', \qquad f'' = \underbrace{z'^2}_{G} + (z - y)\, z'' .$$
#
# At $w = 1$: $z = 1$, $z' = 2$, $z'' = 2$, so $f' = -12$ and $f'' = 4 - 12 = -8$. Newton's step is $-f'/f'' = -1.5$:
# uphill, and past the hilltop at $w = 0$. The trouble is in the second term alone. The first, $G = z'^2 = 4$, cannot
# be negative. Drop the second term: that is the *Gauss-Newton* curvature of notebook 04. Its step is $-f'/G = +3$, to
# the right, where the minimum is. It lands on $w = 4$.

# %%
loss = lambda w: (w**2 - 7)**2 / 2
slope, G = lambda w: (w**2 - 7) * 2 * w, lambda w: (2 * w)**2
w = np.linspace(-1.5, 4.4, 200)
model = lambda curvature: loss(1) + slope(1) * (w - 1) + curvature * (w - 1)**2 / 2
figure, ax = plotting.subplots()
ax.plot(w, loss(w), color="black", label="loss")
for curvature, label in ((-8, "Newton's model, $H = -8$"), (4, "Gauss-Newton, $G = 4$"), (8, "damped, $G + 4$")):
    ax.plot(w, model(curvature), linestyle="--", label=label)
    ax.plot(1 + 12 / curvature, loss(1 + 12 / curvature), "o", color=ax.lines[-1].get_color())
ax.plot(1, loss(1), "s", color="black")
ax.set(xlabel="weight $w$", ylabel="loss", ylim=(-15, 60), title="From the square: three models, and where they lead")
ax.legend(loc="lower left")
figure

# %%
assert np.isclose(slope(1), -12) and G(1) == 4
assert loss(1 + 12 / -8) > loss(1)                  # Newton: uphill
assert loss(1 + 12 / 4) > loss(1)                   # Gauss-Newton: the right way, but too far
assert loss(1 + 12 / 8) < loss(1) / 20              # damped by 4: nearly there

# %% [markdown]
# The right way, but too far: at $w = 4$ the loss is higher than at the start. Before we mend that, the same for a
# network. Let $J$ be the derivative of all outputs by all weights, and $L$ the Hessian of the loss by the outputs.
# Then
#
# $$G = J^T L J .$$
#
# If the loss is a bowl in the outputs, as squared error and cross-entropy are, $L$ has no negative eigenvalue, and
# neither has $G$, because $v^T G v = (Jv)^T L (Jv)$. And $Gv$ is made of what you have. Read from the right: $Jv$ is
# the $R\{z\}$ of the forward pass; multiply it by $L$; and $J^T$ is the backward pass. In our lines: leave out every
# term with $\delta_2$ or $e$, the errors.


# %%
def gauss_newton_times_v(a):
    Ra = (X @ V1.T + c1) * (1 - a**2)
    Rz = Ra @ W2.T + a @ V2.T + c2
    Rd2 = Rz / N
    Rd1 = (Rd2 @ W2) * (1 - a**2)
    return [(Rd1.T @ X, Rd1.sum(0)), (Rd2.T @ a, Rd2.sum(0))]


assert np.allclose(net.pack(gauss_newton_times_v(a)), f.ggnvp(theta, v), rtol=0, atol=1e-14)
lowest = {name: np.linalg.eigvalsh(matrix)[0] for name, matrix in (("H", f.hessian(theta)), ("G", f.ggn(theta)))}
print({name: f"{value:.3f}" for name, value in lowest.items()})
assert lowest["H"] < -0.01 and lowest["G"] > -1e-12

# %% [markdown]
# What does it cost? The time goes into products of matrices, the `@` in the lines above. Count them.

# %%
count = {rule.__name__: inspect.getsource(rule).count(" @ ")
         for rule in (forward_and_backward, hessian_times_v, gauss_newton_times_v)}
print(count)
assert list(count.values()) == [2 * 3 - 1, 2 * 6 - 4, 2 * 4 - 2]

# %% [markdown]
# Per layer it is this:
#
# | | forward | backward | products |
# |---|---|---|---|
# | gradient | $aW^T$ | $\delta W$, $\delta^T a$ | 3 |
# | $Hv$, besides | $R\{a\}W^T$, $aV^T$ | $R\{\delta\}W$, $\delta V$, $R\{\delta\}^Ta$, $\delta^TR\{a\}$ | 6 |
# | $Gv$, besides | $R\{a\}W^T$, $aV^T$ | $R\{\delta\}W$, $R\{\delta\}^Ta$ | 4 |
#
# Our two layers have a few less than twice that, since the inputs do not change with the weights, and nothing is
# carried back to them. So $Hv$ costs two gradients, and $Gv$ four thirds. With that price list we shall compare
# methods below.
#
# ## Damping
#
# Back to the step that went too far. Add $\lambda$ (lambda) to the curvature: the step $12/(4 + \lambda)$ becomes
# shorter. With $\lambda = 4$ it is 1.5 and ends at $w = 2.5$, close to the minimum $\sqrt 7 = 2.65$. For a network:
#
# $$(G + \lambda I)\, d = -g .$$
#
# Who tells you $\lambda$? Levenberg and Marquardt's rule asks whether the model kept its promise. It promised to
# lower the loss by $-(g^Td + \tfrac12 d^T G d)$. What the loss really fell by, divided by that, is the *ratio* $\rho$
# (rho). Above $\tfrac34$: trust the model more, $\lambda \leftarrow \tfrac23 \lambda$. Below $\tfrac14$, or negative:
# trust it less, $\lambda \leftarrow \tfrac32 \lambda$. Between the two leave it.
#
# **Predict**, for the one weight, from $w = 1$ and a careless $\lambda = 0.1$: what does $\lambda$ do first, and what
# in the end?

# %%
w, lam, damping = 1.0, 0.1, [0.1]
for _ in range(14):
    d = -slope(w) / (G(w) + lam)
    ratio = (loss(w + d) - loss(w)) / (slope(w) * d + G(w) * d**2 / 2)
    print(f"w = {w:.4f}, λ = {lam:.3f}: step {d:+.4f}, ratio {ratio:+.2f}{'' if ratio > 0 else ', not taken'}")
    w, lam = (w + d if ratio > 0 else w), next_damping(lam, ratio)
    damping.append(lam)
assert abs(w - np.sqrt(7)) < 1e-4
assert np.argmax(damping) == 6 and max(damping) > 1 and damping[-1] < max(damping) / 5

# %% [markdown]
# First up, while the model is too sure of itself: a step that makes things worse is not taken. Then down, and the
# steps become those of Gauss-Newton. **Try it**: start with $\lambda = 1000$, and with $\lambda = 0$. Why does the
# second never recover?
#
# ## Curves
#
# Time for a network that is hard to train. The images show random curves. We average blocks of $2 \times 2$ pixels,
# so that $14 \times 14 = 196$ are left. The network is an *autoencoder*: it should give back the image that it is
# shown, but in the middle it has a layer of six units only. It has to find six numbers that tell an image. (There are
# six: a curve is laid through three points in the plane.) Four layers down, four layers up: in 2010, when
# Hessian-free appeared, networks as deep as this counted as hard for gradient descent.

# %%
images = minnet.datasets.curves(150, rng=0).X.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196)
coder = minnet.MLP([196, 50, 25, 12, 6, 12, 25, 50, 196], ["sigmoid"] * 3 + ["identity"] + ["sigmoid"] * 3)
curves = minnet.Objective(coder, images, images, loss="binary_crossentropy", l2=2e-5)
start = coder.init("sparse", rng=0)
print(f"{curves.n} weights, {len(images)} images")
assert curves.n == 23220 and start.shape == (23220,)


# %%
def show(title, rows):
    figure, axes = plotting.subplots(len(rows), 8, 7.5, 0.4 + 1.05 * len(rows))
    for (name, pictures), line in zip(rows.items(), np.reshape(axes, (-1, 8))):
        for ax, picture in zip(line, pictures):
            ax.imshow(picture.reshape(14, 14), cmap="gray_r", vmin=0, vmax=1)
            ax.set_axis_off()
        line[0].set_title(name, loc="left", fontsize=9)
    figure.suptitle(title)
    return figure


show("Eight of the curves", {"": images[:8]})

# %% [markdown]
# `binary_crossentropy` compares the grey of each pixel, a number between 0 and 1, with the output. Even a perfect
# copy has a loss, since a grey pixel is neither black nor white. We subtract it: the *excess* is zero for a perfect
# copy. `"sparse"` starts each unit with 15 incoming weights that are not zero.
#
# The matrix would have $23\,220^2$ numbers, 4.3 GB. We will not write it down.

# %%
grey = np.clip(images, 1e-12, 1 - 1e-12)
perfect = -(images * np.log(grey) + (1 - images) * np.log(1 - grey)).sum(1).mean()
excess = lambda run: run.history["value"] - perfect
print(f"loss at the start {curves(start):.1f}; of a perfect copy {perfect:.1f}")
assert 4.2e9 < 8 * curves.n**2 < 4.4e9
assert curves(start) > 10 * perfect

# %% [markdown]
# ## The inner iteration
#
# Each step now has an iteration inside: conjugate gradients on $(G + \lambda I)d = -g$, by products. Take some steps
# of the library's method first, to be at a typical point, and then look inside one step.
#
# From notebook 07 you know that the number of inner iterations grows with the root of the condition number. $G$ has
# eigenvalues down to zero, so $G + \lambda I$ has the condition number $\kappa = (\lambda_{\max} + \lambda)/\lambda$.
# **Predict**: if $\lambda$ is a hundred times smaller, how many times more iterations?

# %%
warm_up = minnet.minimize(curves, start, minnet.optim.HessianFree(damping=10, cg_iter=50), max_iter=15, gtol=0)
x = warm_up.x
g = curves.gradient(x)
lams = [100.0, 10.0, 1.0, 0.1, 0.01]


def inner_iterates(lam):
    return linear_cg(lambda v: curves.ggnvp(x, v) + lam * v, -g, tol=1e-4, max_iter=400).iterates


paths = {lam: inner_iterates(lam) for lam in lams}
inner = [len(path) - 1 for path in paths.values()]
figure, ax = plotting.subplots()
ax.loglog(lams, inner, "o-", label="measured")
ax.loglog(lams, inner[-1] * np.sqrt(lams[-1] / np.array(lams)), ":", label="slope of $1/\\sqrt{\\lambda}$")
ax.set(xlabel="damping $\\lambda$", ylabel="inner iterations", title="Damping makes the inner iteration cheap")
ax.legend()
figure

# %%
print(dict(zip(lams, inner)))
assert inner == sorted(inner) and inner[-1] > 5 * inner[0]
assert all(b <= 1.2 * np.sqrt(10) * a for a, b in zip(inner, inner[1:]))

# %% [markdown]
# At most ten times more, as the root says, and fewer where the damping is so large that a handful will do. Out of
# $n = 23\,220$ iterations, which conjugate gradients may need in theory, a hundred are enough.
#
# ## When to stop, and the way back
#
# Are even these well spent? Call the inner iterates $d_1, d_2, \dots$ Two things can be measured after each: the
# model's value $\varphi_k = g^T d_k + \tfrac12 d_k^T(G + \lambda I)d_k$ (phi), which conjugate gradients make smaller
# at every step; and the change of the loss itself, $f(x + d_k) - f(x)$, which is what we are after.
#
# **Predict** both curves, for $\lambda = 1$ and for $\lambda = 0.01$.

# %%
change = {lam: [curves(x + d) - curves(x) for d in paths[lam]] for lam in (1.0, 0.01)}
phi = {lam: [g @ d + d @ (curves.ggnvp(x, d) + lam * d) / 2 for d in paths[lam]] for lam in (1.0, 0.01)}
figure, axes = plotting.subplots(1, 2, 8.5, 3.8)
for ax, lam in zip(axes, change):
    ax.plot(phi[lam], "--", label="promise of the model, $\\varphi_k$")
    ax.plot(change[lam], "-", label="change of the loss")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(xlabel="inner iteration $k$", ylabel="change", title=f"$\\lambda$ = {lam:g}", ylim=(-2.2, 1.2))
axes[0].legend(loc="upper right")
figure.suptitle("A model that is believed too far")
figure

# %%
best = {lam: int(np.argmin(values)) for lam, values in change.items()}
print({lam: f"lowest loss after {best[lam]} of {len(paths[lam]) - 1} inner iterations" for lam in best})
assert all(np.all(np.diff(values) < 1e-9) for values in phi.values())
assert phi[0.01][-1] < 3 * phi[1.0][-1]
assert change[1.0][-1] < 0.9 * min(change[1.0]) < 0
assert change[0.01][-1] > 0.5 * min(change[0.01]) and best[0.01] < len(paths[0.01]) / 4

# %% [markdown]
# With $\lambda = 1$ the loss follows the model. With $\lambda = 0.01$ the model promises three times as much, the
# loss follows for a few iterations, and then it turns and climbs, while the model goes on promising. Hence two rules:
#
# * **Stop** when the model has little more to promise. Martens's rule: when over the last ten iterations (or a tenth
#   of all, if that is more) $\varphi$ has fallen by less than 0.0005 of itself for each.
# * **Go back**: ask for the loss at the last iterate and at earlier ones, from the last backwards while the loss
#   falls. Keep few of the iterates for that, at $k = 1, 2, 3, \dots$, ever farther apart.
#
# And if the best of them is still no good, shorten it (a line search, notebook 07), and raise $\lambda$.

# %%
def stop(phi):
    for k in range(11, len(phi)):
        window = max(10, k // 10)
        if phi[k] - phi[k - window] > 0.0005 * window * phi[k]:
            return k
    return len(phi) - 1


phi[0.1] = [g @ d + d @ (curves.ggnvp(x, d) + 0.1 * d) / 2 for d in paths[0.1]]
for lam, values in phi.items():
    k, last = stop(values), len(values) - 1
    print(f"λ = {lam:g}: stop after {k} of {last} iterations, with {values[k] / values[-1]:.1%} of the promise")
    assert values[k] / values[-1] > 0.97
assert stop(phi[0.01]) < 0.75 * (len(phi[0.01]) - 1)

# %% [markdown]
# The stop saves half of the products where they are many. But at $\lambda = 0.01$ it comes too late, and only the way
# back saves the step.
#
# ## A step from scratch
#
# All of it in ten lines: products, conjugate gradients, the way back, the ratio, the new damping.


# %%
def hessian_free_step(f, x, lam, most):
    g = f.gradient(x)
    path = linear_cg(lambda v: f.ggnvp(x, v) + lam * v, -g, max_iter=most).iterates[1:]
    d = path.pop()
    while path and f(x + path[-1]) < f(x + d):
        d = path.pop()
    promise = g @ d + d @ f.ggnvp(x, d) / 2
    return x + d, next_damping(lam, (f(x + d) - f(x)) / promise)


ours, lam = hessian_free_step(curves, start, 10.0, most=10)
method = minnet.optim.HessianFree(damping=10.0, cg_iter=10, precondition=False)
theirs, state = method.step(curves, start, method.start(curves, start))
print(f"loss {curves(start):.1f} before the step, {curves(ours):.1f} after it")
assert np.allclose(ours, theirs, rtol=0, atol=1e-8) and lam == state["damping"]
assert curves(ours) < 0.7 * curves(start)

# %% [markdown]
# The library's method does two things more. It starts the inner iteration not at zero but at 0.95 times the last
# step: what pointed downhill a moment ago is a good guess. And it uses a *preconditioner* (notebook 07): a cheap
# matrix $M$ that resembles $G + \lambda I$. Conjugate gradients then see the condition number of $M^{-1}(G + \lambda
# I)$. The simplest $M$ is the diagonal. Where some weights are a thousand times as sensitive as others it does
# wonders:

# %%
rng = np.random.default_rng(0)
scale = 10.0 ** rng.uniform(-2, 2, 200)
Q = np.linalg.qr(rng.standard_normal((200, 200)))[0]
A = scale[:, None] * (Q * rng.uniform(1, 3, 200) @ Q.T) * scale
b, diagonal = A @ np.ones(200), np.diag(A).copy()
steps = {name: len(linear_cg(lambda p: A @ p, b, precondition=M, tol=1e-6, max_iter=1000).iterates) - 1
         for name, M in {"no preconditioner": None, "the diagonal": lambda r: r / diagonal}.items()}
print(steps)
assert steps["the diagonal"] < 30 and steps["no preconditioner"] > 5 * steps["the diagonal"]

# %% [markdown]
# Martens, who brought Hessian-free to networks, takes the diagonal matrix $M = (D + \lambda I)^{3/4}$, where $D$ holds
# for each weight the squares of its gradients on the single examples, added up (in our loss, which is a mean, their
# mean). Does that help on our curves? Predict; then see.

# %%
lam = 0.01
squares = (curves.fisher_diagonal(x) + lam)**-0.75
damped = lambda v: curves.ggnvp(x, v) + lam * v
preconditioned = linear_cg(damped, -g, precondition=lambda r: squares * r, tol=1e-4, max_iter=400).iterates
promise = lambda d: g @ d + d @ damped(d) / 2
early = promise(preconditioned[10]) / promise(paths[lam][10])
print(f"after 10 iterations it promises {early:.2f} times as much; to the end it needs {len(preconditioned) - 1} "
      f"iterations, without it {len(paths[lam]) - 1}")
assert 0.8 < early < 1.5 and len(preconditioned) > len(paths[lam])

# %% [markdown]
# Hardly in the first iterations, and it costs if one goes on to the end. A preconditioner is worth what it
# resembles.
#
# ## The race
#
# Now the whole run, beside Adam and momentum (notebook 03). To be fair, count what each costs in gradients, by the
# price list from above: a product with $G$ costs 4/3, a value alone 1/3 (the preconditioner, about one gradient a
# step, is left out). Every method uses all images at each step and may spend 2000 gradients, in numbers of 32 bits,
# which are quicker. Adam and momentum need a learning rate: we give Adam three to choose from, momentum two.
# Hessian-free gets one run.
#
# **Predict** who leads after 500 gradients, and who after 2000.

# %%
start32 = start.astype(np.float32)
race = {"Hessian-free": minnet.minimize(curves, start32, minnet.optim.HessianFree(damping=10, cg_iter=50), max_iter=40,
                                        gtol=0, record=["damping"])}
rivals = [(f"Adam, rate {rate}", minnet.optim.Adam(rate)) for rate in (0.01, 0.03, 0.1)]
rivals += [(f"momentum, rate {rate}", minnet.optim.Momentum(rate)) for rate in (0.03, 0.1)]
for name, rival in rivals:
    race[name] = minnet.minimize(curves, start32, rival, max_iter=2000, gtol=0)


# %%
def cost(run):
    h = run.history
    return h["njev"] + (h["nfev"] - h["njev"]) / 3 + h["nhev"] * 4 / 3


figure, ax = plotting.subplots(width=7)
for (name, run), line in zip(race.items(), ("-", "--", "--", "--", ":", ":")):
    ax.semilogy(cost(run), excess(run), line, label=name)
ax.set(xlabel="cost in gradients", ylabel="loss above a perfect copy", xlim=(0, 2000),
       title="Hessian-free starts late and needs no rate")
ax.legend(loc="upper right", ncols=2)
figure

# %%
def after(name, budget):
    return excess(race[name])[cost(race[name]) <= budget].min()


end = {name: after(name, 2000) for name in race}
step_cost = cost(race["Hessian-free"])[-1] / race["Hessian-free"].nit
for name in race:
    print(f"{name:<19} after 500: {after(name, 500):6.2f}   after 2000: {end[name]:6.2f}")
adam = [name for name in race if "Adam" in name]
momentum = [name for name in race if "momentum" in name]
assert 30 < step_cost < 80 and min(after(name, 500) for name in adam) < after("Hessian-free", 500) / 1.5
assert end["Hessian-free"] < 2 * min(end[name] for name in adam)
assert end["Hessian-free"] < min(end[name] for name in momentum) / 2
assert max(end[name] for name in adam) > 5 * min(end[name] for name in adam)

# %% [markdown]
# Read this table with care; it is one start of one network.
#
# * Adam leads at first, and by far. A step of Hessian-free costs as much as some fifty of its steps.
# * In the end Hessian-free is about as low as Adam with the best of its rates, and far below momentum.
# * Adam with too large a rate ends many times higher. You find the good one by trying, and the tries cost, too: three
#   runs here. Hessian-free has no rate. Its $\lambda$ looks after itself:

# %%
lam = race["Hessian-free"].history["damping"]
figure, ax = plotting.subplots()
ax.semilogy(lam, "o-", markersize=4)
ax.set(xlabel="step", ylabel="damping $\\lambda$", title="The damping falls as long as the model keeps its promises")
assert lam[0] == 10 and lam.min() < 0.01
figure

# %% [markdown]
# And the shelf on which all of them rest, at an excess of twenty? There the network gives the *same* image whatever
# it is shown: the mean of all. That is the best it can do before the middle layer says anything.

# %%
mean = np.clip(images.mean(0), 1e-12, 1)
shelf = -(images * np.log(mean) + (1 - images) * np.log(1 - mean)).sum(1).mean() - perfect
print(f"excess of the mean image: {shelf:.1f}")
assert 19 < shelf < 21 and np.sum(abs(excess(race["Adam, rate 0.1"]) - shelf) < 1) > 500

# %% [markdown]
# What has it learned? Six numbers for an image, and from them the image again:

# %%
outputs = lambda theta: 1 / (1 + np.exp(-coder.outputs(theta, images)))
squared = lambda theta: ((outputs(theta) - images)**2).sum(1).mean()
slower = min(momentum, key=end.get)
mean_image = ((images.mean(0) - images)**2).sum(1).mean()
print(f"squared error of an image: Hessian-free {squared(race['Hessian-free'].x):.2f}, {slower} "
      f"{squared(race[slower].x):.2f}, the mean image for all {mean_image:.2f}")
assert squared(race["Hessian-free"].x) < squared(race[slower].x) / 2 < mean_image / 4
show("Through six numbers and back", {
    "shown": images[:8], "given back by the network of Hessian-free": outputs(race["Hessian-free"].x)[:8],
    f"by that of {slower}": outputs(race[slower].x)[:8]})

# %% [markdown]
# **Try it**: give Hessian-free `cg_iter=10`, or `kind="hessian"` in place of Gauss-Newton; give the sigmoids up for
# tanh; let all run for 6000.
#
# ## A million weights
#
# And now what the source called impractical: $n = 10^6$. One hidden layer of 640 units on the full images of $28
# \times 28$ pixels. We let Hessian-free make four steps of ten inner iterations, and measure the most memory that is
# in use at once. **Predict**: how many vectors of $n$ numbers is that? The Hessian would be a million of them.

# %%
X = minnet.datasets.curves(64, rng=0).X.astype(np.float32)
wide = minnet.MLP([784, 640, 784], "sigmoid")
big = minnet.Objective(wide, X, X, loss="binary_crossentropy", l2=2e-5)
theta = wide.init("sparse", rng=0).astype(np.float32)
tracemalloc.start()
before = tracemalloc.get_traced_memory()[0]
run = minnet.minimize(big, theta, minnet.optim.HessianFree(cg_iter=10), max_iter=4, gtol=0)
vectors = (tracemalloc.get_traced_memory()[1] - before) / theta.nbytes
tracemalloc.stop()
print(f"{big.n:,} weights, {run.nhev} products; loss {run.history['value'][0]:.0f} to {run.fun:.0f}; "
      f"{vectors:.0f} vectors at most")
assert big.n > 10**6 and vectors < 40 and run.fun < run.history["value"][0] / 4

# %% [markdown]
# Some 25 vectors instead of a million: the iterates kept for the way back, those of conjugate gradients, some
# gradients, and what the layers need. L-BFGS keeps as much with a dozen pairs (notebook 08). The matrix is used in
# every step, and is nowhere.
#
# ## What the source said, and what the run says
#
# The notebook has a heading "Hessian-Free Optimization" and below it nothing. The lecture gives it half a sentence:
# implementations "have been demonstrated to converge well (e.g., Martens et al., ICML 2011)".
#
# *Converge well*: it does, on our curves, without a learning rate; and a well-tuned Adam does, too. `minnet figures
# autoencoder` draws the same race at full size, with 20 000 images and six layers down and up. Hessian-free ends
# lowest there; but each method had one run, and no rate was tuned.
#
# *ICML 2011*: the paper on autoencoders is J. Martens, *Deep learning via Hessian-free optimization*, of ICML
# **2010**. The one of 2011, with I. Sutskever, is on recurrent networks. And the lecture lists it under methods of
# conjugate gradients. Those of notebook 07 that walk on the loss itself are another family: here conjugate gradients
# only solve for the step. It is a Newton method.
#
# *A $10^6 \times 10^6$ Hessian is impractical*, says the notebook, and "it is difficult to even compute the Hessian,
# let alone invert it". True, and beside the point. Nobody needs the inverse, nor the matrix: a step needs products.
#
# ## The answer
#
# *What if the Hessian is too big to write down?* Then do not write it down. Conjugate gradients solve Newton's
# equation from products alone, and a product costs about as much as two gradients. The rest is caution: a curvature
# that cannot be negative, damping that follows how well the model keeps its promises, stopping early, and going back.
#
# **Remember**
#
# 1. $Hv$ is the change of the gradient along $v$: two gradients by differences, the same price exactly by the
#    R-operator. $Gv = J^T(L(Jv))$ is cheaper, and $G$ is never indefinite.
# 2. $(G + \lambda I)d = -g$: a large $\lambda$ makes short steps and few inner iterations; the ratio $\rho$ sets it.
# 3. A model may be solved too well: stop when it promises little more, and go back while the loss falls.
#
# **Where the source was wrong**: the paper on autoencoders is of 2010, not 2011; a Hessian of $10^6 \times 10^6$ is
# impractical only for those who want to see it.
#
# ## Exercises

# %%
exercises.show("09.1")


# %%
def hvp(gradient, x, v):
    ...


# exercises.check("09.1", hvp)

# %%
exercises.show("09.2")


# %%
def product(Jv, JTu, Lu, v):
    ...


# exercises.check("09.2", product)

# %%
exercises.show("09.3")


# %%
def adapt(lam, ratio):
    ...


# exercises.check("09.3", adapt)

# %%
exercises.show("09.4")


# %%
def measure(lam):
    ...


# exercises.check("09.4", measure, prediction=...)

# %%
exercises.show("09.5")


# %%
def make(diagonal):
    ...


# exercises.check("09.5", make)
