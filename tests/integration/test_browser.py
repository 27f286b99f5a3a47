"""The gallery in a browser, from disk: nothing fails, every image loads, the players play, on a phone's width, too."""
import pytest
from chromium import chromium, needs_chromium, wait
from commands import minnet

PICTURES = ["1gd", "2gd_gd+p", "training_newton", "learning_rates"]
pytestmark = [pytest.mark.slow, needs_chromium]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    out = tmp_path_factory.mktemp("gallery")
    assert minnet("figures", *PICTURES, "--fast", "--out", out) == 0
    return out / "index.html"


@pytest.fixture
def browser(tmp_path):
    with chromium(tmp_path) as session:
        yield session


@pytest.mark.parametrize("width", [360, 1280])
def test_the_gallery_works_from_disk(browser, page, width):
    browser.open(page.as_uri(), width)
    assert browser.run("return document.documentElement.scrollWidth <= window.innerWidth")
    assert browser.run(
        "document.querySelectorAll('img').forEach(i => i.loading = 'eager'); return document.images.length"
    ) == len(PICTURES)
    wait(lambda: browser.run("return [...document.images].every(i => i.complete && i.naturalWidth > 100)"))
    players = browser.run("return document.querySelectorAll('.player').length")
    assert players == 3
    browser.run("document.querySelectorAll('.player button').forEach(b => b.click())")
    ends = browser.run("return [...document.querySelectorAll('.player')].map(p => Number(p.dataset.frames) - 1)")
    shown = "return [...document.querySelectorAll('.player')].map(p => Number(p.dataset.frame))"
    wait(lambda: browser.run(shown) == ends)
    browser.run(
        "document.querySelectorAll('.player input').forEach(s => { s.value = 3; s.dispatchEvent(new Event('input')) })"
    )
    wait(lambda: browser.run(shown) == [3] * players)
    ink = (
        "return [...document.querySelectorAll('canvas')]"
        ".map(c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height)"
        ".data).size)"
    )
    assert min(browser.run(ink)) > 10
    assert browser.console() == []
