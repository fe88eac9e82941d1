"""The last step of the form: the audit made apart from the kernel, how far it is, its page, and what to take along."""

from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from markupsafe import Markup

from audit.forms import fields
from audit.forms.drafting import LETTERS, Drafting
from audit.ground import terms
from audit.ground.extras import needs
from audit.ground.terms import Edition
from audit.running import apart, outputs
from audit.running.apart import Apart
from audit.running.export import AUDIT
from audit.running.outputs import Audit

with needs("form"):
    import ipywidgets as widgets

TOOLKIT = Path(__file__).parents[2]
_HEIGHT = "80vh"


class Making:
    """Makes the audit of a folder, in the edition that is asked for and in the one to share, and shows them.

    What was made before is taken away as soon as another begins, so that nothing old stands as if it were new.
    """

    def __init__(self, lang: str):
        self._lang = lang
        self._apart: Apart | None = None
        self._thread: Thread | None = None
        self._is_stopped = False
        self.bar = widgets.IntProgress(value=0, layout=fields.WIDE)
        self.far = widgets.HTML()
        self.cancel = fields.button(self._say("cancel"))
        self.progress = widgets.VBox([])
        self.answer, self.page = fields.html(), widgets.HTML()
        self.drafting = Drafting(lang)
        self.whole = widgets.VBox([self.progress, self.answer, self.drafting.whole, self.page])
        self.cancel.on_click(lambda _: self.stop())

    def _say(self, key: str, **values: object) -> str:
        return terms.text(f"begin.{key}", self._lang, **values)

    def clear(self) -> None:
        """Take away what was made before."""
        self.answer.value = self.page.value = ""
        self.drafting.clear()

    @property
    def is_running(self) -> bool:
        """Whether an audit or letters are being made."""
        return (self._thread is not None and self._thread.is_alive()) or self.drafting.is_running

    def start(self, folder: Path, edition: Edition, about: str) -> None:
        """Begin, and come back at once; `about` says of whom and when the audit is."""
        self.clear()
        self._is_stopped = False
        self.progress.children = (self.bar, self.far, self.cancel)
        self._thread = Thread(target=self._make, args=(folder, edition, about), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until it is made or stopped."""
        if self._thread:
            self._thread.join()

    def stop(self) -> None:
        """Stop it; the last good output of the folder stays where it was."""
        self._is_stopped = True
        if self._apart:
            self._apart.stop()

    def _make(self, folder: Path, edition: Edition, about: str) -> None:
        editions = list(dict.fromkeys((edition, Edition.SHAREABLE)))
        named = [terms.text(f"page.edition_{one}", self._lang) for one in editions]

        def told(audit: int, cell: int, cells: int, seconds: float) -> None:
            self.bar.max, self.bar.value = cells * len(editions), cells * audit + cell
            self.far.value = self._say("far", edition=named[audit], cell=cell, cells=cells, seconds=round(seconds))

        self.far.value = self._say("running", edition=named[0])
        parameters = {"as_of": "", "lang": self._lang}
        wanted = [(place(folder) / one, parameters | {"edition": one.value}) for one in editions]
        self._apart = apart.start(folder, wanted)
        if self._is_stopped:  # asked for before there was a process
            self._apart.stop()
        made = self._apart.done(told)
        self.progress.children = ()
        if self._apart.is_stopped and len(made) < len(editions):
            renewed = [self._say("renewed", edition=name) for name, _ in zip(named, made, strict=False)]
            self.answer.value = fields.paragraphs([self._say("cancelled"), *renewed])
        elif error := made[-1].error:
            self.answer.value = fields.paragraphs([error.messages[self._lang]])
        else:
            self._show(dict(zip(editions, made, strict=True)), edition, about)
            self.drafting.offer(folder, made[0], place(folder) / LETTERS / outputs.name(folder))

    def _show(self, made: dict[Edition, Audit], edition: Edition, about: str) -> None:
        key_file = made[edition].made_key
        told = [self._say("done", about=about, edition=terms.text(f"page.edition_{edition}", self._lang))]
        told += [terms.text("cli.key_made", self._lang, file=key_file)] if key_file else []
        shared = self._links("to_share", made[Edition.SHAREABLE])
        own = self._links("to_keep", made[edition]) if edition != Edition.SHAREABLE else Markup("")
        self.answer.value = fields.paragraphs(told) + shared + own
        self.page.value = Markup(
            '<iframe sandbox="allow-scripts allow-downloads allow-modals" title="{}" '
            'style="width:100%;height:{};border:1px solid" srcdoc="{}"></iframe>'
        ).format(self._say("title"), _HEIGHT, outputs.page_text(made[edition].page))

    def _links(self, key: str, audit: Audit) -> Markup:
        """Where the files of an edition lie, and links that take them along."""
        folder = audit.page.parent
        links = [self._link(folder / name, audit.name) for name in (AUDIT.page, AUDIT.workbook, AUDIT.result)]
        if (calendar := folder / AUDIT.calendar).is_file():
            links.append(self._link(calendar, audit.name))
        return Markup("<p>{} {} <br><small>{}</small></p>").format(self._say(key), Markup(" · ").join(links), folder)

    def _link(self, file: Path, audit: str) -> Markup:
        name = f"{audit.replace('/', '-')}-{file.parent.parent.parent.name}-{file.name}"
        return fields.download(outputs.content(file), name, file.name)


def place(folder: Path) -> Path:
    """Where the pages of an audit's folder go: beside the folders of communes, never into one; of a sample that comes
    with the toolkit, where git looks for nothing."""
    return TOOLKIT / "out" if folder.is_relative_to(TOOLKIT) else folder.parent.parent / "ket-qua"


def editions(lang: str) -> Sequence[tuple[str, Edition]]:
    """The editions in words, with their values."""
    return [(terms.text(f"page.edition_{one}", lang), one) for one in Edition]
