"""How a number looks; see :mod:`solver.formatting`."""

from solver.formatting import MINUS, exact, number, signed

__all__ = ["MINUS", "exact", "number", "signed"]
