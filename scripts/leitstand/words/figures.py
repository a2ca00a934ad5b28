"""The figures of a release that a sentence may speak of, each under its name, period and scope."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from leitstand.report import labels
from leitstand.report.funnel import is_chance, wilson
from leitstand.report.periods import add_months
from leitstand.report.release import Head, Published, open_release, read_head
from leitstand.report.wording import Wording
from leitstand.units import read_as

COMPANY = ("company", "company")
NO_SCOPE = ("release", "")

# What the scorecard says of a KPI beside its value, and the unit of it where that is not the KPI's.
MEASURES: Mapping[str, str | None] = {
    "value": None,
    "numerator": "part",
    "denominator": "part",
    "plan": None,
    "prior_year": None,
    "ci_low": None,
    "ci_high": None,
    "process_low": None,
    "process_high": None,
    "nowcast": None,
    "sample_size": "count",
    "mature_share": "share",
}


@dataclass(frozen=True)
class Figure:
    """One number of a release, and where it stands.

    `unit` is that of the KPI (`share` runs from 0 to 1), or `part` for a numerator or denominator, which
    is a count or an amount. `period` is the first day of a month or quarter; of longer periods the last
    month's. Without a period (`release`) it belongs to the release as a whole.
    """

    table: str
    subject: str
    measure: str
    value: float
    unit: str
    period_type: str
    period: dt.date | None
    scope_type: str
    scope: str


@dataclass(frozen=True)
class Entry:
    """All that a release says of one subject in one period and scope."""

    table: str
    subject: str
    unit: str
    period_type: str
    period: dt.date | None
    scope_type: str
    scope: str
    measures: Mapping[str, float]
    units: Mapping[str, str] = field(default_factory=dict)
    status: str = ""
    status_reason: str = ""
    signal: str = "(none)"
    is_mature: bool = True

    def figure(self, measure: str) -> Figure | None:
        """One number of the entry; None where it has none."""
        value = self.measures.get(measure)
        if value is None:
            return None
        return Figure(
            self.table,
            self.subject,
            measure,
            value,
            self.units.get(measure, MEASURES.get(measure) or self.unit),
            self.period_type,
            self.period,
            self.scope_type,
            self.scope,
        )

    def figures(self) -> Iterator[Figure]:
        """All numbers of the entry."""
        for measure in self.measures:
            figure = self.figure(measure)
            if figure is not None:
                yield figure


@dataclass(frozen=True)
class Labels:
    """What a subject or scope is called."""

    en: str
    de: str

    def __getitem__(self, language: str) -> str:
        return self.de if language == "de" else self.en


Key = tuple[str, str, dt.date | None, str, str]
"""Subject, period type, period, scope type and scope."""


@dataclass(frozen=True, eq=False)
class Record:
    """Everything that can be said of one release."""

    head: Head
    entries: Mapping[Key, Entry]
    scorecard: Mapping[Key, tuple[Any, ...]]
    subjects: Mapping[str, Labels]
    scopes: Mapping[tuple[str, str], Labels]
    units: Mapping[str, frozenset[str]]
    """Units that the figures of a subject come in."""
    windows: Mapping[str, int]
    quarters: Mapping[tuple[int, int], dt.date]
    periods: frozenset[tuple[str, dt.date]]
    """Period types and their dates for which there are figures."""

    def entry(
        self,
        subject: str,
        period_type: str,
        period: dt.date | None,
        scope: tuple[str, str] = COMPANY,
    ) -> Entry | None:
        """What is said of a subject; None where nothing is."""
        key = (subject, period_type, period, *scope)
        row = self.scorecard.get(key)
        return self.entries.get(key) if row is None else _entry(key, row)

    @property
    def kpis(self) -> list[str]:
        """The KPIs, in order of their names."""
        return [subject for subject in self.subjects if ":" not in subject]

    @property
    def as_of(self) -> dt.date:
        """The day of the data, in the reporting time zone."""
        return self.local_day(self.head.as_of)

    def local_day(self, instant: dt.datetime) -> dt.date:
        """The day of an instant, in the reporting time zone."""
        zone = zoneinfo.ZoneInfo(self.head.report_timezone)
        return instant.replace(tzinfo=dt.UTC).astimezone(zone).date()

    @property
    def month(self) -> dt.date:
        """First day of the last month that had ended."""
        return self.head.last_complete_month

    @property
    def quarter(self) -> dt.date | None:
        """First day of the last quarter of the company's year that had ended, if there is one."""
        ended = (day for kind, day in self.periods if kind == "quarter" and day <= add_months(self.month, -2))
        return max(ended, default=None)


