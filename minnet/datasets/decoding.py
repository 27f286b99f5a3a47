"""In which encoding a text file is written."""
from __future__ import annotations

import codecs
import io
import re

__all__ = ["find_encoding"]

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")     # bytes that no text in a one-byte encoding holds
WINDOWS = re.compile(rb"[\x80-\x9f]")                   # letters and quotation marks in Windows-1252, not in Latin-1
HEAD = 1 << 12


def find_encoding(path: object, content: bytes, encoding: str | None = None) -> str:
    """Return the name of the encoding of a text.

    UTF-8, UTF-16 and UTF-32 are known by their byte order mark, UTF-16 without one by the zero bytes of its Latin
    letters, UTF-8 by its rules. What is none of these but has no control characters is Windows-1252 or Latin-1.

    Parameters
    ----------
    path : object
        The file's name, for messages.
    content : bytes
    encoding : str, optional
        The encoding, where it is known.

    Raises
    ------
    ValueError
        Naming the first byte that is no text in the encoding.

    Examples
    --------
    >>> [find_encoding("t.csv", "é".encode(name)) for name in ("utf-8", "utf-16", "latin-1")]
    ['utf-8', 'utf-16', 'latin-1']
    """
    if encoding is not None:
        _check(path, content, _known(encoding))
        return encoding
    for mark, name in MARKS:
        if content.startswith(mark):
            _check(path, content, name)
            return name
    head = content[:HEAD]
    for name, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if len(zeros) > 1 and zeros.count(0) > 0.7 * len(zeros) and letters.count(0) < 0.1 * len(letters):
            _check(path, content, name)
            return name
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if CONTROL.search(content):
            raise _no_text(path, content, error) from None
    for name in ("cp1252", "latin-1") if WINDOWS.search(content) else ("latin-1",):
        try:
            content.decode(name)
            return name
        except UnicodeDecodeError:
            pass
    raise AssertionError("every byte is a character in Latin-1")


def _known(encoding):
    try:
        io.TextIOWrapper(io.BytesIO(), encoding)
    except (LookupError, TypeError, ValueError):
        raise ValueError(f"encoding={encoding!r:.60}: unknown; expected a name such as 'utf-8', 'utf-16' or "
                         f"'latin-1'") from None
    return encoding


def _check(path, content, encoding):
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(path, content, error) from None
    except ValueError:
        raise ValueError(f"{path}: is not {encoding}; expected a text table in that encoding") from None


def _no_text(path, content, error):
    line = content.count(b"\n", 0, error.start) + 1
    return ValueError(f"{path}: line {line}: byte 0x{content[error.start]:02x} is not {error.encoding.upper()}; "
                      f"expected a text table, in another encoding with the option 'encoding'")
