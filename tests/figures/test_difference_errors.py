"""The errors of difference quotients are least where truncation and rounding balance."""
import numpy as np
import pytest
from pictures import drawn

EPS = np.finfo(float).eps


@pytest.mark.parametrize("source, way, power",
                         [("gradient from values", "one-sided", 1 / 2), ("gradient from values", "central", 1 / 3),
                          ("Hessian from gradients", "central", 1 / 3), ("Hessian from values", "central", 1 / 4)])
def test_the_best_step_is_the_power_of_the_rounding_unit(source, way, power):
    picture = drawn("difference_errors")
    steps, error = picture.data["steps"], picture.data["errors"][source][way]
    best = steps[error.argmin()]
    assert abs(np.log10(best / EPS**power)) < 1.5
    assert abs(np.log10(error.min() / EPS**{1 / 2: 1 / 2, 1 / 3: 2 / 3, 1 / 4: 1 / 2}[power])) < 1.5


def test_the_caption_quotes_the_steps_of_the_notebook():
    picture = drawn("difference_errors")
    steps, errors = picture.data["steps"], picture.data["errors"]
    for digit, source in (("8", "Hessian from gradients"), ("5", "Hessian from values")):
        nearest = abs(np.log(steps * 10.0**int(digit))).argmin()
        assert abs(np.log10(picture.numbers[f"at_{digit}"] / errors[source]["central"][nearest])) < 0.5
