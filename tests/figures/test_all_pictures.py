"""Every picture is drawn, says what it shows, and nothing in it overlaps or is cut off.

These tests stand beside those of single pictures, so that with several workers one of them draws each picture once.
"""
from itertools import combinations

import pytest
from matplotlib.text import Text
from pictures import drawn

from minnet.gallery import catalogue

ENTRIES = catalogue()
each_picture = pytest.mark.parametrize("name", ENTRIES)


@each_picture
def test_every_picture_shows_what_it_is_there_to_show(name):
    picture, entry = drawn(name), ENTRIES[name]
    assert picture.shows or picture.claims
    assert all(picture.shows.values()), [sentence for sentence, true in picture.shows.items() if not true]
    caption = entry.caption(picture.numbers)
    assert 40 < len(caption) < 1500 and "{" not in caption and 10 < len(entry.title) < 90
    assert len(entry.alt) > 60 and entry.alt != entry.title and entry.sources.startswith(("lecture: ", "notebook: ", "draft: "))


@each_picture
def test_no_text_overlaps_another_or_leaves_the_picture(monkeypatch, name):
    texts, draw_text = [], Text.draw

    def recorded(text, renderer):
        if text.get_visible() and text.get_text().strip():
            texts.append((text.get_window_extent(renderer), text.get_rotation() % 90, text.get_text()))
        draw_text(text, renderer)

    fig = drawn(name).figure
    monkeypatch.setattr(Text, "draw", recorded)
    fig.draw_without_rendering()
    figure = fig.bbox.padded(1)
    assert not [text for box, _, text in texts if not (figure.contains(box.x0, box.y0) and figure.contains(box.x1, box.y1))]
    upright = [(box.padded(-1), text) for box, angle, text in texts if angle == 0]
    assert not [(a, b) for (one, a), (two, b) in combinations(upright, 2) if one.overlaps(two)]
