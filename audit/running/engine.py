"""A papermill engine that runs a notebook's cells in this very process: no kernel is started, no port is opened.

`papermill --engine commune-audit in.ipynb out.ipynb` uses it too, by the entry point in `pyproject.toml`.
"""

import atexit
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO, TextIOBase
from types import ModuleType

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.jsonutil import json_default
from nbformat import NotebookNode, from_dict
from papermill.engines import Engine, papermill_engines
from traitlets import Any, Type
from traitlets.config import Config

from audit.ground import scratch

NAME = "commune-audit"
_INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel shows pictures of matplotlib with
_OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\n])")  # what a later part of the same line stands in place of
_COLUMNS = 20
_ALLOWED, _SKIPPED = "raises-exception", "skip-execution"


class InProcessEngine(Engine):
    """Runs the cells one after another as a kernel would, and records what they show in the same form.

    What only a kernel can do is left out: widgets, input, and what other programs write to the terminal. A cell that
    stops is recorded as an error, upon which papermill raises its own PapermillExecutionError.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, told=None, **kwargs):
        """Run the cells of `nb_man.nb`, in order, until one stops; `told` hears of each its number and of how many."""
        with _shell() as shell:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                if told:
                    told(index + 1, len(nb_man.nb.cells))
                try:
                    if not shell.ran(cell):
                        nb_man.cell_exception(cell, cell_index=index)
                        break
                finally:
                    nb_man.cell_complete(cell, cell_index=index)
        nb_man.nb.metadata["language_info"] = _language()


papermill_engines.register(NAME, InProcessEngine)  # where the entry point is not installed


class _Outputs:
    """What the cell that is running has shown so far; text of one stream is one output, as it comes to stand."""

    def __init__(self):
        self.of_cell: list[NotebookNode] = []
        self._by_id: dict[str, list[NotebookNode]] = {}
        self._clears_next = False

    def begin(self) -> list[NotebookNode]:
        self.of_cell, self._clears_next = [], False
        return self.of_cell

    def add(self, kind: str, display_id: str | None = None, **fields: object) -> None:
        if self._clears_next:
            self.clear()
        output = NotebookNode(output_type=kind, **fields)
        self.of_cell.append(output)
        if display_id:
            self._by_id.setdefault(display_id, []).append(output)

    def write(self, stream: str, text: str) -> None:
        if not self._clears_next:
            for output in self.of_cell:
                if output.output_type == "stream" and output.name == stream:
                    output.text += text
                    return
        self.add("stream", name=stream, text=text)

    def update(self, display_id: str, data: NotebookNode, metadata: NotebookNode) -> None:
        for output in self._by_id.get(display_id, ()):
            output.data, output.metadata = data, metadata

    def clear(self, *, wait: bool = False) -> None:
        self._clears_next = wait
        if not wait:
            self.of_cell.clear()

    def end(self) -> None:
        """Settle the streams: overwritten parts of a line go, and of two neighbours stdout comes first."""
        for output in self.of_cell:
            if output.output_type == "stream":
                output.text = _OVERWRITTEN.sub("", output.text)
        for at, pair in enumerate(zip(self.of_cell, self.of_cell[1:], strict=False)):
            if [output.get("name") for output in pair] == ["stderr", "stdout"]:
                self.of_cell[at : at + 2] = reversed(pair)
                return


class _Stream(TextIOBase):
    """What `print` writes to while a cell runs."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: _Outputs):
        self.name, self._outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._outputs.write(self.name, text)
        return len(text)


class _Hook(DisplayHook):
    """Records the value of a cell's last line."""

    shell: "KernelLikeZMQShell"

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self.shell.outputs.add("execute_result", execution_count=self.prompt_count, data=_plain(format_dict),
                               metadata=_plain(md_dict))  # fmt: skip

    def finish_displayhook(self):
        self._is_active = False


