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
# # Quasi-Newton
#
# **Can I learn the curvature while I walk?**
#
# Newton's method needs the Hessian in every step: for $n$ weights $n^2$ numbers to compute and a system of $n$
# equations to solve. But a walk teaches something by itself. You stood at one point and felt one slope, you stand at
# another and feel another slope. The *difference* of the slopes is curvature, and it cost nothing extra. This
# notebook makes a method of that. It is what SciPy's `minimize` does if you do not ask for anything else. (The
# notebook of the source has the heading "Quasi-Newton Methods and BFGS", and nothing below it. Here is what belongs
# there.)

# %%
# %matplotlib inline
from dataclasses import dataclass

import numpy as np

import minnet
from minnet import exercises, optim, plotting
from minnet.optim.updates import bfgs_update, dfp_update, psb_update, two_loop

# %% [markdown]
# ## One weight
#
# Let $f(x) = e^x - 2x$. Its slope is $g(x) = e^x - 2$, which is zero at $x = \log 2 = 0.693$. Newton's step from $x$
# is $-g(x)/h$, where $h = f''(x)$ is the curvature. Suppose you do not know $f''$. You have been at $x_0 = 0$, where
# the slope is $-1$, and are at $x_1 = 1$, where it is $e - 2 = 0.718$. Write
#
# $$s = x_1 - x_0 \quad\text{(the step)}, \qquad y = g(x_1) - g(x_0) \quad\text{(the change of the slope)}.$$
#
# The curvature between the two points is $B = y/s$: the slope has changed by 1.718 over a distance of 1. Take
# Newton's step with that:
#
# | $x_{k-1}$ | $x_k$ | $B = y/s$ | $g(x_k)$ | next $x = x_k - g(x_k)/B$ |
# |---|---|---|---|---|
# | 0 | 1 | 1.718 | 0.718 | 0.582 |
# | 1 | 0.582 | ? | −0.210 | ? |
#
# Fill in the second row with a pocket calculator, then run the cell.

# %%
g = lambda x: np.exp(x) - 2
x = [0.0, 1.0]                                                 # the knob
while abs(g(x[-1])) > 1e-12:
    B = (g(x[-1]) - g(x[-2])) / (x[-1] - x[-2])
    x.append(x[-1] - g(x[-1]) / B)
x = np.array(x)
print(x)
assert np.allclose(x[2:4], [0.582, 0.677], atol=1e-3) and abs(x[-1] - np.log(2)) < 1e-12

# %%
figure, ax = plotting.subplots(height=3.6)
grid = np.linspace(-0.2, 1.25, 100)
ax.plot(grid, g(grid), label="the slope $g(x)$")
ax.plot(grid, g(x[1]) + (g(x[1]) - g(x[0])) / (x[1] - x[0]) * (grid - x[1]), "--", label="the secant")
ax.plot(x[:3], g(x[:3]), "o", color="black")
ax.plot([x[2], x[2]], [0, g(x[2])], ":", color="black", linewidth=1)
for name, at in zip(("$x_0$", "$x_1$", "$x_2$"), x):
    ax.annotate(name, (at, g(at)), textcoords="offset points", xytext=(6, -12))
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="weight $x$", ylabel="slope", title="The zero of the secant is the next point")
ax.legend()
figure

# %% [markdown]
# The straight line through two points of a curve is a *secant*, and this is the *secant method*. How quick is it?
# Newton's method doubles the number of right digits in each step (its *order* is 2, notebook 05). The secant method
# knows less. **Predict** its order, then measure: if the error $e$ falls as $e_{k+1} \approx C e_k^q$, then $q$ is
# about $\log e_{k+1} / \log e_k$ once $e$ is small.

# %%
error = np.abs(x - np.log(2))[:-1]
orders = np.log(error[-3:]) / np.log(error[-4:-1])
print("errors:", [f"{e:.0e}" for e in error])
print("orders:", orders.round(2))
assert np.all((orders > 1.5) & (orders < 1.8))

# %% [markdown]
# About 1.6: not the 2 of Newton, but without a second derivative. (In theory it is the golden ratio, 1.618.)
#
# ## Many weights: too few equations
#
# With $n$ weights, $s$ and $y$ are vectors and the curvature is a matrix $B$, which is to stand for the Hessian. What
# was $B = y/s$ is now the *secant equation*
#
# $$B s = y .$$
#
# It says: along the last step, $B$ has the curvature that was found. Count. These are $n$ equations. A symmetric $B$
# has $n(n+1)/2$ unknown numbers. For $n = 2$ there are two equations for three numbers, for $n = 100$ there are 100
# for 5050. One step tells little, and a whole line of matrices (for $n = 2$) fits what it tells. Which one to take?
#
# You already had a $B$, which knows what earlier steps have taught. So: *change it as little as you can.*
#
# ## Least change, derived
#
# Let $B$ be the old matrix and $B + E$ the new one. $E$ should be symmetric, and $(B + E)s = y$, that is
#
# $$E s = r, \qquad r = y - Bs .$$
#
# Of all such $E$ we want the smallest, and begin by measuring size as simply as we can: by the sum of squares of all
# entries. Its root is the *Frobenius norm* $\|E\|_F$.
#
# Turn the axes so that the first one points along $s$. (The sum of squares of a matrix does not change when axes are
# turned.) Then $Es = r$ says that the first *column* of $E$ is $r/\|s\|$. As $E$ is symmetric, its first *row* is the
# same. All other entries are free, and the smallest they can be is zero. Done:
#
# $$E = \frac{1}{\|s\|}\begin{pmatrix} r_1 & r_2 & \cdots & r_n \\ r_2 & 0 & \cdots & 0 \\
# \vdots & & \ddots & \\ r_n & 0 & \cdots & 0 \end{pmatrix}.$$
#
# Turned back, this is
#
# $$E = \frac{r s^T + s r^T}{s^T s} - \frac{(s^T r)\, s s^T}{(s^T s)^2} ,$$
#
# Powell's symmetric form of Broyden's update, PSB. Geometrically it is a *projection*: from the old matrix you drop
# the perpendicular on the set of all symmetric matrices that satisfy the secant equation. Any other matrix of that
# set is farther away, by Pythagoras.