def read_record(release: Path) -> Record:
    """Read the figures of a release's folder; the last two read are kept, as a release never changes.

    Raises:
        BadInput: the folder holds no published file.
        LeitstandError: the published file is not whole.
    """
    file = (release / "kpi.duckdb").resolve()
    return _read(file.parent, file.stat().st_mtime_ns if file.is_file() else 0)


@lru_cache(maxsize=2)
def _read(release: Path, _changed: int) -> Record:
    with open_release(release) as published:
        head = read_head(published)
        subjects = {
            row["kpi"]: Labels(row["label_en"], row["label_de"])
            for row in published.rows(
                "select distinct on (kpi) kpi, label_en, label_de from kpi.kpi.kpi_scorecard "
                "where label_en is not null order by kpi"
            )
        }
        leaks = {
            f"leak:{row['leak']}": Labels(row["label_en"], row["label_de"])
            for row in published.rows("select leak, label_en, label_de from kpi.kpi.dim_leak order by leak")
        }
        entries = [
            *_leaks(published),
            *_reasons(published, head.minimum_sample),
            *_spread(published),
            *_restatements(published, head.release_id),
            *_release(published, head),
            *_statuses(published, head.last_complete_month),
        ]
        scorecard = _scorecard(published)
        return Record(
            head=head,
            entries={(e.subject, e.period_type, e.period, e.scope_type, e.scope): e for e in entries},
            scorecard=scorecard,
            subjects=subjects | leaks | _reason_labels(published, head),
            scopes=_scopes(published),
            units=_units(scorecard, entries),
            windows=_windows(published),
            quarters=_quarters(published),
            periods=frozenset((kind, first) for _, kind, first, *_ in scorecard if first),
        )


STATES = ("unit", "status", "status_reason", "signal", "is_mature")


def _scorecard(published: Published) -> dict[Key, tuple[Any, ...]]:
    """The rows of the scorecard by their key; they become entries when they are asked for."""
    numbers = ", ".join(f"cast({measure} as double) as {measure}" for measure in MEASURES)
    rows = published.rows(
        f"""
        select kpi, period_type, period_start, scope_type, scope, {", ".join(STATES)}, {numbers}
        from kpi.kpi.kpi_scorecard
        """
    )
    keyed = {}
    for row in rows:
        kpi, period_type, period, scope_type, scope, unit, *rest = row.values()
        keyed[kpi, period_type, period, scope_type, scope] = (read_as(kpi, unit), *rest)
    return keyed


def _entry(key: Key, row: tuple[Any, ...]) -> Entry:
    unit, *states = row[: len(STATES)]
    numbers = zip(MEASURES, row[len(STATES) :], strict=True)
    subject, period_type, period, scope_type, scope = key
    return Entry(
        "kpi_scorecard",
        subject,
        unit,
        period_type,
        period,
        scope_type,
        scope,
        {name: value for name, value in numbers if value is not None},
        {},
        *states,
    )


def _leaks(published: Published) -> Iterator[Entry]:
    """Each lead once, in the month of its earliest break; over all channels and teams."""
    for row in published.rows(
        """
        select
            leak,
            month,
            cast(sum(first_leak_leads) as double) as leads,
            cast(sum(first_leak_pipeline_amount) as double) as amount
        from kpi.kpi.kpi_leakage
        group by leak, month
        """
    ):
        yield Entry(
            "kpi_leakage",
            f"leak:{row['leak']}",
            "count",
            "month",
            row["month"],
            *COMPANY,
            _present(value=row["leads"], amount=row["amount"]),
            {"amount": "currency"},
        )


