"""Processes that help: the caller's own results, whatever cannot be sent or fails, and nobody left behind."""
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest
from calls import meet

import minnet.parallel
from minnet.parallel import mapped, workers
from minnet.processes import Processes, Unable

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX's signals")
HERE, LINUX = os.getpid(), sys.platform == "linux"
SCRIPT = """
import sys, time
from calls import meet
from minnet.parallel import mapped
from minnet.processes import Processes

print("once", flush=True)
with Processes(1) as executor:
    mapped(executor, meet, [sys.argv[1]] * 2, [__import__("os").getpid()] * 2, ["sleep"] * 2)
"""


@pytest.fixture(scope="module")
def pair():
    with Processes(1) as executor:
        yield executor


def test_no_more_processes_start_than_there_are_calls():
    with Processes(50) as executor:
        assert mapped(executor, pow, [2, 3], [3, 2]) == [8, 9]
        assert len(executor._threads) == 2


def met(executor, folder, deed=""):
    """What two calls give, of which another process makes the first and the caller the second."""
    return mapped(executor, meet, [folder] * 2, [HERE] * 2, [deed] * 2)


def test_the_caller_and_a_process_share_the_calls(pair, tmp_path):
    other, own = met(pair, tmp_path)
    assert own == HERE != other == int((tmp_path / "begun").read_text())
    assert mapped(pair, pow, range(20), [2] * 20) == [k**2 for k in range(20)]


def test_what_a_call_prints_is_no_answer(pair, tmp_path):
    assert met(pair, tmp_path, "print")[1] == HERE
    assert mapped(pair, max, [1, 2], [3, 0]) == [3, 2]


def test_an_exception_comes_through_with_its_place(pair, tmp_path):
    with pytest.raises(ArithmeticError, match="as planned") as caught:
        met(pair, tmp_path, "fail")
    assert "in another process" in caught.value.__notes__[0] and "calls.py" in caught.value.__notes__[0]
    assert mapped(pair, abs, [-1]) == [1]


@pytest.mark.parametrize("deed", ["fail stubbornly", "give what cannot be sent"])
def test_what_cannot_be_sent_back_is_made_here(pair, tmp_path, deed):
    assert met(pair, tmp_path, deed) == [HERE, HERE]


def test_what_cannot_be_sent_is_made_here(pair, monkeypatch):
    def of_the_script(x):
        return x + 1

    of_the_script.__qualname__, of_the_script.__module__ = "of_the_script", "__main__"
    monkeypatch.setattr(sys.modules["__main__"], "of_the_script", of_the_script, raising=False)
    for rule in (lambda x: x + 1, of_the_script):
        assert mapped(pair, rule, [1, 2, 3]) == [2, 3, 4]
        with pytest.raises(Unable):
            pair.submit(rule, 1).result(60)
        with Processes(1) as fresh:
            assert mapped(fresh, rule, [1, 2, 3]) == [2, 3, 4]


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/true"])
def test_where_none_can_be_started_the_caller_works_alone(monkeypatch, program):
    monkeypatch.setattr(sys, "executable", program)
    with Processes(2) as executor:
        for _ in range(2):
            assert mapped(executor, pow, [2, 3], [3, 2]) == [8, 9]
        with pytest.raises(Unable):
            executor.submit(pow, 2, 2).result(60)


def test_a_process_that_dies_in_a_call_is_one_clear_error(tmp_path):
    with Processes(1) as executor:
        with pytest.raises(RuntimeError, match="a worker of the executor died.*start a new executor") as caught:
            met(executor, tmp_path, "die")
        assert isinstance(caught.value.__cause__, BrokenExecutor) and "status -9" in str(caught.value.__cause__)
        assert mapped(executor, pow, [2, 3], [3, 2]) == [8, 9]


def is_there(process):
    """Whether it runs: one that has ended may still have its entry, as a zombie, until somebody asks for its status."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] if LINUX else "?"
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


def test_the_end_of_the_block_is_the_end_of_the_processes(tmp_path):
    with Processes(1) as executor:
        busy = executor.submit(meet, tmp_path, HERE, "sleep")
        meet(tmp_path, HERE)
        waiting = executor.submit(pow, 2, 2)
        process = int((tmp_path / "begun").read_text())
        assert is_there(process)
    assert isinstance(busy.exception(0), BrokenExecutor) and isinstance(waiting.exception(0), (BrokenExecutor, Unable))
    assert not is_there(process)
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(pow, 2, 2)


@pytest.mark.parametrize("end, status", [(signal.SIGINT, 1), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_script_without_guard_leaves_no_process_behind(tmp_path, end, status):
    """Interrupted, or killed while another process works for it."""
    (tmp_path / "script.py").write_text(SCRIPT)
    script = subprocess.Popen([sys.executable, tmp_path / "script.py", tmp_path], stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        meet(tmp_path, HERE)
        process = int((tmp_path / "begun").read_text())
        script.send_signal(end)
        out, err = script.communicate(timeout=30)
        assert out == "once\n" and script.returncode in (status, -end), err
        assert ("KeyboardInterrupt" in err) == (end == signal.SIGINT) and "in another process" not in err
        deadline = time.monotonic() + 30
        while is_there(process) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not is_there(process)
    finally:
        script.kill()
        script.communicate()


def test_there_are_no_more_workers_than_processors_and_in_a_pool_none(monkeypatch):
    for processors, others in ((1, None), (2, 1), (3, 2), (8, 2)):
        monkeypatch.setattr(minnet.parallel, "processors", lambda processors=processors: processors)
        with workers(3) as executor:
            assert others == (executor and executor._number)
    monkeypatch.setattr(minnet.parallel, "parent_process", lambda: "a pool")
    with workers(2) as executor, workers(2, threads=True) as threads:
        assert executor is None and threads is not None