# %%
rng = np.random.default_rng(0)
s, y = rng.standard_normal(4), rng.standard_normal(4)
B = np.diag([1.0, 2.0, 3.0, 4.0])
new = psb_update(B, s, y)
assert np.allclose(new @ s, y) and np.allclose(new, new.T)
Z = (np.eye(4) - np.outer(s, s) / (s @ s)) @ rng.standard_normal((4, 3))     # perpendicular to s
other = new + Z @ Z.T             # another symmetric matrix that satisfies the secant equation
assert np.allclose(other @ s, y)
squares = [np.sum((M - B)**2) for M in (new, other)] + [np.sum((other - new)**2)]
print("squared distances: old to PSB, old to another, PSB to the other:", np.round(squares, 3))
assert np.isclose(squares[1], squares[0] + squares[2])

# %% [markdown]
# ## Where PSB fails
#
# For a step $p = -B^{-1}g$ that goes downhill $B$ has to be *positive definite* (all eigenvalues positive; notebook
# 04). Does the least change keep that? Take the simplest case: $B = I$, $s = (1, 0)$, and a $y$ of the same length at
# the angle $\varphi$ (phi) to it, $y = (\cos\varphi, \sin\varphi)$. The first column is $y$, the first row is $y$,
# the rest stays:
#
# $$B_{new} = \begin{pmatrix}\cos\varphi & \sin\varphi \\ \sin\varphi & 1\end{pmatrix}, \qquad
# \det B_{new} = \cos\varphi - \sin^2\varphi .$$
#
# **Work it out**: from which angle on is the determinant negative? As long as $\varphi < 90°$ we have $s^Ty > 0$: the
# curvature along $s$ is positive, and nothing is wrong with the pair.

# %%
angles = np.radians(np.arange(0.5, 90, 0.5))
turn = np.degrees(np.arccos((np.sqrt(5) - 1) / 2))               # cos φ − 1 + cos² φ = 0
lowest = {"PSB": [], "DFP": [], "BFGS": []}
for angle in angles:
    s, y = np.array([1.0, 0.0]), np.array([np.cos(angle), np.sin(angle)])
    lowest["PSB"].append(np.linalg.eigvalsh(psb_update(np.eye(2), s, y))[0])
    for name, update in (("DFP", dfp_update), ("BFGS", bfgs_update)):
        H = update(np.eye(2), s, y)                     # these two update the inverse, H
        lowest[name].append(1 / np.linalg.eigvalsh(H)[-1])
first = np.degrees(angles[np.argmax(np.array(lowest["PSB"]) < 0)])
print(f"PSB: indefinite from {turn:.1f} degrees on; seen first at {first:g}")
assert np.isclose(turn, 51.8, atol=0.05) and turn <= first <= turn + 0.5
assert min(lowest["DFP"]) > 0 and min(lowest["BFGS"]) > 0

# %%
figure, ax = plotting.subplots(height=3.6)
for (name, values), marker in zip(lowest.items(), "osv"):
    ax.plot(np.degrees(angles), values, marker=marker, markevery=30, markersize=5, label=name)
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="angle between $s$ and $y$ in degrees", ylabel="lowest eigenvalue of $B$",
       title="The plain least change loses definiteness at 51.8°")
ax.legend()
figure

# %% [markdown]
# At 51.8° PSB's matrix turns indefinite, though the pair is innocent. Two others, DFP and BFGS, keep it positive up
# to 90°. Where do they come from?
#
# ## A better ruler
#
# The plain norm has a strange idea of size. Measure one weight in millimetres instead of metres, and its rows and
# columns of $B$ shrink by a thousand; what was the smallest change is not the smallest any more. A better ruler would
# measure in units in which the bowl looks *round*, for there all directions count alike.
#
# So take any positive definite matrix $W$ with $Ws = y$. It stands for the unknown true Hessian, which has this
# property at least. Change the units by $\hat x = W^{1/2}x$ (the matrix $W^{1/2}$ is the symmetric one whose square
# is $W$). Steps become $\hat s = W^{1/2}s$. Gradients go the other way, $\hat y = W^{-1/2}y$, and
#
# $$\hat y = W^{-1/2}y = W^{-1/2}Ws = W^{1/2}s = \hat s .$$
#
# *In the round units the step and the change of gradient are the same vector.* The angle is zero, and PSB is at its
# best. Put $y = s$ into its formula and sort. With $P = I - \hat s\hat s^T/\hat s^T\hat s$, which takes away the part
# along $\hat s$,
#
# $$\hat B_{new} = P \hat B P + \frac{\hat s \hat s^T}{\hat s^T \hat s} .$$
#
# Read it: forget what was believed about the direction $\hat s$, keep the rest, and put curvature 1 along $\hat s$.
# This is positive definite. Translate it back to the old units, by $B = W^{1/2}\hat BW^{1/2}$, and use $Ws = y$
# wherever it appears. $W$ drops out!
#
# $$B_{new} = (I - \rho\, y s^T)\, B\, (I - \rho\, s y^T) + \rho\, y y^T , \qquad \rho = \frac{1}{s^Ty} .$$
#
# ($\rho$ is rho.) This is the update of Davidon, Fletcher and Powell, **DFP**. Which $W$ you take does not matter.
#
# Now do all of it again, but change the *inverse* $H = B^{-1}$ as little as possible. (We need $H$ anyway, for the
# step is $p = -Hg$.) The secant equation is $Hy = s$. So $s$ and $y$ have exchanged their parts, and the formula
# needs no new derivation:
#
# $$H_{new} = (I - \rho\, s y^T)\, H\, (I - \rho\, y s^T) + \rho\, s s^T .$$
#
# This is **BFGS**, found in 1970 by Broyden, Fletcher, Goldfarb and Shanno, each by himself. The lecture prints this
# formula and says that its proof is "beyond the scope of this class". You have just read it.

