"""What a text claims: each number with the KPI, period, scope and role that the words around it give it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from leitstand.report.periods import add_months
from leitstand.words.figures import COMPANY, Record
from leitstand.words.names import Name, names_of
from leitstand.words.numbers import (
    Number,
    find_numbers,
    find_parts,
    find_words,
    is_part,
    is_range,
    join_ranges,
    plain,
)
from leitstand.words.periods import DAY, QUARTER, TO_DATE, YEAR, Period, find_periods
from leitstand.words.roles import (
    ENDS,
    Comparison,
    comparison_after,
    direction_before,
    role_after,
    role_before,
)
from leitstand.words.text import Sentence, constants, header_of_column, masked, sentences_of

VALUES = ("value", "amount")
FILLERS = re.compile(
    r"\s*(?:(?:of|the|in|new|more|from|von|an|der|des|den|die|das|für|mehr|neuen?)\s+)*", re.IGNORECASE
)
BESIDE = re.compile(
    r"\s*(?:for|in|from|at|via|by|für|bei|aus|von|über)\s+(?:the\s+|die\s+|den\s+)?", re.IGNORECASE
)
OF_INTERVAL = re.compile(r"[ -]{0,2}(?:confidence|konfidenz)?[ -]?intervall?", re.IGNORECASE)


@dataclass(frozen=True)
class Moment:
    """A period type of the scorecard, and its date."""

    kind: str
    first: dt.date


@dataclass(frozen=True)
class Claim:
    """A number, and what it is said to be: one of `measures` of one of `subjects`, the likeliest first.

    Without subjects no KPI is named near it, without a moment no period. With a comparison it is the
    difference to the plan or the year before. `is_level` marks the level of an interval: `90 % interval`.
    """

    number: Number
    subjects: tuple[str, ...]
    moment: Moment | None
    scope: tuple[str, str]
    measures: tuple[str, ...]
    comparison: Comparison | None
    is_level: bool


class Reading:
    """A text read for one release: its periods, names and numbers, and the claims they make together."""

    def __init__(self, record: Record, language: str, text: str) -> None:
        """Find what the text names; every character keeps its place."""
        self._record = record
        self._language = language
        bare = masked(plain(text), constants(plain(text), record.head.release_id))
        kinds = {kind for kind, _ in record.periods}
        self.periods = sorted(
            (p for p in find_periods(bare, language) if p.is_anchored or p.kind in kinds),
            key=lambda period: period.start,
        )
        bare = masked(bare, [(p.start, p.end) for p in self.periods])
        self._names = list(names_of(record, language).find(bare))
        self.bare = masked(bare, [(n.start, n.end) for n in self._names])
        figures = join_ranges(list(find_numbers(self.bare, language)), self.bare)
        figures += find_parts(self.bare, language)
        self._numbers = sorted([*figures, *self._counts(figures)], key=lambda number: number.start)

    def claims(self) -> Iterator[Claim]:
        """The claims of the text, in order.

        A period named in a sentence stays for those that follow, up to the next block; there it is that of
        the last heading, if one has a period.
        """
        tokens: list[Period | Name | Number] = [*self.periods, *self._names, *self._numbers]
        heading: Moment | None = None
        spoken: Moment | None = None
        subject = ""
        for sentence in sentences_of(self.bare, [(t.start, t.end) for t in tokens]):
            if sentence.opens_block:
                spoken, subject = heading or spoken, ""
            names = [n for n in self._names if sentence.holds(n.start)]
            periods = [p for p in self.periods if sentence.holds(p.start)]
            yield from _Sentence(self, sentence, names, periods, spoken, subject).claims()
            for period in periods:
                spoken = self.moment(period, None) or spoken
            if sentence.is_heading and periods:
                heading = spoken
            subject = next((name.subject for name in reversed(names) if name.subject), subject)

    def unread(self) -> Iterator[tuple[int, str]]:
        """Digits that are no number of the language, and where they stand."""
        rest = masked(self.bare, [(n.start, n.end) for n in self._numbers])
        for found in re.finditer(r"(?<![^\W\d_])\d[\d.,]*", rest):
            yield found.start(), found[0].rstrip(".,")

    def moment(self, period: Period, before: Moment | None) -> Moment | None:
        """The period that a text means; a mere length ends where the last period named ends."""
        quarters = self._record.quarters
        if period.kind == DAY:
            return None
        if period.kind == QUARTER and period.year and period.quarter:
            first = quarters.get((period.year, period.quarter))
            return Moment(QUARTER, first) if first else None
        if period.kind == YEAR and period.year:
            last_quarter = quarters.get((period.year, 4))
            last = add_months(last_quarter, 2) if last_quarter else self._record.month
            return Moment(TO_DATE, min(last, self._record.month))
        if period.month:
            month = self._record.month
            while month.month != period.month:
                month = add_months(month, -1)
            return Moment(period.kind, month)
        if period.first:
            return Moment(period.kind, period.first)
        return Moment(period.kind, before.first) if before else None

    def numbers_of(self, sentence: Sentence) -> list[Number]:
        """The numbers of a sentence."""
        return [n for n in self._numbers if sentence.holds(n.start)]

    def may_show(self, number: Number, subject: str) -> bool:
        """Whether a figure of this subject could be shown so, by its unit."""
        units = self._record.units.get(subject)
        return units is None or any(number.fits(unit) for unit in units)

    def has_window(self, subject: str) -> bool:
        """Whether a KPI counts within a window of days."""
        return subject in self._record.windows

    @property
    def language(self) -> str:
        """The language it is read in."""
        return self._language

    def _counts(self, figures: list[Number]) -> Iterator[Number]:
        """Numbers in words that count something that has figures."""
        for word in find_words(self.bare, self._language):
            name = next((n for n in self._names if n.start >= word.end), None)
            taken = any(word.start < n.end and n.start < word.end for n in figures)
            if name and name.subject and not taken and FILLERS.fullmatch(self.bare[word.end : name.start]):
                yield word


class _Sentence:
    """The claims of one sentence."""

    def __init__(
        self,
        reading: Reading,
        sentence: Sentence,
        names: list[Name],
        periods: list[Period],
        spoken: Moment | None,
        subject: str,
    ) -> None:
        self._reading = reading
        self._sentence = sentence
        self._names = names
        self._periods = [period for period in periods if period.kind != DAY]
        self._spoken = spoken
        self._subject = subject

    def claims(self) -> Iterator[Claim]:
        bare, language = self._reading.bare, self._reading.language
        numbers = self._reading.numbers_of(self._sentence)
        former_role, begin = "", self._sentence.start
        for i, number in enumerate(numbers):
            before = numbers[i - 1] if i else None
            after = numbers[i + 1] if i + 1 < len(numbers) else None
            rest = bare[number.end : self._sentence.end]
            gap = re.split(r"[,;)|]", bare[begin : number.start])[-1]
            role = self._role(number, gap, rest)
            begins = after is not None and self._joins(number, after, role)
            ends = before is not None and self._joins(before, number, former_role)
            role = (former_role or "interval") if ends else role or ("interval" if begins else "")
            former_role = role
            comparison = _comparison(gap, rest, number, language)
            begin = number.end + (comparison.length if comparison else 0)
            is_whole = before is not None and is_part(bare[before.end : number.start])
            is_share = after is not None and is_part(bare[number.end : after.start])
            yield Claim(
                number=number,
                subjects=tuple(self._subjects(number, role, is_part=is_whole or is_share)),
                moment=self._moment(number),
                scope=self._scope(number, after),
                measures=_measures(role, number, begins=begins, ends=ends, share=is_share, whole=is_whole),
                comparison=comparison,
                is_level=number.unit == "percent" and OF_INTERVAL.match(rest) is not None,
            )

    def _role(self, number: Number, gap: str, rest: str) -> str:
        """What the words before a number say, else those that follow, else the heading of its column."""
        language = self._reading.language
        role = role_before(gap, language) or role_after(rest, language)
        return role or role_before(header_of_column(self._reading.bare, number.start), language)

    def _joins(self, first: Number, second: Number, role: str) -> bool:
        """Whether two numbers are the ends of a range; `and` joins them where an interval is spoken of."""
        between = self._reading.bare[first.end : second.start]
        same = (first.unit, first.currency) == (second.unit, second.currency)
        return same and is_range(between, with_and=role in ENDS)

    def _moment(self, number: Number) -> Moment | None:
        """The period named last before a number, in its sentence or before that, else the next."""
        before = [period for period in self._periods if period.end <= number.start]
        after = [period for period in self._periods if period.start >= number.end]
        moment = self._spoken
        for period in before:
            moment = self._reading.moment(period, moment) or moment
        if not before:
            dated = [period for period in after if period.is_anchored]
            if dated:
                return self._reading.moment(dated[0], None)
        return moment

    def _scope(self, number: Number, after: Number | None) -> tuple[str, str]:
        """The scope that follows a number at once, else the last before it, else the company.

        Where none stands before it, one between it and the next number counts, too.
        """
        bare = self._reading.bare
        scopes = [(name, name.scope) for name in self._names if name.scope]
        for name, scope in scopes:
            if name.start >= number.end and BESIDE.fullmatch(bare[number.end : name.start]):
                return scope
        before = [scope for name, scope in scopes if name.end <= number.start]
        limit = after.start if after else len(bare)
        following = [scope for name, scope in scopes if number.end <= name.start < limit]
        return (before[-1:] or following[:1] or [COMPANY])[0]

    def _subjects(self, number: Number, role: str, *, is_part: bool) -> list[str]:
        """The KPI that follows a number at once, else the last before it, the next, the last of the block.

        Of `136 of 224 MQLs` the numbers may be parts of the KPI before, or a figure of the one that follows.
        """
        subjects = [name for name in self._names if name.subject]
        before = [name for name in subjects if name.end <= number.start]
        after = [name for name in subjects if name.start >= number.end]
        if is_part:
            return [name.subject for name in (*before[-1:], *after[:1])]
        if role == "window":
            return [name.subject for name in reversed(before) if self._reading.has_window(name.subject)][:1]
        is_bound = after and FILLERS.fullmatch(self._reading.bare[number.end : after[0].start])
        if is_bound and not role and self._reading.may_show(number, after[0].subject):
            return [after[0].subject]
        found = before[-1:] or after[:1]
        return [found[0].subject] if found else [self._subject] if self._subject else []


def _measures(
    role: str, number: Number, *, begins: bool, ends: bool, share: bool, whole: bool
) -> tuple[str, ...]:
    """What of a KPI a number may be: the value, or what its role says."""
    if number.unit == "times":
        return ("times",)
    if role in ENDS:
        low, high = ENDS[role]
        return (low,) if begins else (high,) if ends else (low, high)
    if role:
        return (role,)
    if share and number.unit != "percent":
        return ("numerator",)
    return ("denominator",) if whole else VALUES


def _comparison(gap: str, rest: str, number: Number, language: str) -> Comparison | None:
    """What a number is the difference to, where the words or its own sign say in which direction."""
    comparison = comparison_after(rest, language)
    if comparison is None or comparison.sign or number.is_signed:
        return comparison
    sign = direction_before(gap, language)
    return replace(comparison, sign=sign) if sign else None
