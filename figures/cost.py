"""What a step costs: n³ for Newton's solve, n² for BFGS, n for L-BFGS
CPU times of one step on a chained Rosenbrock function, whose value, gradient and Hessian-vector product cost O(n),
against n. The picture draws a file of measured times, medians of one thread on one machine, which
tests/benchmarks/step_cost.py writes, for times differ from run to run; the lines are fitted to the largest {fitted}
sizes. Newton's step grows as n^{inverse:.2f} by the inverse that the sources take and as n^{cholesky:.2f} by
Cholesky's factors, which at n = {largest:,} are {gain:.1f} times quicker. BFGS grows as n^{bfgs:.2f}, L-BFGS as
n^{lbfgs:.2f} and Hessian-free with at most ten products as n^{free:.2f}. Small n hides the order: there the constant
costs of a call rule, and BFGS stays cheaper than L-BFGS up to n = {crossing}. At n = 10⁶, far beyond what was
measured, an inverse would take {days:.0f} days by the fitted power and {cubic:.0f} days by n³ from the largest size;
L-BFGS would take {lbfgs_million:.2g} s.
"""
from pathlib import Path

import numpy as np

from minnet import plotting
from minnet.gallery import Claim, Picture
from minnet.plotting import style

SOURCES = "lecture: Newton's method; draft: Computational expense, BFGS, L-BFGS"
ORDER = (4, 7)
ALT = ("CPU seconds of one step against n on logarithmic scales: two curves for Newton's solve that rise as the cube "
       "of n, one for BFGS that rises as its square, and three, for L-BFGS, Hessian-free and gradient descent, that "
       "end as lines of slope one.")
TIMES = Path(__file__).with_name("step_cost.csv")
FITTED = 3
MARKERS = "osD^v*"
ORDERS = {"Newton, by inv(H)": 3, "Newton, by Cholesky": 3, "BFGS": 2, "L-BFGS, 20 pairs": 1,
          "Hessian-free, 10 products": 1, "gradient descent": 1}
DAY = 24 * 3600


def times():
    """{method: (n, CPU seconds)} of the file."""
    rows = [line.split(";") for line in TIMES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: np.array([(float(n), float(seconds)) for method, n, seconds in rows if method == name]).T
            for name in ORDERS}


def fit(n, seconds):
    """(exponent, log of the factor) of the largest sizes."""
    return np.polyfit(np.log(n[-FITTED:]), np.log(seconds[-FITTED:]), 1)


def at(line, n):
    return np.exp(np.polyval(line, np.log(n)))


@style
def draw(measured, lines):
    fig, ax = plotting.subplots(1, 1, 8.2, 4.6)
    handles = []
    looks = plotting.looks_of(measured)
    for (name, (n, seconds)), marker in zip(measured.items(), MARKERS):
        colour = looks[name]["color"]
        ends = np.array([n[-FITTED] / 4, n[-1] * 1.5])
        handles.append((*ax.plot(n, seconds, marker, color=colour, markersize=5, linestyle="none"),
                        *ax.plot(ends, at(lines[name], ends), color=colour, linestyle="-", linewidth=1.2)))
    ax.set(xscale="log", yscale="log", xlabel="parameters n", ylabel="CPU seconds of one step", ylim=(5e-6, 5))
    ax.legend(handles, [f"{name}: n^{line[0]:.2f}" for name, line in lines.items()], loc="upper right",
              handlelength=3.5)
    return fig


def picture(fast: bool) -> Picture:
    measured = times()
    lines = {name: fit(*curve) for name, curve in measured.items()}
    exponents = {name: line[0] for name, line in lines.items()}
    (n, inverse), (_, cholesky) = measured["Newton, by inv(H)"], measured["Newton, by Cholesky"]
    sizes, bfgs = measured["BFGS"]
    lbfgs = measured["L-BFGS, 20 pairs"][1][:len(sizes)]
    crossing = sizes[bfgs < lbfgs].max()
    fits = f"a fit to times at the largest {FITTED} sizes, one machine"
    cubic = inverse[-1] * (1e6 / n[-1])**3 / DAY
    days, seconds = at(lines["Newton, by inv(H)"], 1e6) / DAY, at(lines["L-BFGS, 20 pairs"], 1e6)
    return Picture(
        draw(measured, lines),
        numbers={"fitted": FITTED, "inverse": exponents["Newton, by inv(H)"],
                 "cholesky": exponents["Newton, by Cholesky"],
                 "bfgs": exponents["BFGS"], "lbfgs": exponents["L-BFGS, 20 pairs"],
                 "free": exponents["Hessian-free, 10 products"],
                 "largest": int(n[-1]), "gain": inverse[-1] / cholesky[-1], "crossing": int(crossing), "days": days,
                 "cubic": cubic,
                 "lbfgs_million": seconds},
        settings={"file": TIMES.name, "fitted to the largest sizes": FITTED},
        shows={f"a step of {name} grows about as n^{order}": abs(exponents[name] - order) < 0.4
               for name, order in ORDERS.items()},
        claims={"the inverse of the Hessian costs O(n³)": Claim(2.5 < exponents["Newton, by inv(H)"] < 3.3, fits),
                "a step of BFGS costs O(n²)": Claim(1.7 < exponents["BFGS"] < 2.3, fits),
                "a step of L-BFGS is cheaper than one of BFGS, for large n":
                Claim(bfgs[-1] > lbfgs[-1], f"times at n = {sizes[-1]:,.0f}, one machine"),
                "the inverse of a 10⁶ × 10⁶ Hessian is impractical: it takes months": Claim.over(
                    [days > 60, cubic > 60], "extrapolations, by the fitted power and by n³")},
        data={"times": measured, "lines": lines})
