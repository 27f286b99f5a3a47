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
# # First order
#
# **Why so many optimisers?**
#
# Gradient descent has one number to choose, and in notebook 00 you saw two ways to choose it badly. The lecture on
# optimisers brings six more methods, from momentum to Adam, each a line or two longer than the last. Why six? You
# will build each, see what it mends and what it breaks, and at the end let all seven race from 500 starts, to find
# out which of the things that the lecture says about them are true.

# %%
# %matplotlib inline
import numpy as np

import minnet
from minnet import exercises, optim, plotting

# %% [markdown]
# ## One rate, two curvatures
#
# Take the valley of notebook 00 again, $f(x) = \tfrac12(x_1^2 + 10 x_2^2)$. Its curvatures are $\lambda = 1$ along
# the valley and $\lambda = 10$ across it. A step of gradient descent, $x \leftarrow x - \varepsilon\nabla f(x)$,
# multiplies each coordinate by a factor of its own, $1 - \varepsilon\lambda$. By hand:
#
# | rate $\varepsilon$ | along: $1 - \varepsilon$ | across: $1 - 10\varepsilon$ | what the path does |
# |---|---|---|---|
# | 0.02 | 0.98 | 0.8 | creeps |
# | 0.18 | 0.82 | −0.8 | ? |
# | 0.198 | 0.802 | −0.98 | ? |
# | 0.205 | 0.795 | −1.05 | ? |
#
# Fill in the last column before you run the cell. (`gtol=0` keeps a run from ending before its 40 steps.)

# %%
valley = minnet.problems.quadratic([1, 10])
start, chosen = [1.8, 1.0], (0.02, 0.18, 0.198, 0.205)                      # the knob: try other rates
runs = {f"rate {lr}": minnet.minimize(valley, start, optim.GradientDescent(lr), max_iter=40, gtol=0, record=["x"])
        for lr in chosen}
plotting.trajectory(valley, runs, "Creeping, arriving, swinging, flying off", frame=((-2, 2), (-2, 2)), lowest=0)

# %%
for lr, run in zip(chosen, runs.values()):
    x = run.history["x"]
    assert np.allclose(x[1:], (1 - lr * np.array([1, 10])) * x[:-1])
    assert (abs(x[-1, 1]) > abs(x[0, 1])) == (abs(1 - 10 * lr) > 1)         # across, it flies off beyond 0.2
    print(f"rate {lr}: {np.linalg.norm(x[-1]):.3f} from the minimum after 40 steps")

# %% [markdown]
# The run converges if every factor lies between −1 and 1. That is a condition on the largest curvature only:
#
# $$|1 - \varepsilon\lambda| < 1 \ \text{ for all } \lambda \quad\Longleftrightarrow\quad 0 < \varepsilon <
# \frac{2}{\lambda_{\max}} .$$
#
# And how fast? The slowest factor decides. It is smallest where the flattest and the steepest direction are equally
# slow, $1 - \varepsilon\lambda_{\min} = -(1 - \varepsilon\lambda_{\max})$. Solve for $\varepsilon$:
#
# $$\varepsilon^* = \frac{2}{\lambda_{\min} + \lambda_{\max}}, \qquad \text{factor } \frac{\kappa - 1}{\kappa + 1},
# \qquad \kappa = \frac{\lambda_{\max}}{\lambda_{\min}} .$$
#
# **Predict**: here is a bowl with the five curvatures 1, 2, 5, 8, 10, turned at random in five dimensions. At which
# rate will it begin to diverge, and which rate will be best?

# %%
bowl = minnet.problems.quadratic([1, 2, 5, 8, 10], rng=0)
rates = np.arange(0.005, 0.24, 0.01)
histories = [minnet.minimize(bowl, bowl.starts[0], optim.GradientDescent(lr), max_iter=60, gtol=0).history
             for lr in rates]
gain = np.array([(h["gradient_norm"][-1] / h["gradient_norm"][0])**(1 / 60) for h in histories])
figure, ax = plotting.subplots()
ax.plot(rates, gain, "o-", markersize=4, label="measured over 60 steps")
ax.axhline(1, color="black", linewidth=0.8)
ax.axvline(2 / 11, color="#D55E00", linestyle=":", label=r"$2/(\lambda_{\min} + \lambda_{\max})$")
ax.axvline(0.2, color="#D55E00", linestyle="--", label=r"$2/\lambda_{\max}$")
ax.set(xlabel=r"learning rate $\varepsilon$", ylabel="factor of a step", title="The best rate lies near the edge")
ax.legend()
figure

# %%
assert np.array_equal(gain < 1, rates < 2 / 10)
assert abs(rates[np.argmin(gain)] - 2 / 11) < 0.01
assert abs(gain.min() - 9 / 11) < 0.03                     # (κ − 1)/(κ + 1) with κ = 10

# %% [markdown]
# The README draft says that gradient descent has "order $O(\theta)$ convergence". What it means is this picture's
# factor. The error is multiplied by a constant in each step; on logarithmic paper it falls along a straight *line*,
# and so one says that it converges *linearly*. The slope of that line is $\log\frac{\kappa-1}{\kappa+1}$, about
# $-2/\kappa$: ten times the $\kappa$, ten times the steps.

# %%
best = minnet.minimize(bowl, bowl.starts[0], optim.GradientDescent(2 / 11), max_iter=60, gtol=0)
slope = np.polyfit(np.arange(20, 61), np.log(best.history["gradient_norm"][20:]), 1)[0]
print(f"slope of the line: {slope:.4f}, log((κ − 1)/(κ + 1)) = {np.log(9 / 11):.4f}")
assert abs(slope - np.log(9 / 11)) < 0.002

# %% [markdown]
# ## When to stop
#
# The lecture's loop is
#
#     while last_diff > tol:
#         cost, g = func(x)
#         x -= eps * g
#         last_diff = np.linalg.norm(x - path[-1])
#
# It stops where the last step was short. **Predict**: with the tolerance $10^{-3}$ and the rates 0.18, 0.018, 0.0018,
# which run ends nearest to the minimum? (`xtol` is the library's name for this tolerance.)

# %%
stops = {lr: minnet.minimize(valley, start, optim.GradientDescent(lr), max_iter=20_000, gtol=0, xtol=1e-3)
         for lr in (0.18, 0.018, 0.0018)}
for lr, run in stops.items():
    print(f"rate {lr}: stops after {run.nit} steps at the distance {np.linalg.norm(run.x):.4f}")
distances = [np.linalg.norm(run.x) for run in stops.values()]
assert distances[0] < distances[1] / 5 < distances[2] / 25

# %% [markdown]
# The most careful run ends farthest away. A step has the length $\varepsilon\|\nabla f\|$, so the rule "step below
# tol" asks for $\|\nabla f\| < \text{tol}/\varepsilon$: the smaller the rate, the less is asked. A rule that means
# the same for every rate looks at the gradient. That is why the library's first criterion is `gtol`.
#
# ## Momentum
#
# Back to the zigzag. Across the valley the steps alternate, along it they agree. Add up the last steps, and the
# alternating parts cancel while the agreeing ones grow. So remember the last move $v$ (for *velocity*), keep a share
# $\alpha$ (alpha) of it, and add the new pull:
#
# $$v \leftarrow \alpha v - \varepsilon g, \qquad x \leftarrow x + v ,$$
#
# where $g$ is the gradient at $x$, and $v = 0$ at the start. By hand, on an even slope with $g = 1$ everywhere,
# $\varepsilon = 0.1$ and $\alpha = 0.5$: the moves are $-0.1$, then $-0.05 - 0.1 = -0.15$, then $-0.175$, then ... on
# towards which number? (At the end $v$ does not change any more: $v = \alpha v - \varepsilon$.)
#
# Written out, the fourth move is the lecture's $v_4 = -\varepsilon(\alpha^3 g_1 + \alpha^2 g_2 + \alpha g_3 + g_4)$.

