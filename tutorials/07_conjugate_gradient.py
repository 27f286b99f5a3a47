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
# # Conjugate gradients
#
# **Can I have that without eigenvectors?**
#
# "That" is what the last notebook ended with: search along each of the $n$ eigenvectors of the Hessian, one after the
# other, and you stand at the bottom of the bowl. Only, finding the eigenvectors costs far more than finding the
# bottom itself. This notebook makes other directions that do the same. They are made on the way, from gradients, at
# the price of one product of the Hessian with a vector per step, and no matrix need ever be written down.

# %%
# %matplotlib inline
import numpy as np

import minnet
from minnet import exercises, optim, plotting
from minnet.linalg.linear_cg import linear_cg

# %% [markdown]
# ## A bowl, and a search along a line
#
# Our bowl is
#
# $$f(x) = \tfrac12 x^T A x - b^T x ,$$
#
# where $x$ holds the $n$ weights, $A$ is a symmetric matrix with positive eigenvalues, the bowl's Hessian, and $b$ is
# a vector. The gradient is $g = Ax - b$. It is zero where $Ax = b$. So finding the bottom of a bowl and solving $n$
# linear equations are the same task.
#
# One tool is enough: the *line search*. Walk from $x$ along a direction $p$, by $\alpha p$ (alpha). The gradient
# changes by $\alpha Ap$, and the slope along $p$ is $p^T(g + \alpha Ap)$. At the lowest point of the line it is zero:
#
# $$\alpha = -\frac{p^T g}{p^T A p} .$$
#
# Note what a search leaves behind: a slope of zero along $p$. Along $p$ there is nothing more to gain.
#
# ## By hand: a walk that undoes itself
#
# Take $A = \begin{pmatrix}1 & 0\\ 0 & 4\end{pmatrix}$, $b = 0$, start at $(4, 1)$, and search along the negative
# gradient each time. This is *steepest descent*.
#
# | step | $x$ | $g = Ax$ | $\alpha = g^Tg / g^TAg$ | next $x$ |
# |---|---|---|---|---|
# | 1 | (4, 1) | (4, 4) | 32/80 = 0.4 | (2.4, −0.6) |
# | 2 | (2.4, −0.6) | (2.4, −2.4) | 0.4 | (1.44, 0.36) |
# | 3 | (1.44, 0.36) | ? | ? | ? |
#
# After the first step the slope along $(4, 4)$ is $4 \cdot 2.4 - 4 \cdot 2.4 = 0$, as it should be. What is it after
# the second step? And how far do you come with each step? **Write both down**, then run.


# %%
def search(A, x, p):
    """The lowest point of the line through x along p, for b = 0."""
    return x - (p @ (A @ x)) / (p @ A @ p) * p


A, path = np.diag([1.0, 4.0]), [np.array([4.0, 1.0])]
for _ in range(12):
    path.append(search(A, path[-1], A @ path[-1]))
path, first = np.array(path), A @ path[0]
print("slope along the first direction after 0, 1, 2, 3 steps:", (path[:4] @ A @ first).round(6) + 0.0)
print("each step leaves this part of the distance from the bottom:", round(np.hypot(*path[1]) / np.hypot(*path[0]), 6))
assert np.allclose(path[1], [2.4, -0.6]) and np.allclose(path[2], 0.36 * path[0])
assert np.isclose(path[1] @ A @ first, 0) and np.isclose(path[2] @ A @ first, 11.52)
assert np.allclose(np.linalg.norm(path[1:], axis=1) / np.linalg.norm(path[:-1], axis=1), 0.6)


# %%
def contours(ax, A, title):
    X, Y = np.meshgrid(np.linspace(-1.5, 5, 130), np.linspace(-1.6, 2.2, 80))
    ax.contour(X, Y, (A[0, 0] * X**2 + A[1, 1] * Y**2) / 2, levels=np.arange(0.5, 7, 0.5)**2 / 2, colors="0.8",
               linewidths=1)
    ax.plot(0, 0, "k+", markersize=12)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", title=title)
    ax.grid(False)


figure, ax = plotting.subplots(width=7, height=4)
contours(ax, A, "Each search undoes the one before it")
ax.plot(*path.T, "o-", markersize=4, label="steepest descent")
ax.axline((2.4, -0.6), slope=1, color="black", linewidth=1, linestyle=":", label="the line of the first search")
ax.legend(loc="upper left")
figure

# %% [markdown]
# The second step leaves the point where nothing was to be gained along the first direction, and then there *is*
# something to gain again: the slope 11.52. So the third step goes in the first direction once more, and the fourth in
# the second, and so on. Each step brings you nearer by the factor 0.6, and you never arrive. Try it: start at
# $(4, 0)$ or $(4, 3)$ instead. From which starts does it arrive?
#
# ## Do not undo
#
# Ask for better. Which direction $p_1$ keeps the slope along $p_0$ at zero? The step $\alpha_1 p_1$ changes the
# gradient by $\alpha_1 A p_1$, and so the slope along $p_0$ by $\alpha_1\, p_0^T A p_1$. It stays zero exactly if
#
# $$p_0^T A p_1 = 0 .$$
#
# You know this from notebook 06: such directions are *conjugate*. There it was a property that you found in
# eigenvectors. Here it comes from a wish and nothing else: *the second search is not to undo the first*.
#
# In our example $p_0 = (-4, -4)$, so $A p_0 = (-4, -16)$, and $p_1$ has to be perpendicular to that: $(-4, 1)$ is.
# From $(2.4, -0.6)$ it points straight to the bottom.