class _Publisher(DisplayPublisher):
    """Records what a cell displays."""

    shell: "KernelLikeZMQShell"

    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **_):
        self._validate_data(data, metadata)
        display_id, shown, beside = (transient or {}).get("display_id"), _plain(data), _plain(metadata)
        if display_id:
            self.shell.outputs.update(display_id, shown, beside)
        if not update:
            self.shell.outputs.add("display_data", display_id, data=shown, metadata=beside)

    def clear_output(self, wait=False):
        self.shell.outputs.clear(wait=wait)


class KernelLikeZMQShell(InteractiveShell):
    """IPython's shell, recording; pandas takes it for a kernel's by its name and its `kernel`, and asks no terminal."""

    kernel = None
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    outputs = Any()

    def ran(self, cell: NotebookNode) -> bool:
        """Whether a cell ran to its end, or need not; its outputs and number are put in it."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or _SKIPPED in tags:
            return True
        cell.outputs, cell.execution_count = self.outputs.begin(), self.execution_count
        with redirect_stdout(_Stream("stdout", self.outputs)), redirect_stderr(_Stream("stderr", self.outputs)):
            done = self.run_cell(cell.source, store_history=True)
        self.outputs.end()
        if isinstance(done.error_in_exec, KeyboardInterrupt):  # whoever stops the program stops all of it
            raise done.error_in_exec
        has_failed = not done.success or any(output.output_type == "error" for output in cell.outputs)
        return not has_failed or _ALLOWED in tags

    def _showtraceback(self, etype, evalue, stb):
        self.outputs.add("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)

    def init_virtualenv(self):
        """Nothing: this process has found its packages already."""


@contextmanager
def _shell() -> Iterator[KernelLikeZMQShell]:
    """A shell that nobody used before; afterwards the process is as it was: `__main__`, paths, environment, streams."""
    outer, main, environment = InteractiveShell._instance, sys.modules["__main__"], dict(os.environ)
    kept = {name: getattr(sys, name) for name in ("argv", "path", "displayhook", "excepthook", "stdin")}
    if outer is not None:
        type(outer).clear_instance()
    sys.argv, sys.path, sys.stdin = [""], [*sys.path], StringIO()
    os.environ["MPLBACKEND"] = _INLINE
    try:
        with scratch.folder() as own, _columns_of_a_kernel():
            shell = KernelLikeZMQShell.instance(
                ipython_dir=str(own), user_module=ModuleType("__main__"), outputs=_Outputs(),
                config=Config({"HistoryManager": {"enabled": False}}),
            )  # fmt: skip
            try:
                yield shell
            finally:
                atexit.unregister(shell.atexit_operations)
    finally:
        KernelLikeZMQShell.clear_instance()
        if outer is not None:
            for each in type(outer)._walk_mro():
                each._instance = outer
        sys.modules["__main__"] = main
        for name, value in kept.items():
            setattr(sys, name, value)
        os.environ.clear()
        os.environ.update(environment)


@contextmanager
def _columns_of_a_kernel() -> Iterator[None]:
    """Have pandas, where it was loaded outside a kernel, show as many columns as it does in one."""
    name, pandas = "display.max_columns", sys.modules.get("pandas")
    if pandas is None or pandas.get_option(name) != 0:  # 0: as many as a terminal is wide
        yield
        return
    with pandas.option_context(name, _COLUMNS):
        yield


def _plain(bundle: Mapping | None) -> NotebookNode:
    """What is shown, by kind, as it is after its way from a kernel: plain JSON, pictures in base64."""
    if all(isinstance(value, str) for value in (bundle or {}).values()):
        return NotebookNode(bundle or {})
    return from_dict(json.loads(json.dumps(bundle, default=json_default)))


def _language() -> dict[str, object]:
    """What a kernel says of its language."""
    return {
        "name": "python", "version": sys.version.split()[0], "mimetype": "text/x-python",
        "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]}, "pygments_lexer": "ipython3",
        "nbconvert_exporter": "python", "file_extension": ".py",
    }  # fmt: skip