# %%
s, y = np.array([2.0, 1.0, -1.0, 0.5]), np.array([1.0, 3.0, 0.5, 1.0])
rho, I = 1 / (s @ y), np.eye(4)
M = rng.standard_normal((4, 4))
B = M @ M.T + I                                              # any positive definite matrix
H = np.linalg.inv(B)
dfp = (I - rho * np.outer(y, s)) @ B @ (I - rho * np.outer(s, y)) + rho * np.outer(y, y)
bfgs = (I - rho * np.outer(s, y)) @ H @ (I - rho * np.outer(y, s)) + rho * np.outer(s, s)
assert np.allclose(dfp, np.linalg.inv(dfp_update(H, s, y))) and np.allclose(bfgs, bfgs_update(H, s, y))
assert np.allclose(dfp @ s, y) and np.allclose(bfgs @ y, s)
assert np.linalg.eigvalsh(dfp)[0] > 0 and np.linalg.eigvalsh(bfgs)[0] > 0
print("smallest eigenvalues:", np.linalg.eigvalsh(dfp)[0].round(4), np.linalg.eigvalsh(bfgs)[0].round(4))

# %% [markdown]
# Here is the choice as a picture. For $n = 2$ all symmetric $B$ with $Bs = y$ lie on a line: the first column and row
# are given, and the last entry, $1 + \tau$ (tau), is free. Measured from $B = I$, which point of the line is nearest?
# At 60° between $s$ and $y$, by the plain ruler and by two rulers $W$ with $Ws = y$:

# %%
cos, sin, places = np.cos(np.radians(60)), np.sin(np.radians(60)), np.linspace(-2, 8, 1001)
on_the_line = lambda last: np.array([[cos, sin], [sin, last]])
rulers = {"plain: PSB": np.eye(2),
          "$W$ with last entry 2": on_the_line(2.0), "$W$ with last entry 3": on_the_line(3.0)}
goal = np.linalg.inv(dfp_update(np.eye(2), np.array([1.0, 0.0]), np.array([cos, sin])))[1, 1] - 1

# %%
figure, ax = plotting.subplots(height=3.6)
for name, W in rulers.items():
    L = np.linalg.inv(np.linalg.cholesky(W))      # W⁻¹ = LᵀL, so that L measures as W^(−1/2) does
    far = [np.linalg.norm(L @ (on_the_line(1 + tau) - np.eye(2)) @ L.T) for tau in places]
    ax.plot(places, np.array(far) / min(far), label=name)
    ax.plot(places[np.argmin(far)], 1, "o", color="black")
    assert np.isclose(places[np.argmin(far)], 0 if name.startswith("plain") else goal, atol=0.02)
ax.axvspan(-2, sin**2 / cos - 1, color="0.9", label="indefinite")
ax.set(xlabel="place $\\tau$ on the line $Bs = y$", ylabel="distance from the old $B$ / smallest",
       title="Both right rulers agree, on DFP")
ax.legend()
figure

# %% [markdown]
# Do not take the derivation on trust. Here a computer that knows neither formula looks for the smallest weighted
# change of $H$, $\|W^{1/2}(H_{new} - H)W^{1/2}\|_F$, by least squares over all symmetric matrices with $H_{new}y =
# s$. It does so for three different $W$, drawn at random among those with $Ws = y$; and for $B$ with $W^{-1}$ in
# place of $W$.


# %%
def symmetric_basis(y):
    """All symmetric matrices M with My = 0, as a basis."""
    U = np.linalg.svd(y[None])[2][1:]                        # rows perpendicular to y
    return [np.outer(u, v) + np.outer(v, u) for i, u in enumerate(U) for v in U[i:]]


def nearest(H, s, y, W):
    L, E = np.linalg.cholesky(W), psb_update(H, y, s) - H    # one E with Ey = s − Hy; W = LLᵀ
    columns = np.column_stack([(L.T @ M @ L).ravel() for M in symmetric_basis(y)])
    c = np.linalg.lstsq(columns, -(L.T @ E @ L).ravel(), rcond=None)[0]
    return H + E + sum(ck * M for ck, M in zip(c, symmetric_basis(y)))


# %%
for draw in range(3):
    C = rng.standard_normal((4, 4))
    P = I - np.outer(s, s) / (s @ s)
    W = np.outer(y, y) / (s @ y) + P @ (C @ C.T + I) @ P      # Ws = y, the rest is anything
    assert np.allclose(W @ s, y)
    found = nearest(H, s, y, W)
    dual = nearest(B, y, s, np.linalg.inv(W))
    off = np.abs(found - bfgs).max(), np.abs(dual - dfp).max()
    print(f"draw {draw}: distance from BFGS {off[0]:.0e}, from DFP {off[1]:.0e}")
    assert np.allclose(found, bfgs, atol=1e-6) and np.allclose(dual, dfp, atol=1e-6)
plain = nearest(H, s, y, I)
assert np.allclose(plain, psb_update(H, y, s)) and not np.allclose(plain, bfgs, atol=1e-2)

# %% [markdown]
# With the plain ruler, $W = I$, it finds PSB; with any of the right rulers it finds BFGS, and DFP for $B$.
#
# ## What keeps it positive
#
# The README draft says that DFP's weighting matrix $W$ "enforces" that $B$ is positive definite. Look again. We took
# a positive definite $W$ with $Ws = y$. Is there one? From $Ws = y$ follows $s^Ty = s^TWs > 0$. So if $s^Ty \le 0$
# there is *no such ruler*, and the formulas, which do not contain $W$, give something all the same. **Predict** what:
# let the angle go beyond 90°.