# %%
p0, p1 = np.array([-4.0, -4.0]), np.array([-4.0, 1.0])
end = search(A, path[1], p1)
assert p0 @ A @ p1 == 0 and np.allclose(end, 0)

# %%
figure, axes = plotting.subplots(1, 2, width=9.5, height=3.4)
walk = np.array([path[0], path[1], end])
contours(axes[0], A, "Conjugate: two searches arrive")
axes[0].plot(*walk.T, "s-", color="#D55E00")
circle = np.linspace(0, 2 * np.pi, 200)
for radius in np.arange(0.5, 7, 0.5):
    axes[1].plot(radius * np.cos(circle), radius * np.sin(circle), "-", color="0.8", linewidth=1)
axes[1].plot(*(walk * [1, 2]).T, "s-", color="#D55E00")
axes[1].plot(0, 0, "k+", markersize=12)
axes[1].set(xlabel="$x_1$", ylabel="$2 x_2$", aspect="equal", xlim=(-1.5, 5), ylim=(-3.2, 4.4),
            title="Made round: a right angle")
figure

# %% [markdown]
# On the right is the same walk with the second axis stretched until the bowl is round. There the two steps stand at a
# right angle. So conjugate directions are what perpendicular directions would be if the bowl were round, and on a
# round bowl perpendicular searches do not disturb each other. Eigenvectors are conjugate, too, $q_i^T A q_j =
# \lambda_j q_i^T q_j = 0$, and the source introduces the word with them. But nobody needs eigenvectors for this.
#
# ## Why $n$ searches are enough
#
# Let $p_0, p_1, \dots, p_{n-1}$ be conjugate, each to each. After the search along $p_k$ the slope is zero along
# $p_k$, and because nothing has been undone it is zero along $p_0, \dots, p_{k-1}$ as well. After $n$ searches it is
# zero along $n$ directions. They point $n$ different ways (were $p_k = \sum_j c_j p_j$ a sum of others, multiply by
# $p_k^T A$: on the left $p_k^T A p_k > 0$, on the right 0). A gradient without slope along $n$ independent directions
# is zero. You are at the bottom.
#
# Any conjugate directions will do. Here five of them are made from the five coordinate axes, as in exercise 06.4:
# from each axis take away what is not conjugate to the earlier ones. **Predict** where in the table of slopes you
# will see zeros.

# %%
bowl = minnet.problems.quadratic([1, 2, 4, 7, 11], rng=1)
H = bowl.hessian(bowl.centre)
P = []
for axis in np.eye(5):
    P.append(axis - sum((axis @ H @ p) / (p @ H @ p) * p for p in P))
x, slopes = np.ones(5), []
for p in P:
    x = search(H, x, p)
    slopes.append([q @ H @ x for q in P])
print("slope along p0 … p4 (columns) after the search along p0 … p4 (rows):")
print(np.round(slopes, 3) + 0.0)
assert np.allclose(np.tril(slopes), 0, atol=1e-12) and np.linalg.norm(x) < 1e-12

# %% [markdown]
# Once zero, for ever zero. Now the same with the axes themselves, which are not conjugate:

# %%
x, slopes = np.ones(5), []
for p in np.eye(5):
    x = search(H, x, p)
    slopes.append(H @ x)
print(np.round(slopes, 2) + 0.0)
assert np.allclose(np.diag(slopes), 0, atol=1e-12)
assert np.abs(np.tril(slopes, -1)).max() > 0.1 and np.linalg.norm(x) > 0.1

# %% [markdown]
# The diagonal is zero, for each search does its own work. Below it the zeros are gone again.
#
# This answers the section that the notebook of the source left blank, "why we need mutual conjugacy". But the recipe
# is expensive: each direction has to be freed of *all* earlier ones. You would have to keep them all, and for a
# million weights that is the Hessian's memory again.
#
# ## The algorithm, line by line
#
# The idea of Hestenes and Stiefel (1952): do not begin with the axes but with the gradients that you meet on the way.
# Then almost everything cancels. Write $r = b - Ax = -g$, the *residual*; it points downhill.
#
# 1. **Start** downhill: $p_0 = r_0$.
# 2. **Search** along $p$: $\alpha = \dfrac{p^T r}{p^T A p}$.
# 3. **Move**: $x_{new} = x + \alpha p$.
# 4. **New residual**: $r_{new} = b - A(x + \alpha p) = r - \alpha Ap$. The product $Ap$ is known from line 2.
# 5. **New direction**: downhill, plus a share of the old direction, $p_{new} = r_{new} + \beta p$ ($\beta$, beta).
#    Conjugate to $p$ it is if $p^TA(r_{new} + \beta p) = 0$, that is for
#    $\beta = -\dfrac{r_{new}^T A p}{p^T A p}$.
#
# Is it conjugate to the directions *before* $p$, too? Here is the gift. Nothing is undone, so $r_{new}$ is
# perpendicular to all earlier $p_j$; by line 5 each $r_j$ is made of $p_j$ and $p_{j-1}$, so $r_{new}$ is
# perpendicular to all earlier residuals as well. And $Ap_j = (r_j - r_{j+1})/\alpha_j$ by line 4 is a difference of
# two residuals. So $r_{new}^T A p_j = 0$ for all $j$ but the last. *Only the last direction has to be taken out.*
# This is why nothing needs to be kept.
#
# Two simplifications. In line 2, $p = r + \beta p_{old}$ and $p_{old}^T r = 0$, so $p^T r = r^T r$. In line 5, put
# $Ap = (r - r_{new})/\alpha$: above the line stands $r_{new}^T r_{new}/\alpha$, below it $r^T r/\alpha$. What is
# left:
#
# $$\alpha = \frac{r^T r}{p^T A p}, \qquad \beta = \frac{r_{new}^T r_{new}}{r^T r} .$$
#
# By hand on our two numbers: $r_0 = (-4, -4)$ and $r_1 = (-2.4, 2.4)$. So $\beta = 11.52/32 = 0.36$, and $p_1$ is
# $(-2.4 - 1.44,\ 2.4 - 1.44) = (-3.84, 0.96)$, which is $(-4, 1)$ but for a factor. And here is the whole algorithm:


