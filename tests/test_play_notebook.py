"""The playground in a notebook: ipympl puts its canvas into the cell."""
from importlib.util import find_spec

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

CELLS = {
    "still": "import minnet.play\nminnet.play.show()",
    "live": "%matplotlib widget\nplayground = minnet.play.show()",
    "step": "playground.room.step()\nprint(type(playground.fig.canvas).__module__, playground.room.race.budget > 0)",
}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("ipympl") is None, reason="no ipympl")    # to import it would change the backend here
@pytest.mark.filterwarnings("default")
def test_a_cell_shows_a_canvas_that_works():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in CELLS.values()])
    nbclient.NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
    still, live, step = (cell.outputs for cell in notebook.cells)
    assert still[-1]["evalue"].startswith("this notebook shows still pictures; expected %matplotlib widget")
    views = [output["data"]["application/vnd.jupyter.widget-view+json"] for output in live if "data" in output]
    models = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert [models[view["model_id"]]["model_name"] for view in views] == ["MPLCanvasModel"]
    assert step[0]["text"] == "ipympl.backend_nbagg True\n"
