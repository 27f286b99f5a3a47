"""Fail where an example of the README or of a docstring is a type error to pyright.

Each example becomes a file of its own, below the imports that it has from its module.
"""
import ast
import doctest
import importlib
import inspect
import json
import pkgutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from outside import pyright

import minnet

ROOT = Path(__file__).parents[1]
SETTINGS = {"reportUnusedExpression": False, "reportUnusedCoroutine": False}     # an example shows values


def modules():
    """All of the package; those that start a program when they are imported are left out."""
    for found in pkgutil.walk_packages(minnet.__path__, "minnet."):
        if not found.name.endswith(".__main__") and "_figures" not in found.name:
            yield importlib.import_module(found.name)


def docstrings():
    """(title, source, module) of every docstring with examples."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in (minnet, *modules()):
        for test in finder.find(module):
            if test.examples:
                yield test.name, "".join(example.source for example in test.examples), module


def readme():
    """(title, source, no module) of the README's running example."""
    test = doctest.DocTestParser().get_doctest((ROOT / "README.md").read_text("utf-8"), {}, "README.md", None, 0)
    yield test.name, "".join(example.source for example in test.examples), ModuleType("README")


def imports(source, module):
    """The lines that import what an example uses of its module's own names."""
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    for name in sorted(used & vars(module).keys()):
        value = vars(module)[name]
        if inspect.ismodule(value):
            yield f"import {value.__name__} as {name}"
        else:
            yield f"from {home(name, value, module)} import {name}"


def home(name, value, module):
    """The module that lists the value as its own, else the one that uses it."""
    exporters = (other for other in list(sys.modules.values())
                 if name in vars(other).get("__all__", ()) and vars(other).get(name) is value)
    return next(exporters, module).__name__


with tempfile.TemporaryDirectory() as folder:
    titles = {}
    for number, (title, source, module) in enumerate([*readme(), *docstrings()]):
        file = Path(folder, f"example_{number}.py").resolve()
        file.write_text("\n".join([*imports(source, module), source]), "utf-8")
        titles[str(file)] = title
    Path(folder, "pyrightconfig.json").write_text(json.dumps(SETTINGS), "utf-8")
    report = pyright(folder=folder)
    errors = [error for error in report["generalDiagnostics"] if error["severity"] == "error"]
    for error in errors:
        line = Path(error["file"]).read_text("utf-8").splitlines()[error["range"]["start"]["line"]]
        print(f"{titles[error['file']]}: {line}\n    {error['message']}")
print(f"examples: {len(errors)} type errors in {report['summary']['filesAnalyzed']} examples")
sys.exit(bool(errors) or report["summary"]["filesAnalyzed"] < len(titles))
