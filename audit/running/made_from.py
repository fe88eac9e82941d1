"""What an output was made from: a mark beside it, by which the next batch sees that nothing has changed."""

import hashlib
import hmac
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from audit.ground import key, whole
from audit.ground.shipped import shipped
from audit.running import outputs
from audit.running.export import AUDIT

DISTRIBUTION = "commune-audit"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class MadeFrom:
    """The mark of what an output is made from, by the office's key: without it nobody can try what it may have been."""

    secret: bytes
    mark: str

    @classmethod
    def of(cls, contents: Mapping[str, bytes], commune_key: bytes | None, parameters: Mapping[str, str]) -> "MadeFrom":
        """That of every file that is read, every parameter, and the toolkit with all that it stands on."""
        secret = contents.get(key.NAME) or commune_key or b""
        named = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        return cls(secret, _mark(secret, {"files": named, "parameters": dict(parameters), "toolkit": toolkit()}))

    def is_that_of(self, target: Path) -> bool:
        """Whether the output in `target` is whole and made from this."""
        try:
            kept = json.loads(outputs.mark(target).read_bytes())
            return bool(self.secret) and kept == {"made_from": self.mark, "files": self._marks(target)}
        except (OSError, ValueError):
            return False

    def keep(self, target: Path) -> None:
        """Note beside the output in `target` what it is made from."""
        kept = {"made_from": self.mark, "files": self._marks(target)}
        whole.write(outputs.mark(target), (json.dumps(kept, indent=1) + "\n").encode())

    def _marks(self, target: Path) -> dict[str, str]:
        """The marks of the files of an output: of one that was changed, or half lost, they are others."""
        files = sorted(path for path in target.iterdir())
        return {path.name: _mark(self.secret, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


def _mark(secret: bytes, what: object) -> str:
    return hmac.new(secret, json.dumps(what, sort_keys=True).encode(), hashlib.sha256).hexdigest()


@cache
def toolkit() -> str:
    """The mark of the toolkit: of its source, notebook and reference data, Python, and the libraries it names."""
    marks = {"python": platform.python_version()}
    for root in (_PACKAGE, shipped("reference/calendar.csv").parent):
        marks |= {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                  for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"}  # fmt: skip
    marks[AUDIT.notebook] = hashlib.sha256(shipped(AUDIT.notebook).read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps(marks | _libraries(), sort_keys=True).encode()).hexdigest()


def _libraries() -> dict[str, str]:
    """The version of each library that the toolkit names as its own; none where it was not installed."""
    try:
        named = [line for line in metadata.requires(DISTRIBUTION) or () if "extra ==" not in line]
        return {name: metadata.version(name) for line in named for name in re.findall(r"^[\w.-]+", line)}
    except metadata.PackageNotFoundError:
        return {}
