"""The tools of the page's script: forms and words that it makes copies of; where none runs, nothing of them shows."""

from audit.report.pieces import Shown, shown
from audit.result import Result
from audit.terms import Position, Verdict


def tools(result: Result) -> Shown:
    """Search, order and notes as `<template>` elements, in the words of the page."""
    return shown("tools", result, verdicts=list(Verdict), positions=list(Position))