# %%
def conjugate_gradients(A, b, steps):
    x, r = np.zeros(len(b)), b
    p, X, R, P = r, [x], [r], [r]
    for _ in range(steps):
        Ap = A @ p
        alpha = (r @ r) / (p @ Ap)
        x, r_new = x + alpha * p, r - alpha * Ap
        p = r_new + (r_new @ r_new) / (r @ r) * p
        r = r_new
        X.append(x), R.append(r), P.append(p)
    return np.array(X), np.array(R), np.array(P)


# %%
X, R, P = conjugate_gradients(A, np.array([-4.0, -4.0]), 2)      # with this b the bottom is (−4, −1)
assert np.allclose(P[1], [-3.84, 0.96]) and np.allclose(X[2], [-4, -1])
b = np.array([1.0, -2.0, 0.5, 3.0, -1.0])
X, R, P = conjugate_gradients(H, b, 5)
assert np.allclose(H @ X[5], b)
assert np.allclose(X, linear_cg(lambda v: H @ v, b, tol=0, max_iter=5).iterates)
print(f"residual after 5 steps: {np.linalg.norm(b - H @ X[5]):.0e}; the library takes the same steps")

# %% [markdown]
# ## What the lecture said: conjugate what?
#
# The lecture on optimisers gives conjugate gradients one slide. It says that the directions are conjugate, and prints
# the condition as $g_k^T H g_{k-1} = 0$: for the *gradients*. We have derived three things about the directions $p$
# and the gradients $g = -r$. **Predict** which of these three tables are zero off the diagonal: $p_i^T A p_j$, then
# $g_i^T g_j$, then $g_i^T A g_j$.

# %%
wide = minnet.problems.quadratic(np.linspace(1, 20, 10), rng=4)
A10 = wide.hessian(wide.centre)
X, R, P = conjugate_gradients(A10, wide.Q @ np.ones(10), 10)
unit = lambda V, M: V / np.sqrt(np.sum(V @ M * V, axis=1))[:, None]     # rows of length 1: vᵀMv = 1
tables = {"$p_i^TAp_j$: conjugate": (unit(P[:10], A10), A10),
          "$g_i^Tg_j$: perpendicular": (unit(R[:10], np.eye(10)), np.eye(10)),
          "$g_i^TAg_j$: not conjugate": (unit(R[:10], A10), A10)}
sizes = [np.abs(V @ M @ V.T) for V, M in tables.values()]

# %%
figure, axes = plotting.subplots(1, 3, width=9.5, height=3.2)
for ax, table, title in zip(axes, sizes, tables):
    image = ax.imshow(np.log10(np.maximum(table, 1e-16)), cmap="Greys", vmin=-16, vmax=0)
    ax.set(xlabel="$j$", ylabel="$i$", title=title)
    ax.grid(False)
figure.colorbar(image, ax=axes, label="power of ten", shrink=0.8)
figure

# %%
off = lambda M: np.abs(M - np.diag(np.diag(M))).max()
print("largest entry off the diagonal:", [f"{off(table):.0e}" for table in sizes])
assert off(sizes[0]) < 1e-8 and off(sizes[1]) < 1e-8
assert np.diag(sizes[2], 1).min() > 0.1 and off(np.triu(sizes[2], 2)) < 1e-8

# %% [markdown]
# The directions are conjugate and the gradients are perpendicular. Conjugate gradients are *not* conjugate:
# neighbours have $g_k^T A g_{k-1} \neq 0$, and the slide's formula holds for $p$ in place of $g$. (The name should be
# "conjugated gradients": gradients that have been made conjugate.)
#
# ## How many steps?
#
# At most $n$, and steepest descent takes its time. Ten weights:

# %%
residual = wide.Q @ np.ones(10)
slow = [np.linalg.norm(residual)]
for _ in range(30):
    residual = residual - (residual @ residual) / (residual @ A10 @ residual) * A10 @ residual
    slow.append(np.linalg.norm(residual))
quick = np.linalg.norm(R, axis=1)
figure, ax = plotting.subplots(height=3.4)
ax.semilogy(slow, "o-", markersize=4, label="steepest descent")
ax.semilogy(quick, "s-", markersize=4, label="conjugate gradients")
ax.set(xlabel="step", ylabel="length of the gradient", title="Ten weights: ten steps, and it is over")
ax.legend()
assert quick[10] < 1e-10 * quick[0] and slow[10] > 1e-2 * slow[0]
figure

# %% [markdown]
# Can it be fewer than $n$? Look at what $k$ steps can reach. Each step multiplies by $A$ once, so that the residual
# after $k$ steps is $r_0$ minus some mixture of $Ar_0, A^2r_0, \dots, A^kr_0$. In other words
#
# $$r_k = \pi_k(A)\, r_0 , \qquad \pi_k \text{ a polynomial of degree } k \text{ with } \pi_k(0) = 1 .$$
#
# Along an eigenvector with the eigenvalue $\lambda$ the matrix $A$ is the number $\lambda$. So this part of the
# residual is multiplied by the *number* $\pi_k(\lambda)$. Steepest descent has such a polynomial, too. But conjugate
# gradients, which undo nothing, have the *best* one: no other point that $k$ products can reach is lower. They lay
# the polynomial so that it is small where the eigenvalues are, and they do it without knowing one of them. Check it
# for $k = 3$: the lowest of all mixtures of $b$, $Hb$ and $H^2b$, found by solving for the mixture, is $x_3$.

