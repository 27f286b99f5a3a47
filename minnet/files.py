"""Files that are whole at every moment, and a lock for what only one process may write at a time.

`atomic_write` fills a new file beside the old one and then puts it into its place in one move, which file systems
promise to do entirely or not at all: whoever reads `path`, and whenever a process is killed, finds the old contents
or the new ones.
"""
from __future__ import annotations

import errno
import os
import re
import secrets
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import current_thread, main_thread
from typing import BinaryIO

try:
    import fcntl
except ImportError:                                  # Windows
    fcntl = None
    import msvcrt

__all__ = ["as_path", "atomic_write", "lock", "remove_partial_files", "uninterrupted"]

NEW_FILE = os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}   # what file systems say that know none


def as_path(path: str | os.PathLike[str]) -> Path:
    """The path of a file; ValueError for what is none, such as a number, which the system would take for an open file.

    Examples
    --------
    >>> as_path("model.npz").suffix
    '.npz'
    """
    if not isinstance(path, (str, os.PathLike)) or isinstance(os.fspath(path), bytes) or "\0" in os.fspath(path):
        raise ValueError(f"found {path!r:.60} for a file; expected its path")
    return Path(path)


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of `path`, whole, where the block ends without an exception.

    The new contents are written to a file with a random name in the same folder, which cannot exist before and is no
    link, and reach the disk before they take the place of the old ones. A link at `path` is replaced; what it points
    to stays as it is. Where the block fails, `path` is left as it was, and the new file is removed.

    Parameters
    ----------
    path : str or path
        The file to write.

    Yields
    ------
    file
        Open for writing bytes.

    Raises
    ------
    ValueError
        Where the file system refuses: no such folder, no permission, a full disk.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with atomic_write(Path(folder, "numbers.txt")) as file:
    ...         _ = file.write(b"1 2 3")
    ...     Path(folder, "numbers.txt").read_text()
    '1 2 3'
    """
    path = as_path(path)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.partial")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        with os.fdopen(os.open(partial, NEW_FILE | os.O_EXCL | os.O_WRONLY, 0o666), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.is_file() and not path.is_symlink():
            partial.chmod(stat.S_IMODE(path.stat().st_mode))
        os.replace(partial, path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def lock(path: str | os.PathLike[str]) -> Iterator[None]:
    """Keep every other process, and every other thread that asks, from locking `path` until the block ends.

    Of a folder the lock is the file `.minnet.lock` in it, of a file NAME the file `.NAME.lock` beside it. The
    operating system gives a lock up when its process dies, however that happens. What atomic writes of a file `path`
    left behind when they were killed is removed, since nobody else is writing it. File systems that know no locks
    give none.

    Parameters
    ----------
    path : str or path
        The folder, or the file, which need not exist yet; its folder must.

    Raises
    ------
    ValueError
        Where another process holds the lock, or where the folder cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, lock(folder):
    ...     os.listdir(folder)
    ['.minnet.lock']
    """
    path = as_path(path)
    try:
        beside = path / ".minnet.lock" if path.is_dir() else path.with_name(f".{path.name}.lock")
        descriptor = _locked(beside, path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        remove_partial_files(path)
        yield
    finally:
        with suppress(OSError):
            if fcntl:
                beside.unlink()              # while the lock is held: afterwards the file may be another's
        os.close(descriptor)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until the block is done (in the main thread, where it arrives).

    Examples
    --------
    >>> with uninterrupted():
    ...     done = True
    """
    if current_thread() is not main_thread():
        yield
        return
    waiting, handler = [], signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, lambda *arrived: waiting.append(arrived))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if waiting and callable(handler):
            handler(*waiting[0])


def remove_partial_files(path: Path) -> None:
    """Remove what atomic writes of a file left behind when they were killed, for whoever has locked its folder."""
    if path.is_dir():
        return
    ours = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{16}}\.partial")
    for name in os.listdir(path.parent):
        if ours.fullmatch(name):
            path.with_name(name).unlink(missing_ok=True)


def _locked(beside, path):
    """The descriptor of the lock file, an empty one, with the lock held."""
    while True:
        descriptor = os.open(beside, NEW_FILE | os.O_RDWR | getattr(os, "O_NONBLOCK", 0), 0o666)
        try:
            about = os.fstat(descriptor)
            if about.st_size or not stat.S_ISREG(about.st_mode):
                raise ValueError(f"{beside} is no lock of minnet; expected no file of that name")
            _lock_now(descriptor, path)
            if _is_still(beside, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)                 # its last owner has removed it in the meantime: once more


def _lock_now(descriptor, path):
    try:
        if fcntl:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):
        raise ValueError(f"{path} is in use by another run; expected one run at a time") from None
    except OSError as error:
        if error.errno not in WITHOUT_LOCKS:
            raise


def _is_still(beside, descriptor):
    """Whether the name still belongs to the file that was locked."""
    try:
        return os.path.samestat(os.lstat(beside), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _cannot_write(path, error):
    return ValueError(f"cannot write {path}: {error.strerror or error}")
