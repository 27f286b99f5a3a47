"""Run the tutorials and write each executed notebook beside its source: python tutorials/build.py [NAME…]

The sources are Python files in the percent format. With the same versions and one thread the notebooks come out byte
for byte the same. A cell that fails, or that warns, stops the build.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
LARGEST = 3 * 2**20  # bytes of a notebook
SECONDS = 600  # for a cell
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def sources() -> list[Path]:
    """The tutorials in their order."""
    return sorted(HERE.glob("[0-9][0-9]_*.py"))


def fingerprint(source: Path) -> str:
    """What an executed notebook keeps of the source that it was made from."""
    return hashlib.sha256(source.read_bytes()).hexdigest()


def joined(outputs: Sequence[dict]) -> list[dict]:
    """The outputs of a cell with its printed text in one piece; in how many it arrives is a matter of time."""
    whole: list[dict] = []
    for output in outputs:
        if whole and output["output_type"] == "stream" and output.get("name") == whole[-1].get("name"):
            whole[-1]["text"] += output["text"]
        else:
            whole.append(output)
    return whole


def build(source: Path) -> str:
    """The executed notebook of a tutorial, as text."""
    import jupytext
    import nbformat
    from nbclient import NotebookClient

    notebook = jupytext.read(source, fmt="py:percent")
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03}"
        cell["metadata"] = {}
    NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # else it depends on the clock into how many pieces a cell's printing falls
        resources={"metadata": {"path": str(HERE)}},
    ).execute()
    for cell in notebook.cells:
        if cell["cell_type"] == "code":
            cell["outputs"] = joined(cell["outputs"])
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise RuntimeError(f"{source.name} warns: {output['text']}")
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "minnet": {"source": fingerprint(source)},
    }
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="the beginning of a tutorial's name; default all")
    names = parser.parse_args(argv).names
    os.environ.update({name: "1" for name in THREADS}, PYTHONHASHSEED="0")
    chosen = [source for source in sources() if not names or source.name.startswith(tuple(names))]
    if not chosen:
        parser.error(
            f"no tutorial begins with {' or '.join(names)}; expected {', '.join(source.stem for source in sources())}"
        )
    for source in chosen:
        text = build(source)
        if len(text.encode()) > LARGEST:
            raise RuntimeError(
                f"{source.stem}.ipynb has {len(text.encode())} bytes; at most {LARGEST} are allowed"
            )
        source.with_suffix(".ipynb").write_text(text, encoding="utf-8")
        print(f"{source.stem}.ipynb: {len(text.encode()) / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