# %%
even = minnet.Function(value=lambda x: x[0], gradient=lambda x: np.array([1.0]))
run = minnet.minimize(even, [0.0], optim.Momentum(lr=0.1, momentum=0.5), max_iter=40, gtol=0, record=["x"])
moves = np.diff(run.history["x"][:, 0])
print("moves:", np.round(moves[:5], 4), "…", np.round(moves[-1], 4))
assert np.allclose(moves[:3], [-0.1, -0.15, -0.175])
assert np.isclose(moves[3], -0.1 * (0.5**3 + 0.5**2 + 0.5 + 1))
assert np.isclose(moves[-1], -0.1 / (1 - 0.5))

# %% [markdown]
# Momentum ends up moving $1/(1 - \alpha)$ times as fast as gradient descent, ten times with the usual $\alpha = 0.9$.
# The lecture calls $v$ "the running mean of the gradients". A mean of ones is one. This is a *sum*, with the gain
# $1/(1 - \alpha)$: whoever goes from gradient descent to momentum and keeps $\varepsilon$ has taken a tenfold rate.
#
# The lecture also allows $\alpha = 1$. Then nothing is ever forgotten. What will a ball do in a bowl without
# friction?

# %%
x, v, path = 1.0, 0.0, []
for _ in range(2000):
    v = 1.0 * v - 0.1 * x                # the gradient of x²/2 is x
    x = x + v
    path.append(abs(x))
print(f"farthest in the first 100 steps: {max(path[:100]):.2f}, in the last 100: {max(path[-100:]):.2f}")
assert max(path[-100:]) > 0.9 * max(path[:100])

# %% [markdown]
# It swings for ever, and so `optim.Momentum` refuses $\alpha = 1$. Now the zigzag. The valley is tilted this time,
# and its curvatures are 1 and 50. **Predict** which path is shorter, and which arrives first.

# %%
def tilted(kappa):                       # a quadratic of given curvatures, axes and centre
    turn = np.array([[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]])
    return minnet.problems.Quadratic(np.array([1.0, kappa]), turn, np.zeros(2), starts=[turn @ [1.8, 0.6]])


narrow = tilted(50.0)
runs = {name: minnet.minimize(narrow, narrow.starts[0], method, max_iter=60, gtol=0, record=["x"]) for name, method in
        {"gradient descent": optim.GradientDescent(0.038), "momentum": optim.Momentum(0.03, 0.7)}.items()}
plotting.trajectory(narrow, runs, "Momentum averages the zigzag away", frame=((-0.6, 2), (-0.6, 1.6)), lowest=0)

# %%
lengths = {name: np.linalg.norm(np.diff(run.history["x"], axis=0), axis=1).sum() for name, run in runs.items()}
for name, length in lengths.items():
    print(f"{name:<16} has walked a path of length {length:4.1f}, to f = {runs[name].fun:.0e}")
assert lengths["momentum"] < lengths["gradient descent"]
assert runs["momentum"].fun < runs["gradient descent"].fun / 10

# %% [markdown]
# How much is gained? Eliminate $v$: since $x_k - x_{k-1} = v_k$, one coordinate with curvature $\lambda$ obeys
#
# $$x_{k+1} = (1 + \alpha - \varepsilon\lambda)\, x_k - \alpha\, x_{k-1} .$$
#
# A recursion like that has solutions $r^k$, with $r^2 - (1 + \alpha - \varepsilon\lambda) r + \alpha = 0$. Where the
# two roots $r$ are complex, they are conjugates, and their product is $\alpha$: so both have the length $\sqrt\alpha$,
# *whatever* $\lambda$ is. They are complex where $(1 + \alpha - \varepsilon\lambda)^2 < 4\alpha$, which is to say where
# $\sqrt{\varepsilon\lambda}$ lies between $1 - \sqrt\alpha$ and $1 + \sqrt\alpha$. Let the two ends of this range be
# $\sqrt{\varepsilon\lambda_{\min}}$ and $\sqrt{\varepsilon\lambda_{\max}}$: two equations for $\varepsilon$ and the
# smallest $\alpha$ that serves all curvatures. Add them, and divide them (Polyak did it in 1964):
#
# $$\alpha = \left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^2, \qquad \varepsilon =
# \left(\frac{2}{\sqrt{\lambda_{\min}} + \sqrt{\lambda_{\max}}}\right)^2 .$$
#
# The error then falls like $\sqrt\alpha^{\,k}$ with $\sqrt\alpha = (\sqrt\kappa - 1)/(\sqrt\kappa + 1)$. Compare with
# gradient descent: $\kappa$ has become $\sqrt\kappa$. **Predict** what that means for $\kappa = 1000$.

# %%
def steps_to(f, method, near=1e-6):
    arrived = lambda run: np.linalg.norm(run.x) <= near          # asked after each step; True ends the run
    return minnet.minimize(f, f.starts[0], method, max_iter=20_000, gtol=0, callback=arrived).nit


counts = []
for kappa in (10.0, 100.0, 1000.0):
    root = np.sqrt(kappa)
    heavy = optim.Momentum((2 / (1 + root))**2, ((root - 1) / (root + 1))**2)
    counts.append([steps_to(tilted(kappa), method) for method in (optim.GradientDescent(2 / (1 + kappa)), heavy)])
    print(f"κ = {kappa:6.0f}: gradient descent {counts[-1][0]:5d} steps, momentum {counts[-1][1]:4d}")
growth = np.log10(np.array(counts[2]) / counts[1])
print(f"from κ = 100 to 1000 the steps grow as κ to the power {growth[0]:.2f} and {growth[1]:.2f}")
assert abs(growth[0] - 1) < 0.05 and abs(growth[1] - 0.5) < 0.1

# %% [markdown]
# That is the reason for momentum: thousands of steps become hundreds, for one vector of memory. (Where is its own
# limit of stability? Put $x_k = (-1)^k$ into the recursion. You will want it in exercise 03.4.)
#
# **Try it**: give momentum the usual $\alpha = 0.9$ at all three $\kappa$, with $\varepsilon = 1/\kappa$.
#
# ## Nesterov: look first
#
# Momentum takes the gradient where it stands, though it knows that $\alpha v$ will carry it on in any case. Nesterov
# takes the gradient there:
#
# $$v \leftarrow \alpha v - \varepsilon \nabla f(x + \alpha v), \qquad x \leftarrow x + v .$$

# %%
x, v, lr, alpha = np.array([-1.6, 0.5]), np.array([0.9, 0.75]), 0.07, 0.9
figure, axes = plotting.subplots(1, 2, width=9, height=3.6)
X, Y = np.meshgrid(np.linspace(-2, 0.4, 80), np.linspace(-0.5, 1.4, 80))
ends = {}
for ax, name, point in ((axes[0], "momentum", x), (axes[1], "Nesterov", x + alpha * v)):
    pull = -lr * valley.gradient(point)
    ends[name] = x + alpha * v + pull
    ax.contour(X, Y, valley.on_grid(X, Y), levels=12, colors="0.8", linewidths=0.7)
    for tail, arrow, colour, label in ((x, alpha * v, "#0072B2", r"$\alpha v$, what is left of the old move"),
                                       (point, pull, "#D55E00", r"$-\varepsilon\nabla f$, the pull, where it is felt"),
                                       (x, alpha * v + pull, "black", "the new move")):
        ax.quiver(*tail, *arrow, angles="xy", scale_units="xy", scale=1, color=colour, label=label, width=0.008)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", title=f"{name}: ends at a height of {valley(ends[name]):.2f}")
figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
figure

