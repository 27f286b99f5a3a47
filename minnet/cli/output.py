"""What a command writes: checked before any work, kept from a second process, and written whole."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from matplotlib.figure import Figure

from .. import plotting
from ..files import atomic_write, lock, remove_partial_files

__all__ = ["own_file", "own_folder", "save_picture", "write_text"]


def _text_chunk(keyword: bytes, text: bytes) -> bytes:
    """A text of a PNG file: length, type, content, CRC."""
    content = b"tEXt" + keyword + b"\0" + text
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


MARK = _text_chunk(b"Software", b"minnet")  # stands behind the head of every picture that a command writes
HEAD = 8 + 25  # bytes of a PNG file: signature, and the chunk IHDR


@contextmanager
def own_folder(
    path: str, names: Iterable[str], command: str, overwrite: bool = False, sources: Iterable[str | None] = ()
) -> Iterator[Path]:
    """The folder --out, made where there is none, in which `names` are to be written, and no other run writes until the
    block ends.

    Parameters
    ----------
    path : str
        What --out says.
    names : iterable of str
        The files that the command writes there.
    command : str
        Such as "minnet train", for messages.
    overwrite : bool
        Whether files may be replaced that minnet did not write.
    sources : iterable of str
        Files that the command reads, and that it must not replace in any case.

    Raises
    ------
    ValueError
        Where the folder cannot be written, another run is at work there, or a file would be lost.
    """
    if not path:
        raise ValueError("--out is empty; expected a folder")
    is_new, folder = not os.path.lexists(path), _folder(path)
    try:
        yield from _held(folder, names, command, overwrite, sources)
    except Exception:
        if is_new:
            with suppress(OSError):
                folder.rmdir()  # it is empty, or stays
        raise


def _held(folder, names, command, overwrite, sources):
    with lock(folder):
        for name in names:
            remove_partial_files(folder / name)
            _refuse(
                folder / name,
                overwrite or _is_ours(folder / name),
                sources,
                f"exists and is not from {command}; expected another --out, or --overwrite",
            )
        yield folder


@contextmanager
def own_file(path: str, overwrite: bool = False, sources: Iterable[str | None] = ()) -> Iterator[None]:
    """Keep every other run from writing the file --out until the block ends; ValueError where it is there already,
    unless it may be replaced."""
    if not Path(path).name or not Path(path).parent.is_dir():
        raise ValueError(f"--out {path}: no such folder; expected a file in a folder that is there")
    _refuse(Path(path), overwrite, sources, "exists; expected a new file, or --overwrite")
    with lock(path):
        _refuse(Path(path), overwrite, sources, "exists; expected a new file, or --overwrite")
        yield


def write_text(path: str | Path, text: str) -> None:
    """Write a text file in one move: the whole of it, or nothing."""
    with atomic_write(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))


def save_picture(figure: Figure, path: Path) -> None:
    """Write a figure as a PNG file, in one move, with a mark by which a later run knows that it is minnet's."""
    with TemporaryDirectory() as folder:
        drawn = Path(folder, "picture.png")
        plotting.save(figure, drawn)
        content = drawn.read_bytes()
    with atomic_write(path) as file:
        file.write(content[:HEAD] + MARK + content[HEAD:])


def _folder(path):
    """The folder at `path`, made where there is none; ValueError where nothing can be written to it."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise ValueError(f"--out {path}: {error.strerror}; expected a folder that can be written") from error
    return path


def _refuse(path, may_replace, sources, why):
    """ValueError where writing to `path` would lose what is there. A link counts as a file of somebody's."""
    if not os.path.lexists(path):
        return
    if path.is_dir() or not (path.is_file() or path.is_symlink()):
        raise ValueError(f"{path} is {'a folder' if path.is_dir() else 'no regular file'}; expected another --out")
    if any(_is_same(path, source) for source in sources):
        raise ValueError(f"{path} would be replaced by what is made from it; expected another --out")
    if not may_replace:
        raise ValueError(f"{path} {why}")


def _is_same(path, source):
    try:
        return source is not None and os.path.samefile(path, source)
    except (OSError, ValueError):
        return False


def _is_ours(path):
    """Whether a command of minnet has written this report or picture, and no one has put a link in its place."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        if path.suffix == ".png":
            with open(path, "rb") as file:
                return MARK in file.read(HEAD + len(MARK))
        return json.loads(path.read_bytes())["product"].startswith("minnet ")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
