"""Jupyter Server configuration for the browser tests.

Never use it for anything else: it takes all protection away and opens
JupyterLab's inside to the page. It listens on the loopback address only.
"""

import os
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # type: ignore[name-defined]  # noqa: F821

Path(os.environ["JUPYTERLAB_GALATA_ROOT_DIR"]).mkdir(parents=True, exist_ok=True)
configure_jupyter_server(c)

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["S3E_UI_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.allow_root = os.getuid() == 0
c.JupyterNotebookApp.expose_app_in_browser = True
# Tests kill kernels on purpose, more often than the default limit of 5.
c.AsyncIOLoopKernelRestarter.restart_limit = 1000
c.IOLoopKernelRestarter.restart_limit = 1000
# Where real-time collaboration keeps what it shares.
c.SQLiteYStore.db_path = str(Path(os.environ["S3E_UI_HOME"]) / "together.db")
