"""The gallery as files: pictures, films, facts and the page; tests/figures has what is in the pictures."""
import html
import json
import os
import re
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest
from commands import minnet
from laws import refuses
from pictures import drawn
from PIL import Image

from minnet import minimize, plotting
from minnet.gallery import Picture, catalogue, read, write, write_page
from minnet.plotting.animations import has_ffmpeg
from minnet.problems import beale

ENTRIES = catalogue()


# --- what is written --------------------------------------------------------------------------------------------------

def test_the_same_bytes_by_one_process_and_by_two(tmp_path):
    names = ["2gd", "learning_rates"]
    for folder, jobs in (("one", 1), ("two", 2)):
        assert minnet("figures", *names, "--fast", "--jobs", jobs, "--out", tmp_path / folder) == 0
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("one", "two"))
    assert one == two
    assert set(one) == {"2gd.png", "2gd.gif", "2gd.js", "2gd.json", "learning_rates.png", "learning_rates.svg", "learning_rates.json",
                        "index.html", "gallery.css", "player.js"}


def test_the_json_tells_settings_counts_versions_and_claims(tmp_path, capsys):
    assert minnet("figures", "2gd_gd+p", "--fast", "--out", tmp_path) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"wrote {tmp_path}/index.html"
    facts = json.loads((tmp_path / "2gd_gd+p.json").read_text(encoding="utf-8"))
    assert facts["runs"]["gd"][0]["nfev"] > 100 and facts["settings"]["methods"]["gd+p"].startswith("Momentum(lr=0.01")
    (sentence, claim), = facts["claims"].items()
    assert sentence.startswith("momentum finds a local, but not the global, minimum") and facts["shows"]
    assert claim["holds"] is (claim["share"] == 1) and "starts" in claim["judged over"]
    assert set(facts["versions"]) == {"minnet", "numpy", "scipy", "matplotlib", "pillow"}
    with Image.open(tmp_path / "2gd_gd+p.gif") as film:
        assert film.n_frames == facts["frames"] == 12
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert facts["caption"] in html.unescape(page) and facts["alt"] in html.unescape(page) and "http" not in page


def film(tmp_path, further):
    """A film of three frames, written with further kinds of files."""
    run = minimize(beale(), [2.0, -2.0], max_iter=3, record=["x"])
    entry = SimpleNamespace(name="film", title="a film", alt="a path", sources="notebook: code", chapter="Results",
                            caption=lambda numbers: "A path.")
    picture = Picture(plotting.subplots()[0], animation=plotting.animate(beale(), run, frames=3))
    return write(entry, picture, tmp_path, further)


def test_pdf_and_a_page_of_the_film_are_written_where_they_are_asked_for(tmp_path):
    facts = film(tmp_path, ("pdf", "html"))
    assert facts["files"] == ["film.png", "film.pdf", "film.gif", "film.html", "film.js"] and read(tmp_path / "film.json") == facts
    assert (tmp_path / "film.pdf").read_bytes().startswith(b"%PDF-")
    assert "data:image/gif;base64,R0lGOD" in (tmp_path / "film.html").read_text(encoding="utf-8")
    write_page(tmp_path, [facts])
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<a href="film.pdf">PDF</a>' in page and '<a href="film.html">HTML</a>' in page


def test_kinds_of_files_that_cannot_be_written_are_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("minnet.cli.figures.has_ffmpeg", lambda: False)
    for kinds, said in (("pdf,abc", "--also abc; expected some of pdf, html, mp4"), ("mp4", "ffmpeg, which is not installed")):
        assert minnet("figures", "2gd", "--also", kinds, "--out", tmp_path / "out") == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and said in error and not (tmp_path / "out").exists()


@pytest.mark.skipif(not has_ffmpeg(), reason="ffmpeg is not installed")
def test_an_mp4_is_written_where_ffmpeg_is_there(tmp_path):
    film(tmp_path, ("mp4",))
    assert b"ftyp" in (tmp_path / "film.mp4").read_bytes()[:12]