# %%
both = {"momentum": optim.Momentum(lr, alpha), "Nesterov": optim.Nesterov(lr, alpha, "lookahead")}
for name, method in both.items():
    after, _ = method.step(valley, x, {"t": 0, "p": -v / lr})     # the library keeps p = −v/ε
    assert np.allclose(after, ends[name])
assert valley(ends["Nesterov"]) < valley(ends["momentum"]) / 2

# %% [markdown]
# The old move climbs the far wall. Where it arrives, the wall is steeper and pulls back harder, and Nesterov's step
# knows that one step earlier.
#
# There is a practical flaw: the gradient is wanted at $x + \alpha v$, where nobody stands. The lecture mends it by a
# change of variables. Let $z = x + \alpha v$ be the point at which the gradient is taken, and keep track of $z$
# instead of $x$. With $x_{\text{new}} = x + v_{\text{new}}$,
#
# $$z_{\text{new}} = x_{\text{new}} + \alpha v_{\text{new}} = (z - \alpha v_{\text{old}}) + v_{\text{new}} + \alpha
# v_{\text{new}} = z + v_{\text{new}} + \alpha(v_{\text{new}} - v_{\text{old}}) .$$
#
# The library has both forms.

# %%
forms = {kind: minnet.minimize(valley, start, optim.Nesterov(0.05, 0.8, kind), max_iter=50, gtol=0, record=["x", "p"])
         for kind in ("lookahead", "lecture")}
x, v = forms["lookahead"].history["x"], -0.05 * forms["lookahead"].history["p"]
z = forms["lecture"].history["x"]
print(f"the two paths are up to {np.linalg.norm(z - x, axis=1).max():.2f} apart,")
print(f"z and x + αv only {np.linalg.norm(z - (x + 0.8 * v), axis=1).max():.0e}")
assert np.linalg.norm(z - x, axis=1).max() > 0.1
assert np.allclose(z, x + 0.8 * v, atol=1e-12)

# %% [markdown]
# ### What the source said, and what the run says
#
# The lecture's slide ends its loop with the line "Set $v_{\text{new}} = v_{\text{old}}$, $\tilde\theta_{\text{new}} =
# \tilde\theta_{\text{old}}$" ($\tilde\theta$ is our $z$). **Predict** what a program does that follows it to the
# letter. And what, if only the first half is followed?

# %%
def misprinted(z, steps, restore_z):
    v_old = np.zeros(2)
    for _ in range(steps):
        v_new = 0.8 * v_old - 0.05 * valley.gradient(z)
        z_new = z + v_new + 0.8 * (v_new - v_old)
        v_new = v_old                                    # as printed
        z, v_old = z if restore_z else z_new, v_new
    return z


begin = np.array(start)
plain = minnet.minimize(valley, start, optim.GradientDescent(1.8 * 0.05), max_iter=20, gtol=0, record=["x"])
print("to the letter:", misprinted(begin, 20, True), " the first half:", np.round(misprinted(begin, 20, False), 3))
assert np.array_equal(misprinted(begin, 20, True), start)
assert np.allclose(misprinted(begin, 20, False), plain.history["x"][-1])

# %% [markdown]
# To the letter it never moves. With the first half only, $v$ is set back to zero each time, and what is left is
# gradient descent with the rate $(1 + \alpha)\varepsilon$. The line should read $v_{\text{old}} \leftarrow
# v_{\text{new}}$. (The lecture's *code* has it right. It often pays to read both.)
#
# ## Noise, batches and schedules
#
# So far the gradient was exact. In the training of a network it is a mean over $N$ examples, and a mean over $m$ of
# them, a *minibatch*, costs $N/m$ times less. With $m = N$ one speaks of a *batch* method, with $m = 1$ of a
# *stochastic* one. What does the saving cost? The error of a mean of $m$ independent examples has the variance $C/m$,
# where $C$ is the mean squared distance of one example's gradient from the mean of all. Drawn without replacement it
# is a bit less, $\frac Cm \cdot \frac{N - m}{N - 1}$, and nothing for $m = N$.

# %%
data = minnet.datasets.notebook(0)
net = minnet.MLP([2, 3, 1], activation="tanh")
loss = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy")
theta, rng = net.init(rng=0), np.random.default_rng(0)
rows = loss.per_example_gradients(theta)                   # one gradient in each row
C = ((rows - rows.mean(0))**2).sum(1).mean()
sizes = np.array([1, 2, 5, 10, 20, 40])
drawn = lambda m: rows[rng.permutation(80)[:m]].mean(0)
errors = [np.mean([((drawn(m) - rows.mean(0))**2).sum() for _ in range(400)]) for m in sizes]
figure, ax = plotting.subplots()
ax.loglog(sizes, errors, "o", label="measured, 400 draws each")
ax.loglog(sizes, C / sizes * (80 - sizes) / 79, label=r"$\frac{C}{m} \cdot \frac{N - m}{N - 1}$")
ax.set(xlabel="batch size $m$", ylabel="mean squared error of $g$",
       title="Ten times the batch, a tenth of the squared error")
ax.legend()
figure

# %%
assert np.allclose(rows.mean(0), loss.gradient(theta))
assert np.allclose(errors, C / sizes * (80 - sizes) / 79, rtol=0.2)

# %% [markdown]
# The error itself is the root of this. A batch of 4 instead of 1 costs four times as much and is *half* as wrong.
# That is a poor bargain, and the reason why minibatches are small.
#
# What does the noise do to the descent? The smallest model: $f(w) = \tfrac12 w^2$, and each gradient is $w + n$ with
# noise $n$ of mean 0 and variance 1. Square $w \leftarrow (1 - \varepsilon) w - \varepsilon n$ and take the mean,
# writing $M$ for the mean of $w^2$. The noise knows nothing of $w$, so the mixed term is 0 in the mean, and $M
# \leftarrow (1 - \varepsilon)^2 M + \varepsilon^2$. Where does that settle? Where both sides are equal:
#
# $$M = \frac{\varepsilon}{2 - \varepsilon} .$$
#
# A large rate arrives soon and then trembles; a small one trembles little and arrives late. So begin with a large
# rate and end with a small one. This is *annealing*. A rule that gives the rate of step $t$ is a *schedule*; the
# library has several.


# %%
def descend(schedule, steps=1000, seeds=400):
    rng, w, squares = np.random.default_rng(0), np.full(seeds, 3.0), []
    for t in range(1, steps + 1):
        w = w - schedule(t) * (w + rng.standard_normal(seeds))
        squares.append(np.mean(w**2))
    return np.array(squares)


schedules = {"constant, 0.3": optim.schedules.Constant(0.3), "constant, 0.01": optim.schedules.Constant(0.01),
             "cut by 0.3 every 200": optim.schedules.Step(0.3, 0.3, 200), "cosine": optim.schedules.Cosine(0.3, 1000)}
curves = {name: descend(schedule) for name, schedule in schedules.items()}
figure, ax = plotting.subplots()
for name, curve in curves.items():
    ax.loglog(np.arange(1, 1001), curve, label=name)
ax.set(xlabel="step", ylabel="mean of $w^2$", title="Large steps first, small steps last")
ax.legend(loc="lower left")
figure

# %%
late = {name: curve[-50:].mean() for name, curve in curves.items()}
print({name: f"{value:.4f}" for name, value in late.items()})
assert np.isclose(late["constant, 0.3"], 0.3 / 1.7, rtol=0.1)
assert np.isclose(late["constant, 0.01"], 0.01 / 1.99, rtol=0.4)
assert curves["constant, 0.3"][9] < curves["constant, 0.01"][9] / 5              # the large rate is ahead at first
assert max(late["cosine"], late["cut by 0.3 every 200"]) < late["constant, 0.3"] / 10

