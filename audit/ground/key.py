"""The key that an office keeps: it makes of a dossier's code another that only who holds the key can trace back."""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from pathlib import Path

from audit.ground.terms import AuditError

NAME = "office.key"
_BYTES = 32
_LETTERS, _GROUP = 12, 4  # 60 bits: two dossiers in a million million would have to meet
_DIGITS = 16
PUBLISHED = frozenset((  # SHA-256 of the keys of the made-up samples, which anybody has
    "4ba11a3fc84546b47aeb67c8d0502798e5732f2b6100116428785888aacc6cac",
    "6d6ae0edf0dab699c5f95bce88cf4ebd785d547ccb7320ad49fad49a0f401602",
))  # fmt: skip
_NOTE = """\
# Khóa của cơ quan: giữ kín và sao lưu. Mất khóa thì mã ẩn danh của mọi hồ sơ đổi; lộ khóa thì tra ngược được mã hồ sơ.
# The office's key: keep it secret and keep a copy. Without it all masked codes change; with it they can be traced back.
"""


def read(folder: Path) -> bytes:
    """The key in an audit's folder or else in its parent, the commune's folder; an AuditError for none or a bad one."""
    file = place(folder)
    if file is None:
        raise AuditError("no_key", file=NAME, folder=Path(folder).name)
    return parsed(file.read_bytes(), file.parent.name)


def parsed(content: bytes, folder: str) -> bytes:
    """The key that a key's file holds, which lies in `folder`; an AuditError where it holds none."""
    text = content.decode("utf-8-sig", errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1 or not re.fullmatch(rf"[0-9a-f]{{{2 * _BYTES}}}", lines[0]):
        raise AuditError("bad_key", file=NAME, folder=folder)
    return bytes.fromhex(lines[0])


def is_published(key: bytes) -> bool:
    """Whether a key is one of the made-up samples', and so hides nothing."""
    return hashlib.sha256(key).hexdigest() in PUBLISHED


def made(folder: Path) -> Path | None:
    """The key file that was made beside an audit's folder; None where there is one already, or no such folder."""
    if place(folder) is not None or not Path(folder).is_dir():
        return None
    target = Path(folder).resolve().parent / NAME
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{_NOTE}{secrets.token_hex(_BYTES)}\n")
    except FileExistsError:  # another run was quicker
        return None
    except OSError as error:
        raise AuditError("key_not_made", file=NAME, folder=target.parent.name) from error
    return target


def place(folder: Path) -> Path | None:
    """Where the key of an audit's folder is, if there is one."""
    folder = Path(folder).resolve()
    return next((path for path in (folder / NAME, folder.parent / NAME) if path.is_file()), None)


def dossier_code(dossier_id: str, key: bytes) -> str:
    """The masked code of a dossier: the same for the same dossier and key, such as 7K3F-92QX-M4TA in form."""
    letters = base64.b32encode(_digest("dossier", dossier_id, key)[:_LETTERS]).decode()[:_LETTERS]
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))


def fingerprint(facts: object, key: bytes) -> str:
    """A mark of what was found, as plain JSON values: another as soon as any of them is another."""
    canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _digest("finding", canonical, key).hex()[:_DIGITS]


def _digest(of: str, text: str, key: bytes) -> bytes:
    return hmac.digest(key, f"{of}\n{text}".encode(), "sha256")
