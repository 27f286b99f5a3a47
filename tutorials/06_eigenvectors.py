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
# # Eigenvectors
#
# **What if I could turn the axes?**
#
# Gradient descent suffers in a valley, because one learning rate has to serve a steep direction and a flat one. If
# the valley ran along an axis, you could give each weight a rate of its own. Most valleys run askew. In this notebook
# you turn the axes until they fit, see what Newton's step (notebook 05) looks like from there, and find out what the
# turning costs. You need eigenvectors as the axes of a bowl (notebook 04).

# %%
# %matplotlib inline

import numpy as np

import minnet
from minnet import datasets, exercises, minimize, optim, plotting, problems
from minnet.notebook import notebook_objective

# %% [markdown]
# ## One axis after the other
#
# Here is a naive plan: change one weight at a time. Walk along $x_1$ to the lowest point on that line, then along
# $x_2$, then along $x_1$ again. Each of these is a *line search*, a problem with one number. On the bowl
# $f(x) = x_1^2 + x_1 x_2 + x_2^2$, from $(3, -1)$, it looks like the picture. (How `lowest_on_line` finds its point is
# explained right after.)


# %%
H = np.array([[2.0, 1.0], [1.0, 2.0]])                          # f(x) = ½ xᵀHx


def lowest_on_line(x, q):
    slope, curvature = q @ H @ x, q @ H @ q
    return x - slope / curvature * q


def walk(x, directions):
    points = [np.array(x, float)]
    for q in directions:
        points.append(lowest_on_line(points[-1], np.array(q, float)))
    return np.array(points)


# %%
def draw(ax, points, title):
    X, Y = np.meshgrid(np.linspace(-3.5, 3.5, 100), np.linspace(-3, 2, 100))
    ax.contour(X, Y, X**2 + X * Y + Y**2, levels=np.arange(1, 7)**2 / 4, colors="0.75", linewidths=0.7)
    ax.plot(*points.T, "o-", markersize=4)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", title=title)


figure, ax = plotting.subplots(width=5.5)
along_axes = walk([3, -1], [(1, 0), (0, 1)] * 4)
draw(ax, along_axes, "Along the axes: closer with each search, never there")
figure

# %% [markdown]
# ## By hand
#
# The formula first. Along the line $x + tq$ a bowl is a parabola in $t$. Its slope is $q^T\nabla f(x + tq)$, and on
# $\tfrac12 x^T H x$ the gradient is $g = Hx$, so the slope is $q^T g + t\, q^T H q$. It is zero at
#
# $$t = -\frac{q^T g}{q^T H q} ,$$
#
# the slope along $q$ over the curvature along $q$. For an axis $q = (1, 0)$ these are the entries $g_1$ and $H_{11}$.
#
# | search along | $x$ | gradient $Hx$ | slope | curvature | $t$ | next $x$ |
# |---|---|---|---|---|---|---|
# | $(1, 0)$ | (3, −1) | (5, 1) | 5 | 2 | −2.5 | (0.5, −1) |
# | $(0, 1)$ | (0.5, −1) | (0, −1.5) | −1.5 | 2 | 0.75 | (0.5, −0.25) |
# | $(1, 0)$ | (0.5, −0.25) | ? | ? | 2 | ? | ? |
#
# Fill in the third row. After the first search the slope along $(1, 0)$ was 0. What is it now?

# %%
assert np.allclose(along_axes[:3], [[3, -1], [0.5, -1], [0.5, -0.25]])
print("the gradient after two searches:", H @ along_axes[2], " then x =", along_axes[3])
assert np.allclose(H @ along_axes[2], [0.75, 0]) and np.allclose(along_axes[3], [0.125, -0.25])
assert np.allclose(along_axes[3:, :] @ [1, 1], along_axes[1:-2, :] @ [1, 1] / 4)

# %% [markdown]
# The second search has *spoilt* what the first had won: the slope along $(1, 0)$ was zero and is 0.75 again. So you
# must go round and round. Each round leaves a quarter of the distance here, and never nothing.
#
# ## Turn the axes
#
# Now the same plan along $(1, 1)$ and $(1, -1)$. These are the eigenvectors of $H$: multiply and see, $H (1, 1)^T =
# (3, 3)^T$ and $H (1, -1)^T = (1, -1)^T$, so the eigenvalues are 3 and 1.
#
# | search along | $x$ | gradient $Hx$ | slope | curvature | $t$ | next $x$ |
# |---|---|---|---|---|---|---|
# | $(1, 1)$ | (3, −1) | (5, 1) | 6 | 6 | −1 | (2, −2) |
# | $(1, -1)$ | (2, −2) | (2, −2) | 4 | 2 | −2 | ? |
#
# **Predict** the last entry.

