"""Tables to read: written to files of their own."""
import itertools

import pytest


@pytest.fixture
def table(tmp_path):
    """Writes a text or bytes to a file, and gives its path."""
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    return write


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """Fresh paths for Hypothesis, whose examples share a fixture."""
    folder, number = tmp_path_factory.mktemp("scratch"), itertools.count()
    return lambda: folder / f"{next(number)}.csv"
