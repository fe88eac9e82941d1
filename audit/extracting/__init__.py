"""A report's text -> proposed claims, for a person to confirm. Stands alone."""
