"""A condition over names that people use, turned into MetricFlow's filter.

It is read by a grammar of its own and written anew, so nothing of it reaches a query as it was typed:

    condition  = and { "or" and };  and = not { "and" not }
    not        = "not" not | "(" condition ")" | predicate
    predicate  = operand [ sign operand | "is" [ "not" ] "null" | [ "not" ] choice ]
    choice     = "in" list | ( "like" | "ilike" ) text | "between" operand "and" operand
    operand    = name | function list | text | number | "date" text | "true" | "false"
    list       = "(" operand { "," operand } ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass

from leitstand.semantic.errors import SemanticError, UnknownName
from leitstand.semantic.sql import literal

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign><=|>=|<>|!=|[=<>])"
    r"|(?P<mark>[(),]|-(?!-)))"
)
_TEMPLATE = re.compile(r"\{[{%#]")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
FUNCTIONS = ("lower", "upper", "coalesce")
WORDS = frozenset(
    ("and", "or", "not", "in", "is", "null", "like", "ilike", "between", "true", "false", "date", *FUNCTIONS)
)
_EXAMPLE = "Write it as in \"segment = 'enterprise' and month >= '2026-01'\"."


@dataclass(frozen=True)
class Filter:
    """A filter of MetricFlow, and the texts that it compares dimensions with."""

    template: str
    compared: tuple[tuple[str, str], ...]
    """MetricFlow's name of a dimension or entity, and a text that it is to be equal to."""
    names: tuple[str, ...]
    """MetricFlow's names of all that stands in it."""


def read_filter(condition: str, resolve: Callable[[str], str], times: Set[str]) -> Filter:
    """Read a condition such as `segment = 'enterprise' and month >= '2026-01'`.

    Raises:
        UnknownName: a name that the metrics do not have.
        SemanticError: something that has no place in a condition.
    """
    reader = _Reader(_tokens(condition), resolve, times)
    template = reader.whole()
    return Filter(template, tuple(dict.fromkeys(reader.compared)), tuple(dict.fromkeys(reader.names)))


@dataclass(frozen=True)
class _Token:
    kind: str
    """text, word, keyword, number, sign, mark or end"""
    value: str
    place: int
    """Its first character, counted from 1."""


@dataclass(frozen=True)
class _Operand:
    sql: str
    name: str = ""
    """MetricFlow's name, where it is just a name."""
    text: str | None = None
    is_time: bool = False


