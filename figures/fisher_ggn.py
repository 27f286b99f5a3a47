"""Three stand-ins for the Hessian: Gauss-Newton, empirical and Monte Carlo Fisher
On the network of the NNDL notebook on second-order methods ({n} parameters, seed {seed}, weight decay {l2}): the
Hessian H, the Gauss-Newton matrix G, the empirical Fisher matrix, Σ g gᵀ over the examples with the targets of the
data, and the Monte Carlo one, with targets drawn from the network's own probabilities. In the mean the latter is G:
the mean of k draws nears it as k to the power {slope:.2f}, from {far:.0f} % of ‖G‖ away after one draw to {near:.1f} %
after {draws}. At the minimum, {steps} steps of Newton's method on, H lies {hessian:.1f} % from G, and the empirical
matrix {empirical:.0f} %: this network has learned its data's probabilities well enough for that, and nearer than a
single draw, but no further averaging mends it. Before, it was up to {worst:.0f} % away, while H, bent most at the
start, was {first:.0f} % away there.
"""
import numpy as np
from matplotlib.colors import SymLogNorm

from minnet import datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.notebook import notebook_objective
from minnet.optim import Newton
from minnet.plotting import style

SOURCES = "notebook: code; draft: Methods"
ORDER = (4, 9)
ALT = ("Heat maps of four 13 by 13 matrices at the minimum, which look much alike, the two Fisher matrices a little "
       "less so; below, their distances to Gauss-Newton's along the run, and that of the mean of k Monte Carlo "
       "matrices, falling as k to the power −½.")
SEED, L2 = 0, 0.01


def away(M, G):
    """‖M − G‖ / ‖G‖."""
    return np.linalg.norm(M - G) / np.linalg.norm(G)


@style
def draw(matrices, distances, k, spread):
    fig, axes = plotting.subplots(2, 4, 9.5, 5.6)
    largest = max(abs(M).max() for M in matrices.values())
    for ax, (name, M) in zip(axes[0], matrices.items()):
        image = ax.imshow(M, cmap="PuOr", norm=SymLogNorm(0.01 * largest, vmin=-largest, vmax=largest))
        ax.set_title(name)
        ax.set_xticks([0, 6, 9, 12], ["W₁", "b₁", "W₂", "b₂"])
        ax.set_yticks([0, 6, 9, 12], ["W₁", "b₁", "W₂", "b₂"])
        ax.grid(False)
    fig.colorbar(image, ax=axes[0], shrink=0.85, pad=0.01).set_ticks([-100, -10, 0, 10, 100])
    grid = axes[0, 0].get_gridspec()
    for ax in axes[1]:
        ax.remove()
    left, right = fig.add_subplot(grid[1, :2]), fig.add_subplot(grid[1, 2:])
    for (name, values), marker in zip(distances.items(), "osD"):
        left.plot(values, label=name, marker=marker, markersize=4)
    left.set(yscale="log", xlabel="iteration of Newton's method", title="‖M − G‖ / ‖G‖ along the run",
             ylim=(min(distances["H"]) / 8, 3))
    left.xaxis.get_major_locator().set_params(integer=True)
    left.legend(loc="lower left", ncols=3)
    right.loglog(k, spread, "D", color="C2", markersize=4, linestyle="none", label="mean of k Monte Carlo matrices")
    right.loglog(k, spread[0] * np.array(k) ** -0.5, color="0.4", linewidth=1.0, linestyle="-", label="falling as 1/√k")
    right.axhline(distances["empirical"][-1], color="C1", linestyle="--", linewidth=1.2, label="empirical")
    right.set(xlabel="draws k", title="‖M − G‖ / ‖G‖ at the minimum")
    right.legend(loc="lower left")
    return fig


def picture(fast: bool) -> Picture:
    f = notebook_objective(SEED, L2)
    run = minimize(f, datasets.notebook_start(SEED), Newton(), gtol=1e-9, record=("x",))
    rng = np.random.default_rng(SEED)
    rules = {"H": f.hessian, "empirical": f.fisher, "Monte Carlo": lambda x: f.fisher(x, "mc", rng)}
    distances = {name: np.array([away(rule(x), f.ggn(x)) for x in run.history["x"]]) for name, rule in rules.items()}
    G, empirical, draws = f.ggn(run.x), f.fisher(run.x), 4096 if fast else 16384
    drawn = np.array([f.fisher(run.x, "mc", rng) for _ in range(draws)])
    k = 2 ** np.arange(int(np.log2(draws)) - 3)
    spread = [np.mean([away(part.mean(0), G) for part in np.split(drawn, draws // count)]) for count in k]
    slope = np.polyfit(np.log(k), np.log(spread), 1)[0]
    return Picture(
        draw({"Hessian H": f.hessian(run.x), "Gauss-Newton G": G, "empirical Fisher": empirical,
              "Monte Carlo Fisher, k = 1": drawn[0]},
             distances, k, spread),
        numbers={"n": f.n, "seed": SEED, "l2": L2, "slope": slope, "far": 100 * spread[0], "near": 100 * spread[-1],
                 "draws": k[-1],
                 "steps": run.nit, "hessian": 100 * distances["H"][-1], "empirical": 100 * distances["empirical"][-1],
                 "worst": 100 * distances["empirical"].max(), "first": 100 * distances["H"][0]},
        settings={"seed": SEED, "l2": L2, "draws": draws}, runs={"Newton": run},
        shows={"the mean of Monte Carlo matrices tends to G as k^-1/2": abs(slope + 0.5) < 0.05
               and spread[-1] < spread[0] / 8,
               "the empirical matrix is no such mean": distances["empirical"][-1] > 5 * spread[-1],
               "at the minimum H is nearer to G than the empirical matrix":
               distances["H"][-1] < distances["empirical"][-1]},
        claims={"y(1 − y) b bᵀ is the mean of Fisher's matrix":
                Claim(spread[-1] < 0.05, f"means of {k[-1]:,} draws, at one minimum")},
        data={"k": k, "spread": np.array(spread), "G": G, "drawn": drawn, "success": run.success, "x": run.x})
