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
# # Curvature
#
# **What does the second derivative know?**
#
# All methods of the last notebook feel the slope under their feet and nothing else. They had to be told how far to
# go. The second derivative says how the slope *changes*: where the valley bends up, how narrow it is, how far its
# floor may be. This notebook shows what it knows, how to read it, and what it costs to ask.

# %%
# %matplotlib inline
import numpy as np

import minnet
from minnet import curvature, exercises, optim, plotting

# %% [markdown]
# ## A line and a parabola
#
# Near a point $x$ a function looks like its tangent. With the second derivative it looks like a parabola:
#
# $$f(x + t) \approx f(x) + f'(x)\, t, \qquad\text{and}\qquad f(x + t) \approx f(x) + f'(x)\, t + \tfrac12 f''(x)\,
# t^2 .$$
#
# By hand for $f(x) = x^3$ at $x = 1$, where $f' = 3$ and $f'' = 6$: at $t = 0.1$ the line gives $1.3$, the parabola
# $1 + 0.3 + 0.03 = 1.33$, and $1.1^3 = 1.331$.
#
# A line has no lowest point; it says "to the left" or "to the right", and somebody else has to say how far. A parabola
# that is open upwards has one. Where? Set its slope $f' + f'' t$ to zero: $t = -f'/f''$. Here is a curve with two
# valleys, seen from two points. **Predict** where the two parabolas send you.

# %%
f = lambda x: x**4 / 4 - x**2 - x / 2
df = lambda x: x**3 - 2 * x - 0.5
ddf = lambda x: 3 * x**2 - 2

figure, ax = plotting.subplots()
X, ends = np.linspace(-2.2, 2.6, 300), {}
ax.plot(X, f(X), color="black")
for x, colour in ((2.2, "#0072B2"), (0.3, "#D55E00")):          # the knob: other points
    t = np.linspace(-1, 1, 100) * 1.1 - (0.5 if x > 1 else 0.3)
    ends[x] = x - df(x) / ddf(x)
    ax.plot(x + t, f(x) + df(x) * t + ddf(x) * t**2 / 2, "--", color=colour, label=f"the parabola at $x = {x}$")
    ax.plot(x, f(x), "o", color=colour)
    ax.plot(ends[x], f(x) - df(x)**2 / ddf(x) / 2, "v" if ddf(x) > 0 else "^", color=colour)
ax.set(xlabel="$x$", ylabel="$f(x)$", title="One parabola leads down to a valley, one up to a summit", ylim=(-3, 3))
ax.legend()
figure

# %%
small = np.array([0.04, 0.02, 0.01, 0.005])
line = np.abs(f(2.2 + small) - f(2.2) - df(2.2) * small)
parabola = np.abs(f(2.2 + small) - f(2.2) - df(2.2) * small - ddf(2.2) * small**2 / 2)
order = lambda error: np.polyfit(np.log(small), np.log(error), 1)[0]
print(f"the line's error falls as t^{order(line):.2f}, the parabola's as t^{order(parabola):.2f}")
assert abs(order(line) - 2) < 0.05 and abs(order(parabola) - 3) < 0.05
assert f(2.2 - df(2.2) / ddf(2.2)) < f(2.2) and f(0.3 - df(0.3) / ddf(0.3)) > f(0.3)
assert all(((end - x) * df(x) < 0) == (ddf(x) > 0) for x, end in ends.items())      # downhill where it is open upwards

# %% [markdown]
# The parabola is the better model, near its point. And note the second one: where $f'' < 0$ the parabola is open
# downwards, its special point is a *summit*, and $t = -f'/f''$ leads up. Keep that in mind; it will cause a crash in
# notebook 05.
#
# ## Many weights: a matrix
#
# With $n$ weights there are $n$ slopes, and each may change along each of $n$ axes: $n^2$ second derivatives. They
# form the *Hessian*,
#
# $$H = \begin{pmatrix} \dfrac{\partial^2 f}{\partial x_1 \partial x_1} & \cdots & \dfrac{\partial^2 f}{\partial x_1
# \partial x_n} \\ \vdots & & \vdots \\ \dfrac{\partial^2 f}{\partial x_n \partial x_1} & \cdots & \dfrac{\partial^2
# f}{\partial x_n \partial x_n} \end{pmatrix} .$$
#
# Column $j$ is the change of the gradient as you walk along axis $j$. By hand for
#
# $$f(x) = \tfrac12(5x_1^2 + 6 x_1x_2 + 5x_2^2)$$
#
# the gradient is $(5x_1 + 3x_2,\ 3x_1 + 5x_2)$. Along $x_1$ it changes by $(5, 3)$, along $x_2$ by $(3, 5)$:
#
# $$H = \begin{pmatrix} 5 & 3 \\ 3 & 5 \end{pmatrix}$$
#
# It is symmetric: $x_1$ first or $x_2$ first makes no difference for functions as smooth as ours. (A formula
# $\tfrac12 x^T A x$ may be written with a matrix $A$ that is not symmetric. What its Hessian is, is exercise 04.1.)
# For a quadratic $H$ is the same everywhere. For a network it is not, but the recipe is the same. We compare the
# library's Hessian of the source's network (2 inputs, 3 hidden units, 13 weights) with differences of gradients,
# column by column.

