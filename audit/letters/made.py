"""Letters made from an audit, as files by name, and the record of what each was made from."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from audit.findings.edition import in_edition
from audit.findings.schema import Result
from audit.ground.terms import Edition
from audit.letters import apologies, contents, word
from audit.letters.contents import APOLOGY, KINDS, REGISTER

RECORD = "letters.json"
Templates = Callable[[str], bytes]


class From(BaseModel):
    """What a letter was made from, and the hash of the file as it was made: by that an edited one is known.

    `before` is the hash of the one of ours in whose place it is put, until all are: a run may be stopped between.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    edition: Edition
    rules: str
    as_of: str
    files: tuple[str, ...]
    template: str
    sha256: str
    before: str = ""


class Made(NamedTuple):
    """A file that was made: its bytes, and what it was made from."""

    content: bytes
    made_from: From


def letters(result: Result, kinds: Sequence[str], templates: Templates, key: bytes) -> dict[str, Made]:
    """The files of the letters of each kind, by name, from the internal edition of a result; equal inputs, equal bytes.

    `templates` gives the template of a name; `key` is the office's. The files an audit read stand in the record as
    marks that only this key makes, in the order of the result. Raises AuditError for a template that cannot be used.
    """
    editions = {edition: in_edition(result, edition, key) for edition in (Edition.OFFICE, Edition.INTERNAL)}
    marks = tuple(one.sha256 for one in editions[Edition.OFFICE].inputs)
    made: dict[str, Made] = {}
    for kind in dict.fromkeys(kinds):
        told = editions[KINDS[kind].edition]
        for name, template, content in _files(kind, told, templates):
            made_from = From(
                kind=kind, edition=told.edition, rules=told.versions["rules"], as_of=told.as_of.isoformat(),
                files=marks, template=_hash(template), sha256=_hash(content),
            )  # fmt: skip
            made[name] = Made(content, made_from)
    return made


def beside(result: Result, kind: str, files: Mapping[str, bytes], key: bytes) -> dict[str, Made]:
    """Files that no template made, of the internal edition of a result, as letters of a `kind`: kept as those are."""
    marks = tuple(one.sha256 for one in in_edition(result, Edition.OFFICE, key).inputs)
    made_from = From(
        kind=kind, edition=Edition.INTERNAL, rules=result.versions["rules"], as_of=result.as_of.isoformat(),
        files=marks, template="", sha256="",
    )  # fmt: skip
    return {
        name: Made(content, made_from.model_copy(update={"sha256": _hash(content)})) for name, content in files.items()
    }


def _files(kind: str, told: Result, templates: Templates) -> Iterator[tuple[str, bytes, bytes]]:
    """The files of a kind: name, template, content."""
    head, name = contents.head(told), REGISTER if kind == APOLOGY else kind
    template = templates(name)
    yield f"{name}.docx", template, word.filled(name, template, head | KINDS[kind].content(told), told)
    if kind == APOLOGY:
        yield f"{REGISTER}.csv", b"", apologies.as_csv(told)
        template, names = templates(APOLOGY), set[str]()
        for code, content in contents.drafts(told).items():
            yield _name(code, names), template, word.filled(APOLOGY, template, head | content, told)


def _name(code: str, names: set[str]) -> str:
    """The name of a dossier's own letter, of which no file system makes anything else; never that of another."""
    plain = re.sub(r"[^A-Za-z0-9.-]", "-", code).strip(".-")[:80] or "-"
    name, count = plain, 1
    while name.casefold() in names:
        count += 1
        name = f"{plain}-{count}"
    names.add(name.casefold())
    return f"{APOLOGY}-{name}.docx"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def record(made: Mapping[str, From]) -> bytes:
    """The record of what each letter was made from."""
    said = {name: one.model_dump(mode="json", exclude_defaults=True) for name, one in sorted(made.items())}
    return (json.dumps({"letters": said}, ensure_ascii=False, indent=1) + "\n").encode()


def read(content: bytes | None) -> dict[str, From]:
    """What a record says; nothing where there is none or it cannot be read."""
    try:
        listed = json.loads(content or b"{}").get("letters", {})
        return {name: From.model_validate(one) for name, one in listed.items() if re.fullmatch(r"[\w.-]+", name)}
    except (ValueError, ValidationError, AttributeError):
        return {}


def edited(there: Mapping[str, bytes], old: Mapping[str, From]) -> list[str]:
    """The files that are there and are not as they were made: somebody's work, or of unknown origin."""
    return [
        name
        for name, content in there.items()
        if name not in old or _hash(content) not in (old[name].sha256, old[name].before)
    ]


def under_way(made: Mapping[str, Made], there: Mapping[str, bytes], edited: Sequence[str]) -> dict[str, From]:
    """What each letter is made from while letters are put in the place of those that are `there`."""
    ours = {name: _hash(content) for name, content in there.items() if name not in edited}
    return {name: one.made_from.model_copy(update={"before": ours.get(name, "")}) for name, one in made.items()}


def older(made: Mapping[str, Made], old: Mapping[str, From]) -> dict[str, tuple[str, ...]]:
    """The letters that were there, made from something else, by name: what it was, of rules, day, files, template."""
    found = {}
    for name in made.keys() & old.keys():
        now, then = made[name].made_from, old[name]
        what = ("rules", "as_of", "files", "template")
        if differs := tuple(one for one in what if getattr(now, one) != getattr(then, one)):
            found[name] = differs
    return dict(sorted(found.items()))


def left_over(made: Mapping[str, Made], old: Mapping[str, From], kinds: Sequence[str]) -> list[str]:
    """The letters of the kinds made again that are no longer made: an apology that is owed no more."""
    return sorted(name for name, one in old.items() if one.kind in kinds and name not in made)
