"""Samples: how many papers to read, which, and what they say of the rest."""