# %%
turned = walk([3, -1], [(1, 1), (1, -1)])
figure, axes = plotting.subplots(1, 2, width=10, height=3.6)
draw(axes[0], along_axes, "along the axes: eight searches")
draw(axes[1], turned, "along the eigenvectors: two, and done")
axes[1].set_ylabel("")                                          # the xlabel and the rest are those of `draw`
assert np.allclose(turned, [[3, -1], [2, -2], [0, 0]]) and np.linalg.norm(along_axes[-1]) > 1e-3
figure

# %% [markdown]
# ## Why they do not disturb each other
#
# When you move by $tp$, the gradient changes by $tHp$. So the slope along another direction $q$ changes by
#
# $$t\, q^T H p .$$
#
# That is the whole secret. If $q^T H p = 0$, a search along $p$ leaves the slope along $q$ as it is: if it was zero, it
# stays zero. Two such directions are called *conjugate* (with respect to $H$). For the axes, $q^T H p$ is $H_{12} =
# 1$: spoilt. For two eigenvectors, $Hp = \lambda p$, so $q^T H p = \lambda\, q^T p = 0$, because eigenvectors of a
# symmetric matrix are perpendicular.
#
# Write the eigenvectors as columns of a matrix $Q$. All the numbers $q_i^T H q_j$ together are $Q^T H Q$. **Predict**
# what this matrix looks like for an $H$ of 6 × 6 in which no entry is zero.

# %%
bowl = problems.quadratic(np.geomspace(1, 50, 6), rng=2)
B = bowl.hessian(np.zeros(6))
lam, Q = np.linalg.eigh(B)
print("H:", np.round(B, 1), "QᵀHQ:", np.round(Q.T @ B @ Q, 1) + 0.0, sep="\n")
assert abs(B).min() > 0.01 and np.allclose(Q.T @ B @ Q, np.diag(lam), atol=1e-12) and np.allclose(Q.T @ Q, np.eye(6))

# %% [markdown]
# Zeros everywhere but on the diagonal, and there stand the eigenvalues. The notebook on second-order methods writes
# this in one line: $q_i^T q_j = 0$ and $H q_j = \lambda_j q_j$ give $q_i^T H q_j = 0$, the *mutual conjugacy
# condition*. It is right. Mind the direction of the arrow, though: eigenvectors are conjugate, but conjugate
# directions need not be eigenvectors, nor perpendicular. For our $H$, take $(1, 0)$ and $(1, -2)$:

# %%
p, q = np.array([1.0, 0.0]), np.array([1.0, -2.0])
print("pᵀHq =", p @ H @ q, "  pᵀq =", p @ q, "  Hp =", H @ p)
assert p @ H @ q == 0 and p @ q != 0 and (H @ p)[1] != 0
assert np.allclose(walk([3, -1], [p, q])[-1], 0)

# %% [markdown]
# Two searches along them arrive as well. Keep this in mind. It is the door to the next notebook.
#
# ## Many dimensions
#
# With $n$ weights there are $n$ eigenvectors, so $n$ searches should do. The library has this method:
# `optim.EigenvectorLineSearch()`, from the highest eigenvalue to the lowest. **Predict** what the picture shows: the
# distance that is still to go along each eigenvector, after each search. All distances are 1 at the start.

# %%
n = 8                                   # the knob
bowl = problems.quadratic(np.geomspace(1, 50, n), rng=2)
run = minimize(bowl, bowl.starts[0], optim.EigenvectorLineSearch(), gtol=1e-9, record=["x"])
to_go = abs(run.history["x"] @ bowl.Q[:, ::-1])                 # highest eigenvalue first
figure, ax = plotting.subplots(width=5, height=4)
ax.imshow(to_go, cmap="Greys", vmin=0, vmax=1)
ax.grid(False)
ax.set(xlabel="along eigenvector", ylabel="after search", xticks=range(n), xticklabels=range(1, n + 1),
       title="Each search settles one direction (white) for good")
assert run.success and run.nit == n
assert np.allclose(to_go, np.triu(np.ones((n + 1, n)), 0), atol=1e-9)
figure