# %%
for degrees in (60, 89, 91, 120):
    angle = np.radians(degrees)
    s2, y2 = np.array([1.0, 0.0]), np.array([np.cos(angle), np.sin(angle)])
    low = [np.linalg.eigvalsh(update(np.eye(2), s2, y2))[0] for update in (dfp_update, bfgs_update)]
    print(f"{degrees:>4} degrees: lowest eigenvalue of H {low[0]:8.4f} (DFP), {low[1]:8.4f} (BFGS)")
    assert all((value > 0) == (s2 @ y2 > 0) for value in low)

# %% [markdown]
# The cause is $s^Ty > 0$, and no weighting can replace it. But $s$ and $y$ come from the step! So it is the *line
# search* that has to see to it. Walk along $p$, and let $\phi(t) = f(x + tp)$ be the value after the step $t$, with
# slope $\phi'(t) = p^T\nabla f(x + tp)$. Then
#
# $$s^Ty = t\,\bigl(\phi'(t) - \phi'(0)\bigr) .$$
#
# So the slope has to be less steep at the end of the step than at its start. A search that asks only for a lower
# value (*Armijo's* condition) does not promise that. *Wolfe's* second condition does: $\phi'(t) \ge c_2\,\phi'(0)$
# with $c_2 = 0.9$, say: at most 90 % of the (negative) slope may be left.

# %%
phi = lambda t: np.cos(t + 0.5) + 0.1 * (t + 0.5)**2
slope = lambda t: -np.sin(t + 0.5) + 0.2 * (t + 0.5)
t = np.linspace(0, 3.4, 300)
sty, wolfe = t * (slope(t) - slope(0)), slope(t) >= 0.9 * slope(0)
armijo = phi(t) <= phi(0) + 1e-4 * t * slope(0)
assert np.all(armijo[(sty <= 0) & (t > 0)]) and np.all(sty[armijo & wolfe] > 0)

# %%
figure, ax = plotting.subplots(height=3.6)
ax.plot(t, phi(t), label="value $\\phi(t)$")
ax.fill_between(t, -0.4, 1.6, where=sty <= 0, color="0.85", label="lower value, but $s^Ty \\leq 0$")
ax.fill_between(t, -0.4, 1.6, where=armijo & wolfe, color="#009E73", alpha=0.25,
                label="both Wolfe conditions")
ax.set(xlabel="step $t$", ylabel="value", ylim=(-0.4, 1.6),
       title="A lower value is not enough: the slope must rise")
ax.legend(loc="upper right")
figure

# %% [markdown]
# At the end of a grey step the value is lower, but the slope is steeper than at the start: in between the ground
# bends *down*. No bowl has such a pair, and BFGS must not learn from it. Count such pairs on Rosenbrock's valley,
# over ten starts:

# %%
valley = minnet.problems.rosenbrock()
starts = [valley.starts[0] + np.random.default_rng(seed).standard_normal(2) / 2 for seed in range(10)]
runs = {name: [minnet.minimize(valley, start, optim.BFGS(search), gtol=1e-6, record=["x", "gradient"])
               for start in starts]
        for name, search in {"Armijo": optim.Armijo(), "Wolfe": optim.StrongWolfe()}.items()}


def curvatures(run):
    S, Y = np.diff(run.history["x"], axis=0), np.diff(run.history["gradient"], axis=0)
    return np.sum(S * Y, axis=1)


bad = {name: sum(int(np.sum(curvatures(run) <= 0)) for run in runs[name]) for name in runs}
a_step = sum(run.nfev for run in runs["Wolfe"]) / sum(run.nit for run in runs["Wolfe"])
print("pairs with s·y <= 0:", bad)
print(f"evaluations for a step with Wolfe's conditions: {a_step:.2f}")
assert bad["Armijo"] > 0 and bad["Wolfe"] == 0 and 1 < a_step < 2

# %% [markdown]
# With Wolfe's conditions there is none. (With Armijo's the library mixes a bad $y$ with what $B$ believes, so that
# the run survives.) The second number answers the README draft's sentence "no iterative methods are required for
# BFGS". The update is a formula, but a line search *is* an iteration, and BFGS cannot do without. It is a short one:
# mostly its first trial is accepted.
#
# ## The first walk
#
# BFGS on a bowl, from $H = I$, with exact line searches. **Predict** two things for $n = 6$ weights: after how many
# steps does it arrive, and what is $H$ then?


# %%
def bfgs_on_a_bowl(A, x, steps):
    H, path, errors = np.eye(len(x)), [x], []
    for _ in range(steps):
        g = A @ x
        p = -H @ g
        s = -(g @ p) / (p @ A @ p) * p
        x, H = x + s, bfgs_update(H, s, A @ s)
        path.append(x)
        errors.append(np.linalg.norm(H - np.linalg.inv(A)) / np.linalg.norm(np.linalg.inv(A)))
    return np.array(path), errors


bowl = minnet.problems.quadratic(np.geomspace(1, 30, 6), rng=0)
A, start = bowl.hessian(bowl.centre), bowl.starts[0]
path, errors = bfgs_on_a_bowl(A, start, 6)

# %%
exact = {"max_iter": 6, "gtol": 0, "record": ["x"]}
library = minnet.minimize(bowl, start, optim.BFGS(search=optim.Exact()), **exact)
conjugate = minnet.minimize(bowl, start, optim.NonlinearCG(memory=0, search=optim.Exact()), **exact)
print("error of H after each step:", [f"{e:.0e}" for e in errors])
assert np.linalg.norm(path[-1]) < 1e-8 and errors[-1] < 1e-8 < errors[-2]
assert np.allclose(path, library.history["x"], atol=1e-8)
assert np.allclose(path, conjugate.history["x"], atol=1e-8)

# %% [markdown]
# Six steps, and $H$ is the inverse of $A$. These are also, point by point, the steps of conjugate gradients (notebook
# 07)! On a bowl, with exact searches, BFGS walks along conjugate directions and, unlike them, remembers everything.
#
# Look at the errors, though. The lecture says that "the inverse of any Hessian can be reconstructed from the
# sequence" of pairs. It can after $n$ steps, on a bowl. After five of six it is still wrong. And off the bowl?

