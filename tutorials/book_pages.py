"""Pages of the book that are gathered from the package: exercises, gallery, reference, tests."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from shutil import copyfile, rmtree
from textwrap import indent

import book_uses
from book_pictures import GALLERY, draw_missing, draw_own, drawn

from minnet.exercises import find, names
from minnet.gallery import catalogue

HERE = Path(__file__).parent
ROOMS = (
    "minnet", "minnet.optim", "minnet.optim.search", "minnet.optim.schedules", "minnet.optim.clip", "minnet.optim.updates",
    "minnet.optim.conjugate_gradient", "minnet.function", "minnet.network.activations", "minnet.network.losses",
    "minnet.check", "minnet.curvature", "minnet.curvature.proof", "minnet.linalg.linear_cg", "minnet.datasets",
    "minnet.notebook", "minnet.estimators", "minnet.interop", "minnet.problems", "minnet.race", "minnet.plotting",
    "minnet.gallery", "minnet.play", "minnet.exercises", "minnet.testing",
)  # fmt: skip
# What these modules define is described under their own names, since a page of source links back to one module alone.
WHOLE = ("minnet.function", "minnet.network.activations", "minnet.optim.clip", "minnet.optim.conjugate_gradient")
# Names within the names of tests, which are in small letters there.
PROPER_NAMES = {name.lower(): name for name in (
    "Adagrad", "Adam", "AdamW", "Armijo", "Beale", "BFGS", "CSV", "DFP", "Fisher", "Gauss", "Hager", "Hessian", "IDX",
    "JSON", "LBFGS", "MLP", "MPI", "Monro", "NAdam", "Newton", "NumPy", "PSB", "PyTorch", "RMSProp", "Ritz", "Robbins",
    "Rosenbrock", "SR1", "SciPy", "Steihaug", "Wolfe", "XOR", "Zhang",
)}  # fmt: skip


def chapters() -> list[str]:
    """The names of the tutorials in their order."""
    return sorted(path.stem for path in HERE.glob("[0-9][0-9]_*.ipynb"))


def title(chapter: str) -> str:
    """The heading of a tutorial."""
    cells = json.loads((HERE / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    return re.search(r"^# +(.+)", "".join(cells[0]["source"]), re.M)[1]


def exercises_page() -> str:
    """All tasks, by tutorial."""
    parts = ["# Exercises", "[How answers are checked](../README.md), and how to set exercises of your own."]
    titles = {chapter[:2]: title(chapter) for chapter in chapters()}
    for number in sorted({name[:2] for name in names()}):
        parts.append(f"## {titles.get(number, number)}")
        parts += [f"### {name}\n\n{find(name).task}" for name in names() if name[:2] == number]
    return "\n\n".join(parts) + "\n"


def gallery_page(folder: Path) -> str:
    """All pictures, by chapter: those that are drawn are copied into the folder; of the others, how to draw them."""
    parts, chapter = ["# Gallery", "Draw all pictures with `minnet figures`, or one with `minnet figures NAME`."], None
    for name, entry in catalogue().items():
        if entry.chapter != chapter:
            chapter = entry.chapter
            parts.append(f"## {chapter}")
        parts.append(f"({label(name)})=\n### {entry.title}")
        if found := drawn(name):
            facts, place = found
            file = f"{name}.{'gif' if facts['frames'] else 'png'}"
            copyfile(place / file, folder / file)
            alt = re.sub(r"([\[\]*_`$])", r"\\\1", " ".join(facts["alt"].split()))
            parts += [f"![{alt}]({file})", facts["caption"]]
        else:
            parts.append(entry.alt)
        parts.append(f"`minnet figures {name}`")
    return "\n\n".join(parts) + "\n"


def label(name: str) -> str:
    """What a picture is called in links."""
    return f"picture-{name.replace('+', '-and-')}"


def places_linked(app, docname, source):
    """In the table of claims, links to the sections and pictures that it names."""
    if docname == "claims":
        names = {chapter[:2]: chapter for chapter in chapters()}
        section = lambda match: f"[{match[0]}]({names[match[1]]}.ipynb#{slug(match[2])})"
        text = re.sub(r"(?<=[|;] )(\d\d) \*(.+?)\*(?=;| \|)", section, source[0])
        source[0] = re.sub(r"(?<=[|;] )figure `(.+?)`(?=;| \|)",
                           lambda match: f"[{match[0]}](#{label(match[1])})", text)  # fmt: skip


def slug(heading: str) -> str:
    """What MyST calls a heading in links, from its text without formulas."""
    return re.sub(r"[^\w-]", "", re.sub(r"\$.*?\$", "", heading).lower().replace(" ", "-"))


@cache
def homes() -> dict[int, str]:
    """Under which name each class and function has its page, by id: the first room that has it, after WHOLE."""
    found: dict[int, str] = {}
    for room in sorted(ROOMS, key=lambda room: room not in WHOLE):
        module = import_module(room)
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing) or inspect.isroutine(thing):
                found.setdefault(id(thing), f"{room}.{name}")
    return found


def rooms() -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Each public module, its names that have their page here, and where all others are described."""
    for room in ROOMS:
        module = import_module(room)
        things = {name: getattr(module, name) for name in module.__all__}
        where = {name: thing.__name__ if inspect.ismodule(thing) else homes().get(id(thing), f"{room}.{name}")
                 for name, thing in things.items()}  # fmt: skip
        own = [name for name, thing in things.items() if homes().get(id(thing)) == f"{room}.{name}"]
        yield room, own, {name: place for name, place in where.items() if name not in own}


