"""Every number that can be explained, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from solver.accounts import (
    conclusions,
    data,
    effects,
    entries,
    forms,
    likelihood,
    moves,
    predictions,
    variances,
)
from solver.accounts.at import Declared

TABLE: Mapping[str, Declared] = {
    **data.TABLE,
    **forms.TABLE,
    **effects.TABLE,
    **likelihood.TABLE,
    **variances.TABLE,
    **conclusions.TABLE,
    **predictions.TABLE,
    **moves.TABLE,
    **entries.TABLE,
}
