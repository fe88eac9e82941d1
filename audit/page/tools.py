"""The tools of the page's script: forms and words that it makes copies of; where none runs, nothing of them shows."""

from audit.findings.result import Result
from audit.ground.terms import Position, Verdict
from audit.page.pieces import Shown, shown


def tools(result: Result) -> Shown:
    """Search, order and notes as `<template>` elements, in the words of the page."""
    return shown("tools", result, verdicts=list(Verdict), positions=list(Position))