# %%
data = minnet.datasets.notebook(0)
net = minnet.MLP([2, 3, 1], activation="tanh")
loss = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy", reduction="sum")
theta = net.init(rng=0)
H = loss.hessian(theta)
columns = [(loss.gradient(theta + 1e-5 * e) - loss.gradient(theta - 1e-5 * e)) / 2e-5 for e in np.eye(13)]
off = np.linalg.norm(np.stack(columns, axis=1) - H) / np.linalg.norm(H)
print(f"H has shape {H.shape}; differences of gradients agree to {off:.0e}")
assert off < 1e-7 and np.array_equal(H, H.T)
assert not np.allclose(H, loss.hessian(theta + 0.1))

# %% [markdown]
# (The README draft writes $\partial^2\mathcal{L}/\partial^2\theta_1$ on the diagonal. What is squared is the step:
# $\partial^2\mathcal{L}/\partial\theta_1^2$.)
#
# The parabola has become
#
# $$f(x + p) \approx f(x) + g^T p + \tfrac12\, p^T H p ,$$
#
# where $p$ is a step in any direction and $g$ the gradient. Its error falls as the cube of the length of $p$; you
# measured that in notebook 02.
#
# ## The bend along a direction
#
# Walk from $x$ along a direction $v$ of length 1, with $t$ for the distance. Put $p = tv$ into the formula: you are
# on a parabola whose second derivative is $v^T H v$. This number is the *curvature along $v$*. By hand, for the
# matrix above: along $(1, 0)$ it is 5; along $(1, 1)/\sqrt 2$ it is $\tfrac12(5 + 3 + 3 + 5) = 8$; and along $(1,
# -1)/\sqrt 2$? Turn once around:

# %%
H = np.array([[5.0, 3.0], [3.0, 5.0]])                    # the knob: other numbers; keep the 3 twice and below the 5s
angle = np.linspace(0, np.pi, 181)
v = np.array([np.cos(angle), np.sin(angle)])
bend = np.einsum("it,ij,jt->t", v, H, v)                        # vᵀHv for each angle
figure, ax = plotting.subplots()
ax.plot(np.degrees(angle), bend)
ax.set(xlabel="direction of $v$ in degrees", ylabel="curvature $v^T H v$", xticks=[0, 45, 90, 135, 180],
       title="Steepest bend and flattest bend are at right angles")
figure

# %%
lam, Q = np.linalg.eigh(H)
print("eigenvalues:", lam)
print("eigenvectors, in columns:\n", np.round(Q, 3))
assert np.isclose(bend.max(), lam[1], rtol=1e-3) and np.isclose(bend.min(), lam[0], rtol=1e-3)
assert abs(abs(np.degrees(angle[bend.argmax()] - angle[bend.argmin()])) - 90) <= 1 and np.isclose(bend[0], H[0, 0])
assert np.isclose(bend[45], H.sum() / 2) and np.isclose(bend[135], (H[0, 0] - 2 * H[0, 1] + H[1, 1]) / 2)
assert np.allclose(H @ Q, Q * lam) and np.allclose(Q.T @ Q, np.eye(2))

# %% [markdown]
# The directions of the largest and the smallest bend are special: there $Hv$ points along $v$ itself. Such a $v$ is
# an *eigenvector* of $H$, and the curvature along it is its *eigenvalue* $\lambda$:
#
# $$H q_i = \lambda_i q_i .$$
#
# A symmetric matrix of size $n$ has $n$ of them, all at right angles. That makes them the natural axes. Let $z_i$ be
# the coordinate along $q_i$, measured from the minimum, and $Q$ the matrix with the $q_i$ as columns: $x = Qz$. As
# $q_i^T H q_j = \lambda_j q_i^T q_j$ is 0 for $i \ne j$, the matrix $Q^T H Q$ is diagonal, and all mixed terms are
# gone:
#
# $$f = \tfrac12\,(\lambda_1 z_1^2 + \lambda_2 z_2^2 + \dots + \lambda_n z_n^2) .$$
#
# A contour line $f = c$ crosses axis $i$ at $z_i = \sqrt{2c/\lambda_i}$: far out where the curvature is small.

