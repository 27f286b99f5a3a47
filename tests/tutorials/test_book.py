"""The book has all chapters, names and sources; built, its pages, links and search work without a network."""

import os
import re
import subprocess
import sys
import time
from fnmatch import fnmatch
from html.parser import HTMLParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from chromium import chromium, needs_chromium, wait

import minnet
from minnet.exercises import find, names
from minnet.files import atomic_write

ROOT = Path(__file__).parents[2]
HERE = ROOT / "tutorials"
SPHINX = all(find_spec(name) for name in ("sphinx", "myst_nb", "numpydoc", "furo", "sphinxcontrib.bibtex", "mathjax"))


@pytest.fixture(scope="module")
def pages():
    sys.path.insert(0, str(HERE))
    try:
        yield import_module("book_pages")
    finally:
        sys.path.remove(str(HERE))


@pytest.fixture
def docstrings(pages):
    return import_module("book_docstrings")


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


def test_exercises_and_pictures_are_all_there_before_anything_is_drawn(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "drawn", lambda name: None)
    text = pages.exercises_page()
    assert all(f"### {name}\n\n{find(name).task}" in text for name in names())
    gallery = pages.gallery_page(tmp_path)
    assert all(f"`minnet figures {name}`" in gallery for name in pages.catalogue()) and "![" not in gallery


def test_docstrings_are_made_ready(docstrings):
    lines = ["|x| with `LBFGS` or `start(f)`, x_ and x*.", "", "    x ← |x|", "", "**Proof.** So", "", ">>> 2 * 3", "6"]
    first = r"\|x\| with `LBFGS` or ``start(f)``, x\_ and x\*."
    docstrings.plain_text(None, "function", "f", None, None, lines)
    assert lines == [first, "", "::", "", "    x ← |x|", "", "**Proof.** So", "", ">>> 2 * 3", "6"]


def test_a_source_is_linked_behind_its_title(docstrings):
    lines = ["J. Nocedal, S. J. Wright (2006), Numerical", "Optimization, algorithm 6.1. A text on matrix analysis.",
             "Moré, Wild: Estimating computational noise (2011)."]  # fmt: skip
    docstrings.cited(None, "function", "f", None, None, lines)
    assert lines == ["J. Nocedal, S. J. Wright (2006), Numerical",
                     "Optimization :cite:p:`nocedal2006`, algorithm 6.1. A text on matrix analysis.",
                     "Moré, Wild: Estimating computational noise :cite:p:`more2011` (2011)."]  # fmt: skip


def test_the_places_of_the_claims_are_links(pages):
    source = ["| S1-1 | x | y | z | 05 *What is it?*; figure `crash`; test `test_a.py::test_b` |"]
    pages.places_linked(None, "claims", source)
    assert source[0].startswith("| S1-1 | x | y | z | [05 *What is it?*](05_newton.ipynb#what-is-it); ")
    assert source[0].endswith("; [figure `crash`](#picture-crash); test `test_a.py::test_b` |")
    assert pages.slug("Where to begin: $H_0$") == "where-to-begin-"


@pytest.mark.slow
def test_a_page_shows_its_picture_its_tutorials_and_its_laws(pages, docstrings, monkeypatch):
    monkeypatch.setattr(docstrings, "drawn", lambda name: ({"alt": name, "title": "A title", "caption": "x*."}, None))
    lines = []
    docstrings.shown(None, "class", "minnet.optim.BFGS", minnet.optim.BFGS, None, lines)
    text = "\n".join(lines)
    assert ".. figure:: /book/secant_updates.png\n   :alt: secant_updates" in text and r"A title. x\*." in text
    assert "**Used in the tutorials:** :doc:`/08_quasi_newton`." in text
    assert ":doc:`test_bfgs.py </book/tests/test_bfgs>`" in text
    assert ":ref:`the state of BFGS is the matrix of all its pairs <test-bfgs-test-the-state-of-bfgs-is-" in text
    page = pages.tests_page(ROOT / "tests" / "test_bfgs.py")
    assert ".. _test-bfgs-test-the-state-of-bfgs-is-the-matrix-of-all-its-pairs:" in page
    code = re.findall(r"^   (.*)$", page, re.MULTILINE)
    assert set(code) >= set(filter(None, (ROOT / "tests" / "test_bfgs.py").read_text(encoding="utf-8").splitlines()))


