"""A hand-made release to try the page on: 24 months of invented figures, no build behind them.

Every figure follows from the short tables below, so that a test can say what the page must show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from report_tables import add_tables

AS_OF = "2026-07-01 04:00:00"
MONTHS = [dt.date(2024 + (6 + i) // 12, (6 + i) % 12 + 1, 1) for i in range(24)]
SEASON = [88, 84, 101, 108, 112, 79, 90, 97, 106, 103, 98, 110]

STAGES = [
    ("first_touch", 0, "First touch", "Erster Kontakt"),
    ("inquiry", 1, "Inquiry", "Anfrage"),
    ("mql", 2, "Marketing qualified lead", "Marketing-qualifizierter Lead"),
    ("sal", 3, "Sales accepted lead", "Vom Vertrieb akzeptierter Lead"),
    ("sql", 4, "Sales qualified lead", "Vertriebsqualifizierter Lead"),
    ("opportunity", 5, "Opportunity", "Verkaufschance"),
    ("won", 6, "Closed won", "Gewonnen"),
]
# from, to, window in days, entered per month, converted per month this year, and last year
PAIRS = [
    ("first_touch", "inquiry", 30, 2400, 408, 396),
    ("inquiry", "mql", 90, 420, 130, 126),
    ("mql", "sal", 14, 132, 61, 74),
    ("sal", "sql", 30, 62, 37, 36),
    ("sql", "opportunity", 60, 36, 20, 19),
    ("opportunity", "won", 180, 19, 5, 5),
    ("first_touch", "sal", 120, 2400, 58, 60),
    ("inquiry", "sal", 104, 420, 61, 60),
    ("inquiry", "won", 365, 420, 5, 5),
]
ORIGINS = [
    ("marketing", "Marketing", "Marketing", 620),
    ("sdr_outbound", "SDR outbound", "SDR Outbound", 240),
    ("sales", "Sales", "Vertrieb", 310),
    ("partner", "Partner", "Partner", 150),
    ("customer_expansion", "Customer expansion", "Bestandskunden", 190),
    ("product", "Product", "Produkt", 0),
    ("unknown", "Unknown", "Unbekannt", 45),
]
# channel, label en, label de, cost per month (media and programs), MQLs, qualified leads per year
CHANNELS = [
    ("paid_search", "Paid search", "Bezahlte Suche", 11800, 520, 214),
    ("paid_social", "Paid social", "Bezahlte soziale Medien", 9400, 246, 74),
    ("events", "Events and trade fairs", "Veranstaltungen und Messen", 8200, 88, 43),
    ("webinar", "Webinar", "Webinar", 2100, 176, 81),
    ("email", "E-mail", "E-Mail", 1250, 212, 96),
    ("organic_search", "Organic search", "Organische Suche", 900, 310, 139),
    ("referral", "Referral", "Empfehlung", 300, 41, 22),
    ("display", "Display", "Display-Werbung", 1450, 6, 0),
    ("not_allocated", "not allocated", "nicht zugeordnet", 600, 0, 0),
]
OVERHEAD = 21500
WAVE = [
    2.61, 2.55, 2.72, 2.80, 2.77, 2.66, 2.70, 2.75, 2.83, 2.79, 2.74, 2.81,
    2.76, 2.69, 2.78, 2.74, 2.81, 2.63, 2.58, 2.66, 2.61, 2.52, 2.47, 2.44,
]  # fmt: skip

SCORECARD = """
create table kpi.kpi.kpi_scorecard (
    kpi varchar, period_type varchar, period_start date, scope_type varchar, scope varchar,
    value double, numerator double, denominator double, unit varchar, plan double,
    prior_year double, ci_low double, ci_high double, status varchar, status_reason varchar,
    is_signal boolean, sample_size bigint, is_mature boolean, label_en varchar, label_de varchar,
    signal varchar, process_low double, process_high double
)
"""


@dataclass(frozen=True)
class Kpi:
    """How one KPI of the fixture runs: unit, plan, interval, status of the three months."""

    name: str
    label_en: str
    label_de: str
    unit: str
    plan: float | None
    spread: float
    sample: int
    status: str
    reason: str


KPIS = [
    Kpi(
        "marketing_contribution_to_pipeline",
        "Marketing contribution to pipeline",
        "Marketing-Beitrag zur Pipeline",
        "share", 0.40, 0.061, 118, "green", "on_plan",
    ),
    Kpi(
        "cost_per_qualified_lead",
        "Cost per qualified lead (CPL-Q)",
        "Kosten pro qualifiziertem Lead (CPL-Q)",
        "currency_per_lead", 960.0, 92.0, 171, "amber", "near_plan",
    ),
    Kpi(
        "first_touch_to_sal_rate",
        "Conversion first touch to SAL",
        "Konversion Erstkontakt zu SAL",
        "share", 0.030, 0.0031, 7230, "red", "off_plan",
    ),
]  # fmt: skip


def scorecard_value(kpi: Kpi, first: int, last: int) -> float:
    """The value of the months from `first` to `last`, by their positions in `MONTHS`."""
    months = range(first, last + 1)
    if kpi.unit == "currency_per_lead":
        cost = sum(monthly_cost(i, channel[3]) for i in months for channel in CHANNELS)
        leads = sum(spread(i, channel[5]) for i in months for channel in CHANNELS)
        return (cost + OVERHEAD * len(months)) / leads
    if kpi.name == "first_touch_to_sal_rate":
        return sum(WAVE[i] for i in months) / len(months) / 100
    amounts = [pipeline_amount(i, k) for i in months for k in range(len(ORIGINS))]
    return sum(pipeline_amount(i, 0) for i in months) / sum(amounts)


def make_release(folder: Path, *statements: str, **head: Any) -> Path:
    """Write `kpi.duckdb` to a release's folder and give the folder.

    `statements` change the finished tables; `head` replaces values of `meta.release`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(folder / "kpi.duckdb") as connection:
        connection.execute("begin; create schema kpi.kpi; create schema meta")
        _dimensions(connection)
        _scorecard(connection)
        _funnel(connection)
        _pipeline(connection)
        _costs(connection)
        _meta(connection, head)
        add_tables(connection, MONTHS)
        connection.execute("commit")
        for statement in statements:
            connection.execute(statement)
    return folder


