"""Proved eigenvalues: what is known of the spectrum at a minimum, and how depth blurs it
Networks of 0 to {depth} hidden layers of {width} tanh units on iris, weight decay {l2}, trained by Newton's method
until each is proved to be a strict minimum. Left: for every eigenvalue λ of the exact loss at its exact minimum an
interval that contains it, proved in ball arithmetic, far too short to be seen. So the smallest λ of the deepest network
lies in {lowest}. Right: the width of these intervals over λ. Within one network all are about equally wide, for each is
the change ε that the Hessian may make in the ball (Weyl), so that small eigenvalues are known to fewer digits. With the
layers they grow wider, from {narrow} without any to {wide} with {depth}: errors of rounding are multiplied by every
layer that they pass. λmax/λmin grows from {kappa_low:.0f} to {kappa_high}.
"""
import numpy as np

from minnet import MLP, Objective, datasets, minimize, plotting
from minnet.curvature.proof import Proof, prove
from minnet.gallery import Claim, Picture
from minnet.optim import Newton
from minnet.plotting import style

from ._words import power

SOURCES = "draft: Hessian not positive definite, Ill-conditioned Hessians"
ORDER = (5, 9)
ALT = ("Columns of short ticks, one for each depth, on a logarithmic scale of eigenvalues: the columns grow longer "
       "with depth. Beside them the relative width of each interval against its eigenvalue: one falling straight line "
       "for each depth, the deeper the higher, all far below one.")
WIDTH, L2 = 4, 0.01


def proved_minimum(depth: int) -> tuple[Objective, Proof]:
    data = datasets.iris()
    X = (data.X - data.X.mean(0)) / data.X.std(0)
    f = Objective(MLP([4, *[WIDTH] * depth, 3]), X, data.y, "softmax_crossentropy", l2=L2)
    return f, prove(f, minimize(f, f.net.init(rng=0), Newton(), gtol=1e-8, max_iter=1000).x)


@style
def draw(proofs):
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 4.2)
    for depth, (proof, marker) in enumerate(zip(proofs, "os^Dvx")):
        low, high = proof.eigenvalues.T
        middle, color = (low + high) / 2, f"C{depth}"
        left.hlines(middle, depth - 0.3, depth + 0.3, color=color, linewidth=0.8)
        right.loglog(middle, (high - low) / middle, marker, color=color, markersize=3, linestyle="none",
                     label=f"{depth} hidden layer{'s' * (depth != 1)}")
    left.set(yscale="log", xlabel="hidden layers", ylabel="eigenvalue λ", title="an interval for every eigenvalue",
             xticks=range(len(proofs)))
    right.set(xlabel="eigenvalue λ", ylabel="width of its interval / λ", title="how well it is known")
    right.legend(fontsize=7, handlelength=1)
    return fig


def picture(fast: bool) -> Picture:
    pairs = [proved_minimum(depth) for depth in range(4 if fast else 6)]
    proofs = [proof for _, proof in pairs]
    ends = [proof.eigenvalues for proof in proofs]
    widths = [np.ptp(end, axis=1) for end in ends]
    kappas = [end[-1].mean() / end[0].mean() for end in ends]
    measured = [f.hessian(proof.point) for f, proof in pairs]
    near = np.concatenate([abs(np.linalg.eigvalsh(H) - end.mean(1)) <= width
                           for H, end, width in zip(measured, ends, widths)])
    middle = [np.median(width) for width in widths]
    return Picture(
        draw(proofs), settings={"width": WIDTH, "l2": L2, "rng": 0},
        numbers={"depth": len(proofs) - 1, "width": WIDTH, "l2": L2, "lowest": str(proofs[-1]).split(" lies in ")[1],
                 "narrow": power(middle[0]), "wide": power(middle[-1]), "kappa_low": kappas[0],
                 "kappa_high": power(kappas[-1])},
        shows={"every network is proved to be at a strict minimum":
               all(isinstance(proof, Proof) and proof.kind == "strict minimum" for proof in proofs),
               "the intervals of one network are about equally wide":
               all(bool(width.max() < 3 * width.min()) for width in widths),
               "the deepest network's intervals are ten times as wide as those of the shallowest":
               bool(middle[-1] > 10 * middle[0])},
        claims={"eigenvalues computed in floating point lie within an interval's width of its middle":
                Claim.over(near, "eigenvalues"),
                "every hidden layer makes the intervals wider": Claim.over(np.diff(middle) > 0, "hidden layers"),
                "the deeper network has the larger λmax/λmin": Claim.over(np.diff(kappas) > 0, "hidden layers")},
        data={"proofs": proofs, "objectives": [f for f, _ in pairs], "widths": widths})
