"""The page's looks for what a notebook shows inline."""

from audit.page.pieces import Shown, as_written

_SHEETS = ("style.css", "case.css")
_COLOURS = {  # ours to those of JupyterLab's theme, light or dark
    "ink": "content-font-color1", "soft": "content-font-color2", "line": "border-color1", "paper": "layout-color0",
    "wash": "layout-color2", "good": "success-color0", "bad": "error-color0", "open": "warn-color0",
    "accent": "content-link-color",
}  # fmt: skip
_WITHIN = ".jp-RenderedHTMLCommon"  # an output, in JupyterLab


def style() -> Shown:
    """The page's style sheets, within outputs only; the page itself has them in its head."""
    sheets = "".join(map(as_written, _SHEETS))
    colours = "; ".join(f"--{name}: var(--jp-{theirs})" for name, theirs in _COLOURS.items())
    return Shown("style", f"<style>@scope ({_WITHIN}) {{{sheets}}} {_WITHIN} {{{colours}}}</style>")
