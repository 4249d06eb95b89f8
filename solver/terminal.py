"""The terminal commands: ``fit``, ``walk``, ``examples``, ``sheet`` and ``mark``."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from typing import Any, NoReturn, get_args

from solver import arguments
from solver.analysis import Analysis
from solver.arguments import arguments_of, by_column
from solver.criterion import Method
from solver.data.examples import example_names, load_example
from solver.data.inspection import codes_left
from solver.data.preparation import Preparation, Sample
from solver.data.sources import ExampleSource
from solver.data.tables import Table
from solver.errors import Refusal
from solver.fit import fit
from solver.formatting import quoted, short
from solver.formula import parse_formula
from solver.lessons import words
from solver.practice.commands import add_mark, add_sheet
from solver.problem import Problem
from solver.saving.jsonable import jsonable
from solver.saving.loading import Opened, as_it_is, is_saved, load, open_any
from solver.saving.records import program_version
from solver.saving.step_record import step_json
from solver.saving.trace_file import write_trace
from solver.state import STEP_NAMES, Algorithm, Options
from solver.steps import steps
from solver.summary import account_texts, dropped_rows, summary_json, summary_text
from solver.trace import Trace
from solver.walk import NAME, WIDTH, step_text

REFUSED = 2
"""Exit status when the input cannot be used."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        As after ``main.py``; those of the process without.

    Returns
    -------
    int
        The exit status: 0, or 2 when the input was refused.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        chosen = _parser().parse_args(joined(sys.argv[1:] if arguments is None else arguments))
        status: int = chosen.run(chosen)
        sys.stdout.flush()
        return status
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print()
        return 130
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 0
        print(f"The output cannot be written: {error.strerror}.", file=sys.stderr)
        return REFUSED