# %% [markdown]
# Both annealed runs begin like the large rate and end far below it. (The notebook on second-order methods prepares a
# "learning rate decay" and never uses it; now you know what it was for. In exercise 03.6 you will do better.)
#
# The lecture adds that small batches "can be seen to have a regularization effect, perhaps because they introduce
# noise": a network trained with them would do *better on new points*. We can ask. Four draws of 60 points, batches of 4
# against all 60, the same number of steps, judged on the points seen and on 1000 new ones. (`two_moons` draws two
# classes shaped like half moons, with noise.) **Predict** how often the small batches end lower, on each.

# %%
def ends_of(seed, steps=300):
    few, new = minnet.datasets.two_moons(60, 0.35, rng=seed), minnet.datasets.two_moons(1000, 0.35, rng=100 + seed)
    net = minnet.MLP([2, 16, 1], activation="tanh")
    seen, unseen = (minnet.Objective(net, d.X, d.y, loss="binary_crossentropy") for d in (few, new))
    for m in (4, 60):
        x = minnet.minimize(seen, net.init(rng=seed), optim.GradientDescent(0.5), max_iter=steps, gtol=0, batch_size=m,
                            rng=seed, record=["x"]).history["x"][-1]
        yield seen(x), unseen(x)


ends = np.array([list(ends_of(seed)) for seed in range(4)])         # (seed, batch size, seen or new)
better = (ends[:, 0] < ends[:, 1]).mean(0)
print(f"batches of 4 end lower on the points seen in {better[0]:.0%} of the draws, on new points in {better[1]:.0%}")
assert better[0] < 0.5 and better[1] < 1

# %% [markdown]
# The noise does keep the network from fitting its 60 points. That it does better on new ones is not to be had for
# nothing. (`python -m minnet figures gradient_noise` draws the same for all batch sizes and much longer runs.)
#
# ## Adagrad: a rate for each weight
#
# One rate for all curvatures was the trouble. Why not one rate for each weight? The notebook has an unused function
# that does so by hand: the rate of a layer is `LR * variance`, with the variance $1/(jk)$ of its first weights ($j$
# units before it, $k$ in it). Is it better than one rate for all, each at its best `LR`? And while we are at it: the
# notebook has commented out a further layer of five units.

# %%
def after_100_steps(widths, by_layer, lr, seed):
    data, net = minnet.datasets.notebook(seed), minnet.MLP(widths, activation="tanh")
    f = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy", reduction="sum")
    share = [1 / (j * k) if by_layer else 1 for j, k in zip(widths, widths[1:])]
    scale = net.pack([(np.full((k, j), s), np.full(k, s)) for j, k, s in zip(widths, widths[1:], share)])
    scaled = minnet.Function(f.value, lambda x: scale * f.gradient(x))
    begin = net.init(scheme="notebook", rng=seed)
    return minnet.minimize(scaled, begin, optim.GradientDescent(lr), max_iter=100, gtol=0).history["value"][-1]


kinds = {"one rate": ([2, 3, 1], False), "LR · variance": ([2, 3, 1], True),
         "one rate, five more": ([2, 3, 5, 1], False)}


# %%
table = {name: [np.median([after_100_steps(*kind, lr, seed) for seed in range(3)]) for lr in (0.01, 0.03, 0.1)]
         for name, kind in kinds.items()}
for name, losses in table.items():
    print(f"{name:<20} median loss after 100 steps with LR = 0.01, 0.03, 0.1: {np.round(losses, 1)}")
assert table["LR · variance"][2] < table["one rate"][2] / 2                         # at the notebook's LR = 0.1
assert 0.5 < min(table["one rate"]) / min(table["LR · variance"]) < 2               # each at its best
assert min(table["one rate, five more"]) > 0.8 * min(table["one rate"])

# %% [markdown]
# At the notebook's own `LR = 0.1` the rule rescues the run, for it makes all rates smaller. Each at its best, there
# is little between the two: a fixed share by layer knows nothing about the loss. And the deeper network gains nothing
# in 100 steps.
#
# *Adagrad* lets the gradients themselves tell. Sum up the squares of each weight's gradients, and divide its step by
# the root:
#
# $$a \leftarrow a + g \odot g, \qquad x \leftarrow x - \frac{\varepsilon}{\sqrt a + \nu} \odot g .$$
#
# $\odot$ means entry by entry, $a$ is a vector that starts at 0, and $\nu$ (nu, $10^{-7}$) only keeps 0/0 away. By
# hand, for $g = (4,\ 0.1)$ and $\varepsilon = 0.5$: $a = (16,\ 0.01)$, $\sqrt a = (4,\ 0.1)$, and the step is
# $(-0.5,\ -0.5)$. Whatever the first gradient is, every weight moves by $\varepsilon$.

# %%
f = minnet.Function(value=lambda x: 4 * x[0] + 0.1 * x[1], gradient=lambda x: np.array([4, 0.1]))
run = minnet.minimize(f, [0.0, 0.0], optim.Adagrad(0.5), max_iter=2, gtol=0, record=["x"])
print(run.history["x"])
assert np.allclose(run.history["x"][1], -0.5) and np.allclose(run.history["x"][2], -0.5 - 0.5 / np.sqrt(2))

# %% [markdown]
# The second step is shorter, $\varepsilon/\sqrt 2$, though the slope has not changed. "Is there a problem with
# Adagrad?" asks the lecture, and gives no answer. **Predict**: on an even slope, how long is step $t$, and how
# far does Adagrad get in $t$ steps?
#
# ## RMSProp: forget
#
# The sum $a$ only grows. *RMSProp* replaces it by a running mean, which forgets:
#
# $$a \leftarrow \beta a + (1 - \beta)\, g \odot g$$
#
# with $\beta$ (beta) typically 0.99. (Here "running mean" is right: the weights $(1 - \beta)\beta^k$ add up to 1.)

# %%
steps = 2000
even = minnet.Function(value=lambda x: x[0], gradient=lambda x: np.array([1.0]))
moved = {name: -minnet.minimize(even, [0.0], method, max_iter=steps, gtol=0, record=["x"]).history["x"][:, 0]
         for name, method in {"Adagrad": optim.Adagrad(1.0), "RMSProp": optim.RMSProp(1.0)}.items()}
figure, (left, right) = plotting.subplots(1, 2, width=9, height=3.6)
for name, way in moved.items():
    left.loglog(np.arange(1, steps + 1), np.diff(way), label=name)
    right.plot(way, label=name)
left.set(xlabel="step $t$", ylabel=r"length of the step / $\varepsilon$",
         title="Adagrad's steps fade, RMSProp's do not")
right.set(xlabel="step $t$", ylabel=r"way / $\varepsilon$", title="Adagrad gets only about $2\\sqrt{t}$ far")
left.legend()
figure

# %%
t = np.arange(1, steps + 1)
assert np.allclose(np.diff(moved["Adagrad"]), 1 / np.sqrt(t), rtol=1e-5)
assert abs(moved["Adagrad"][-1] / (2 * np.sqrt(steps)) - 1) < 0.05
assert abs(np.diff(moved["RMSProp"])[-1] - 1) < 1e-3
assert np.isclose(np.diff(moved["RMSProp"])[0], 10, rtol=1e-3)

# %% [markdown]
# Adagrad's step is $\varepsilon/\sqrt t$: the answer to the lecture's question. It is no fault where gradients are
# noisy, for then the steps *should* fade; it is one where there is still a long way to go. RMSProp's steps tend to
# $\varepsilon$. But look at its first ones: ten times as long! $a$ begins at 0 and is $(1 - \beta) g^2 = 0.01\, g^2$
# after one step, and $1/\sqrt{0.01} = 10$. Remember this; Adam will mend it.
#
# ### Inside or outside?
#
# The lecture's formulas have $\sqrt{a + \nu}$ on one slide, $\sqrt a + \nu$ on the next, and its programs mix both.
# Does it matter, with $\nu = 10^{-7}$? On an even slope $a$ becomes $g^2$. By hand for $g = 10^{-5}$: outside,
# $10^{-5}/(10^{-5} + 10^{-7}) = 0.99$; inside, $10^{-5}/\sqrt{10^{-10} + 10^{-7}} = ?$