# %%
curve = minnet.problems.rosenbrock(6)
run = minnet.minimize(curve, curve.starts[0], optim.BFGS(), record=["x", "gradient"])
S, Y = np.diff(run.history["x"], axis=0), np.diff(run.history["gradient"], axis=0)
H, learned = S[0] @ Y[0] / (Y[0] @ Y[0]) * np.eye(6), []      # this first H is explained below
for s6, y6, x6 in zip(S, Y, run.history["x"][1:]):
    H, inverse = bfgs_update(H, s6, y6), np.linalg.inv(curve.hessian(x6))
    assert np.array_equal(H, H.T)
    learned.append(np.linalg.norm(H - inverse) / np.linalg.norm(inverse))

# %%
figure, ax = plotting.subplots(height=3.4)
ax.semilogy(range(1, 7), errors, "s-", label="bowl, exact searches")
ax.semilogy(range(1, len(learned) + 1), learned, label="Rosenbrock's function, 6 weights")
ax.set(xlabel="step", ylabel="relative error of $H$", title="What BFGS has learned of the inverse Hessian")
ax.legend()
figure

# %%
distance = np.linalg.norm(run.history["x"] - 1, axis=1)
print(f"off the bowl: error of H {np.median(learned):.0%} in the median, {learned[-1]:.1%} at the end")
print("each of the last steps divides the distance by", (distance[-5:-1] / distance[-4:]).round(0))
assert np.median(learned) > 0.1 and learned[-1] < 0.1 and run.success

# %% [markdown]
# On the way the Hessian changes, and $H$ lags behind: it is never quite right. It need not be. It only has to be
# right *along the steps that are taken*, and that is what the secant equation asks for. Near the minimum the Hessian
# stays put, $H$ catches up, and the steps become better and better: no fixed factor describes how the distance falls,
# as one did for gradient descent. That is called *superlinear*.

# %%
rosenbrock = minnet.problems.rosenbrock()
walks = {"steepest descent": optim.NonlinearCG(memory=0, restart=1), "BFGS": optim.BFGS(),
         "Newton": optim.Newton()}
runs = {name: minnet.minimize(rosenbrock, [-1.2, 1.0], method, max_iter=60, gtol=1e-9, record=["x"])
        for name, method in walks.items()}
plotting.trajectory(rosenbrock, runs, "From gradients only, BFGS keeps up with Newton here")

# %%
ratio = [np.linalg.norm(b - 1) / np.linalg.norm(a - 1) for a, b in zip(runs["BFGS"].history["x"],
                                                                       runs["BFGS"].history["x"][1:])]
print("BFGS, distance after a step as a part of that before, last six steps:", np.round(ratio[-6:], 3))
assert runs["BFGS"].success and runs["Newton"].success and not runs["steepest descent"].success
assert np.median(ratio[-4:]) < 0.1 < np.median(ratio[:10])
assert runs["BFGS"].nfev < 1.5 * runs["Newton"].nfev

# %% [markdown]
# ## DFP or BFGS?
#
# Each is the other one with the parts of $B$ and $H$ exchanged. Are they equally good? Powell (1986) found a neat
# test. The bowl is perfectly round, $f = \tfrac12\|x\|^2$, so that the right $H$ is $I$. Start with an $H$ that is
# wrong along one axis, too small by the factor $\lambda$, and take full steps $t = 1$. **Predict**: how many steps
# does each need to notice?


# %%
def steps_to_mend(update, factor, direction):
    x, H, k = direction, np.diag([1.0, 1 / factor]), 0
    while np.linalg.norm(x) > 1e-6:
        s = -H @ x
        x, H, k = x + s, update(H, s, s), k + 1               # on this bowl y = s
    return k


starts = [np.array([np.cos(a), np.sin(a)]) for a in np.arctan(10.0**np.linspace(0, 3, 40))]
worst = {name: [max(steps_to_mend(update, factor, d) for d in starts) for factor in (10, 100, 1000)]
         for name, update in (("DFP", dfp_update), ("BFGS", bfgs_update))}
print("worst number of steps for 10, 100, 1000:", worst)
assert worst["DFP"][2] > 500 and max(worst["BFGS"]) < 30

# %% [markdown]
# An $H$ that is too small makes steps that are too short. BFGS mends it in a few steps; DFP takes about as many steps
# as $H$ is wrong. This is why the older of the two has gone out of use.
#
# ## What a step costs
#
# As printed, BFGS multiplies matrices, and a product of two matrices takes $n^3$ multiplications. Multiply the
# formula out, and only products of a matrix with a vector are left:
#
# $$H_{new} = H - \rho\,(s\, u^T + u\, s^T) + (\rho^2\, y^Tu + \rho)\, s s^T, \qquad u = Hy .$$
#
# $Hy$ takes $n^2$ multiplications, each of the three outer products $n^2$, and the step $Hg$ another $n^2$. That is
# the README draft's $O(n^2)$: five times $n^2$. Newton's method solves a system, which takes $n^3/3$. (Real times are
# in the figure `cost`: `minnet figures cost`.)


# %%
def bfgs_in_n2(H, s, y):
    rho, u = 1 / (s @ y), H @ y
    return H - rho * (np.outer(s, u) + np.outer(u, s)) + (rho**2 * (y @ u) + rho) * np.outer(s, s)


H = np.linalg.inv(B)
assert np.allclose(bfgs_in_n2(H, s, y), bfgs_update(H, s, y))
print("     n    BFGS 5n^2    Newton n^3/3")
for n in (13, 100, 1000, 10_000):
    print(f"{n:>6} {5 * n**2:>12.1e} {n**3 / 3:>12.1e}")
assert 5 * 13**2 > 13**3 / 3 and 5 * 100**2 < 100**3 / 3

