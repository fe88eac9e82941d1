"""Fields of a form in JupyterLab, each with its label, and steps with what is wrong said in them."""

import base64
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath

from IPython import display as ipython
from markupsafe import Markup

from audit.ground.extras import needs

with needs("form"):
    import ipywidgets as widgets

WIDE = {"width": "100%", "max_width": "56rem"}
LABELLED = {"description_width": "14rem"}
MOST_BYTES = 8_000_000  # of a file that goes through the page of the form; a bigger one is named by its place
_TYPES = {
    ".html": "text/html", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".json": "application/json", ".ics": "text/calendar", ".csv": "text/csv", ".zip": "application/zip",
}  # fmt: skip
# Lab takes keys of buttons and lists for commands of its own (b: a cell below, x: cut the cell) unless told not to
_KEYS_ARE_THE_FORMS = """
const leave = (tries) => {
  const area = element.closest(".jp-OutputArea");
  if (area) {
    area.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", ""));
    area.addEventListener("keydown", (event) => {
      const asked = area.querySelector("button.all-here");
      if (!asked || event.key !== "Enter" || !event.target.matches("select, input")) return;
      event.preventDefault();
      event.stopPropagation();
      asked.click();
    }, true);
    new MutationObserver((changes) => changes.forEach(({target, oldValue}) => {
      if (!target.matches(".is-asked") || (oldValue || "").includes("is-asked")) return;
      area.querySelector("button.by-enter").click();
    })).observe(area, {subtree: true, attributeFilter: ["class"], attributeOldValue: true});
    area.setAttribute("data-keys", "form");
  } else if (tries) setTimeout(leave, 50, tries - 1);
};
setTimeout(leave, 0, 200);
"""


def display(form: widgets.Widget) -> None:
    """Show a form, and leave the keys typed in it to it."""
    ipython.display(form)
    ipython.display(ipython.Javascript(_KEYS_ARE_THE_FORMS))


def text(label: str, hint: str = "") -> widgets.Text:
    """A line to type in."""
    return widgets.Text(description=label, placeholder=hint, style=LABELLED, layout=WIDE, continuous_update=False)


def choice(label: str, options: Sequence[tuple[str, object]], value: object = "") -> widgets.Dropdown:
    """One of a list; an entry of the value "" means that nothing is chosen."""
    return widgets.Dropdown(options=options, value=value, description=label, style=LABELLED, layout=WIDE)


def click(label: str, options: Sequence[tuple[str, object]], value: object = None) -> widgets.ToggleButtons:
    """One of a few, side by side."""
    return widgets.ToggleButtons(options=options, value=value, description=label, style=LABELLED)


def button(label: str, *, is_main: bool = False) -> widgets.Button:
    """A button, wide enough for its label."""
    return widgets.Button(description=label, button_style="primary" if is_main else "",
                          layout={"width": "auto", "align_self": "flex-start"})  # fmt: skip


def by_enter(button: widgets.Button, lines: Iterable[widgets.Text], action: Callable[[], None]) -> widgets.Button:
    """Let a button's `action` be done by Enter too, in these lines and in the form's lists; to be laid out with it.

    Lab keeps the second of two changes of a field back until the first is answered. So Enter is answered first, by a
    class on what is returned, which is not seen; by then all that was typed is here, and the button is pressed.
    """
    asked = widgets.Button(layout={"display": "none"})
    asked.add_class("all-here")
    asked.on_click(lambda _: asked.add_class("is-asked"))
    button.add_class("by-enter")
    button.on_click(lambda _: asked.remove_class("is-asked"))
    button.on_click(lambda _: action())
    for line in lines:
        line.on_msg(lambda _, content, __: action() if content.get("event") == "submit" else None)
    return asked


def html() -> widgets.HTML:
    """A place for text."""
    return widgets.HTML(layout=WIDE)


def html_of(told: str) -> widgets.HTML:
    """A text of a paragraph."""
    place = html()
    place.value = paragraphs([told])
    return place


def paragraphs(texts: Iterable[str]) -> Markup:
    """Each text as a paragraph, its line breaks kept."""
    return Markup("").join(
        Markup("<p style='white-space: pre-wrap; overflow-wrap: anywhere'>{}</p>").format(one) for one in texts
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """A table with the first cell of each row as its head."""
    left = Markup(" style='text-align: start; padding: 0 1rem 0 0'")
    head = Markup("").join(Markup("<th scope='col'{}>{}</th>").format(left, one) for one in heads)
    body = Markup("").join(
        Markup("<tr><th scope='row'{}>{}</th>{}</tr>").format(
            left, first, Markup("").join(Markup("<td{}>{}</td>").format(left, one) for one in others)
        )
        for first, *others in rows
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


def download(content: bytes, name: str, label: str) -> Markup:
    """A link that takes a file along as `name`; of a file too big to go through the page, `label` alone."""
    if len(content) > MOST_BYTES:
        return Markup("{}").format(label)
    data = f"data:{_TYPES[PurePath(name).suffix]};base64,{base64.b64encode(content).decode()}"
    return Markup('<a style="text-decoration: underline" download="{}" href="{}">{}</a>').format(name, data, label)


class Step:
    """A step: its heading, its fields, and a place where what is wrong with them is said."""

    def __init__(self, number: int, heading: str, children: Sequence[widgets.Widget] = ()):
        self._head, self.number = widgets.HTML(), number
        self._head.value = Markup("<h3>{}. {}</h3>").format(number, heading)
        self._said = html()
        self.box = widgets.VBox([])
        self.show(children)

    @property
    def said(self) -> str:
        """What is said in it, as HTML."""
        return self._said.value

    def show(self, children: Sequence[widgets.Widget]) -> None:
        """Show these fields; a step without any is not there."""
        self.box.children = (self._head, *children, self._said) if children else ()

    def say(self, told: str) -> None:
        """Say something, for screen readers too; "" takes it away."""
        self._said.value = Markup('<p role="status"><b>{}</b></p>').format(told) if told else ""


def picture(alt: str, encoded: str) -> Markup:
    """A picture as wide as its place; `encoded`: a JPEG in base64."""
    return Markup("<img alt='{}' style='width: 100%' src='data:image/jpeg;base64,{}'>").format(alt, encoded)
