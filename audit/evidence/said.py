"""What a check of outputs says: lines, each of which is the same, differs, or cannot be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from audit.ground import terms


class Outcome(StrEnum):
    """What one thing looked at comes to."""

    SAME = "same"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Line:
    """One thing looked at: its outcome, and the sentence in each language."""

    outcome: Outcome
    said: Mapping[str, str]


@dataclass(frozen=True)
class Checked:
    """All that was looked at, in order. Shown by a notebook as a table."""

    lines: tuple[Line, ...]
    lang: str = "vi"

    @property
    def differs(self) -> bool:
        """Whether anything differs."""
        return any(line.outcome == Outcome.DIFFERS for line in self.lines)

    def told(self, lang: str) -> list[str]:
        """The lines as they are printed, and how many of them are which at the end."""
        told = [f"{terms.text(f'verify.{line.outcome}', lang)}: {line.said[lang]}" for line in self.lines]
        return [*told, self.conclusion(lang)]

    def conclusion(self, lang: str) -> str:
        """How many of the things looked at are the same, differ, cannot be told."""
        counts = {one.value: sum(line.outcome == one for line in self.lines) for one in Outcome}
        return terms.text("verify.conclusion", lang, total=len(self.lines), **counts)

    def _repr_html_(self) -> str:
        row = Markup("<tr><th>{}</th><td style='text-align: left'>{}</td></tr>")
        rows = [
            row.format(terms.text(f"verify.{line.outcome}", self.lang), line.said[self.lang]) for line in self.lines
        ]
        return Markup("<table>{}</table><p>{}</p>").format(Markup("").join(rows), self.conclusion(self.lang))


def same(key: str, /, **values: object) -> Line:
    """A line on what is the same."""
    return _line(Outcome.SAME, key, values)


def differs(key: str, /, **values: object) -> Line:
    """A line on what differs."""
    return _line(Outcome.DIFFERS, key, values)


def unknown(key: str, /, **values: object) -> Line:
    """A line on what cannot be told."""
    return _line(Outcome.UNKNOWN, key, values)


def named(names: Iterable[str], most: int = 8) -> str:
    """Names after each other; of many, the first and how many there are."""
    listed = sorted(names)
    return ", ".join(listed[:most]) + (f" … ({len(listed)})" if len(listed) > most else "")


def _line(outcome: Outcome, key: str, values: Mapping[str, object]) -> Line:
    """`values`: as they stand in either language; a mapping has one for each."""

    def put(lang: str) -> dict[str, object]:
        return {name: one[lang] if isinstance(one, Mapping) else one for name, one in values.items()}

    return Line(outcome, {lang: terms.text(f"verify.{key}", lang, **put(lang)) for lang in terms.LANGUAGES})
