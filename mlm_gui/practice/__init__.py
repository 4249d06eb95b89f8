"""Practice: the exercises beside the window, marked at once."""