def test_every_page_with_a_picture_exists_and_so_does_the_picture(pages, docstrings):
    assert set(docstrings.OF_NAMES.values()) <= set(pages.catalogue())
    assert {*docstrings.OF_NAMES, *docstrings.OWN} <= {*pages.homes().values(), *pages.ROOMS}
    assert not set(docstrings.OF_NAMES) & set(docstrings.OWN) and len(docstrings.OF_NAMES) > 40


@pytest.mark.slow
def test_methods_have_their_laws(pages):
    """Every method, loss and update has a file of tests that says most of it, however it gets at the name."""
    for room in ("minnet.optim", "minnet.optim.updates", "minnet.optim.schedules"):
        for home in pages.homes().values():
            if home.rpartition(".")[0] == room:
                assert pages.book_uses.laws(pages.thing(home)).tests, home
    assert pages.book_uses.laws(minnet.optim.updates.dfp_update).file.name == "test_updates.py"
    assert pages.book_uses.laws(minnet.problems.himmelblau).file.name == "test_problems.py"  # by a shared table
    assert pages.book_uses.laws(set) == (None, [], 0)


def test_every_source_that_a_docstring_cites_is_among_the_references():
    bib = " ".join(re.findall(r"title = \{\{(.*)\}\}", (HERE / "references.bib").read_text(encoding="utf-8"))).lower()
    cited = set()
    for path in (ROOT / "minnet").rglob("*.py"):
        for section in re.findall(r'\n +References\n +-+\n(.*?)(?:\n\n|""")', path.read_text(encoding="utf-8"), re.S):
            section = " ".join(section.split())
            cited |= set(re.findall(r"\d{4}\)?, \"?((?!procedure|section)[^\W\d][^,.:;\"(]+)", section))
    assert len(cited) > 60
    assert [title for title in cited if title.strip().lower() not in bib] == []


@pytest.mark.slow
def test_missing_pictures_are_drawn_and_kept_until_the_package_changes(pages, tmp_path, monkeypatch):
    pictures = import_module("book_pictures")
    monkeypatch.setattr(pictures, "DRAWN", tmp_path / "drawn")
    monkeypatch.setattr(pictures, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(pictures, "catalogue", lambda: ["models", "in_place"])
    pictures.draw_missing()
    facts = [tmp_path / "kept" / f"{name}.json" for name in ("models", "in_place")]
    assert pictures.drawn("models")[0]["fast"] and pictures.drawn("cost") is None
    times = [path.stat().st_mtime_ns for path in facts]
    os.utime(facts[0], (0, 0))
    pictures.draw_missing()
    assert facts[0].stat().st_mtime_ns > times[0] and facts[1].stat().st_mtime_ns == times[1]


FIELDS = {"article": {"journal", "volume", "pages"}, "book": {"publisher"}, "inproceedings": {"booktitle"},
          "techreport": {"institution", "number"}, "misc": set()}  # fmt: skip


def test_references_have_their_particulars():
    bib = (HERE / "references.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@(\w+)\{(\w+),\n(.*?)\n\}$", bib, re.MULTILINE | re.DOTALL)
    assert len(entries) == bib.count("@") > 75
    found = [(kind, key, dict(re.findall(r"^  (\w+) = \{(.*)\},$", text, re.M))) for kind, key, text in entries]
    for kind, key, fields in found:
        assert FIELDS[kind] | {"author", "year", "title"} <= set(fields) and key.endswith(fields["year"]), key
        assert re.fullmatch(r"10\.\d{4,5}/\S+", fields.get("doi", "10.1000/x")), key
    dois = [fields["doi"] for *_, fields in found if "doi" in fields]
    assert len(dois) == len(set(dois)) > 50 and sum(kind == "misc" for kind, *_ in found) == 2


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
def book(tmp_path_factory, worker_id):
    """The folder of the built book. One test process builds it, as it gathers pages in one folder; others wait."""
    if not SPHINX:
        pytest.skip("needs the extra book")
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    out, said = base / "book", base / "what sphinx said"
    try:
        out.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 900
        while not said.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
    else:
        run = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(HERE), str(out)],
                             capture_output=True, text=True)  # fmt: skip
        with atomic_write(said) as file:
            file.write(f"{run.returncode}\n{run.stderr}".encode())
    status, _, errors = said.read_text().partition("\n")
    assert status == "0", errors[-4000:]
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


