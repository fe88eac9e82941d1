"""The version of the rules: which policy, rules and reference data a page was made by."""

# The libraries that an answer rests on: what reads, counts, compares, explains, and makes the record of it.
DECIDING = ("pandas", "polars", "numpy", "python-calamine", "lxml", "xlrd", "pydantic", "rapidfuzz", "highspy",
            "nbconvert", "papermill")  # fmt: skip
DECIDING_LAKES = ("duckdb",)  # and that of a lake, an extra

RULES = "2026-11-30"  # set by hand when a verdict, a cause or a count can come out otherwise
# The hash of all that decides, as a test works it out: it fails until one of the two is set anew.
MADE_OF = "6b245a933d473fe3"
