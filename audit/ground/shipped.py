"""Where the files that come with the toolkit are: beside the package when installed, in the repository else."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def shipped(name: str) -> Path:
    """The path of "reference/…" or "notebooks/…" as it comes with the toolkit."""
    inside = _PACKAGE / name
    if inside.exists():
        return inside
    return _PACKAGE.parent / (f"data/{name}" if name.startswith("reference/") else name)
