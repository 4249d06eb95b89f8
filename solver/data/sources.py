"""Where a table comes from: a file, a built-in example, the clipboard, or a simulation."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from solver.data.examples import load_example
from solver.data.simulation import Simulation
from solver.data.tables import Table, read_table, unwatched
from solver.data.text_tables import Progress


@dataclass(frozen=True)
class FileSource:
    """A data file."""

    path: str
    kind: Literal["file"] = "file"

    @property
    def title(self) -> str:
        """How a reader knows it."""
        return Path(self.path).name

    def read(self, progress: Progress = unwatched) -> Table:
        """Read the file.

        Raises
        ------
        Refusal, Cancelled
            As :func:`solver.data.tables.read_table`.
        """
        return read_table(self.path, progress)


@dataclass(frozen=True)
class ExampleSource:
    """A built-in example."""

    name: str
    kind: Literal["example"] = "example"

    @property
    def title(self) -> str:
        """How a reader knows it."""
        return self.name

    def read(self, progress: Progress = unwatched) -> Table:
        """Read the example, reserve codes included, with the labels of its description."""
        example = load_example(self.name)
        frame = example.frame()
        return Table(
            frame,
            {variable.name: variable.meaning for variable in example.variables},
            {
                variable.name: {
                    frame[variable.name].dtype.type(code).item(): label
                    for code, label in variable.labels.items()
                }
                for variable in example.variables
                if variable.labels
            },
            {v.name: v.missing for v in example.variables if v.missing},
        )


@dataclass(frozen=True)
class PastedSource:
    """A table copied from a spreadsheet: text with tabs between the cells."""

    text: str = field(repr=False)
    kind: Literal["pasted"] = "pasted"

    @property
    def title(self) -> str:
        """How a reader knows it."""
        return "the pasted table"

    def read(self, progress: Progress = unwatched) -> Table:
        """Read the text, as :func:`solver.data.tables.read_table` reads a file of it.

        Raises
        ------
        Refusal
            When it is no table.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / self.title
            path.write_text(self.text, encoding="utf-8")
            return read_table(path, progress)


Source = FileSource | ExampleSource | PastedSource | Simulation