def api_pages() -> dict[str, str]:
    """A page for each public module, and one that lists them."""
    pages = {}
    for room, own, other in rooms():
        lines = [room, "=" * len(room), "", f".. automodule:: {room}", ""]
        if own:
            lines += [".. autosummary::", "   :toctree: .", "   :nosignatures:", "", *(f"   {name}" for name in own), ""]
        if other:
            lines += ["Further names: " + ", ".join(f":py:obj:`{name} <{place}>`" for name, place in other.items()) + ".", ""]
        pages[f"api/{room}.rst"] = "\n".join(lines)
    pages["api/index.rst"] = "\n".join(
        ["API reference", "=============", "", ".. toctree::", "   :maxdepth: 1", "", *(f"   {room}" for room in ROOMS), ""]
    )
    return pages


def tests_pages() -> dict[str, str]:
    """A page for each file of tests that some page of the reference names: each law with its code."""
    return {f"tests/{path.stem}.rst": tests_page(path)
            for path in sorted({book_uses.laws(thing(home)).file for home in homes().values()} - {None})}  # fmt: skip


def tests_page(path: Path) -> str:
    """The code of a file of tests; above each of them a heading, what the test says in words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    name = path.relative_to(HERE.parent).as_posix()
    parts, at = [":orphan:\n:nosearch:", f"{name}\n{'=' * len(name)}"], 0
    for test in book_uses.tests(path):
        head = in_words(test.name)
        parts += [code_block(lines[at : test.first - 1]), f".. _{law(path, test.name)}:", f"{head}\n{'-' * len(head)}"]
        parts, at = [*parts, code_block(lines[test.first - 1 : test.last])], test.last
    return "\n\n".join([*parts, code_block(lines[at:])]) + "\n"


def code_block(lines: list[str]) -> str:
    """The lines as a block of Python, and nothing where they are blank."""
    text = "\n".join(lines).strip("\n")
    return ".. code-block:: python\n\n" + indent(text, "   ") if text else ""


def law(path: Path, test: str) -> str:
    """What a test is called in links."""
    return f"{path.stem}-{test}".replace("_", "-")


def in_words(test: str) -> str:
    """test_adams_first_step_is_lr: Adam's first step is lr."""
    known = PROPER_NAMES | {f"{small}s": f"{name}'s" for small, name in PROPER_NAMES.items()}
    return " ".join(known.get(word, word) for word in test.removeprefix("test_").split("_"))


def thing(home: str):
    """The class or function whose full name this is."""
    room, _, name = home.rpartition(".")
    return getattr(import_module(room), name)


def write(folder: Path) -> None:
    """Write all these pages anew into `folder`."""
    rmtree(folder, ignore_errors=True)
    for part in ("api", "tests"):
        (folder / part).mkdir(parents=True)
    draw_missing()
    draw_own(folder)
    for name in GALLERY:
        copyfile(drawn(name)[1] / f"{name}.png", folder / f"{name}.png")
    pages = {"exercises.md": exercises_page(), "gallery.md": gallery_page(folder), **api_pages(), **tests_pages()}
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
