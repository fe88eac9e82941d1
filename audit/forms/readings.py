"""A form in JupyterLab: an image of `evidence/` beside fields for what a reader sees on it, blind to every other."""

import base64
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from audit.findings.result import Result
from audit.forms import fields
from audit.ground import terms
from audit.ground.extras import needs
from audit.ground.terms import AuditError, Sought
from audit.reading.cells import VIETNAM
from audit.reading.load import Office
from audit.sampling import image_readings, readings_kept
from audit.sampling.image_readings import Item, Pair, Reading, Seen

with needs("form"):
    import ipywidgets as widgets

_TYPED = ("seen", "sought", "dated_on", "signed_by", "number", "page", "line")


def form(result: Result, office: Office, folder: str | Path) -> "Form":
    """A form for reading the office's images twice; it writes into the audit's `folder` what is saved, nothing else.

    Of the `result` it takes the language and, for kappa, due dates: a reader is shown nothing that was found.
    """
    return Form(result, office, folder)


class Form:
    """The form, with each of its widgets by name. Who reads is asked once, before the first image is shown."""

    def __init__(self, result: Result, office: Office, folder: str | Path):
        self._lang, self._folder = result.lang, folder
        self._due_on = {one.dossier_id: one.due_on for one in result.judged}
        self._items = image_readings.items(office.images)
        self._not_shown = image_readings.not_shown(office.images)
        self._item: Item | None = None
        self.reader = fields.text(self._say("reader"), self._say("reader_hint"))
        self.begin = fields.button(self._say("begin"), is_main=True)
        self.seen = fields.choice(self._say("seen"), self._options(Seen, "readings.seen_"))
        self.sought = fields.choice(self._say("sought"), self._options(Sought, "sought."))
        self.dated_on = fields.text(self._say("dated_on"), self._say("dated_on_hint"))
        self.signed_by = fields.choice(self._say("signed_by"), self._options(image_readings.SIGNED_BY, "readings.by_"))
        self.number, self.line = fields.text(self._say("number")), fields.text(self._say("line"))
        self.page = fields.text(self._say("page"), self._say("page_hint"))
        self.save = fields.button(self._say("save"), is_main=True)
        self.told, self.answer, self.image, self.after = (fields.html() for _ in range(4))
        lines = (self.dated_on, self.number, self.page, self.line)
        for one in (self.reader, *lines):
            one.continuous_update = True  # Enter comes before the change of a line that tells it at the end
        by_enter = fields.by_enter(self.save, lines, self._save)
        typed = [*(getattr(self, name) for name in _TYPED), self.save, by_enter]
        self._typed = widgets.VBox(typed, layout={"flex": "1 1 24rem"})
        self._asked = widgets.VBox([self.reader, self.begin, fields.by_enter(self.begin, [self.reader], self._begin)])
        self._beside = widgets.HBox([], layout={"flex_flow": "row wrap"})
        self.whole = widgets.VBox([self.told, self._asked, self.answer, self._beside, self.after])
        self._tell(self._kept() if self._items else [self._say("none")])

    def _ipython_display_(self) -> None:
        fields.display(self.whole)

    def _say(self, key: str, **values: object) -> str:
        return terms.text(f"readings.{key}", self._lang, **values)

    def _options(self, words: Iterable[str], key: str) -> list[tuple[str, object]]:
        named: list[tuple[str, object]] = [(terms.text(f"{key}{word}", self._lang), str(word)) for word in words]
        return [(self._say("not_chosen"), ""), *named]

    def _kept(self) -> list[str]:
        """What becomes of a reading, and which files it leaves as they are."""
        told = [self._say("files", file=readings_kept.NAME, one_by_one=readings_kept.ONE_BY_ONE)]
        if sheets := readings_kept.other_sheets(self._folder):
            told.append(self._say("beside", sheets=", ".join(sheets), file=readings_kept.NAME))
        return [*told, self._say("not_shown", count=self._not_shown)] if self._not_shown else told

    def _tell(self, texts: list[str]) -> None:
        self.told.value = fields.paragraphs(texts)

    def _answer(self, told: str) -> None:
        self.answer.value = Markup('<p role="status"><b>{}</b></p>').format(told)

    def _begin(self) -> None:
        if not self.reader.value.strip():
            self._answer(self._say("lacks_reader"))
            return
        self._asked.children = ()
        self._answer("")
        self._go_on()

    def _go_on(self) -> None:
        """Show what this reader reads next; how far both agree where nothing is left for them."""
        try:
            readings = readings_kept.standing(self._folder)
            left = image_readings.left_to(self.reader.value, self._items, readings)
            self._item = left[0] if left else None
            self._tell([self._say("left", reader=self.reader.value, left=len(left), all=len(self._items))])
            self._show(self._item)
            if self._item is None:
                self.after.value = self._after(readings)
        except AuditError as error:
            self._answer(error.messages[self._lang])

    def _show(self, item: Item | None) -> None:
        for name in _TYPED:
            getattr(self, name).value = ""
        if item is None:
            self.image.value, self._beside.children = "", ()
            return
        self.sought.value = Sought.REGISTER.value if item.is_page else ""
        heading = self._say("heading", dossier=item.dossier_id, where=item.where)
        shown = base64.b64encode(item.picture).decode()
        self.image.value = Markup("<h3>{}</h3>{}").format(heading, fields.picture(item.where, shown))
        self._beside.children = (self._typed, self.image)
        self.seen.focus()

    def _save(self) -> None:
        if self._item is None:
            return
        given = {name: getattr(self, name).value for name in (*_TYPED, "reader")}
        if what := image_readings.lacking(given):
            self._answer(self._say(f"lacks_{what}"))
            return
        try:
            reading = image_readings.reading(self._item, given, datetime.now(VIETNAM).date())
            readings_kept.write(self._folder, reading)
        except AuditError as error:
            self._answer(error.messages[self._lang])
            return
        self._answer(self._say("saved", dossier=reading.dossier_id, told=self._told(reading)))
        self._go_on()

    def _told(self, one: Reading) -> str:
        """A reading in words."""
        said = [self._say(f"seen_{one.seen}")]
        if one.sought:
            said.append(terms.text(f"sought_word.{one.sought}", self._lang))
        if one.dated_on:
            said.append(f"{one.dated_on:%d/%m/%Y}")
        if one.signed_by:
            said.append(self._say(f"by_{one.signed_by}"))
        given = ((name, getattr(one, name)) for name in ("number", "page", "line"))
        return "; ".join([*said, *(f"{self._say(name)} {value}" for name, value in given if value)])

    def _after(self, readings: tuple[Reading, ...]) -> Markup:
        """How far the two agree, with count and total, and each difference with what both saw, for a third look."""
        keys = {(one.key, one.mark) for one in self._items}
        both = [pair for pair in image_readings.pairs(readings) if (pair[0].key, pair[0].mark) in keys]
        found = image_readings.agreement(both, self._due_on)
        kappa = self._say("no_kappa") if found.kappa is None else terms.number(round(found.kappa, 2), self._lang)
        told = [
            self._say("done", reader=self.reader.value),
            self._say("agreement", twice=found.twice, all=len(self._items), agreed=found.agreed, kappa=kappa),
        ]
        if not found.differing:
            return fields.paragraphs(told)
        told.append(self._say("third", count=len(found.differing), twice=found.twice, file=readings_kept.NAME))
        heads = [self._say(name) for name in ("dossier", "where", "row", "apart", "first", "second")]
        rows = readings_kept.rows_by_item(self._folder)
        return fields.paragraphs(told) + fields.table(heads, (self._row(pair, rows) for pair in found.differing))

    def _row(self, pair: Pair, rows: dict[tuple[str, str], int]) -> list[object]:
        first, second = pair
        names = ", ".join(self._say(name).lower() for name in image_readings.differing(first, second))
        said = [f"{one.reader}: {self._told(one)}" for one in pair]
        return [first.dossier_id, first.where, rows.get(first.key, "–"), names, *said]
