"""Lessons: ordered scenes, each a page of text and the state of the window that it is about.

They are files that a teacher writes by hand; ``assets/lessons/README.md`` says how.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from assets import ASSETS
from solver.analysis import Analysis, Choices, analyse
from solver.data.examples import example_names
from solver.data.simulation import FORMULA, Simulation
from solver.errors import Refusal
from solver.formatting import quoted
from solver.saving.loading import load
from solver.scenes.text import Block, Part, parse_line, parse_text
from solver.scenes.values import SceneValues
from solver.state import STEP_NAMES, Options, StepName
from solver.step import Step
from solver.steps import steps
from solver.trace import Trace

PANES = (
    "steps",
    "card",
    "matrices",
    "group_lines",
    "likelihood",
    "surface",
    "shrinkage",
    "results",
    "iterations",
)
"""Panes that a scene can show."""

LAYERS = ("data", "ols", "fixed", "alone", "blup", "arrows", "truth")
"""Layers of the group lines that a scene can tick."""

SYMBOLS = ("σ²", "τ²", "β", "u")
"""Symbols that a spotlight can be on."""

ON_STAGE = 2
"""Panes that a lecture shows at most."""

END = "end"
"""As a scene's step: the last step of the run."""


@dataclass(frozen=True)
class Spotlight:
    """What is lit in a lecture.

    Attributes
    ----------
    symbol : str
        One of :data:`SYMBOLS`, or a matrix's name.
    cell : (row, column) or None
        An entry of the matrix, counted from 1.
    group : str
        Label of the group whose block of the matrix is lit; empty for none.
    """

    symbol: str
    cell: tuple[int, int] | None = None
    group: str = ""


@dataclass(frozen=True)
class Scene:
    """A page of a lesson, with the state that it needs.

    Attributes
    ----------
    title : str
    line : tuple of Part
        The text cut to one line, for the back row of a lecture hall.
    blocks : tuple of Block
        The text.
    data, formula : str
        An example's name or a file's path, and the model; empty for the example's own.
    simulation : Simulation or None
        Data that are drawn in place of these.
    options : Options
        How to fit.
    step : str
        Name of a step, or ``end``.
    iteration : int
        Whose step it is; ``initialize`` has none.
    panes, layers : tuple of str
        What is seen; of :data:`PANES` and :data:`LAYERS`.
    matrices : tuple of str
        Those on the shelf; the step's own when empty.
    symbols : bool
        Whether matrices show symbols in place of numbers.
    cell : (name, row, column) or None
        An entry that is explained, rows and columns counted from 1.
    group : str
        Label of a group that is lit; empty for none.
    lecture : tuple of str
        The one or two panes that a lecture shows; empty for a choice among ``panes``.
    spotlight : Spotlight or None
        What a lecture lights.
    file : Path
    head : int
        The file that it is from, and its first line there, for messages.
    """

    title: str
    line: tuple[Part, ...]
    blocks: tuple[Block, ...]
    data: str
    formula: str
    simulation: Simulation | None
    options: Options
    step: StepName | str
    iteration: int
    panes: tuple[str, ...]
    layers: tuple[str, ...]
    matrices: tuple[str, ...]
    symbols: bool
    cell: tuple[str, int, int] | None
    group: str
    lecture: tuple[str, ...]
    spotlight: Spotlight | None
    file: Path
    head: int

    @property
    def place(self) -> str:
        """Where it is written."""
        return f"{self.file.name}, line {self.head}"

    @property
    def parts(self) -> list[Part]:
        """Every part of the text, the line for the back row first."""
        return [*self.line, *(part for block in self.blocks for part in block.parts)]

    def analysis(self) -> Analysis:
        """The data and the model, ready to be fitted.

        Raises
        ------
        Refusal
            When they cannot be used.
        """
        if self.simulation is not None:
            return analyse(Choices(self.simulation, FORMULA, options=self.options))
        return load(self.data, self.formula or None, self.options)

    @property
    def material(self) -> tuple[str, str, Simulation | None]:
        """What tells its data and model from those of other scenes."""
        return self.data, self.formula, self.simulation

    def is_reached(self, step: Step) -> bool:
        """Whether a run is at the scene's step."""
        if self.step == END:
            return step.state.outcome is not None
        return (step.name, step.iteration) == (self.step, self.iteration)

    def position(self, trace: Trace) -> int:
        """Where in a run the scene is, taking the steps up to there.

        Raises
        ------
        Refusal
            When the run ends before.
        """
        for step in trace:
            if self.is_reached(step):
                return step.index
        last = trace[-1]
        raise Refusal(
            f"{self.place}: the run ends in iteration {last.iteration}, so there is no "
            f"{self.step} in iteration {self.iteration}."
        )


