"""Where a public name is used: in which tutorials, and by which tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import isclass, ismodule, isroutine
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
Uses = frozenset[int]


class Test(NamedTuple):
    """A test: its name, its first and its last line, and the ids of the classes and functions of minnet that it uses."""

    name: str
    first: int
    last: int
    uses: Uses


def imported(tree: ast.AST) -> dict[str, Any]:
    """What the names stand for that a file imports from minnet."""
    names: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for found in node.names:
                if found.name.partition(".")[0] == "minnet":
                    names[found.asname or "minnet"] = import_module(found.name if found.asname else "minnet")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "minnet":
            names |= dict(_members(node.module, node.names))
    return names


def _members(module: str, found: list[ast.alias]) -> Iterator[tuple[str, Any]]:
    """(local name, value) of what stands behind `from module import`; none where an extra is missing."""
    for alias in found:
        try:
            room = import_module(module)
            value = getattr(room, alias.name, None)
            yield alias.asname or alias.name, value or import_module(f"{module}.{alias.name}")
        except ImportError:
            continue


def used(tree: ast.AST, names: dict[str, Any]) -> Uses:
    """The ids of all classes and functions that a piece of code names."""

    def value(node):
        if isinstance(node, ast.Name):
            return names.get(node.id)
        room = value(node.value) if isinstance(node, ast.Attribute) else None
        return getattr(room, node.attr, None) if ismodule(room) else None

    things = (value(node) for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute)))
    return frozenset(id(thing) for thing in things if isclass(thing) or isroutine(thing))


@cache
def in_file(path: Path) -> Uses:
    """What a file uses."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return used(tree, imported(tree))


@cache
def definitions(path: Path) -> dict[str, Uses]:
    """What each definition of a file of tests uses, itself or through the helpers and tables that it names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = imported(tree)
    parts = {name: part for part in tree.body for name in _defined(part)}
    helpers = {
        found.asname or found.name: definitions(beside()[node.module]).get(found.name, frozenset())
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module in beside()
        for found in node.names
    }

    def reached(part, seen):
        uses = set(used(part, names))
        for node in ast.walk(part):
            if isinstance(node, ast.Name):
                uses |= helpers.get(node.id, frozenset())
                if node.id in parts and node.id not in seen:
                    seen.add(node.id)
                    uses |= reached(parts[node.id], seen)
        return uses

    return {name: frozenset(reached(part, {name})) for name, part in parts.items()}


@cache
def beside() -> dict[str, Path]:
    """The files under tests/ by the name by which they import each other."""
    return {path.stem: path for path in (ROOT / "tests").rglob("*.py")}


@cache
def tests(path: Path) -> list[Test]:
    """The tests of a file."""
    return [
        Test(part.name, min([part.lineno, *(line.lineno for line in part.decorator_list)]), part.end_lineno,
             definitions(path)[part.name])
        for part in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(part, ast.FunctionDef) and part.name.startswith("test_")
    ]  # fmt: skip


def _defined(part):
    """The names that a statement at the top of a file defines."""
    if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
        return [part.name]
    if isinstance(part, ast.Assign):
        return [node.id for target in part.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return []


class Laws(NamedTuple):
    """The file of tests that says most of a class or function, its tests of it, and how many other files use it."""

    file: Path | None
    tests: list[Test]
    others: int


def files() -> list[Path]:
    """All files of tests."""
    return sorted((ROOT / "tests").rglob("test_*.py"))


def laws(thing: Any) -> Laws:
    """What is tested of a class or function, in the file that says most of it.

    That is a file called after the name, its module or its package, else the one with the largest share of tests that
    use it.
    """
    found = {path: [test for test in tests(path) if id(thing) in test.uses] for path in files()}
    found = {path: of_it for path, of_it in found.items() if of_it}
    if not found:
        return Laws(None, [], 0)
    own = {f"test_{part}" for part in (*thing.__module__.split(".")[1:], thing.__name__.lower())}
    best = max(found, key=lambda path: (path.stem in own, len(found[path]) ** 2 / len(tests(path)), path))
    return Laws(best, found[best], len(found) - 1)
