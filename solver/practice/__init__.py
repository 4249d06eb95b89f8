"""Practice: exercises from a seed, marked cell by cell, with hints, a journal and a mark sheet."""
