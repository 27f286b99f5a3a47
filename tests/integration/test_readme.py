"""The README's commands: they exist, and the first one shows what the README says it shows."""
import io
import json
import re
import shlex
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest
from commands import minnet, small_table
from matplotlib.image import imread
from PIL import Image

from minnet.notebook import notebook_objective

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^(?: {4}.+\n)+", README, re.MULTILINE)
COMMANDS = [argv for block in BLOCKS for line in block.splitlines() for part in line.split("&&")
            if (argv := shlex.split(part)) and argv[0].endswith("bin/minnet")]


@pytest.fixture(scope="module")
def replay(tmp_path_factory):
    """What `minnet train` prints and reports, and its folder."""
    folder = tmp_path_factory.mktemp("replay")
    with redirect_stdout(io.StringIO()) as printed:
        assert minnet("train", "--out", folder) == 0
    return printed.getvalue().splitlines(), json.loads((folder / "report.json").read_text()), folder


def test_three_routes_lead_from_the_first_screen_to_pages_that_exist():
    first = README[: README.index("## Run it")]
    for reader in ("a student", "a lecturer", "a researcher"):
        (row,) = re.findall(rf"^\| {reader} \|.*tutorials/.*$", first, re.MULTILINE)
        for page, part in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", row):
            target = ROOT / (page or "README.md")
            assert target.is_file(), page
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE) if part else ()
            assert not part or part in {title.lower().replace(" ", "-") for title in titles}, part


def test_the_readme_shows_train_and_predict():
    assert [argv[1] for argv in COMMANDS] == ["train", "train", "predict"] and COMMANDS[0][1:] == ["train"]


def test_the_commands_on_ones_own_table_run_as_they_stand(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    small_table("DATA.csv")
    small_table("NEW.csv", N=5)
    for argv in COMMANDS[1:]:
        assert minnet(*(word.replace("NAME", "kind") for word in argv[1:])) == 0
    out = capsys.readouterr().out
    assert "strict minimum" in out and len(out[out.index("class,p(no),p(yes)"):].splitlines()) == 6


def test_every_command_the_readme_names_has_help(capsys):
    named = set(re.findall(r"`minnet (\w+)", README))
    assert named >= {"check", "spectrum"}
    for name in named:
        assert minnet(name, "--help") == 0
        assert f"usage: minnet {name}" in capsys.readouterr().out


def test_the_table_shows_what_became_of_each_way_to_go_on(replay):
    lines, report, _ = replay
    assert lines[0].startswith(
        "The notebook, seed 2: 80 points, network 2-3-1, 13 weights; 50 Adam steps bring the loss"
    )
    head, *rows = lines[2:6]
    assert head.split() == "then l2 steps loss gradient lowest eigenvalue weights end".split()
    ends = {row[:18].strip(): re.split("  +", row)[-1] for row in rows}
    assert ends == {"notebook's Newton": "fails: the Hessian is singular", "minnet's Newton": "no finite minimum",
                    "with weight decay": "strict minimum"}
    assert [row[18:].split()[0] for row in rows] == ["0", "0", "0.01"]
    steps = {name: run["iterations"] for name, run in report["runs"].items()}
    assert [int(row[18:].split()[1]) for row in rows] == list(steps.values())
    assert f"finds it in {steps['with weight decay']} steps" in " ".join(README.split())


def test_each_line_that_the_readme_explains_is_printed_in_this_order(replay):
    (table,) = re.findall(r"\| the terminal \|.*\n\|---\|---\|\n((?:\|.*\n)+)", README)
    lines = re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE)
    pieces = [piece.strip() for line in lines for piece in line.split("…")]
    assert len(lines) == len(table.splitlines()) == 8
    assert re.search(".*?".join(map(re.escape, pieces)), "\n".join(replay[0]), re.DOTALL)


def test_the_certificates_are_printed_with_their_evidence(replay):
    text = "\n".join(replay[0])
    assert "\nminnet's Newton: no finite minimum: the loss keeps falling along a ray, followed" in text
    assert "\n  along the ray the loss falls by " in text
    assert "\nwith weight decay: strict minimum: a stationary point nearby has positive eigenvalues only\n" in text
    assert "13 positive, 0 negative\n" in text and text.endswith("notebook.png and report.json")


def test_what_is_proved_is_printed_and_reported(replay):
    text, report = "\n".join(replay[0]), replay[1]
    assert "away the loss is lower by at least " in text and "not proved: that it falls for ever" in text
    assert "exactly one stationary point, and it is a strict minimum; its lowest eigenvalue lies in [0.0" in text
    ray, minimum = (report["runs"][name]["certificate"] for name in ("minnet's Newton", "with weight decay"))
    assert ray["proof"] is None and 0 < ray["descent"]["margin"] < ray["value"] - ray["ray_values"][-1] + 1e-12
    low, high = minimum["proof"]["eigenvalues"][0]
    assert 0 < low <= minimum["eigenvalues"][0] + minimum["error_bound"] and high < 1.001 * low


def test_the_notebooks_own_step_fails(replay):
    run = replay[1]["runs"]["notebook's Newton"]
    assert run["success"] is False and "singular" in run["message"] and run["gradient_norm"] > 1


def test_the_loss_falls_along_the_ray_for_ever(replay):
    run = replay[1]["runs"]["minnet's Newton"]
    c, f = run["certificate"], notebook_objective(2, l2=0.0)
    assert run["success"] and c["kind"] == "no finite minimum" and c["gradient_norm"] <= 1e-6
    theta, ray = np.array(run["weights"]), np.array(c["ray"])
    values = np.array([f(theta + t * ray) for t in c["ray_times"]])
    np.testing.assert_allclose(values, c["ray_values"], rtol=1e-9)
    assert c["ray_times"][-1] >= 2**20 and np.diff(values, prepend=f(theta)).max() <= 1e-12 and values[-1] < f(theta)


def test_weight_decay_gives_a_strict_minimum(replay):
    run = replay[1]["runs"]["with weight decay"]
    c, f, theta = run["certificate"], notebook_objective(2, l2=0.01), np.array(run["weights"])
    assert run["success"] and c["kind"] == "strict minimum" and c["inertia"] == [13, 0, 0] and run["iterations"] <= 30
    assert np.linalg.norm(f.gradient(theta)) <= 1e-6
    np.testing.assert_allclose(np.linalg.eigvalsh(f.hessian(theta)), c["eigenvalues"], rtol=1e-3)
    assert c["eigenvalues"][0] > c["error_bound"] > 0


def test_the_picture_is_there_and_in_the_readme(replay):
    (address,) = re.findall(r"!\[.+?\]\((.+?)\)", README)
    small = [np.asarray(Image.open(path).convert("L").resize((48, 32))) / 255.0
             for path in (ROOT / address, replay[2] / "notebook.png")]  # fmt: skip
    assert np.abs(small[0] - small[1]).mean() < 0.02 < small[0].std() / 2
    pixels = imread(replay[2] / "notebook.png")
    assert pixels.shape[1] > pixels.shape[0] > 500 and len(np.unique(pixels[..., 0])) > 50
    assert sorted(path.name for path in replay[2].iterdir()) == ["notebook.png", "report.json"]
