"""Pyright as a user of minnet runs it: from a folder without minnet's sources, on the package that is installed."""
import json
import os
import subprocess
import sys


def pyright(*arguments, folder):
    """The report of `pyright ARGUMENTS`, run in the folder."""
    environment = os.environ | {"VIRTUAL_ENV": sys.prefix, "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}"}
    run = subprocess.run(["pyright", *arguments, "--outputjson"], cwd=folder, env=environment, capture_output=True,
                         text=True, check=False)
    return json.loads(run.stdout)
