"""The panes of the window, one module each."""
