"""Line searches along eigenvectors: one direction after another, settled for good
Along each eigenvector of the Hessian one exact line search, from the highest curvature down. Two steps end at the
minimum of a quadratic of two variables, {n} steps at that of {n} variables, with a gradient {end:.0e} times the first.
Top right: the distance still to go along each eigenvector, black for 1, white for rounding: a step settles one of them
and leaves the others alone. The reason: qᵢᵀHqⱼ = 0 for i ≠ j, measured {off:.0e} of λmax at most, while H itself is
full. Bottom right: on Rosenbrock's function, whose eigenvectors turn, the searches need {steps} steps instead of 2.
And it takes all eigenvectors, O(n³), to know where to search: conjugate gradients do without.
"""
import numpy as np
from matplotlib.ticker import MaxNLocator

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import EigenvectorLineSearch
from minnet.plotting import style

SOURCES = "notebook: Line search along eigenvectors, Conjugate gradient"
ORDER = (6, 2)
ALT = ("A path of two perpendicular steps along the axes of an ellipse to its centre; a gradient norm that collapses "
       "at the last step; a staircase of distances that vanish one by one; two matrices, a full one and a diagonal "
       "one; a slower run elsewhere.")

N = 8
ROUNDING = 1e-16


def path_panel(ax):
    f = problems.quadratic([1.0, 5.0], rng=3)
    run = minimize(f, f.Q @ [2.3, 1.1], EigenvectorLineSearch(), gtol=1e-10, record=["x"])
    X, Y = np.meshgrid(np.linspace(-2.9, 2.9, 140), np.linspace(-2.9, 2.9, 140))
    ax.contour(X, Y, f.on_grid(X, Y), levels=np.arange(0.4, 6, 0.6)**2 / 2, colors="0.75", linewidths=0.6)
    for q in f.Q.T:
        ax.axline((0, 0), q, color="0.45", linewidth=0.8, linestyle=":")
    points = run.history["x"]
    ax.plot(*points.T, marker="o", markersize=5)
    for k, (point, offset) in enumerate(zip(points, ((-12, -14), (-2, 9), (-20, 9)))):
        ax.annotate("start" if k == 0 else f"step {k}", point, xytext=offset, textcoords="offset points", fontsize=8,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    ax.set(xlim=(-2.9, 2.9), ylim=(-2.9, 2.9), xlabel="x₁", ylabel="x₂", title="two variables, two steps",
           aspect="equal")
    ax.grid(False)
    return run


def curve_panel(ax, run, title):
    sizes = run.history["gradient_norm"]
    ax.semilogy(np.maximum(sizes / sizes[0], ROUNDING), marker="o", markersize=4)
    ax.set(xlabel="steps", ylabel="gradient norm / first", title=title)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def matrix_panel(ax, M, title, columns, rows, first=1):
    """log |M|, its columns numbered from 1 and its rows from `first`."""
    high, wide = M.shape
    ax.imshow(np.log10(np.maximum(M, ROUNDING)), cmap="Greys", vmin=-16, vmax=0, aspect="auto")
    ax.set(title=title, xlabel=columns, ylabel=rows, xticks=range(0, wide, 2), xticklabels=range(1, wide + 1, 2),
           yticks=range(0, high, 2), yticklabels=range(first, high + first, 2))
    ax.grid(False)


@style
def picture(fast: bool) -> Picture:
    fig, axes = plotting.subplots(2, 3, 9.5, 5.8)
    flat = path_panel(axes[0, 0])
    f = problems.quadratic(np.geomspace(1, 50, N), rng=2)
    run = minimize(f, f.starts[0], EigenvectorLineSearch(), max_iter=N, gtol=0, record=["x"])
    bend = minimize(problems.rosenbrock(), [-1.2, 1.0], EigenvectorLineSearch(), gtol=1e-8)
    Q, H = f.Q[:, ::-1], f.hessian(run.x)
    distances, conjugate = abs(run.history["x"] @ Q), abs(Q.T @ H @ Q) / f.eigenvalues.max()
    off = np.max(conjugate - np.diag(np.diag(conjugate)))
    curve_panel(axes[0, 1], run, f"{N} variables, {N} steps")
    matrix_panel(axes[0, 2], distances, "distance to go", "along eigenvector", "after step", first=0)
    matrix_panel(axes[1, 0], abs(H) / f.eigenvalues.max(), "|H|: every entry", "coordinate", "coordinate")
    matrix_panel(axes[1, 1], conjugate, "|QᵀHQ|: the diagonal", "eigenvector", "eigenvector")
    curve_panel(axes[1, 2], bend, "elsewhere: Rosenbrock's function")
    sizes = run.history["gradient_norm"]
    settled = np.tril(np.ones((N, N), bool))
    return Picture(
        fig, numbers={"n": N, "end": sizes[-1] / sizes[0], "off": off, "steps": bend.nit},
        settings={"spectrum": f.eigenvalues, "rng": 2}, runs={"two variables": flat, "n variables": run,
                                                              "Rosenbrock": bend},
        shows={"a step leaves what was settled before": bool(distances[1:][settled].max() < 1e-12),
               "a step leaves what is not its own": bool(np.allclose(distances[:-1][~settled], 1)),
               "Rosenbrock's function takes more than two steps": bend.success and bend.nit > 2},
        claims={"line searches along the eigenvectors find the minimum of the bowl (notebook), in n steps":
                Claim.over([flat.nit == 2, sizes[-1] < 1e-12 * sizes[0]], "quadratics, one start each"),
                "eigenvectors are conjugate, qᵢᵀHqⱼ = 0 (notebook)":
                Claim(off < 1e-14, f"all pairs of one Hessian's {N} eigenvectors, up to rounding")},
        data={"path": flat.history["x"], "distances": distances, "conjugate": conjugate, "sizes": sizes,
              "eigenvalues": f.eigenvalues})
