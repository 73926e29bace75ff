"""Starts the launcher with its folders below a temporary root: `python -I -S -B driver.py ROOT [PATIENCE]`."""

import runpy
import sys
from pathlib import Path

launcher = Path(__file__).parents[1] / "launcher"
sys.path[0] = str(launcher)
life = runpy.run_path(str(launcher / "__main__.py"), run_name="launcher")

from mse_launcher.launch import Paths  # noqa: E402

root = Path(sys.argv[1])
if len(sys.argv) > 2:
    sys.path.append(str(root / "opt/mse/site-packages"))
    import mse_launcher.surface

    mse_launcher.surface.PATIENCE = float(sys.argv[2])
folders = ("opt/mse", "root", "key", "mse-app", "tmp", "dev/attestation")
life["main"](Paths(*(root / folder for folder in folders)))
