"""Elementary functions of balls hold every exact value, and the library's errors are what the table says, by
python-flint."""
import numpy as np
import pytest
from ball_cases import hard_numbers, holds_arb
from scipy import special

from minnet.linalg import accurate_functions, ball_functions, fine, rounding
from minnet.linalg.accurate import FineBall
from minnet.linalg.ball import Ball

flint = pytest.importorskip("flint")
arb = flint.arb
LIBRARY = {name: getattr(special if name == "erf" else np, name) for name in ball_functions.ULPS}
EXACT = {
    "exp": lambda x: x.exp(), "expm1": lambda x: x.expm1(), "log": lambda x: x.log(), "log1p": lambda x: x.log1p(),
    "tanh": lambda x: x.tanh(), "sin": lambda x: x.sin(), "cos": lambda x: x.cos(), "erf": lambda x: x.erf(),
    "sqrt": lambda x: x.sqrt(), "sigmoid": lambda x: 1 / (1 + (-x).exp()), "softplus": lambda x: x.exp().log1p(),
}
IN_DOMAIN = {"log": lambda x: x[x > 0], "sqrt": lambda x: x[x >= 0], "log1p": lambda x: x[x > -1]}
IN_DOMAIN |= {"softplus": lambda x: x[x < 1e5], "exp": lambda x: x[x < 1e5], "expm1": lambda x: x[x < 1e5]}


@pytest.fixture(autouse=True)
def many_digits():
    """Enough for the sine of 1e300 and for 1 − tanh(700)."""
    with flint.ctx.workprec(2600):
        yield


def points(name, count, seed=0):
    """Where a function has its trouble: near 0 and 1, in both tails, subnormal, huge."""
    rng = np.random.default_rng(seed)
    x = np.concatenate(
        [
            rng.standard_normal(count),
            rng.uniform(-40, 40, count),
            rng.uniform(-750, 715, count),
            hard_numbers(rng, count),
            1 + 1e-3 * rng.standard_normal(count),
            np.pi / 2 * rng.integers(-1000, 1000, count),
            [0.0, 5e-324, -5e-324, 2.0**-1022, 709.78, 709.79, -745.1, -745.2, 1e22, -1 + 2.0**-53, 1e5, 1e300],
        ]
    )
    return IN_DOMAIN.get(name, lambda x: x)(x[abs(x) < 2.0**1000])


def measured_ulps(name, x):
    """The largest error of the library's function in units of the last place of its value, of 1 for sin and cos."""
    with np.errstate(all="ignore"):
        value = LIBRARY[name](x)
    finite = np.isfinite(value)
    worst = 0.0
    for point, found in zip(x[finite].tolist(), value[finite].tolist()):
        unit = 2.0**-52 if name in ("sin", "cos") else float(np.spacing(abs(found)))
        worst = max(worst, float(abs(EXACT[name](arb(point)) - arb(found)).mid()) / unit)
    return worst


@pytest.mark.parametrize("name", LIBRARY)
def test_the_library_errs_by_no_more_than_the_table_says(name):
    assert measured_ulps(name, points(name, 150)) < ball_functions.ULPS[name] / 2


