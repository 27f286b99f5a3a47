"""The rules of a race in words, as reports and the command line print them."""
from __future__ import annotations

__all__ = ["PROTOCOL"]

PROTOCOL: dict[str, str] = {
    "cost": "max(nfev, njev) + products: a value with its gradient costs 1, a product with a Hessian or Gauss-Newton "
    "matrix 1, the matrix itself n",
    "budget": "every method starts at the same point and stops at the gradient test or when the budget is spent; an "
    "iteration that ends beyond the budget does not count; the result is the best point before",
    "lr": "each learning rate of the grid is run with the whole budget, and the lowest value wins, the smaller rate "
    "among equals; what all these runs cost is the column tuning",
    "edge": "a learning rate that won at the edge of the grid is marked *: a better one may lie beyond",
    "picture": "values are drawn above the minimum of each run's own basin, which another run finds from its result, "
    "by Newton's method or L-BFGS without a budget",
    "order": "first who meets the gradient test at the lowest value, to 1e-6 of the way down from the start's, by "
    "cost; then the others by value",
}
