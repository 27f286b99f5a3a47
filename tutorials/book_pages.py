"""Pages of the book that are gathered from the package, and the docstrings as Sphinx wants to have them."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from shutil import copyfile, rmtree

from minnet.exercises import find, names
from minnet.gallery import catalogue, read

HERE = Path(__file__).parent
FIGURES = HERE.parent / "minnet-out" / "figures"  # where `minnet figures` writes
ROOMS = (
    "minnet", "minnet.optim", "minnet.optim.search", "minnet.optim.schedules", "minnet.optim.clip", "minnet.optim.updates",
    "minnet.function", "minnet.network.activations", "minnet.network.losses", "minnet.check", "minnet.curvature",
    "minnet.datasets", "minnet.estimators", "minnet.interop", "minnet.problems", "minnet.race", "minnet.plotting",
    "minnet.gallery", "minnet.exercises", "minnet.testing",
)  # fmt: skip
# What these modules define is described under their own names, since a page of source links back to one module alone.
WHOLE = ("minnet.function", "minnet.network.activations", "minnet.optim.clip")


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


def gallery_page(folder: Path, figures: Path) -> str:
    """All pictures, by chapter: as drawn where `minnet figures` has drawn them, else how to draw them."""
    parts, chapter = ["# Gallery", "Draw all pictures with `minnet figures`, or one with `minnet figures NAME`."], None
    for name, entry in catalogue().items():
        if entry.chapter != chapter:
            chapter = entry.chapter
            parts.append(f"## {chapter}")
        facts = read(figures / f"{name}.json")
        parts.append(f"### {entry.title}")
        if facts:
            file = f"{name}.{'gif' if facts['frames'] else 'png'}"
            copyfile(figures / file, folder / file)
            alt = re.sub(r"([\[\]*_`$])", r"\\\1", " ".join(facts["alt"].split()))
            parts += [f"![{alt}]({file})", facts["caption"]]
        else:
            parts.append(entry.alt)
        parts.append(f"`minnet figures {name}`")
    return "\n\n".join(parts) + "\n"


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
        module = import_module(room)
        summary = plain(inspect.getdoc(module).partition("\n\n")[0])
        lines = [room, "=" * len(room), "", f".. module:: {room}", "", summary, ""]
        if own:
            lines += [".. autosummary::", "   :toctree: .", "   :nosignatures:", "", *(f"   {name}" for name in own), ""]
        if other:
            lines += ["Further names: " + ", ".join(f":py:obj:`{name} <{place}>`" for name, place in other.items()) + ".", ""]
        pages[f"api/{room}.rst"] = "\n".join(lines)
    pages["api/index.rst"] = "\n".join(
        ["API reference", "=============", "", ".. toctree::", "   :maxdepth: 1", "", *(f"   {room}" for room in ROOMS), ""]
    )
    return pages


def write(folder: Path, figures: Path = FIGURES) -> None:
    """Write all these pages anew into `folder`."""
    rmtree(folder, ignore_errors=True)
    (folder / "api").mkdir(parents=True)
    pages = {"exercises.md": exercises_page(), "gallery.md": gallery_page(folder, figures), **api_pages()}
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


@cache
def documented() -> frozenset[str]:
    """The names that have a page, and the modules that have one."""
    return frozenset(name for room, own, _ in rooms() for name in (*own, room.rpartition(".")[2]))


def plain(text: str) -> str:
    """Text in which | * and a last _ stand for themselves, as in formulas, and not for reStructuredText's marks; what
    stands between single backticks is a link where it has a page, and code otherwise."""

    def piece(match: re.Match) -> str:
        code = match["code"]
        if code is None:
            return "\\" + match[0] if match["mark"] else match[0]
        return match[0] if code.rpartition(".")[2] in documented() else f"``{code}``"

    return re.sub(r"``.+?``|(?<!:)`(?P<code>[^`\n]+)`|(?P<mark>[|*]|_(?!\w))", piece, text)


def inherited_from_elsewhere(app, what, name, thing, skip, options):
    """Leave out methods of other packages, such as those of matplotlib's figures; None leaves it to Sphinx."""
    return None if (getattr(thing, "__module__", None) or "minnet").startswith("minnet") else True


def short_types(app, what, name, thing, options, signature, returns):
    """A signature that names the alias Array inside other types, too, where Sphinx would show how it keeps aliases."""
    return tuple(text and re.sub(r"TypeAliasForwardRef\('(\w+)'\)", r"\1", text) for text in (signature, returns))


def plain_text(app, what, name, thing, options, lines):
    """A docstring before numpydoc reads it: formulas set apart are literal blocks, examples stay as they are."""
    text: list[str] = []
    example = section = block = False
    for line, following in zip(lines, [*lines[1:], ""]):
        bare = line.strip()
        section = section or bool(re.fullmatch(r"-{3,}", following.strip()))
        example = bool(bare) and (example or bare.startswith(">>>"))
        indented = line.startswith("    ") and not section and not example
        if indented and not block and text and not text[-1]:
            text += ["::", ""]
        block = indented or block and not bare
        text.append(line if example or block else plain(line))
    lines[:] = text


@cache
def texts(pattern: str) -> dict[str, str]:
    """The texts of the files of the repository that match."""
    return {path.relative_to(HERE.parent).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(HERE.parent.glob(pattern))}  # fmt: skip


def where_taught(app, what, name, thing, options, lines):
    """Below a docstring: the tutorials that use the name, and the tests that do."""
    if what not in ("class", "function"):
        return
    word = re.compile(rf"\b{name.rpartition('.')[2]}\b")
    taught = [f":doc:`/{Path(path).stem}`" for path, text in texts("tutorials/[0-9][0-9]_*.py").items()
              if Path(path).stem in chapters() and word.search(text)]  # fmt: skip
    tested = [f"``{path}``" for path, text in texts("tests/test_*.py").items() if word.search(text)]
    for head, places in (("Used in the tutorials", taught), ("Tested in", tested)):
        if places:
            lines += ["", f"**{head}:** {', '.join(places)}.", ""]
