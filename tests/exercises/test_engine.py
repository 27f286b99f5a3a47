"""What a check says of right answers, wrong answers, and answers that misbehave."""

import json
import os
import re
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import assume

import minnet
from minnet.exercises import (
    Exercise,
    Mistake,
    NotYet,
    Property,
    catalogue,
    check,
    equal,
    hint,
    inputs,
    keep_progress,
    names,
    progress,
    register,
    require,
    show,
)
from minnet.exercises.watchdog import OutOfTime, limited

double = Exercise(
    "mine.1",
    "Write `double(x)`.",
    strategies={"x": inputs.vectors(), "A": inputs.definite()},
    properties=[
        Property(
            "the shape stays", lambda double, x: require(np.shape(double(x)) == x.shape, "it does not"), "one", "two"
        ),
        Property(
            "half of it is x",
            lambda double, x: equal("double(x)/2", np.asarray(double(x)) / 2, x),
            "Think.",
            "Multiply.",
        ),
    ],
    mistakes=[Mistake(lambda x: x * x, "That is the square."), Mistake(lambda x: 3 * x, "That is three times.")],
    variants=[lambda x: x + x, lambda x: [2 * entry for entry in x], lambda x: (2 * x).astype(np.float32)],
    seconds=0.3,
)


def message(answer, exercise=double, **given):
    with pytest.raises(AssertionError) as caught:
        check(exercise, answer, **given)
    return str(caught.value)


def test_a_right_answer_gives_a_verdict_that_is_true(capsys):
    verdict = check(double, lambda x: 2 * x)
    assert verdict and str(verdict) == "mine.1 is right: 2 properties hold."
    assert capsys.readouterr() == ("", "")


def test_the_first_failing_property_is_reported_at_its_smallest_input():
    text = message(lambda x: np.where(x > 2, x, 2 * x))
    assert "Property 2 of 2: half of it is x." in text and "With x = [2.5]:" in text
    assert "double(x)/2 is [1.25]; it should be [2.5]." in text and "Hint: Think." in text


def test_the_same_answer_meets_the_same_message():
    assert message(lambda x: np.sin(x)) == message(lambda x: np.sin(x))


def test_a_well_known_mistake_has_its_own_hint():
    assert "Hint: That is the square." in message(lambda x: x**2)
    assert "Hint: That is three times." in message(lambda x: x + x + x)
    assert "Hint: Think." in message(lambda x: 4 * x)


def test_a_mistake_is_recognised_by_its_results_on_the_inputs_of_all_properties():
    """Not where a right measurement and a wrong prediction end for once as "always False" would."""

    def diverges(lr):
        return abs(1 - 2 * lr) > 1

    said = message(diverges, "00.2", prediction=0.5)
    assert "diverges(0.505) is False" in said and "whatever lr is" not in said

    def in_place(x, v, g, lr, alpha):
        v *= alpha
        v -= lr * g
        return x + v, v

    said = message(in_place, "03.1")
    assert "changes its arguments" in said and "Hint" not in said


def test_a_result_of_the_wrong_form_meets_no_hint_of_the_property():
    assert "a single number" in message(lambda H: np.diag(H), "05.3")
    said = message(lambda x, v, g, lr, alpha: x, "03.1")
    assert "should return a pair" in said and "Hint" not in said


def test_hints_grow_stronger(capsys):
    check(double, lambda x: 2 * x)
    hint(double)
    message(lambda x: 4 * x)
    hint(double)
    first, second = capsys.readouterr().out.splitlines()
    assert "one" in first and second == "Multiply."


def change(x):
    x *= 2
    return x


def never_ends(x):
    while True:
        try:
            sum(x)
        except Exception:
            pass


def raises(x):
    y = 2 * x
    return y / {}["nothing"]


class BadText(Exception):
    def __str__(self):
        raise RuntimeError


def raises_oddly(x):
    raise BadText


@pytest.mark.parametrize(
    "answer, said",
    [
        (3.0, "The answer is 3, which cannot be called"),
        (None, "cannot be called"),
        (lambda x: None, "returns None; is the `return` missing?"),
        (lambda x: print("here", x), "returns None and prints 'here"),
        (raises, "raises KeyError: 'nothing' (line 3 of the function)"),
        (raises_oddly, "raises BadText"),
        (lambda: 1, "TypeError"),
        (lambda x: sys.exit(3), "ends the whole program"),
        (change, "change changes its arguments"),
        (never_ends, "has not ended after 0.3 seconds"),
        (lambda x: 2, "it does not"),
        (lambda x: [2 * x, [1]], "it does not"),
        (lambda x: ["a"] * len(x), "cannot be used"),
        (lambda x: x * np.nan, "double(x)/2 is [nan]"),
        (lambda x: 2 * x + 1j, "double(x)/2 is [0+0.5i]"),
        (lambda x: never_ends.calls, "AttributeError"),
        (lambda x: raises_for_ever(x), "RecursionError"),
        (lambda x: np.random.default_rng().random(len(x)), "double(x)/2"),
    ],
    ids=lambda value: value.replace("/", " ")[:30] if isinstance(value, str) else "",
)
def test_a_misbehaving_answer_meets_one_clear_message(answer, said, capsys):
    text = message(answer)
    assert said in text and len(text) < 800
    assert capsys.readouterr() == ("", "")


def raises_for_ever(x):
    return raises_for_ever(x)


def test_an_answer_that_changes_its_mind_is_told_so():
    calls = []

    def moody(x):
        calls.append(x)
        return 2 * x if len(calls) % 7 else 3 * x

    assert "NotYet" in type(pytest.raises(AssertionError, check, double, moody).value).__name__


