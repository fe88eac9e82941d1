"""Audit of a commune's late dossiers: the case software against the paper register."""