# %% [markdown]
# And as a film, beside gradient descent with its best rate, on a bowl of two weights:

# %%
bowl = problems.quadratic([1, 12], rng=3)
start = bowl.Q @ [2.3, 1.1]
races = {"along eigenvectors": optim.EigenvectorLineSearch(), "gradient descent": optim.GradientDescent(2 / 13)}
runs = {name: minimize(bowl, start, method, gtol=1e-6, record=["x"]) for name, method in races.items()}
print({name: f"{run.nit} steps" for name, run in runs.items()})
assert runs["along eigenvectors"].nit == 2 and runs["gradient descent"].nit > 20
film = plotting.animate(bowl, runs, frames=25, interval=200, convergence=False, frame=((-2.9, 2.9), (-2.4, 2.4)))
assert len(plotting.frames(film, dpi=30)) == 25
film

# %% [markdown]
# ## The same, seen from the eigenvectors
#
# Turn your head until the eigenvectors are your axes. A point $x$ has the coordinates $z = Q^T x$ there, and the bowl
# becomes
#
# $$\tfrac12 x^T H x = \tfrac12 \sum_i \lambda_i z_i^2 ,$$
#
# a sum of $n$ parabolas that have nothing to do with one another. Each can be minimised by itself: slope $q_i^T g$,
# curvature $\lambda_i$, move
#
# $$-\frac{q_i^T g}{\lambda_i} .$$
#
# The notebook calls it "the best (projected) gradient-descent step along each eigenvector". You can read it in this
# way: gradient descent with a *learning rate of its own for each eigenvector*, $1/\lambda_i$. Large curvature, small
# rate.
#
# As the moves do not disturb each other, you may as well make them all at once. What is their sum? **Guess** before
# you run the cell.

# %%
bowl = problems.quadratic(np.geomspace(1, 50, 8), rng=2)
x = np.random.default_rng(0).standard_normal(8)
g, z = bowl.gradient(x), bowl.Q.T @ x
moves = [-(q @ g) / lam * q for q, lam in zip(bowl.Q.T, bowl.eigenvalues)]
assert np.isclose(bowl(x), np.sum(bowl.eigenvalues * z**2) / 2)
newton = optim.UndampedNewton().step(bowl, x, {})[0] - x
print("all moves together:", np.round(sum(moves), 3))
print("Newton's step:     ", np.round(newton, 3))
assert np.allclose(sum(moves), newton) and np.allclose(newton, -np.linalg.solve(bowl.hessian(x), g))

# %% [markdown]
# Newton's step! In formulas: $H = Q\Lambda Q^T$, where $\Lambda$ (capital lambda) has the eigenvalues on its diagonal,
# so $-H^{-1}g = -Q\Lambda^{-1}Q^T g$. Read it from the right: look from the eigenvectors ($Q^T$), divide by the
# curvatures ($\Lambda^{-1}$), turn back ($Q$). *Newton's method is $n$ line searches at once, and it need not even know
# the eigenvectors*: solving $Hs = -g$ does the turning by itself.
#
# ## Towards the flat directions
#
# The notebook says that multiplying by $H^{-1}$ changes "the direction of the steepest gradient towards low-curvature
# directions". From here you can see it. Start at the distance 1 along every eigenvector. The gradient's part is
# $\lambda_i$ then, so it points nearly only along the steep ones. And Newton's?

# %%
x = bowl.starts[0]
lam, g, s = minnet.curvature.step_in_eigenbasis(bowl, x, optim.UndampedNewton().step(bowl, x, {})[0] - x)
figure, ax = plotting.subplots()
ax.loglog(lam, abs(g), "o", label="the gradient's part")
ax.loglog(lam, abs(s), "s", label="the part of Newton's step")
ax.set(xlabel=r"curvature $\lambda$ of the eigenvector", ylabel="part along the eigenvector",
       title="Newton's step does not forget the flat directions")
ax.legend()
figure

# %%
share = lambda parts: np.sum(parts[:4]**2) / np.sum(parts**2)   # of the four flattest directions, in the squared length
print(f"the four flattest of eight directions: {share(g):.1%} of the gradient, {share(s):.1%} of Newton's step")
assert share(g) < 0.02 and np.isclose(share(s), 0.5) and np.allclose(s, -g / lam)