# %%
assert np.allclose(Q.T @ H @ Q, np.diag(lam))
X, Y = np.meshgrid(np.linspace(-1.5, 1.5, 120), np.linspace(-1.2, 1.2, 120))
Z = (H[0, 0] * X**2 + 2 * H[0, 1] * X * Y + H[1, 1] * Y**2) / 2
figure, ax = plotting.subplots(width=5.6, height=4.4)
ax.contour(X, Y, Z, levels=[0.25, 0.5, 1, 2, 4], colors="0.6", linewidths=0.8)
for i in range(2):
    reach = np.sqrt(2 / lam[i]) * Q[:, i]                       # where the axis meets the contour f = 1
    ax.plot(*np.array([-reach, reach]).T, "o-", label=rf"$q_{i + 1}$, $\lambda_{i + 1} = {lam[i]:.0f}$")
    assert np.isclose(reach @ H @ reach / 2, 1)
ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", title="The eigenvectors are the axes of the contours")
ax.legend()
figure

# %% [markdown]
# ## The condition number
#
# The longest axis of that ellipse is $\sqrt{\lambda_{\max}/\lambda_{\min}}$ times as long as the shortest. You have
# met the number under the root: $\kappa = \lambda_{\max}/\lambda_{\min}$, the condition number, in notebooks 00
# and 03. Now you see it as a shape.

# %%
figure, axes = plotting.subplots(1, 3, width=10, height=2.4)
X, Y = np.meshgrid(np.linspace(-1.2, 1.2, 150), np.linspace(-0.6, 0.6, 150))
left = {}
for ax, kappa in zip(axes, (1, 10, 100)):
    bowl = minnet.problems.quadratic([1, kappa])
    run = minnet.minimize(bowl, [1.0, 0.32], optim.GradientDescent(2 / (1 + kappa)), max_iter=25, gtol=0, record=["x"])
    left[kappa] = np.linalg.norm(run.history["x"][-1])
    ax.contour(X, Y, bowl.on_grid(X, Y), levels=kappa / 50 * np.arange(1, 10)**2 / 9, colors="0.7", linewidths=0.7)
    ax.plot(*run.history["x"].T, "o-", markersize=3, linewidth=1)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal",
           title=rf"$\kappa = {kappa}$: {left[kappa]:.2g} away after 25 steps")
figure

# %% [markdown]
# Each run has its own best rate, $2/(\lambda_{\min} + \lambda_{\max})$. **Predict**: how many steps does gradient
# descent need for a millionth of the distance, if $\kappa$ is 10, 100, 1000? Write down three numbers. (The factor of
# a step is $(\kappa - 1)/(\kappa + 1) \approx 1 - 2/\kappa$.)

# %%
assert left[1] < 1e-12 < left[10] < left[100]


def steps(kappa):
    bowl = minnet.problems.quadratic(np.geomspace(1, kappa, 5), rng=0)           # five dimensions, turned at random
    arrived = lambda run: np.linalg.norm(run.x) <= 1e-6 * np.linalg.norm(bowl.starts[0])
    rate = 2 / (1 + kappa)
    return minnet.minimize(bowl, bowl.starts[0], optim.GradientDescent(rate), 20_000, gtol=0, callback=arrived).nit


kappas = np.array([3, 10, 30, 100, 300, 1000])
counts = [steps(kappa) for kappa in kappas]
figure, ax = plotting.subplots()
ax.loglog(kappas, counts, "o-", label="counted")
ax.loglog(kappas, np.log(1e6) / 2 * kappas, "--", label=r"$\frac{1}{2} \log(10^6)\, \kappa \approx 7 \kappa$")
ax.set(xlabel=r"condition number $\kappa$", ylabel="steps", title="Ten times the condition, ten times the steps")
ax.legend()
figure

# %%
growth = np.polyfit(np.log(kappas[2:]), np.log(counts[2:]), 1)[0]
print(dict(zip(kappas.tolist(), counts)), f": they grow as κ^{growth:.2f}")
assert abs(growth - 1) < 0.03 and abs(counts[-1] / (np.log(1e6) / 2 * 1000) - 1) < 0.05

