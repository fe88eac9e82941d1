"""Where signatures and keys are put: a signature beside its manifest, a pair of keys where it was asked for."""

import os
from pathlib import Path

from audit.evidence import belong, given
from audit.evidence.said import Outcome
from audit.ground import whole
from audit.ground.terms import AuditError
from audit.running import manifest

PUBLIC = ".pub"


def sign(folder: Path, key: Path) -> Path:
    """Sign the manifest in a folder of outputs; where the signature is.

    Raises AuditError for a folder without a manifest, for files that are not as it lists them, and a key that is none.
    """
    from audit.evidence import signing  # noqa: PLC0415  its library is an extra

    outputs, _ = given.both(folder, None, None)
    if outputs.listed is None:
        raise AuditError("sign_no_manifest", manifest=manifest.NAME, folder=folder.name)
    if any(line.outcome == Outcome.DIFFERS for line in belong.as_listed(outputs)):
        raise AuditError("sign_changed", manifest=manifest.NAME, folder=folder.name)
    signature = signing.signature(outputs.files[manifest.NAME], given.small(key), key.name)
    target = (folder if folder.is_dir() else folder.parent) / manifest.SIGNATURE
    whole.write(target, signature)
    return target


def new_pair(private: Path) -> Path:
    """Write a new pair of keys, the private one for its owner alone; where the public one is.

    Raises AuditError where a file of either name is there, and writes over nothing.
    """
    from audit.evidence import signing  # noqa: PLC0415  as above

    public = private.with_name(f"{private.name}{PUBLIC}")
    for path in (private, public):
        if path.exists() or path.is_symlink():
            raise AuditError("sign_key_there", file=path.name)
    secret, told = signing.new_pair()
    for path, content, mode in ((private, secret, 0o600), (public, told, 0o644)):
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError as error:  # another run was quicker
            raise AuditError("sign_key_there", file=path.name) from error
        with os.fdopen(made, "wb") as stream:
            stream.write(content)
    return public
