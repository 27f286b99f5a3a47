"""minnet's methods and SciPy's, on the same problems, asked for the same: ‖∇f‖₂ ≤ tol. Who got there, at what cost."""
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
import scipy.optimize

from minnet import minimize
from minnet.function import quiet
from minnet.optim import BFGS, LBFGS, Newton, NewtonCG, NonlinearCG, TrustRegion

MAX_ITER = 5000
PAIRS = {  # our method with default settings: SciPy's
    "BFGS": (BFGS(), "BFGS"),
    "LBFGS": (LBFGS(), "L-BFGS-B"),
    "NonlinearCG": (NonlinearCG(), "CG"),
    "Newton": (Newton(), "trust-exact"),
    "TrustRegion": (TrustRegion(), "trust-exact"),
    "TrustRegion steihaug": (TrustRegion("steihaug"), "trust-ncg"),
    "NewtonCG": (NewtonCG(), "trust-ncg"),
}
TOLERANCES = {"1e-5 max(1, |g0|)": lambda g: 1e-5 * max(1.0, np.linalg.norm(g)), "1e-6": lambda g: 1e-6}


@dataclass(frozen=True)
class Outcome:
    """What a run reached and what it cost: calls of the value, of the gradient, of the Hessian or products with it."""

    norm: float
    tol: float
    value: float
    nfev: int
    njev: int
    nhev: int
    nit: int
    claimed: bool

    @property
    def solved(self):
        return bool(self.norm <= self.tol)


def solve(method, f, x, tolerance):
    """The Outcome of one of our methods, or of SciPy's by its name, from x."""
    with catch_warnings():
        simplefilter("ignore" if isinstance(method, str) else "error")
        tol = tolerance(f.gradient(x))
        run = _theirs if isinstance(method, str) else _ours
        result = run(method, f, x, tol)
        norm = float(np.linalg.norm(f.gradient(result.x)))
    return Outcome(
        norm, tol, float(result.fun), result.nfev, result.njev, result.get("nhev", 0), result.nit, bool(result.success)
    )


def _ours(method, f, x, tol):
    return minimize(f, x, method, gtol=tol, max_iter=MAX_ITER)


@quiet
def _theirs(name, f, x, tol):
    options = {"maxiter": MAX_ITER} | {
        "BFGS": {"gtol": tol, "norm": 2},
        "CG": {"gtol": tol, "norm": 2},
        "L-BFGS-B": {"gtol": tol / np.sqrt(len(x)), "ftol": 0, "maxfun": 50 * MAX_ITER},
        "trust-exact": {"gtol": tol},
        "trust-ncg": {"gtol": tol},
    }[name]
    derivatives = {"jac": f.gradient}
    if name == "trust-exact":
        derivatives["hess"] = f.hessian
    if name == "trust-ncg":
        derivatives["hessp"] = f.hvp
    return scipy.optimize.minimize(f.value, x, method=name, options=options, **derivatives)
