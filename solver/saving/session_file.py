"""A session as a file: the data, what was chosen, where the reader is, notes and layout.

A ``.stepreml`` file is a zip archive of two members.

``session.json`` is the manifest, with the fields of :class:`Manifest` beside ``"format": "StepREML
session"``, ``"version": 1`` and the ``"program"`` that wrote it. Its ``choices`` are those of
:class:`~solver.analysis.Choices`; ``data`` is null where the source is a built-in example that
needs no copy, and else says which member holds the data, with its SHA-256 sum:

- ``table.parquet``, the table exactly as it was read, before any preparation; ``dtypes`` are its
  columns' types in pandas, and the labels of columns and of codes stand beside them;
- or ``problem.json``, y, X and the groups, where the table is not at hand because the run came
  from a trace file (:mod:`solver.saving.problem_record`).

A step in ``notes.steps`` is bookmarked; its text may be empty.

The run is not in the file: the same choices on the same data give the same steps. The window keeps
a session that is not saved yet in the same form, as a folder instead of an archive, and with
``session.previous.json``, the manifest before the last change. The version is raised when a file
that this program writes could not be read by the one before.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solver.analysis import Analysis, Choices, analyse
from solver.data.sources import ExampleSource
from solver.data.tables import Table, Value
from solver.errors import Refusal
from solver.formatting import quoted
from solver.saving.atomic import replacing
from solver.saving.jsonable import from_json, jsonable, to_json
from solver.saving.problem_record import problem_record, restore_problem
from solver.saving.records import check_format, program_version, restore

if TYPE_CHECKING:
    import pandas as pd

FORMAT, VERSION = "StepREML session", 1
SUFFIX = ".stepreml"
MANIFEST, PREVIOUS = "session.json", "session.previous.json"
MEMBER = re.compile(r"(table(-\d+)?\.parquet|problem(-\d+)?\.json)")
"""Names that a member with data may have."""


@dataclass(frozen=True)
class Notes:
    """What the reader wrote down.

    Attributes
    ----------
    general : on the whole session
    steps : index and text of each bookmarked step, by index; the text may be empty
    """

    general: str = ""
    steps: tuple[tuple[int, str], ...] = ()

    def at(self, index: int) -> str:
        """The note on a step; empty without one."""
        return dict(self.steps).get(index, "")

    @property
    def bookmarks(self) -> tuple[int, ...]:
        """The indices of the bookmarked steps, in their order."""
        return tuple(index for index, _ in self.steps)

    def noted(self, index: int, text: str | None) -> Notes:
        """The notes with another text on a step, which bookmarks it; None takes the mark off."""
        texts = dict(self.steps)
        texts.pop(index, None)
        if text is not None:
            texts[index] = text
        return replace(self, steps=tuple(sorted(texts.items())))


@dataclass(frozen=True)
class Data:
    """Which member holds the data, and what Parquet does not keep of a table.

    Attributes
    ----------
    file, sha256 : name and check sum of the member
    dtypes : name and type of every column
    variable_labels : column and label
    value_labels : column, and its codes with their labels
    reserve_codes : column, and its codes that are no values
    """

    file: str
    sha256: str
    dtypes: tuple[tuple[str, str], ...] = ()
    variable_labels: tuple[tuple[str, str], ...] = ()
    value_labels: tuple[tuple[str, tuple[tuple[Value, str], ...]], ...] = ()
    reserve_codes: tuple[tuple[str, tuple[Value, ...]], ...] = ()


@dataclass(frozen=True)
class Manifest:
    """A session but for its data.

    Attributes
    ----------
    choices : source, formula, preparation and options
    data : where the data are; None when the source gives them
    position : index of the step under the cursor
    notes : the reader's notes
    layout : how the window stands; the window's own words
    saved : when, in ISO 8601
    file : the session file that the reader knows it by; empty when never saved as one
    closed : whether the reader left it, and was not interrupted
    """

    choices: Choices
    data: Data | None = None
    position: int = 0
    notes: Notes = Notes()
    layout: Mapping[str, str] = field(default_factory=dict, hash=False)
    saved: str = ""
    file: str = ""
    closed: bool = False

    @property
    def when(self) -> datetime | None:
        """The time of saving; None when it does not say."""
        try:
            return datetime.fromisoformat(self.saved).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def now() -> str:
    """The present time as a manifest has it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def is_session(path: str | Path) -> bool:
    """Whether a file is a session, by its name or its first bytes."""
    path = Path(path)
    if path.suffix.lower() == SUFFIX:
        return True
    try:
        with path.open("rb") as file:
            head = file.read(30 + len(MANIFEST))
    except (OSError, ValueError):
        return False
    return head.startswith(b"PK\x03\x04") and head.endswith(MANIFEST.encode())


def write_session(path: str | Path, manifest: Manifest, analysis: Analysis) -> None:
    """Write a session file with a copy of the data: it is whole, or as it was.

    Parameters
    ----------
    path
    manifest : Manifest
        Its ``data`` is found from the analysis.
    analysis : Analysis

    Raises
    ------
    Refusal
        When the file cannot be written, or the table cannot be read again to be copied.
    """
    if isinstance(analysis.choices.source, ExampleSource):
        analysis = replace(analysis, read=analysis.table)
    import zipfile

    packed = pack_data(analysis)
    assert packed is not None
    data, content = packed
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, _line(replace(manifest, data=data)))
        packed_already = zipfile.ZIP_STORED if data.file.endswith(".parquet") else None
        archive.writestr(data.file, content, packed_already)