# %% [markdown]
# Compared with the gradient it is a turn towards the flat directions, as the notebook says. Compared with the way to
# the minimum it is no turn at all: it *is* the way.
#
# That "keeps it from suffering oscillation in a valley", the notebook goes on. Let us count. An oscillation is a step
# that crosses the valley's floor. In a valley with the curvatures 30 across and 1 along, **predict** how many of thirty
# steps cross the floor, for gradient descent with the rate 1.9/30, with the rate 1/30, and for Newton.

# %%
valley = problems.quadratic([1, 30], rng=3)
start = valley.Q @ [2.3, 0.8]
methods = {"rate 1.9/30": optim.GradientDescent(1.9 / 30), "rate 1/30": optim.GradientDescent(1 / 30),
           "Newton": optim.UndampedNewton()}
runs = {name: minimize(valley, start, method, max_iter=30, record=["x"]) for name, method in methods.items()}
crossings = {}
for name, run in runs.items():
    across = run.history["x"] @ valley.Q[:, 1]
    crossings[name] = np.sum(across[1:] * across[:-1] < -1e-12)
    print(f"{name:<12} {run.nit:2} steps, {crossings[name]:2} across the floor, then {np.linalg.norm(run.x):.3f} to go")
assert crossings["rate 1.9/30"] == 30 and crossings["rate 1/30"] == crossings["Newton"] == 0
assert np.linalg.norm(runs["rate 1/30"].x) > 0.5 and runs["Newton"].nit == 1 and runs["Newton"].success

# %%
plotting.trajectory(valley, runs, "To and fro, or creeping, or straight to the bottom", convergence=False,
                    frame=((-2.9, 2.9), (-2.4, 2.4)))

# %% [markdown]
# Gradient descent has the choice: a large rate, and it oscillates; a small one, and it creeps. Newton does neither.
#
# ## When a curvature is negative
#
# Everything so far had $\lambda > 0$. What does a search along an eigenvector do where $\lambda < 0$? There the
# parabola opens downward. It has no lowest point, and $t = -(q^T g)/\lambda$ leads to its *highest*. On $-\tfrac12
# x_1^2 + x_2^2$ there is no minimum, and an honest search should say so.

# %%
saddle = problems.quadratic([-1, 2])
run = minimize(saddle, [0.1, 1.0], optim.EigenvectorLineSearch())
print(run.message)
x = np.array([0.1, 1.0])
moved = x - [saddle.gradient(x)[0] / -1, 0]                     # the formula, along the first eigenvector: λ = −1
print(f"the formula goes from {x} to {moved}, and f from {saddle(x):.3f} to {saddle(moved):.3f}")
assert not run.success and "without bound" in run.message and saddle(moved) > saddle(x)

# %% [markdown]
# That is the difference between a line search and a formula: the search looks at the values of $f$ and walks *down*,
# whatever the sign of $\lambda$. Newton's step believes the formula.
#
# ## Off the bowl
#
# The loss of a network is no bowl. Its eigenvectors turn while you walk, and after $n$ searches you look at the Hessian
# anew. In Rosenbrock's long, *bent* valley two searches will not do. And on the notebook's loss (13 weights, with a
# little weight decay, so that there is a minimum)? One Newton step makes 13 moves at once, each as long as its parabola
# says. **Predict** roughly how many searches one Newton step is worth.

# %%
bent = minimize(problems.rosenbrock(), [-1.2, 1.0], optim.EigenvectorLineSearch(), gtol=1e-8)
print(f"Rosenbrock's valley: {bent.nit} searches for 2 weights")
assert bent.success and bent.nit > 2
worth = []
for seed in range(6):
    f, start = notebook_objective(seed, 0.01), datasets.notebook_start(seed)
    searches = minimize(f, start, optim.EigenvectorLineSearch(), gtol=1e-6, max_iter=3000)
    steps = minimize(f, start, optim.Newton(chords=0), gtol=1e-6)
    worth.append(searches.nit / steps.nit)
    print(f"seed {seed}: {searches.nit} searches or {steps.nit} steps of Newton")
    assert searches.success and steps.success
    assert 2 < (searches.nfev + searches.njev + searches.nhev) / searches.nit < 40
assert 3 < np.median(worth) < 40

