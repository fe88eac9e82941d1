"""What JupyterLab saves of the toolkit's own notebooks: what was typed into their cells, and never what they showed.

A notebook that was run names dossiers; the one that git knows must not. A copy elsewhere is saved as any other. Lab is
told of it by `jupyter_server_config.d/commune-audit.json`, which is installed with the toolkit.
"""

import json
from pathlib import Path
from typing import Any

from audit.ground.shipped import shipped

_OF_KERNEL = ("kernelspec", "language_info")


def without_outputs(model: dict[str, Any], path: str, contents_manager: Any, **_: object) -> None:
    """Put the outputs and metadata of the notebook on disk in place of those that are to be saved (a `pre_save_hook`).

    A cell that is not on disk is saved without any.
    """
    file = Path(contents_manager.root_dir, path.strip("/")).resolve()
    if model.get("type") != "notebook" or file.parent != shipped("notebooks").resolve():
        return
    stored = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"cells": []}
    by_id = {cell.get("id"): cell for cell in stored["cells"]}
    notebook = model["content"]
    notebook["metadata"] = stored.get("metadata", {name: notebook["metadata"].get(name, {}) for name in _OF_KERNEL})
    for cell in notebook["cells"]:
        known = by_id.get(cell.get("id"), {})
        cell["metadata"] = known.get("metadata", {})
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = known.get("outputs", []), known.get("execution_count")
