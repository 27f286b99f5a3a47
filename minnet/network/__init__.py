"""Networks, losses and their derivatives: a function of one flat vector of parameters.

From the ground up: `tails`, `activations`, `targets`, `losses` (rules, by example) → `schemes`, `tape`, `mlp` (a
network and its four passes) → `examples`, `passes` (everything at one point) → `memory`, `risk`, `fisher`, `objective`
(the function that optimisers see). `hessian` is the text of the exact Hessian; `curvature_sweep`, `khatri_rao`,
`split_block` and `hessian_kernel` compute the same at the speed of matrix products; `kfac` has its Kronecker factors;
`enclosure`, with `activation_balls` and `loss_balls`, holds value, gradient and Hessian over whole balls of parameters.
"""
