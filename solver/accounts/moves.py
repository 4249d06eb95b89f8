"""How numbers move: what a step changed, and how far ℓ still is from its greatest value."""

from __future__ import annotations

from solver.accounts.account import Part
from solver.accounts.at import OF_THE_END, At, Declared, Draft
from solver.accounts.likelihood import loglik_symbol
from solver.accounts.symbols import older
from solver.errors import Refusal
from solver.formatting import MINUS


def change_value(at: At, name: str) -> float:
    """σ², τ², the ICC, ℓ or one of its addends, less what it was one step earlier."""
    return at.part(name).value - _earlier(at, name).value


def explain_change(at: At, name: str) -> Draft:
    """After less before."""
    now, before = _bracketed(at.part(name)), older(_bracketed(_earlier(at, name)))
    return Draft("{0} − {1}", (now, before), note="" if now.value != before.value else "unchanged")


def _earlier(at: At, name: str) -> Part:
    return at.before.seen_from(at.point).part(name)


def _bracketed(part: Part) -> Part:
    """A number whose symbol is a product, as it stands behind a sign."""
    return part._replace(symbol=f"({part.symbol})") if part.symbol[0] == MINUS else part


def _highest(at: At) -> Part:
    """ℓ where the run ended."""
    if not at.trace.complete:
        raise Refusal(OF_THE_END)
    part = At(at.trace, len(at.trace) - 1, "", at.table).part("loglik")
    return part._replace(symbol=f"max {part.symbol}")


TABLE = {
    "change": Declared(
        lambda at, name: f"Δ{_bracketed(at.part(name)).symbol}",
        change_value,
        explain_change,
        "index",
        ("number",),
        False,
    ),
    "to_gain": Declared(
        lambda at: f"max {loglik_symbol(at)} − {loglik_symbol(at)}",
        lambda at: _highest(at).value - at.criterion.loglik,
        lambda at: Draft("{0} − {1}", (_highest(at), at.part("loglik"))),
        at_point=False,
    ),
}
