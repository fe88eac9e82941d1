"""What every room stands on: words, days, frames, expressions, keys, whole files. Knows no record, no rule, no page."""
