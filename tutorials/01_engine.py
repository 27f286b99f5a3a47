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
# # The engine
#
# **Where does the gradient come from?**
#
# In the last notebook the gradient of a network with 13 weights was simply there. Here you build the machine that
# makes it. You need one rule of calculus, the chain rule, and some patience with indices.

# %%
# %matplotlib inline
import numpy as np

import minnet
from minnet import exercises, plotting

# %% [markdown]
# ## One unit
#
# A *unit* is a small function. It multiplies its input $x$ by a *weight* $w$, adds a *bias* $b$, and bends the sum
# $z$ by a function such as tanh, its *activation*:
#
# $$z = wx + b, \qquad a = \tanh z .$$
#
# Say the output $a$ should be $y$. The loss is half the squared error, $L = \tfrac12(a - y)^2$. How does $L$ change
# with $w$?
#
# Take $x = 2$, $w = 0.5$, $b = -0.5$ and $y = 1$. Forward: $z = 0.5$, $a = \tanh 0.5 = 0.462$, $L = \tfrac12 \cdot
# 0.538^2 = 0.145$. Now backward. Ask each line how much its left side changes when the right side does, and multiply:
#
# | line | its slope | number |
# |---|---|---|
# | $L = \tfrac12(a - y)^2$ | $a - y$ | −0.538 |
# | $a = \tanh z$ | $1 - a^2$ | 0.786 |
# | $z = wx + b$ | $x$ (by $w$), 1 (by $b$) | 2 and 1 |
#
# So $\partial L/\partial w = -0.538 \cdot 0.786 \cdot 2$. Multiply it out before you run the cell. It compares the
# product with a *difference*: $L$ a little to the right of $w$, less $L$ a little to the left, divided by the way.

