"""Networks, losses and their derivatives: a function of one flat vector of parameters."""