# %% [markdown]
# For the 13 weights of our small network there is nothing to be gained; for 10 000 it is a factor of some hundreds.
# But 10 000 weights mean an $H$ of $10^8$ numbers, 0.8 GB. For a million weights it would be 8 TB.
#
# ## Without the matrix
#
# What is $H$ made of? Of the pairs $(s, y)$, and nothing else. So keep the pairs, and never write $H$ down. We need
# only its product with a vector. Read the formula from right to left, with $\alpha = \rho\, s^Tg$:
#
# $$H_{new}\, g = (I - \rho s y^T)\, H\, \underbrace{(g - \alpha y)}_{q} + \alpha s
# = v + (\alpha - \rho\, y^Tv)\, s , \qquad v = Hq .$$
#
# In words: correct the vector by $y$, multiply it by the *older* $H$, correct the result by $s$. And the older $H$ is
# made of the older pairs in the same way, down to the first, $H_0$. That is a recursion of three lines:


# %%
def product(pairs, g, gamma):
    if not pairs:
        return gamma * g                                       # H0 = gamma I
    *older, (s, y) = pairs
    alpha = (s @ g) / (s @ y)
    v = product(older, g - alpha * y, gamma)
    return v + (alpha - (y @ v) / (s @ y)) * s


# %%
pairs = []
for _ in range(5):
    s5 = rng.standard_normal(8)
    pairs.append((s5, np.diag(np.arange(1.0, 9)) @ s5))
dense = 0.5 * np.eye(8)
for pair in pairs:
    dense = bfgs_update(dense, *pair)
vector = rng.standard_normal(8)
assert np.allclose(product(pairs, vector, 0.5), dense @ vector)
assert np.allclose(two_loop(pairs, vector, gamma=0.5), dense @ vector)
print("recursion, two loops and matrix agree")

# %% [markdown]
# On the way down the recursion meets the pairs from the newest to the oldest, on the way up from the oldest to the
# newest. Written without recursion these are the famous *two loops* (`two_loop` in the library; exercise 08.4 is
# yours). Each pair costs four products of vectors: $4mn$ multiplications for $m$ pairs.
#
# And if you keep only the last $m$ pairs and forget the older ones? That is **L-BFGS**, BFGS with limited memory. It
# holds $2mn$ numbers: with five pairs and a million weights 80 MB in place of 8 TB.
#
# ## What the source said, and what the run says
#
# The README draft has a section on L-BFGS. It is one sentence, and it breaks off: "The limited-memory BFGS algorithm
# outperforms the traditional BFGS algorithm by". Let us finish it. By what? Three problems, L-BFGS with more and more
# pairs, and BFGS. **Predict** the shape of the curves, and where BFGS lies.

# %%
data = minnet.datasets.notebook(0)
network = minnet.Objective(minnet.MLP([2, 8, 1]), data.X, data.y, "binary_crossentropy", l2=0.1,
                           reduction="sum")
problems = {"network 2-8-1, n = 33": (network, network.net.init(rng=0))}
for name, f in {"bowl, κ = 1000, n = 50": minnet.problems.quadratic(np.geomspace(1, 1e3, 50), rng=0),
                "extended Rosenbrock, n = 50": minnet.problems.extended_rosenbrock(50)}.items():
    problems[name] = (f, f.starts[0])


def evaluations(f, x, method):
    run = minnet.minimize(f, x, method, max_iter=3000, gtol=1e-6 * np.linalg.norm(f.gradient(x)))
    assert run.success
    return max(run.nfev, run.njev)


# %%
memories = (1, 2, 3, 5, 10, 20, 40)                          # the knob
limited = {name: [evaluations(f, x, optim.LBFGS(m)) for m in memories] for name, (f, x) in problems.items()}
full = {name: evaluations(f, x, optim.BFGS()) for name, (f, x) in problems.items()}
figure, ax = plotting.subplots(height=4)
for (name, counts), marker, color in zip(limited.items(), "osD", ("#0072B2", "#D55E00", "#009E73")):
    ax.loglog(memories, counts, marker=marker, color=color, linestyle="-", label=name)
    ax.plot(70, full[name], marker, color=color, markerfacecolor="none", markersize=9)
ax.set_xticks([*memories, 70], [*map(str, memories), "BFGS"])
ax.set_yticks([50, 100, 200, 500], ["50", "100", "200", "500"])
ax.minorticks_off()
ax.set(xlabel="pairs $m$ that L-BFGS keeps", ylabel="evaluations",
       title="More memory, fewer evaluations, mostly")
ax.legend()
figure

# %%
for name, counts in limited.items():
    print(f"m = 1: {counts[0]:>3}  m = 5: {counts[3]:>3}  m = 40: {counts[-1]:>3}  BFGS: {full[name]:>3}   {name}")
network_counts, bowl_counts, rosenbrock_counts = limited.values()
assert network_counts[-1] < network_counts[0] / 2 and bowl_counts[-1] < bowl_counts[0]
network_full, bowl_full, rosenbrock_full = full.values()
assert network_counts[3] > 1.5 * network_full and bowl_counts[3] > 1.5 * bowl_full
assert rosenbrock_counts[3] < 1.3 * rosenbrock_full and rosenbrock_counts[-1] > 0.8 * rosenbrock_counts[3]

# %% [markdown]
# On the network and the bowl, few pairs need *more* evaluations than BFGS, about twice as many with $m = 5$. On
# Rosenbrock's function a few pairs are enough, and more of them do not help. So the honest end of the sentence is:
# *L-BFGS outperforms BFGS by what a step costs and keeps, $O(mn)$ instead of $O(n^2)$, and not as a rule by the
# number of evaluations.*
#
# ## Where to begin: $H_0$
#
# All this starts from some $H_0$. The lecture says: "it could be the identity matrix". Could it? The identity says
# that the curvature is 1 everywhere. The alternative takes the newest pair, and of all multiples of the identity the
# one that comes nearest to $H_0y = s$:
#
# $$H_0 = \gamma I, \qquad \gamma = \frac{s^Ty}{y^Ty} ,$$
#
# where $\|\gamma y - s\|$ is smallest ($\gamma$ is gamma), anew in each step. The difference shows when you change
# the *unit* of the loss. Whether you sum the loss over 80 examples or take the mean is a factor of 80, and has no
# meaning at all. A method should not care. Here is L-BFGS from the library's parts, with either choice. (A method of
# your own is a class with two functions: `start` gives what it remembers, `step` makes a step.) **Predict** the two
# curves.


