"""Moré and Thuente: the published numbers of evaluations, the cases of their trials."""


from line_functions import FIRST, MORE_THUENTE, along, each_function, spent, yanai

from minnet.optim import StrongWolfe


@each_function
def test_strong_wolfe_takes_the_published_number_of_evaluations(number):
    phi, slope, c1, c2, evaluations = MORE_THUENTE[number]
    for first, published in zip(FIRST, evaluations):
        line = along(phi, slope)
        t = StrongWolfe(c1, c2).search(line, first)
        assert spent(line) == {"nfev": published, "njev": published}
        assert phi(t) <= phi(0.0) + c1 * t * slope(0.0) and abs(slope(t)) <= c2 * abs(slope(0.0))


def test_strong_wolfe_is_not_approximate_where_values_speak():
    """φ stays far above what c1 asks for, so that no slope can make up for it."""
    line = along(*yanai(0.001, 0.001))
    t = StrongWolfe(0.1, 0.9).search(line, 1e-3)
    assert line.decreases(t, 0.1) and line.meets_approximate_wolfe(0.5, 0.1, 0.9)
