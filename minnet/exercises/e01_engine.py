"""Exercises of the notebook 01_engine: derivatives of a network by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from . import inputs
from .claims import as_numbers, equal, require
from .exercise import Exercise, Mistake, Property

__all__ = ["EXERCISES"]


def _sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, float)))


dsigmoid: Exercise = Exercise(
    "01.1",
    r"""The sigmoid is $\sigma(z) = 1/(1 + e^{-z})$. A network has its output $a = \sigma(z)$ at hand when it needs the
slope. Write `dsigmoid(a)`, which returns $\sigma'(z)$ from the array `a` of outputs, without using `exp`.""",
    strategies={"z": inputs.vectors(entries=inputs.numbers(-4, 4))},
    properties=[
        Property(
            "in the middle, a = 1/2, the slope is 1/4",
            lambda dsigmoid: equal("dsigmoid([0.5])", dsigmoid(np.array([0.5])), [0.25]),
            "Differentiate 1/(1 + e⁻ᶻ), then look for σ itself in the result.",
            "e⁻ᶻ/(1 + e⁻ᶻ)² is σ(z) times something.",
        ),
        Property(
            "where the sigmoid is saturated, a = 0 or 1, the slope is 0",
            lambda dsigmoid: equal("dsigmoid([0, 1])", dsigmoid(np.array([0.0, 1.0])), [0, 0]),
            "Which product of a and another factor vanishes at both ends?",
        ),
        Property(
            "it is the slope of the sigmoid, measured by differences",
            lambda dsigmoid, z: equal(
                f"the slope at z = {z}", dsigmoid(_sigmoid(z)), (_sigmoid(z + 1e-5) - _sigmoid(z - 1e-5)) / 2e-5
            ),
            "Write e⁻ᶻ/(1 + e⁻ᶻ) as 1 − σ(z).",
            "σ′ = a(1 − a).",
        ),
    ],
    mistakes=[
        Mistake(
            lambda a: _sigmoid(a) * (1 - _sigmoid(a)),
            "The argument is the output a already; no sigmoid is due any more.",
        ),
        Mistake(lambda a: 1 - a**2, "That is the slope of tanh from its output."),
        Mistake(lambda a: a * (1 + a), "Look at the sign: at a = 1 the slope is 0."),
    ],
)


def _passes(backward, W, delta, A):
    result = backward(delta, W, A)
    require(
        isinstance(result, (tuple, list)) and len(result) == 3,
        "backward(delta, W, A) should return three arrays: dW, db, dA",
        form=True,
    )
    return [as_numbers(name, part) for name, part in zip(("dW", "db", "dA"), result)]


def _shapes(backward, W, delta, A):
    for name, part, like in zip(("dW", "db", "dA"), _passes(backward, W, delta, A), (W, W[:, 0], A)):
        require(part.shape == like.shape, f"{name} has shape {part.shape}; it should have shape {like.shape}")


def _pairs(which):
    """⟨delta, change of Z⟩ must equal ⟨derivative, change of W, b or A⟩ for every single change."""

    def holds(backward, W, delta, A):
        part = _passes(backward, W, delta, A)[which]
        for index in np.ndindex(part.shape):
            unit = np.zeros(part.shape)
            unit[index] = 1
            change = A @ unit.T if which == 0 else np.tile(unit, (len(A), 1)) if which == 1 else unit @ W.T
            equal(f"{('dW', 'db', 'dA')[which]}{list(index)}", part[index], np.sum(delta * change))

    return holds


_J, _K, _N = inputs.size("J", 1, 3), inputs.size("K", 1, 3), inputs.size("N", 1, 3)
backward: Exercise = Exercise(
    "01.2",
    r"""A layer computes $Z = A W^T + b$ for $N$ examples at once: `A` is (N, J), `W` is (K, J), `b` is (K,). The loss
has the derivative `delta` (N, K) with respect to $Z$. Write `backward(delta, W, A)`, which returns `(dW, db,
dA)`, the derivatives of the loss with respect to $W$, $b$ and $A$.""",
    strategies={"W": inputs.matrices(_K, _J), "delta": inputs.matrices(_N, _K), "A": inputs.matrices(_N, _J)},
    properties=[
        Property(
            "each derivative has the shape of what it is taken by",
            _shapes,
            "dW has the shape of W, db of b, dA of A.",
        ),
        Property(
            "dW says how the loss changes with each weight",
            _pairs(0),
            "W[k, j] multiplies A[n, j] into Z[n, k], for every example n.",
            "dW[k, j] = Σₙ delta[n, k] A[n, j]: a matrix product.",
        ),
        Property(
            "db says how the loss changes with each bias",
            _pairs(1),
            "b[k] is added to Z[n, k] of every example n.",
            "Sum over n.",
        ),
        Property(
            "dA says how the loss changes with each input of the layer",
            _pairs(2),
            "A[n, j] reaches every Z[n, k], through W[k, j].",
            "dA = delta W.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda delta, W, A: (delta.T @ A / len(A), delta.mean(0), delta @ W),
            "delta holds the derivative of the loss by each Z[n, k] already; no division by N is due here.",
        )
    ],
)


