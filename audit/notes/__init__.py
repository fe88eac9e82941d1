"""Notes added to an audit's folder, and the form for them."""
