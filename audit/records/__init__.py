"""The records that an audit may have, a file each; `registry` lists them."""