# %% [markdown]
# ### What the source said, and what the run says
#
# The README draft: a high $\kappa$ "will result in slow convergence and may even prevent convergence entirely". Slow,
# yes, as the picture says: in proportion. Does it ever *prevent* convergence? Two cases. With the right rate: run
# $\kappa = 10^4$. With a rate that was right for another valley: run $\kappa = 100$ with the best rate of $\kappa =
# 10$. **Predict** both.

# %%
def distance(kappa, rate, steps):
    return np.linalg.norm((1 - rate * np.array([1.0, kappa]))**steps)


print(f"κ = 10⁴ with its own rate, after 100 000 steps: {distance(1e4, 2 / (1 + 1e4), 10**5):.0e}")
print(f"κ = 100 with the rate of κ = 10, after 25 steps: {distance(100, 2 / 11, 25):.0e}")
assert distance(1e4, 2 / (1 + 1e4), 10**5) < 1e-6 and distance(100, 2 / 11, 25) > 1e6
counts = [minnet.minimize(minnet.problems.quadratic([1, kappa]), [1, 1], optim.UndampedNewton()).nit
          for kappa in (10, 1e4)]
print("Newton's method takes", counts, "steps for κ = 10 and 10⁴")
assert counts == [1, 1]

# %% [markdown]
# What prevents convergence is a rate above $2/\lambda_{\max}$, not the $\kappa$. (Nor does $\kappa$ matter to every
# method. Newton's, the subject of notebook 05, does not notice it.)
#
# ## Bends of both signs
#
# An eigenvalue may be negative. Then the ground bends *down* along its eigenvector. If it bends up along another, and
# there is no slope, you stand on a *saddle*, a pass between two valleys.

# %%
saddle = minnet.problems.saddle()
X, Y = np.meshgrid(np.linspace(-2, 2, 120), np.linspace(-2, 2, 120))
figure, ax = plotting.subplots(width=5.4, height=4.2)
filled = ax.contourf(X, Y, saddle.on_grid(X, Y), levels=15, cmap="Greys")
figure.colorbar(filled, ax=ax, label="$f$")
ax.plot(0, 0, "+", color="#D55E00", markersize=14)
ax.set(xlabel="$x_1$", ylabel="$x_2$", title="A saddle: up along $x_1$, down along $x_2$")
lam = np.linalg.eigvalsh(saddle.hessian(np.zeros(2)))
print("slope at the cross:", saddle.gradient(np.zeros(2)), " eigenvalues:", lam)
assert lam[0] < 0 < lam[1] and not saddle.gradient(np.zeros(2)).any()
figure

# %% [markdown]
# A matrix whose eigenvalues are all positive is called *positive definite*; one with both signs, *indefinite*. How
# many are positive, negative and zero is its *inertia*. "If the Hessian is not positive definite, then the loss
# surface may not have a minimum", says the README draft. It speaks of the whole surface, but $H$ knows one point
# only. Let us look at it along a run on the source's network, with a small price on large weights (`l2=0.01`): 50
# steps of Adam, about as in the source, then Newton's method to the end. **Predict**: how many of the 13 eigenvalues
# are negative at the start, after Adam, and at the end?

# %%
priced = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy", reduction="sum", l2=0.01)
kept = ["x", curvature.eigenvalues, curvature.inertia]          # what to note after each step
adam = minnet.minimize(priced, theta, optim.Adam(0.03), max_iter=50, gtol=0, record=kept)
newton = minnet.minimize(priced, adam.history["x"][-1], optim.Newton(), gtol=1e-8, record=kept)
spectra = np.concatenate([adam.history["eigenvalues"], newton.history["eigenvalues"][1:]])
figure, ax = plotting.subplots()
ax.plot(spectra, color="#0072B2", linewidth=0.8, linestyle="-")
ax.axhline(0, color="black", linewidth=0.8)
ax.axvline(50, color="#D55E00", linestyle=":")
ax.set_yscale("symlog", linthresh=0.01)
ax.set(xlabel="step (dotted: Newton's method takes over)", ylabel=r"the 13 eigenvalues $\lambda$ of $H$",
       title="Negative on the way, positive at the end")
figure

# %%
certificate = curvature.certificate(priced, newton.x)
for name, inertia in (("start", adam.history["inertia"][0]), ("after Adam", adam.history["inertia"][-1]),
                      ("end", newton.history["inertia"][-1])):
    print(f"{name:<11} (positive, negative, zero) = {tuple(inertia.tolist())}")
print(certificate)
assert np.all(adam.history["inertia"][:, 1] > 0) and certificate.kind == "strict minimum"

