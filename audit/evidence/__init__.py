"""What others need to check an audit: do outputs belong together, are they of these files; bundles, signatures."""
