"""Processes beside this one, for independent calls that spend most of their time in Python.

Threads take turns in Python, so that two of them train two small networks no faster than one. Processes do, but each
has to start and to import what it computes with, which takes as long as many a search. So nobody waits for them:
`minnet.parallel.mapped` makes the calls itself, beginning with the last one, while each process takes the first of
those that are left as soon as it is ready. Then help is worth asking for even where it comes late.

A process imports what it is sent. It does not run the script or notebook again, which so needs no
`if __name__ == "__main__"`, and it does not know what is defined there: such calls are left to the caller.

No process outlives its task: where the one that started it is no longer there, it ends in the middle of a call. Ctrl-C
does not reach it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

__all__ = ["Processes", "Unable", "serve"]

SERVE = "import sys; sys.path[:] = sys.argv[1:]; from minnet.processes import serve; serve()"
APART: dict[str, Any] = (  # from the terminal's Ctrl-C
    {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if sys.platform == "win32" else {"process_group": 0}
)


class Unable(Exception):
    """No process could make a call: it or its result cannot be sent, or none could be started."""


class Processes(Executor):
    """An executor of at most so many processes, one more of which starts with each call.

    Parameters
    ----------
    number : int

    Examples
    --------
    >>> with Processes(1) as processes:
    ...     processes.submit(pow, 2, 10).result()
    1024
    """

    def __init__(self, number: int) -> None:
        self._number, self._left = number, 0
        self._waiting: SimpleQueue[tuple[Future[Any], tuple[Any, ...]] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._started: list[_Process] = []
        self._closed = False
        self._lock = Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """The future of fn(*args, **options); its exception is `Unable` where the call has to be made elsewhere."""
        future: Future[Any] = Future()
        call = fn, args, options
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._waiting.put((future, call))
            if len(self._threads) < self._number:
                self._threads.append(Thread(target=self._serve, args=(call,), daemon=True))
                self._left += 1
                self._threads[-1].start()
            elif not self._left:
                self._refuse_all()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End the processes, and what they are still computing."""
        with self._lock:
            self._closed = True
            for process in self._started:
                process.kill()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _serve(self, first: tuple[Any, ...]) -> None:
        """What a thread does: start a process, and pass on calls to it, one after the other."""
        process = None
        try:
            process = _Process()
            with self._lock:
                self._started.append(process)
                if self._closed:
                    process.kill()
            if process.is_ready_for(first):
                while (task := self._waiting.get()) is not None and process.answers(*task):
                    pass
        except (OSError, EOFError, Unable):
            pass  # it could not start, or has not even begun: others do its work
        finally:
            if process is not None:
                process.end()
            with self._lock:
                self._left -= 1
                if not self._left:
                    self._refuse_all()

    def _refuse_all(self) -> None:
        """Give the calls that wait back to whoever made them."""
        while not self._waiting.empty():
            task = self._waiting.get()
            if task is not None and task[0].set_running_or_notify_cancel():
                task[0].set_exception(Unable("no process is there to make the call"))


class _Process:
    """A process, and the pipes to it and from it."""

    def __init__(self) -> None:
        paths = map(os.path.abspath, sys.path)
        self._popen = subprocess.Popen([sys.executable, "-c", SERVE, *paths], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, **APART)

    def is_ready_for(self, call: tuple[Any, ...]) -> bool:
        """Whether the process has imported what calls like this one need."""
        return self._ask(_pickled(call))[0]

    def answers(self, future: Future[Any], call: tuple[Any, ...]) -> bool:
        """Give the future of a call its result, unless somebody else has taken it; False where the process has died."""
        if future.cancelled():
            return True
        try:
            message = _pickled(call)
        except Unable as error:
            message = error
        if not future.set_running_or_notify_cancel():
            return True
        if isinstance(message, Unable):
            future.set_exception(message)
            return True
        try:
            succeeded, value = self._ask(message)
        except (OSError, EOFError):
            status = self._popen.wait()
            future.set_exception(BrokenExecutor(f"process {self._popen.pid} ended with status {status}"))
            return False
        except Exception as error:
            succeeded, value = False, Unable(f"the answer cannot be loaded: {error}")
        if succeeded:
            future.set_result(value)
        else:
            future.set_exception(value)
        return True

    def kill(self) -> None:
        self._popen.kill()

    def end(self) -> None:
        """Kill the process and close the pipes."""
        self.kill()
        try:
            with self._popen:
                pass
        except OSError:
            pass  # what it was being sent

    def _ask(self, message: bytes) -> Any:
        """What the process answers; EOFError or OSError where it is no longer there."""
        assert self._popen.stdin and self._popen.stdout
        pickle.dump(message, self._popen.stdin)
        self._popen.stdin.flush()
        try:
            answer = pickle.load(self._popen.stdout)
        except pickle.UnpicklingError as error:
            raise EOFError("the process ended in the middle of an answer") from error
        return pickle.loads(answer)


def _pickled(call: tuple[Any, ...]) -> bytes:
    try:
        return pickle.dumps(call)
    except Exception as error:  # whatever an object of the user raises
        raise Unable(f"the call cannot be pickled: {error}") from error


# --- in the other process ---------------------------------------------------------------------------------------------

def serve() -> None:
    """Make the calls that come through the standard input; the first one is only loaded."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    sys.stdout = sys.stderr  # what a call prints is no answer
    calls: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_receive, args=(source, calls), daemon=True).start()
    answer = _loaded
    while True:
        reply = answer(calls.get())
        try:
            message = pickle.dumps(reply)
        except Exception as error:
            message = pickle.dumps((False, Unable(f"the result cannot be pickled: {error}")))
        pickle.dump(message, sink)
        sink.flush()
        answer = _made


def _receive(source: Any, calls: SimpleQueue[bytes]) -> None:
    try:
        while True:
            calls.put(pickle.load(source))
    finally:
        os._exit(0)  # whoever asked is no longer there


def _loaded(message: bytes) -> tuple[bool, Any]:
    try:
        return True, pickle.loads(message) and None
    except Exception as error:
        return False, Unable(f"the call cannot be loaded: {error}")


def _made(message: bytes) -> tuple[bool, Any]:
    """(True, result) or (False, exception) of a call."""
    try:
        fn, args, options = pickle.loads(message)
    except Exception as error:
        return False, Unable(f"the call cannot be loaded: {error}")
    try:
        return True, fn(*args, **options)
    except BaseException as error:
        error.add_note(f"in another process:\n{traceback.format_exc()}")
        return False, error
