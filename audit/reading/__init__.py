"""Files -> typed rows and problems, for a folder and for a lake; nothing is lost."""