# %%
b = np.array([1.0, -2.0, 0.5, 3.0, -1.0])
K = np.column_stack([b, H @ b, H @ H @ b])
lowest = K @ np.linalg.solve(K.T @ H @ K, K.T @ b)
assert np.allclose(conjugate_gradients(H, b, 3)[0][3], lowest)
print("lowest point that 3 products can reach:", lowest.round(4))

# %% [markdown]
# Suppose there are 50 weights and the eigenvalues crowd around two places, 1 and 4. A polynomial of degree 2 can be
# nearly zero at both. **Predict**: how does the residual look after two steps?

# %%
rng = np.random.default_rng(0)
crowds = np.concatenate([rng.uniform(0.95, 1.05, 25), rng.uniform(3.9, 4.1, 25)])
_, R50, _ = conjugate_gradients(np.diag(crowds), np.ones(50), 2)
figure, ax = plotting.subplots(height=3.6)
grid = np.linspace(0, 4.6, 200)
for k in (1, 2):
    pi = np.polynomial.Polynomial.fit(crowds, R50[k], k)       # r0 is 1 everywhere: r_k is π_k
    assert np.allclose(pi(crowds), R50[k]) and np.isclose(pi(0), 1)
    ax.plot(grid, pi(grid), label=f"$\\pi_{k}$, after {k} step{'s' * (k > 1)}")
ax.plot(crowds, 0 * crowds, "|", color="black", markersize=14, label="eigenvalues")
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="$\\lambda$", ylabel="$\\pi_k(\\lambda)$",
       title="Two crowds of eigenvalues: degree 2 is small at both")
ax.legend()
figure

# %%
sizes = np.linalg.norm(R50, axis=1) / np.linalg.norm(R50[0])
print("residual after 0, 1, 2 steps:", sizes.round(4))
assert sizes[1] > 0.3 and sizes[2] < 0.05
exact = conjugate_gradients(np.diag(np.repeat([1.0, 4.0], 25)), np.ones(50), 2)[1]
assert np.linalg.norm(exact[2]) < 1e-12
print("with exactly two different eigenvalues:", f"{np.linalg.norm(exact[2]):.0e}")

# %% [markdown]
# Fifty weights, two steps. What counts is not how many eigenvalues there are but how many *different places* they
# have. Try it: spread the crowds wider (`0.95, 1.05` is the knob), or add a third, and look again.
#
# ## The bound by $\kappa$
#
# And if the eigenvalues are spread evenly between $\lambda_{\min}$ and $\lambda_{\max}$? Then the polynomial has to
# be small on a whole interval and 1 at zero. Steepest descent at its worst does no better than $k$ steps at the
# best fixed rate, with the polynomial $(1 - 2\lambda/(\lambda_{\max} + \lambda_{\min}))^k$. What is the best one of
# degree $k$? *Chebyshev's* $T_k$ is made by $T_k(\cos\varphi) = \cos k\varphi$. So it swings between
# −1 and 1 while its argument does, and beyond that it grows faster than any other polynomial of its degree that keeps
# between −1 and 1 there. Lay it over our interval, and divide by its value at $\lambda = 0$:
#
# $$\pi_k(\lambda) = \frac{T_k(t)}{T_k(t_0)}, \qquad t = \frac{\lambda_{\max} + \lambda_{\min} - 2\lambda}
# {\lambda_{\max} - \lambda_{\min}}, \qquad t_0 = \frac{\kappa + 1}{\kappa - 1}, \qquad
# \kappa = \frac{\lambda_{\max}}{\lambda_{\min}} .$$
#
# On the interval this is nowhere larger than $1/T_k(t_0)$. **Predict** from the degree how often it is zero there.

# %%
low, high, k = 1.0, 10.0, 5                           # the knobs
kappa, z = high / low, (np.sqrt(high / low) + 1) / (np.sqrt(high / low) - 1)
T, lam = np.polynomial.Chebyshev.basis(k), np.linspace(0, 1.02 * high, 2000)
best = T((high + low - 2 * lam) / (high - low)) / T((kappa + 1) / (kappa - 1))
fixed = (1 - 2 * lam / (high + low))**k
figure, ax = plotting.subplots(height=3.6)
ax.plot(lam, fixed, label=f"{k} steps with the best fixed rate")
ax.plot(lam, best, label="Chebyshev's polynomial")
ax.axvspan(low, high, color="0.93", label="where the eigenvalues are")
ax.set(xlabel=r"$\lambda$", ylabel=rf"$\pi_{k}(\lambda)$", title="Small on a whole interval, and 1 at zero")
ax.legend()
figure

# %%
inside = (lam >= low) & (lam <= high)
print(f"largest inside: fixed rate {abs(fixed[inside]).max():.3f}, Chebyshev {abs(best[inside]).max():.3f}")
assert np.isclose(best[0], 1) and np.sum(np.diff(np.sign(best[inside])) != 0) == k
assert np.isclose(T((kappa + 1) / (kappa - 1)), (z**k + z**-k) / 2) and abs(best[inside]).max() <= 2 * z**-k
assert np.isclose(abs(fixed[inside]).max(), ((kappa - 1) / (kappa + 1))**k, rtol=0.01)

