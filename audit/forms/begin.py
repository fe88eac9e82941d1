"""A form in JupyterLab: from files as received to the page, step by step, nothing typed into a file by hand.

Each step opens when the one before is right. Nothing is written before the last button, and then only into the place
that was named; the notebook itself stays without any of it.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import ipywidgets as widgets
from markupsafe import Markup

from audit.ground import terms
from audit.ground.terms import AuditError, Edition, UnitLevel
from audit.reading import begin, cells
from audit.reading.begin import Answers, Found
from audit.running import outputs
from audit.running.export import AUDIT

_WIDE = {"width": "100%", "max_width": "52rem"}
_LONG = {"description_width": "14rem"}
_LEVELS = (UnitLevel.DESK, UnitLevel.COMMUNE, UnitLevel.UPPER_LEVEL, UnitLevel.UNKNOWN)
_TOOLKIT = Path(__file__).parents[2]
_HEIGHT, SECONDS = "80vh", 600


def form(lang: str = "vi") -> "Form":
    """The form, empty."""
    terms.refuse_wrong(lang)
    return Form(lang)


def facts(form_: "Form") -> str:
    """How many files are read, in words."""
    return terms.text("begin.facts", form_.lang, count=form_.count)


class Form:
    """The form, with each of its widgets by name. `made`: the audit's folder, once it is written."""

    def __init__(self, lang: str):
        self._lang = lang
        self._contents: dict[str, bytes] = {}
        self._found: Found | None = None
        self.made: Path | None = None
        self.upload = widgets.FileUpload(multiple=True, description=self._say("upload"), layout={"width": "32rem"})
        self.source = self._text("source", "source_hint")
        self.read = widgets.Button(description=self._say("read"), button_style="primary")
        self.told = widgets.HTML(layout=_WIDE)
        self.name, self.province = self._text("name"), self._text("province")
        self.first_on, self.last_on = self._text("first_on", "day_hint"), self._text("last_on", "day_hint")
        self.as_of = self._text("as_of", "day_hint")
        self.units: dict[str, widgets.ToggleButtons] = {}
        self.kept: dict[str, widgets.ToggleButtons] = {}
        self.place = self._text("place", "place_hint")
        choices = [(terms.text(f"page.edition_{one}", lang), one.value) for one in Edition]
        self.edition = widgets.Dropdown(options=choices, value=Edition.INTERNAL.value, description=self._say("edition"),
                                        style=_LONG, layout=_WIDE)  # fmt: skip
        self.make = widgets.Button(description=self._say("make"), button_style="primary")
        self.answer, self.page = widgets.HTML(layout=_WIDE), widgets.HTML()
        self.asked = widgets.VBox([])
        self.whole = widgets.VBox([
            self._head(1), self.upload, self.source, self.read, self.told, self.asked, self.answer, self.page,
        ])  # fmt: skip
        self.read.on_click(lambda _: self._safely(self._read))
        self.make.on_click(lambda _: self._safely(self._make))

    @property
    def lang(self) -> str:
        """The language of the form: vi or en."""
        return self._lang

    @property
    def count(self) -> int:
        """How many files are read."""
        return len(self._contents) if self._found else 0

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.whole._repr_mimebundle_(include=include, exclude=exclude)

    def _say(self, key: str, **values: object) -> str:
        return terms.text(f"begin.{key}", self._lang, **values)

    def _text(self, key: str, hint: str = "") -> widgets.Text:
        return widgets.Text(description=self._say(key), placeholder=self._say(hint) if hint else "", style=_LONG,
                            layout=_WIDE, continuous_update=False)  # fmt: skip

    def _head(self, step: int) -> widgets.HTML:
        return widgets.HTML(Markup("<h3>{}. {}</h3>").format(step, self._say(f"step_{step}")))

    def _safely(self, step: Callable[[], None]) -> None:
        """Do a step; what is wrong is said, and no result of before stays as if it were of now."""
        self.answer.value, self.page.value = "", ""
        try:
            step()
        except AuditError as error:
            self._answer(error.messages[self._lang])

    def _answer(self, told: str) -> None:
        self.answer.value = Markup('<p role="status"><b>{}</b></p>').format(told)

    def _read(self) -> None:
        """Step 1 and 2: the files, and what each of them is."""
        self.asked.children, self._found = (), None
        uploaded = {Path(one["name"]).name: bytes(one["content"]) for one in self.upload.value}
        uploaded.pop("office.toml", None)
        source = Path(self.source.value.strip().strip("\"'")).expanduser()
        if not uploaded and not self.source.value.strip():
            self._answer(self._say("no_files"))
            return
        contents = uploaded or begin.received_in(source)
        self._found, self._contents = begin.found(contents), contents
        self._propose(self._found)

    def _propose(self, found: Found) -> None:
        lines = [(", ".join(files), terms.text(f"record.{record}", self._lang), found.rows[record])
                 for record, files in found.records.items()]  # fmt: skip
        rows = Markup("").join(Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>").format(*line) for line in lines)
        heads = Markup("").join(Markup("<th>{}</th>").format(self._say(key)) for key in ("file", "record", "rows"))
        more = Markup("").join(Markup("<p>{}</p>").format(text) for text in begin.unsure(found, self._lang))
        self.told.value = Markup("<table><tr>{}</tr>{}</table>{}").format(heads, rows, more)
        self.name.value = found.name
        for widget, day in ((self.first_on, found.first_on), (self.last_on, found.last_on), (self.as_of, found.as_of)):
            widget.value = f"{day:%d/%m/%Y}" if day else ""
        levels = [(self._say(f"level_{level}"), level.value) for level in _LEVELS]
        self.units = {
            name: widgets.ToggleButtons(options=levels, value=level.value, description=f"{name} ({count})", style=_LONG)
            for name, (count, level) in found.units.items()
        }
        answers = [(self._say("yes"), True), (self._say("no"), False)]
        self.kept = {
            record: widgets.ToggleButtons(options=answers, value=None, style=_LONG,
                                          description=terms.text(f"record.{record}", self._lang))
            for record in begin.asked_of_kept()
        }  # fmt: skip
        self.asked.children = (
            self._head(2), self.name, self.province, self.first_on, self.last_on, self.as_of,
            *((self._head(3), *self.units.values()) if self.units else ()),
            self._head(4), *self.kept.values(), self._head(5), self.place, self.edition, self.make,
        )  # fmt: skip

    def _answers(self) -> Answers | None:
        """What was answered; None, having said which, where something is not."""
        lacking = [self._say(key) for key in ("name", "first_on", "last_on", "as_of", "place")
                   if not getattr(self, key).value.strip()]  # fmt: skip
        lacking += [widget.description for widget in self.kept.values() if widget.value is None]
        if lacking:
            self._answer(self._say("lacking", what=", ".join(lacking)))
            return None
        first, last, as_of = (cells.day(getattr(self, key).value) for key in ("first_on", "last_on", "as_of"))
        units = {name: UnitLevel(widget.value) for name, widget in self.units.items()}
        kept = [record for record, widget in self.kept.items() if widget.value]
        return Answers(self.name.value.strip(), self.province.value.strip(), first, last, as_of, kept, units)

    def _make(self) -> None:
        """The last step: the folder, the audit, the page."""
        answers = self._answers()
        if self._found is None or answers is None:
            return
        folder = Path(self.place.value.strip().strip("\"'")).expanduser().resolve()
        if folder.is_relative_to(_TOOLKIT):
            self._answer(self._say("inside"))
            return
        if self.made != folder:
            begin.refuse_taken(folder)
        begin.make(folder, self._contents, self._found, answers)
        self.made = folder
        self._show(folder, self.edition.value)

    def _show(self, folder: Path, edition: str) -> None:
        """Run the audit apart from this kernel, and show its page, or what kept it from being made."""
        self._answer(self._say("running"))
        out = folder.parent.parent / "ket-qua"
        given = ["run", str(folder), "--edition", edition, "--out", str(out), "--lang", self._lang]
        done = subprocess.run(
            [sys.executable, "-m", "audit", *given], capture_output=True, timeout=SECONDS, check=False
        )
        page = out / outputs.name(folder) / AUDIT.page
        if done.returncode or not page.is_file():
            self._answer(done.stderr.decode("utf-8", errors="replace") or self._say("failed"))
            return
        content = outputs.page_text(page)
        self._answer(self._say("done", page=page, workbook=AUDIT.workbook))
        self.page.value = Markup(
            '<iframe sandbox="allow-scripts allow-downloads" title="{}" style="width:100%;height:{};border:1px solid" '
            'srcdoc="{}"></iframe>'
        ).format(self._say("title"), _HEIGHT, content)
