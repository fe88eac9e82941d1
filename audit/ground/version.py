"""The version of the rules: which policy, rules and reference data a page was made by."""

RULES = "2026-11-30"  # set by hand when a verdict, a cause or a count can come out otherwise
# The hash of all that decides, as a test works it out: it fails until one of the two is set anew.
MADE_OF = "6b245a933d473fe3"