def _as_one_product(deltas, W, delta, slope):
    result = as_numbers("deltas", deltas(W, delta, slope))
    for j in range(W.shape[1]):
        unit = np.zeros(W.shape[1])
        unit[j] = 1
        equal(f"entry {j}", result[j], delta @ (W @ unit) * slope[j])


deltas: Exercise = Exercise(
    "01.3",
    r"""Find the bug. This carries the derivative back through a layer: `delta` (K,) by the layer's inputs $z$, `W` (K,
J), and `slope` (J,), which is $\sigma'$ of the layer before. It was tested on 3 × 3 layers with $W = I$ and
passed.

    def deltas(W, delta, slope):
        return (W @ delta) * slope

Write `deltas(W, delta, slope)` as it should be.""",
    strategies={"W": inputs.matrices(_K, _J), "delta": inputs.vectors(_K), "slope": inputs.vectors(_J)},
    properties=[
        Property(
            "the result has one entry for each unit of the layer before",
            lambda deltas, W, delta, slope: require(
                np.shape(deltas(W, delta, slope)) == slope.shape,
                f"it has shape {np.shape(deltas(W, delta, slope))}; it should have shape {slope.shape}",
            ),
            "Try a layer of 2 units on 3: which product of W and delta exists?",
        ),
        Property(
            "entry j sums over all the ways from unit j to the loss",
            _as_one_product,
            "Unit j reaches the unit k by W[k, j]. Over which of the two indices do you sum?",
            "Σₖ W[k, j] delta[k] is a product with Wᵀ.",
        ),
    ],
    mistakes=[
        Mistake(lambda W, delta, slope: (W @ delta) * slope, "This is still the version with the bug."),
        Mistake(
            lambda W, delta, slope: W.T @ (delta * slope), "The slope belongs to the units before, after the product."
        ),
        Mistake(lambda W, delta, slope: W.T @ delta, "The slope of the layer before is a factor, too."),
    ],
)


def _slopes(loss, z, k):
    measured = [(loss(z + h, k) - loss(z - h, k)) / 2e-4 for h in 1e-4 * np.eye(len(z))]
    shares = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    equal("the gradient, by differences", measured, shares - np.eye(len(z))[k], 1e-4)


def _large(loss, z, k):
    at = loss(1e4 * z, k)
    require(np.all(np.isfinite(at)), f"softmax_loss(10⁴·z, k) is {at}; it should be finite")
    top = np.max(1e4 * z)
    equal("softmax_loss(10⁴·z, k)", at, top - 1e4 * z[k] + np.log(np.sum(1e4 * z == top)), 1e-9)


_scores = inputs.vectors(_K, inputs.numbers(-4, 4, 1))
softmax: Exercise = Exercise(
    "01.4",
    r"""A network gives the scores `z` (K,) for K classes; the right class is `k`. Its loss is
$-\log\bigl(e^{z_k}/\sum_j e^{z_j}\bigr)$. Write `softmax_loss(z, k)`, which returns this number, and is right for
scores as large as $10^4$, too.""",
    strategies={"z": _scores, "k": _K.flatmap(lambda K: st.integers(0, K - 1)), "shift": inputs.numbers(-4, 4, 1)},
    properties=[
        Property(
            "equal scores of K classes give log K",
            lambda loss, z, k: equal("softmax_loss(0, k)", loss(np.zeros(len(z)), k), np.log(len(z))),
            "Each class has the probability 1/K then.",
        ),
        Property(
            "its gradient is the probabilities, less 1 for the right class",
            _slopes,
            "Expand the logarithm of the quotient first.",
        ),
        Property(
            "a number added to all scores changes nothing",
            lambda loss, z, k, shift: equal(
                "softmax_loss(z + 1000·shift, k)", loss(z + 1000 * shift, k), loss(z, k), 1e-9
            ),
            "e^(z+c) = e^z e^c, and the factor e^c cancels. Which c keeps all exponents harmless?",
            "Subtract max(z) first.",
        ),
        Property(
            "scores of 10⁴ give the exact loss",
            _large,
            "exp(710) is infinite already, and log(0) is no better.",
            "log Σ exp(zⱼ) = m + log Σ exp(zⱼ − m) with m = max z.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda z, k: -np.log(np.exp(z - z.max())[k] / np.exp(z - z.max()).sum() + 1e-12),
            "A small number inside the logarithm hides the overflow and caps the loss at 28: wrong answers then have"
            " no gradient.",
        )
    ],
)


