"""Data in: where a table comes from, what its columns are, and what is done to it first."""
