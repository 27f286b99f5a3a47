"""Conjugate directions: no step undoes an earlier one
Exact line searches on quadratics, along −g (steepest descent) and along conjugate gradients' directions p. Two
variables: steepest descent zigzags, conjugate gradients arrive with the second step. {n} variables: after {n} steps
the gradient is {sd:.0e} and {cg:.0e} of the first. Every later gradient is perpendicular to every earlier direction,
pⱼᵀgₖ = 0 for j < k (below left, at most {undone:.0e}, lengths taken as 1): the minimum found along pⱼ stays one. The
directions are conjugate, pᵢᵀHpⱼ at most {conjugate:.0e}; the gradients are perpendicular, gᵢᵀgⱼ at most
{orthogonal:.0e}, but not conjugate: between neighbours |gₖᵀHgₖ₋₁| reaches {neighbours:.2f}. The UCLA lecture on
optimisation prints the condition for gradients; it holds for directions. The five formulas for β take the same path,
within {betas:.0e}.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import Exact, NonlinearCG
from minnet.optim.conjugate_gradient import BETAS
from minnet.plotting import style

SOURCES = "lecture: Conjugate gradients; notebook: Conjugate gradient"
ORDER = (7, 1)
ALT = ("A zigzag and a path of two steps over an ellipse; gradient norms, one falling slowly, the other to rounding; "
       "four grey matrices: one with its lower triangle empty, two diagonal ones, and one with three diagonals.")

N = 10
ROUNDING = 1e-16
STEEPEST = NonlinearCG(memory=0, restart=1, search=Exact())
CONJUGATE = NonlinearCG(memory=0, search=Exact())


def path_panel(ax):
    f = problems.quadratic([1.0, 6.0], rng=3)
    x = f.Q @ [2.4, 0.55]
    runs = {"steepest descent": minimize(f, x, STEEPEST, max_iter=12, gtol=0, record=["x"]),
            "conjugate gradients": minimize(f, x, CONJUGATE, max_iter=2, gtol=0, record=["x"])}
    X, Y = np.meshgrid(np.linspace(-0.8, 3, 140), np.linspace(-1.3, 1.6, 140))
    ax.contour(X, Y, f.on_grid(X, Y), levels=np.arange(0.25, 5, 0.4)**2 / 2, colors="0.78", linewidths=0.6)
    for (name, run), marker in zip(runs.items(), "os"):
        ax.plot(*run.history["x"].T, marker=marker, markersize=4, label=name, **plotting.look_of(name))
    ax.plot(*x, "o", color="black", markersize=5)
    ax.plot(0, 0, "+", color="black", markersize=11)
    ax.set(xlim=(-0.8, 3), ylim=(-1.3, 1.6), xlabel="x₁", ylabel="x₂", title="two variables")
    ax.grid(False)
    return runs


def cosines(A, B, H=None):
    """|aᵢᵀ H bⱼ| / √(aᵢᵀHaᵢ · bⱼᵀHbⱼ) for the rows of A and B."""
    H = np.eye(A.shape[1]) if H is None else H
    sizes = [np.sqrt(np.einsum("ki,ij,kj->k", M, H, M)) for M in (A, B)]
    return abs(A @ H @ B.T) / np.outer(*sizes)


def matrix_panel(ax, M, title):
    ax.imshow(np.log10(np.maximum(M, ROUNDING)), cmap="Greys", vmin=-16, vmax=0)
    ax.set_title(title, fontsize=9)
    ax.set(xticks=range(0, N, 3), yticks=range(0, N, 3))
    ax.grid(False)


@style
def picture(fast: bool) -> Picture:
    fig, old = plotting.subplots(2, 4, 9.5, 5.4)
    grid = old[0, 0].get_gridspec()
    for ax in old[0]:
        ax.remove()
    grid.set_height_ratios([1.5, 1])
    left, right = fig.add_subplot(grid[0, :2]), fig.add_subplot(grid[0, 2:])
    flat = path_panel(left)
    f = problems.quadratic(np.linspace(1, 20, N), rng=4)
    paths = {beta: minimize(f, f.starts[0], NonlinearCG(beta, memory=0, search=Exact()), max_iter=N, gtol=0,
                            record=["x", "p", "gradient"]) for beta in BETAS}
    cg, sd = paths["FR"], minimize(f, f.starts[0], STEEPEST, max_iter=3 * N, gtol=0)
    for run, marker, name in ((sd, "o", "steepest descent"), (cg, "s", "conjugate gradients")):
        sizes = run.history["gradient_norm"]
        right.semilogy(sizes / sizes[0], marker=marker, markersize=4, **plotting.look_of(name))
    right.set(xlabel="steps", ylabel="gradient norm / first", title=f"{N} variables")
    fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=2, handlelength=3.5)
    G, H = cg.history["gradient"][:N], f.hessian(cg.x)
    P = np.vstack([-G[:1], cg.history["p"][1:N]])
    matrices = {"pg": cosines(G, P), "pHp": cosines(P, P, H), "gg": cosines(G, G), "gHg": cosines(G, G, H)}
    titles = ("gₖᵀpⱼ: none undone", "pₖᵀHpⱼ: conjugate", "gₖᵀgⱼ: perpendicular", "gₖᵀHgⱼ: not conjugate")
    for ax, M, title in zip(old[1], matrices.values(), titles):
        matrix_panel(ax, M, title)
        ax.set_xlabel("j")
    old[1, 0].set_ylabel("k")
    most = {name: np.max(np.tril(M, -1)) for name, M in matrices.items()}
    apart = max(abs(run.history["x"] - cg.history["x"]).max() for run in paths.values())
    end = {name: run.history["gradient_norm"][N] / run.history["gradient_norm"][0]
           for name, run in (("sd", sd), ("cg", cg))}
    return Picture(
        fig, numbers={"n": N, **end, "undone": most["pg"], "conjugate": most["pHp"], "orthogonal": most["gg"],
                      "neighbours": most["gHg"], "betas": apart},
        settings={"spectrum": f.eigenvalues, "rng": 4}, runs={**flat, **paths, "steepest, n variables": sd},
        shows={"conjugate gradients end in n steps": end["cg"] < 1e-10,
               "no step undoes an earlier one": bool(most["pg"] < 1e-8),
               "directions are conjugate": bool(most["pHp"] < 1e-8),
               "gradients are perpendicular": bool(most["gg"] < 1e-8),
               "all formulas for β agree on a quadratic": bool(apart < 1e-8)},
        claims={"gₖᵀHgₖ₋₁ = 0 for conjugate gradients, as the lecture prints (lecture)":
                Claim.over(np.diag(matrices["gHg"], -1) < 1e-8, "pairs of neighbours of one run")},
        data={"matrices": matrices, "paths": {name: run.history["x"] for name, run in flat.items()},
              "sizes": {"sd": sd.history["gradient_norm"], "cg": cg.history["gradient_norm"]}})
