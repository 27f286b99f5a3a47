"""What commands write: nothing of anybody's is lost, one run at a time, whole files."""

import json
import os
from pathlib import Path

import pytest
from commands import contents, minnet, place, small_table, table, train  # noqa: F401  (fixtures)

from minnet.cli.output import save_picture
from minnet.files import lock
from minnet.plotting import subplots

QUICK = "--l2 1e-3 --hidden 2 --max-iter 2".split()
WRITERS = {  # a command, and what it writes to --out
    ("train", "table.csv", *QUICK): ("report.json", "training.png"),
    ("train", "--seed", "1"): ("report.json", "notebook.png"),
    ("race", "--methods", "lbfgs", "--budget", "9"): ("race.json", "race.png"),
    ("spectrum", "--seed", "1"): ("spectrum.png",),
}
CASES = [(argv, name) for argv, names in WRITERS.items() for name in names]


def link(name, target):
    try:
        os.symlink(target, name)
    except OSError:
        pytest.skip("no symbolic links here")


@pytest.fixture
def out(table):
    Path("out").mkdir()
    return Path("out")


@pytest.fixture
def no_work(monkeypatch):
    for module in ("train", "replay", "race", "spectrum"):
        monkeypatch.setattr(f"minnet.cli.{module}.save_picture", lambda *_: pytest.fail("work was done"))


def refused(capsys, argv, *says):
    """The command is refused in one line, and nothing changes."""
    before = contents()
    capsys.readouterr()
    assert minnet(*argv) == 2
    out, err = capsys.readouterr()
    assert err.count("\n") == 1 and all(word in err for word in says) and "wrote" not in out and contents() == before


@pytest.mark.parametrize("argv, name", CASES)
def test_files_of_others_are_refused_before_any_work(out, no_work, capsys, argv, name):
    (out / name).write_text('{"product": "mine"}')
    refused(capsys, [*argv, "--out", "out"], f"out/{name} exists and is not from minnet {argv[0]}", "--overwrite")


@pytest.mark.parametrize("argv, name", CASES)
def test_a_link_is_somebodys(out, no_work, capsys, argv, name):
    link(out / name, "../mine")
    refused(capsys, [*argv, "--out", "out"], f"out/{name} exists")
    Path("mine").write_text("mine")
    refused(capsys, [*argv, "--out", "out"], f"out/{name} exists")


@pytest.mark.parametrize("argv, name", CASES)
def test_overwrite_replaces_the_link_and_not_its_target(out, argv, name):
    Path("mine").write_text("mine")
    link(out / name, "../mine")
    assert minnet(*argv, "--out", "out", "--overwrite") == 0
    assert Path("mine").read_text() == "mine" and not (out / name).is_symlink()


@pytest.mark.parametrize("argv", WRITERS)
def test_what_minnet_wrote_is_replaced_and_everything_else_stays(out, argv):
    for name in (*WRITERS[argv], "model.npz", "run.npz", "index.html"):
        (out / f"{name}.partial").write_text("mine")
    (out / "thesis.tex").write_text("mine")
    before = contents("out")
    more = ["--overwrite"] if "table.csv" in argv else []
    assert minnet(*argv, "--out", "out") == 0 and minnet(*argv, *more, "--out", "out") == 0
    after = contents("out")
    assert before.items() <= after.items()
    assert set(after) - set(before) - {"out/model.npz"} == {f"out/{name}" for name in WRITERS[argv]}


@pytest.mark.parametrize("argv", WRITERS)
def test_a_folder_that_another_run_uses_is_refused(out, no_work, capsys, argv):
    with lock("out"):
        refused(capsys, [*argv, "--out", "out"], "out is in use by another run; expected one run at a time")


@pytest.mark.parametrize("argv, name", CASES)
def test_a_folder_or_a_pipe_in_the_way_is_refused_in_any_case(out, no_work, capsys, argv, name):
    (out / name).mkdir()
    refused(capsys, [*argv, "--out", "out", "--overwrite"], f"out/{name} is a folder")
    (out / name).rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(out / name)
        assert minnet(*argv, "--out", "out", "--overwrite") == 2
        assert "no regular file" in capsys.readouterr().err


