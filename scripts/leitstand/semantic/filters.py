"""A condition in SQL over names that people use, turned into MetricFlow's filter.

Only names that are known, values, comparisons and a few functions may stand in it: it is part of a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass

from leitstand.semantic.errors import SemanticError, UnknownName

_TOKEN = re.compile(
    r"(?P<text>'(?:[^']|'')*')"
    r"|(?P<template>\{\{[^{}]*\}\})"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign><=|>=|<>|!=|[=<>(),+*/%-])"
    r"|(?P<space>\s+)"
)
_TEMPLATE = re.compile(
    r"^\{\{\s*(?:Dimension|TimeDimension|Entity)\(\s*'\w+'(?:\s*,\s*'\w+')?\s*\)(?:\.grain\(\s*'\w+'\s*\))?\s*\}\}$"
)
OPERATORS = ("and", "or", "not", "in", "is", "null", "like", "ilike", "between", "true", "false", "date")
CASES = ("case", "when", "then", "else", "end")
FUNCTIONS = ("lower", "upper", "coalesce")
WORDS = frozenset((*OPERATORS, *CASES, *FUNCTIONS))
_MONTH = re.compile(r"^'(\d{4})-(\d{2})'$")


@dataclass(frozen=True)
class Filter:
    """A filter of MetricFlow, and the texts that it compares dimensions with."""

    template: str
    compared: tuple[tuple[str, str], ...]
    """MetricFlow's name of a dimension or entity, and a text that it is asked for."""


def read_filter(condition: str, resolve: Callable[[str], str], times: Set[str]) -> Filter:
    """Read a condition such as `segment = 'enterprise' and month >= '2026-01'`.

    Raises:
        UnknownName: a name that the metrics do not have.
        SemanticError: something that has no place in a condition.
    """
    parts: list[str] = []
    compared: list[tuple[str, str]] = []
    position, subject = 0, ""
    while position < len(condition):
        match = _TOKEN.match(condition, position)
        if match is None:
            raise SemanticError(
                f"where, character {position + 1}: expected names, texts in single quotes, numbers and "
                f"comparisons, found {condition[position : position + 10]!r}. Write it as in "
                f"\"segment = 'enterprise' and month >= '2026-01'\"."
            )
        kind, token = str(match.lastgroup), match.group()
        position = match.end()
        if kind == "word" and token.lower() not in WORDS:
            if condition[position:].lstrip().startswith("("):
                raise UnknownName(f"where: expected lower, upper or coalesce, found the function {token!r}.")
            subject = resolve(token)
            token = _template(subject, times)
        elif kind == "template" and not _TEMPLATE.match(token):
            raise SemanticError(
                f"where: expected Dimension, TimeDimension or Entity with a name, found {token!r}."
            )
        elif kind == "text" and subject:
            if subject.rpartition("__")[0] in times:
                token = _MONTH.sub(r"'\1-\2-01'", token)
            else:
                compared.append((subject, token[1:-1].replace("''", "'")))
        parts.append(token)
    if not "".join(parts).strip():
        raise SemanticError("where: expected a condition, found none.")
    return Filter("".join(parts), tuple(dict.fromkeys(compared)))


def _template(source: str, times: Set[str]) -> str:
    stem, _, grain = source.rpartition("__")
    if stem in times:
        return f"{{{{ TimeDimension('{stem}', '{grain}') }}}}"
    kind = "Dimension" if "__" in source else "Entity"
    return f"{{{{ {kind}('{source}') }}}}"
