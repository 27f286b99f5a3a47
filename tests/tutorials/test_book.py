"""The book has all chapters, names and sources; built, its pages, links and search work without a network."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from html.parser import HTMLParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

import minnet
from minnet.exercises import find, names

ROOT = Path(__file__).parents[2]
HERE = ROOT / "tutorials"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SPHINX = all(find_spec(name) for name in ("sphinx", "myst_nb", "numpydoc", "furo", "sphinxcontrib.bibtex", "mathjax"))


@pytest.fixture(scope="module")
def pages():
    sys.path.insert(0, str(HERE))
    try:
        yield import_module("book_pages")
    finally:
        sys.path.remove(str(HERE))


def test_every_page_is_in_the_table_of_contents(pages):
    entries = re.findall(r"```\{toctree\}(.*?)```", (HERE / "index.md").read_text(encoding="utf-8"), re.S)
    entries = [line for entry in entries for line in entry.split("\n") if line and not line.startswith(":")]
    written = [path.stem for path in HERE.glob("*.md") if path.stem != "index"]
    assert len(pages.chapters()) >= 12 and len(written) >= 5
    for page in [*pages.chapters(), *written, "book/exercises", "book/gallery", "book/api/index"]:
        assert any(fnmatch(page, entry) for entry in entries), page


def test_every_public_name_is_in_the_reference(pages):
    api = pages.api_pages()
    for module in (minnet, minnet.optim):
        words = set(re.findall(r"[\w.]+", api[f"api/{module.__name__}.rst"]))
        assert [name for name in module.__all__ if not {name, f"{module.__name__}.{name}"} & words] == []
    owners = [name for _, own, _ in pages.rooms() for name in own]
    assert {"BFGS", "MLP", "certificate", "rosenbrock", "bfgs_update"} <= set(owners)


def test_exercises_and_pictures_are_all_there_before_anything_is_drawn(pages, tmp_path):
    text = pages.exercises_page()
    assert all(f"### {name}\n\n{find(name).task}" in text for name in names())
    gallery = pages.gallery_page(tmp_path, tmp_path)
    assert all(f"`minnet figures {name}`" in gallery for name in pages.catalogue()) and "![" not in gallery


def test_docstrings_are_made_ready(pages):
    lines = ["|x| with `LBFGS` or `start(f)`, x_ and x*.", "", "    x ← |x|", "", "Next.", "", ">>> 2 * 3", "6"]
    first = r"\|x\| with `LBFGS` or ``start(f)``, x\_ and x\*."
    pages.plain_text(None, "function", "f", None, None, lines)
    assert lines == [first, "", "::", "", "    x ← |x|", "", "Next.", "", ">>> 2 * 3", "6"]


def test_every_source_that_a_docstring_cites_is_among_the_references():
    bib = " ".join(re.findall(r"title = \{\{(.*)\}\}", (HERE / "references.bib").read_text(encoding="utf-8"))).lower()
    cited = set()
    for path in (ROOT / "minnet").rglob("*.py"):
        for section in re.findall(r'\n +References\n +-+\n(.*?)(?:\n\n|""")', path.read_text(encoding="utf-8"), re.S):
            section = " ".join(section.split())
            cited |= set(re.findall(r"\d{4}\)?, \"?((?!procedure|section)[^\W\d][^,.:;\"(]+)", section))
    assert len(cited) > 60
    assert [title for title in cited if title.strip().lower() not in bib] == []


@pytest.mark.parametrize("page", ["own_data.md", "own_parts.md"])
def test_the_examples_of_the_pages_run(page):
    failed, tried = doctest.testfile(str(HERE / page), module_relative=False)
    assert tried > 5 and failed == 0


class Links(HTMLParser):
    """What a page refers to, and its anchors."""

    def __init__(self, text):
        super().__init__()
        self.to, self.anchors, self.loaded = [], {"", "top"}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors.add(found.get("id"))
        if tag == "a" and found.get("href"):
            self.to.append(found["href"])
        if tag in ("script", "img", "source", "video") and found.get("src"):
            self.loaded.append(found["src"])
        if tag == "link" and found.get("rel") in ("stylesheet", "icon"):
            self.loaded.append(found["href"])


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    if not SPHINX:
        pytest.skip("needs the extra book")
    out = tmp_path_factory.mktemp("book")
    run = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(HERE), str(out)],
                         capture_output=True, text=True)  # fmt: skip
    assert run.returncode == 0, run.stderr[-4000:]
    return out


@pytest.mark.slow
def test_every_link_and_image_of_the_book_is_there_and_nothing_is_fetched(book):
    read = {path.resolve(): Links(path.read_text(encoding="utf-8")) for path in book.rglob("*.html")}
    assert len(read) > 200
    broken = []
    for path, page in read.items():
        broken += [(path.name, link) for link in page.loaded if re.match(r"(https?:)?//", link)]
        for link in [*page.to, *page.loaded]:
            if re.match(r"https?:|mailto:|data:", link):
                continue
            file, _, anchor = link.partition("#")
            target = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path
            if not target.is_file() or target in read and unquote(anchor) not in read[target].anchors:
                broken.append((path.name, link))
    assert broken == []


def visited(address, width, folder):
    """The page as Chromium has built it, and what its console says."""
    command = [CHROMIUM, "--headless", "--disable-gpu", "--no-sandbox", "--enable-logging=stderr", "--dump-dom",
               "--virtual-time-budget=15000", f"--window-size={width},900", f"--user-data-dir={folder}",
               "--host-resolver-rules=MAP * ~NOTFOUND", address]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ)
    return run.stdout, [line for line in run.stderr.splitlines() if ":CONSOLE" in line]


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_open_without_an_error_and_formulas_are_drawn(book, width, tmp_path):
    opened = [*sorted(book.glob("*.html")), *(book / "book").glob("*.html"), book / "book/api/minnet.optim.BFGS.html"]
    assert len(opened) > 20
    for path in opened:
        page, console = visited(path.as_uri(), width, tmp_path)
        assert console == [], path.name
        written = path.read_text(encoding="utf-8").count('class="math notranslate')
        assert page.count("<mjx-container") >= written, path.name
        assert "data-mjx-error" not in page, path.name


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
def test_the_search_finds_the_secant_equation(book, tmp_path):
    page, console = visited((book / "search.html").as_uri() + "?q=secant+equation", 1280, tmp_path)
    found = page[page.index('id="search-results"') :]
    assert console == [] and "08_quasi_newton.html" in found
    page, _ = visited((book / "search.html").as_uri() + "?q=flibbertigibbet", 1280, tmp_path)
    assert "08_quasi_newton.html" not in page[page.index('id="search-results"') :]
