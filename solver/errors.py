"""The one exception that carries a sentence for the user, and the one that ends a long task."""


class Refusal(ValueError):
    """Input that cannot be used, said in a sentence or two for the person who gave it.

    The message names what is wrong, where (file, row, column) and what to do. Programs that
    face a user show ``str(refusal)`` as it is; anything else that is raised is a defect.
    """


class Cancelled(Exception):
    """Whoever waited for a result wants it no more; raised by what is told of the progress."""
