"""What a cell of a Jupyter notebook shows: short, escaped, and without colours of its own."""
import re
from html.parser import HTMLParser

import pytest

from minnet import MLPClassifier, check, datasets, minimize, problems
from minnet.curvature import certificate
from minnet.html import facts, html_table
from minnet.optim import Newton
from minnet.race import Race

iris = datasets.iris()


class Checker(HTMLParser):
    """Every element that is opened is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


SHOWN = {
    "data set": lambda: iris, "result": lambda: minimize(problems.beale(), [2.0, -2.0]),
    "certificate": lambda: certificate(problems.saddle(), [0.0, 0.0]),
    "report": lambda: check.gradient(problems.beale(), [2.0, -2.0]),
    "race": lambda: Race(problems.beale(), [2.0, -2.0], {"newton": Newton()}, budget=30).run(),
    "new estimator": lambda: MLPClassifier(hidden=(3,)),
    "fitted estimator": lambda: MLPClassifier(hidden=(3,), l2=1e-3, random_state=0).fit(iris.X, iris.y),
}


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_a_short_table_in_the_colours_of_the_page(name):
    page, checker = SHOWN[name]()._repr_html_(), Checker()
    checker.feed(page)
    assert not checker.open and "table" in checker.tags and len(page) < 4000 and not re.search(r"\bcolor\s*[:=]", page)


def test_names_are_escaped():
    for page in (facts("<b>", [("<i>", "</table>")], "<u>"), html_table("<b>", ["<i>"], [("</td>",)], "<u>")):
        assert not any(tag in page for tag in ("<b>", "<i>", "<u>")) and page.count("</table>") == 1


def test_a_column_without_a_number_stands_to_the_left():
    page = html_table("", ["name", "kind", "n", ""], [("x", "number", 3, "a"), ("y", "date", "", "b")])
    left = re.findall(r'<td( style="text-align:left")?>', page)
    assert [bool(style) for style in left] == [True, True, False, True] * 2
