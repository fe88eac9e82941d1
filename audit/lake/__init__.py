"""The same steps for millions of dossiers: each different case is judged once."""
