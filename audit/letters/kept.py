"""Where templates and letters are kept: an audit's own templates first; letters, and the record of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from audit.ground import whole
from audit.ground.shipped import shipped
from audit.ground.terms import AuditError
from audit.letters import made
from audit.letters.made import Made

OWN = "letters"  # the folder of an audit's own templates, in the audit's folder
MOST_BYTES = 20_000_000


def template(folder: Path, name: str) -> bytes:
    """The template of a name: the folder's own where there is one, else that of the toolkit."""
    own = Path(folder) / OWN / f"{name}.docx"
    if not own.is_file():
        return shipped(f"letter_templates/{name}.docx").read_bytes()
    if own.stat().st_size > MOST_BYTES:
        raise AuditError("letter_template", file=own.name, problem="> 20 MB")
    return own.read_bytes()


class Written:
    """What became of letters: `older` as `made.older`; `left_over` taken away, `kept` since somebody changed them."""

    def __init__(self, older: dict[str, tuple[str, ...]], left_over: Sequence[str], kept: Sequence[str]):
        self.older, self.left_over, self.kept = older, left_over, kept


def write(out: Path, letters: Mapping[str, Made], kinds: Sequence[str], *, force: bool) -> Written:
    """Write letters into the folder `out`, and what each was made from.

    Letters of these kinds that are no longer made are taken away, but for those that somebody has changed. Raises
    AuditError, before anything is written, where one would be written over that somebody has changed, unless `force`.
    """
    file = out / made.RECORD
    old = made.read(file.read_bytes() if file.is_file() else None)
    gone = made.left_over(letters, old, kinds)
    there = {name: (out / name).read_bytes() for name in (*letters, *gone) if (out / name).is_file()}
    edited = made.edited(there, old)
    if (in_the_way := [name for name in edited if name in letters]) and not force:
        raise AuditError("letter_changed", files=", ".join(sorted(in_the_way)))
    kept = [name for name in gone if name in edited]
    older = {name: what for name, what in made.older(letters, old).items() if name in there}
    whole.write(file, made.record(old | made.under_way(letters, there, edited)), is_private=True)
    for name, one in letters.items():
        whole.write(out / name, one.content, is_private=True)
    for name in gone:
        if name not in kept:
            (out / name).unlink(missing_ok=True)
    listed = {name: one for name, one in old.items() if name not in gone or name in kept}
    whole.write(file, made.record(listed | {name: one.made_from for name, one in letters.items()}), is_private=True)
    return Written(older, [name for name in gone if name not in kept], kept)
