"""A file's bytes, or one clear line."""
from __future__ import annotations

import os
import stat
import zlib
from os import PathLike
from pathlib import Path

__all__ = ["read_bytes"]

MOST_UNPACKED = 1 << 30     # bytes that a packed file may unpack to; a small file can be made to unpack to any number
GZIP, PIECE = b"\x1f\x8b", 1 << 20


def read_bytes(path: str | PathLike[str]) -> bytes:
    """Return the bytes of a regular file, unpacked if it is a gzip file.

    Pipes and devices are refused without waiting for them: they may have no end.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        Where there is no such file, it is no regular file, it cannot be read, or it is a damaged gzip file or one that
        unpacks to more than 1 GiB.
    """
    if not isinstance(path, (str, PathLike)) or "\0" in str(path):
        raise ValueError(f"found {path!r:.60} for a file; expected its path")
    path = Path(path)
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise ValueError(f"{path}: is {_kind(mode)}; expected a file")
            content = file.read()
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ValueError(f"{path}: is a directory; expected a file") from None
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror or error}") from None
    except MemoryError:
        raise ValueError(f"{path}: does not fit into memory; expected a smaller file") from None
    return _unpacked(path, content) if content[:2] == GZIP else content


def _open_at_once(path, flags):
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _kind(mode):
    for test, kind in ((stat.S_ISDIR, "a directory"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket")):
        if test(mode):
            return kind
    return "a device"


def _unpacked(path, content):
    """All members of a gzip file, one after the other."""
    pieces, total = [], 0
    try:
        while content:
            member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            while not member.eof:
                piece = member.decompress(content, PIECE)
                content = member.unconsumed_tail
                if not piece and not content and not member.eof:
                    raise ValueError(f"{path}: broken gzip file: it ends too early")
                pieces.append(piece)
                if (total := total + len(piece)) > MOST_UNPACKED:
                    raise ValueError(f"{path}: unpacks to more than {MOST_UNPACKED >> 20} MiB; "
                                     f"expected a smaller file")
            content = member.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise ValueError(f"{path}: broken gzip file: {error}") from None
    return b"".join(pieces)
