"""A form in JupyterLab: from files as received to the page, step by step, nothing typed into a file by hand.

Each step opens when the one before is right. Nothing is written before the last button, and then only into the place
that was named; the notebook itself stays without any of it.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from audit.extracting import extract
from audit.forms import fields, result
from audit.ground import terms
from audit.ground.extras import needs
from audit.ground.terms import AuditError, Edition, UnitLevel
from audit.reading import begin, cells, load, received, report_text
from audit.reading.begin import Answers, Found
from audit.reading.received import OUT, FileSeen, Told
from audit.records.registry import RECORDS

with needs("form"):
    import ipywidgets as widgets

_LEVELS = (UnitLevel.DESK, UnitLevel.COMMUNE, UnitLevel.UPPER_LEVEL, UnitLevel.UNKNOWN)
_KB = 1024
_STEPS = range(1, 9)
FILES, WHAT, COLUMNS, OFFICE, UNITS, KEPT, REPORT, MAKE = _STEPS
_ASKED = ("name", "first_on", "last_on", "as_of", "place")


def form(lang: str = "vi") -> "Form":
    """The form, empty."""
    terms.refuse_wrong(lang)
    return Form(lang)


def facts(form_: "Form") -> str:
    """How many files are read, in words."""
    return terms.text("begin.facts", form_.lang, count=form_.count)


class Form:
    """The form, with each of its widgets by name. `made`: the audit's folder, once it is written or named."""

    def __init__(self, lang: str):
        self._lang = lang
        self._received: dict[str, bytes] = {}
        self._found: Found | None = None
        self._claims: pd.DataFrame | None = None
        self._written: dict[str, str] = {}
        self._read_as, self._arranged = Told(), dict[str, bytes]()  # what was told when the files were read, and these
        self.made: Path | None = None
        self.steps = {number: fields.Step(number, self._say(f"step_{number}")) for number in _STEPS}
        self.upload = widgets.FileUpload(multiple=True, description=self._say("upload"), layout={"width": "32rem"})
        self.source = fields.text(self._say("source"), self._say("source_hint"))
        self.read = fields.button(self._say("read"), is_main=True)
        self.told = fields.html()
        self.records: dict[str, widgets.Dropdown] = {}
        self.columns: dict[tuple[str, str], widgets.Dropdown] = {}
        self.words: dict[tuple[str, str], widgets.Dropdown] = {}
        self.read_again = fields.button(self._say("read_again"))
        self.name, self.province = fields.text(self._say("name")), fields.text(self._say("province"))
        self.first_on, self.last_on, self.as_of = (
            fields.text(self._say(key), self._say("day_hint")) for key in ("first_on", "last_on", "as_of")
        )
        self.place = fields.text(self._say("place"), self._say("place_hint"))
        self.units: dict[str, widgets.ToggleButtons] = {}
        self.kept: dict[str, widgets.ToggleButtons] = {}
        self.report = widgets.FileUpload(description=self._say("report"), accept=".docx,.pdf,.txt,.md",
                                         layout={"width": "32rem"})  # fmt: skip
        self.number = fields.text(self._say("report_number"), self._say("report_number_hint"))
        self.read_report = fields.button(self._say("read_report"))
        self.figures: dict[str, widgets.Checkbox] = {}
        self.edition = fields.choice(self._say("edition"), result.editions(lang), Edition.INTERNAL)
        self.make = fields.button(self._say("make"), is_main=True)
        self.making = result.Making(lang)
        self.whole = widgets.VBox([step.box for step in self.steps.values()])
        self.steps[FILES].show([self.upload, self.source, self.read, self.told])
        self.read.on_click(lambda _: self._safely(FILES, self._read))
        self.read_again.on_click(lambda _: self._safely(COLUMNS, self._understand))
        self.read_report.on_click(lambda _: self._safely(REPORT, self._read_report))
        self.make.on_click(lambda _: self._safely(MAKE, self._make))

    @property
    def lang(self) -> str:
        """The language of the form: vi or en."""
        return self._lang

    @property
    def count(self) -> int:
        """How many files are read."""
        return len(self._received) if self._found else 0

    def _ipython_display_(self) -> None:
        fields.display(self.whole)

    def _say(self, key: str, **values: object) -> str:
        return terms.text(f"begin.{key}", self._lang, **values)

    def _safely(self, step: int, work: Callable[[], None]) -> None:
        """Do what a button asks for; what is wrong is said in its step, and no result of before stays."""
        if self.making.is_running:
            self.steps[step].say(self._say("is_running"))
            return
        for one in self.steps.values():
            one.say("")
        self.making.clear()
        try:
            work()
        except AuditError as error:
            self._wrong(step, error.messages[self._lang])
        except (OSError, ValueError, RuntimeError) as error:  # such as a path that no file can have
            self._wrong(step, self._say("fault", error=error))

    def _wrong(self, step: int, told: str, field: widgets.Widget | None = None) -> None:
        """Say in a step what is wrong with it, and take whoever types there."""
        self.steps[step].say(told)
        if field is not None:
            field.focus()

    # 1 to 3: files, what each of them is, and what stands under its headings

    def _read(self) -> None:
        """The files that were chosen; a folder of an audit that is there already is only made again."""
        self._close(WHAT)
        written = self.source.value.strip().strip("\"'")
        source = Path(written).expanduser()
        if written and not self.upload.value and begin.is_audit(source):
            self.made = source.resolve()
            self.told.value = fields.paragraphs([self._say("goes_on", place=self.made)])
            self.steps[MAKE].show([self.edition, self.make, self.making.whole])
            return
        self.steps[FILES].say(self._say("reading"))
        uploaded = {Path(one["name"]).name: bytes(one["content"]) for one in self.upload.value}
        uploaded.pop("office.toml", None)
        strange = sorted(name for name in uploaded if not load.is_read(name))
        if (not uploaded and not written) or (uploaded and written) or strange:
            told = self._say("not_read", files=", ".join(strange)) if strange else ""
            self._wrong(FILES, told or self._say("both_given" if uploaded else "no_files"), self.source)
            return
        received_files = uploaded or begin.received_in(source)
        self._begin_anew()
        self._received = received_files
        self._understand()
        self.steps[FILES].say("")

    def _begin_anew(self) -> None:
        """Forget what was said of the files before: they may be of another office."""
        self.records, self.columns, self.words, self.units, self.kept, self.figures = {}, {}, {}, {}, {}, {}
        self._claims, self.made, self._written = None, None, {}
        self.report.value = ()
        for key in (*_ASKED, "province", "number"):
            getattr(self, key).value = ""

    def _close(self, first: int) -> None:
        """Take away the steps from one on."""
        self._found = None
        for number in _STEPS[first - 1 :]:
            self.steps[number].show(())

    def _told(self) -> Told:
        """What was said of the files so far."""
        return Told(
            {name: widget.value for name, widget in self.records.items() if widget.value},
            {place: widget.value for place, widget in self.columns.items() if widget.value},
            {place: widget.value for place, widget in self.words.items() if widget.value},
        )

    def _understand(self) -> None:
        """What each file is and says by what was told of it; what is not known is asked for."""
        self._found = None
        seen = received.files_seen(self._received, self._told())
        self._ask_records(seen)
        self._ask_columns(seen)
        try:
            received.refuse_lacking(seen)
            self._read_as = self._told()
            self._arranged = received.arranged(self._received, self._read_as)
            self._found = begin.found(self._arranged)
        except AuditError as error:
            self._close(OFFICE)
            self._wrong(COLUMNS if any(one.lacking for one in seen) else WHAT, error.messages[self._lang])
            return
        self._ask_columns(seen, self._found)
        self._propose(self._found)

    def _ask_records(self, seen: Sequence[FileSeen]) -> None:
        listed = [(one.name, f"{one.size / _KB:,.0f} KB".replace(",", "."), self._record(one.record)) for one in seen]
        heads = [self._say(key) for key in ("file", "size", "record")]
        self.told.value = fields.table(heads, listed)
        known = [(terms.text(f"record.{name}", self._lang), name) for name in RECORDS]
        for one in seen:
            if one.name not in self.records:
                options = [(self._say("as_seen", record=self._record(one.record)), ""), *known]
                options += [] if one.record else [(self._say("stays_out"), OUT)]
                self.records[one.name] = fields.choice(one.name, options)
                self.records[one.name].observe(lambda _, name=one.name: self._forget_columns(name), names="value")
        self.steps[WHAT].show([*self.records.values(), self.read_again])

    def _forget_columns(self, name: str) -> None:
        """What was said of a file's columns was of the record that it was taken for."""
        self.columns = {place: widget for place, widget in self.columns.items() if place[0] != name}

    def _record(self, record: str) -> str:
        return terms.text(f"record.{record}", self._lang) if record else self._say("record_unknown")

    def _ask_columns(self, seen: Sequence[FileSeen], found: Found | None = None) -> None:
        """Columns under no heading, with the headings that nothing was read from; and words that nobody listed."""
        for one in seen:
            if not one.record:
                continue
            options: list[tuple[str, object]] = [(self._say("no_heading"), "")]
            options += [(f"{heading} ({'; '.join(under)})", heading) for heading, under in one.spare.items()]
            for column in (*one.lacking, *one.wanted) if one.spare else one.lacking:
                if (one.name, column) not in self.columns:
                    key = "must_have" if column in one.lacking else "may_have"
                    label = self._say(key, column=terms.text(f"column.{column}", self._lang), file=one.name)
                    self.columns[one.name, column] = fields.choice(label, options)
        for word in found.words if found else ():
            if (word.column, word.written) not in self.words:
                options = [(self._say("word_unknown"), "")]
                options += [(received.meaning(word.column, value, self._lang), value) for value in word.choices]
                label = self._say("word", word=word.written, column=terms.text(f"column.{word.column}", self._lang),
                                  count=word.count)  # fmt: skip
                self.words[word.column, word.written] = fields.choice(label, options)
        asked = [*self.columns.values(), *self.words.values()]
        for widget in asked:
            widget.style.description_width = "26rem"
        self.steps[COLUMNS].show([fields.html_of(self._say("columns_note")), *asked, self.read_again] if asked else [])

    # 4 to 7: what only a person knows

    def _propose(self, found: Found) -> None:
        lines = [
            (", ".join(files), self._record(record), terms.number(found.rows[record], self._lang))
            for record, files in found.records.items()
        ]
        heads = [self._say(key) for key in ("file", "record", "rows")]
        self.told.value = fields.table(heads, lines) + fields.paragraphs(begin.unsure(found, self._lang))
        days = {"first_on": found.first_on, "last_on": found.last_on, "as_of": found.as_of}
        proposed = {"name": found.name} | {key: f"{day:%d/%m/%Y}" if day else "" for key, day in days.items()}
        for key, value in proposed.items():
            widget = getattr(self, key)
            widget.value = widget.value or value
        levels = [(self._say(f"level_{level}"), level.value) for level in _LEVELS]
        before = {name: widget.value for name, widget in self.units.items()}
        self.units = {
            name: fields.click(f"{name} ({count})", levels, before.get(name, level.value))
            for name, (count, level) in found.units.items()
        }
        answers = [(self._say("yes"), True), (self._say("no"), False)]
        self.kept = self.kept or {
            record: fields.click(terms.text(f"record.{record}", self._lang), answers)
            for record in begin.asked_of_kept()
        }
        self.steps[OFFICE].show([self.name, self.province, self.first_on, self.last_on, self.as_of, self.place])
        unplaced = fields.html_of(self._say("units_note"))
        self.steps[UNITS].show([unplaced, *self.units.values()] if self.units else [])
        self.steps[KEPT].show([fields.html_of(self._say("kept_note")), *self.kept.values()])
        self._show_report()
        self.steps[MAKE].show([self.edition, self.make, self.making.whole])

    def _show_report(self) -> None:
        self.steps[REPORT].show([fields.html_of(self._say("report_note")), self.report, self.number, self.read_report,
                                 *self._listed_figures()])  # fmt: skip

    def _read_report(self) -> None:
        """The figures of the report, each to be confirmed."""
        self._claims, self.figures = None, {}
        self._show_report()
        if self._found and "claims" in self._found.records:
            self._wrong(REPORT, self._say("report_there"))
            return
        if not self.report.value:
            self._wrong(REPORT, self._say("no_report"), self.report)
            return
        one = self.report.value[0]
        lines = report_text.content_lines(Path(one["name"]).name, bytes(one["content"]))
        self._claims = extract.claims(lines, report_text.phrases())
        measures = terms.measures()
        for claim in self._claims.to_dict("records"):
            measure = measures.get(claim["measure"], {}).get(self._lang, claim["measure"])
            share = f" / {claim['out_of_written']}" if claim["out_of_written"] else ""
            reading = terms.text(f"reading_word.{claim['reading']}", self._lang)
            label = f"{claim['written']}{share} – {measure} ({reading})"
            self.figures[claim["claim"]] = widgets.Checkbox(description=label, indent=False, layout=fields.WIDE)
        self._show_report()
        self.steps[REPORT].say(self._say("report_read", count=len(self.figures)))

    def _listed_figures(self) -> list[widgets.Widget]:
        """Each figure to tick, under the sentence that it stands in."""
        shown: list[widgets.Widget] = []
        quotes = {} if self._claims is None else dict(zip(self._claims["claim"], self._claims["quote"], strict=True))
        last = ""
        for name, widget in self.figures.items():
            if quotes[name] != last:
                shown.append(fields.html_of(f"“{quotes[name]}”"))
                last = quotes[name]
            shown.append(widget)
        return shown

    # 8: the folder, the audit, the page

    def _answers(self) -> Answers | None:
        """What was answered; None, having said which, where something is not."""
        for key in _ASKED:
            if not (widget := getattr(self, key)).value.strip():
                self._wrong(OFFICE, self._say("lacking", what=widget.description), widget)
                return None
        if lacking := [widget for widget in self.kept.values() if widget.value is None]:
            what = ", ".join(widget.description for widget in lacking)
            self._wrong(KEPT, self._say("lacking", what=what), lacking[0])
            return None
        try:
            first, last, as_of = (cells.day(getattr(self, key).value) for key in ("first_on", "last_on", "as_of"))
        except AuditError as error:
            self._wrong(OFFICE, error.messages[self._lang], self.first_on)
            return None
        units = {name: UnitLevel(widget.value) for name, widget in self.units.items()}
        kept = [record for record, widget in self.kept.items() if widget.value]
        left_out = received.left_out(self._received, self._told())
        return Answers(self.name.value.strip(), self.province.value.strip(), first, last, as_of, kept, units,
                       report=self.number.value.strip(), left_out=left_out)  # fmt: skip

    def _make(self) -> None:
        """Write the folder where it is not there, and make the audit."""
        if self._found is None and self.made is not None:
            self.making.start(self.made, self.edition.value, str(self.made))
            return
        if self._told() != self._read_as:
            self._understand()
        answers = self._answers() if self._found else None
        if self._found is None or answers is None:
            return
        folder = Path(self.place.value.strip().strip("\"'")).expanduser().resolve()
        if folder.is_relative_to(result.TOOLKIT):
            self._wrong(OFFICE, self._say("inside"), self.place)
            return
        try:
            if self.made != folder:
                begin.refuse_taken(folder)
                self._written = {}
            self._written = begin.make(folder, self._files(), self._found, answers, self._written)
        except AuditError as error:
            self._wrong(OFFICE, error.messages[self._lang], self.place)
            return
        self.made = folder
        about = self._say("about", name=answers.name, first=answers.first_on, last=answers.last_on)
        self.making.start(folder, self.edition.value, about)

    def _files(self) -> Mapping[str, bytes]:
        """The files as told, and the report's figures with those that were confirmed."""
        files = dict(self._arranged)
        if self._claims is not None:
            confirmed = [name for name, widget in self.figures.items() if widget.value]
            files["claims.csv"] = report_text.claims_file(self._claims, confirmed)
        return files
