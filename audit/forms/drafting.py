"""Letters and form II.06a of an audit that the form has just made: which, the button, and what to take along."""

import io
import json
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import Thread

from markupsafe import Markup

from audit.findings import at_once
from audit.findings.edition import in_edition
from audit.forms import fields
from audit.ground import terms
from audit.ground.extras import needs
from audit.ground.terms import AuditError, Edition
from audit.ground.written import FIRST_MOMENT
from audit.letters import contents, drafts, kept
from audit.letters.made import Made
from audit.reading import load
from audit.running import outputs
from audit.running.export import AUDIT
from audit.running.outputs import Audit

with needs("form"):
    import ipywidgets as widgets

LETTERS = "letters"  # the folder beside those of the editions
MOST_LINKS = 12  # files with a link of their own; all are in the one that is packed


class Drafting:
    """Makes the letters that are ticked, of a folder whose audit was made, and offers them; nothing until then."""

    def __init__(self, lang: str):
        self._lang = lang
        self._thread: Thread | None = None
        self._of: tuple[Path, Audit, Path] | None = None
        self.kinds = {
            kind: widgets.Checkbox(value=False, description=terms.text(f"letter_name.{kind}", lang), indent=False)
            for kind in drafts.ALL_KINDS
        }
        self.make = fields.button(self._say("draft"))
        self.answer = fields.html()
        self.whole = widgets.VBox([])
        self.make.on_click(lambda _: self.start())

    def _say(self, key: str, **values: object) -> str:
        return terms.text(f"begin.{key}", self._lang, **values)

    @property
    def is_running(self) -> bool:
        """Whether letters are being made."""
        return self._thread is not None and self._thread.is_alive()

    def clear(self) -> None:
        """Take away the button and what was made."""
        self._of, self.answer.value, self.whole.children = None, "", ()

    def offer(self, folder: Path, audit: Audit, target: Path) -> None:
        """Show the kinds and the button for a folder, its audit as it was made, and where letters are to go."""
        self._of = folder, audit, target
        self.whole.children = (fields.html_of(self._say("drafts")), *self.kinds.values(), self.make, self.answer)

    def start(self) -> None:
        """Begin, and come back at once; what is ticked now is made."""
        kinds = [kind for kind, widget in self.kinds.items() if widget.value]
        if self._of is None or self.is_running:
            return
        if not kinds:
            self._tell(self._say("no_kinds"))
            return
        self._tell(self._say("drafting"))
        self._thread = Thread(target=self._make, args=(*self._of, kinds), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until they are made."""
        if self._thread:
            self._thread.join()

    def _tell(self, told: str) -> None:
        self.answer.value = Markup('<p role="status">{}</p>').format(told)

    def _make(self, folder: Path, audit: Audit, target: Path, kinds: list[str]) -> None:
        try:
            files = self._files(folder, audit, kinds)
            kept.write(target, files, kinds, force=False)
        except AuditError as error:
            self._tell(error.messages[self._lang])
        except (OSError, ValueError) as error:
            self._tell(self._say("fault", error=error))
        else:
            told = self._say("drafted", count=terms.number(len(files), self._lang))
            links = Markup("<p>{} <br><small>{}</small></p>").format(_links(files, audit.name), target)
            self.answer.value = Markup('<p role="status">{}</p>').format(told) + links

    def _files(self, folder: Path, audit: Audit, kinds: list[str]) -> dict[str, Made]:
        """The files; an AuditError where the folder holds others than those the audit was made of."""
        office = load.office(folder, "")
        result = at_once.result(office, contents.LANG)
        said = json.loads(outputs.content(audit.page.with_name(AUDIT.result)))
        now = in_edition(result, Edition(said["edition"]), office.key)
        if [one.model_dump() for one in now.inputs] != said["inputs"] or now.as_of.isoformat() != said["as_of"]:
            raise AuditError("files_changed_since", folder=folder.name)
        is_other = drafts.FORM in kinds and self._lang != contents.LANG
        form_of = at_once.result(office, self._lang) if is_other else result
        return drafts.files(result, form_of, kinds, partial(kept.template, folder), office.key)


def _links(files: Mapping[str, Made], audit: str) -> Markup:
    """A link to all of them packed, and to each of the first."""
    stem = audit.replace("/", "-")
    links = [fields.download(_packed(files), f"{stem}-{LETTERS}.zip", f"{LETTERS}.zip")]
    links += [fields.download(one.content, f"{stem}-{name}", name) for name, one in [*files.items()][:MOST_LINKS]]
    return Markup(" · ").join(links) + (" …" if len(files) > MOST_LINKS else "")


def _packed(files: Mapping[str, Made]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in files.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), one.content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
