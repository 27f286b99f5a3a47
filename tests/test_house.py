"""The house as its files' imports draw it: floors that rest on lower ones only, and no circle anywhere."""
import ast
from graphlib import TopologicalSorter
from pathlib import Path

import minnet

ROOT = Path(minnet.__file__).parent
FILES = {path.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__"): path
         for path in ROOT.rglob("*.py") if "_figures" not in path.parts}
IMPORTS = {name: [node for node in ast.walk(ast.parse(path.read_text("utf-8")))
                  if isinstance(node, (ast.Import, ast.ImportFrom))] for name, path in FILES.items()}
FLOORS = (          # from the ground up; the rooms of a floor do not know each other
    "answers files html python_file",
    "function npz report datasets",
    "linalg differences processes",
    "own_function parallel",
    "network optim problems",
    "curvature check exercises interop notebook race testing",
    "estimators plotting",
    "__init__ play",
    "gallery",
    "cli",
    "__main__",
)
LEVEL = {room: level for level, floor in enumerate(FLOORS) for room in floor.split()}


def is_face(name):
    """Whether a file hands on what its folder has."""
    return FILES[name].name == "__init__.py"


def imported(name):
    """The files that a file imports, at its head or within a function, for types alone or not."""
    folder = [] if name == "__init__" else name.split("/")[:None if is_face(name) else -1]
    for node in IMPORTS[name]:
        if isinstance(node, ast.ImportFrom) and node.level:
            room = [*folder[:len(folder) - node.level + 1], *(node.module or "").split(".")]
            for alias in node.names:
                places = ("/".join(filter(None, place)) for place in ([*room, alias.name], room))
                yield next(place for place in (*places, "__init__") if place in FILES)


ARROWS = {name: set(imported(name)) for name in FILES}


def test_imports_run_down_from_floor_to_floor():
    between = [(name, other) for name, others in ARROWS.items() for other in others
               if name.split("/")[0] != other.split("/")[0]]
    assert ("optim/newton", "linalg/factor") in between and ("play/running", "optim/method") in between
    assert [pair for pair in between if LEVEL[pair[0].split("/")[0]] <= LEVEL[pair[1].split("/")[0]]] == []


def test_no_files_import_each_other_in_a_circle():
    others = {name: arrows - {name} for name, arrows in ARROWS.items()}
    assert set(TopologicalSorter(others).static_order()) == set(FILES)


def test_no_name_hides_a_module():
    """A face that binds another thing to the name of its file `x` would make `package.x` that thing."""
    for name in filter(is_face, FILES):
        beside = {path.stem for path in FILES[name].parent.iterdir()}
        handed_on = {alias.asname or alias.name for node in IMPORTS[name]
                     if isinstance(node, ast.ImportFrom) and node.module for alias in node.names}
        assert not handed_on & beside, name


def test_files_of_the_package_do_not_ask_its_face():
    for name, nodes in IMPORTS.items():
        named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        named += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
        assert not [module for module in named if module.split(".")[0] == "minnet"], name