# %% [markdown]
# How small is $1/T_k(t_0)$? Write $z = e^{i\varphi}$. Then $\cos\varphi = \tfrac12(z + z^{-1})$, and the rule that
# makes $T_k$ reads $T_k(\tfrac12(z + z^{-1})) = \tfrac12(z^k + z^{-k})$. What agrees on a circle, and is a polynomial
# in $z$ and $z^{-1}$, agrees everywhere: so take the number $z = (\sqrt\kappa + 1)/(\sqrt\kappa - 1)$. It has
# $\tfrac12(z + z^{-1}) = t_0$ (multiply it out). So $T_k(t_0) \ge \tfrac12 z^k$, as the cell has checked. Measure the
# error $e_k = x_k - x_*$ from the bottom $x_*$ by $\|e\|_A = \sqrt{e^TAe}$; its square is twice the height above the
# bottom, the very thing that conjugate gradients make as small as they can. Then
#
# $$\|e_k\|_A \le 2 \left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^{k} \|e_0\|_A
# \qquad\text{against}\qquad \|e_k\|_A \le \left(\frac{\kappa - 1}{\kappa + 1}\right)^{k} \|e_0\|_A$$
#
# for steepest descent. (Its factor for $\kappa = 4$ is 3/5: the 0.6 of our walk, which was the worst case.) The two
# formulas look alike, but for a root. **Predict**: if $\kappa$ grows from 10 to 1000, by which factor do the steps of
# each method grow?


# %%
def steps_until(lam, conjugate, small=1e-6):
    e = 1 / np.sqrt(lam)                              # every eigenvector has the same part in the height
    r, p, k, first = -lam * e, -lam * e, 0, np.sqrt(len(lam))
    while np.sqrt(lam @ e**2) > small * first:
        alpha = (r @ r) / (p @ (lam * p))
        e, r_new, k = e + alpha * p, r - alpha * lam * p, k + 1
        p = r_new + conjugate * (r_new @ r_new) / (r @ r) * p
        r = r_new
    return k


kappas = np.array([10, 30, 100, 300, 1000])           # the knob
places = (1 - np.cos(np.pi * (np.arange(1000) + 0.5) / 1000)) / 2        # from 0 to 1, denser at both ends
spectra = [1 + (kappa - 1) * places for kappa in kappas]
counts = {name: np.array([steps_until(lam, conjugate) for lam in spectra])
          for name, conjugate in {"steepest descent": False, "conjugate gradients": True}.items()}

# %%
root = np.sqrt(kappas)
bounds = {"steepest descent": np.log(1e6) / np.log((kappas + 1) / (kappas - 1)),
          "conjugate gradients": np.log(2e6) / np.log((root + 1) / (root - 1))}
figure, ax = plotting.subplots(height=3.6)
for (name, values), marker in zip(counts.items(), "os"):
    ax.loglog(kappas, values, marker=marker, label=name)
    ax.loglog(kappas, bounds[name], "k:", linewidth=1, label="the bounds" if marker == "s" else None)
ax.set(xlabel="condition number $\\kappa$", ylabel="steps for six digits",
       title="Steps grow as $\\kappa$ for one, as $\\sqrt{\\kappa}$ for the other")
ax.legend()
for name, values in counts.items():
    print(f"{name}: {values} steps")
    assert np.all(values <= np.ceil(bounds[name]))
figure

# %%
growth = {name: np.polyfit(np.log(kappas), np.log(values), 1)[0] for name, values in counts.items()}
print({name: f"steps ~ kappa^{power:.2f}" for name, power in growth.items()})
assert abs(growth["steepest descent"] - 1) < 0.1 and abs(growth["conjugate gradients"] - 0.5) < 0.1

# %% [markdown]
# A hundred times $\kappa$ is about a hundred times the steps for one, and ten times for the other. That root is what
# conjugate gradients are loved for: a valley with $\kappa = 10^6$ is to them what one with $10^3$ is to steepest
# descent.
#
# ## What rounding does
#
# "At most $n$ steps" is a sentence about exact numbers. The gift above (only the last direction has to be taken out)
# rests on exact zeros, and in floating point they are only nearly zero. The errors add up, old directions creep back
# in, and in a bad valley $n$ steps are not enough. Twenty weights, $\kappa = 10^6$, nine different bowls:

# %%
late = []
for seed in range(9):
    valley = minnet.problems.quadratic(np.geomspace(1, 1e6, 20), rng=seed)
    V, b = valley.hessian(valley.centre), valley.Q @ np.ones(20)
    run = linear_cg(lambda v, V=V: V @ v, b, tol=1e-8, max_iter=400)
    late.append((np.linalg.norm(b - V @ run.iterates[20]) / np.linalg.norm(b), len(run.iterates) - 1))
    error = (run.iterates - valley.Q @ (1 / valley.eigenvalues)) @ valley.Q        # along the eigenvectors
    height = error**2 @ valley.eigenvalues / 2                                      # above the bottom
    assert np.all(np.diff(height) <= 1e-12 * height[0])
    assert np.linalg.norm(b - run.iterates @ V, axis=1).max() > np.linalg.norm(b)
after_n, steps = np.median(late, axis=0)
print(f"residual after n = 20 steps, in the median {after_n:.0e} of the first; 1e-8 after {steps:.0f} steps")
assert after_n > 1e-4 and 20 < steps < 200

