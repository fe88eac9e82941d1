"""nbformat and papermill, imported quickly: whoever needs them takes them from here, and only when something is run."""

import sys

# At its import jsonschema, which nbformat checks notebooks with, takes `rfc3987_syntax` where that is installed, which
# builds a grammar for a second or three: for international addresses, a format that no notebook's schema names.
_GRAMMAR = "rfc3987_syntax"
_is_ours = _GRAMMAR not in sys.modules
if _is_ours:
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # how Python is told that there is no such module
try:
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from papermill.translators import translate_parameters

    from audit.running.engine import NAME as IN_PROCESS
finally:
    if _is_ours:  # others may want it
        del sys.modules[_GRAMMAR]

__all__ = ["IN_PROCESS", "PapermillExecutionError", "nbformat", "papermill", "translate_parameters"]