@dataclass(frozen=True)
class Lesson:
    """Scenes in their order."""

    title: str
    about: str
    scenes: tuple[Scene, ...]


@cache
def built_in_lessons() -> tuple[Lesson, ...]:
    """The lessons that come with the program, in their order."""
    return tuple(map(read_lesson, sorted((ASSETS / "lessons" / "scenes").glob("*.toml"))))


def read_lessons(paths: Sequence[str | Path]) -> tuple[Lesson, ...]:
    """A teacher's lessons, one a file.

    Every scene is tried: its state is reached and its placeholders are read.

    Raises
    ------
    Refusal
        When a file is not a lesson; says in which line and what to do.
    """
    lessons = tuple(read_lesson(Path(path)) for path in paths)
    for lesson in lessons:
        check_lesson(lesson)
    return lessons


def read_lesson(path: Path) -> Lesson:
    """One file.

    Raises
    ------
    Refusal
        When it cannot be read, or something in it is missing, unknown or misspelt.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path.name} could not be read: {error}. Save it as UTF-8 text.") from None
    return _Reader(path, text).lesson()


def check_lesson(lesson: Lesson) -> None:
    """Try every scene of a lesson.

    Raises
    ------
    Refusal
        When a scene's state is not reached, or a placeholder has no value there.
    """
    traces: dict[object, tuple[Trace, SceneValues]] = {}
    for scene in lesson.scenes:
        key = (scene.material, scene.options)
        try:
            if key not in traces:
                analysis = scene.analysis()
                trace = Trace(steps(analysis.problem, scene.options))
                traces[key] = trace, SceneValues(analysis.problem, scene.options)
            trace, values = traces[key]
            step = trace[scene.position(trace)]
            if scene.group and scene.group not in step.problem.group_labels:
                raise Refusal(f"There is no group {quoted(scene.group)}.")
            for name in (*scene.matrices, *([scene.cell[0]] if scene.cell else [])):
                step.matrix(name)
            _check_spotlight(scene.spotlight, step)
        except Refusal as refusal:
            raise Refusal(_placed(scene.place, str(refusal))) from None
        for part in scene.parts:
            if part.kind == "value":
                try:
                    values.show(part.text, step)
                except Refusal as refusal:
                    place = f"{scene.file.name}, line {_line_of(scene, f'{{{part.text}}}')}"
                    raise Refusal(f"{place}: {{{part.text}}}: {refusal}") from None


def _check_spotlight(spotlight: Spotlight | None, step: Step) -> None:
    if spotlight is None or spotlight.symbol in SYMBOLS:
        return
    matrix, cell = step.matrix(spotlight.symbol), spotlight.cell
    if cell is not None and not all(
        1 <= k <= size for k, size in zip(cell, matrix.shape, strict=True)
    ):
        rows, columns = matrix.shape
        raise Refusal(f"{matrix.name} has {rows} rows and {columns} columns: there is no {cell}.")
    if spotlight.group and spotlight.group not in step.problem.group_labels:
        raise Refusal(f"There is no group {quoted(spotlight.group)}.")


def _line_of(scene: Scene, written: str) -> int:
    """The line of something that stands in a scene."""
    lines = scene.file.read_text(encoding="utf-8").splitlines()
    after = range(scene.head, len(lines) + 1)
    return next((k for k in after if written in lines[k - 1]), scene.head)


def _placed(place: str, sentence: str) -> str:
    return sentence if sentence.startswith(place) else f"{place}: {sentence}"


class _Reader:
    """One file: its content, and where in it things stand."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        try:
            self._content: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            said = re.sub(r" \(at .*\)$", "", str(error))
            where = f"line {at[1]}, column {at[2]}" if at else "its end"
            raise Refusal(f"{path.name}, {where}: {said}. See assets/lessons/README.md.") from None

    @cached_property
    def _starts(self) -> list[int]:
        """Lines in which the scenes begin, counted from 0."""
        return [k for k, line in enumerate(self._lines) if line.strip() == "[[scene]]"]

    def lesson(self) -> Lesson:
        content = self._content
        self._known(content, ("title", "about", "defaults", "scene"), None)
        defaults = content.get("defaults", {})
        self._known(defaults, _STATE, None)
        scenes = content.get("scene", [])
        if not isinstance(scenes, list) or not scenes:
            raise Refusal(f"{self._path.name} has no scene: begin each with [[scene]].")
        return Lesson(
            title=self._text(content, "title", None),
            about=str(content.get("about", "")),
            scenes=tuple(self._scene(k, entry, defaults) for k, entry in enumerate(scenes)),
        )

    def _scene(self, k: int, entry: dict[str, Any], defaults: Mapping[str, Any]) -> Scene:
        self._known(entry, ("title", "line", "text", *_STATE), k)
        given = {**defaults, **entry}
        step = str(given.get("step", STEP_NAMES[0]))
        if step not in (*STEP_NAMES, END):
            self._refuse(k, "step", f"there is no step {quoted(step)}", (*STEP_NAMES, END))
        iteration = given.get("iteration", 1)
        if not isinstance(iteration, int) or iteration < 1:
            self._refuse(k, "iteration", "the iteration must be a whole number from 1 on")
        return Scene(
            title=self._text(entry, "title", k),
            line=self._parsed(k, "line", parse_line, entry),
            blocks=self._parsed(k, "text", parse_text, entry),
            data="" if "simulate" in entry else self._data(k, given),
            formula=str(given.get("formula", "")),
            simulation=self._simulation(k, entry),
            options=self._options(k, given),
            step=step,
            iteration=0 if step == STEP_NAMES[0] else iteration,
            panes=self._names(k, "panes", given, PANES) or ("group_lines",),
            layers=self._names(k, "layers", given, LAYERS),
            matrices=self._names(k, "matrices", given, None),
            symbols=bool(given.get("symbols", False)),
            cell=self._cell(k, given),
            group=str(given.get("group", "")),
            lecture=self._stage(k, given),
            spotlight=self._spotlight(k, given),
            file=self._path,
            head=self._line(k, None),
        )

    def _data(self, k: int, given: Mapping[str, Any]) -> str:
        data = str(given.get("data", ""))
        if data in example_names():
            return data
        beside = self._path.parent / data
        if not data or not beside.is_file():
            said = f"there is neither an example nor a file {quoted(data)} beside the lesson"
            self._refuse(k, "data", said, example_names())
        return str(beside)

    def _simulation(self, k: int, entry: Mapping[str, Any]) -> Simulation | None:
        if "simulate" not in entry:
            return None
        try:
            return Simulation(**entry["simulate"])
        except (Refusal, TypeError) as error:
            said = str(error).replace("Simulation.__init__() got an unexpected keyword", "there is")
            self._refuse(k, "simulate", f"this cannot be drawn: {said.rstrip('.')}")
            raise AssertionError from None

    def _options(self, k: int, given: Mapping[str, Any]) -> Options:
        chosen = {name: given[name] for name in ("method", "algorithm", "start") if name in given}
        if isinstance(chosen.get("start"), list):
            chosen["start"] = tuple(chosen["start"])
        try:
            return Options(**chosen)
        except (Refusal, ValueError, TypeError) as error:
            self._refuse(k, next(iter(chosen)), str(error).rstrip("."))
            raise AssertionError from None

    def _cell(self, k: int, given: Mapping[str, Any]) -> tuple[str, int, int] | None:
        if "cell" not in given:
            return None
        parsed = re.fullmatch(r"(.+)\[(\d+),\s*(\d+)\]", str(given["cell"]))
        if parsed is None:
            self._refuse(k, "cell", "a cell is written like V[1,2]")
        assert parsed is not None
        return parsed[1].strip(), int(parsed[2]), int(parsed[3])

    def _stage(self, k: int, given: Mapping[str, Any]) -> tuple[str, ...]:
        panes = self._names(k, "lecture", given, PANES)
        if len(panes) > ON_STAGE:
            self._refuse(k, "lecture", "a lecture shows one pane, or two side by side")
        return panes

    def _spotlight(self, k: int, given: Mapping[str, Any]) -> Spotlight | None:
        if "spotlight" not in given:
            return None
        parsed = re.fullmatch(r"([^\[\]]+)(?:\[(.+)\])?", str(given["spotlight"]).strip())
        if parsed is None:
            said = "a spotlight is written like τ², V, V[1,2] or V[group's label]"
            self._refuse(k, "spotlight", said)
        assert parsed is not None
        symbol, place = parsed[1].strip(), (parsed[2] or "").strip()
        cell = re.fullmatch(r"(\d+),\s*(\d+)", place)
        if cell is not None:
            return Spotlight(symbol, (int(cell[1]), int(cell[2])))
        return Spotlight(symbol, group=place)

    def _names(
        self, k: int, key: str, given: Mapping[str, Any], known: Sequence[str] | None
    ) -> tuple[str, ...]:
        names = given.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._refuse(k, key, 'this must be a list such as ["data", "ols"]')
        for name in names:
            if known is not None and name not in known:
                self._refuse(k, key, f"there is no {quoted(name)} among the {key}", known)
        return tuple(names)

    def _parsed(self, k: int, key: str, parse: Any, entry: Mapping[str, Any]) -> Any:
        try:
            return parse(self._text(entry, key, k))
        except Refusal as refusal:
            self._refuse(k, key, str(refusal).rstrip("."))

    def _text(self, table: Mapping[str, Any], key: str, k: int | None) -> str:
        text = table.get(key)
        if not isinstance(text, str) or not text.strip():
            self._refuse(k, key, f'{quoted(key)} is missing; write {key} = "…"')
        return str(text).strip()

    def _known(self, table: Mapping[str, Any], names: Sequence[str], k: int | None) -> None:
        for key in table:
            if key not in names:
                self._refuse(k, key, f"{quoted(key)} means nothing here", names)

    def _refuse(self, k: int | None, key: str, said: str, known: Sequence[str] = ()) -> None:
        choose = f" Choose from: {', '.join(known)}." if known else ""
        raise Refusal(f"{self._path.name}, line {self._line(k, key)}: {said}.{choose}")

    def _line(self, k: int | None, key: str | None) -> int:
        """The line of a key in scene k, or of the scene's head; of the file's head for None."""
        first = 0 if k is None else self._starts[k] if k < len(self._starts) else 0
        after = [start for start in self._starts if start > first or k is None]
        last = after[0] if after else len(self._lines)
        for number, line in enumerate(self._lines[first:last], first + 1):
            if key is not None and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return first + 1


_STATE = (
    "data",
    "formula",
    "simulate",
    "method",
    "algorithm",
    "start",
    "step",
    "iteration",
    "panes",
    "layers",
    "matrices",
    "symbols",
    "cell",
    "group",
    "lecture",
    "spotlight",
)
"""What describes the state of the window."""