def test_an_answer_that_prints_is_right_all_the_same(capsys):
    assert "It also prints" in str(check(double, lambda x: print("now") or 2 * x))
    assert capsys.readouterr().out == ""


def test_warnings_of_an_answer_are_no_errors():
    assert check(double, lambda x: 2 * x + 0 * np.where(np.isnan(np.log(x - 100)), 0, 0))


def test_calls_end_in_any_thread():
    outcomes = []

    def work():
        try:
            with limited(0.2):
                while True:
                    pass
        except OutOfTime:
            outcomes.append("ended")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert outcomes == ["ended"]


def test_a_limit_that_is_not_reached_interrupts_nothing_later():
    with limited(0.05):
        pass
    time.sleep(0.2)


def test_properties_may_assume_and_may_return_whether_they_hold():
    def positive(f, x):
        assume(x.min() > 0)
        return f(x).min() > 0

    assert Exercise("mine.2", "", [Property("stays positive", positive)], {"x": inputs.vectors()}).check(lambda x: x)
    with pytest.raises(AssertionError, match=r"With x = \[0\.5\]:\n    it does not hold\."):
        Exercise("mine.2", "", [Property("stays positive", positive)], {"x": inputs.vectors()}).check(lambda x: -x)


def test_a_prediction_is_checked_against_ones_own_measurement():
    exercise = Exercise(
        "mine.3", "", [Property("you foresaw it", lambda f, guess: equal("the guess", guess, f(2)))], given=["guess"]
    )
    assert exercise.check(lambda x: x**2, guess=4)
    assert "the guess is 5; it should be 4" in message(lambda x: x**2, exercise, guess=5)
    with pytest.raises(ValueError, match=r"nothing besides the answer; expected guess: check\("):
        exercise.check(lambda x: x**2)
    for placeholder in (..., (..., ...), [1, ...]):
        assert "guess is still `...`; write your own" in message(lambda x: x**2, exercise, guess=placeholder)
    with pytest.raises(ValueError, match="hunch besides the answer; expected nothing"):
        double.check(lambda x: x, hunch=3)


def test_bad_exercises_are_refused():
    with pytest.raises(ValueError, match="asks for y; expected one of the strategies x"):
        Exercise("mine.4", "", [Property("", lambda f, y: True)], {"x": inputs.numbers()})
    with pytest.raises(ValueError, match="mine.4 has no properties"):
        Exercise("mine.4", "", [])


def test_an_audit_tries_variants_and_mistakes():
    table = double.audit(wrong=[change]).splitlines()
    assert [row.split()[0] for row in table] == ["accepted"] * 3 + ["refused"] * 3
    with pytest.raises(AssertionError, match="a right answer is refused"):
        double.audit(variants=[lambda x: x])
    with pytest.raises(AssertionError, match="a wrong answer is accepted"):
        double.audit(wrong=[lambda x: 2 * x])


def test_names_lead_to_exercises_and_to_nothing_else(capsys):
    register(double)
    assert "mine.1" in names() and check("mine.1", lambda x: 2 * x)
    show("mine.1")
    assert capsys.readouterr().out == "Exercise mine.1. Write `double(x)`.\n"
    with pytest.raises(ValueError, match="'00.9'; expected 00.1, 00.2"):
        check("00.9", abs)
    with pytest.raises(ValueError, match="'nothing'; expected names from 00.1"):
        show("nothing")
    with pytest.raises(ValueError, match="belongs to an exercise of minnet"):
        register(Exercise("00.1", "", double.properties, double.strategies))


def test_every_exercise_has_a_task_and_hints_and_a_name_of_its_own():
    exercises = [catalogue.find(name) for name in names() if name[:2].isdigit()]
    assert len({exercise.name for exercise in exercises}) == len(exercises)
    for exercise in exercises:
        assert "rite `" in exercise.task.replace("\n", " ") and all(
            prop.hint for prop in exercise.properties
        ), exercise.name


def test_no_line_of_a_task_begins_as_a_list_or_a_heading_would():
    """A formula that goes on with "+ …" in the next line would be torn apart in a notebook."""
    for name in names():
        for line in catalogue.find(name).task.splitlines():
            assert not re.match(r" {0,3}([-+*#>]|=+$|\d+[.)]) ", line), (name, line)


def test_progress_is_kept_where_it_is_asked_for(tmp_path):
    path = tmp_path / "progress.json"
    try:
        keep_progress(path)
        message(lambda x: x)
        check(double, lambda x: 2 * x)
        message(lambda x: x)
    finally:
        keep_progress(None)
    assert json.loads(path.read_text()) == {"mine.1": {"solved": True, "attempts": 2}}
    assert progress(path) == "mine.1  solved, attempts: 2"
    check(double, lambda x: 2 * x)
    assert progress(path) == "mine.1  solved, attempts: 2" and os.listdir(tmp_path) == ["progress.json"]
    path.write_text("[1]")
    with pytest.raises(ValueError, match="no record of progress"):
        keep_progress(path)


def test_ipython_shows_the_message_alone():
    assert NotYet("a\nb")._render_traceback_() == ["a", "b"]


def python(code, folder):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder
    ).stdout.strip()


def test_a_check_leaves_no_file_behind(tmp_path):
    python("import minnet; minnet.exercises.check('00.1', lambda w, lr: w - 2*lr*(w - 3))", tmp_path)
    assert os.listdir(tmp_path) == []


def test_without_hypothesis_one_line_says_how_to_install_it(tmp_path):
    said = python(
        "import sys; sys.modules['hypothesis'] = None\nimport minnet\n"
        "try: minnet.exercises\nexcept ImportError as error: print(error)",
        tmp_path,
    )
    assert said == 'minnet.exercises needs hypothesis; install it by: pip install "minnet[tutorials]"'
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        minnet.nothing
