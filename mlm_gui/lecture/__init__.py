"""The window on a projector: large, bare, and driven by a clicker."""
