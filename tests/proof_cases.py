"""Networks at which proofs are tried."""
import numpy as np

from minnet import MLP, Objective


def small_network(activation, loss, seed, widths=(2, 3, 2), N=8):
    rng, net, K = np.random.default_rng(seed), MLP(widths, activation), widths[-1]
    y = {"softmax_crossentropy": rng.integers(K, size=N), "squared_error": rng.standard_normal((N, K)),
         "huber": 3 * rng.standard_normal((N, K))}.get(loss, rng.integers(0, 2, size=(N, K)))
    f = Objective(net, rng.standard_normal((N, widths[0])), y, loss=loss, l2=0.05, reduction=["mean", "sum"][seed % 2],
                  sample_weight=[None, rng.random(N) + 0.1][seed % 3 == 0])
    return f, net.init(rng=seed)