# %% [markdown]
# All along Adam's way $H$ is indefinite, and yet there is a minimum, and it is found. A negative eigenvalue says
# "this point is none", and nothing about the rest of the surface. (What an eigenvalue of exactly zero leaves open is
# a matter for notebook 10.)
#
# What about $\kappa$ at such points? The draft's formula $\lambda_{\max}/\lambda_{\min}$ gives a *negative* number
# there. The condition number in general is $\max|\lambda|/\min|\lambda|$. It says how much a solution of $Hp = -g$
# may suffer: if $g$ is wrong by one part in a million, $p$ may be wrong by that many millionths. But as the "number of
# steps" and the "shape of the ellipse" it has a meaning only where all eigenvalues are positive.

# %%
formula = spectra[:, -1] / spectra[:, 0]
general = np.abs(spectra).max(1) / np.abs(spectra).min(1)
print(f"start: λmax/λmin = {formula[0]:.1f}, max|λ|/min|λ| = {general[0]:.0f}")
print(f"end:   λmax/λmin = {formula[-1]:.0f}, max|λ|/min|λ| = {general[-1]:.0f}")
assert np.all(formula[:51] < 0) and np.isclose(formula[-1], general[-1]) and formula[-1] > 0
lam, Q = np.linalg.eigh(priced.hessian(theta))
small, large = Q[:, np.argmin(abs(lam))], Q[:, np.argmax(abs(lam))]
p, off = (np.linalg.solve(priced.hessian(theta), -g) for g in (large, large + 1e-6 * small))         # the worst case
print(f"start: an error of 1e-6 in g makes one of {np.linalg.norm(off - p) / np.linalg.norm(p):.0e} in p")
assert np.isclose(np.linalg.norm(off - p) / np.linalg.norm(p), 1e-6 * general[0], rtol=1e-3)

# %% [markdown]
# ## The part that is never negative
#
# Where do negative eigenvalues come from? A network's loss is a function of a function: the weights make an output
# $z(\theta)$, and the output makes a loss $\ell(z)$. Differentiate twice, by the chain rule. The slope is $\ell'\,
# b$, where $b = \nabla z$ is the gradient of the output. Differentiate that product:
#
# $$H = \underbrace{\ell''\, b\, b^T}_{G} + \ell'\, \nabla^2 z .$$
#
# By hand with one weight: $z = \theta^2$, $\ell = \tfrac12(z - 1)^2$, $\theta = 0.5$. Then $z = 0.25$, $b = 2\theta =
# 1$, $\ell' = z - 1 = -0.75$, $\ell'' = 1$, $\nabla^2 z = 2$. So $G = 1$ and $H = 1 - 0.75 \cdot 2 = -0.5$.
#
# The first part, summed over the examples, is the *Gauss-Newton matrix* $G$ (GGN: *generalised*, for any loss). A
# loss is bowl-shaped in its output, $\ell'' \ge 0$, so that $v^T G v = \sum \ell'' (b^T v)^2 \ge 0$: $G$ has no
# negative eigenvalue. These come from the second part, which multiplies the *error* $\ell'$ with the bend of the
# network.

# %%
one = minnet.Function(lambda t: (t[0]**2 - 1)**2 / 2, lambda t: 2 * t * (t**2 - 1))
second = (one.gradient(np.array([0.5 + 1e-5])) - one.gradient(np.array([0.5 - 1e-5])))[0] / 2e-5
print(f"by differences H = {second:.4f}")
assert np.isclose(second, -0.5)

# %% [markdown]
# Now the source. The notebook on second-order methods has a function `update_hessian` that adds up
#
#     y * (1-y) * (b @ b.T)
#
# over the examples and calls it the Hessian; $y = \sigma(z)$ is the output of its last unit, and $b$ the gradient of
# $z$. For the loss of two classes and a target $t$ you know $\ell' = y - t$ from notebook 01. Differentiate once
# more: $\ell'' = \sigma' = y(1 - y)$. So what does the notebook compute? **Predict**, then compare with $H$ and with
# $G$.

# %%
def notebooks_matrix(theta):
    z = net.outputs(theta, data.X)
    slope_one = minnet.Objective(net, data.X, z - 1, loss="squared_error")          # ½(z − (z₀ − 1))² has ℓ′ = 1 …
    b = slope_one.per_example_gradients(theta)                                      # … so that its gradient is b
    y = 1 / (1 + np.exp(-z))
    return (y * (1 - y) * b).T @ b