def pack_data(analysis: Analysis, number: int = 0) -> tuple[Data, bytes] | None:
    """The data of an analysis as a member of a session; None when its source always has them.

    Parameters
    ----------
    analysis : Analysis
    number : int, optional
        Tells the data of one analysis from those of another in the same folder.
    """
    mark = f"-{number}" if number else ""
    if analysis.read is not None:
        content = _parquet(analysis.read.frame)
        entry = _described(f"table{mark}.parquet", content, analysis.read)
    elif isinstance(analysis.choices.source, ExampleSource):
        return None
    else:
        content = to_json(problem_record(analysis.problem))
        entry = Data(f"problem{mark}.json", _sum(content))
    return entry, content


def write_folder(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a session in a folder, and keep the one before.

    Raises
    ------
    Refusal
        When it cannot be written; the one before stays.
    """
    with replacing(folder / MANIFEST, keep=folder / PREVIOUS) as file:
        file.write(_line(manifest))


def write_member(folder: Path, data: Data, content: bytes) -> None:
    """Write the data of a session in a folder.

    Raises
    ------
    Refusal
        When they cannot be written.
    """
    with replacing(folder / data.file) as file:
        file.write(content)


def read_session(path: str | Path) -> tuple[Manifest, Analysis]:
    """Read a session file, or a folder of the same form.

    Raises
    ------
    Refusal
        When it is damaged, of another kind or of a newer program, or its choices cannot be used.
    """
    import zipfile

    path = Path(path)
    if path.is_dir():
        return _read_folder(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive.read, path.name)
    except OSError as error:
        raise Refusal(f"{path} cannot be read ({error.strerror or error}).") from error
    except Refusal:
        raise
    except Exception:
        raise Refusal(
            f"{path.name} is not a {FORMAT}, or it is damaged or only partly there. "
            "Open another copy of it."
        ) from None


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a session in a folder; the one before where the last is damaged.

    Raises
    ------
    Refusal
        When neither can be read.
    """
    try:
        return _manifest(_member(folder)(MANIFEST), folder.name)
    except (OSError, KeyError, Refusal):
        with suppress(OSError, KeyError):
            return _manifest(_member(folder)(PREVIOUS), folder.name)
        raise Refusal(f"{folder} holds no session that can be read.") from None


def _read_folder(folder: Path) -> tuple[Manifest, Analysis]:
    read = _member(folder)
    try:
        return _read(read, folder.name)
    except (OSError, KeyError, Refusal) as error:
        if (folder / PREVIOUS).exists():
            with suppress(OSError, KeyError):
                return _read(lambda name: read(PREVIOUS if name == MANIFEST else name), folder.name)
        said = error if isinstance(error, Refusal) else f"{folder} holds no session."
        raise Refusal(str(said)) from None


def _member(folder: Path) -> Callable[[str], bytes]:
    return lambda name: (folder / name).read_bytes()


def _read(member: Callable[[str], bytes], file: str) -> tuple[Manifest, Analysis]:
    manifest = _manifest(member(MANIFEST), file)
    return manifest, _analysis(manifest, member, file)


def _line(manifest: Manifest) -> bytes:
    head = {"format": FORMAT, "version": VERSION, "program": program_version()}
    return to_json({**head, **jsonable(manifest, exact=True)})


def _manifest(content: bytes, file: str) -> Manifest:
    try:
        found = from_json(content)
    except ValueError:
        raise Refusal(f"The manifest of {file} is damaged. Open another copy of it.") from None
    check_format(found, FORMAT, VERSION, file)
    names = [item.name for item in fields(Manifest)]
    manifest: Manifest = restore(
        Manifest, {name: found[name] for name in names if name in found}, f"{file}: manifest"
    )
    if manifest.position < 0:
        raise Refusal(f"{file}: the position {manifest.position} is before the first step.")
    return manifest


def _analysis(manifest: Manifest, member: Callable[[str], bytes], file: str) -> Analysis:
    data = manifest.data
    if data is None:
        return analyse(manifest.choices)
    if not MEMBER.fullmatch(data.file):
        raise Refusal(f"{file} has its data in {quoted(data.file)}, which cannot be.")
    content = member(data.file)
    if _sum(content) != data.sha256:
        raise Refusal(f"The data in {file} are damaged. Open another copy of it.")
    if data.file.endswith(".json"):
        problem = restore_problem(from_json(content), f"{file}: problem")
        return Analysis(manifest.choices, problem)
    return analyse(manifest.choices, _table(data, content))


def _sum(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _described(name: str, content: bytes, table: Table) -> Data:
    return Data(
        name,
        _sum(content),
        tuple((str(column), str(dtype)) for column, dtype in table.frame.dtypes.items()),
        tuple(table.variable_labels.items()),
        tuple((column, tuple(labels.items())) for column, labels in table.value_labels.items()),
        tuple(table.reserve_codes.items()),
    )


def _parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    try:
        frame.to_parquet(content, engine="pyarrow")
    except (ValueError, TypeError) as error:
        raise Refusal(f"The table cannot be copied into the session ({error}).") from error
    return content.getvalue()


def _table(data: Data, content: bytes) -> Table:
    import pandas as pd

    frame = pd.read_parquet(io.BytesIO(content), engine="pyarrow")
    changed: dict[str, Any] = {}
    for name, dtype in data.dtypes:
        if str(frame[name].dtype) != dtype or dtype == "object":
            column: Any = frame[name].astype(dtype)  # type: ignore[call-overload]
            changed[name] = (
                column.where(column.notna(), float("nan")) if dtype == "object" else column
            )
    frame = frame.assign(**changed) if changed else frame
    return Table(
        frame,
        dict(data.variable_labels),
        {column: dict(labels) for column, labels in data.value_labels},
        dict(data.reserve_codes),
    )


def clear_folder(folder: Path) -> None:
    """Remove a session in a folder, and the folder."""
    for path in folder.iterdir():
        with suppress(OSError):
            path.unlink()
    with suppress(OSError):
        folder.rmdir()
