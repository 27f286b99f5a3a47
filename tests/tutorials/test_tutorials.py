"""The tutorials run from clean, and the executed notebooks are in step with their sources."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest
from processes import server
from threadpoolctl import threadpool_limits

from minnet import exercises

HERE = Path(__file__).parents[2] / "tutorials"
SOURCES = sorted(HERE.glob("[0-9][0-9]_*.py"))
LONG = {"09_hessian_free": "# ## The race\n"}  # where a part begins that takes as long as five other tutorials
EACH, EACH_LONG = (
    pytest.mark.parametrize("source", sources, ids=lambda source: source.stem)
    for sources in (SOURCES, [source for source in SOURCES if source.stem in LONG])
)


def build_module():
    spec = importlib.util.spec_from_file_location("build_tutorials", HERE / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebook_of(source):
    return json.loads(source.with_suffix(".ipynb").read_text(encoding="utf-8"))


def cells(source):
    """The cells of a source in the percent format: (kind, text)."""
    parts = re.split(r"^# %%(.*)\n", source.read_text(encoding="utf-8"), flags=re.M)[1:]
    return [
        ("markdown" if "[markdown]" in head else "code", text.strip()) for head, text in zip(parts[::2], parts[1::2])
    ]


def test_there_are_tutorials():
    assert len(SOURCES) >= 2


@EACH
def test_the_executed_notebook_is_made_from_this_source(source):
    notebook = notebook_of(source)
    assert notebook["metadata"]["minnet"]["source"] == build_module().fingerprint(
        source
    ), "run python tutorials/build.py"
    kinds = [kind for kind, _ in cells(source)]
    assert [cell["cell_type"] for cell in notebook["cells"]] == kinds
    assert source.with_suffix(".ipynb").stat().st_size <= 3 * 2**20


@EACH
def test_the_notebook_has_run_without_errors_and_warnings(source):
    for cell in notebook_of(source)["cells"]:
        for output in cell.get("outputs", []):
            assert output["output_type"] != "error" and output.get("name") != "stderr"


@EACH
def test_what_a_cell_prints_is_one_piece(source):
    """Pieces would depend on the clock, and with them the bytes of the notebook."""
    for cell in notebook_of(source)["cells"]:
        assert sum(output["output_type"] == "stream" for output in cell.get("outputs", [])) <= 1


@EACH
def test_the_notebook_keeps_the_rhythm(source):
    text = "\n".join(text for kind, text in cells(source) if kind == "markdown")
    for part in (
        "## The answer",
        "**Remember**",
        "**Where the source was wrong**",
        "## Exercises",
        "What the source said",
    ):
        assert part in text, part
    code = [text for kind, text in cells(source) if kind == "code"]
    assert sum("assert" in text for text in code) >= 8
    assert all(sum(bool(line.strip()) for line in text.splitlines()) <= 16 for text in code)
    number = source.name[:2]
    shown = re.findall(r'exercises\.show\("([^"]+)"\)', "\n".join(code))
    assert shown == [name for name in exercises.names() if name.startswith(number + ".")]


@EACH
def test_every_picture_has_named_axes(source):
    for kind, text in cells(source):
        if kind == "code" and "plotting.subplots" in text:
            assert "xlabel" in text or "convergence" in text or "set_axis_off" in text, text


def run_as_a_script(source, folder, text):
    """Run a source in this process, in an empty folder; what it prints and its errors go to files beside that."""
    for stream, name in ((sys.stdout, "out"), (sys.stderr, "err")):
        stream.flush()
        os.dup2(os.open(f"{folder}.{name}", os.O_CREAT | os.O_WRONLY, 0o600), stream.fileno())
    os.chdir(folder)
    os.environ["MPLBACKEND"] = "Agg"
    sys.path.insert(0, str(source.parent))
    main = sys.modules["__main__"] = ModuleType("__main__")
    main.__file__ = str(source)
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("error")
        exec(compile(text, str(source), "exec"), main.__dict__)


def claims_hold(source, folder, text):
    folder.mkdir()
    run = server.Process(target=run_as_a_script, args=(source, folder, text))
    run.start()
    run.join()
    error = Path(f"{folder}.err").read_text(encoding="utf-8")
    assert run.exitcode == 0, error[-2000:]
    assert error == "" and not list(folder.iterdir())


@EACH
def test_every_claim_holds(source, tmp_path):
    """The source is plain Python, too. What is in LONG is run to the end by the slow tests."""
    text = source.read_text(encoding="utf-8")
    part, heading, _ = text.partition(LONG.get(source.stem, "\0"))
    assert bool(heading) == (source.stem in LONG)
    claims_hold(source, tmp_path / "place", part)


@pytest.mark.slow
@EACH_LONG
def test_every_claim_of_a_long_one_holds(source, tmp_path):
    claims_hold(source, tmp_path / "place", source.read_text(encoding="utf-8"))


def test_a_claim_that_does_not_hold_a_warning_and_a_file_left_behind_are_found(tmp_path):
    wrong = {
        "assert 1 == 2": r"line 1, in <module>\s+AssertionError",
        "import warnings; warnings.warn('odd')": "UserWarning: odd",
        "open('left', 'w').close()": "/left'",
    }
    for number, (text, said) in enumerate(wrong.items()):
        with pytest.raises(AssertionError, match=said):
            claims_hold(HERE / "nothing.py", tmp_path / str(number), text)


@pytest.mark.slow
@EACH
def test_the_command_makes_the_same_bytes_again(source):
    pytest.importorskip("nbclient")
    pytest.importorskip("jupytext")
    texts = [
        subprocess.run(
            [
                sys.executable,
                "-c",
                f"import sys; sys.path.insert(0, {str(HERE)!r}); import build, os\n"
                "os.environ.update({name: '1' for name in build.THREADS}, PYTHONHASHSEED='0')\n"
                f"print(build.build(build.Path({str(source)!r})), end='')",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert texts[0] == texts[1]


def test_printed_text_is_one_output_however_it_arrives():
    out, err = ({"output_type": "stream", "name": name, "text": "a\n"} for name in ("stdout", "stderr"))
    picture = {"output_type": "display_data"}
    joined = build_module().joined([dict(out), dict(out), dict(err), picture, dict(out)])
    assert joined == [out | {"text": "a\na\n"}, err, picture, out]


def test_the_build_refuses_unknown_names(capsys):
    with pytest.raises(SystemExit):
        build_module().main(["nothing"])
    assert "no tutorial begins with nothing; expected 00_first_steps" in capsys.readouterr().err


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_the_notebook_shows_its_exercises_as_they_are(source):
    outputs = (output for cell in notebook_of(source)["cells"] for output in cell.get("outputs", []))
    texts = ("".join(output.get("data", {}).get("text/markdown", [])) for output in outputs)
    shown = dict(match.groups() for text in texts if (match := re.match(r"(?s)\*\*Exercise (\S+)\.\*\* (.*)", text)))
    assert shown == {name: exercises.find(name).task for name in exercises.names() if name[:2] == source.stem[:2]}


def test_the_readme_lists_the_tutorials():
    text = (HERE / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((\S+)\.ipynb\)", text) == [source.stem for source in SOURCES]
