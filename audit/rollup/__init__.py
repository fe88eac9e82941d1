"""A table of many communes: read, checked, found, shown."""
