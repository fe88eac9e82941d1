"""README.md as a package index shows it: what it leads to is in the repository, so each link names that."""

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(!?)(\[[^\]]*\])\((?!https?:|#)([^)\s]+)\)")


def absolute(text: str, repository: str) -> str:
    """`text` with its links into the repository absolute, those of pictures to the pictures themselves."""

    def led(link: re.Match) -> str:
        kind = "raw" if link[1] else "blob"
        return f"{link[1]}{link[2]}({repository}/{kind}/main/{link[3]})"

    return LINK.sub(led, text)


class CustomMetadataHook(MetadataHookInterface):
    """What the build asks for."""

    def update(self, metadata: dict) -> None:
        """Give the distribution its README."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = absolute(text, metadata["urls"]["Repository"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