def _reason_labels(published: Published, head: Head) -> dict[str, Labels]:
    """What the pages call the reasons that were given; one that is not in the agreed list counts, too."""
    english, german = (
        labels.Labels(published, Wording(language, head.reporting_currency)) for language in ("en", "de")
    )
    rows = published.rows(
        "select distinct rejection_reason as reason from kpi.kpi.kpi_handover "
        "where rejection_reason <> '(none)' order by reason"
    )
    return {
        f"reason:{reason}": Labels(
            english.of("rejection_reason", reason), german.of("rejection_reason", reason)
        )
        for reason in (row["reason"] for row in rows)
    }


def _reasons(published: Published, minimum_sample: int) -> Iterator[Entry]:
    """Why sales sent leads back, over three months of hand-overs and against the three before.

    `status_reason` says why nothing may be concluded of a change: `small_sample` or `chance`.
    """
    rows = published.rows(
        """
        select
            ends.month,
            handovers.rejection_reason as reason,
            cast(sum(handovers.handovers) as bigint) as leads
        from (select distinct month from kpi.kpi.kpi_handover) as ends
        inner join kpi.kpi.kpi_handover as handovers
            on handovers.month between ends.month - interval 2 month and ends.month
        where
            handovers.rejection_reason <> '(none)'
            and ends.month - interval 2 month >= (select min(month) from kpi.kpi.kpi_handover)
        group by ends.month, handovers.rejection_reason
        """
    )
    totals: Counter[dt.date] = Counter()
    for row in rows:
        totals[row["month"]] += row["leads"]
    leads = {(row["month"], row["reason"]): row["leads"] for row in rows}
    for (month, reason), count in leads.items():
        before = add_months(month, -3)
        former = leads.get((before, reason), 0), totals[before]
        low, high = wilson(count, totals[month]) or (None, None)
        share, base = count / totals[month], former[0] / former[1] if former[1] else None
        doubt = ""
        if totals[month] < minimum_sample:
            doubt = "small_sample"
        elif base not in (None, share) and is_chance((count, totals[month]), former):
            doubt = "chance"
        yield Entry(
            "kpi_handover",
            f"reason:{reason}",
            "share",
            "rolling_3_months",
            month,
            *COMPANY,
            _present(
                value=share,
                numerator=count,
                denominator=totals[month],
                ci_low=low,
                ci_high=high,
                prior_period=base,
                against_prior_period=None if base is None else share - base,
            ),
            status_reason=doubt,
        )


def _spread(published: Published) -> Iterator[Entry]:
    for row in published.rows(
        """
        select
            month,
            channel,
            cast(min_share as double) as min_share,
            cast(max_share as double) as max_share,
            is_model_dependent
        from kpi.kpi.kpi_attribution_spread
        where conversion_type = 'pipeline'
        """
    ):
        yield Entry(
            "kpi_attribution_spread",
            "attribution",
            "share",
            "month",
            row["month"],
            "channel",
            row["channel"],
            _present(ci_low=row["min_share"], ci_high=row["max_share"]),
            status_reason="model_dependent" if row["is_model_dependent"] else "",
        )


def _restatements(published: Published, release_id: str) -> Iterator[Entry]:
    """By how much this release changed what had been said of the company, over all causes."""
    rows = published.rows(
        """
        select
            restated.kpi,
            restated.period_type,
            restated.period_start,
            any_value(kpis.unit) as unit,
            cast(sum(restated.difference) as double) as difference
        from kpi.kpi.kpi_restatement as restated
        inner join (select distinct kpi, unit from kpi.kpi.kpi_scorecard) as kpis on restated.kpi = kpis.kpi
        where
            restated.release_id = $release_id
            and restated.scope = 'company:company'
        group by restated.kpi, restated.period_type, restated.period_start
        having sum(restated.difference) <> 0
        """,
        release_id=release_id,
    )
    for row in rows:
        yield Entry(
            "kpi_restatement",
            f"restated:{row['kpi']}",
            read_as(row["kpi"], row["unit"]),
            row["period_type"],
            row["period_start"],
            *COMPANY,
            {"difference": row["difference"]},
        )
    months = {(row["kpi"], row["period_start"]) for row in rows if row["period_type"] == "month"}
    yield Entry(
        "kpi_restatement", "restatements", "count", "release", None, *NO_SCOPE, {"value": len(months)}
    )


