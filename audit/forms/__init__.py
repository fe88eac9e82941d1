"""Forms in JupyterLab that do a whole job without a terminal."""
