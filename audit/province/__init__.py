"""Many audits: done in a batch, added up, shown on one page."""
