"""Lessons beside the live panes: pages of text, and the window brought to the state of each."""
