"""Holds a text to a release: every number must be a published figure of the KPI named near it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from leitstand.report.periods import add_months
from leitstand.words.causes import find_causes
from leitstand.words.figures import COMPANY, NO_SCOPE, Entry, Figure, Record, read_record
from leitstand.words.names import Name, names_of
from leitstand.words.numbers import Number, find_numbers, find_words, is_part, is_range, join_ranges, plain
from leitstand.words.periods import DAY, MONTH, QUARTER, TO_DATE, YEAR, Period, find_periods
from leitstand.words.roles import ENDS, comparison_after, role_after, role_before
from leitstand.words.shape import describe_period, wording, write
from leitstand.words.text import constants, language_of, masked, sentences_of

RELEASE_SUBJECTS = frozenset({"checks", "rows", "restatements"})
VALUES = ("value", "amount")
AS_OF = re.compile(r"\b(?:as of|as at|published|stand|datenstand|veröffentlicht)\b", re.IGNORECASE)
OF_INTERVAL = re.compile(r"[ -]{0,2}(?:confidence|konfidenz)?[ -]?intervall?", re.IGNORECASE)
BESIDE = re.compile(
    r"\s*(?:for|in|from|at|via|by|für|bei|aus|von|über)\s+(?:the\s+|die\s+|den\s+)?", re.IGNORECASE
)
FILLERS = re.compile(
    r"\s*(?:(?:of|the|in|new|more|from|von|an|der|des|den|die|das|für|mehr|neuen?)\s+)*", re.IGNORECASE
)


@dataclass(frozen=True)
class Finding:
    """What is wrong with one place of a text; line and column count from 1.

    `kind` is `number` (no such figure), `unnamed` (no KPI near it), `undated` (no period named),
    `period` (not published), `currency`, `unreadable`, or `cause` (a claim that only an experiment proves).
    `nearest` is the published figure that comes nearest, where there is one.
    """

    line: int
    column: int
    text: str
    kind: str
    message: str
    nearest: str = ""


@dataclass(frozen=True)
class Proof:
    """A number of a text, and the published figure that it shows."""

    line: int
    column: int
    text: str
    figure: Figure


@dataclass(frozen=True)
class Check:
    """What became of a text."""

    language: str
    release_id: str
    proofs: tuple[Proof, ...]
    findings: tuple[Finding, ...]

    @property
    def is_proven(self) -> bool:
        """True where nothing was found."""
        return not self.findings


def check_text(text: str, release: Path, language: str | None = None) -> Check:
    """Hold each number and each claim of a text to a release.

    A number is proven where it is, or honestly rounds, a figure of the KPI named near it, in the period and
    scope named (the company where none is), in the role its words give it: value, plan, prior year, end of
    an interval, cases. Of several KPIs the one counts that follows a number at once, else the last before it.

    Parameters:
        text: plain text or Markdown.
        release: the folder of the release, `releases/<id>`.
        language: `de` or `en`; without one it is told by its small words.

    Raises:
        BadInput: the folder holds no published file.
    """
    record = read_record(release)
    spoken = language or language_of(text)
    return _Checker(record, spoken, text).check()


@dataclass(frozen=True)
class _Moment:
    """A published period type and its date."""

    kind: str
    first: dt.date


class _Checker:
    def __init__(self, record: Record, language: str, text: str) -> None:
        self.record = record
        self.language = language
        self.words = wording(language, record.head.reporting_currency)
        self.source = text
        bare = masked(plain(text), constants(plain(text), record.head.release_id))
        self.periods = sorted(
            (
                p
                for p in find_periods(bare, language)
                if p.is_anchored or p.kind in {kind for kind, _ in record.periods}
            ),
            key=lambda period: period.start,
        )
        bare = masked(bare, [(p.start, p.end) for p in self.periods])
        self.names = list(names_of(record, language).find(bare))
        self.bare = masked(bare, [(n.start, n.end) for n in self.names])
        found = join_ranges(list(find_numbers(self.bare, language)), self.bare)
        self.numbers = sorted([*found, *self._words(found)], key=lambda number: number.start)
        self.proofs: list[Proof] = []
        self.findings: list[Finding] = []
        self.anchor: _Moment | None = None
        self.is_unpublished = False

    def check(self) -> Check:
        tokens: list[Period | Name | Number] = [*self.periods, *self.names, *self.numbers]
        ends = [(token.start, token.end) for token in tokens]
        for start, end, is_new_paragraph in sentences_of(self.bare, ends):
            if is_new_paragraph:
                self.subject = ""
            self._sentence(start, end)
        for start, text in self._unread():
            self._find(
                start, text, "unreadable", "expected a number of this language, found none that can be read"
            )
        for start, text in find_causes(self.source, self.language):
            self._find(start, text, "cause", "claims a cause, which no figure of a release can prove")
        self.findings.sort(key=lambda finding: (finding.line, finding.column))
        return Check(self.language, self.record.head.release_id, tuple(self.proofs), tuple(self.findings))

    def _words(self, found: list[Number]) -> Iterator[Number]:
        """Numbers in words that count something that has figures."""
        for word in find_words(self.bare, self.language):
            name = next((n for n in self.names if n.start >= word.end), None)
            taken = any(word.start < n.end and n.start < word.end for n in found)
            if name and name.subject and not taken and FILLERS.fullmatch(self.bare[word.end : name.start]):
                yield word

    def _unread(self) -> Iterator[tuple[int, str]]:
        rest = masked(self.bare, [(n.start, n.end) for n in self.numbers])
        for found in re.finditer(r"(?<![^\W\d_])\d[\d.,]*", rest):
            yield found.start(), found[0].rstrip(".,")

    def _sentence(self, start: int, end: int) -> None:
        numbers = [n for n in self.numbers if start <= n.start < end]
        periods = [p for p in self.periods if start <= p.start < end]
        names = [n for n in self.names if start <= n.start < end]
        for period in periods:
            self._published(period)
        for i, number in enumerate(numbers):
            gap_start = numbers[i - 1].end if i else start
            follows = numbers[i + 1] if i + 1 < len(numbers) else None
            self._number(number, numbers[i - 1] if i else None, follows, gap_start, end, periods, names)
        for period in periods:
            moment = self._moment(period, None)
            if period.is_anchored and period.kind != DAY and moment:
                self.anchor = moment
        for name in names:
            self.subject = name.subject or self.subject

    subject = ""

    # ---------- when

    def _published(self, period: Period) -> None:
        """Report a day or period that the release does not know."""
        if not period.is_anchored and period.kind != DAY:
            return
        if period.kind == DAY:
            if period.first not in self._days(period):
                self._find(
                    period.start,
                    period.text,
                    "period",
                    "is neither a day of this release nor the first or last day of a published month",
                    f"{self.record.as_of}",
                )
            return
        moment = self._moment(period, None)
        if moment is None or not self._is_known(moment):
            self._find(period.start, period.text, "period", "is no period that this release publishes")

    def _is_known(self, moment: _Moment) -> bool:
        return (moment.kind, moment.first) in self.record.periods

    def _days(self, period: Period) -> set[dt.date]:
        """The days that a text may name: those of the release, and beside no `as of` the ends of months."""
        months = {first for kind, first in self.record.periods if kind == MONTH}
        lasts = {add_months(month, 1) - dt.timedelta(days=1) for month in months}
        own = {self.record.as_of, self.record.local_day(self.record.head.published_at)}
        if AS_OF.search(self.bare[max(0, period.start - 30) : period.start]):
            return own
        return months | lasts | own

    def _moment(self, period: Period, anchor: _Moment | None) -> _Moment | None:
        """The published period that a text means; a mere length ends where the last period named ends."""
        quarters = self.record.quarters
        if period.kind == QUARTER and period.year and period.quarter:
            first = quarters.get((period.year, period.quarter))
            return _Moment(QUARTER, first) if first else None
        if period.kind == YEAR and period.year:
            last_quarter = quarters.get((period.year, 4))
            last = add_months(last_quarter, 2) if last_quarter else self.record.month
            return _Moment(TO_DATE, min(last, self.record.month))
        if period.month:
            month = self.record.month
            while month.month != period.month:
                month = add_months(month, -1)
            return _Moment(period.kind, month)
        if period.first:
            return _Moment(period.kind, period.first)
        return _Moment(period.kind, anchor.first) if anchor else None

    def _when(self, number: Number, periods: list[Period]) -> _Moment | None:
        """The period of a number: the last named before it, in its sentence or before that, else the next."""
        moment = self.anchor
        dated = [p for p in periods if p.kind != DAY]
        before = [p for p in dated if p.end <= number.start]
        for period in before:
            moment = self._moment(period, moment) or moment
        after = next((p for p in dated if p.start >= number.end and p.is_anchored), None)
        if not before and after is not None:
            return self._moment(after, None)
        if moment is None:
            after = next((p for p in dated if p.start >= number.end), None)
            return self._moment(after, None) if after else None
        return moment

    # ---------- where

    def _scope(self, number: Number, follows: Number | None, names: list[Name]) -> tuple[str, str]:
        """The scope that follows a number at once, else the last before it, else the company.

        Where none stands before it, one between it and the next number counts, too.
        """
        scopes = [name for name in names if name.scope]
        for name in scopes:
            if name.start >= number.end and BESIDE.fullmatch(self.bare[number.end : name.start]):
                return name.scope or COMPANY
        before = [name for name in scopes if name.end <= number.start]
        if before:
            return before[-1].scope or COMPANY
        limit = follows.start if follows else len(self.bare)
        after = [name for name in scopes if number.end <= name.start < limit]
        return (after[0].scope if after else None) or COMPANY

    # ---------- what

    def _subjects(self, number: Number, names: list[Name], role: str, *, is_part: bool) -> list[str]:
        """The KPIs that a number may belong to, the likeliest first."""
        subjects = [name for name in names if name.subject]
        before = [name for name in subjects if name.end <= number.start]
        after = [name for name in subjects if name.start >= number.end]
        bound = after and FILLERS.fullmatch(self.bare[number.end : after[0].start]) is not None
        if is_part:
            return [name.subject for name in (*before[-1:], *after[:1])]
        if role == "window":
            return [name.subject for name in reversed(before) if name.subject in self.record.windows][:1]
        if bound and not role and self._may_show(number, after[0].subject):
            return [after[0].subject]
        if before:
            return [before[-1].subject]
        if after:
            return [after[0].subject]
        return [self.subject] if self.subject else []

    def _may_show(self, number: Number, subject: str) -> bool:
        """Whether a figure of this subject could be shown so, by its unit."""
        units = self.record.units.get(subject)
        return units is None or any(number.fits(unit) for unit in units)

    # ---------- a number

    def _number(
        self,
        number: Number,
        before: Number | None,
        after: Number | None,
        gap_start: int,
        end: int,
        periods: list[Period],
        names: list[Name],
    ) -> None:
        bare = self.bare
        if number.unit == "currency" and number.currency != self.record.head.reporting_currency:
            message = f"is in {number.currency}; the release is in {self.record.head.reporting_currency}"
            self._find(number.start, number.text, "currency", message)
            return
        if number.unit == "percent" and OF_INTERVAL.match(bare, number.end):
            self._find(
                number.start, number.text, "number", "is not the level of a published interval", "95 %"
            )
            return
        gap = re.split(r"[,;)]", bare[gap_start : number.start])[-1]
        role = role_before(gap, self.language) or role_after(bare[number.end : end], self.language)
        begins = after is not None and is_range(bare[number.end : after.start])
        ends = before is not None and is_range(bare[before.end : number.start])
        if ends and before is not None:
            start = max([p for p in (gap_start,) if p >= 0])
            role = self._range_role(before, start)
        elif begins and not role:
            role = "interval"
        of_after = after is not None and is_part(bare[number.end : after.start])
        of_before = before is not None and is_part(bare[before.end : number.start])
        part = of_after or of_before
        subjects = self._subjects(number, names, role, is_part=part)
        if not subjects:
            self._find(
                number.start,
                number.text,
                "unnamed",
                "no KPI is named near it",
                self._anything(number, periods),
            )
            return
        when = self._when(number, periods)
        scope = self._scope(number, after, names)
        if when is None and not RELEASE_SUBJECTS & {*subjects}:
            self._find(number.start, number.text, "undated", "no period is named for it")
            return
        if when is not None and not self._is_known(when) and not RELEASE_SUBJECTS & {*subjects}:
            return
        measures = self._measures(
            role, of_after=of_after, of_before=of_before, number=number, begins=begins, ends=ends
        )
        self._prove(number, subjects, when, scope, role, measures, bare[number.end : end])

    def _range_role(self, first: Number, start: int) -> str:
        """The role of a range, which its first number was given."""
        gap = re.split(r"[,;)]", self.bare[max(0, first.start - 60) : first.start])[-1]
        return role_before(gap, self.language) or "interval"

    def _measures(
        self, role: str, *, of_after: bool, of_before: bool, number: Number, begins: bool, ends: bool
    ) -> tuple[str, ...]:
        if role in ENDS:
            low, high = ENDS[role]
            return (low,) if begins else (high,) if ends else (low, high)
        if role:
            return (role,)
        if of_after and number.unit != "percent":
            return ("numerator",)
        if of_before:
            return ("denominator",)
        return VALUES

    def _prove(
        self,
        number: Number,
        subjects: list[str],
        when: _Moment | None,
        scope: tuple[str, str],
        role: str,
        measures: tuple[str, ...],
        rest: str,
    ) -> None:
        candidates: list[Figure] = []
        for subject in subjects:
            entry = self._entry(subject, when, scope, role)
            if entry is None:
                continue
            wanted = self._wanted(entry, number, role, measures, rest)
            for figure in wanted:
                shown = replace(number, amount=number.amount * _sign(rest, number, self.language))
                if number.fits(figure.unit) and shown.shows(figure.value, figure.unit):
                    self.proofs.append(Proof(*self._place(number.start), number.text, figure))
                    return
            fitting = [f for f in wanted if number.fits(f.unit)]
            candidates += fitting or [f for f in entry.figures() if number.fits(f.unit)]
        label = " or ".join(self._label(subject) for subject in subjects)
        place = self._described(subjects[0], when, scope)
        role_text = f"no published {measures[0].replace('_', ' ')} of {label}, {place}"
        nearest = min(
            candidates,
            key=lambda f: abs(f.value * float(number._factor(f.unit)) - float(number.amount)),
            default=None,
        )
        self._find(
            number.start, number.text, "number", f"is {role_text}", self._shown(nearest) if nearest else ""
        )

    def _wanted(
        self, entry: Entry, number: Number, role: str, measures: tuple[str, ...], rest: str
    ) -> list[Figure]:
        comparison = comparison_after(rest, self.language)
        if comparison and (comparison.sign or number.is_signed) and "value" in measures:
            value, base = entry.measures.get("value"), entry.measures.get(comparison.measure)
            figure = entry.figure("value")
            if value is None or base is None or figure is None or (number.unit == "percent" and not base):
                return []
            difference = value - base
            if number.unit == "percent":
                return [
                    replace(
                        figure,
                        measure=f"against_{comparison.measure}",
                        value=difference / abs(base),
                        unit="share",
                    )
                ]
            return [replace(figure, measure=f"against_{comparison.measure}", value=difference)]
        if role == "window":
            days = self.record.windows.get(entry.subject)
            figure = entry.figure("value") or next(entry.figures(), None)
            return (
                [replace(figure, measure="window_days", value=days, unit="days")] if days and figure else []
            )
        return [figure for measure in measures if (figure := entry.figure(measure))]

    def _entry(self, subject: str, when: _Moment | None, scope: tuple[str, str], role: str) -> Entry | None:
        if subject in RELEASE_SUBJECTS:
            return self.record.entry(subject, "release", None, NO_SCOPE)
        if when is None:
            return None
        if role == "difference":
            subject = f"restated:{subject}"
        return self.record.entry(subject, when.kind, when.first, scope)

    # ---------- what is said of it

    def _label(self, subject: str) -> str:
        labels = self.record.subjects.get(subject)
        return labels[self.language] if labels else subject

    def _described(self, subject: str, when: _Moment | None, scope: tuple[str, str]) -> str:
        if subject in RELEASE_SUBJECTS or when is None:
            return "this release"
        labels = self.record.scopes.get(scope)
        where = labels[self.language] if labels else "company"
        return f"{describe_period(when.kind, when.first, self.words)}, {where}"

    def _shown(self, figure: Figure) -> str:
        return f"{write(figure, self.words)} ({figure.measure.replace('_', ' ')})"

    def _anything(self, number: Number, periods: list[Period]) -> str:
        """The figure of the company that comes nearest to a number without a name."""
        when = self._when(number, periods)
        if when is None:
            return ""
        found = [
            figure
            for subject in self.record.subjects
            if (entry := self.record.entry(subject, when.kind, when.first))
            for figure in entry.figures()
            if number.fits(figure.unit) and number.shows(figure.value, figure.unit)
        ]
        return f"{self._shown(found[0])} of {self._label(found[0].subject)}" if found else ""

    def _place(self, position: int) -> tuple[int, int]:
        line = self.source.count("\n", 0, position) + 1
        return line, position - (self.source.rfind("\n", 0, position) + 1) + 1

    def _find(self, start: int, text: str, kind: str, message: str, nearest: str = "") -> None:
        self.findings.append(Finding(*self._place(start), text, kind, message, nearest))


def _sign(rest: str, number: Number, language: str) -> int:
    """-1 where the words after a number make it a shortfall."""
    comparison = comparison_after(rest, language)
    return -1 if comparison and comparison.sign < 0 else 1
