"""Secant updates: sᵀy > 0 keeps curvature positive, and what BFGS learns
Left: from B = I one update by s and y of equal length, sᵀy > 0, the angle between them on the axis. The B nearest in
the plain Frobenius norm, Powell's symmetric Broyden update, loses definiteness beyond {turn:.0f}°; BFGS and DFP,
nearest in weighted norms, keep it up to 90°. Middle: with two variables all inverses that satisfy H y = s are a line;
at {angle:g}° the nearest to I is BFGS's (square) where ‖W^½(H − I)W^½‖ is measured, W s = y, and the plain update
(circle), indefinite again (grey), where ‖H − I‖ is. The cause is sᵀy > 0, without which there is no such W, and beyond
90° both formulas give an indefinite B: the line search sees to it. Right: the error of the inverse that BFGS builds
from its steps. On a quadratic of {n} variables with exact searches the last of {n} steps makes it exact
({quadratic:.0e}); on Rosenbrock's function of {n} variables it follows a Hessian that changes, and is {middle:.0%} off
in the median and {last:.1%} at the end.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import BFGS, Exact
from minnet.optim.updates import bfgs_update, dfp_update, psb_update
from minnet.plotting import style

SOURCES = "draft: Methods"
ORDER = (8, 1)
ALT = ("Lowest eigenvalues against an angle, one curve crossing zero, two staying positive; two curves of distance "
       "with marked lowest points at different places; errors of an inverse along two runs, one falling to rounding "
       "at its sixth step, one wandering.")

N, ANGLE = 6, 60.0


def lowest(angles):
    """{update: lowest eigenvalue of B after it}, s = (1, 0) and y at each angle. H from BFGS and DFP is B⁻¹."""
    values, s = {"plain norm (PSB)": [], "BFGS": [], "DFP": []}, np.array([1.0, 0.0])
    for angle in angles:
        y = np.array([np.cos(angle), np.sin(angle)])
        values["plain norm (PSB)"].append(np.linalg.eigvalsh(psb_update(np.eye(2), s, y))[0])
        values["BFGS"].append(np.linalg.eigvalsh(np.linalg.inv(bfgs_update(np.eye(2), s, y)))[0])
        values["DFP"].append(np.linalg.eigvalsh(np.linalg.inv(dfp_update(np.eye(2), s, y)))[0])
    return {name: np.array(numbers) for name, numbers in values.items()}


def distances(times):
    """Distances from I of all H with H y = s, in the two norms, by t: H = BFGS's + t v vᵀ, v perpendicular to y."""
    s, y = np.array([1.0, 0.0]), np.array([np.cos(np.radians(ANGLE)), np.sin(np.radians(ANGLE))])
    H, v = bfgs_update(np.eye(2), s, y), np.array([-y[1], y[0]]) / np.linalg.norm(y)
    L = np.linalg.cholesky(np.linalg.inv(H))                        # W = L Lᵀ = H⁻¹: W s = y; ‖Lᵀ A L‖ = ‖W^½ A W^½‖
    changes = [H + t * np.outer(v, v) - np.eye(2) for t in times]
    plain = psb_update(np.eye(2), y, s)
    return {"weighted": np.array([np.linalg.norm(L.T @ A @ L) for A in changes]),
            "plain": np.array([np.linalg.norm(A) for A in changes]),
            "lowest": np.array([np.linalg.eigvalsh(A)[0] + 1 for A in changes]),
            "at": float(v @ (plain - H) @ v), "off": np.linalg.norm(plain - H - (v @ (plain - H) @ v) * np.outer(v, v))}


def learnt(f, run):
    """Relative errors of the inverses that BFGS's formula builds on a run, from I scaled by the first pair."""
    steps, changes = np.diff(run.history["x"], axis=0), np.diff(run.history["gradient"], axis=0)
    H, errors = np.eye(len(run.x)) * (steps[0] @ changes[0]) / (changes[0] @ changes[0]), []
    for x, s, y in zip(run.history["x"][1:], steps, changes):
        H, inverse = bfgs_update(H, s, y), np.linalg.inv(f.hessian(x))
        errors.append(np.linalg.norm(H - inverse) / np.linalg.norm(inverse))
    return np.array(errors)


