"""Docstrings as Sphinx wants to have them, with what the book adds to them: links to sources, pictures, laws."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from book_pages import chapters, in_words, label, law, rooms
from book_pictures import OF_NAMES, OWN, drawn
from book_uses import in_file, laws

HERE = Path(__file__).parent
MOST_LAWS = 10  # that a page of the reference lists


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

    kept = r"``.+?``|(?<!\w)\*{1,2}[A-Z][a-z]+\.\*{1,2}"  # code, and the head of a theorem or a proof
    return re.sub(rf"{kept}|(?<!:)`(?P<code>[^`\n]+)`|(?P<mark>[|*]|_(?!\w))", piece, text)


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
def sources() -> dict[str, str]:
    """The key of each source among the references, by its title in small letters."""
    bib = (HERE / "references.bib").read_text(encoding="utf-8")
    return {title.lower(): key for key, title in re.findall(r"@\w+\{(\w+),.*?title = \{\{(.*?)\}\}", bib, re.S)}


@cache
def cited_title() -> re.Pattern:
    """The title of a source behind its year, or behind its authors and a colon."""
    titles = (r"\s+".join(map(re.escape, title.split())) for title in sorted(sources(), key=len, reverse=True))
    return re.compile(rf'((?:\d{{4}}\)?,|:)\s+"?)({"|".join(titles)})\b', re.I)


def cited(app, what, name, thing, options, lines):
    """Behind the title of a source a link to where it is given in full."""
    key = lambda match: sources()[" ".join(match[2].lower().split())]
    text = cited_title().sub(lambda match: f"{match[0]} :cite:p:`{key(match)}`", "\n".join(lines))
    lines[:] = text.split("\n")


def shown(app, what, name, thing, options, lines):
    """Below a docstring: a picture, the tutorials that use the name, and the laws of it that are tested."""
    lines += picture_of(name)
    if what not in ("class", "function"):
        return
    taught = [f":doc:`/{chapter}`" for chapter in chapters() if id(thing) in in_file(HERE / f"{chapter}.py")]
    if taught:
        lines += ["", f"**Used in the tutorials:** {', '.join(taught)}.", ""]
    file, tests, others = laws(thing)
    if file:
        lines += ["", f"**Laws that are tested**, in :doc:`{file.name} </book/tests/{file.stem}>`:", ""]
        lines += [f"- :ref:`{in_words(test.name)} <{law(file, test.name)}>`" for test in tests[:MOST_LAWS]]
        if len(tests) > MOST_LAWS:
            lines.append(f"- and {len(tests) - MOST_LAWS} more there.")
        if others > 1:
            lines += ["", f"{others} other files of tests use it, too."]
        lines.append("")


def picture_of(name: str) -> list[str]:
    """The picture that the page of a name shows, as a figure; no lines where it shows none."""
    if name in OWN:
        file, alt, text = name, OWN[name][1], OWN[name][1]
    elif name in OF_NAMES:
        file = OF_NAMES[name]
        facts, _ = drawn(file)
        alt, text = facts["alt"], f"{facts['title']}. {facts['caption']}"
        text = f"{plain(text)} (:ref:`gallery <{label(file)}>`)"
    else:
        return []
    alt, text = " ".join(alt.split()), " ".join(text.split())
    return ["", f".. figure:: /book/{file}.png", f"   :alt: {alt}", "", f"   {text}", ""]
