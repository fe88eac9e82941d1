"""What somebody who installed the toolkit alone begins with, as in the repository: notebooks, samples, model, guide."""

from pathlib import Path
from typing import NamedTuple

from audit.ground import whole
from audit.ground.shipped import shipped

FILES = ("README.md", "README.vi.md", "data/README.md", "data/office.toml")
FOLDERS = ("notebooks", "docs", "data/binh-phuoc", "data/xa-mau", "data/troi-mau", "data/rollup-mau", "data/tinh-mau",
           "data/tim-giay-to")  # fmt: skip
ENDINGS = {".ipynb", ".md", ".png", ".toml", ".csv", ".xlsx", ".txt", ".json", ".key"}  # and no program


class LaidOut(NamedTuple):
    """How many files were written, and how many were there already and stayed as they are."""

    written: int
    kept: int


def lay_out(folder: Path) -> LaidOut:
    """Write what there is into `folder`, over nothing; AuditError where that cannot be."""
    written = kept = 0
    for name, source in sorted(_sources().items()):
        target = folder / name
        if target.exists():
            kept += 1
        else:
            whole.write(target, source.read_bytes())
            written += 1
    return LaidOut(written, kept)


def _sources() -> dict[str, Path]:
    """Each file, by the name that it gets, and where it is among what was installed."""
    found = {name: shipped(f"start/{name}") for name in FILES}
    for name in FOLDERS:
        root = shipped(name if name == "notebooks" else f"start/{name}")
        paths = (path for path in root.rglob("*") if path.suffix in ENDINGS and ".ipynb_checkpoints" not in path.parts)
        found |= {f"{name}/{path.relative_to(root).as_posix()}": path for path in paths}
    return found
