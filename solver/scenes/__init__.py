"""Lessons as scenes: a page of text, and the state that the panes show beside it."""
