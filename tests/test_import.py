"""What importing minnet loads: each room without the floors above it, and matplotlib for pictures only."""
import subprocess
import sys

import pytest

import minnet

OTHERS = "'numpy', 'scipy', 'matplotlib', 'hypothesis', 'sklearn'"
LOADED = f"import sys; print(*sorted(name for name in sys.modules if name.startswith('minnet') or name in ({OTHERS})))"
FORBIDDEN = {  # importing this must not load those
    "import minnet": ["numpy", "scipy", "matplotlib", "hypothesis", "sklearn", "minnet.cli", "minnet.play"],
    "import minnet.play": ["matplotlib", "minnet.cli", "minnet.estimators"],
    "from minnet import MLP, Objective, MLPClassifier, check, curvature, datasets, minimize": [
        "matplotlib",
        "hypothesis",
        "minnet.cli",
    ],
    "import minnet.optim": ["minnet.network", "minnet.curvature", "minnet.datasets", "minnet.problems", "matplotlib"],
    "import minnet.network.objective": ["minnet.optim", "minnet.curvature", "minnet.check", "minnet.datasets"],
    "import minnet.linalg.factor": ["minnet.network", "minnet.optim"],
    "import minnet.curvature": ["minnet.check", "minnet.estimators", "minnet.datasets"],
    "import minnet.plotting": ["minnet.cli", "minnet.estimators", "minnet.gallery"],
}


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_no_room_loads_the_floors_above_it(statement):
    run = subprocess.run([sys.executable, "-c", f"{statement}; {LOADED}"], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert not [
        name for name in loaded for other in FORBIDDEN[statement] if name == other or name.startswith(other + ".")
    ]


@pytest.mark.parametrize("name", minnet.__all__)
def test_every_public_name_is_there(name):
    assert getattr(minnet, name) is getattr(minnet, name) and name in dir(minnet)


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        minnet.nothing