def _tokens(condition: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while condition[position:].strip():
        match = _TOKEN.match(condition, position)
        if match is None:
            start = len(condition) - len(condition[position:].lstrip())
            raise _wrong(
                start + 1,
                "names, texts in single quotes, numbers and comparisons",
                repr(condition[start : start + 10]),
            )
        kind = str(match.lastgroup)
        value, place = match[kind], match.start(kind) + 1
        if kind == "text":
            value = value[1:-1].replace("''", "'")
            if _TEMPLATE.search(value):
                raise _wrong(place, "a text without '{{', '{%' and '{#'", repr(value))
        if kind == "word" and value.lower() in WORDS:
            kind, value = "keyword", value.lower()
        found.append(_Token(kind, value, place))
        position = match.end()
    return [*found, _Token("end", "", len(condition) + 1)]


class _Reader:
    def __init__(self, tokens: list[_Token], resolve: Callable[[str], str], times: Set[str]) -> None:
        self._tokens, self._resolve, self._times = tokens, resolve, times
        self._next = 0
        self.compared: list[tuple[str, str]] = []
        self.names: list[str] = []

    def whole(self) -> str:
        if self._token.kind == "end":
            raise SemanticError(f"where: expected a condition, found none. {_EXAMPLE}")
        template = self._condition()
        if self._token.kind != "end":
            raise self._unexpected("'and', 'or' or the end")
        return template

    def _condition(self) -> str:
        return self._chain("or", lambda: self._chain("and", self._not))

    def _chain(self, word: str, part: Callable[[], str]) -> str:
        parts = [part()]
        while self._took(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else f"({f' {word} '.join(parts)})"

    def _not(self) -> str:
        if self._took("not"):
            return f"(not {self._not()})"
        if self._took("("):
            inner = self._condition()
            self._expect(")")
            return inner
        return self._predicate()

    def _predicate(self) -> str:
        left = self._operand()
        if self._token.kind == "sign":
            sign = self._take().value
            right = self._operand()
            if sign in ("=", "<>", "!="):
                self._note(left, right)
                self._note(right, left)
            return f"{_beside(left, right)} {sign} {_beside(right, left)}"
        if self._took("is"):
            negation = "not " if self._took("not") else ""
            self._expect("null")
            return f"{left.sql} is {negation}null"
        negation = "not " if self._took("not") else ""
        if self._took("in"):
            values = self._list()
            for value in values:
                self._note(left, value)
            return f"{left.sql} {negation}in ({', '.join(_beside(value, left) for value in values)})"
        for word in ("like", "ilike"):
            if self._took(word):
                if self._token.kind != "text":
                    raise self._unexpected("a text in single quotes")
                return f"{left.sql} {negation}{word} {literal(self._take().value)}"
        if self._took("between"):
            low = self._operand()
            self._expect("and")
            high = self._operand()
            return f"{left.sql} {negation}between {_beside(low, left)} and {_beside(high, left)}"
        if negation or not (left.name or left.sql in ("true", "false")):
            raise self._unexpected("a comparison")
        return left.sql

    def _operand(self) -> _Operand:
        token = self._token
        if token.kind == "word":
            return self._name()
        if token.kind == "text":
            value = self._take().value
            return _Operand(literal(value), text=value)
        if token.kind == "number":
            return _Operand(self._take().value)
        if self._took("-"):
            if self._token.kind != "number":
                raise self._unexpected("a number")
            return _Operand(f"-{self._take().value}")
        if token.kind == "keyword" and token.value in ("true", "false"):
            return _Operand(self._take().value)
        if self._took("date"):
            if self._token.kind != "text":
                raise self._unexpected("a date in single quotes")
            return _Operand(f"date {literal(self._take().value)}")
        if token.kind == "keyword" and token.value in FUNCTIONS:
            function = self._take().value
            return _Operand(f"{function}({', '.join(item.sql for item in self._list())})")
        raise self._unexpected("a name or a value")

    def _list(self) -> list[_Operand]:
        self._expect("(")
        items = [self._operand()]
        while self._took(","):
            items.append(self._operand())
        self._expect(")")
        return items

    def _name(self) -> _Operand:
        name = self._take().value
        if self._token.value == "(" and self._token.kind == "mark":
            raise UnknownName(f"where: expected lower, upper or coalesce, found the function {name!r}.")
        source = self._resolve(name)
        self.names.append(source)
        stem, _, grain = source.rpartition("__")
        if stem in self._times:
            return _Operand(f"{{{{ TimeDimension('{stem}', '{grain}') }}}}", source, is_time=True)
        kind = "Dimension" if "__" in source else "Entity"
        return _Operand(f"{{{{ {kind}('{source}') }}}}", source)

    def _note(self, side: _Operand, other: _Operand) -> None:
        """Keep the text that a dimension is compared with."""
        if side.name and not side.is_time and other.text is not None:
            self.compared.append((side.name, other.text))

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _took(self, value: str) -> bool:
        found = self._token.kind in ("keyword", "mark") and self._token.value == value
        self._next += found
        return found

    def _expect(self, value: str) -> None:
        if not self._took(value):
            raise self._unexpected(repr(value))

    def _unexpected(self, expected: str) -> SemanticError:
        token = self._token
        return _wrong(token.place, expected, "the end" if token.kind == "end" else repr(token.value))


def _beside(side: _Operand, other: _Operand) -> str:
    """One side of a comparison: beside a time a month stands for its first day."""
    if side.text is not None and other.is_time:
        return literal(_MONTH.sub(r"\1-\2-01", side.text))
    return side.sql


def _wrong(place: int, expected: str, found: str) -> SemanticError:
    return SemanticError(f"where, character {place}: expected {expected}, found {found}. {_EXAMPLE}")
