"""Vanishing gradients: sigmoid units shrink them by a quarter or more a layer, whatever the seed."""
import numpy as np
from pictures import drawn


def test_sigmoid_units_shrink_the_gradient_layer_by_layer():
    rows = drawn("gradients_by_layer").data["activations"]["sigmoid, glorot"]
    assert (np.diff(np.log(np.median(rows, axis=0))) > np.log(2)).all()


def test_the_remedies_are_of_architecture():
    data = drawn("gradients_by_layer").data
    assert (data["activations"]["relu, he"][:, 0] > 0.1).mean() > 0.7
    assert np.median(data["schemes"]["glorot"][:, 0]) > 1e3 * np.median(data["schemes"]["notebook"][:, 0])
