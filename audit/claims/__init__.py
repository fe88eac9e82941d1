"""Reported figures against the records, against each other, and against totals that are not printed."""
