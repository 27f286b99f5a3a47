"""Every block of code of every page runs."""

import doctest
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import numpy as np
import pytest

import minnet

ROOT = Path(__file__).parents[2]
TUTORIALS = ROOT / "tutorials"
PAGES = {path.name: path for path in TUTORIALS.glob("*.md")}
# Blocks of plain code, without prompts and answers: each of them has a test of its own below.
PLAIN = {"README.md": 3, "from_a_laptop_to_a_cluster.md": 1}


def blocks(path):
    """(those with prompts, those without) of the page's blocks of Python."""
    found = re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block for block in found if ">>>" in block], [block for block in found if ">>>" not in block]


def direction(g, H):
    """A right answer to exercise 05.2."""
    values, Q = np.linalg.eigh(H)
    return -Q @ (Q.T @ g / abs(values))


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page_run(page):
    shown, plain = blocks(PAGES[page])
    failed, tried = doctest.testfile(str(PAGES[page]), module_relative=False)
    assert failed == 0 and tried >= len(shown) and len(plain) == PLAIN.get(page, 0)
    assert blocks(ROOT / "README.md")[1] == []  # pytest runs its examples as they are


def test_the_calls_for_students_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(minnet.exercises.solved, "_kept", {})  # what keep_progress changes
    exec(blocks(PAGES["README.md"])[1][0], {"direction": direction})
    minnet.exercises.check("05.2", direction)
    assert "Exercise 05.2." in capsys.readouterr().out and minnet.exercises.progress() == "05.2  solved, attempts: 1"
    assert (tmp_path / "progress.json").is_file()


def test_a_test_cell_of_nbgrader_runs():
    cell = blocks(PAGES["README.md"])[1][1]
    exec(cell, {"direction": direction})
    with pytest.raises(minnet.exercises.NotYet):
        exec(cell, {"direction": lambda g, H: g})


def test_a_test_file_of_otter_grader_runs(monkeypatch):
    otter, files = ModuleType("otter"), ModuleType("otter.test_files")
    files.test_case = lambda: lambda case: case
    monkeypatch.setitem(sys.modules, "otter", otter)
    monkeypatch.setitem(sys.modules, "otter.test_files", files)
    names = {}
    exec(blocks(PAGES["README.md"])[1][2], names)
    names["test_direction"](direction)
    with pytest.raises(minnet.exercises.NotYet):
        names["test_direction"](lambda g, H: g)


def test_the_commands_of_the_page_on_data_are_the_readmes():
    command = re.compile(r"^    (?:\.venv/bin/)?(minnet .+)$", re.MULTILINE)
    found = command.findall(PAGES["own_data.md"].read_text(encoding="utf-8"))
    assert len(found) == 2 and set(found) <= set(command.findall((ROOT / "README.md").read_text(encoding="utf-8")))


@pytest.mark.slow
def test_the_script_for_dask_runs(tmp_path):
    pytest.importorskip("distributed")
    (block,) = blocks(PAGES["from_a_laptop_to_a_cluster.md"])[1]
    data = """
import numpy as np
rng = np.random.default_rng(0)
net, X, y = MLP([4, 3, 2]), rng.standard_normal((1000, 4)), rng.integers(0, 2, 1000)
theta = net.init(rng=0)
"""
    imports, rest = block.split("\n\n", 1)
    script = tmp_path / "script.py"
    script.write_text(f"{imports}\n{data}\n{rest}        assert result.success\n", encoding="utf-8")
    subprocess.run([sys.executable, script], cwd=tmp_path, check=True, timeout=300)
    assert (tmp_path / "run.npz").is_file()


@pytest.mark.slow
def test_the_three_lines_for_a_network_of_pytorch_run(capsys):
    torch = pytest.importorskip("torch")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"^    .*from_torch.*\n(?:^    .*\n)*", readme, re.MULTILINE)
    module = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 3))
    data = minnet.datasets.iris()
    exec(dedent(lines), {"minnet": minnet, "module": module, "X": data.X[:, :2], "y": data.y})
    assert "eigenvalues" in capsys.readouterr().out