def joined(arguments: Sequence[str]) -> list[str]:
    """``--start -1,2`` as ``--start=-1,2``: argparse takes what begins with − for an option."""
    words = list(arguments)
    if "--start" in words[:-1]:
        place = words.index("--start")
        words[place : place + 2] = [f"--start={words[place + 1]}"]
    return words


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals are sentences like all others."""

    def error(self, message: str) -> NoReturn:
        raise Refusal(f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="stepreml",
        description="Fit a random-intercept model by REML, one named step at a time.",
        epilog="Without a command the window opens: [DATA [FORMULA]]. "
        "'screenshot OUT.png [DATA [FORMULA]]' saves a picture of it, "
        "'report DATA [FORMULA] --out FILE.pdf' the whole walk on paper.",
    )
    parser.add_argument("--version", action="version", version=f"stepreml {program_version()}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    fit_command = commands.add_parser("fit", help="fit a model and print the estimates")
    walk_command = commands.add_parser("walk", help="go through a fit step by step")
    examples_command = commands.add_parser("examples", help="list the built-in examples")
    for command in (fit_command, walk_command):
        add_model(command)
        command.add_argument("--json", action="store_true", help="print JSON with all digits")
    walk_command.add_argument(
        "--save", metavar="FILE.trace.jsonl", help="also keep the run in a file that walks again"
    )
    walk_command.add_argument(
        "--all", action="store_true", help="run on without waiting for Enter after each step"
    )
    fit_command.set_defaults(run=_fit)
    walk_command.set_defaults(run=_walk)
    examples_command.set_defaults(run=_examples)
    add_sheet(commands.add_parser("sheet", help="write a practice sheet as PDF"))
    add_mark(commands.add_parser("mark", help="mark hand-in files"))
    return parser


def add_model(command: argparse.ArgumentParser) -> None:
    """Let a command take data, a formula and how to fit."""
    command.add_argument(
        "data", metavar="DATA", help="a data file, a saved session or trace, or an example's name"
    )
    command.add_argument(
        "formula",
        metavar="FORMULA",
        nargs="?",
        help='such as "LOOK_HRS ~ HOURS + (1 | INDUSTRY)"; an example has its own',
    )
    command.add_argument("--method", choices=get_args(Method))
    command.add_argument("--algorithm", choices=get_args(Algorithm))
    command.add_argument(
        "--start",
        type=_start,
        metavar="START",
        help="moments, half, or σ²,τ² such as 4,1",
    )
    command.add_argument("--tolerance", type=float)
    command.add_argument("--max-iterations", type=int)
    _add_preparation(command)


def _add_preparation(command: argparse.ArgumentParser) -> None:
    before = command.add_argument_group("before the fit")
    before.add_argument(
        "--missing",
        action="append",
        default=[],
        metavar="COLUMN=CODES",
        help='reserve codes that stand for "no answer", such as "HOURS=9996,9999"',
    )
    before.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="COLUMN=VALUES",
        help='keep only the rows with these values, such as "INDUSTRY=1,5,6"',
    )
    before.add_argument("--sample", type=int, metavar="N", help="fit a random sample of N rows")
    before.add_argument("--seed", type=int, default=1, help="of the sample; 1 without")
    before.add_argument(
        "--sample-groups", action="store_true", help="sample N whole groups, not rows"
    )
    before.add_argument(
        "--labels",
        action="append",
        default=[],
        metavar="COLUMN",
        help="call the values of a column by the labels of the file",
    )


def _start(text: str) -> Any:
    if text in ("moments", "half"):
        return text
    try:
        sigma2, tau2 = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} is not a start: give moments, half, or σ²,τ² such as 4,1"
        ) from None
    if not all(1e-40 <= value <= 1e40 for value in (sigma2, tau2 or sigma2)):
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} is outside the model: σ² and τ² must be above 0, or τ² 0, "
            "and lie between 10⁻⁴⁰ and 10⁴⁰"
        )
    return sigma2, tau2


def _options(chosen: argparse.Namespace) -> dict[str, Any]:
    """The options that were given."""
    names = [item.name for item in fields(Options)]
    return {name: value for name in names if (value := getattr(chosen, name)) is not None}


def loaded(chosen: argparse.Namespace) -> Opened:
    """What :func:`add_model` took, with a note of what looks like reserve codes in it."""
    missing, levels = by_column("--missing", chosen.missing), by_column("--keep", chosen.keep)
    if chosen.seed < 0:
        raise Refusal("A --seed is a whole number from 0 on.")
    if chosen.sample is None and chosen.sample_groups:
        raise Refusal("--sample-groups needs a --sample N: how many groups.")

    def prepare(table: Table) -> Preparation:
        drawn = None
        if chosen.sample is not None:
            formula = chosen.formula or load_example(chosen.data).formula
            group = parse_formula(formula).group if chosen.sample_groups else ""
            drawn = Sample(chosen.sample, chosen.seed, group)
        return arguments.chosen(
            table, missing=missing, levels=levels, sample=drawn, named=chosen.labels
        )

    plain = not (missing or levels or chosen.labels or chosen.sample is not None)
    given = _options(chosen)
    if is_saved(chosen.data):
        if not plain:
            raise Refusal(f"{chosen.data} has its data prepared already. Only fit or walk it.")
        opened = open_any(chosen.data, chosen.formula)
        options = replace(opened.analysis.choices.options, **given)
        return replace(opened, analysis=opened.analysis.with_options(options))
    options = Options(**given)
    analysis = load(chosen.data, chosen.formula, options, as_it_is if plain else prepare)
    for note in _notes(analysis):
        print(note, file=sys.stderr)
    return Opened(analysis)


def _notes(analysis: Analysis) -> Iterator[str]:
    """A sentence for each column used that has what looks like reserve codes."""
    if isinstance(analysis.choices.source, ExampleSource) and not analysis.reserved:
        return
    seen = replace(analysis.table, frame=analysis.prepared.frame)
    for found in codes_left(seen, analysis.problem.formula):
        codes = ", ".join(str(code.value) for code in found.codes)
        several = len(found.codes) > 1
        yield textwrap.fill(
            f"{codes} in {quoted(found.column)} ({found.rows} row{'s' * (found.rows != 1)}) "
            f"{'look like reserve codes' if several else 'looks like a reserve code'}, "
            f'a mark for "no answer". To leave {"them" if several else "it"} out: '
            f"{shlex.join(arguments_of(Preparation({found.column: found.values})))}",
            WIDTH + 12,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _fit(chosen: argparse.Namespace) -> int:
    analysis = loaded(chosen).analysis
    result = fit(analysis.problem, analysis.choices.options)
    accounts = analysis.prepared.accounts if _prepared(analysis) else ()
    if chosen.json:
        done = {"prepared": list(map(asdict, accounts))} if accounts else {}
        print(_json(summary_json(result) | done))
    else:
        print(summary_text(result, accounts))
    return 0


def _prepared(analysis: Analysis) -> bool:
    at_hand = analysis.read is not None or isinstance(analysis.choices.source, ExampleSource)
    return at_hand and analysis.choices.preparation != Preparation()


def _walk(chosen: argparse.Namespace) -> int:
    opened = loaded(chosen)
    analysis, given = opened.analysis, _options(chosen)
    if opened.trace is not None and given:
        name = f"--{next(iter(given)).replace('_', '-')}"
        raise Refusal(f"{chosen.data} is walked as it was fitted. Leave out {name}.")
    options = analysis.choices.options
    trace = opened.trace or Trace(steps(analysis.problem, options))
    if chosen.save:
        write_trace(chosen.save, analysis, trace)
    if opened.notice:
        print(opened.notice, file=sys.stderr)
    if chosen.json:
        for step in trace:
            print(_json(step_json(step)))
        return 0
    if _prepared(analysis):
        print("\n".join(account_texts(analysis.prepared.accounts)))
    return _read_along(analysis.problem, options, trace, wait=not chosen.all)


def _read_along(problem: Problem, options: Options, trace: Trace, wait: bool) -> int:
    """Print one step after the other; on a terminal, wait for the reader between them."""
    method = words()["methods"][options.method]["long"]
    algorithm = words()["algorithms"][options.algorithm]
    print(textwrap.fill(f"{problem.formula}   by {method}, {algorithm}", WIDTH))
    group = short(problem.group, NAME)
    print(f"n = {problem.n} rows, J = {problem.J} groups of {group}, p = {problem.p}")
    print(f"{dropped_rows(problem)}\n".lstrip())
    if wait and sys.stdin.isatty() and sys.stdout.isatty():
        _turn_pages(trace)
        return 0
    old = None
    for step in trace:
        print(step_text(step, old))
        old = step
    return 0


def _turn_pages(trace: Trace) -> None:
    """Print a step and wait for the reader to say which is next."""
    position = 0
    while True:
        step = trace[position]
        last = trace.complete and position == len(trace) - 1
        print(step_text(step, trace[position - 1] if position else None), flush=True)
        match _answer(last):
            case "b":
                position = max(position - 1, 0)
            case "q":
                return
            case _ if last:
                return
            case "i":
                position = len(trace[: position + len(STEP_NAMES)]) - 1
            case "e":
                position = trace.exhaust().index
            case _:
                position += 1


def _answer(last: bool) -> str:
    """What the reader wants next: "i" an iteration on, "e" the end, "b" back, "q" out, else on."""
    on = "" if last else "next step   i: next iteration   e: end   b: back   q: "
    try:
        typed = input(f"Enter: {on}stop{'   b: back' if last else ''} ")
    except EOFError:
        typed = "q"
    print()
    return typed.strip().lower()[:1]


def _examples(chosen: argparse.Namespace) -> int:
    for name in example_names():
        example = load_example(name)
        print(f"{name:<12}{example.title}")
        print(f"{'':<12}{example.formula}   ({example.rows} rows, {example.groups} groups)")
        print(
            textwrap.fill(
                example.look_for, WIDTH + 12, initial_indent=" " * 12, subsequent_indent=" " * 12
            )
        )
        print()
    return 0


def _json(value: dict[str, Any]) -> str:
    return json.dumps(jsonable(value), ensure_ascii=False, allow_nan=False)
