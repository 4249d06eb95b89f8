"""The window: it shows what the solver computes."""