# %%
slopes = 10.0 ** np.arange(-10, 1.5, 0.5)
slanted = minnet.Function(lambda x: slopes @ x, lambda x: slopes)           # in each coordinate another slope
figure, ax = plotting.subplots()
relative = {}
for inside, name in ((False, r"outside, $\sqrt{a} + \nu$"), (True, r"inside, $\sqrt{a + \nu}$")):
    method = optim.RMSProp(1.0, eps_inside=inside)
    run = minnet.minimize(slanted, 0 * slopes, method, max_iter=1500, gtol=0, record=["x"])
    relative[inside] = -np.diff(run.history["x"], axis=0)[-1]
    ax.loglog(slopes, relative[inside], "os"[inside] + "-", markersize=4, label=name)
ax.set(xlabel="gradient $|g|$", ylabel=r"step / $\varepsilon$",
       title=r"Inside the root, $\nu = 10^{-7}$ acts like $3 \cdot 10^{-4}$")
ax.legend()
figure

# %%
at = lambda slope: np.argmin(np.abs(slopes - slope))
print(f"at g = 1e-5 the step is {relative[False][at(1e-5)]:.2f} ε outside and {relative[True][at(1e-5)]:.3f} ε inside")
assert relative[False][at(1e-5)] > 0.98 and relative[True][at(1e-5)] < 0.04
assert np.allclose(relative[True], slopes / np.sqrt(slopes**2 + 1e-7), rtol=1e-2)

# %% [markdown]
# It does. Outside, steps fade for gradients below $\nu$; inside, below $\sqrt\nu$, three thousand times earlier. Two
# programs with "the same" $\nu$ are two methods.
#
# RMSProp can carry momentum, in both of its forms: replace the gradient in $v \leftarrow \alpha v - \varepsilon g$ by
# $g/(\sqrt a + \nu)$. **Predict** the length of its steps on an even slope, in the long run.

# %%
kept = 0.9                                                                      # the knob: the share α, below 1
for nesterov in (False, True):
    method = optim.RMSProp(1.0, momentum=kept, nesterov=nesterov)
    run = minnet.minimize(even, [0.0], method, max_iter=2000, gtol=0, record=["x"])
    last = -np.diff(run.history["x"][:, 0])[-1]
    print(f"with Nesterov's look ahead {nesterov}: steps of {last:.3f} ε")
    assert np.isclose(last, 1 / (1 - kept), rtol=1e-3)

# %% [markdown]
# The gain $1/(1 - \alpha)$ is back.
#
# ## Adam: both, and a correction
#
# *Adam* keeps running means of both, the gradient and its square, and corrects them for their start at 0:
#
# $$v \leftarrow \beta_1 v + (1 - \beta_1) g, \qquad a \leftarrow \beta_2 a + (1 - \beta_2)\, g \odot g,$$
# $$\tilde v = \frac{v}{1 - \beta_1^t}, \qquad \tilde a = \frac{a}{1 - \beta_2^t}, \qquad x \leftarrow x -
# \frac{\varepsilon}{\sqrt{\tilde a} + \nu} \odot \tilde v ,$$
#
# where $t = 1, 2, \dots$ counts the steps. Why these divisors? If $g$ were always the same, $v$ after $t$ steps would
# be $(1 - \beta_1)(1 + \beta_1 + \dots + \beta_1^{t-1})\, g = (1 - \beta_1^t)\, g$: too small by $1 - \beta_1^t$.
#
# By hand, $t = 1$, $\beta_1 = 0.9$, $\beta_2 = 0.999$: without correction $v = 0.1 g$ and $\sqrt a =
# \sqrt{0.001}\,|g| = 0.032\,|g|$. The step is $3.2\,\varepsilon$. And in the steps after that $v$ fills up in ten,
# $\sqrt a$ needs a thousand. **Predict** the longest step without correction.
#
# The notebook's Adam has a third way: it divides by $1 - \beta$ for ever, as if $t$ were always 1. What do its steps
# become in the end?

# %%
figure, axes = plotting.subplots(1, 2, width=9, height=3.6)
length = {}
for ax, beta2 in zip(axes, (0.999, 0.99)):
    for kind, name in ((True, "corrected"), (False, "not corrected"), ("first step", "the notebook's, t = 1 always")):
        adam = optim.Adam(1.0, beta2=beta2, bias_correction=kind)
        run = minnet.minimize(even, [0.0], adam, max_iter=3000, gtol=0, record=["x"])
        length[beta2, kind] = -np.diff(run.history["x"][:, 0])
        ax.semilogx(t := np.arange(1, 3001), length[beta2, kind], label=name)
    ax.set(xlabel="step $t$", ylabel=r"length of the step / $\varepsilon$", ylim=(0, 7),
           title=rf"Steps on an even slope, $\beta_2 = {beta2}$")
axes[1].legend()
figure.suptitle("Without the right correction the first hundred steps are too long")
figure

# %%
assert np.allclose(length[0.999, True], 1, atol=1e-5)
assert np.isclose(length[0.999, False][0], 0.1 / np.sqrt(0.001), rtol=1e-3) and length[0.999, False].max() > 6
assert np.isclose(length[0.999, "first step"][0], 1) and length[0.999, "first step"][-1] < 0.35
assert np.isclose(length[0.99, False][0], 1, rtol=1e-3) and length[0.99, False].max() < 2.5
assert np.allclose(length[0.99, "first step"], length[0.99, False], rtol=1e-4)

# %% [markdown]
# With $\beta_2 = 0.999$, as in the lecture's text, the longest step is more than six times too long: "extremely large
# steps" is fair. With $\beta_2 = 0.99$, as in the lecture's *program*, it is little more than twice, and the first
# one is right by chance, because $(1 - \beta_1)^2 = 1 - \beta_2$. The notebook's frozen correction begins right,
# swells to twice that, and ends with steps of $\sqrt{1 - \beta_2}/(1 - \beta_1) = 0.32\,\varepsilon$: its rate of 0.1
# is in the long run one of 0.03.
#
# Now once from scratch, so that nothing stays hidden.

# %%
x, v, a, path = np.array(start), 0.0, 0.0, [start]
for t in range(1, 31):
    g = valley.gradient(x)
    v = 0.9 * v + 0.1 * g
    a = 0.999 * a + 0.001 * g * g
    corrected_v, corrected_a = v / (1 - 0.9**t), a / (1 - 0.999**t)
    x = x - 0.1 * corrected_v / (np.sqrt(corrected_a) + 1e-7)
    path.append(x)
library = minnet.minimize(valley, start, optim.Adam(0.1), max_iter=30, gtol=0, record=["x"])
assert np.allclose(path, library.history["x"])

# %% [markdown]
# ## The lecture's films
#
# The lecture shows its seven methods on two surfaces, as films whose slides are blank in print. Here they are again.
# The first surface is Beale's function, a valley with steep walls and its minimum at $(3, 0.5)$, from the two starts
# of the lecture. (The library makes the moving version, too: `python -m minnet figures`.)

# %%
beale, second = minnet.problems.beale(), minnet.problems.lecture_surface()
methods = {"gradient descent": optim.GradientDescent, "momentum": optim.Momentum, "Nesterov": optim.Nesterov,
           "Adagrad": optim.Adagrad, "RMSProp": optim.RMSProp,
           "RMSProp, momentum": lambda lr: optim.RMSProp(lr, momentum=0.9),
           "Adam": lambda lr: optim.Adam(lr, beta2=0.99)}