def test_erfc_errs_by_no_more_than_is_said():
    for x in np.linspace(4, 26, 300).tolist():
        assert (
            abs(arb(float(special.erfc(x))) - arb(x).erfc()) < arb(accurate_functions.ERROR_OF_ERFC / 4) * arb(x).erfc()
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", LIBRARY)
def test_the_library_errs_by_no_more_than_the_table_says_on_many_points(name):
    assert measured_ulps(name, points(name, 20_000, seed=1)) < ball_functions.ULPS[name] / 2


def check_function(name, count=40, radii=(0.0, 1e-17, 1e-9, 1e-2, 1.0)):
    x = points(name, count)
    for radius in radii:
        b = getattr(ball_functions, name)(Ball(x, radius))
        known = np.isfinite(b.rad)
        for step in (-1, 0, 1):
            exact = [EXACT[name](arb(mid) + step * arb(radius)) for mid in x[known].tolist()]
            assert holds_arb(b[known], exact)
        if radius == 0:
            assert known[abs(x) < 700].all() and (b.rad <= 1e-14 * abs(b.mid) + 1e-14)[known].all()


@pytest.mark.parametrize("name", EXACT)
def test_functions_hold_the_exact_value(name):
    check_function(name)


def check_fine_function(name, count=40, radii=(0.0, 1e-25, 1e-3)):
    rng, high = np.random.default_rng(1), points(name, count)
    high = high[(abs(high) > 1e-270) & (abs(high) < 1e300) & (high > -1 + 1e-12 if name == "log1p" else True)]
    x = FineBall(high, high * 2.0**-54 * rng.uniform(-0.9, 0.9, high.shape))
    for radius in radii:
        b = getattr(accurate_functions, name)(FineBall(x.high, x.low, radius))
        known = np.isfinite(b.rad)
        for step in (-1, 0, 1):
            exact = [
                EXACT[name](arb(h) + arb(l) + step * arb(radius))
                for h, l in zip(x.high[known].tolist(), x.low[known].tolist())
            ]
            assert holds_arb(b[known], exact)
        if radius == 0:
            near = abs(x.high) < 30 if name != "log" else (x.high < 30) & (x.high > 0.01)
            assert (b.rad <= 1e-20 * np.maximum(abs(b.high), 1))[near].all()


@pytest.mark.parametrize("name", accurate_functions.__all__)
def test_functions_of_twice_the_precision_hold_the_exact_value(name):
    check_fine_function(name)


def test_the_rest_of_a_shorter_series_is_accounted_for(monkeypatch):
    for degree in (2, 3, 5):
        monkeypatch.setattr(accurate_functions, "DEGREE", degree)
        check_fine_function("exp", radii=(1e-25, 1e-3))


@pytest.mark.parametrize("name, exact", [("LOG_2", lambda: arb(2).log()), ("HALF_PI", lambda: arb.pi() / 2),
                                         ("ERF_SCALE", lambda: 2 / arb.pi().sqrt())])
def test_the_constants(name, exact):
    assert holds_arb(getattr(accurate_functions, name), exact())
    assert arb(ball_functions.ERF_SLOPE) > 2 / arb.pi().sqrt()


def test_softmax_and_logsumexp():
    rng = np.random.default_rng(0)
    for scale in (1.0, 100.0, 1e4):
        z = scale * rng.standard_normal((3, 5))
        for radius in (0.0, 1e-3):
            p, total = ball_functions.softmax(Ball(z, radius)), ball_functions.logsumexp(Ball(z, radius))
            for _ in range(5):
                exact = np.array(
                    [
                        [
                            arb(v) + step * arb(radius)
                            for v, step in zip(row.tolist(), rng.choice([-1, 0, 1], 5).tolist())
                        ]
                        for row in z
                    ]
                )
                sums = np.array([sum(v.exp() for v in row) for row in exact])
                assert holds_arb(p, np.array([[v.exp() / s for v in row] for row, s in zip(exact, sums)]))
                assert holds_arb(total, [s.log() for s in sums])
            assert radius or p.rad.max() < 1e-13


def test_functions_are_reached_by_the_names_of_numpy_and_scipy():
    for x in (Ball([0.5, -2.0], 0.1), FineBall([0.5, -2.0], 0.0, 0.1)):
        own = ball_functions if isinstance(x, Ball) else accurate_functions
        for name, ufunc in {**LIBRARY, "sigmoid": special.expit}.items():
            if hasattr(own, name) and not name.startswith("log"):
                assert (ufunc(x).rad == getattr(own, name)(x).rad).all()
        assert (np.logaddexp(0, x).mid == own.softplus(x).mid).all()


def test_outside_their_domain_functions_are_infinitely_wide():
    for name, wrong in (("log", 0.0), ("log", -1.0), ("log1p", -1.0), ("sqrt", -1e-9)):
        assert np.isinf(getattr(ball_functions, name)(Ball(wrong, 1e-12)).rad)
    assert ball_functions.sqrt(Ball(0.0)).rad < 1e-290 and np.isinf(ball_functions.exp(Ball(0.0, np.inf)).rad)


@pytest.mark.parametrize("name", sorted(set(EXACT) - {"sqrt"}))
def test_a_smaller_ball_gives_a_ball_inside(name):
    rng, f = np.random.default_rng(0), getattr(ball_functions, name)
    mid, rad = rng.uniform(1, 3, 200), 0.1 * rng.random(200)
    shift = rad * rng.uniform(-0.9, 0.9, 200)
    small, large = f(Ball(mid + shift, rad - abs(shift))), f(Ball(mid, rad))
    assert (abs(small.mid - large.mid) + small.rad <= large.rad * (1 + 1e-9) + 1e-13).all()


# --- mutants ----------------------------------------------------------------------------------------------------------

def no_table(patch):
    patch.setattr(ball_functions, "ULPS", dict.fromkeys(ball_functions.ULPS, 0))


MUTANTS = {
    "the library is exact": (no_table, check_function),
    "radii halved": (
        lambda patch: patch.setattr(ball_functions, "up", lambda r, roundings=16: r / 2 + rounding.TINY),
        check_function,
    ),
    "no rounding in sums": (lambda patch: patch.setattr(fine, "UNIT", 0.0), check_fine_function),
    "a short series": (lambda patch: patch.setattr(accurate_functions, "TERMS_OF_ERF", 40), check_fine_function),
    "a constant of one part": (
        lambda patch: patch.setattr(accurate_functions, "LOG_2", FineBall(0.6931471805599453)),
        check_fine_function,
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_planted_errors_are_caught(monkeypatch, mutant):
    mutate, check = MUTANTS[mutant]
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        for name in ("exp", "tanh", "erf"):
            check(name)
