"""Everything that was found, in one object; what of it may be shared; the schema of `result.json`."""