# %% [markdown]
# It arrives all the same, later. On the way the residual is at times even longer than at the start; but the height
# falls in every step (the cell checks both). So do not think of conjugate gradients as a method that ends in $n$ steps.
# Think of one that gets lower all the time and may be stopped when it is low enough. For large $n$ you will want to
# stop long before $n$.
#
# ## Preconditioning
#
# If $\kappa$ decides, change $\kappa$. Measure each weight in a unit of its own, $x = S\hat x$ with a matrix $S$, and
# the bowl's matrix becomes $S^TAS$. Were $SS^T = A^{-1}$, it would be the identity: a round bowl, one step. That $S$
# would cost as much as the solution. But any cheap matrix $M$ that resembles $A$, with $SS^T = M^{-1}$, makes the
# bowl rounder. Write the algorithm for $\hat x$, translate it back, and $S$ drops out; what remains is one new line,
#
# $$z = M^{-1} r ,$$
#
# and $z$ in place of $r$ in three places: $p_0 = z_0$, $p_{new} = z_{new} + \beta p$, and $r^Tz$ for $r^Tr$ in
# $\alpha$ and $\beta$. $M$ is called the *preconditioner*. The cheapest is the diagonal of $A$.
#
# Does that matter in practice? Take the 569 tumours from notebook 00 and predict the class by a weighted sum of the
# 30 measurements, some of which are near 0.003 and some near 1000. The loss is half the mean squared error; its
# Hessian is $A = Z^TZ/N$, with the measurements, less their means, as rows of $Z$. **Predict**: which of the two runs
# takes fewer steps, and is the other one done after $n = 30$?

# %%
cancer = minnet.datasets.breast_cancer()
Z, target = cancer.X - cancer.X.mean(0), cancer.y - cancer.y.mean()
C, b = Z.T @ Z / len(Z), Z.T @ target / len(Z)
diagonal = np.diag(C)
plain = linear_cg(lambda v: C @ v, b, tol=1e-8, max_iter=2000)
scaled = linear_cg(lambda v: C @ v, b, tol=1e-8, max_iter=2000, precondition=lambda r: r / diagonal)
kappa = [np.linalg.cond(C), np.linalg.cond(C / np.sqrt(np.outer(diagonal, diagonal)))]

# %%
for name, run, number in zip(("as it is", "preconditioned"), (plain, scaled), kappa):
    print(f"{name:<15} kappa = {number:.0e}, {len(run.iterates) - 1} steps")
    assert np.linalg.norm(b - C @ run.x) <= 1e-7 * np.linalg.norm(b)
assert kappa[1] < 1e-4 * kappa[0] and len(scaled.iterates) < len(plain.iterates) / 2
assert len(plain.iterates) - 1 > 2 * 30
standard = Z / Z.std(0)
assert np.allclose(standard.T @ standard / len(Z), C / np.sqrt(np.outer(diagonal, diagonal)))

# %% [markdown]
# Dividing by the diagonal is, for this Hessian, the same as dividing each measurement by its spread (the last line of
# the cell). When you standardise a table before training you precondition by hand.
#
# A preconditioner is no magic. On a matrix whose diagonal is constant this one changes nothing at all:

# %%
chain = 2 * np.eye(40) - np.eye(40, k=1) - np.eye(40, k=-1)
b = np.random.default_rng(0).standard_normal(40)
same = [linear_cg(lambda v: chain @ v, b, max_iter=15, tol=0, precondition=inverse).iterates
        for inverse in (None, lambda r: r / 2)]
assert np.allclose(*same)
one = linear_cg(lambda v: chain @ v, b, precondition=lambda r: np.linalg.solve(chain, r), tol=1e-8)
print("the diagonal changes nothing here; with the matrix itself as M:", len(one.iterates) - 1, "step")
assert len(one.iterates) - 1 == 1

# %% [markdown]
# ## What the source said, and what the run says
#
# The notebook of the source leaves its section "Conjugate gradient algorithm" blank, but its code holds two attempts.
# Neither is called in the end; its last line takes the inverse Hessian instead. Here is the first, which the source
# has commented out, with `g` for its `derivatives` and without its prints. The notebook *adds* what it returns to the
# weights.


# %%
def first_attempt(g, hessian, q0, sign=1):
    if q0 is None:
        q1 = -g
    else:
        q1 = -g + (q0 @ hessian @ g) / (q0 @ hessian @ q0) * q0
    alpha = sign * (q1 @ g) / (q1 @ hessian @ q1)
    return alpha * q1, q1


def walk_by(sign, steps):
    x, q, heights = np.ones(5), None, []
    for _ in range(steps):
        heights.append(x @ H @ x / 2)
        move, q = first_attempt(H @ x, H, q, sign)
        x = x + move
    return x, heights


# %%
_, uphill = walk_by(sign=1, steps=5)
end, downhill = walk_by(sign=-1, steps=5)
print("as written:         ", np.round(uphill, 2))
print("with the minus sign:", np.round(downhill, 4))
assert np.all(np.diff(uphill) > 0) and np.all(np.diff(downhill) < 0)
assert np.linalg.norm(end) < 1e-10

# %% [markdown]
# Its $\beta$ is right. Its $\alpha$ lacks the minus sign of the line search, so every step walks the right distance
# in the wrong direction. With the sign mended it is conjugate gradients, and five steps end.
#
# The second attempt is the algorithm from above, as a loop inside one step. Look at three things before you run the
# next cell: how often the loop turns, which system it solves, and what happens when the residual is zero.


