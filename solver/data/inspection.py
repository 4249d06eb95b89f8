"""A source as a reader sees it before choosing: its table, its columns, what may be no answers."""

from __future__ import annotations

from dataclasses import dataclass

from solver.data.columns import Column, describe
from solver.data.examples import load_example
from solver.data.reserve_codes import Proposal, propose
from solver.data.roles import Roles, formula_of, suggest
from solver.data.sources import ExampleSource, Source
from solver.data.tables import Table, unwatched
from solver.data.text_tables import Progress
from solver.formula import parse_formula


@dataclass(frozen=True, eq=False)
class Inspection:
    """A source that has been read and looked through; make one with :func:`inspect`.

    Attributes
    ----------
    source : Source
    table : Table
    columns : tuple of Column
    proposals : tuple of Proposal
    """

    source: Source
    table: Table
    columns: tuple[Column, ...]
    proposals: tuple[Proposal, ...]

    @property
    def guess(self) -> str:
        """The formula to begin with: an example's own, or one of the roles that are likely."""
        if isinstance(self.source, ExampleSource):
            return load_example(self.source.name).formula
        return formula_of(self.roles)

    @property
    def roles(self) -> Roles:
        """The roles that are likely; some may be missing."""
        return suggest(self.columns)

    def column(self, name: str) -> Column | None:
        """A column by its name."""
        return next((column for column in self.columns if column.name == name), None)


def inspect(
    source: Source, progress: Progress = unwatched, table: Table | None = None
) -> Inspection:
    """Read a source and look through its columns.

    Parameters
    ----------
    source : Source
    progress : callable
        As in :func:`solver.data.tables.read_table`.
    table : Table, optional
        What reading the source gave, to spare reading it again.

    Raises
    ------
    Refusal, Cancelled
        As the source's ``read``.
    """
    table = source.read(progress) if table is None else table
    return Inspection(source, table, describe(table), propose(table))


def codes_left(table: Table, formula: str) -> tuple[Proposal, ...]:
    """What still looks like reserve codes in the columns that a formula uses."""
    parsed = parse_formula(formula)
    used = {*parsed.columns, parsed.group}
    return propose(table, [name for name in table.frame.columns if name in used])
