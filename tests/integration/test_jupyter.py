"""A notebook that is executed shows tables and pictures, not the names of classes; skipped where nbclient is not
installed."""
import sys

import pytest

pytestmark = pytest.mark.slow

CELLS = {  # what is the last line of a cell, and what the cell must then show
    "minnet.datasets.iris()": "text/html",
    "model": "text/html",
    "model.result_": "text/html",
    "model.certificate_": "text/html",
    "minnet.plotting.training(model.result_, model.certificate_)": "image/png",
    "_ = minnet.minimize(f, [2.0, -2.0], minnet.optim.GradientDescent(1e-3), max_iter=3000, progress=True)":
        "text/plain",
    "minnet.plotting.trajectory(f, run)": "image/png",
    "minnet.plotting.animate(f, run, frames=4)": "text/html",
    "minnet.race.Race(f, [2.0, -2.0], {'newton': minnet.optim.Newton()}, budget=30).run()": "text/html",
}
FIRST = """import minnet
data, f = minnet.datasets.iris(), minnet.problems.beale()
model = minnet.MLPClassifier(hidden=(3,), l2=1e-3, random_state=0).fit(data.X, data.y)
run = minnet.minimize(f, [2.0, -2.0], minnet.optim.LBFGS(), record=["x"])"""


@pytest.mark.filterwarnings("ignore")
def test_the_last_line_of_a_cell_is_shown(tmp_path):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    kernelspec = pytest.importorskip("jupyter_client.kernelspec")
    pytest.importorskip("ipykernel")
    kernels = kernelspec.KernelSpecManager(kernel_dirs=[str(tmp_path)], ensure_native_kernel=True)
    assert kernels.get_kernel_spec("python3").argv[0] in ("python", sys.executable)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in [FIRST, *CELLS]])
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell in book.cells[1:]:
        (output,) = cell.outputs
        assert CELLS[cell.source] in output["data"], cell.source