def _takes_all(unpack, widths):
    pairs, theta = _unpacked(unpack, widths)
    flat = np.concatenate([np.ravel(part) for pair in pairs for part in pair])
    equal("all entries, W row by row and then b, layer after layer", flat, theta)


def _unpacked(unpack, widths):
    theta = np.arange(sum((j + 1) * k for j, k in zip(widths, widths[1:])), dtype=float)
    pairs = unpack(theta, widths)
    require(
        isinstance(pairs, (list, tuple))
        and all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in pairs),
        "unpack should return a list of pairs (W, b)",
        form=True,
    )
    return pairs, theta


def _layer_shapes(unpack, widths):
    pairs, _ = _unpacked(unpack, widths)
    expected = [((k, j), (k,)) for j, k in zip(widths, widths[1:])]
    require(
        len(pairs) == len(expected), f"there are {len(pairs)} pairs; {widths} has {len(expected)} layers of weights"
    )
    for number, (pair, shapes) in enumerate(zip(pairs, expected), 1):
        found = tuple(np.shape(part) for part in pair)
        require(found == shapes, f"layer {number} has the shapes {found}; expected {shapes}")


unpack: Exercise = Exercise(
    "01.5",
    """Optimisers see one flat vector `theta`; the network sees matrices. Write `unpack(theta, widths)`, which returns
the list of pairs `(W, b)` of a network with these widths, [2, 3, 1] for instance: first the W of the first
layer, (3, 2), row by row, then its b, (3,), then the next layer.""",
    strategies={"widths": st.lists(st.integers(1, 4), min_size=2, max_size=4)},
    properties=[
        Property(
            "there is a pair for each layer, of the right shapes",
            _layer_shapes,
            "W has a row for each unit of its own layer.",
            "Layer l has W of shape (widths[l + 1], widths[l]).",
        ),
        Property(
            "every entry is used once, in order",
            _takes_all,
            "Keep count of where you are: after W come K biases.",
            "`reshape(K, J)` reads row by row.",
        ),
        Property(
            "the widths may be a tuple or an array",
            lambda unpack: require(len(unpack(np.arange(13.0), (2, 3, 1))) == 2, "expected two pairs"),
            "Index and slice; do not add lists.",
        ),
    ],
    mistakes=[
        Mistake(
            lambda theta, widths: _column_major(theta, widths),
            "W is read column by column here; it is stored row by row.",
        )
    ],
)


def _column_major(theta, widths):
    pairs, at = [], 0
    for j, k in zip(widths, widths[1:]):
        pairs.append((theta[at : at + j * k].reshape(k, j, order="F"), theta[at + j * k : at + (j + 1) * k]))
        at += (j + 1) * k
    return pairs


variance: Exercise = Exercise(
    "01.6",
    r"""The notebook of the source draws the weights of a layer from j to k units with variance $1/(jk)$. Take ten
linear layers of 100 units each, $z_l = W_l z_{l-1}$, and inputs of variance 1. By which factor does the
variance of $z$ change from layer to layer? Write your `prediction` down, a number. Then write `measure(layer,
seed)`, which draws the network and an input from `seed` and returns the mean of $z^2$ over the units of that
layer (1 to 10). Check both: `check("01.6", measure, prediction=...)`.""",
    given=["prediction"],
    strategies={"layer": st.integers(1, 9)},
    properties=[
        Property(
            "each layer has a positive variance",
            lambda measure, layer: require(measure(layer, 0) > 0, "it is not positive"),
            "Return the mean of z², not of z.",
        ),
        Property(
            "another seed draws another network",
            lambda measure, layer: require(measure(layer, 0) != measure(layer, 1), "it is the same"),
            "Use numpy.random.default_rng(seed).",
        ),
        Property(
            "your first layer has the variance that 1/(jk) gives",
            lambda measure: equal(
                "the mean over 20 seeds, times 100",
                100 * np.mean([measure(1, seed) for seed in range(20)]),
                1.0,
                0.25,
            ),
            "z is a sum of 100 terms w·x, each of variance 1/100² · 1.",
            "The standard deviation of a weight is 1/√(jk) = 1/100.",
        ),
        Property(
            "your prediction is what you measure",
            lambda measure, layer, prediction: _within_a_third(measure, layer, prediction),
            "Variances of independent terms add up. How many terms are there, and what is the variance of each?",
            "100 terms with the variance 1/(100·100) each.",
        ),
    ],
    examples=8,
)


def _within_a_third(measure, layer, prediction):
    factor = np.exp(np.mean([np.log(measure(layer + 1, seed) / measure(layer, seed)) for seed in range(20)]))
    require(
        abs(np.log(prediction / factor)) < np.log(4 / 3) if prediction > 0 else False,
        f"from layer {layer} to {layer + 1} your measurement changes by the factor {factor:.3g}; you predicted"
        f" {prediction:.3g}",
    )


EXERCISES = (dsigmoid, backward, deltas, softmax, unpack, variance)