rates = dict(zip(methods, [1e-5, 1e-5, 1e-5, 0.5, 0.01, 0.01, 0.01]))
film = {name: [minnet.minimize(beale, x, methods[name](rates[name]), max_iter=1000, gtol=1e-6, record=["x"])
               for x in ([2.0, -2.0], [-3.0, 3.0])] for name in methods}
near = {name for name in film for run in film[name] if np.linalg.norm(run.history["x"][-1] - [3, 0.5]) < 0.2}
assert near == {"RMSProp, momentum"}
plotting.trajectory(beale, film, "After 1000 steps only RMSProp with momentum is near", frame=((-4.5, 4.5), (-4, 4.5)))

# %% [markdown]
# "The iteration count is capped at 10,000 iterations, so gradient descent does not get to the minimum", says the
# lecture. Is that a fault of the method, or of the rate? All rates at once, each row of `x` its own run:

# %%
def beale_gradient(x):
    a, b = x.T
    r = [y - a * (1 - b**k) for y, k in ((1.5, 1), (2.25, 2), (2.625, 3))]
    return np.stack([sum(2 * r[k - 1] * (b**k - 1) for k in (1, 2, 3)),
                     sum(2 * r[k - 1] * a * k * b**(k - 1) for k in (1, 2, 3))], axis=1)


rates = np.array([1e-5, 1e-4, 1e-3, 3e-3])
x = np.tile([2.0, -2.0], (4, 1))
assert np.allclose(beale_gradient(x)[0], beale.gradient(x[0]))
for _ in range(10_000):
    x = x - rates[:, None] * beale_gradient(x)
away = np.linalg.norm(x - [3, 0.5], axis=1)
print(*(f"rate {lr:g}: {distance:.1e} away" for lr, distance in zip(rates, away)), sep=";  ")
assert away[0] > 1 and away[3] < 1e-3

# %% [markdown]
# Of the rate: at 0.003 it arrives. What about 0.01? And how large is the largest curvature, at the start and at the
# minimum? (`hessian` knows all curvatures at a point; notebook 04 shows how.)

# %%
steepest = {name: np.linalg.eigvalsh(beale.hessian(np.array(x)))[-1] for name, x in
            {"start": [2.0, -2.0], "minimum": [3.0, 0.5]}.items()}
x = np.array([[2.0, -2.0]])
for _ in range(3):
    x = x - 0.01 * beale_gradient(x)
print(f"λmax: {steepest['start']:.0f} at the start, {steepest['minimum']:.0f} at the minimum")
print(f"three steps of rate 0.01 lead {np.linalg.norm(x):.0e} away")
assert 2400 < steepest["start"] < 2600 and 48 < steepest["minimum"] < 50 and np.linalg.norm(x) > 1000
leap = np.array([[2.0, -2.0]]) - 0.003 * beale_gradient(np.array([[2.0, -2.0]]))
print(f"after one leap of rate 0.003: λmax {np.linalg.eigvalsh(beale.hessian(leap[0]))[-1]:.0f}")
assert np.linalg.eigvalsh(beale.hessian(leap[0]))[-1] < steepest["start"] / 5

# %% [markdown]
# At the start $2/\lambda_{\max}$ is 0.0008, at the minimum it is 0.04. (The rate 0.003 is too large for the start,
# and gets away with it: its first leap lands on flatter ground.) One rate must be small for the sake of the *first*
# steps and is then too small for all others. There you have what the adaptive methods are good for.
#
# The second surface has a lower and a higher minimum. Its formula is not in the lecture. `lecture_surface` was made
# such that, from $(2.9, 1.5)$, the methods do what the lecture says they do.

# %%
rates = dict(zip(methods, [0.01, 0.01, 0.01, 0.1, 0.01, 0.01, 0.01]))
film = {name: minnet.minimize(second, [2.9, 1.5], methods[name](rates[name]), max_iter=700, gtol=1e-6, record=["x"])
        for name in methods}
plotting.trajectory(second, film, "From this start three methods end in the higher minimum", frame=second.bounds)

# %%
lowest, other = (np.array(x) for x, value in second.minima)
near = {name: np.linalg.norm(run.history["x"][-1] - lowest) < 0.05 for name, run in film.items()}
straight = (lowest - [2.9, 1.5]) / np.linalg.norm(lowest - [2.9, 1.5])
offset = lambda x: np.abs((x - [2.9, 1.5]) @ [straight[1], -straight[0]]).max()        # from the straight way
wide = {name: offset(run.history["x"]) for name, run in film.items()}
print("in the lowest:", [name for name in near if near[name]])
assert [name for name in near if not near[name]] == ["gradient descent", "momentum", "Nesterov"]
assert wide["RMSProp, momentum"] > max(wide["RMSProp"], wide["Adagrad"], wide["Adam"])

# %% [markdown]
# ## What the source said, and what the run says
#
# From such films the lecture concludes:
#
# 1. momentum "pushes the descent to find a local, but not global, minimum", and Nesterov finds "the same";
# 2. Adagrad "proceeds to the global minimum", and so does RMSProp;
# 3. RMSProp does so "more quickly than Adagrad";
# 4. RMSProp with momentum makes "a larger excursion", yet gets there "more quickly than all other optimizers";
# 5. Adam is "just slightly slower than RMSProp", and "robust to e.g., hyperparameter choice".
#
# The films show one start and one rate for each method. **Write down** which of the five you believe to hold in
# general. Then we take 500 starts, among them $(2.9, 1.5)$, and ten rates from 0.0003 to 10. All methods act on each
# coordinate alone, so that 500 points can lie in one long vector and be run at once.

# %%
c, s = np.array([[0.4, -1.1], [1.7, -1.2], [0.2, 2.1]]), np.array([[0.6, 0.9], [0.6, 1.1], [1.1, 1.0]])
A, rng = np.array([2.6, 1.9, 1.9]), np.random.default_rng(0)
starts = rng.uniform([[-3], [-4]], [[4], [4]], (2, 500))
starts[:, 0] = 2.9, 1.5


def many_gradients(x):                                              # the second surface's, for 500 points
    z = (x.reshape(2, -1) - c[:, :, None]) / s[:, :, None]
    hollow = A[:, None] * np.exp(-(z * z).sum(1) / 2)
    return (0.1 * x.reshape(2, -1) + (hollow[:, None] * z / s[:, :, None]).sum(0)).ravel()


assert np.allclose(many_gradients(starts.ravel()).reshape(2, -1)[:, 7], second.gradient(starts[:, 7]))
many = minnet.Function(lambda x: 0.0, many_gradients)               # nobody asks for its value


# %%
def arrivals(method, steps=500):
    """Steps after which each start stays within 0.05 of the lowest and of the other minimum; inf where never."""
    x, path = starts.ravel(), np.empty((steps, 2, 500))
    state = method.start(many, x)
    for t in range(steps):
        x, state = method.step(many, x, state)
        path[t] = x.reshape(2, -1)
    found = []
    for minimum in (lowest, other):
        away = ((path - minimum[:, None])**2).sum(1) > 0.05**2
        last = np.where(away.any(0), steps - np.argmax(away[::-1], axis=0), 0)
        found.append(np.where(last < steps, last + 1, np.inf))
    return np.array(found)


rates = 10.0 ** np.arange(-3.5, 1.25, 0.5)
race = {name: np.array([arrivals(make(lr)) for lr in rates]) for name, make in methods.items()}

# %% [markdown]
# First: which minimum? We take each method at the rate of its film.

