"""Starts the launcher with its folders below a root: `python -I -S -B driver.py ROOT PATIENCE GRACE BEFORE`."""

import runpy
import sys
from pathlib import Path

launcher = Path(__file__).parents[1] / "launcher"
sys.path[0] = str(launcher)
life = runpy.run_path(str(launcher / "__main__.py"), run_name="launcher")

root, patience, grace = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
exec(sys.argv[4], {})  # what a test watches the launcher with
if (patience, grace) != (30, 5):
    sys.path.append(f"{root}/opt/mse/site-packages")
    from mse_launcher import serve

    serve.PATIENCE, serve.GRACE = patience, grace

try:  # as __main__.py does, below another root
    life["live"](Path(root))
except (life["Refusal"], OSError) as error:
    life["log"](str(error))
    sys.exit(2)