@style
def picture(fast: bool) -> Picture:
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.5, 3.9)
    angles = np.radians(np.linspace(0, 89, 179))
    values = lowest(angles)
    looks = plotting.looks_of(values)
    for (name, curve), marker in zip(values.items(), "osv"):
        left.plot(np.degrees(angles), curve, **looks[name] | {"marker": marker, "markersize": 5}, markevery=30)
    left.axhline(0, color="black", linewidth=0.8, linestyle="-")
    left.set(xlabel="angle between s and y in degrees", ylabel="lowest eigenvalue of B", title="who keeps B positive")
    left.set_xticks(range(0, 91, 30))
    left.legend(loc="lower left", handlelength=3)
    turn = np.degrees(angles[np.argmax(values["plain norm (PSB)"] < 0)])
    times = np.linspace(-6, 3, 301)
    far = distances(times)
    best = {"weighted": 0.0, "plain": far["at"]}
    for number, (name, label) in enumerate({"weighted": "weighted norm", "plain": "plain norm"}.items()):
        middle.plot(times, far[name], color=f"C{1 - number}", linestyle=("--", "-")[number], label=label)
        middle.plot(best[name], np.interp(best[name], times, far[name]), "so"[number], color=f"C{1 - number}",
                    markersize=8)
    middle.axvspan(times[0], times[far["lowest"] < 0][-1], color="0.9", zorder=0)
    middle.text(times[0] + 1, 0.35, "indefinite", fontsize=8, ha="center")
    middle.set(ylim=(0, None), xlim=times[[0, -1]], xlabel="place t on the line H y = s", ylabel="distance from I")
    middle.set_title("who is nearest")
    middle.legend(loc="upper center", handlelength=3)
    functions = {"quadratic": problems.quadratic(np.geomspace(1, 30, N), rng=0), "Rosenbrock": problems.rosenbrock(N)}
    settings = {"quadratic": (BFGS(search=Exact()), {"max_iter": N, "gtol": 0}), "Rosenbrock": (BFGS(), {})}
    runs = {name: minimize(functions[name], functions[name].starts[0], method, **ends, record=["x", "gradient"])
            for name, (method, ends) in settings.items()}
    errors = {name: learnt(functions[name], run) for name, run in runs.items()}
    for number, (name, curve) in enumerate(errors.items()):
        right.semilogy(np.arange(1, len(curve) + 1), curve, color=f"C{1 + 2 * number}", linestyle=("--", "-")[number],
                       marker="s" if number == 0 else None, markersize=4, label=name)
    right.set(xlabel="steps", ylabel="relative error of H", title="what BFGS learns")
    right.legend(loc="lower right", handlelength=3)
    lows = {name: times[far[name].argmin()] for name in best}
    return Picture(
        fig, numbers={"turn": turn, "angle": ANGLE, "n": N, "quadratic": errors["quadratic"][-1],
                      "last": errors["Rosenbrock"][-1], "middle": np.median(errors["Rosenbrock"])},
        settings={"angle": ANGLE, "n": N}, runs=runs,
        shows={"BFGS is nearest in the weighted norm": abs(lows["weighted"]) < 0.03,
               "the plain update is nearest in the plain norm":
               abs(lows["plain"] - far["at"]) < 0.03 and far["off"] < 1e-12,
               "BFGS has the inverse of a quadratic after n exact steps": bool(errors["quadratic"][-1] < 1e-8),
               "the plain update is indefinite there": bool(np.interp(far["at"], times, far["lowest"]) < 0)},
        claims={"the nearest B in the plain norm need not be positive definite (draft)":
                Claim(values["plain norm (PSB)"].min() < 0, "angles between s and y below 90°"),
                "DFP's weighting keeps B positive definite where sᵀy > 0 (draft)":
                Claim.over(values["DFP"] > 0, "angles between s and y below 90°"),
                "it is the weighting that does so, whatever sᵀy is (draft)":
                Claim.over(lowest(np.pi - angles[:-1])["DFP"] > 0, "angles above 90°"),
                "quasi-Newton approximates the inverse of the Hessian (draft)":
                Claim.over([curve[-1] < 0.1 and curve[-1] < curve[0] for curve in errors.values()],
                           "functions, one run each, at its end")},
        data={"angles": angles, "values": values, "errors": errors})
