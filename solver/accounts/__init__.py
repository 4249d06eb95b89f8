"""Where a number comes from: :func:`account` tells it of every number that a run shows.

>>> account(trace, 5, Quantity("icc")).text()
'ICC = τ²/(τ² + σ²) = 2.121/(2.121 + 1.387) = 0.6046'

``account.py`` says what is told, ``at.py`` where one looks from, ``table.py`` gathers what can be
explained: ``data``, ``forms`` (sums over the data), ``effects``, ``likelihood``, ``variances``,
``moves`` (changes), ``conclusions`` (of a fit), ``predictions`` and ``entries`` (of matrices).
"""

from solver.accounts.account import Account, Addend, Part, Sum
from solver.accounts.telling import account
from solver.quantity import Quantity

__all__ = ["Account", "Addend", "Part", "Quantity", "Sum", "account"]
