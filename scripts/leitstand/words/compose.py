"""The rules of the commentary: which figures of a release are worth a sentence, topic by topic.

A rule chooses figures of the record and shows them, says how sure they are, and leaves causes to whoever can
prove one. What is made of published figures, such as the share of a reason, is made in `figures`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

from leitstand.report.periods import add_months
from leitstand.words.figures import NO_SCOPE, Entry
from leitstand.words.sentence import Sentence, Writer

THREE_MONTHS = "rolling_3_months"
HEADLINES = (
    ("marketing_contribution_to_pipeline",),
    ("cost_per_qualified_lead",),
    ("first_touch_to_sal_rate", "inquiry_to_sal_rate"),
)
"""The three KPIs of management; the later name stands in where the data know no visitors."""

RATES = (
    "first_touch_to_inquiry_rate",
    "inquiry_to_mql_rate",
    "mql_to_sal_rate",
    "first_touch_to_sal_rate",
    "inquiry_to_sal_rate",
)
VOLUMES = ("inquiries", "mqls", "sals", "sqls", "opportunities")
PIPELINE = (
    "new_pipeline_amount",
    "sourced_pipeline_amount",
    "influenced_pipeline_amount",
    "marketing_contribution_to_pipeline",
    "influenced_pipeline_share",
    "pipeline_coverage",
    "win_rate",
    "sales_cycle_days",
)
EFFICIENCY = ("marketing_cost_amount", "cost_per_qualified_lead", "cost_per_mql", "sourced_pipeline_per_cost")
HANDOVER = (
    "sla_attainment",
    "speed_to_lead_minutes",
    "mql_to_sal_rate",
    "feedback_lag_days",
    "reason_completeness",
)
NO_TOPIC_OF_CHANNELS = ("not_allocated", "(no touch)", "(not set)", "(unmapped)", "(no anchor)")


def executive(writer: Writer) -> Iterator[Sentence]:
    """How many KPIs are on plan, the largest leak, and the three of management with what is noise in them.

    Plan and leak stand in print, too.
    """
    for sentence in (*_on_plan(writer, "month", writer.record.month), *_leak(writer)):
        yield replace(sentence, is_printed=True)
    for kpi in _headlines(writer):
        yield from _level(writer, kpi, THREE_MONTHS)
        yield from _signal(writer, kpi, writer.record.month)


def funnel(writer: Writer) -> Iterator[Sentence]:
    """Volumes of the month, the rates, and where the youngest leads are heading."""
    yield from _volumes(writer)
    for kpi in RATES:
        yield from _level(writer, kpi, THREE_MONTHS)
    for kpi in RATES:
        yield from _nowcast(writer, kpi)


def pipeline(writer: Writer) -> Iterator[Sentence]:
    """What came into the pipeline and moves in it, and how far its credit depends on the model."""
    for kpi in PIPELINE:
        yield from _level(writer, kpi, THREE_MONTHS)
    yield writer.sentence("overlap")
    yield from _spread(writer)


def efficiency(writer: Writer) -> Iterator[Sentence]:
    """What it cost, which channels are cheap and dear, and where money brought nothing."""
    for kpi in EFFICIENCY:
        yield from _level(writer, kpi, THREE_MONTHS)
    yield from _channels(writer)
    yield from _without_output(writer)


def handover(writer: Writer) -> Iterator[Sentence]:
    """How marketing and sales work together, why leads come back, and the largest leak between them."""
    for kpi in HANDOVER:
        yield from _level(writer, kpi, THREE_MONTHS)
    yield from _reason(writer)
    yield from _leak(writer)


def data(writer: Writer) -> Iterator[Sentence]:
    """What the figures stand on."""
    record = writer.record
    yield writer.sentence("as_of", day=writer.words.date(record.as_of))
    checks, rows = (record.entry(subject, "release", None, NO_SCOPE) for subject in ("checks", "rows"))
    if checks:
        yield writer.sentence(
            "checks", passed=checks.figure("numerator"), checks=checks.figure("denominator")
        )
    if rows:
        yield writer.sentence("rows", quarantined=rows.figure("numerator"), read=rows.figure("denominator"))
    if record.head.weakened_marts:
        yield writer.sentence("weakened", tables=record.head.weakened_marts)
    for kpi in RATES:
        entry = record.entry(kpi, "month", record.month)
        share = entry and entry.figure("mature_share")
        if entry and share and not entry.is_mature:
            yield writer.sentence("mature", label=writer.label(kpi), period=writer.period(entry), share=share)
    yield from _restated(writer, [record.month])


def review_month(writer: Writer) -> Iterator[Sentence]:
    """What changed: signals before noise, then what is off plan, then what was restated."""
    month = writer.record.month
    yield from _review(writer, ("month", month), [month], (THREE_MONTHS, month))


def review_quarter(writer: Writer) -> Iterator[Sentence]:
    """The same of the last quarter of the company's year, with each KPI's latest signal in its months."""
    first = writer.record.quarter
    if first is not None:
        quarter = ("quarter", first)
        yield from _review(writer, quarter, [add_months(first, number) for number in range(3)], quarter)


def _review(
    writer: Writer, period: tuple[str, dt.date], months: list[dt.date], judged: tuple[str, dt.date]
) -> Iterator[Sentence]:
    record = writer.record
    yield from _on_plan(writer, *period)
    signals = {
        kpi: month
        for kpi in record.kpis
        for month in months
        if (entry := record.entry(kpi, "month", month)) and entry.signal != "(none)"
    }
    for kpi, month in signals.items():
        yield from _signal(writer, kpi, month)
    yield writer.sentence("quiet.others" if signals else "quiet.all", period=writer.when(*period))
    for kpi in record.kpis:
        entry = record.entry(kpi, *judged)
        if entry and entry.status == "red":
            yield from _level(writer, kpi, *judged)
    yield from _restated(writer, months)


TOPICS: dict[str, Callable[[Writer], Iterator[Sentence]]] = {
    rule.__name__: rule
    for rule in (executive, funnel, pipeline, efficiency, handover, data, review_month, review_quarter)
}


def _headlines(writer: Writer) -> list[str]:
    found = []
    for alternatives in HEADLINES:
        found += [k for k in alternatives if writer.record.entry(k, THREE_MONTHS, writer.record.month)][:1]
    return found


def _on_plan(writer: Writer, period_type: str, period: dt.date) -> Iterator[Sentence]:
    entry = writer.record.entry("kpis", period_type, period)
    if entry and entry.measures["denominator"]:
        yield writer.sentence(
            "on_plan",
            green=entry.figure("numerator"),
            judged=entry.figure("denominator"),
            period=writer.period(entry),
        )


def _level(writer: Writer, kpi: str, period_type: str, period: dt.date | None = None) -> Iterator[Sentence]:
    """Where a KPI stands: value, plan, prior year, interval, cases, verdict; at the last month by default."""
    entry = writer.record.entry(kpi, period_type, period or writer.record.month)
    if entry is None:
        return
    if entry.figure("value") is None:
        yield writer.sentence("no_value", label=writer.label(kpi), period=writer.period(entry))
        return
    yield writer.sentence(
        "level",
        label=writer.label(kpi),
        verb=writer.verb(kpi),
        value=entry.figure("value"),
        period=writer.period(entry),
        compared=_compared(writer, entry),
        basis=_basis(writer, entry),
        verdict=_verdict(writer, entry),
    )


def _compared(writer: Writer, entry: Entry) -> Sentence:
    plan, prior_year = entry.figure("plan"), entry.figure("prior_year")
    if plan and prior_year:
        return writer.sentence("compared.both", plan=plan, prior_year=prior_year)
    if plan:
        return writer.sentence("compared.plan", plan=plan)
    return writer.sentence("compared.prior_year", prior_year=prior_year) if prior_year else Sentence("", ())


def _basis(writer: Writer, entry: Entry) -> Sentence:
    """How sure the value is; nothing for one that is known exactly."""
    low, high, cases = (entry.figure(name) for name in ("ci_low", "ci_high", "sample_size"))
    if low and high and cases:
        return writer.sentence("basis.interval", low=low, high=high, n=cases)
    if low and high:
        return writer.sentence("basis.interval_only", low=low, high=high)
    return writer.sentence("basis.cases", n=cases) if cases else Sentence("", ())


def _verdict(writer: Writer, entry: Entry) -> str:
    reason = entry.status_reason
    if reason in ("no_plan", "no_value", ""):
        return ""
    if reason == "off_plan" and entry.figure("ci_low") is None:
        reason = "off_plan_exact"
    return writer.text(f"verdict.{reason}")


def _signal(writer: Writer, kpi: str, month: dt.date) -> Iterator[Sentence]:
    """Whether a month is news or noise, where there are limits to judge it by."""
    entry = writer.record.entry(kpi, "month", month)
    if entry is None:
        return
    value, low, high = (entry.figure(name) for name in ("value", "process_low", "process_high"))
    if not (value and low and high):
        return
    key = "none" if entry.signal == "(none)" else entry.signal
    limits = {} if key == "run_of_eight" else {"low": low, "high": high}
    yield writer.sentence(
        f"signal.{key}", label=writer.label(kpi), month=writer.month(month), value=value, **limits
    )


def _volumes(writer: Writer) -> Iterator[Sentence]:
    record = writer.record
    counts = [
        writer.filled("{count} {label}", count=figure, label=writer.noun(kpi))
        for kpi in VOLUMES
        if (entry := record.entry(kpi, "month", record.month)) and (figure := entry.figure("value"))
    ]
    if len(counts) > 1:
        places = {f"c{i}": count for i, count in enumerate(counts[:-1])}
        first = writer.filled(", ".join(f"{{{name}}}" for name in places), **places)
        yield writer.sentence("volumes", month=writer.month(record.month), first=first, last=counts[-1])


def _nowcast(writer: Writer, kpi: str) -> Iterator[Sentence]:
    month = add_months(writer.record.month, 1)
    entry = writer.record.entry(kpi, "month", month)
    nowcast = entry and entry.figure("nowcast")
    if nowcast:
        yield writer.sentence("nowcast", label=writer.label(kpi), month=writer.month(month), nowcast=nowcast)


def _spread(writer: Writer) -> Iterator[Sentence]:
    """The channel on whose credit the models differ most."""
    record = writer.record
    entries = [
        entry
        for scope in record.scopes
        if scope[0] == "channel" and scope[1] not in NO_TOPIC_OF_CHANNELS
        if (entry := record.entry("attribution", "month", record.month, scope))
    ]
    if entries:
        entry = max(entries, key=lambda e: (e.measures["ci_high"] - e.measures["ci_low"], e.scope))
        yield writer.sentence(
            "spread_dependent" if entry.status_reason == "model_dependent" else "spread",
            month=writer.month(record.month),
            channel=writer.scope((entry.scope_type, entry.scope)),
            low=entry.figure("ci_low"),
            high=entry.figure("ci_high"),
        )


def _channels(writer: Writer) -> Iterator[Sentence]:
    """The cheapest and the dearest channel per qualified lead, among those with enough cases."""
    record = writer.record
    entries = [
        entry
        for entry in _by_channel(writer, "cost_per_qualified_lead")
        if entry.measures.get("value") and entry.measures.get("sample_size", 0) >= record.head.minimum_sample
    ]
    if len(entries) > 1:
        entries.sort(key=lambda entry: (entry.measures["value"], entry.scope))
        cheap, dear = entries[0], entries[-1]
        yield writer.sentence(
            "channels",
            label=writer.label("cost_per_qualified_lead"),
            period=writer.period(cheap),
            cheapest=writer.scope((cheap.scope_type, cheap.scope)),
            low=cheap.figure("value"),
            low_n=cheap.figure("sample_size"),
            dearest=writer.scope((dear.scope_type, dear.scope)),
            high=dear.figure("value"),
            high_n=dear.figure("sample_size"),
        )


def _without_output(writer: Writer) -> Iterator[Sentence]:
    for entry in _by_channel(writer, "cost_per_qualified_lead"):
        scope = (entry.scope_type, entry.scope)
        spent = writer.record.entry("marketing_cost_amount", THREE_MONTHS, writer.record.month, scope)
        cost = spent and spent.figure("value")
        if entry.measures.get("denominator") == 0 and spent and cost and cost.value > 0:
            yield writer.sentence(
                "without_output", period=writer.period(spent), channel=writer.scope(scope), cost=cost
            )


def _by_channel(writer: Writer, kpi: str) -> list[Entry]:
    record = writer.record
    return [
        entry
        for scope in record.scopes
        if scope[0] == "channel" and scope[1] not in NO_TOPIC_OF_CHANNELS
        if (entry := record.entry(kpi, THREE_MONTHS, record.month, scope))
    ]


def _leak(writer: Writer) -> Iterator[Sentence]:
    """The leak with the most pipeline at stake in the month; each lead counts once."""
    record = writer.record
    entries = [
        entry
        for subject in record.subjects
        if subject.startswith("leak:")
        if (entry := record.entry(subject, "month", record.month)) and entry.measures.get("amount")
    ]
    if entries:
        entry = max(entries, key=lambda e: (e.measures["amount"], e.subject))
        yield writer.sentence(
            "leak",
            month=writer.month(record.month),
            label=writer.label(entry.subject),
            leads=entry.figure("value"),
            amount=entry.figure("amount"),
        )


def _reason(writer: Writer) -> Iterator[Sentence]:
    """The reason given most often for sending a lead back, and what is known of its change."""
    record = writer.record
    entries = [
        entry
        for subject in record.subjects
        if subject.startswith("reason:")
        if (entry := record.entry(subject, THREE_MONTHS, record.month))
    ]
    if entries:
        entry = min(entries, key=lambda e: (-e.measures["numerator"], e.subject))
        yield writer.sentence(
            "reason",
            label=writer.label(entry.subject),
            period=writer.period(entry),
            share=entry.figure("value"),
            leads=entry.figure("denominator"),
            low=entry.figure("ci_low"),
            high=entry.figure("ci_high"),
            change=_change(writer, entry),
            verdict=_verdict(writer, entry),
        )


def _change(writer: Writer, entry: Entry) -> Sentence:
    change = entry.figure("against_prior_period")
    if change is None:
        return Sentence("", ())
    if not change.value:
        return writer.sentence("reason_change.none")
    return writer.sentence("reason_change.some", change=change)


def _restated(writer: Writer, months: list[dt.date]) -> Iterator[Sentence]:
    record = writer.record
    entry = record.entry("restatements", "release", None, NO_SCOPE)
    if entry is None:
        return
    if not entry.measures["value"]:
        yield writer.sentence("no_restatements")
        return
    yield writer.sentence("restatements", count=entry.figure("value"))
    for kpi, month in product(record.kpis, months):
        restated = record.entry(f"restated:{kpi}", "month", month)
        if restated:
            yield writer.sentence(
                "restated",
                label=writer.label(kpi),
                month=writer.month(month),
                difference=restated.figure("difference"),
            )
