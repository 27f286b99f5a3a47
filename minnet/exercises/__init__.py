"""Exercises that say by properties whether an answer is right, and at which smallest input it is not.

>>> import numpy as np
>>> from minnet import exercises
>>> exercises.check("00.1", lambda w, lr: w - lr * 2 * (w - 3))
00.1 is right: 4 properties hold.
>>> exercises.check("00.1", lambda w, lr: w + lr * 2 * (w - 3))
Traceback (most recent call last):
minnet.exercises.verdict.NotYet: 00.1 is not right yet.
  Property 2 of 4: a step with lr = 0.1 comes closer to 3.
  With w = 0:
    the distance from 3 grows from 3 to 3.6.
  Hint: This is a step of gradient ascent: it adds the slope, and the slope points uphill.
  For a stronger hint: minnet.exercises.hint("00.1")

`show(name)` prints the task and `hint(name)` a stronger hint; `names()` lists what there is. A check is an assertion
with a message, so that a test cell of nbgrader or otter-grader may consist of it. `keep_progress(path)` notes in a
file what is solved. `python -m minnet.exercises` shows, checks, and grades a folder of submissions.

An exercise of one's own is an `Exercise`: a task, the inputs, and the properties of a right answer.

>>> from minnet.exercises import Exercise, Mistake, Property, equal, inputs
>>> double = Exercise("mine.1", "Write `double(x)`, twice the vector `x`.",
...                   strategies={"x": inputs.vectors()},
...                   properties=[Property("the entries add up to twice the sum",
...                                        lambda double, x: equal("the sum", sum(double(x)), 2 * sum(x)),
...                                        "Multiply every entry by 2.")],
...                   mistakes=[Mistake(lambda x: x * x, "That is the square.")],
...                   variants=[lambda x: x + x])
>>> double.check(lambda x: 2 * x)
mine.1 is right: 1 property holds.
>>> print(double.audit())
accepted  variant 1
refused   mistake 1  That is the square.

`register(double)` makes `check("mine.1", answer)` find it.
"""
try:
    import hypothesis  # noqa: F401
except ImportError as error:
    raise ImportError('minnet.exercises needs hypothesis; install it by: pip install "minnet[tutorials]"') from error

from . import inputs
from .catalogue import check, find, hint, names, register, show
from .claims import closer, equal, require
from .exercise import Exercise, Mistake, Property
from .solved import keep_progress, progress
from .verdict import NotYet, Verdict

__all__ = ["Exercise", "Mistake", "NotYet", "Property", "Verdict", "check", "closer", "equal", "find", "hint",
           "inputs", "keep_progress", "names", "progress", "register", "require", "show"]
