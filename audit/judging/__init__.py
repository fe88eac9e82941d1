"""Rows -> fate, pairs, due dates, verdicts, causes, leads, counts."""
