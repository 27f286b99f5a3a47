"""Nesterov's momentum in two forms: a change of variables
The original form steps to θ and takes its gradient ahead, at θ + αv. The form of the UCLA lecture on optimisation takes
it where it stands, at θ̃. From the same start their paths differ by up to {apart:.2f}, yet θ̃ = θ + αv at every one of
{steps} steps: what is left after the change of variables is at most {error:.0e}, rounding error (0 is drawn at 10⁻¹⁷).
Both reach the same minimum, as v fades there. The lecture's form asks for {lecture} gradients in {steps} steps and a
last test, the other for {lookahead}, since the driver's test is at θ and the step's gradient at θ + αv. Its slide ends
in "set v_new = v_old"; taken at its word, v stays 0 and each step is one of gradient descent with (1 + α)ε =
{misprint:.2g}, which here climbs from wall to wall to {climb:,.0f} times the first distance in {steps} steps. Meant is
v_old = v_new.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent, Nesterov
from minnet.plotting import style

SOURCES = "lecture: Nesterov momentum"
ORDER = (3, 5)
ALT = ("Left: two paths down an elongated valley, the second one ahead of the first at every turn, joined by short "
       "lines. Right: the distance between the two paths, which fades as they come to rest, and far below it, at "
       "rounding level, the distance after the change of variables.")
LR, ALPHA, STEPS, JOINED = 0.1, 0.8, 60, 12


@style
def picture(fast: bool) -> Picture:
    f = problems.Quadratic(np.array([1.0, 12.0]), np.eye(2), np.zeros(2), starts=[(-4.0, 1.5)])
    runs = {form: minimize(f, f.starts[0], Nesterov(LR, ALPHA, kind=form), max_iter=STEPS, gtol=0, record=["x", "p"])
            for form in ("lookahead", "lecture")}
    x, p, x_tilde = runs["lookahead"].history["x"], runs["lookahead"].history["p"], runs["lecture"].history["x"]
    ahead = x - LR * ALPHA * p
    printed = minimize(f, f.starts[0], GradientDescent((1 + ALPHA) * LR), max_iter=STEPS, gtol=0,
                       record=["x"]).history["x"]
    apart, error = (np.linalg.norm(x_tilde - other, axis=1) for other in (x, ahead))
    fig, (left, right) = plotting.subplots(1, 2, 9.0, 4.2)
    X, Y = np.meshgrid(np.linspace(-4.4, 2, 120), np.linspace(-1.9, 1.9, 120))
    left.contour(X, Y, f.on_grid(X, Y), levels=np.linspace(0, 5.5, 14)[1:]**2, colors="0.8", linewidths=0.6,
                 linestyles="-")
    for a, b in zip(x[1:JOINED], x_tilde[1:JOINED]):
        left.plot(*np.array([a, b]).T, color="0.45", linewidth=0.8, linestyle="-")
    left.plot(*x.T, marker="o", markersize=4, label="θ, gradient at θ + αv")
    left.plot(*x_tilde.T, marker="x", markersize=5, label="θ̃, gradient at θ̃")
    left.plot(*printed[:JOINED // 2].T, color="C4", linestyle=":", linewidth=1.1, marker="^", markersize=4,
              label="as printed, v_new = v_old")
    left.plot(*f.starts[0], "o", color="black", markersize=6)
    left.plot(*f.minima[0][0], "+", color="black", markersize=13, zorder=5)
    left.grid(False)
    left.set(title="The paths differ …", xlabel="θ₁", ylabel="θ₂", xlim=(-4.4, 2), ylim=(-1.9, 1.9))
    left.legend(loc="lower right", frameon=True, edgecolor="none")
    later = np.arange(1, STEPS + 1)
    right.semilogy(later, np.maximum(apart[1:], 1e-17), color="C2", linestyle="-", label="‖θ̃ − θ‖")
    right.semilogy(later, np.maximum(error[1:], 1e-17), color="C3", linestyle="none", marker="s", markersize=3,
                   label="‖θ̃ − (θ + αv)‖")
    right.axhline(np.finfo(float).eps, color="black", linestyle=":", linewidth=1, label="machine epsilon")
    right.set(title="… by a change of variables alone", xlabel="step", ylabel="distance", ylim=(5e-18, 10),
              xlim=(0, STEPS))
    right.legend(loc="center right")
    return Picture(
        fig,
        numbers={"apart": apart.max(), "error": error.max(), "steps": STEPS, "lecture": runs["lecture"].njev,
                 "lookahead": runs["lookahead"].njev,
                 "misprint": (1 + ALPHA) * LR, "climb": np.linalg.norm(printed[-1]) / np.linalg.norm(printed[0])},
        settings={"lr": LR, "momentum": ALPHA, "start": f.starts[0]}, runs=runs,
        shows={"the paths differ": apart.max() > 0.2,
               "both end at the same point": apart[-1] < 0.01,
               "the lecture's form needs fewer gradients": runs["lecture"].njev < runs["lookahead"].njev},
        claims={"with θ̃ = θ + αv the two forms are equivalent": Claim.over(error < 1e-13, "points of one run"),
                "the lecture's form does not require the gradient at θ + αv":
                Claim(runs["lecture"].njev <= STEPS + 2, "the gradients counted in one run"),
                "the last line of the slide as it is printed, v_new = v_old, gives the same path":
                Claim.over(np.isclose(printed, x_tilde, atol=0.01).all(axis=1), "points of one run")},
        data={"x": x, "p": p, "x_tilde": x_tilde, "error": error, "printed": printed})
