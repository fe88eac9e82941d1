"""The commands of `audit`, a file each."""