M, H, G = notebooks_matrix(theta), loss.hessian(theta), loss.ggn(theta)
apart = lambda A, B: np.linalg.norm(A - B) / np.linalg.norm(B)
print(f"from G it is {apart(M, G):.0e} away, from H {apart(M, H):.0%}")
assert apart(M, G) < 1e-12 and apart(M, H) > 0.1
g = loss.gradient(theta)
assert g @ -np.linalg.solve(G + 1e-3 * np.eye(13), g) < 0               # a step with G points downhill

# %% [markdown]
# It is the Gauss-Newton matrix, and not the Hessian. (The notebook has commented the call out. Had it been used in
# place of the differences, no step could have pointed uphill.) How far are the two apart? In the picture each entry
# is a square, orange where it is negative, violet where it is positive, and the darker the larger. (The shades are
# stretched, so that small entries show, too.)

# %%
figure, axes = plotting.subplots(2, 2, width=7.4, height=6.2)
ends = {"at the start": theta, "at the minimum": newton.x}
for row, (where, x) in zip(axes, ends.items()):
    for ax, (name, A) in zip(row, {"$H$": loss.hessian(x), "$G$": loss.ggn(x)}.items()):
        size = np.abs(loss.hessian(x)).max()
        image = ax.imshow(np.arcsinh(20 * A / size), cmap="PuOr", vmin=-np.arcsinh(20), vmax=np.arcsinh(20))
        ax.set(xlabel="weight", ylabel="weight", title=f"{name} {where}")
        ax.grid(False)
figure.suptitle("Different at the start, alike at the minimum")
figure

# %%
for where, x in ends.items():
    H, G = loss.hessian(x), loss.ggn(x)
    low = np.linalg.eigvalsh(H)[0], np.linalg.eigvalsh(G)[0]
    print(f"{where}: ‖H − G‖/‖H‖ = {apart(G, H):.0%}, smallest eigenvalues {low[0]:.1e} of H and {low[1]:.1e} of G")
    assert low[1] > -1e-10 * np.linalg.norm(G)
assert apart(loss.ggn(theta), loss.hessian(theta)) > 5 * apart(loss.ggn(newton.x), loss.hessian(newton.x))

# %% [markdown]
# As the errors $\ell'$ become small, or cancel, $H$ becomes $G$. Far from the minimum $G$ is the calmer of the two:
# it knows no summits and no saddles, for better and for worse. For a linear network $\nabla^2 z = 0$ and both are the
# same (exercise 04.3).
#
# ## A third matrix: Fisher's
#
# One more name that you will read. Square the *slopes* of the examples: $(y - t)^2\, b\, b^T$. Suppose that $t$ were
# drawn from the network's own probabilities: 1 with probability $y$, 0 with probability $1 - y$. By hand for $y =
# 0.8$: the mean of $(y - t)^2$ is $0.8 \cdot 0.2^2 + 0.2 \cdot 0.8^2 = 0.032 + 0.128 = 0.16$. And that is $0.8 \cdot
# 0.2$! In the mean the squared slope is $y(1 - y)\, b\, b^T$: the *Fisher matrix* is $G$. Drawn targets, however, are
# not the data's targets. With those one gets the *empirical* Fisher matrix. **Predict** which of the two comes close
# to $G$ as draws are averaged.