def _insert(connection: duckdb.DuckDBPyConnection, target: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert all rows in one statement; row by row it takes seconds."""
    values = ", ".join(f"({', '.join(_literal(value) for value in row)})" for row in rows)
    connection.execute(f"insert into {target} values {values}")


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str | dt.date):
        return "'" + str(value).replace("'", "''") + "'"
    return str(value)


def _dimensions(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table kpi.kpi.dim_stage"
        " (stage varchar, stage_rank double, label_en varchar, label_de varchar);"
        "create table kpi.kpi.dim_origin_path"
        " (origin_path varchar, label_en varchar, label_de varchar, sort_order integer);"
        "create table kpi.kpi.dim_channel"
        " (channel varchar, label_en varchar, label_de varchar, is_marketing boolean,"
        " sort_order integer)"
    )
    _insert(connection, "kpi.kpi.dim_stage", STAGES)
    _insert(
        connection,
        "kpi.kpi.dim_origin_path",
        [(path, en, de, i) for i, (path, en, de, _) in enumerate(ORIGINS)],
    )
    _insert(
        connection,
        "kpi.kpi.dim_channel",
        [(name, en, de, True, i) for i, (name, en, de, *_) in enumerate(CHANNELS)],
    )


PLANS = [
    ("new_pipeline_amount", "currency", 1_550_000),
    ("inquiry_to_mql_rate", "share", 0.30),
    ("mql_to_sal_rate", "share", 0.55),
]


def _scorecard(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(SCORECARD)
    rows: list[tuple[Any, ...]] = []
    for kpi in KPIS:
        for i, month in enumerate(MONTHS):
            for period_type, sample in (("month", kpi.sample // 3), ("rolling_3_months", kpi.sample)):
                judged = period_type != "month"
                first = max(0, i - 2) if judged else i
                value = scorecard_value(kpi, first, i)
                before = scorecard_value(kpi, max(0, first - 12), i - 12) if i >= 12 else None
                rows.append(
                    (
                        kpi.name, period_type, month, "company", "(all)", value, value * sample,
                        sample, kpi.unit, kpi.plan, before, value - kpi.spread,
                        value + kpi.spread, kpi.status if judged else "grey",
                        kpi.reason if judged else "small_sample", False, sample, True,
                        kpi.label_en, kpi.label_de,
                    )
                )  # fmt: skip
    for name, unit, plan in PLANS:
        _insert(
            connection,
            "kpi.kpi.kpi_scorecard (kpi, period_type, period_start, scope_type, unit, plan)",
            [(name, "month", month, "company", unit, plan) for month in MONTHS],
        )
    columns = (
        "kpi, period_type, period_start, scope_type, scope, value, numerator, denominator, unit, plan,"
        " prior_year, ci_low, ci_high, status, status_reason, is_signal, sample_size, is_mature, label_en,"
        " label_de"
    )
    _insert(connection, f"kpi.kpi.kpi_scorecard ({columns})", rows)


def _funnel(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table kpi.kpi.kpi_funnel_conversion ("
        " basis varchar, month date, origin_path varchar, channel varchar, segment varchar,"
        " from_stage varchar, to_stage varchar, entered bigint, matured bigint, converted bigint,"
        " conversion_rate double, ci_low double, ci_high double, mature_share double,"
        " window_days integer, flow_ratio double)"
    )
    rows = []
    for start, end, window, entered, this_year, last_year in PAIRS:
        for i, month in enumerate(MONTHS):
            converted = this_year if i >= 12 else last_year
            for origin_path, factor in (("marketing", 1), ("sales", 3)):
                for basis in ("cohort", "period"):
                    rows.append(
                        (
                            basis, month, origin_path, "paid_search", "(not set)", start, end,
                            entered * factor, entered * factor, converted * factor,
                            window if basis == "cohort" else None,
                        )
                    )  # fmt: skip
    _insert(
        connection,
        "kpi.kpi.kpi_funnel_conversion (basis, month, origin_path, channel, segment, from_stage,"
        " to_stage, entered, matured, converted, window_days)",
        rows,
    )


def _pipeline(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table kpi.kpi.kpi_pipeline_contribution ("
        " month date, origin_path varchar, channel varchar, segment varchar, opportunities bigint,"
        " new_pipeline_amount decimal(18, 2), influenced_opportunities bigint,"
        " influenced_pipeline_amount decimal(18, 2))"
    )
    rows = []
    for i, month in enumerate(MONTHS):
        for k, (path, _, _, base) in enumerate(ORIGINS):
            amount = pipeline_amount(i, k)
            if base:
                influenced = amount if path == "marketing" else amount // 3
                rows.append((month, path, "paid_search", "(not set)", 9, amount, 4, influenced))
    _insert(connection, "kpi.kpi.kpi_pipeline_contribution", rows)


def pipeline_amount(month: int, origin: int) -> int:
    """New pipeline of a month and origin, by their positions."""
    wobble = 90 + (month * 13 + origin * 29) % 23
    growth = 93 if month < 12 else 100
    return ORIGINS[origin][3] * SEASON[month % 12] * wobble * growth // 1000


def spread(month: int, per_year: int) -> int:
    """The part of a year's count that falls into a month."""
    return per_year * sum(SEASON[: month % 12 + 1]) // sum(SEASON) - per_year * sum(
        SEASON[: month % 12]
    ) // sum(SEASON)


