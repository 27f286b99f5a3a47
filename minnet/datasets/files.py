"""A file's bytes, or one clear line."""
from __future__ import annotations

from pathlib import Path

__all__ = ["read_bytes"]


def read_bytes(path):
    """The bytes of the file at `path`; a ValueError that names it where it cannot be read."""
    path = Path(path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file") from None
    except OSError as error:
        reason = "is a directory; expected a file" if path.is_dir() else f"cannot be read: {error.strerror}"
        raise ValueError(f"{path}: {reason}") from None
