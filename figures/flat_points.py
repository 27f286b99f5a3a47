"""A Hessian that is not positive definite leaves the question open
Four functions with a stationary point at 0, whose Hessian there is semidefinite: one eigenvalue is 2, the other 0.
Where the value lies above that at 0 the surface is blue, where it lies below it is orange. x² + y⁴ has a strict
minimum there and x² a flat one, though neither Hessian is positive definite; x² − y⁴ and Peano's (y − x²)(y − 2x²)
have none, and Peano's looks like one along every straight line: on all of {lines} lines through 0 the value rises at
both ends, and yet it falls between the two parabolas. "Not positive definite, so there may be no minimum" is right as
far as it goes: what is left open has to be decided by higher derivatives. What minnet's certificate says: {verdicts}.
"""
from __future__ import annotations

import numpy as np
from matplotlib.colors import ListedColormap

from minnet import Function, plotting
from minnet.curvature import certificate
from minnet.gallery import Claim, Picture
from minnet.plotting import style

SOURCES = "draft: Hessian not positive definite"
ORDER = (10, 3)
ALT = ("Four square maps with contours around a point: blue all over for two functions, blue with orange sectors above "
       "and below for the third, and a thin orange crescent between two parabolas for the fourth.")
FUNCTIONS = {
    "x² + y⁴": (lambda x, y: x**2 + y**4, lambda x, y: (2 * x, 4 * y**3), lambda x, y: (2, 0, 12 * y**2)),
    "x²": (lambda x, y: x**2 + 0 * y, lambda x, y: (2 * x, 0 * y), lambda x, y: (2, 0, 0)),
    "x² − y⁴": (lambda x, y: x**2 - y**4, lambda x, y: (2 * x, -4 * y**3), lambda x, y: (2, 0, -12 * y**2)),
    "(y − x²)(y − 2x²)": (lambda x, y: (y - x**2) * (y - 2 * x**2),
                          lambda x, y: (-6 * x * y + 8 * x**3, 2 * y - 3 * x**2),
                          lambda x, y: (24 * x**2 - 6 * y, -6 * x, 2))}
MINIMA = ("x² + y⁴", "x²")


def function(name: str) -> Function:
    value, gradient, hessian = FUNCTIONS[name]

    def matrix(x):
        a, b, c = hessian(*x)
        return 1.0 * np.array([[a, b], [b, c]])

    return Function(lambda x: value(*x), lambda x: 1.0 * np.array(gradient(*x)), hessian=matrix, n=2, name=name)


def lowest_around(name: str, radius: float, count: int) -> float:
    """The lowest value on a circle about 0."""
    angles = 2 * np.pi * np.arange(count) / count
    return float(FUNCTIONS[name][0](radius * np.cos(angles), radius * np.sin(angles)).min())


@style
def picture(fast: bool) -> Picture:
    found = {name: certificate(function(name), np.zeros(2)) for name in FUNCTIONS}
    X, Y = np.meshgrid(np.linspace(-1, 1, 301), np.linspace(-1, 1, 301))
    fig, axes = plotting.subplots(1, 4, 10.0, 3.0)
    for ax, (name, (value, _, _)) in zip(axes, FUNCTIONS.items()):
        Z = value(X, Y)
        ax.imshow(Z < 0, extent=(-1, 1, -1, 1), origin="lower", cmap=ListedColormap(["#cfe3f1", "#f6c9a8"]), vmin=0,
                  vmax=1)
        ax.contour(X, Y, Z, levels=np.sign(np.linspace(-1, 1, 13)) * np.linspace(-1, 1, 13)**2, colors="0.45",
                   linewidths=0.6,
                   linestyles="-")
        ax.plot(0, 0, "+", color="black", markersize=11)
        ax.set(title=name, xlabel="x", xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        ax.grid(False)
    axes[0].set_ylabel("y")
    angles = np.pi * np.arange(180) / 180
    peano, t = FUNCTIONS["(y − x²)(y − 2x²)"][0], 1e-4
    rises = [min(peano(s * t * np.cos(a), s * t * np.sin(a)) for s in (-1, 1)) > 0 for a in angles]
    radii, count = np.geomspace(0.01, 0.5, 5), 20_001
    minimum = {name: all(lowest_around(name, radius, count) >= 0 for radius in radii) for name in FUNCTIONS}
    semidefinite = {name: bool(np.allclose(one.eigenvalues, (0, 2), atol=1e-10)) for name, one in found.items()}
    verdicts = "; ".join(f"{name}: {one.kind}" for name, one in found.items())
    return Picture(
        fig, data={"found": found, "minimum": minimum}, settings={"functions": list(FUNCTIONS), "radii": radii},
        numbers={"lines": len(angles), "verdicts": verdicts},
        shows={"all four Hessians are semidefinite and singular": all(semidefinite.values()),
               "two of the four have a minimum there": [name for name, has in minimum.items() if has] == list(MINIMA),
               "Peano's function rises along every straight line": all(rises),
               "the certificate calls no point without a minimum one": all(
                   "minimum" not in found[name].kind for name in FUNCTIONS if name not in MINIMA)},
        claims={"where the Hessian is not positive definite there is no minimum": Claim.over(
            [not has for has in minimum.values()], "functions whose Hessian is semidefinite")})