# %%
from minnet.optim.search import Line


@dataclass(frozen=True)
class Textbook(optim.Method):
    gamma: float | None = None                                 # None: from the newest pair

    def start(self, f, x):
        return {"pairs": np.zeros((0, 2, len(x)))}

    def step(self, f, x, state):
        g, pairs = f.gradient(x), list(state["pairs"])
        p = -two_loop(pairs, g, self.gamma)
        s = optim.StrongWolfe().search(Line(f, x, p)) * p
        return x + s, {"pairs": np.array([*pairs, (s, f.gradient(x + s) - g)][-20:])}


# %%
loss = minnet.Objective(minnet.MLP([2, 3, 1]), data.X, data.y, "binary_crossentropy", l2=1e-3)
theta, counted = loss.net.init(rng=0), {}
units = 10.0 ** np.arange(-2, 4)                      # the knob
for name, gamma in {"$H_0 = I$": 1.0, "$H_0 = \\gamma I$": None}.items():
    counted[name] = []
    for c in units:
        f = minnet.Function(lambda x, c=c: c * loss.value(x), lambda x, c=c: c * loss.gradient(x))
        gtol = 1e-5 * np.linalg.norm(f.gradient(theta))
        run = minnet.minimize(f, theta, Textbook(gamma), max_iter=600, gtol=gtol)
        counted[name].append(max(run.nfev, run.njev))

# %%
figure, ax = plotting.subplots(height=3.6)
for (name, counts), marker in zip(counted.items(), "os"):
    ax.loglog(units, counts, marker=marker, label=name)
ax.set(xlabel="the loss is multiplied by", ylabel="evaluations (at most 600 steps)",
       title="With $H_0 = I$ the unit of the loss decides", ylim=(40, 900))
ax.set_yticks([50, 100, 200, 500], ["50", "100", "200", "500"])
ax.minorticks_off()
ax.legend()
figure

# %%
identity, scaled = (np.array(counts) for counts in counted.values())
print("H0 = I:      ", identity)
print("H0 = gamma I:", scaled)
assert identity.max() > 4 * identity.min() and scaled.max() < 2 * scaled.min()

# %% [markdown]
# With the identity the number of evaluations depends on the unit by a large factor. There *is* a unit in which it
# does well, better than the scaled one even, because it happens to fit this loss. But nobody tells you which. The
# scaled $H_0$ does not care. (The library's BFGS and L-BFGS use a scale near $\gamma$, and correct $y$ a little by
# the values of the loss; on a bowl that correction is nothing.)
#
# ## Noise
#
# The lecture warns: quasi-Newton methods "usually require a full batch". Why? $y$ is a *difference of gradients*. If
# each gradient is wrong by a noise of size $\sigma$ (sigma), then $y$ is wrong by about $\sigma$, and the curvature
# $y/s$ by $\sigma/s$. **By hand**: curvature 1, step $s = 0.01$, so that $y = 0.01$; the noise of a minibatch is 0.1.
# Which curvature may you see?
#
# Anything between $-9$ and $11$ or so. Now a real case: 1258 images of digits, 1210 weights. At one point, along one
# direction, we measure the curvature $s^Ty/s^Ts$ by steps of several lengths, with minibatches of 8 images. The two
# gradients may come from two different batches, or both from the same one. **Predict** how the error depends on the
# length of the step, in either case.

# %%
digits, _ = minnet.datasets.digits().split(0.3, rng=0)
f = minnet.Objective(minnet.MLP([64, 16, 10]), digits.X / 16, digits.y, loss="softmax_crossentropy", l2=1e-4)
x = minnet.minimize(f, f.net.init(rng=0), optim.LBFGS(), max_iter=10, gtol=0).x
direction = -f.gradient(x) / np.linalg.norm(f.gradient(x))
lengths, drawn = 10.0 ** -np.arange(0, 4), np.random.default_rng(0)
batch = lambda: f.subset(drawn.permutation(len(f))[:8])


def curvature(here, there, length):
    return direction @ (there.gradient(x + length * direction) - here.gradient(x)) / length


def error_and_sign(length, same):
    seen = [curvature(one, one if same else batch(), length) for one in (batch() for _ in range(100))]
    true = curvature(f, f, length)
    return np.mean(np.abs(np.array(seen) / true - 1)), np.mean(np.array(seen) <= 0)


# %%
measured = {same: np.array([error_and_sign(length, same) for length in lengths]) for same in (False, True)}
for same, rows in measured.items():
    print("the same batch:" if same else "two batches:")
    for length, (error, wrong) in zip(lengths, rows):
        print(f"  step {length:<6g} error of the curvature {error:>7.0%}, not positive in {wrong:.0%} of draws")
assert abs(np.polyfit(np.log(lengths), np.log(measured[False][:, 0]), 1)[0] + 1) < 0.1
assert measured[True][:, 0].max() < 1 and measured[False][-1, 1] > 0.3

# %% [markdown]
# With two batches the error grows as the step shrinks, and soon the sign of the curvature is a toss of a coin. With
# the same batch for both gradients the noise cancels, whatever the length. So this is what the library does. But the
# curvature is then that of *eight images*, wrong by about a half, and the line search looks for the bottom of these
# eight, too. **Predict** the race over 100 steps against Adam (notebook 03), which looks at no curvature and searches
# no line: with batches of 8, and with all images.