# What is wrong with a page, as a browser sees it: wider than the screen, images that do not come, formulas not set.
FAULTS = """
const prose = [...document.querySelectorAll('article p, article li')].map(part => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll('code, pre, mjx-container, .math').forEach(inner => inner.remove());
    return copy.textContent;
});
document.querySelectorAll('img').forEach(image => image.loading = 'eager');
return [
    ...(document.documentElement.scrollWidth > window.innerWidth ? ['too wide'] : []),
    ...[...document.images].filter(image => !image.complete || !image.naturalWidth).map(image => 'no ' + image.src),
    ...[...document.querySelectorAll('.math:not(:has(mjx-container)), [data-mjx-error]')].map(part => part.outerHTML),
    ...prose.filter(text => text.includes('$')),
]"""


@pytest.fixture
def browser(tmp_path):
    with chromium(tmp_path) as session:
        yield session


def until_none(browser, script, seconds=40):
    """What the script still finds after this time, if anything."""
    try:
        wait(lambda: browser.run(script) == [], seconds)
    except AssertionError:
        pass
    return browser.run(script)


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("width, scheme", [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")])
def test_the_pages_open_without_an_error_fit_the_screen_and_set_their_formulas(book, browser, width, scheme):
    reference = [book / f"book/api/minnet.{name}.html" for name in ("optim.BFGS", "curvature.proof", "problems.beale")]
    opened = [*book.glob("*.html"), *book.glob("book/*.html"), *reference, book / "book/tests/test_bfgs.html"]
    assert len(opened) > 20
    for path in opened:
        browser.open(path.as_uri(), width, scheme=scheme)
        assert until_none(browser, FAULTS) == [] and browser.console() == [], path.name
    colour = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (colour == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.slow
@needs_chromium
def test_the_search_finds_the_secant_equation(book, browser):
    found = "return [...document.querySelectorAll('#search-results li a')].map(a => a.getAttribute('href'))"
    browser.open(f"{(book / 'search.html').as_uri()}?q=secant+equation", 360)
    wait(lambda: any("08_quasi_newton.html" in link for link in browser.run(found)))
    assert not any("book/tests/" in link for link in browser.run(found)) and browser.console() == []
    browser.open(f"{(book / 'search.html').as_uri()}?q=flibbertigibbet", 360)
    wait(lambda: "did not match" in browser.run("return document.getElementById('search-results').textContent"))
    assert browser.run(found) == []


@pytest.mark.slow
def test_a_page_of_the_reference_has_its_picture_sources_laws_and_tutorial(book):
    links = Links((book / "book/api/minnet.optim.BFGS.html").read_text(encoding="utf-8"))
    assert any("_modules/minnet/optim/bfgs.html#BFGS" in link for link in links.to)
    assert len({link for link in links.to if "references.html#" in link}) >= 5
    assert any(link.startswith("../tests/test_bfgs.html#") for link in links.to)
    assert any("08_quasi_newton.html" in link for link in links.to)
    assert "../gallery.html#picture-secant-updates" in links.to
    assert any(image.endswith("secant_updates.png") for image in links.loaded)