def test_the_page_keeps_what_was_drawn_before(tmp_path):
    minnet("figures", "zigzag", "--fast", "--out", tmp_path)
    minnet("figures", "learning_rates", "--fast", "--out", tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.index('<section id="learning_rates">') < page.index('<section id="zigzag">')


def test_the_page_has_the_tutorials_chapters_and_all_claims_and_says_what_was_drawn_fast(tmp_path):
    names = ["models", "zigzag"]
    for fast in (False, True):
        facts = [write(ENTRIES[name], drawn(name), tmp_path, fast=fast) for name in names]
        write_page(tmp_path, facts[::-1])
        page = html.unescape((tmp_path / "index.html").read_text(encoding="utf-8"))
        places = [page.index(part) for part in ("<h2>First-order methods</h2>", 'section id="zigzag"',
                                                "<h2>Curvature</h2>", 'section id="models"', "<h2>All claims</h2>")]
        assert places == sorted(places) and ("drawn with --fast" in page) == fast
        claims = [sentence for fact in facts for sentence in fact["claims"]]
        assert claims and page.count("<tr><td>") == len(claims)
    assert "lecture: Momentum" in page and "<dt>lecture</dt>" in page and not re.search(r"S\d-\d|\de-\d", page)


def test_list_names_all_pictures(capsys):
    assert minnet("figures", "--list") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(ENTRIES)


def test_bad_input_is_one_line_and_nothing_is_written(tmp_path, capsys):
    (tmp_path / "index.html").write_text("mine")
    (tmp_path / "file").write_text("")
    for argv, said in (([["nosuch"]], "--list"), ([["zigzagg"]], "did you mean zigzag?"),
                       (["learning_rates", "--out", tmp_path], "is not from minnet figures"),
                       (["learning_rates", "--out", tmp_path / "file"], "expected a folder")):
        assert minnet("figures", *np.ravel(argv)) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and said in error
    assert (tmp_path / "index.html").read_text() == "mine" and len(list(tmp_path.iterdir())) == 2


def test_a_picture_that_shows_something_else_is_not_written(tmp_path):
    entry, picture = ENTRIES["learning_rates"], Picture(plotting.subplots()[0], shows={"pigs fly": False})
    with pytest.raises(AssertionError, match="it does not hold that pigs fly"):
        write(entry, picture, tmp_path)
    assert not list(tmp_path.iterdir())
    with refuses("'pigs fly'", "True or False"):
        Picture(picture.figure, shows={"pigs fly": "no"})
    with refuses("'pigs fly'", "over what it was judged"):
        Picture(picture.figure, claims={"pigs fly": False})


@pytest.mark.slow
def test_all_of_the_gallery(tmp_path):
    """As in full: films of under a megabyte, every frame there."""
    assert minnet("figures", "--out", tmp_path) == 0
    for name in ENTRIES:
        facts = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        assert all((tmp_path / file).stat().st_size > 2000 for file in facts["files"])
        if facts["frames"]:
            assert (tmp_path / f"{name}.gif").stat().st_size < 1e6
            with Image.open(tmp_path / f"{name}.gif") as film:
                assert film.n_frames == facts["frames"] >= 15


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_stops_at_once_and_leaves_no_picture_of_a_cut_run(tmp_path, jobs):
    command = [sys.executable, "-m", "minnet", "figures", "1gd", "gradient_noise", "arrival", "--jobs", jobs, "--out", str(tmp_path / "out")]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not (tmp_path / "out").exists():
        time.sleep(0.05)
    time.sleep(1.0)
    os.killpg(run.pid, signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130 and error == "minnet figures: interrupted\n"
    assert not [path for path in (tmp_path / "out").glob("*.json") if read(path) is None] and not (tmp_path / "out/index.html").exists()


@pytest.mark.parametrize("name", ["gallery.css", "player.js", "learning_rates.png", "learning_rates.json"])
def test_files_of_others_are_not_overwritten(tmp_path, capsys, name):
    (tmp_path / name).write_text('{"name": "my own"}')
    assert minnet("figures", "learning_rates", "--out", tmp_path) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and name in error and "expected another --out" in error
    assert [path.name for path in tmp_path.iterdir()] == [name] and (tmp_path / name).read_text() == '{"name": "my own"}'


def test_damaged_pictures_of_earlier_runs_are_left_out_of_the_page(tmp_path):
    minnet("figures", "zigzag", "--fast", "--out", tmp_path)
    for name, odd in {"zigzag": "{", "memory": "[1]", "models": "{}", "powers": '{"name": "powers"}'}.items():
        (tmp_path / f"{name}.json").write_text(odd)
    assert minnet("figures", "learning_rates", "--fast", "--out", tmp_path) == 0
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == 1 and 'id="learning_rates"' in page


@pytest.mark.parametrize("entry, odd", [("title", None), ("frames", '"><script>alert(1)</script>'), ("frames", -1), ("frames", True),
                                        ("caption", 3), ("claims", {"pigs fly": "no"}), ("files", ["../zigzag.png"]), ("sources", []), ("fast", 1)])
def test_a_json_that_minnet_would_not_write_is_refused_at_once_and_stays_out_of_the_page(tmp_path, capsys, monkeypatch, entry, odd):
    facts = write(ENTRIES["learning_rates"], Picture(plotting.subplots()[0], numbers=drawn("learning_rates").numbers), tmp_path)
    assert read(tmp_path / "learning_rates.json") == facts
    if odd is None:
        del facts[entry]
    else:
        facts[entry] = odd
    (tmp_path / "learning_rates.json").write_text(json.dumps(facts))
    assert read(tmp_path / "learning_rates.json") is None
    monkeypatch.setattr("minnet.cli.figures.draw", lambda *_: pytest.fail("work was done"))
    assert minnet("figures", "learning_rates", "--jobs", "1", "--out", tmp_path) == 2
    assert "learning_rates.json exists and is not, or no longer whole, from minnet figures" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["index.html", "player.js", "learning_rates.png"])
def test_links_are_not_followed(tmp_path, capsys, name):
    mine = tmp_path / "mine"
    (tmp_path / "out").mkdir()
    os.symlink(mine, tmp_path / "out" / name)
    assert minnet("figures", "learning_rates", "--out", tmp_path / "out") == 2
    assert name in capsys.readouterr().err and not mine.exists()


def test_what_a_json_says_is_escaped_in_the_page(tmp_path):
    facts = write(ENTRIES["learning_rates"], Picture(plotting.subplots()[0], numbers=drawn("learning_rates").numbers), tmp_path)
    words = {word: f'"><script>{word}</script>' for word in ("title", "chapter", "caption", "alt", "sources")}
    write_page(tmp_path, [facts | words | {"claims": {'"><script>claims</script>': {"holds": True, "judged over": "x", "share": None}}}])
    assert "<script>" not in (tmp_path / "index.html").read_text(encoding="utf-8").replace('<script src="', "")
