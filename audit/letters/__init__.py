"""Letters that follow an audit: what each says, from the result alone, and the Word files that say it."""