# %%
at = {name: np.argmin(np.abs(rates - (0.1 if name == "Adagrad" else 0.01))) for name in methods}
there = {name: np.isfinite(race[name][at[name]]).mean(axis=1) for name in methods}    # in the lowest, in the other
share = {name: low / (low + high) for name, (low, high) in there.items()}
figure, ax = plotting.subplots(height=3)
ax.barh(list(share), list(share.values()), height=0.6)
ax.invert_yaxis()
ax.set(xlim=(0, 1), xlabel="share of the arriving runs that end in the lowest minimum",
       title="Which minimum is found hardly depends on the method")
figure

# %%
print("in the lowest minimum:", *(f"{value:.0%}" for value in share.values()), "(in the picture's order)")
assert min(sum(found) for found in there.values()) > 0.8
assert all(0.5 < value < 0.7 for value in share.values())                                  # claims 1 and 2
same = np.isfinite(race["momentum"][at["momentum"]]) == np.isfinite(race["Nesterov"][at["Nesterov"]])
print(f"momentum and Nesterov end in the same minimum from {same.all(0).mean():.0%} of the starts")
assert same.all(0).mean() > 0.95

# %% [markdown]
# Six runs out of ten end in the lowest minimum, with *every* method. Claims 1 and 2 are about the start, not about
# the method; what is true in them is that Nesterov goes where momentum goes. Second: who is quicker? Now every method
# may have its best rate.

# %%
middle = {name: np.median(found.min(1), axis=1) for name, found in race.items()}      # of 500 starts, for each rate
figure, ax = plotting.subplots(height=4.4)
for (name, steps), marker in zip(middle.items(), "^vDoxs*"):
    ax.loglog(rates, np.where(np.isfinite(steps), steps, np.nan), marker=marker, markersize=5, label=name)
ax.set(xlabel=r"learning rate $\varepsilon$", ylabel="steps to a minimum (median over the starts)",
       title="Who is first depends on the rate")
figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=4)
figure

# %%
best = {name: steps.min() for name, steps in middle.items()}
for name, steps in middle.items():
    print(f"{name:<18} best: {best[name]:4.0f} steps; arrives at {np.isfinite(steps).sum()} of the ten rates")
assert middle["RMSProp"][at["RMSProp"]] < middle["Adagrad"][at["Adagrad"]]            # claim 3, at the films' rates …
assert best["Adagrad"] < best["RMSProp"] / 3                                          # … but not at the best ones
assert rates[np.argmin(middle["Adagrad"])] > 30 * rates[np.argmin(middle["RMSProp"])]
assert best["RMSProp, momentum"] > 3 * min(best.values())                             # claim 4
ratio = middle["Adam"][at["Adam"]] / middle["RMSProp"][at["RMSProp"]]
print(f"Adam's steps over RMSProp's: {ratio:.1f} at ε = 0.01, {best['Adam'] / best['RMSProp']:.1f} at the best rates")
assert ratio > 1.4 and best["Adam"] < best["RMSProp"]                                 # claim 5
assert np.isfinite(middle["momentum"]).sum() > np.isfinite(middle["Adam"]).sum()
assert np.isfinite(race["RMSProp"][np.isclose(rates, 0.1)]).mean() < 0.05             # no rest at ε = 0.1

# %% [markdown]
# Claim 3 holds at the films' rates. At the best rates it turns around: Adagrad may take a rate a hundred times
# larger, because its steps fade by themselves, where RMSProp goes on in steps of $\varepsilon$ and cannot come to
# rest. Claim 4 is false here, apart from the excursion. Claim 5, the first half: slower by much more than "slightly"
# at one rate, quicker at the best.
#
# And robust? On this surface momentum arrives at more rates than Adam. But the surface is mild: the curvatures at its
# minima lie between 1 and 5. What Adam is robust against is something else. Multiply the loss by 1000 (a sum over
# 1000 examples in place of their mean does that). **Predict** which of the two runs changes.

# %%
louder = minnet.Function(lambda x: 1000 * second.value(x), lambda x: 1000 * second.gradient(x))
pair = {"Adam": optim.Adam(0.05), "momentum": optim.Momentum(0.05)}
ways = {name: [minnet.minimize(f, [2.9, 1.5], method, max_iter=10, gtol=0, record=["x"]).history["x"]
               for f in (second, louder)] for name, method in pair.items()}
change = {name: np.linalg.norm(one - two, axis=1).max() for name, (one, two) in ways.items()}
print({name: f"the path changes by up to {value:.0e}" for name, value in change.items()})
assert change["Adam"] < 1e-3 and change["momentum"] > 1
curvatures = np.concatenate([np.linalg.eigvalsh(second.hessian(x)) for x in (lowest, other)])
print("curvatures at the two minima:", np.round(curvatures, 1))
assert 1 < curvatures.min() and curvatures.max() < 5

# %% [markdown]
# Adam's rate has the unit of the weights: "move each weight by about $\varepsilon$". Gradient descent's rate has the
# unit of weights squared per loss, so the right one is different for every problem. *That* is why Adam's 0.001 works
# so often at the first try.
#
# ### Flat or sharp?
#
# "What kind of local optima does momentum tend to find?", asks the lecture. Take two hollows of nearly equal depth, a
# sharp one (curvature about 9) and a flat one (about 1), and 301 starts on a line. **Predict** the three shares.

# %%
C, S, D = np.array([[-1.2], [1.6]]), np.array([[0.35], [1.1]]), np.array([[1.0715], [1.2]])
hollows = lambda x: D * np.exp(-((x - C) / S)**2 / 2)
surface = lambda x: 0.125 * x**2 - hollows(x).sum(0)
two = minnet.Function(lambda x: surface(x).sum(), lambda x: 0.25 * x + (hollows(x) * (x - C) / S**2).sum(0))
line = np.linspace(-3, 3, 301)
ends = {name: minnet.minimize(two, line, method, max_iter=1000, gtol=1e-6).x for name, method in
        {"gradient descent, 0.03": optim.GradientDescent(0.03), "momentum, 0.03": optim.Momentum(0.03),
         "gradient descent, 0.8": optim.GradientDescent(0.8)}.items()}
flat = {name: (x > 0).mean() for name, x in ends.items()}
figure, ax = plotting.subplots(height=3)
ax.plot(line, surface(line))
ax.set(xlabel="$x$", ylabel="$f(x)$", title="A sharp and a flat minimum, equally deep")
figure

# %%
print("in the flat one end", ",  ".join(f"{value:.0%} ({name})" for name, value in flat.items()))
assert np.ptp([surface(np.array([x])) for x in (-1.153, 1.266)]) < 0.01
bend = [(two.gradient(np.array([x + 1e-5])) - two.gradient(np.array([x - 1e-5])))[0] / 2e-5 for x in (-1.153, 1.266)]
print("curvatures:", np.round(bend, 1))
assert 8 < bend[0] < 10 and 0.9 < bend[1] < 1.3 and 2 / bend[0] < 0.8
assert flat["gradient descent, 0.03"] < flat["momentum, 0.03"] < flat["gradient descent, 0.8"] == 1

# %% [markdown]
# Momentum rolls through the narrow hollow from some of the starts, and so finds the flat one more often. But what
# shuts a method out of sharp minima altogether is the rate: at $\varepsilon = 0.8$ the sharp one is beyond its
# $2/\lambda$, so that gradient descent cannot stay there. **Try it**: find the rate at which this begins, and
# compare.
#
# ## Cliffs
#
# Multiply many numbers, and the product is either tiny or huge. A *recurrent* network does that: it applies one and
# the same unit again and again, $h \leftarrow w\,\sigma(h) + b$, here 50 times ($\sigma$ is the sigmoid of notebook
# 01). The loss is $(\sigma(h) - 0.7)^2$. Along $b$ it looks like this:

# %%
sigmoid = lambda h: 1 / (1 + np.exp(-h))


