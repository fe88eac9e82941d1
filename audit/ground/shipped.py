"""Where the files that come with the toolkit are: beside the package when installed, in the repository else."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_IN_REPOSITORY = {"reference": "data/reference", "letter_templates": "data/letters", "start": ""}


def shipped(name: str) -> Path:
    """The path of "reference/…", "letter_templates/…", "notebooks/…" or "start/…" as it comes with the toolkit."""
    inside = _PACKAGE / name
    if inside.exists():
        return inside
    room, _, file = name.partition("/")
    return _PACKAGE.parent / _IN_REPOSITORY.get(room, room) / file
