"""A function that counts what its curvature costs in a race."""
from __future__ import annotations

from typing import Any

from ..function import Array
from ..optim.driver.counted import Counted

__all__ = ["Charged", "products"]


class Charged:
    """A function that counts what its curvature has cost, in `products`.

    One product is charged for each vector that is multiplied by a matrix, n for a dense matrix and one for the Fisher
    diagonal. For a preconditioner it is what f says in `preconditioner_products`, or n where it says nothing.
    Minibatches are not for races.

    Parameters
    ----------
    f : Objective, Function or problem
    n : int
        The number of parameters.
    """

    f: Any
    n: int
    products: int

    def __init__(self, f: Any, n: int) -> None:
        self.f, self.n, self.products = f, n, 0

    @property
    def lacks(self) -> tuple[str, ...]:
        """What f lacks, and minibatches."""
        return ("subset", *Counted(self.f).lacks)

    def __getattr__(self, name: str) -> Any:
        rule = getattr(self.f, name)
        if name not in ("hvp", "ggnvp", "hessian", "ggn", "fisher_diagonal", "preconditioner"):
            return rule

        def charged(x, v=None):
            if name in ("hessian", "ggn"):
                self.products += self.n
            elif name == "preconditioner":
                self.products += getattr(self.f, "preconditioner_products", self.n)
            else:
                self.products += 1 if v is None or v.ndim == 1 else v.shape[1]
            return rule(x) if v is None else rule(x, v)

        return charged


def products(f: Charged, x: Array) -> int:
    """Return the products charged so far, for the history of a run."""
    return f.products