# %%
x, w, b, y = 2.0, 0.5, -0.5, 1.0            # the knob: any other numbers
loss = lambda w: (np.tanh(w * x + b) - y)**2 / 2
a = np.tanh(w * x + b)
by_hand = (a - y) * (1 - a**2) * x
print(f"by the chain rule {by_hand:.4f}, by a difference {(loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5:.4f}")
assert np.isclose(by_hand, (loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5)

# %% [markdown]
# That is the whole idea of *backpropagation*. The product of the first two slopes, $\delta = (a - y)(1 - a^2)$
# (delta), is the derivative of the loss by $z$; whatever lies before $z$ needs nothing else.
#
# Note that the slope of tanh was written in terms of its *output*: $1 - a^2$. Nothing has to be computed twice. The
# sigmoid $\sigma(z) = 1/(1 + e^{-z})$, which turns any number into a probability, has the same convenience: its slope
# is $a(1 - a)$.

# %%
z = np.linspace(-5, 5, 201)
sigmoid = 1 / (1 + np.exp(-z))
figure, axes = plotting.subplots(1, 2, width=9, height=3.4)
bends = {"tanh": (np.tanh(z), 1 - np.tanh(z)**2), "sigmoid": (sigmoid, sigmoid * (1 - sigmoid))}
for ax, (name, (a, slope)) in zip(axes, bends.items()):
    ax.plot(z, a, label=name)
    ax.plot(z, slope, "--", label="its slope")
    ax.set(xlabel="input $z$", ylabel="output, and its slope", title=f"{name}: flat at both ends")
    ax.legend()
    assert np.allclose(np.gradient(a, z)[1:-1], slope[1:-1], atol=1e-3)
figure

# %% [markdown]
# At both ends the slope is nearly zero. A unit that sits there is called *saturated*: whatever the error, hardly
# anything of it comes through. Remember this; it will explain a crash in notebook 05.
#
# ## A network as a graph
#
# The source's network has 2 inputs, 3 units in the middle (a *hidden layer*), and 1 output. Each line in the picture
# is a weight, and each unit has a bias.

# %%
layers = [[(0, 1.5), (0, 0.5)], [(1, 2), (1, 1), (1, 0)], [(2, 1)]]
figure, ax = plotting.subplots(width=5, height=3)
for left, right in zip(layers, layers[1:]):
    for p in left:
        for q in right:
            ax.plot(*zip(p, q), "-", color="0.6", zorder=1)
for layer, name in zip(layers, ("input $x$", "hidden $a$", "output $z$")):
    ax.scatter(*zip(*layer), s=500, color="white", edgecolors="black", zorder=2)
    ax.text(layer[0][0], 2.5, name, ha="center")
ax.set(xlim=(-0.4, 2.4), ylim=(-0.5, 2.9), title="6 + 3 weights and 3 + 1 biases: 13 numbers")
ax.set_axis_off()
figure

# %% [markdown]
# The weights of a layer form a matrix $W$ with a row for each of its units: $W_{kj}$ goes from unit $j$ on the left
# to unit $k$ on the right. All matrices and biases together lie in one flat vector $\theta$, first $W$ of the first
# layer row by row, then its $b$, then the next layer. `unpack` and `pack` go to and fro.

# %%
net = minnet.MLP([2, 3, 1], activation="tanh")
theta = net.init(scheme="notebook", rng=0)
(W1, b1), (W2, b2) = net.unpack(theta)
print("shapes:", W1.shape, b1.shape, W2.shape, b2.shape)
assert theta.size == net.n_params == 6 + 3 + 3 + 1
assert np.array_equal(net.pack([(W1, b1), (W2, b2)]), theta)
assert np.array_equal(theta[:6].reshape(3, 2), W1)

# %% [markdown]
# ## Forward, in loops
#
# The source computes a network unit by unit, weight by weight, in loops. Loops are slow, but they hide nothing. This
# is its forward pass for one example:


# %%
def forward(x):
    hidden = []
    for k in range(3):
        z = b1[k]
        for j in range(2):
            z += W1[k, j] * x[j]
        hidden.append(np.tanh(z))
    return hidden, b2[0] + sum(W2[0, k] * hidden[k] for k in range(3))


# %% [markdown]
# Each sum over $j$ is a row of $W$ times the vector of inputs, so that the whole layer is one product, $z = Wx + b$.
# And $N$ examples at once, one in each row of a matrix $X$, are one product too: $Z = XW^T + b$.

# %%
data = minnet.datasets.notebook(0)
X, y = data.X, data.y
A = np.tanh(X @ W1.T + b1)
Z = A @ W2.T + b2
assert np.allclose(Z[:, 0], [forward(x)[1] for x in X])
assert np.allclose(Z, net.outputs(theta, X))
print(f"{len(X)} examples at once: A has shape {A.shape}, Z has shape {Z.shape}")

# %% [markdown]
# ## Backward, in loops
#
# The output $z$ is turned into a probability $p = \sigma(z)$ of the second class. The loss for a right answer $y$ (0
# or 1) is $L = -\log p$ where $y = 1$ and $-\log(1 - p)$ where $y = 0$. Its slope by $z$ comes out surprisingly
# simple (exercise: do it; use $\sigma' = p(1 - p)$):
#
# $$\frac{\partial L}{\partial z} = p - y .$$
#
# Call it $\delta$ of the output. From there, backward. Unit $k$ of the hidden layer reaches the loss through $W_{1k}$
# only (here $W$ is the second matrix), so its $\delta_k$ is $\delta\, W_{1k}$ times the slope of its tanh. A weight's
# derivative is the $\delta$ at its right end times the value at its left end.


# %%
def gradient(x, target):
    hidden, z = forward(x)
    delta = 1 / (1 + np.exp(-z)) - target
    g = np.zeros(13)
    for k in range(3):
        delta_k = delta * W2[0, k] * (1 - hidden[k]**2)
        for j in range(2):
            g[2 * k + j] = delta_k * x[j]          # W1[k, j]
        g[6 + k] = delta_k                         # b1[k]
        g[9 + k] = delta * hidden[k]               # W2[0, k]
    g[12] = delta                                  # b2
    return g


# %% [markdown]
# The loss of all examples is the sum of theirs, and so is its gradient. (The library divides by $N$, unless you ask for
# `reduction="sum"`.)

# %%
f = minnet.Objective(net, X, y, loss="binary_crossentropy", reduction="sum")
in_loops = sum(gradient(x, target) for x, target in zip(X, y))
assert np.allclose(in_loops, f.gradient(theta))
print("the loops and the library agree to", f"{np.abs(in_loops - f.gradient(theta)).max():.0e}")

# %% [markdown]
# ## Backward, in matrices
#
# Look at the innermost line: $g_{kj} = \sum_n \delta_{nk} x_{nj}$, summed over the examples $n$. A sum over a shared
# index is a matrix product: $\Delta^T X$, where row $n$ of $\Delta$ holds the $\delta$'s of example $n$. So all the
# loops collapse into four lines.

# %%
delta2 = 1 / (1 + np.exp(-Z)) - y[:, None]         # (N, 1)
delta1 = (delta2 @ W2) * (1 - A**2)                # (N, 3): back through W2, times the slope
in_matrices = net.pack([(delta1.T @ X, delta1.sum(0)), (delta2.T @ A, delta2.sum(0))])
assert np.allclose(in_matrices, in_loops)

# %% [markdown]
# Every network is made of these two patterns. Forward: a product with $W^T$ and a bend. Backward: a product with $W$,
# times the slope of the bend; and for the weights a product of what came from the right with what came from the left.
#
# Count the products: two forward, three backward. A product of an $N \times j$ and a $j \times k$ matrix takes $Njk$
# multiplications, so the whole gradient costs hardly more than two evaluations of the loss, whether it has 13 numbers
# or millions. Differences would cost two evaluations for every weight.

# %%
forward_work = 80 * (2 * 3 + 3 * 1)                     # X W1ᵀ and A W2ᵀ
backward_work = 80 * (1 * 3 + 2 * 3 + 1 * 3)            # Δ2 W2, then Δ1ᵀX and Δ2ᵀA
price = (forward_work + backward_work) / forward_work
print(f"the gradient costs {price:.2f} evaluations, differences {2 * 13}")
assert 2 < price < 2.5

# %% [markdown]
# ## What the source said, and what the run says
#
# The source computes the loss as `log(p)` and `log(1 - p)`. For a network that is sure of itself and wrong, $z =
# -1000$ with $y = 1$ say, $p$ is $e^{-1000}$, which no computer can hold. **Predict** the loss, and its slope by the
# chain rule through $p$, which is $-1/p$ times $p(1 - p)$.

# %%
with np.errstate(all="ignore"):
    p = 1 / (1 + np.exp(1000.0))
    naive, slope = -np.log(p), -1 / p * (p * (1 - p))
print("p =", p, " the loss =", naive, " its slope =", slope)
assert p == 0 and np.isinf(naive) and np.isnan(slope)

# %% [markdown]
# Infinite; and the slope, infinity times 0, is not a number (`nan`). The true loss is 1000. Write it in $z$ instead of
# $p$: $-\log\sigma(z) = \log(1 + e^{-z})$. For $z$ very negative this is $-z$, and `np.logaddexp(0, -z)` knows that. A
# loss should work on the raw outputs of the network.

# %%
assert np.isclose(np.logaddexp(0, 1000.0), 1000)
sure = minnet.Objective(minnet.MLP([1, 1]), [[1.0]], [1], loss="binary_crossentropy")
print("the library's loss:", sure([-1000.0, 0.0]), " its gradient:", sure.gradient([-1000.0, 0.0]))
assert sure([-1000.0, 0.0]) == 1000 and np.isclose(sure.gradient([-1000.0, 0.0])[0], -1)

# %% [markdown]
# ## How sure should a network be?
#
# $-\log\sigma(z)$ falls for ever as $z$ grows: a right answer can always be given with still more confidence, and the
# loss never stops asking for larger weights. The lecture on optimisers proposes *label smoothing*: ask for $t = 0.95$
# instead of 1. The loss for a target $t$ between 0 and 1 is $-t\log\sigma(z) - (1 - t)\log(1 - \sigma(z))$, its slope
# by $z$ still $\sigma(z) - t$, and so it has a minimum at a finite $z$. Where? **Write it down**: for which $z$ is
# $\sigma(z) = 0.95$?

# %%
z, t = np.linspace(-2, 8, 501), 0.95            # the knob: other targets, from 0.6 to 0.99
smoothed = {target: target * np.logaddexp(0, -z) + (1 - target) * np.logaddexp(0, z) for target in (1, t)}
figure, ax = plotting.subplots()
for (target, values), style in zip(smoothed.items(), ("-", "--")):
    ax.plot(z, values, style, label=f"target {target:g}")
ax.set(xlabel="output $z$", ylabel="loss", title=f"A target of {t} has a lowest point, a target of 1 has none")
ax.legend()
assert np.all(np.diff(smoothed[1]) < 0)
assert abs(z[np.argmin(smoothed[t])] - np.log(t / (1 - t))) < 0.05
figure

# %% [markdown]
# At $z = \log(0.95/0.05) \approx 2.9$.
#
# ## Where to begin
#
# All weights zero is no good start, nor are any others that are the same for all hidden units: then these units do the
# same, have the same gradient, and stay the same for ever.

# %%
alike = net.pack([(np.tile([0.5, -0.2], (3, 1)), np.zeros(3)), (np.full((1, 3), 0.3), np.zeros(1))])
(gW1, gb1), (gW2, gb2) = net.unpack(f.gradient(alike))
print(gW1.round(4))
assert np.allclose(gW1, gW1[0]) and np.allclose(gb1, gb1[0]) and np.allclose(gW2, gW2[0, 0]) and np.any(gW1)

# %% [markdown]
# So weights are drawn at random. How large? The source takes the variance $1/(jk)$ for a layer from $j$ to $k$ units.
#
# Follow a signal through ten layers of 100 units. Each $z$ is a sum of $j = 100$ terms $w \cdot a$; if the terms are
# independent, their variances add up: $\mathrm{Var}(z) = j \cdot \mathrm{Var}(w) \cdot \overline{a^2}$, where
# $\overline{a^2}$ is the mean of $a^2$. With $\mathrm{Var}(w) = 1/(jk)$ each layer divides by $k = 100$. With
# $\mathrm{Var}(w) = 1/j$ it would keep the size, but for what tanh takes away. That is the scheme called "glorot",
# after its author: $\mathrm{Var}(w) = 2/(j + k)$, which is $1/j$ here. The size of a signal is the root of the mean of
# its squares. **Predict** it after ten layers, for both schemes.

# %%
width = 100                                     # the knob: try 25 and 400
deep = minnet.MLP([width] * 11, activation="tanh")
signal = np.random.default_rng(1).standard_normal((50, width))
size = {}
for scheme in ("notebook", "glorot"):
    a, size[scheme] = signal, [1.0]
    for W, b in deep.unpack(deep.init(scheme=scheme, rng=0)):
        a = np.tanh(a @ W.T + b)
        size[scheme].append(np.sqrt(np.mean(a**2)))
figure, ax = plotting.subplots()
for (scheme, values), marker in zip(size.items(), "os"):
    ax.semilogy(values, marker=marker, label=scheme)
ax.set(xlabel="layer", ylabel="typical size of a unit's output", title="The notebook's start lets the signal die out")
ax.legend()
figure

# %%
print(f"after ten layers: {size['notebook'][-1]:.0e} (notebook), {size['glorot'][-1]:.2f} (glorot)")
assert 0.1 < size["notebook"][-1] * np.sqrt(width)**10 < 10
assert size["glorot"][-1] > 0.1

# %% [markdown]
# A factor of ten in each layer, $1/\sqrt{100}$. In the source's own network $j$ and $k$ are 2, 3 and 1: its variances
# are 1/6 and 1/3 where Glorot's are 2/5 and 1/2, a little smaller and no more.
#
# What dies forward dies backward, too. Here are the gradients of each layer's weights, for deep networks with sigmoid
# and with tanh units and both starts. (The loss is half the squared error, the target one of the inputs.)

# %%
figure, ax = plotting.subplots()
norms = {}
for (activation, scheme), marker in zip([("sigmoid", "glorot"), ("tanh", "notebook"), ("tanh", "glorot")], "^os"):
    deep = minnet.MLP([width] * 8 + [1], activation=activation)
    g = minnet.Objective(deep, signal, signal[:, 0]).gradient(deep.init(scheme=scheme, rng=0))
    norms[activation, scheme] = [np.linalg.norm(W) for W, b in deep.unpack(g)]
    ax.semilogy(range(1, 9), norms[activation, scheme], marker=marker, label=f"{activation}, {scheme}")
ax.set(xlabel="layer", ylabel="length of its weights' gradient", title="Gradients vanish in two ways")
ax.legend()
figure

# %%
for name, values in norms.items():
    print(f"{name[0]:>8} {name[1]:<9} first layer / last hidden layer: {values[0] / values[-2]:.0e}")
assert norms["sigmoid", "glorot"][0] / norms["sigmoid", "glorot"][-2] < 1e-2
assert norms["tanh", "glorot"][0] / norms["tanh", "glorot"][-2] > 0.1
assert max(norms["tanh", "notebook"]) < 1e-2 * min(norms["tanh", "glorot"])
assert max(norms["tanh", "notebook"][:-1]) < 5 * min(norms["tanh", "notebook"][:-1])
assert sigmoid.max() < 1 and (sigmoid * (1 - sigmoid)).max() <= 0.25

# %% [markdown]
# The sigmoid's slope is at most 1/4, and each layer multiplies by it: the first layers learn nothing. With the
# notebook's start no layer learns. The farther right a layer lies, the weaker its input, and the farther left, the
# weaker what comes back; the product of the two is about the same in all hidden layers. The lecture names
# "architectural decisions" and "regularization" as remedies of vanishing gradients. The picture shows the first two
# decisions to try: the activation and the start.
#
# ## The answer
#
# *Where does the gradient come from?* From the chain rule, walked backward through the lines that computed the loss.
# Each line contributes its own slope; for a layer that is a product with $W$ and a slope of the activation; and the
# sums over examples and units are matrix products.
#
# **Remember**
#
# 1. $\delta$ is the derivative by a unit's input: $\delta_{\text{left}} = (\delta_{\text{right}} W) \cdot \sigma'$.
#    A weight's derivative is ($\delta$ at its right end) × (value at its left end).
# 2. A loss acts on raw outputs, never on probabilities.
# 3. Weights of variance about 1/(number of inputs) keep the signal alive, forward and backward.
#
# **Where the source was wrong**: `log(p)` and `log(1 - p)` are infinite for sure and wrong answers, and the variance
# $1/(jk)$ divides the signal by $\sqrt k$ in each layer.
#
# ## Exercises

# %%
exercises.show("01.1")


# %%
def dsigmoid(a):
    ...


# exercises.check("01.1", dsigmoid)

# %%
exercises.show("01.2")


# %%
def backward(delta, W, A):
    ...


# exercises.check("01.2", backward)

# %%
exercises.show("01.3")


# %%
def deltas(W, delta, slope):
    ...


# exercises.check("01.3", deltas)

# %%
exercises.show("01.4")


# %%
def softmax_loss(z, k):
    ...


# exercises.check("01.4", softmax_loss)

# %%
exercises.show("01.5")


# %%
def unpack(theta, widths):
    ...


# exercises.check("01.5", unpack)

# %%
exercises.show("01.6")


# %%
def measure(layer, seed):
    ...


# exercises.check("01.6", measure, prediction=...)
