"""`audit form`: the form from files to the page as an application in the browser, on this machine alone."""

import secrets
from typing import Annotated

import typer

from audit.commands.line import say
from audit.ground import terms
from audit.ground.extras import needs
from audit.ground.shipped import shipped

_ERROR = 40
PORT = 8866
MOST_BYTES = 300_000_000  # of all files that are uploaded at a time
# nothing of the form leaves the machine, and nothing is fetched from elsewhere, such as a font of icons
_ONLY_HERE = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' ws://localhost:* ws://127.0.0.1:*"
)


def form(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(metavar="count", help="help_port")] = PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="help_no_browser")] = False,
) -> None:
    """The whole job by form."""
    from traitlets.config import Config  # noqa: PLC0415

    with needs("form"):
        import ipywidgets  # noqa: F401, PLC0415  the notebook takes it, in a process of its own
        from voila.app import Voila  # noqa: PLC0415
    token = secrets.token_urlsafe()  # others on the machine must not see what is typed
    say(terms.text("cli.form", ctx.obj, address=f"http://localhost:{port}/?token={token}"))
    settings = {"headers": {"Content-Security-Policy": _ONLY_HERE}, "websocket_max_message_size": MOST_BYTES}
    app = {"ip": "localhost", "port": port, "token": token, "open_browser": not no_browser, "log_level": _ERROR,
           "tornado_settings": settings}  # fmt: skip
    Voila.launch_instance([str(shipped("notebooks/begin.ipynb"))], config=Config({"Voila": app}))
