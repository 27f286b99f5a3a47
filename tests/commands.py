"""The command line, called in this process, and tables to call it on."""
from pathlib import Path

import numpy as np

from minnet.cli import main


def minnet(*argv):
    """The exit status of `minnet argv…`."""
    try:
        return main([str(word) for word in argv])
    except SystemExit as exit:
        return exit.code


def write_table(path, header, rows, separator=","):
    """A text table at `path`, with a header or (None) without."""
    lines = [separator.join(map(str, row)) for row in ([header] if header else []) + list(rows)]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def small_table(path, N=24):
    """Features a, b (numbers) and colour (text), target kind: no, yes. A network learns it in a moment."""
    a, b = np.random.default_rng(0).normal(size=(2, N)).round(3)
    colours = ["red", "blue"] * N
    return write_table(path, ["a", "b", "colour", "kind"],
                       zip(a, b, colours, ["no" if s > 0 else "yes" for s in a + b]))


def contents(folder="."):
    """Everything below a folder, with the bytes of the files."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in Path(folder).rglob("*")}
