"""Holds a text to a release: every number must be a published figure of the KPI named near it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path

from leitstand.report.periods import add_months
from leitstand.words.causes import find_causes
from leitstand.words.claims import Claim, Moment, Reading
from leitstand.words.figures import NO_SCOPE, Entry, Figure, Record, read_record
from leitstand.words.periods import DAY, MONTH, Period
from leitstand.words.shape import describe_period, wording, write
from leitstand.words.text import language_of

RELEASE_SUBJECTS = frozenset({"checks", "rows", "restatements"})
"""What is counted of the release as a whole, without a period."""
AS_OF = re.compile(r"\b(?:as of|as at|published|stand|datenstand|veröffentlicht)\b", re.IGNORECASE)


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
    return _Checker(record, language or language_of(text), text).check()


class _Checker:
    def __init__(self, record: Record, language: str, text: str) -> None:
        self._record = record
        self._language = language
        self._text = text
        self._words = wording(language, record.head.reporting_currency)
        self._reading = Reading(record, language, text)
        self._proofs: list[Proof] = []
        self._findings: list[Finding] = []

    def check(self) -> Check:
        for period in self._reading.periods:
            self._see_period(period)
        for claim in self._reading.claims():
            self._see_number(claim)
        for start, text in self._reading.unread():
            self._find(start, text, "unreadable", "can be read as no number of this language")
        for start, text in find_causes(self._text, self._language):
            self._find(start, text, "cause", "claims a cause, which no figure of a release can prove")
        self._findings.sort(key=lambda finding: (finding.line, finding.column))
        release_id = self._record.head.release_id
        return Check(self._language, release_id, tuple(self._proofs), tuple(self._findings))

    def _see_period(self, period: Period) -> None:
        """Report a day or period that the release does not know."""
        if period.kind == DAY:
            if period.first not in self._days(period):
                message = "is neither a day of this release nor the first or last day of a published month"
                self._find(period.start, period.text, "period", message, str(self._record.as_of))
        elif period.is_anchored and not self._is_published(self._reading.moment(period, None)):
            self._find(period.start, period.text, "period", "is no period that this release publishes")

    def _is_published(self, moment: Moment | None) -> bool:
        return moment is not None and (moment.kind, moment.first) in self._record.periods

    def _days(self, period: Period) -> set[dt.date]:
        """The days that a text may name: those of the release and, but for an `as of`, the ends of months."""
        own = {self._record.as_of, self._record.local_day(self._record.head.published_at)}
        if AS_OF.search(self._reading.bare[max(0, period.start - 30) : period.start]):
            return own
        months = {first for kind, first in self._record.periods if kind == MONTH}
        return own | months | {add_months(month, 1) - dt.timedelta(days=1) for month in months}

    def _see_number(self, claim: Claim) -> None:
        number, currency = claim.number, self._record.head.reporting_currency
        is_of_release = bool(RELEASE_SUBJECTS & {*claim.subjects})
        if number.unit == "currency" and number.currency != currency:
            message = f"is in {number.currency}; the release is in {currency}"
            self._find(number.start, number.text, "currency", message)
        elif claim.is_level:
            message = "is not the level of a published interval"
            self._find(number.start, number.text, "number", message, "95 %")
        elif not claim.subjects:
            message = "belongs to no KPI that is named near it"
            self._find(number.start, number.text, "unnamed", message, self._elsewhere(claim))
        elif claim.moment is None and not is_of_release:
            self._find(number.start, number.text, "undated", "belongs to no period that is named")
        elif is_of_release or self._is_published(claim.moment):
            self._prove(claim)

    def _prove(self, claim: Claim) -> None:
        """Accept a number that shows a figure it may be; else report it with the one that comes nearest."""
        number, near = claim.number, []
        if claim.comparison and claim.comparison.sign < 0:
            number = replace(number, amount=-number.amount)
        for subject in claim.subjects:
            entry = self._entry(subject, claim)
            meant = self._meant(entry, claim) if entry else []
            for figure in meant:
                if number.fits(figure.unit) and number.shows(figure.value):
                    self._proofs.append(Proof(*self._place(number.start), number.text, figure))
                    return
            every = list(entry.figures()) if entry else []
            near += [f for f in meant if number.fits(f.unit)] or [f for f in every if number.fits(f.unit)]
        nearest = min(near, key=lambda f: number.distance(f.value), default=None)
        labels = " or ".join(self._label(subject) for subject in claim.subjects)
        what = "difference" if claim.comparison else claim.measures[0].replace("_", " ")
        message = f"is no published {what} of {labels}, {self._described(claim)}"
        shown = self._shown(nearest) if nearest else self._elsewhere(claim)
        self._find(number.start, number.text, "number", message, shown)

    def _entry(self, subject: str, claim: Claim) -> Entry | None:
        if subject in RELEASE_SUBJECTS:
            return self._record.entry(subject, "release", None, NO_SCOPE)
        if claim.moment is None:
            return None
        if "difference" in claim.measures:
            subject = f"restated:{subject}"
        return self._record.entry(subject, claim.moment.kind, claim.moment.first, claim.scope)

    def _meant(self, entry: Entry, claim: Claim) -> list[Figure]:
        """The figures of an entry that a number may be."""
        if claim.comparison and "value" in claim.measures:
            return self._difference(entry, claim.comparison.measure, claim.number.unit)
        if "times" in claim.measures:
            figure, base = entry.figure("value"), entry.measures.get("prior_year")
            if figure is None or not base:
                return []
            return [replace(figure, measure="times_prior_year", value=figure.value / base, unit="times")]
        if "window" in claim.measures:
            days, figure = self._record.windows.get(entry.subject), next(entry.figures(), None)
            if days is None or figure is None:
                return []
            return [replace(figure, measure="window_days", value=days, unit="days")]
        return [figure for measure in claim.measures if (figure := entry.figure(measure))]

    def _difference(self, entry: Entry, measure: str, unit: str) -> list[Figure]:
        """The value against its plan or prior year; in percent as a share of that."""
        figure, base = entry.figure("value"), entry.measures.get(measure)
        if figure is None or base is None or (unit == "percent" and not base):
            return []
        against = replace(figure, measure=f"against_{measure}", value=figure.value - base)
        if unit == "percent":
            against = replace(against, value=against.value / abs(base), unit="share")
        return [against]

    def _elsewhere(self, claim: Claim) -> str:
        """A figure of the company in that period that the number would show, by another name."""
        if claim.moment is None:
            return ""
        for subject in self._record.subjects:
            entry = self._record.entry(subject, claim.moment.kind, claim.moment.first)
            for figure in entry.figures() if entry else ():
                if claim.number.fits(figure.unit) and claim.number.shows(figure.value):
                    return f"{self._shown(figure)} of {self._label(subject)}"
        return ""

    def _label(self, subject: str) -> str:
        labels = self._record.subjects.get(subject)
        return labels[self._language] if labels else subject

    def _described(self, claim: Claim) -> str:
        if claim.moment is None or RELEASE_SUBJECTS & {*claim.subjects}:
            return describe_period("release", None, self._words)
        labels = self._record.scopes.get(claim.scope)
        where = labels[self._language] if labels else claim.scope[1]
        return f"{describe_period(claim.moment.kind, claim.moment.first, self._words)}, {where}"

    def _shown(self, figure: Figure) -> str:
        return f"{write(figure, self._words)} ({figure.measure.replace('_', ' ')})"

    def _place(self, position: int) -> tuple[int, int]:
        line = self._text.count("\n", 0, position) + 1
        return line, position - self._text.rfind("\n", 0, position)

    def _find(self, start: int, text: str, kind: str, message: str, nearest: str = "") -> None:
        self._findings.append(Finding(*self._place(start), text, kind, message, nearest))
