"""What a student types, cut into numbers, names, powers and signs, however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from solver.errors import Refusal
from solver.formatting import quoted

WORDS = {
    "alpha": "α", "beta": "β", "epsilon": "ε", "eps": "ε", "lambda": "λ", "mu": "μ", "theta": "θ",
    "Sigma": "Σ", "sigma": "σ", "Tau": "τ", "tau": "τ", "pi": "π", "Beta": "β", "Lambda": "λ",
}  # fmt: skip
"""Greek letters by their names."""

FUNCTIONS = ("log", "ln", "exp", "sqrt", "tr", "det", "inv", "solve", "diag")
"""Functions by the names that they may be typed with."""

SUPER = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ", "0123456789-T", strict=True))
SUB = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ", "0123456789ijkn", strict=True))
LOWERED = "\ue000"
SUB_MARKS = {ord(sign): f"{LOWERED}{plain}" for sign, plain in SUB.items()}
VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}


class Token(NamedTuple):
    """A part that is read as one: its kind, its text, and whether a blank stands before it."""

    kind: str
    text: str
    spaced: bool


_NUMBER = re.compile(r"(?a:\d+(?:[.,]\d+)?(?:[eE][+-]?\d{1,2}(?!\d))?|[.,]\d+)")
_INDEX = re.compile(
    r"_\{([\w,]{1,8})\}|_([0-9]{1,3}(?:[,_][0-9]{1,3})*|[a-zα-ω]{1,2}|[A-Z])|([0-9]{1,4}(?:,[0-9]{1,3})?)"
    rf"|{LOWERED}([0-9a-z])"
)
_EXPONENT = r"([-−]?\s*\d{1,4}|[Tt⊤])"
_POWER = re.compile(
    rf"(?:\^|\*\*)\s*(?:\{{\s*{_EXPONENT}\s*\}}|\(\s*{_EXPONENT}\s*\)|{_EXPONENT})"
    "|([⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]+)|(['⊤′])"
)


def tokens(typed: str, whole: tuple[str, ...]) -> Iterator[Token]:
    """The parts of what was typed; names in ``whole`` stand for one thing.

    Raises
    ------
    Refusal
        When a sign is not understood.
    """
    text = unicodedata.normalize("NFD", typed).translate(SUB_MARKS).replace("%", "/100")
    at, spaced = 0, False
    while at < len(text):
        if text[at].isspace():
            at, spaced = at + 1, True
            continue
        token, at = _token(text, at, whole, spaced)
        yield token
        spaced = False


def _token(text: str, at: int, whole: tuple[str, ...], spaced: bool) -> tuple[Token, int]:
    for name in whole:
        if text.startswith(name, at):
            return Token("name", name, spaced), at + len(name)
    if text[at] in VULGAR:
        return Token("number", text[at], spaced), at + 1
    if found := _NUMBER.match(text, at):
        after = text[found.end() : found.end() + 1]
        if after in (".", ","):
            raise Refusal(f"{quoted(typed_near(text, at))} has two decimal marks. Write 1234.5.")
        return Token("number", found[0].replace(",", "."), spaced), found.end()
    if found := _POWER.match(text, at):
        power = found[1] or found[2] or found[3] or found[4] or "T"
        plain = "".join(SUPER.get(c, c) for c in power.replace("−", "-").replace(" ", ""))
        return Token("power", plain.replace("t", "T").replace("⊤", "T"), spaced), found.end()
    for word in (*FUNCTIONS, *WORDS):
        if text.startswith(word, at):
            end = at + len(word)
            if word in FUNCTIONS:
                return Token("function", {"ln": "log", "solve": "inv"}.get(word, word), spaced), end
            return _name(text, end, WORDS[word], spaced, greek=True)
    if text[at].isalpha() or text[at] == "ℓ":
        return _name(text, at + 1, text[at], spaced, greek=text[at] in WORDS.values())
    sign = {"−": "-", "×": "*", "·": "*", "∙": "*", "⋅": "*", "÷": "/", ":": "/",
            "[": "(", "]": ")"}.get(text[at], text[at])  # fmt: skip
    if sign in "+-*/()|":
        return Token(sign, sign, spaced), at + 1
    raise Refusal(f"The sign {quoted(text[at])} is not understood here.")


def _name(text: str, at: int, letter: str, spaced: bool, greek: bool) -> tuple[Token, int]:
    """A letter with what belongs to it: a hat, a bar or an index."""
    for mark, words in (
        ("\u0302", ("_hat", "hat", "\u0302", "^hat")),
        ("\u0304", ("bar", "\u0304")),
    ):
        for word in words:
            if text.startswith(word, at):
                letter = unicodedata.normalize("NFC", letter + mark)
                at += len(word)
                break
    index = ""
    while found := _INDEX.match(text, at):
        if found[3] and index:
            break
        if found[3] and greek and letter in ("σ", "τ") and found[3] == "2":
            break
        part = (found[1] or found[2] or found[3] or found[4]).replace(",", "")
        index, at = index + part.replace("_", ""), found.end()
    if text[at : at + 1] == "2" and greek and letter in ("σ", "τ") and not index:
        text_after = text[at + 1 : at + 2]
        if not text_after.isdigit():
            return Token("square", letter, spaced), at + 1
    return Token("name", f"{letter}_{index}" if index else letter, spaced), at


def typed_near(text: str, at: int) -> str:
    """The word that a place belongs to."""
    return text[at:].split()[0][:20]
