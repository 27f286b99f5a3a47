"""The book: sphinx-build -W tutorials out/book

Sphinx reads this file. Chapters are the executed notebooks as they are; `book_pages` writes what is gathered from the
package (exercises, gallery, reference, tests) into the folder `book`, and `book_docstrings` prepares the docstrings.
Nothing is fetched from the network.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import book_docstrings  # noqa: E402
import book_pages  # noqa: E402

project, author, language = "minnet", "the authors of minnet", "en"
extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "sphinxcontrib.bibtex",
]
exclude_patterns = ["_templates"]
templates_path = ["_templates"]
autosummary_generate = [f"book/api/{room}.rst" for room in book_pages.ROOMS]
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
myst_enable_extensions, myst_dmath_double_inline = ["dollarmath"], True
myst_heading_anchors = 3
default_role = "autolink"
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "alpha"
numpydoc_show_class_members = False
autodoc_typehints_format = "short"
autodoc_type_aliases = {"Array": "Array", "ArrayLike": "ArrayLike"}
python_maximum_signature_line_length = 88

html_theme, html_title = "furo", "minnet"
html_show_search_summary = False  # a page opened from the disk may not read others
html_copy_source = html_show_copyright = False
# MathJax in one file, from the package django-static-mathjax (which needs no Django): formulas without the network.
mathjax_path = "tex-svg-full.js"
html_css_files = ["book.css"]
html_static_path = ["book.css", str(Path(find_spec("mathjax").origin).parent / "static" / "mathjax" / "es5" / mathjax_path)]


def setup(app):
    app.connect("config-inited", lambda app, config: book_pages.write(HERE / "book"))
    app.connect("source-read", book_pages.places_linked)
    app.connect("autodoc-skip-member", book_docstrings.inherited_from_elsewhere)
    app.connect("autodoc-process-signature", book_docstrings.short_types)
    app.connect("autodoc-process-docstring", book_docstrings.plain_text, priority=100)  # before numpydoc
    app.connect("autodoc-process-docstring", book_docstrings.cited, priority=200)
    app.connect("autodoc-process-docstring", book_docstrings.shown, priority=900)