# %% [markdown]
# (`chords=0` asks for exactly one Hessian a step.) Around ten, which is not far from 13. Off the bowl, too, Newton's
# method does about the work of $n$ line searches in a step. And each exact line search costs several evaluations of the
# loss, its gradient or a product with its Hessian.
#
# ## What eigenvectors cost
#
# Finding all eigenvectors of an $n \times n$ matrix takes of the order of $n^3$ operations, as solving does, but many
# more of them. Solving $Hs = -g$ for a positive definite $H$ (by Cholesky's factors) takes about $n^3/3$ additions and
# multiplications. The usual way to the eigenvectors begins by making $H$ tridiagonal, with $n$ reflections, each of
# which costs a product of matrix and vector and a change of the matrix. Count both:

# %%
n = 400
factors = sum((n - k)**2 for k in range(n))                # the k-th step changes half of a square of n − k, 2 a number
reflections = sum(4 * (n - k)**2 for k in range(n))        # the product, 2 a number, and the change, 4 for half of them
print(f"Cholesky {factors / n**3:.2f} n³, tridiagonal form {reflections / n**3:.2f} n³")
assert np.isclose(factors, n**3 / 3, rtol=0.01) and np.isclose(reflections / factors, 4)

# %% [markdown]
# Four times as much, and the eigenvectors are still to come. So nobody searches along eigenvectors to be quick. The
# method is for *understanding*.
#
# And the memory? $Q$ is as large as $H$. For a million weights that is terabytes, as you saw in notebook 05; the
# notebook rightly calls it "impractical". Look once more at what made the eigenvectors good, though. Not that they are
# eigenvectors. Not that they are perpendicular. Only $q_i^T H q_j = 0$. Such directions can be had for far less.

# %%
D = np.array([[1.0, 0.0, 0.0], [1.0, -2.0, 0.0], [1.0, -2.0, 3.0]]).T           # the columns: three directions
K = np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 1.0], [0.0, 1.0, 2.0]])
print(D.T @ K @ D)
x = np.array([5.0, 4.0, -7.0])
for d in D.T:
    x = x - (d @ K @ x) / (d @ K @ d) * d
print("after three searches:", x)
assert np.allclose(D.T @ K @ D, np.diag([2, 6, 12])) and np.allclose(x, 0)

# %% [markdown]
# Three directions of whole numbers, no eigenvector among them, and three searches end at the minimum. Where do they
# come from? From exercise 06.4, and from notebook 07, where they fall out of the walk itself, one product with $H$
# each.
#
# ## What the source said, and what the run says
#
# | the notebook | the run |
# |---|---|
# | the best steps along the eigenvectors minimise the loss | on a bowl, in $n$ searches; off it the eigenvectors turn |
# | eigenvectors are mutually conjugate | right; and conjugate directions need not be eigenvectors |
# | $H^{-1}$ turns the step towards low curvature | compared with the gradient, yes: each part is divided by $\lambda$ |
# | it does not oscillate in a valley | right, and it does not creep either |
# | eigenvectors are impractical | right: many times the price of Newton's step, for the same step |
#
# ## The answer
#
# *What if I could turn the axes?* Along the eigenvectors of the Hessian a bowl falls apart into $n$ problems of one
# number. Solve them one after the other, and $n$ line searches arrive; solve them at once, and you have made Newton's
# step. Turning the axes costs more than the step itself, and it is not needed: conjugate directions do the same.
#
# **Remember**
#
# 1. Moving by $tp$ changes the slope along $q$ by $t\,q^T H p$. Conjugate directions, $q^T H p = 0$, leave each other
#    in peace.
# 2. In the eigenbasis Newton's step is $-(q^T g)/\lambda$: a learning rate $1/\lambda$ for each direction.
# 3. Eigenvectors are for understanding. Only their conjugacy is needed for speed.
#
# **Where the source was wrong**: here it was mostly right. It leaves out that the searches must begin anew off the
# bowl, and that where $\lambda < 0$ the formula leads to the highest point of the line.
#
# ## Exercises

# %%
exercises.show("06.1")


# %%
def search(g, H, q):
    ...


# exercises.check("06.1", search)

# %%
exercises.show("06.2")


# %%
def lengths(g, H, Q):
    ...


# exercises.check("06.2", lengths)

# %%
exercises.show("06.3")


# %%
def measure(H, x, directions):
    ...


# exercises.check("06.3", measure, prediction={"eigenvectors": ..., "axes": ...})

# %%
exercises.show("06.4")


# %%
def conjugate(P, H):
    ...


# exercises.check("06.4", conjugate)