# %%
y = np.linspace(0, 1, 11)
assert np.allclose(y * (y - 1)**2 + (1 - y) * y**2, y * (1 - y))
x, rng = newton.x, np.random.default_rng(0)
G, empirical = loss.ggn(x), loss.fisher(x)
draws = np.array([loss.fisher(x, "mc", rng) for _ in range(2048)])      # "mc", Monte Carlo: with drawn targets
k = 2 ** np.arange(9)
spread = [np.mean([apart(part.mean(0), G) for part in np.split(draws, 2048 // size)]) for size in k]
figure, ax = plotting.subplots()
ax.loglog(k, spread, "o-", label="mean of $k$ matrices with drawn targets")
ax.axhline(apart(empirical, G), color="#D55E00", linestyle="--", label="empirical, with the data's targets")
ax.set(xlabel="draws $k$", ylabel=r"distance from $G$, by the size of $G$", title="Only the drawn one averages to $G$")
ax.legend()
figure

# %%
falls = np.polyfit(np.log(k), np.log(spread), 1)[0]
print(f"the distance falls as k^{falls:.2f}; the empirical matrix stays {apart(empirical, G):.0%} away")
assert abs(falls + 0.5) < 0.1 and apart(empirical, G) > 3 * spread[-1]

# %% [markdown]
# ## What it costs to hold
#
# The lecture: for $n = 10^6$ weights the gradient takes "3.8 MBytes", the Hessian "3.6 TB". Check it: 4 bytes a
# number (single precision), and 1024 for a kilo. How much is it at $n = 13$? And which $n$ fits into a laptop with 16
# GB, in double precision?

# %%
for n in (13, 10**3, 10**6):
    print(f"n = {n:>9,}: gradient {4 * n / 2**20:10.4f} MB, Hessian {4 * n**2 / 2**20:14.4f} MB")
print(f"a Hessian in double precision fills 16 GB at n = {int(np.sqrt(16 * 2**30 / 8)):,}")
assert round(4 * 10**6 / 2**20, 1) == 3.8 and round(4 * 10**12 / 2**40, 1) == 3.6
assert loss.hessian(theta).nbytes == 8 * 13**2

# %% [markdown]
# ## What it costs to use
#
# To use $H$ one solves $Hp = -g$ (notebook 05). The sources say that the inverse costs "$O(n^3)$". Count it. This is
# elimination as you learned it at school: subtract multiples of a row from the rows below, until a triangle is left.

# %%
def multiplications(n):
    A, count = np.eye(n) + 1.0 / n, 0
    for i in range(n):
        for row in range(i + 1, n):
            A[row, i:] = A[row, i:] - A[row, i] / A[i, i] * A[i, i:]
            count += n - i
    return count


sizes = np.array([25, 50, 100, 200])
work = np.array([multiplications(n) for n in sizes])
power = np.polyfit(np.log(sizes), np.log(work), 1)[0]
print(f"multiplications grow as n^{power:.2f}; n³/3 is {np.round(sizes**3 / 3 / work, 2)} times the count")
years = (1e6)**3 / 3 / 1e10 / (365 * 24 * 3600)
print(f"for n = 10⁶, at 10¹⁰ multiplications a second: {years:.1f} years for one step")
assert abs(power - 3) < 0.05 and abs(sizes[-1]**3 / 3 / work[-1] - 1) < 0.02 and years > 1

# %% [markdown]
# (Measured seconds, for this and for other methods, are drawn by `python -m minnet figures cost`.)
#
# So with a million weights you can neither hold nor use $H$. But you need not! In notebook 02 you saw that $Hv$, the
# change of the gradient along $v$, comes without $H$: one R line beside each line of the gradient, so that it costs
# about as much as another gradient or two. What can one learn from products alone? The largest eigenvalue, for a
# start. Multiply a random $v$ by $H$, again and again. Each product multiplies the component along $q_i$ by
# $\lambda_i$, and soon the one with the largest $|\lambda|$ outgrows all others. This is *power iteration*. We try it
# on a network with 8635 weights that reads handwritten digits. (`softmax_crossentropy` is the loss of exercise
# 01.4, for several classes.) Its Hessian would take 600 MB.

# %%
digits = minnet.datasets.digits()
big = minnet.MLP([64, 115, 10], activation="tanh")
g = minnet.Objective(big, digits.X[:200] / 16, digits.y[:200], loss="softmax_crossentropy")
x, rng = big.init(rng=0), np.random.default_rng(0)
v, bends = rng.standard_normal(g.n), []
for _ in range(60):
    v = v / np.linalg.norm(v)
    product = g.hvp(x, v)
    bends.append(v @ product)                                  # the curvature along v
    v = product
figure, ax = plotting.subplots()
ax.plot(np.arange(1, 61), bends, "o-", markersize=3)
ax.set(xlabel="products with $H$", ylabel="curvature along $v$",
       title=f"{g.n} weights: the largest eigenvalue from products alone")
figure

# %%
top = curvature.lanczos(curvature.HessianOperator(g, x), 40, rng=0)
print(f"by 60 products {bends[-1]:.4f}; by a cleverer method, Lanczos's, {top.values[-1]:.4f}")
assert g.n == 64 * 115 + 115 + 115 * 10 + 10 and 590 < 8 * g.n**2 / 1e6 < 610
assert abs(bends[-1] / top.values[-1] - 1) < 0.02
assert np.allclose(loss.hvp(theta, np.ones(13)), loss.hessian(theta) @ np.ones(13))

# %% [markdown]
# And $2/\lambda_{\max}$ is the largest rate that gradient descent bears at this point: for the price of some
# gradients you can look it up instead of guessing it. (How would you find $\lambda_{\min}$, and so $\kappa$, from
# products? Exercise 04.2.)
#
# ## How many examples?
#
# The lecture's third warning: the "Hessian typically requires very large batch sizes". The gradient of $m$ examples
# has an error like $1/\sqrt m$, as you saw in notebook 03. **Predict** how the error of $H$ falls, and that of the
# step $p$ from $(H + \alpha I)\, p = -g$. ($I$ is the identity matrix. Adding $\alpha I$ lifts all eigenvalues by
# $\alpha$; this is called *damping*, and notebook 05 needs it badly. We take $\alpha$ such that the smallest
# eigenvalue becomes 0.03, and then such that it becomes 1.)

# %%
moons = minnet.datasets.two_moons(512, 0.2, rng=0)
small_net = minnet.MLP([2, 4, 1], activation="tanh")
whole = minnet.Objective(small_net, moons.X, moons.y, loss="binary_crossentropy", l2=1e-3)
x, rng = small_net.init(rng=0), np.random.default_rng(0)
alphas = [lowest - np.linalg.eigvalsh(whole.hessian(x))[0] for lowest in (0.03, 1)]        # the knob: 0.1, 10


def parts(f):
    g, H = f.gradient(x), f.hessian(x)
    return g, H, *(np.linalg.solve(H + alpha * np.eye(len(g)), -g) for alpha in alphas)


exact, m = parts(whole), 2 ** np.arange(2, 9)
draw = lambda size: parts(whole.subset(rng.permutation(512)[:size]))
errors = np.array([np.median([[apart(a, b) for a, b in zip(draw(size), exact)] for _ in range(60)], axis=0)
                   for size in m])

# %%
figure, ax = plotting.subplots()
for curve, name in zip(errors.T, ("gradient $g$", "Hessian $H$", "step, little damping", "step, much damping")):
    ax.loglog(m, curve, "o-", markersize=4, label=name)
ax.set(xlabel="batch size $m$", ylabel="relative error (median of 60)",
       title="A step with little damping needs more examples than its parts")
ax.legend()
figure

# %%
slopes = np.polyfit(np.log(m[:5]), np.log(errors[:5]), 1)[0]
print("the errors of g and H fall as m to the power", np.round(slopes[:2], 2))
print("at m = 64: error of g, H, and of the step with little and with much damping:", np.round(errors[4], 2))
assert np.all(np.abs(slopes[:2] + 0.5) < 0.15)
assert np.all(errors[2:, 2] > 1.5 * errors[2:, 0]) and np.all(errors[2:, 3] < 1.3 * errors[2:, 0])

# %% [markdown]
# Here the Hessian itself is no noisier than the gradient. What suffers is the *step*: dividing by a small eigenvalue
# multiplies the error along that eigenvector. The lecture is right where there is little damping, and wrong where
# there is much. (`python -m minnet figures hessian_noise` asks the same before and after training.)
#
# ## The answer
#
# *What does the second derivative know?* How the ground bends, along every direction: $v^T H v$. Its eigenvectors are
# the axes of the valley, its eigenvalues the curvatures along them; their signs tell a minimum from a saddle, and
# their ratio tells how long gradient descent will take. All this at one point, and for a network in two parts: $G$,
# which is never negative, and a rest that shrinks with the errors. It costs $n^2$ numbers to hold and $n^3$
# multiplications to use, but $Hv$ costs no more than some gradients.
#
# **Remember**
#
# 1. The curvature along $v$ is $v^T H v$; the largest and the smallest are eigenvalues, and $\kappa$ is their ratio.
# 2. $H = G +$ (error × bend of the network). $G = \sum \ell''\, b\, b^T$ has no negative eigenvalue.
# 3. Never form $H$ for a large network. Ask for products $Hv$.
#
# **Where the source was wrong**: $\lambda_{\max}/\lambda_{\min}$ is no condition number where signs differ; a Hessian
# with negative eigenvalues says nothing about minima elsewhere; a high $\kappa$ slows gradient descent and does not
# prevent its convergence, a rate above $2/\lambda_{\max}$ does; and the notebook's $y(1 - y)\, b b^T$ is not the
# Hessian but the Gauss-Newton matrix.
#
# ## Exercises

# %%
exercises.show("04.1")


# %%
def hessian_of_form(A):
    ...


# exercises.check("04.1", hessian_of_form)

# %%
exercises.show("04.2")


# %%
def condition(product, n):
    ...


# exercises.check("04.2", condition)

# %%
exercises.show("04.3")


# %%
def gauss_newton(X, K):
    ...


# exercises.check("04.3", gauss_newton)

# %%
exercises.show("04.4")


# %%
def measure(kappa):
    ...


# exercises.check("04.4", measure, prediction=...)

# %%
exercises.show("04.5")


# %%
def hessian(gradient, x):
    ...


# exercises.check("04.5", hessian)
