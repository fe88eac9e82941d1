"""What an output was made from: a mark beside it, by which the next batch sees that nothing has changed."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audit.ground import key, whole
from audit.running import manifest, outputs
from audit.running.toolkit import toolkit


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
        """The marks of the files of an output, but for a signature: of one that was changed, or half lost, others."""
        files = sorted(path for path in target.iterdir() if path.name != manifest.SIGNATURE)
        return {path.name: _mark(self.secret, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


def _mark(secret: bytes, what: object) -> str:
    return hmac.new(secret, json.dumps(what, sort_keys=True).encode(), hashlib.sha256).hexdigest()