# %%
ends, rises = {}, {}
for name, method in {"L-BFGS": optim.LBFGS(), "Adam": optim.Adam(0.01)}.items():
    for size in (8, None):
        runs = [minnet.minimize(f, f.net.init(rng=seed), method, max_iter=100, gtol=0, batch_size=size,
                                rng=seed, record=["x"]) for seed in range(3)]
        losses = np.array([[f.value(x) for x in run.history["x"]] for run in runs])
        ends[name, size], rises[name, size] = np.median(losses[:, -1]), np.mean(np.diff(losses) > 0)
for (name, size), end in ends.items():
    print(f"{name:<7} batch {size or 'full':>4}: loss on all images {end:.3f}, "
          f"which rises in {rises[name, size]:.0%} of the steps")

# %%
assert ends["L-BFGS", 8] > 2 * ends["Adam", 8] and ends["L-BFGS", None] < ends["Adam", None] / 2
assert rises["L-BFGS", 8] > 0.25 > rises["Adam", 8] and rises["L-BFGS", None] < 0.02

# %% [markdown]
# With batches of eight L-BFGS is worse than Adam by far: nearly every other step, which does its own eight images
# good, does harm to the rest. With all images it is better by far. The lecture is right.
#
# ## The README draft, line by line
#
# The draft derives BFGS from three conditions. With what you know now, read them again.
#
# *The model.* It writes $(\theta - \theta_i)^2 B_i \mathcal L(\theta_i)$ for the second-order term. A vector has no
# square, and $B$ does not act on the loss. Meant is $\tfrac12(\theta - \theta_i)^T B_i (\theta - \theta_i)$. The
# remainder is of order 3 only if $B$ is the Hessian, and $B$ is not. Measure both orders:

# %%
run = minnet.minimize(loss, theta, optim.BFGS(), max_iter=40, record=["x", "gradient"])
(x0, x), (g0, g) = run.history["x"][-2:], run.history["gradient"][-2:]
H = np.eye(13)
for s13, y13 in zip(np.diff(run.history["x"], axis=0), np.diff(run.history["gradient"], axis=0)):
    H = bfgs_update(H, s13, y13)
B = np.linalg.inv(H)
v, t = np.random.default_rng(0).standard_normal(13), 0.5 ** np.arange(4, 11)
orders = {}
for name, M in {"B of BFGS": B, "the Hessian": loss.hessian(x)}.items():
    rest = [abs(loss(x + h * v) - loss(x) - h * g @ v - h**2 * v @ M @ v / 2) for h in t]
    orders[name] = np.polyfit(np.log(t[-4:]), np.log(rest[-4:]), 1)[0]
    print(f"with {name}: the remainder falls as t^{orders[name]:.2f}")
assert abs(orders["B of BFGS"] - 2) < 0.3 and abs(orders["the Hessian"] - 3) < 0.3

# %% [markdown]
# *"We penalize $B^{-1}$ for non-symmetry."* Nothing is penalised. A penalty would allow a little asymmetry for a
# price; here symmetry is a condition that holds exactly, as you saw above (`np.array_equal(H, H.T)`).
#
# *"$\nabla\mathcal G(\theta_i) = \nabla\mathcal L(\theta_i)$"*, the model's gradient is that of the loss. At the
# point where the model is made that is so for *any* $B$ and says nothing. The condition that determines $B$ is that
# the gradients also match at the point *before*. The model's gradient there is $g - Bs$, the loss's is $g_0$; they
# match if $Bs = g - g_0 = y$. The secant equation again:

# %%
model_gradient = lambda point, M: g + M @ (point - x)
assert all(np.allclose(model_gradient(x, M), g) for M in (B, np.eye(13), np.zeros((13, 13))))
assert np.allclose(model_gradient(x0, B), g0) and not np.allclose(model_gradient(x0, np.eye(13)), g0)
print("any B matches the gradient here; only a B with Bs = y matches it at the last point, too")

# %% [markdown]
# *"$\min\|W(B_{i+1}^{-1} - B_i^{-1})W\|_F$ … we consider DFP."* This minimum, over the inverse, is BFGS; DFP is the
# minimum over $B$ itself. And what makes it positive definite is $s^Ty > 0$, not $W$.
#
# ## The answer
#
# *Can I learn the curvature while I walk?* Yes: each step tells, by $Bs = y$, the curvature along itself. Change what
# you believed as little as possible, in units in which the bowl is round, and BFGS comes out. A line search with
# Wolfe's conditions keeps it sound. The last few pairs are memory enough, at the price of more evaluations.
#
# **Remember**
#
# 1. $H_{new} = (I - \rho s y^T)H(I - \rho y s^T) + \rho s s^T$: the least change that satisfies $Hy = s$.
# 2. $s^Ty > 0$ keeps it positive definite, and the line search sees to that.
# 3. L-BFGS buys memory with evaluations; scale $H_0$; and do not feed any of them small batches.
#
# **Where the source was wrong**: the README draft misprints the model, takes symmetry for a penalty, states a
# condition that any $B$ meets, names DFP where its formula gives BFGS, credits $W$ with what $s^Ty > 0$ does, and
# forgets the line search. The lecture's identity for $H_0$ makes the method depend on the unit of the loss, and the
# inverse Hessian is reconstructed from the pairs only on a bowl, after $n$ steps.
#
# ## Exercises

# %%
exercises.show("08.1")


# %%
def next_point(x0, x1, g0, g1):
    ...


# exercises.check("08.1", next_point)

# %%
exercises.show("08.2")


# %%
def bfgs(B, H, s, y):
    ...


# exercises.check("08.2", bfgs)

# %%
exercises.show("08.3")


# %%
def dfp(H, s, y):
    ...


# exercises.check("08.3", dfp)

# %%
exercises.show("08.4")


# %%
def product(pairs, g, gamma):
    ...


# exercises.check("08.4", product)

# %%
exercises.show("08.5")


# %%
def spoil(n):
    ...


# exercises.check("08.5", spoil)

# %%
exercises.show("08.6")


# %%
def measure(memory):
    ...


# exercises.check("08.6", measure, prediction=...)