def monthly_cost(month: int, cost: int) -> int:
    """Cost of media and programs of a channel in a month."""
    return cost * (86 + (month * 17) % 13 + month) // 100


def _costs(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table kpi.kpi.kpi_cost_per_qualified_lead ("
        " basis varchar, month date, channel varchar, cost_scope varchar,"
        " cost_amount decimal(18, 2), inquiries double, mqls double, sals double, sqls double,"
        " opportunities double, qualified_leads double, spend_without_output boolean)"
    )
    rows = []
    for i, month in enumerate(MONTHS):
        for channel, _, _, cost, mqls, leads in CHANNELS:
            for basis in ("period", "cohort"):
                for scope in ("media", "program", "fully_loaded"):
                    overhead = OVERHEAD if (channel, scope) == ("not_allocated", "fully_loaded") else 0
                    factor = 0.8 if scope == "media" else 1
                    amount = monthly_cost(i, cost) * factor + overhead
                    rows.append((basis, month, channel, scope, amount, spread(i, mqls), spread(i, leads)))
    _insert(
        connection,
        "kpi.kpi.kpi_cost_per_qualified_lead"
        " (basis, month, channel, cost_scope, cost_amount, mqls, qualified_leads)",
        rows,
    )


def _meta(connection: duckdb.DuckDBPyConnection, head: dict[str, Any]) -> None:
    release = {
        "release_id": "20260701T040000Z-3f9c2a1",
        "published_at": "2026-07-01 04:12:00",
        "as_of": AS_OF,
        "project_version": "0.1.0",
        "definition_version": "2026-01",
        "checks_passed": 214,
        "checks_failed": 0,
        "weakened_marts": [],
        "reporting_currency": "EUR",
        "report_timezone": "Europe/Berlin",
        "minimum_sample": 30,
    } | head
    connection.execute(
        "create table meta.release (release_id varchar, published_at timestamp, as_of timestamp,"
        " project_version varchar, definition_version varchar, checks_passed integer,"
        " checks_failed integer, weakened_marts varchar[], reporting_currency varchar,"
        " report_timezone varchar, minimum_sample bigint);"
        "create table meta.data_state (connection varchar, entity varchar, rows_read bigint,"
        " rows_landed bigint, rows_quarantined bigint, last_loaded_at timestamp)"
    )
    connection.execute(f"insert into meta.release values ({', '.join('?' * 11)})", list(release.values()))
    _insert(
        connection,
        "meta.data_state",
        [
            ("crm", "persons", 20412, 20398, 14, AS_OF),
            ("crm", "opportunities", 1873, 1873, 0, AS_OF),
            ("finance", "other_costs", 412, 411, 1, AS_OF),
            ("google_ads", "spend", 18240, 18240, 0, AS_OF),
            ("linkedin_ads", "spend", 9120, 9120, 0, AS_OF),
            ("web", "touches", 141873, 141873, 0, AS_OF),
        ],
    )
