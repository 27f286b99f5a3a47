"""Powers of a matrix: why gradients vanish or explode
Wᵗ = UΛᵗU⁻¹, so that ‖Wᵗ‖ grows or shrinks like ρᵗ, ρ the largest |λ|: for three matrices of size {n} with ρ = 0.9, 1
and 1.1 the fitted rates are {low}, {one} and {high}, and log ρ is {log_low}, 0 and {log_high} (dotted). At first the
norms may do otherwise, as U is not orthogonal. Right: a linear network of {T} layers with the same W in each, of
eigenvalues 0.8, 1 and 1.2. Of the gradient t layers down, the component along eigenvector uᵢ of W is λᵢᵗ times that at
the top, to {error:.0e}: what the UCLA lecture on optimisation calls "gradient along uᵢ" is uᵢᵀ∇. As vectors the
gradients are multiplied by Wᵀ, whose eigenvectors are others. With tanh units in place of linear ones, even for λ =
1.2 the gradient has shrunk to {tanh:.0e} of that at the top.
"""
import numpy as np

from minnet import MLP, Objective, plotting
from minnet.gallery import Claim, Picture
from minnet.plotting import style

SOURCES = "lecture: Challenges in gradient descent"
ORDER = (3, 23)
ALT = ("Left: the norms of powers of three matrices on a logarithmic scale, straight lines after a while, one "
       "falling, one level, one rising. Right: components of the gradient in a deep linear network against the layer, "
       "exactly on the lines of λ to the power t, and for tanh units a curve that bends down.")
RADII, N, T = (0.9, 1.0, 1.1), 6, 30
LAMBDAS = np.array([0.8, 1.0, 1.2])


@style
def picture(fast: bool) -> Picture:
    t = np.arange(2 * T + 1)
    norms = {rho: np.array([np.linalg.norm(np.linalg.matrix_power(W, i), 2) for i in t])
             for rho in RADII for W in [_matrix(rho * np.array([1, 0.8, -0.7, 0.5, -0.3, 0.1]), 1)[0]]}
    rates = {rho: np.polyfit(t[T:], np.log(values[T:]), 1)[0] for rho, values in norms.items()}
    W, U = _matrix(LAMBDAS, 2)
    components = _gradients(W, "identity") @ U
    bent = _gradients(W, "tanh") @ U[:, 2]
    ratio = components / components[0]
    down = np.arange(T)
    fig, (left, right) = plotting.subplots(1, 2, 9.2, 4.2)
    for (rho, values), marker in zip(norms.items(), "osv"):
        left.semilogy(t, values, marker=marker, markevery=10, label=f"ρ = {rho:g}: fitted rate {_signed(rates[rho])}")
        left.semilogy(t[T:], values[-1] * rho**(t[T:] - t[-1]), color="black", linestyle=":", linewidth=3, alpha=0.45)
    left.set(title="Norms of powers", xlabel="t", ylabel="‖Wᵗ‖")
    left.legend(loc="upper left")
    left.set_ylim(norms[0.9].min() / 2, norms[1.1].max() * 40)
    for i, marker in enumerate("osv"):
        right.semilogy(down, ratio[:, i], color=f"C{i}", linestyle="none", marker=marker, markersize=4,
                       label=f"linear, λ = {LAMBDAS[i]:g}")
        right.semilogy(down, LAMBDAS[i]**down, color="black", linestyle=":", linewidth=1)
    right.semilogy(down, abs(bent / bent[0]), color="C3", linestyle="-", marker="x", markersize=4,
                   label=f"tanh, λ = {LAMBDAS[2]:g}")
    right.set(title="The gradient through the layers", xlabel="layers t below the top",
              ylabel="uᵢᵀ∇, relative to the top")
    right.legend(loc="upper left")
    right.set_ylim(0.5 * min(ratio.min(), abs(bent / bent[0]).min()), 2e4)
    error = abs(ratio / LAMBDAS**down[:, None] - 1).max()
    return Picture(
        fig,
        numbers={"n": N, **{name: _signed(rates[rho]) for name, rho in zip(("low", "one", "high"), RADII)},
                 "log_low": _signed(np.log(0.9)), "log_high": _signed(np.log(1.1)), "T": T,
                 "error": error, "tanh": abs(bent[-1] / bent[0])},
        settings={"seeds": [1, 2], "fitted from": T, "fitted to": 2 * T},
        shows={"the fitted rates are log ρ": all(abs(rate - np.log(rho)) < 2e-3 for rho, rate in rates.items()),
               "eigenvectors of Wᵀ are others than those of W": abs(W @ W.T - W.T @ W).max() > 0.05,
               "tanh units shrink the gradient": abs(bent[-1] / bent[0]) < 0.5 * ratio[-1, 2]},
        claims={"the gradient along eigenvector uᵢ is shrunk or grown by λᵢᵗ":
                Claim(error < 1e-9, f"all components in {T} layers of one linear network")},
        data={"norms": norms, "ratio": ratio, "W": W, "U": U})


def _signed(rate):
    return f"{round(rate, 4) + 0.0:.4f}".replace("-", "−")


def _matrix(eigenvalues, seed):
    """(W, U): a matrix of these eigenvalues with eigenvectors U of norm 1 that are not orthogonal."""
    n = len(eigenvalues)
    U = np.eye(n) + 1.2 * np.random.default_rng(seed).standard_normal((n, n)) / np.sqrt(n)
    U = U / np.linalg.norm(U, axis=0)
    return U @ np.diag(eigenvalues) @ np.linalg.inv(U), U


def _gradients(W, activation):
    """The gradients (T, n) with respect to the biases of T layers of weights W, the top one first."""
    n = len(W)
    net = MLP([n] * (T + 1), activation=activation)
    f = Objective(net, np.full((1, n), 0.5), np.ones((1, n)))
    g = f.gradient(net.pack([(W, np.zeros(n))] * T))
    return np.array([g[f.blocks[f"b{layer}"]] for layer in range(T, 0, -1)])