def recurrent(x):
    h, slope = 0.5, np.zeros(2)
    for _ in range(50):
        s = sigmoid(h)
        h, slope = x[0] * s + x[1], np.array([s, 1]) + x[0] * s * (1 - s) * slope
    s = sigmoid(h)
    return (s - 0.7)**2, 2 * (s - 0.7) * s * (1 - s) * slope


cliff = minnet.Function(lambda x: recurrent(x)[0], lambda x: recurrent(x)[1])
b = np.linspace(-2.4, -2.0, 801)
height = np.array([cliff([4.6, value]) for value in b])
figure, ax = plotting.subplots()
ax.plot(b, height)
ax.set(xlabel="bias $b$, with $w = 4.6$", ylabel="loss", title="A cliff: nearly flat, and then a wall")
figure

# %%
assert minnet.check.gradient(cliff, np.array([4.6, -2.1]))
rise = np.abs(np.diff(height))
print(f"of the whole height, {rise.max() / np.ptp(height):.0%} lies within a change of b by {b[1] - b[0]:.4f}")
assert rise.max() > 100 * np.median(rise)

# %% [markdown]
# At the wall the gradient is enormous, and one step throws the weights out of the valley. *Clipping* keeps the
# direction and shortens the length: a gradient longer than a bound is cut to the bound. **Predict** where each of
# these two runs ends.

# %%
descent = optim.GradientDescent(0.1)
runs = {name: minnet.minimize(cliff, [4.6, -2.1], method, max_iter=150, gtol=0, record=["x"])
        for name, method in {"not clipped": descent, "clipped to 0.1": optim.Clipped(descent, max_norm=0.1)}.items()}
figure, ax = plotting.subplots()
plotting.convergence(runs, "value", ax=ax)
ax.set_title("Thrown off the cliff, and following its edge")
ax.legend()
figure

# %%
jump = {name: np.linalg.norm(np.diff(run.history["x"], axis=0), axis=1).max() for name, run in runs.items()}
print({name: f"longest step {length:.2g}" for name, length in jump.items()})
assert jump["not clipped"] > 1 and jump["clipped to 0.1"] <= 0.1 * 0.1 + 1e-12
assert runs["clipped to 0.1"].history["value"][-20:].max() < 0.2 * runs["not clipped"].history["value"][-1]

# %% [markdown]
# ## Vanishing and exploding
#
# The same with matrices. A linear network with the same $W$ in each of $t$ layers computes $W^t x$. Write $W = U
# \Lambda U^{-1}$, with the eigenvalues $\lambda_i$ on the diagonal of $\Lambda$ and the eigenvectors $u_i$ (vectors
# with $W u_i = \lambda_i u_i$) as columns of $U$. Then $W^t = U \Lambda^t U^{-1}$, and the lecture says that the
# gradient "along $u_i$" is multiplied by $\lambda_i^t$. On paper: $0.8^{30}$ is about 0.001, $1.2^{30}$ about 240.

# %%
U = np.eye(3) + 0.6 * np.random.default_rng(2).standard_normal((3, 3))
lam, depth = np.array([0.8, 1.0, 1.2]), 30
W = U @ np.diag(lam) @ np.linalg.inv(U)                       # the knob: other eigenvalues lam, in rising order
g = [np.array([1.0, -2.0, 0.5])]                              # the gradient at the top layer
for _ in range(depth):
    g.append(W.T @ g[-1])                                     # one layer further down, as in notebook 01
along = np.abs(np.array(g) @ U)                               # u_iᵀ g
figure, ax = plotting.subplots()
for i, marker in enumerate("osv"):
    ax.semilogy(along[:, i] / along[0, i], marker=marker, markersize=4, label=rf"$\lambda = {lam[i]}$")
ax.set(xlabel="layers below the top", ylabel=r"$u_i^T g$, relative to the top",
       title=r"Each component goes like $\lambda^t$")
ax.legend()
figure

# %%
assert np.allclose(along / along[0], lam ** np.arange(depth + 1)[:, None])
assert np.allclose(np.sort(np.linalg.eigvals(W.T).real), lam) and not np.allclose(W @ U, W.T @ U)

# %% [markdown]
# True, if "along $u_i$" means $u_i^T g$. (As vectors the gradients are multiplied by $W^T$, which has the same
# eigenvalues and other eigenvectors.)
#
# As remedies the lecture names "architectural decisions, as well as appropriate regularization". Notebook 01 measured
# two decisions, the activation and the start. A third: let a layer compute $x + Wx$ in place of $Wx$, a *residual*
# connection. Its eigenvalues are $1 + \lambda_i$. And the commonest regularisation shrinks the weights. **Predict**
# for a random $W$ with small eigenvalues: how long is the gradient 30 layers down for $W$, for $0.9\,W$, and for $I +
# W$?

# %%
W = 0.05 * np.random.default_rng(0).standard_normal((20, 20))
top = np.ones(20)
far = {name: np.linalg.norm(np.linalg.matrix_power(M.T, 30) @ top) / np.linalg.norm(top)
       for name, M in {"W": W, "0.9 W": 0.9 * W, "I + W": np.eye(20) + W}.items()}
print({name: f"{value:.0e}" for name, value in far.items()})
assert np.isclose(far["0.9 W"] / far["W"], 0.9**30) and far["W"] < 1e-10 and far["I + W"] > 0.1

# %% [markdown]
# Shrinking the weights makes vanishing *worse*, by $0.9^{30} = 0.04$; it is a remedy for exploding gradients only.
# The residual connection is a remedy for vanishing ones: it moves the eigenvalues from around 0 to around 1.
#
# ## The answer
#
# *Why so many optimisers?* Because one number has to serve many curvatures, and each method mends that in its own
# way. Momentum turns $\kappa$ into $\sqrt\kappa$; Nesterov looks ahead; schedules and Adagrad end with small steps,
# as noise demands; RMSProp and Adam give each weight its own scale, and so a rate that means the same on every
# problem. All of them still ask you for a rate, and none knows more than the slope. What would a method do that knows
# how the slope changes? That is the rest of these notebooks.
#
# **Remember**
#
# 1. Gradient descent needs $\varepsilon < 2/\lambda_{\max}$ and about $\kappa$ steps, momentum about $\sqrt\kappa$.
# 2. With noise a constant rate trembles at the end, the more the larger it is: large steps first, small ones last.
# 3. A comparison at one start and one rate shows one start and one rate.
#
# **Where the source was wrong**: "Set $v_{\text{new}} = v_{\text{old}}$" stops Nesterov's method dead; momentum is a
# sum, not a mean, and $\alpha = 1$ never rests; stopping at a short step rewards a small rate; $\sqrt{a + \nu}$ and
# $\sqrt a + \nu$ are two methods; the notebook's Adam is frozen at $t = 1$; which minimum is found is a matter of the
# start, and who is first one of the rate; and shrinking weights does not cure vanishing gradients.
#
# ## Exercises

# %%
exercises.show("03.1")


# %%
def step(x, v, g, lr, alpha):
    ...


# exercises.check("03.1", step)

# %%
exercises.show("03.2")


# %%
def adam_step(x, v, a, t, g, lr, beta1, beta2):
    ...


# exercises.check("03.2", adam_step)

# %%
exercises.show("03.3")


# %%
def nesterov_step(z, v, g, lr, alpha):
    ...


# exercises.check("03.3", nesterov_step)

# %%
exercises.show("03.4")


# %%
def measure(lr, alpha):
    ...


# exercises.check("03.4", measure, prediction=(..., ...))

# %%
exercises.show("03.5")


# %%
def clip(g, limit):
    ...


# exercises.check("03.5", clip)

# %%
exercises.show("03.6")


# %%
def schedule(t):
    ...


# exercises.check("03.6", schedule)
