"""A form in JupyterLab: case by case what was found, the notes on it so far, and a new one to write."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from audit.findings.result import Case, Result
from audit.forms import fields
from audit.ground import terms
from audit.ground.extras import needs
from audit.ground.terms import AuditError, Position
from audit.notes import keep
from audit.reading.cells import VIETNAM
from audit.reading.notes import NAME, Entry, lacking

with needs("form"):
    import ipywidgets as widgets

_DAYS = ("received_on", "due_on", "returned_on", "ready_on", "issued_on", "closed_on")
_WIDE = {"width": "100%", "max_width": "48rem"}


def form(result: Result, folder: str | Path) -> "Form":
    """A form for notes on the cases of `result`, which its button writes into the audit's `folder`: nothing else."""
    return Form(result, folder)


def facts(result: Result, folder: str | Path) -> str:
    """How many cases are listed, how many of them have notes, and how many notes there are."""
    entries, _ = keep.standing(folder)
    noted = {case.dossier_code for case in result.cases} & {entry.finding for entry in entries}
    return terms.text("review.facts", result.lang, cases=len(result.cases), noted=len(noted), notes=len(entries))


class Form:
    """The form, with each of its widgets by name; what is typed for one case waits there until that case is back."""

    def __init__(self, result: Result, folder: str | Path):
        self._result, self._folder, self._lang = result, folder, result.lang
        self._drafts: dict[str, tuple[str | None, str, str]] = {}
        options = [(self._option(place, case), place) for place, case in enumerate(result.cases)]
        positions = [(terms.text(f"position.{one}", self._lang), one.value) for one in Position]
        self.case = widgets.Dropdown(options=options, description=self._say("case"), layout=_WIDE)
        self.previous = widgets.Button(description=self._say("previous"))
        self.next = widgets.Button(description=self._say("next"))
        self.shown = widgets.HTML(layout=_WIDE)
        self.standing = widgets.HTML(layout=_WIDE)
        self.position = widgets.RadioButtons(
            options=positions, value=None, description=self._say("position"), layout=_WIDE
        )
        self.text = widgets.Textarea(description=self._say("text"), rows=4, layout=_WIDE)
        self.evidence = widgets.Textarea(
            description=self._say("evidence"), placeholder=self._say("evidence_hint"), rows=2, layout=_WIDE
        )
        self.by = widgets.Text(description=self._say("by"), placeholder=self._say("by_hint"), layout=_WIDE)
        self.save = widgets.Button(description=self._say("save"), button_style="primary")
        self.answer = widgets.HTML(layout=_WIDE)
        self.whole = self._laid_out()
        self.case.observe(self._turn, names="value")
        self.previous.on_click(lambda _: self._go(-1))
        self.next.on_click(lambda _: self._go(1))
        self.save.on_click(lambda _: self._save())
        if result.cases:
            self._show()

    def _ipython_display_(self) -> None:
        fields.display(self.whole)

    def _laid_out(self) -> widgets.VBox:
        if not self._result.cases:
            return widgets.VBox([widgets.HTML(Markup("<p>{}</p>").format(terms.text("page.no_cases", self._lang)))])
        told = widgets.HTML(Markup("<p>{}</p>").format(self._say("kept_inside")), layout=_WIDE)
        self.images = widgets.HTML(layout={"width": "100%", "max_width": "40rem"})
        turning = widgets.HBox([self.previous, self.next])
        written = [self.position, self.text, self.evidence, self.by, self.answer, self.save]
        typed = widgets.VBox([self.shown, self.standing, *written], layout={"flex": "1 1 24rem"})
        beside = widgets.HBox([typed, self.images], layout={"flex_flow": "row wrap"})
        return widgets.VBox([self.case, turning, beside, told])

    @property
    def _case(self) -> Case:
        return self._result.cases[self.case.value]

    def _say(self, key: str, **values: object) -> str:
        return terms.text(f"review.{key}", self._lang, **values)

    def _option(self, place: int, case: Case) -> str:
        verdict = terms.text(f"verdict.{case.verdict}", self._lang)
        return self._say("case_option", place=place + 1, cases=len(self._result.cases), dossier=case.dossier_id,
                         verdict=verdict)  # fmt: skip

    def _go(self, steps: int) -> None:
        self.case.value = min(max(self.case.value + steps, 0), len(self._result.cases) - 1)

    def _turn(self, change: dict) -> None:
        left = self._result.cases[change["old"]]
        self._drafts[left.dossier_code] = (self.position.value, self.text.value, self.evidence.value)
        self._write_in(self._drafts.get(self._case.dossier_code, (None, "", "")))
        self.answer.value = ""
        self._show()

    def _write_in(self, draft: tuple[str | None, str, str]) -> None:
        self.position.value, self.text.value, self.evidence.value = draft

    def _show(self) -> None:
        self.previous.disabled = self.case.value == 0
        self.next.disabled = self.case.value == len(self._result.cases) - 1
        self.shown.value = _case_html(self._case, self._lang)
        self.images.value = _images_html(self._case, self._result)
        try:
            self.standing.value = self._standing_html()
        except AuditError as error:
            self._answer(error.messages[self._lang])

    def _save(self) -> None:
        written = {name: getattr(self, name).value for name in ("position", "text", "evidence", "by")}
        if what := lacking(**written):
            self._answer(self._say(f"lacks_{what}"))
            return
        case = self._case
        about = {"finding": case.dossier_code, "fingerprint": case.fingerprint, "verdict": case.verdict}
        try:
            keep.write(self._folder, about | written)
        except AuditError as error:
            self._answer(error.messages[self._lang])
            return
        self._write_in((None, "", ""))
        self._answer(self._say("saved", file=NAME))
        self._show()

    def _answer(self, told: str) -> None:
        self.answer.value = Markup('<p role="status"><b>{}</b></p>').format(told)

    def _standing_html(self) -> str:
        """The notes on the case that is shown, how many are on no case, and how many lines cannot be read."""
        entries, problems = keep.standing(self._folder)
        cases = {case.dossier_code for case in self._result.cases}
        own = [entry for entry in entries if entry.finding == self._case.dossier_code]
        counts = {"elsewhere": sum(entry.finding not in cases for entry in entries), "unreadable": len(problems)}
        told = [self._say(key, count=count, file=NAME) for key, count in counts.items() if count]
        head = self._say("notes", count=len(own)) if own else self._say("no_notes")
        listed = Markup("").join(self._note_html(entry) for entry in own)
        return Markup("<h4>{}</h4><ul>{}</ul>{}").format(head, listed, _paragraphs(told))

    def _note_html(self, entry: Entry) -> Markup:
        said = terms.text(f"position.{entry.position}", self._lang)
        if entry.by_office:
            said = f"{said} ({terms.text('page.notes_by_office', self._lang)})"
        told = [entry.text, f"{self._say('evidence')}: {entry.evidence}" if entry.evidence else ""]
        if entry.fingerprint != self._case.fingerprint:
            told.append(self._say("changed", verdict=terms.text(f"verdict.{entry.verdict}", self._lang)))
        return Markup("<li><b>{}</b> – {}, {}{}</li>").format(said, entry.by, _moment(entry.at), _paragraphs(told))