# %%
def second_attempt(derivatives, hessian):
    direction = residual = derivatives
    ret = 0.0
    for _ in range(len(derivatives) - 1):
        denominator = direction @ hessian @ direction
        if denominator == 0:
            raise Exception("conjugate gradient denominator zero")
        alpha = residual @ residual / denominator
        ret += alpha * direction
        r = residual
        residual = residual - alpha * hessian @ direction
        direction = residual + (residual @ residual) / (r @ r) * direction
    return ret


# %%
x = np.array([4.0, 1.0])
step = second_attempt(A @ x, A)
print("on our bowl it returns", step, "— Newton's step is", -x)
assert np.allclose(step, 0.4 * (A @ x))                                # one step, not two, and uphill
try:
    answer = second_attempt(np.zeros(2), A)
except Exception as error:
    answer = str(error)
print("at the bottom it says:", answer)
assert answer == "conjugate gradient denominator zero"
assert second_attempt(np.array([2.0]), np.array([[4.0]])) == 0.0       # one weight: no turn of the loop

# %% [markdown]
# Three faults. The loop turns $n - 1$ times; $n$ are needed, and with one weight it does nothing. It solves $Hs = g$,
# and what is added to the weights should solve $Hs = -g$: all its steps climb. And where the gradient is zero, that
# is at the goal, it reports an error. The library's version starts from $b = -g$, runs until the residual is small
# enough, and ends without complaint when there is nothing to do:

# %%
solve = lambda g, hessian: linear_cg(lambda v: hessian @ v, -g).x
assert np.allclose(solve(A @ x, A), -x)
assert np.array_equal(solve(np.zeros(2), A), [0, 0])
assert np.isclose(solve(np.array([2.0]), np.array([[4.0]]))[0], -0.5)
print("mended: the step is", solve(A @ x, A), "and at the bottom", solve(np.zeros(2), A))

# %% [markdown]
# There is a fourth fault, and it hides behind the test for zero. The Hessian of a network is no bowl: where it has
# negative eigenvalues, $p^T A p$ may be *negative*. Then the line along $p$ bends down, it has no lowest point, and
# $\alpha$ leads to its highest. A test for exactly zero never sees this. What does the notebook meet? Let its network
# train as there, 50 steps of Adam, over ten seeds, and start conjugate gradients on the Hessian:

# %%
from minnet.notebook import NOTEBOOK_ADAM, notebook_objective

met = []
for seed in range(10):
    loss = notebook_objective(seed)
    start = minnet.datasets.notebook_start(seed)
    run = minnet.minimize(loss, start, NOTEBOOK_ADAM, max_iter=50, gtol=0, record=["x"])
    theta = run.history["x"][-1]
    inner = linear_cg(lambda v, f=loss, t=theta: f.hvp(t, v), -loss.gradient(theta))
    met.append(inner.curvature is not None and inner.curvature[1] < 0)
print(f"conjugate gradients meet negative curvature on {sum(met)} of {len(met)} seeds")
assert sum(met) >= 8

# %% [markdown]
# It is the rule, not the exception. The library stops there, and returns the direction with its curvature. What to do
# with it is a question for notebook 09 (follow it, or stop before it) and notebook 10 (where it leads).
#
# ## When it is no bowl
#
# A loss has no $A$. Fletcher and Reeves (1964) saw that the algorithm hardly needs one. The residual is $-g$, which
# we have. The number $\alpha$ comes from a line search that tries a few points. And $\beta$ is made of gradients
# only. So:
#
# $$p_{new} = -g_{new} + \beta p, \qquad x \leftarrow x + \alpha p .$$
#
# No Hessian, no product with it, and a few vectors to keep. Only: which $\beta$? On a bowl the gradients are
# perpendicular, and formulas that agree there differ elsewhere. With $y = g_{new} - g$, there are two things to put
# above the line and two to put below it:
#
# | | below: $g^Tg$ | below: $p^Ty$ |
# |---|---|---|
# | **above: $g_{new}^Tg_{new}$** | Fletcher-Reeves (FR) | Dai-Yuan (DY) |
# | **above: $g_{new}^Ty$** | Polak-Ribière (PR) | Hestenes-Stiefel (HS) |
#
# HS is line 5 of the algorithm, with $y = \alpha Ap$. PR+ is PR with negative values set to zero. The fifth, of Hager
# and Zhang (HZ, 2005), is HS with a correction that makes each direction go downhill, whatever the line search did:
# $p_{new}^Tg_{new} \le -\tfrac78 \|g_{new}\|^2$. Two checks: this bound holds for any three vectors; and on a bowl,
# with exact searches, all five are one method. (`memory=0` asks for the classical method;
# the library can also precondition it, by the means of notebook 08.)

# %%
from minnet.optim.conjugate_gradient import BETAS

for g, g_new, p in np.random.default_rng(0).standard_normal((200, 3, 6)):
    p_new = -g_new + BETAS["HZ"](g_new, g, p, g_new, g) * p
    assert p_new @ g_new <= -0.875 * g_new @ g_new + 1e-9
runs = {name: minnet.minimize(wide, wide.starts[0], optim.NonlinearCG(name, memory=0, search=optim.Exact()),
                              max_iter=10, gtol=0, record=["x"]) for name in ("FR", "PR+", "HS", "DY", "HZ")}
reference = linear_cg(lambda v: A10 @ v, A10 @ wide.centre, wide.starts[0], tol=0, max_iter=10).iterates
for run in runs.values():
    assert np.allclose(run.history["x"], reference, atol=1e-7)
print("all five take the ten steps of linear conjugate gradients")

# %% [markdown]
# ## Why the numerator matters
#
# Suppose that something went wrong, and $p$ is a bad direction, at 80° to $-g$. The bowl is perfectly round, $f =
# \tfrac12\|x\|^2$, so that any method should be done at once. **Predict** what FR and PR+ do.


