"""A notebook -> a job -> its outcome, put in place whole or not at all."""