def _case_html(case: Case, lang: str) -> str:
    """What was found of one dossier, in short: verdict, why, the days of its clocks, and what would change it."""
    days = Markup("").join(
        Markup("<tr><th scope='row' style='text-align: left'>{}</th><td>{:%d/%m/%Y}</td></tr>").format(
            terms.text(f"page.{name}", lang), day
        )
        for name in _DAYS
        if (day := getattr(case, name))
    )
    head = Markup("<h3>{}</h3><p><b>{}</b></p>").format(case.dossier_id, terms.text(f"verdict.{case.verdict}", lang))
    why = [f"{terms.text(f'page.{name}', lang)}: {getattr(case, name)}" for name in ("reason", "change")]
    return head + Markup("<table>{}</table>").format(days) + _paragraphs(why)


def _images_html(case: Case, result: Result) -> str:
    """The pictures of a case, each with its number and file; of one that is not shown the file alone."""
    own = [one for one in (result.images.files if result.images else ()) if one.number in case.images]
    return Markup("").join(
        Markup("<figure style='margin: 0 0 1rem'>{}<figcaption>{}: {}</figcaption></figure>").format(
            fields.picture(one.name, one.shown)
            if one.shown else "", terms.text("images.numbered", result.lang, number=one.number), one.name,
        )
        for one in own
    )  # fmt: skip


def _paragraphs(texts: Iterable[str]) -> Markup:
    """Each text that is not empty as a paragraph, its line breaks kept."""
    return Markup("").join(
        Markup("<p style='white-space: pre-wrap; overflow-wrap: anywhere'>{}</p>").format(text)
        for text in texts
        if text
    )


def _moment(written: str) -> str:
    """A time stamp as it is read in Vietnam."""
    return f"{datetime.fromisoformat(written).astimezone(VIETNAM):%d/%m/%Y %H:%M}"
