"""What a qualified lead cost per channel in twelve months, closing to the full cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from leitstand.report.periods import TwelveMonths
from leitstand.report.release import Published, Row
from leitstand.report.terms import CHANNEL_SCOPE, FULL_SCOPE, NOT_ALLOCATED


@dataclass(frozen=True)
class ChannelCost:
    """Cost of media and programs of one channel, and the qualified leads credited to it."""

    channel: str
    label: str
    cost: Decimal
    mqls: float
    qualified_leads: float
    is_small: bool
    """Whether too few qualified leads stand behind the figure."""

    @property
    def cost_per_mql(self) -> float | None:
        """Cost divided by MQLs; None without any."""
        return float(self.cost) / self.mqls if self.mqls else None

    @property
    def cost_per_qualified_lead(self) -> float | None:
        """Cost divided by qualified leads; None without any."""
        return float(self.cost) / self.qualified_leads if self.qualified_leads else None

    @property
    def is_without_output(self) -> bool:
        """Whether money was spent and nothing came of it."""
        return self.cost > 0 and self.qualified_leads == 0


@dataclass(frozen=True)
class Costs:
    """Channels by falling cost; with what no channel carries they add up to `total`."""

    channels: tuple[ChannelCost, ...]
    not_allocated: Decimal
    overhead: Decimal
    total: ChannelCost

    @property
    def dearest(self) -> ChannelCost | None:
        """The reliable channel with the highest cost per qualified lead; needs two to compare."""
        reliable = [c for c in self.channels if not c.is_small and c.cost > 0]
        if len(reliable) < 2:
            return None
        return max(reliable, key=lambda c: (c.cost_per_qualified_lead or 0, c.channel))


def read_costs(published: Published, year: TwelveMonths, language: str) -> Costs:
    """Read cost and qualified leads of a year, both by their own date."""
    rows = published.rows(
        f"""
        with

        costs as (

            select
                channel,
                cost_scope,
                sum(cost_amount) as cost_amount,
                sum(mqls) as mqls,
                sum(qualified_leads) as qualified_leads
            from kpi.kpi.kpi_cost_per_qualified_lead
            where
                basis = 'period'
                and cost_scope in ($channel_scope, $full_scope)
                and cast(month as date) between $first and $last
            group by channel, cost_scope

        )

        select
            costs.channel,
            costs.cost_scope,
            coalesce(dim_channel.label_{language}, costs.channel) as label,
            cast(costs.cost_amount as decimal(18, 2)) as cost,
            cast(costs.mqls as double) as mqls,
            cast(costs.qualified_leads as double) as qualified_leads,
            costs.qualified_leads < (select minimum_sample from meta.release) as is_small
        from costs
        left join kpi.kpi.dim_channel on costs.channel = dim_channel.channel
        order by cost desc, qualified_leads desc, costs.channel
        """,
        channel_scope=CHANNEL_SCOPE,
        full_scope=FULL_SCOPE,
        first=year.first,
        last=year.last,
    )
    full = [row for row in rows if row["cost_scope"] == FULL_SCOPE]
    programs = [row for row in rows if row["cost_scope"] == CHANNEL_SCOPE]
    total = _total(full, "cost")
    return Costs(
        channels=tuple(
            ChannelCost(*(row[name] for name in ChannelCost.__dataclass_fields__))
            for row in programs
            if row["channel"] != NOT_ALLOCATED and (row["cost"] or row["qualified_leads"])
        ),
        not_allocated=_total([r for r in programs if r["channel"] == NOT_ALLOCATED], "cost"),
        overhead=total - _total(programs, "cost"),
        total=ChannelCost(
            "", "", total, sum(r["mqls"] for r in full), sum(r["qualified_leads"] for r in full), False
        ),
    )


def _total(rows: list[Row], column: str) -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))