def _release(published: Published, head: Head) -> Iterator[Entry]:
    """What the release says of its checks and of the rows it was made from."""
    yield Entry(
        "meta.release",
        "checks",
        "count",
        "release",
        None,
        *NO_SCOPE,
        {"numerator": head.checks_passed, "denominator": head.checks},
    )
    (rows,) = published.rows(
        """
        select
            cast(coalesce(sum(rows_quarantined), 0) as double) as quarantined,
            cast(coalesce(sum(rows_read), 0) as double) as rows_read
        from meta.data_state
        """
    )
    yield Entry(
        "meta.data_state",
        "rows",
        "count",
        "release",
        None,
        *NO_SCOPE,
        {"numerator": rows["quarantined"], "denominator": rows["rows_read"]},
    )


def _statuses(published: Published, month: dt.date) -> Iterator[Entry]:
    """How many KPIs of the company are on plan in each month and quarter, of those that are judged."""
    rows = published.rows(
        """
        select
            period_type,
            cast(period_start as date) as period_start,
            cast(count(*) filter (where status = 'green') as double) as green,
            cast(count(*) as double) as judged
        from kpi.kpi.kpi_scorecard
        where
            period_type in ('month', 'quarter')
            and period_start <= $month
            and scope_type = 'company'
            and status in ('green', 'amber', 'red')
        group by period_type, period_start
        """,
        month=month,
    )
    for row in rows:
        measures = {"numerator": row["green"], "denominator": row["judged"]}
        when = row["period_type"], row["period_start"]
        yield Entry("kpi_scorecard", "kpis", "count", *when, *COMPANY, measures)


def _units(scorecard: Mapping[Key, tuple[Any, ...]], entries: list[Entry]) -> dict[str, frozenset[str]]:
    units: dict[str, set[str]] = {}
    for (subject, *_), (unit, *_) in scorecard.items():
        units.setdefault(subject, set()).add(unit)
    for entry in entries:
        units.setdefault(entry.subject, set()).update(figure.unit for figure in entry.figures())
    return {subject: frozenset(found) for subject, found in units.items()}


def _scopes(published: Published) -> dict[tuple[str, str], Labels]:
    rows = published.rows(
        """
        select distinct
            scorecard.scope_type,
            scorecard.scope,
            coalesce(channels.label_en, teams.label_en, scorecard.scope) as label_en,
            coalesce(channels.label_de, teams.label_de, scorecard.scope) as label_de
        from kpi.kpi.kpi_scorecard as scorecard
        left join kpi.kpi.dim_channel as channels
            on scorecard.scope_type = 'channel' and scorecard.scope = channels.channel
        left join kpi.kpi.dim_team as teams
            on scorecard.scope_type = 'team' and scorecard.scope = teams.team
        where scorecard.scope_type <> 'company'
        order by all
        """
    )
    return {(row["scope_type"], row["scope"]): Labels(row["label_en"], row["label_de"]) for row in rows}


def _windows(published: Published) -> dict[str, int]:
    """The days within which a rate counts, by the rate's name."""
    rows = published.rows(
        """
        select
            from_stage || '_to_' || to_stage || '_rate' as kpi,
            max(window_days) as days
        from kpi.kpi.kpi_funnel_conversion
        where window_days is not null
        group by from_stage, to_stage
        order by all
        """
    )
    return {row["kpi"]: int(row["days"]) for row in rows}


def _quarters(published: Published) -> dict[tuple[int, int], dt.date]:
    """First day of each quarter of the fiscal year, by year and quarter."""
    rows = published.rows(
        """
        select fiscal_year, fiscal_quarter, min(month_start) as first_day
        from kpi.kpi.dim_date
        group by fiscal_year, fiscal_quarter
        """
    )
    return {(row["fiscal_year"], row["fiscal_quarter"]): row["first_day"] for row in rows}


def _present(**numbers: float | None) -> dict[str, float]:
    return {name: value for name, value in numbers.items() if value is not None}
