"""Getting data in: the dialog, its parts, and what runs beside it."""