# %%
def recover(name, steps, angle=80):                     # the knob: try 45 and 89
    x = np.array([1.0, 0.0])
    p, path = np.array([-1.0, np.tan(np.radians(angle))]), [x]
    for _ in range(steps):
        g, x = x, search(np.eye(2), x, p)
        path.append(x)
        if np.linalg.norm(x) < 1e-12:
            break
        p = -x + BETAS[name](x, g, p, x, g) * p
    return np.array(path)


stuck, freed = recover("FR", 60), recover("PR+", 60)

# %%
figure, ax = plotting.subplots(width=5.2, height=4.2)
ax.plot(*stuck.T, "o-", markersize=3, label=f"FR, {len(stuck) - 1} steps")
ax.plot(*freed.T, "s--", label=f"PR+, {len(freed) - 1} steps")
ax.plot(0, 0, "k+", markersize=12)
ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", ylim=(-1.05, 1.05),
       title="On a round bowl: FR never forgets a bad direction")
ax.legend(loc="lower left", ncols=2)
figure

# %%
moves, gradients = np.diff(stuck, axis=0), stuck[:-1]           # on this bowl the gradient is x
length = lambda V: np.linalg.norm(V, axis=1)
cosines = -np.sum(moves * gradients, axis=1) / (length(moves) * length(gradients))
print("angles between FR's steps and -g:", np.degrees(np.arccos(cosines[:4])).round(6), "…")
assert np.allclose(np.degrees(np.arccos(cosines)), 80)
assert np.allclose(length(stuck[1:]) / length(stuck[:-1]), np.sin(np.radians(80)))
assert len(freed) - 1 == 2 and np.linalg.norm(freed[-1]) < 1e-12

# %% [markdown]
# FR goes round in a spiral, each step at the same 80°, and comes closer by $\sin 80° = 0.985$ only. The reason is in
# the numbers: the bad step is short, the gradient hardly changes, so FR's $\beta = \|g_{new}\|^2/\|g\|^2$ is nearly 1
# and keeps the bad direction. PR's numerator $g_{new}^T(g_{new} - g)$ is nearly zero where the gradient hardly
# changes: it forgets, and the next step is a step of steepest descent. This is why the library restarts FR and DY
# when they get stuck, and why its default is PR+.
#
# ## A race on a network
#
# The notebook's network with a little weight decay, each $\beta$ from five starts. For comparison: the same method
# with $\beta = 0$, which is steepest descent. Counted are evaluations of the loss with its gradient, line searches
# included. **Predict** the order, and the factor between the best and steepest descent.

# %%
data = minnet.datasets.notebook(0)
loss = minnet.Objective(minnet.MLP([2, 3, 1]), data.X, data.y, loss="binary_crossentropy", l2=1e-3)
evaluations = {}
for name in BETAS:
    runs = [minnet.minimize(loss, loss.net.init(rng=seed), optim.NonlinearCG(name, memory=0), gtol=1e-6,
                            max_iter=3000) for seed in range(5)]
    assert all(run.success for run in runs)
    evaluations[name] = np.median([max(run.nfev, run.njev) for run in runs])
steepest = minnet.minimize(loss, loss.net.init(rng=0), optim.NonlinearCG(memory=0, restart=1), gtol=1e-6,
                           max_iter=1500)

# %%
for name, count in evaluations.items():
    print(f"{name:<4} {count:4.0f} evaluations")
print(f"steepest descent: {steepest.nfev} evaluations, gradient still {np.linalg.norm(steepest.jac):.0e}")
assert not steepest.success and steepest.nfev > 2 * max(evaluations.values())
assert max(evaluations.values()) < 3 * min(evaluations.values())

# %% [markdown]
# The five are close to each other; do not read much into their order on one network. The step from steepest descent
# to *any* of them is what counts: no Hessian, a few vectors, and several times fewer evaluations.
#
# ## The answer
#
# *Can I have that without eigenvectors?* Yes. What made eigenvectors good was not their length or their right angles
# but that a search along one undoes nothing of the others. Directions with this property can be made one by one from
# the gradients, each from the last two vectors only.
#
# **Remember**
#
# 1. Conjugate, $p_i^TAp_j = 0$, means: the search along one does not undo the search along the other.
# 2. At most $n$ steps, fewer for crowded eigenvalues, about $\sqrt\kappa$ for spread ones; a preconditioner buys a
#    better $\kappa$.
# 3. Test $p^TAp \le 0$, not $= 0$: a network's Hessian is no bowl. Without a Hessian, take gradients, a line search
#    and PR+.
#
# **Where the source was wrong**: the lecture prints conjugacy for gradients, and it holds for directions. The
# notebook's first attempt has the wrong sign of $\alpha$ and climbs; its second climbs too, stops after $n - 1$
# steps, calls the goal an error, and does not see negative curvature.
#
# ## Exercises

# %%
exercises.show("07.1")


# %%
def cg(product, b, steps):
    ...


# exercises.check("07.1", cg)

# %%
exercises.show("07.2")


# %%
def measure(eigenvalues):
    ...


# exercises.check("07.2", measure, prediction=...)

# %%
exercises.show("07.3")


# %%
def step(derivatives, hessian):
    ...


# exercises.check("07.3", step)

# %%
exercises.show("07.4")


# %%
def pcg(product, b, precondition, steps):
    ...


# exercises.check("07.4", pcg)

# %%
exercises.show("07.5")


# %%
def beta(g_new, g):
    ...


# exercises.check("07.5", beta)