def test_a_table_is_not_overwritten_by_what_is_made_from_it(out, capsys, no_work):
    small_table(out / "report.json")
    refused(
        capsys, ["train", "out/report.json", *QUICK, "--out", "out", "--overwrite"], "replaced by what is made from it"
    )


@pytest.mark.parametrize("name", ["model.npz", "run.npz"])
def test_links_to_models_are_there_even_where_they_lead_nowhere(out, no_work, capsys, name):
    link(out / name, "nowhere")
    refused(capsys, ["train", "table.csv", *QUICK, "--out", "out"], f"out/{name} ")


def test_overwrite_replaces_a_model_and_an_unfinished_run(table):
    train(table, "--hidden", "2")
    Path("out/run.npz").touch()
    assert train(table, "--hidden", "3", "--overwrite").net_.widths == (4, 3, 2)


def test_what_a_killed_run_left_half_written_is_removed(out):
    left, other = out / ".report.json.0123456789abcdef.partial", out / ".thesis.tex.0123456789abcdef.partial"
    left.touch(), other.touch()
    assert minnet("train", "table.csv", *QUICK, "--out", "out") == 0
    assert not left.exists() and other.exists()


def test_an_empty_name_for_the_folder_is_refused(table, no_work, capsys):
    for argv in (*WRITERS, ("figures", "learning_rates")):
        refused(capsys, [*argv, "--out", ""], "--out is empty")


def test_a_picture_is_whole_and_known_again(tmp_path):
    save_picture(subplots()[0], tmp_path / "a.png")
    assert os.listdir(tmp_path) == ["a.png"]


# --- one file: predict -----------------------------------------------------------------------------------------------


@pytest.fixture
def predict(table):
    train(table, *QUICK[2:])
    return "predict", "out/model.npz", "table.csv", "--out"


def test_predictions_replace_a_file_where_asked_to(predict, capsys):
    Path("old.csv").write_text("old")
    refused(capsys, [*predict, "old.csv"], "old.csv exists; expected a new file, or --overwrite")
    assert minnet(*predict, "old.csv", "--overwrite") == 0 and Path("old.csv").read_text().startswith("row,class,")
    assert sorted(os.listdir()) == ["old.csv", "out", "table.csv"]


def test_predictions_replace_neither_their_model_nor_their_table_nor_a_links_target(predict, capsys):
    for name in ("table.csv", "out/model.npz"):
        refused(capsys, [*predict, name, "--overwrite"], f"{name} would be replaced")
    Path("mine").write_text("mine")
    link("link.csv", "mine")
    refused(capsys, [*predict, "link.csv"], "link.csv exists")
    assert minnet(*predict, "link.csv", "--overwrite") == 0 and Path("mine").read_text() == "mine"


@pytest.mark.parametrize(
    "name, says",
    [
        ("no/where.csv", "no such folder"),
        ("out", "is a folder"),
        ("", "no such folder"),
        ("out/", "is a folder"),
        ("x" * 300, "too long"),
    ],
)
def test_places_where_no_file_can_be(predict, capsys, name, says):
    refused(capsys, [*predict, name, "--overwrite"], says)


def test_a_full_disk_leaves_no_half_written_file(predict, capsys, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    refused(capsys, [*predict, "new.csv"], "cannot write new.csv: No space left on device")


def test_a_file_that_another_run_is_writing_is_refused(predict, capsys):
    with lock("new.csv"):
        refused(capsys, [*predict, "new.csv"], "new.csv is in use by another run")


def test_a_full_disk_at_the_end_of_a_training_leaves_a_run_to_resume(table, monkeypatch, capsys):
    replace = os.replace
    monkeypatch.setattr("os.replace", lambda a, b: replace(a, b) if Path(b).name == "run.npz" else full())

    def full():
        raise OSError(28, "No space left on device")

    assert minnet("train", table, *QUICK, "--out", "out") == 2
    assert "cannot write out/model.npz: No space left on device" in capsys.readouterr().err and os.listdir("out") == [
        "run.npz"
    ]


def test_reports_hold_names_that_are_no_unicode(out):
    name = os.fsdecode(b"t\xff.csv")
    try:
        os.rename("table.csv", name)
    except OSError:
        pytest.skip("file names are Unicode here")
    assert minnet("train", name, *QUICK, "--out", "out") in (0, 2)
    assert json.loads(Path("out/report.json").read_text(encoding="utf-8"))["settings"]["data"] == name
