"""LaTeX in plain characters, for screen readers, for copying, and until a formula is typeset."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache


@cache
def plain_math(latex: str) -> str:
    r"""A formula in plain characters: ``\hat\tau^2`` is τ̂², ``V_{jk}`` is V_jk.

    Matrices are written by rows, ``[a, b; c, d]``, and fractions on one line. An unknown command
    stands as its name.
    """
    words = _Words(_TOKEN.findall(latex))
    text = re.sub(r"\s+", " ", words.until("")).strip()
    text = re.sub(r"\s+([,;.)\]])", r"\1", re.sub(r"([(\[])\s+", r"\1", text))
    return unicodedata.normalize("NFC", text)


class _Words:
    """The tokens of a formula, read from the left."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens: Iterator[str] = iter(tokens)

    def until(self, end: str) -> str:
        """Everything up to a token, which is dropped."""
        said: list[str] = []
        for token in self._tokens:
            if token == end:
                break
            self._say(token, said)
        return "".join(said)

    def _argument(self) -> str:
        for token in self._tokens:
            if token.isspace():
                continue
            if token == "{":
                return self.until("}").strip().replace("∂ ", "∂")
            said: list[str] = []
            self._say(token, said)
            return "".join(said)
        return ""

    def _say(self, token: str, said: list[str]) -> None:
        """Add what a token says, or change what was said last."""
        if token == "{":
            said.append(self.until("}"))
        elif token in "^_":
            said.append(_script(self._argument(), above=token == "^"))
        elif token == r"\begin":
            self._argument()
            said.append(f"[{self.until(chr(92) + 'end').strip()}]")
            self._argument()
        elif token in _MARKS:
            letter = self._argument()
            said.append(letter[:1] + _MARKS[token] + letter[1:])
        elif token in (r"\frac", r"\tfrac", r"\dfrac"):
            top, bottom = self._argument(), self._argument()
            said.append(f"{_bracketed(top)}/{_bracketed(bottom)}")
        elif token == r"\sqrt":
            said.append(f"√{_bracketed(self._argument())}")
        elif token == r"\mathcal":
            letter = self._argument()
            said.append(_SCRIPT.get(letter, letter))
        elif token in _DRESS:
            said.append(self._argument().replace("-", "−"))
        elif token == r"\color":
            self._argument()
        elif token.startswith("\\"):
            said.append(_SIGNS.get(token, f"{token[1:]} "))
        else:
            said.append({"-": "−", "&": ", ", "~": " ", "'": "′"}.get(token, token))


def _script(text: str, *, above: bool) -> str:
    table = _ABOVE if above else _BELOW
    if text and all(sign in table for sign in text):
        return "".join(table[sign] for sign in text)
    if not above:
        return f"_{text}" if text.isalnum() else f"_({text})"
    return f"^{_bracketed(text)}"


def _bracketed(text: str) -> str:
    return f"({text})" if any(sign in text for sign in " +−,") else text


_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|\d|.", re.DOTALL)

_MARKS = {
    r"\hat": "\u0302",
    r"\widehat": "\u0302",
    r"\bar": "\u0304",
    r"\tilde": "\u0303",
    r"\vec": "",
}
_SCRIPT = {"I": "ℐ"}
_DRESS = (r"\mathsf", r"\mathrm", r"\mathbf", r"\mathbb", r"\operatorname", r"\text")

# fmt: off
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "Theta": "Θ",
    "Lambda": "Λ",
}
# fmt: on

_SIGNS = {f"\\{name}": letter for name, letter in _GREEK.items()} | {
    r"\left": "",
    r"\right": "",
    r"\,": " ",
    r"\;": " ",
    r"\:": " ",
    r"\!": "",
    r"\ ": " ",
    r"\quad": "   ",
    r"\qquad": "   ",
    r"\\": "; ",
    r"\{": "{",
    r"\}": "}",
    r"\_": "_",
    r"\%": "%",
    r"\cdot": "·",
    r"\times": "×",
    r"\pm": "±",
    r"\le": "≤",
    r"\ge": "≥",
    r"\ne": "≠",
    r"\approx": "≈",
    r"\sim": "~",
    r"\to": "→",
    r"\leftarrow": "←",
    r"\Rightarrow": "⇒",
    r"\partial": "∂",
    r"\sum": "Σ",
    r"\infty": "∞",
    r"\mid": "|",
    r"\vert": "|",
    r"\ldots": "…",
    r"\cdots": "…",
    r"\dots": "…",
    r"\vdots": "⋮",
    r"\ddots": "⋱",
    r"\ell": "ℓ",
    r"\in": "∈",
    r"\log": "log ",
    r"\exp": "exp ",
    r"\min": "min ",
    r"\max": "max ",
    r"\displaystyle": "",
    r"\tfrac12": "½",
}

_ABOVE = dict(zip("0123456789+−-T′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ᵀ′", strict=True))
_BELOW = dict(zip("0123456789,", "₀₁₂₃₄₅₆₇₈₉,", strict=True))
