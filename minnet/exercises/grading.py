"""A folder of submissions, each run in a process of its own within limits of time and memory.

It guards against accidents (endless loops, crashes, huge arrays, forks, files removed), so that they cost nobody
else's marks. It is no sandbox: code that means harm needs a container or a machine of its own.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from ..files import atomic_write
from .submission import exercises_in

__all__ = ["Marks", "grade", "marks_of_each", "write_csv"]

THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
LARGEST_FILE = 64 * 2**20
PROCESSES = 64  # that one submission may start
MOST = {"seconds": 10**6, "megabytes": 10**12}
BEGINNING = 120  # seconds that Python and the libraries may take to load, which do not count for the submission


@dataclass(frozen=True)
class Marks:
    """What one submission solved: `right` maps the exercises that it checked to whether the last check was right."""

    submission: str
    right: dict[str, bool]
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.submission}: {sum(self.right.values())} of {len(self.right)} right"


def grade(
    folder: str | os.PathLike[str],
    seconds: float = 60,
    megabytes: int = 4096,
    own: Sequence[str] = (),
    progress: Callable[[str], None] = lambda line: None,
) -> list[Marks]:
    """The marks of every script and notebook in a folder, in the order of their names.

    Parameters
    ----------
    folder : path
        Its `.py` and `.ipynb` files are the submissions; each checks its answers by `minnet.exercises.check`.
    seconds : float
        For one submission, counted from its first statement; it is stopped then and keeps the marks that it has.
    megabytes : int
        Of address space for one submission, where the system can limit it (not on Windows).
    own : sequence of paths
        Files with the lecturer's own exercises.
    progress : function of a line of text, called after each submission.

    Raises
    ------
    ValueError
        Where there is no such folder, or no submission in it, a limit is not positive, or a lecturer's file fails.
    """
    marks = []
    for each in marks_of_each(folder, seconds, megabytes, own):
        marks.append(each)
        progress(str(each))
    return marks


def marks_of_each(
    folder: str | os.PathLike[str], seconds: float = 60, megabytes: int = 4096, own: Sequence[str] = ()
) -> Iterator[Marks]:
    """The same, one after the other, so that whoever stops early keeps those that there are. All submissions are read
    before the first is run, since one may remove another's file."""
    place = Path(folder)
    files = sorted(file for file in place.glob("*") if file.suffix in (".py", ".ipynb")) if place.is_dir() else []
    if not files or not os.fspath(folder):
        raise ValueError(f"folder={os.fspath(folder)!r} holds no submissions; expected one with .py or .ipynb files")
    for name, limit in (("seconds", seconds), ("megabytes", megabytes)):
        if not 0 < limit <= MOST[name]:
            raise ValueError(f"{name}={limit}; expected a positive number of at most {MOST[name]:,}")
    for path in own:
        exercises_in(path)
    own = [str(Path(path).resolve()) for path in own]
    texts = {file.name.encode("utf-8", "backslashreplace").decode(): _content(file) for file in files}
    return (
        Marks(name, {}, (text,)) if isinstance(text, str) else _graded(name, text, seconds, megabytes, own)
        for name, text in texts.items()
    )


def write_csv(marks: Iterable[Marks], path: str | os.PathLike[str]) -> None:
    """A row for each submission: 1 or 0 for each exercise that anybody checked, the sum, and remarks."""
    marks = list(marks)
    exercises = sorted({name for each in marks for name in each.right})
    text = StringIO()
    table = csv.writer(text)
    table.writerow(["submission", *exercises, "total", "remarks"])
    for each in marks:
        row = [int(each.right.get(name, False)) for name in exercises]
        table.writerow([each.submission, *row, sum(row), "; ".join(each.remarks)])
    with atomic_write(path) as file:
        file.write(text.getvalue().encode("utf-8", "backslashreplace"))


def _content(file: Path) -> bytes | str:
    """The bytes of a submission, or why there are none."""
    if not file.is_file():
        return "cannot be read: it is no file"
    try:
        if file.stat().st_size > LARGEST_FILE:
            return f"cannot be read: it has more than {LARGEST_FILE // 2**20} megabytes"
        return file.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _graded(name: str, text: bytes, seconds: float, megabytes: int, own: list[str]) -> Marks:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place, tempfile.TemporaryDirectory() as ours:
        copy, record = Path(place, name), Path(ours, "record")
        copy.write_bytes(text)
        record.touch()
        ending = _run(
            [sys.executable, "-m", f"{__package__}.submission", str(copy), str(record), *own],
            place,
            record,
            seconds,
            megabytes,
        )
        entries = list(_entries(record))
    right = {entry["name"]: entry["right"] for entry in entries if "name" in entry}
    messages = {entry["name"]: entry["message"] for entry in entries if "name" in entry}
    remarks = [f"{exercise}: {messages[exercise]}" for exercise in sorted(right) if not right[exercise]]
    remarks += [entry["error"] for entry in entries if "error" in entry]
    if not right and not remarks and not ending:
        remarks = ["checks no exercise"]
    return Marks(name, right, tuple(remarks + ([ending] if ending else [])))


def _run(command: list[str], place: str, record: Path, seconds: float, megabytes: int) -> str:
    """Run it to its end or its limit; returns what there is to remark."""
    environment = {
        **os.environ,
        **THREADS,
        "MPLBACKEND": "Agg",
        "HOME": place,
        "TMPDIR": place,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]),
    }
    child = subprocess.Popen(
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_limits(megabytes, seconds),
    )
    loaded = time.monotonic() + BEGINNING
    while child.poll() is None and not record.stat().st_size and time.monotonic() < loaded:
        time.sleep(0.02)
    try:
        status = child.wait(seconds)
    except subprocess.TimeoutExpired:
        return f"stopped after {seconds:g} seconds"
    finally:
        _end(child)
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    return f"ended with status {status}" if status else ""


def _limits(megabytes: int, seconds: float) -> Callable[[], None] | None:
    """What the child does before it starts, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return None
    processes = _processes_of_this_user()

    def limit() -> None:
        for what, most in (
            (resource.RLIMIT_AS, megabytes * 2**20),
            (resource.RLIMIT_FSIZE, LARGEST_FILE),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, int(seconds) + 10),
            (resource.RLIMIT_NPROC, processes and processes + PROCESSES),
        ):
            if most is not None:
                try:
                    resource.setrlimit(what, (most, most))
                except (ValueError, OSError):  # stricter already
                    pass

    return limit


def _processes_of_this_user() -> int | None:
    """How many threads run for this user, which is what RLIMIT_NPROC counts; None where there is no /proc."""
    count = 0
    for task in Path("/proc").glob("[0-9]*"):
        try:
            if task.stat().st_uid == os.getuid():
                count += sum(1 for _ in (task / "task").iterdir())
        except OSError:
            continue
    return count or None


def _end(child: subprocess.Popen) -> None:
    """End the submission's process with all that it started in its session."""
    if hasattr(os, "killpg"):
        for _ in range(100):  # a process that forks all the time may escape one signal
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                break
    else:
        child.kill()
    child.wait()


def _entries(record: Path) -> Iterable[dict]:
    for line in record.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry
