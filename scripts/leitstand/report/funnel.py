"""The funnel of twelve months: volumes per stage, and the rates between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import hypot, sqrt
from statistics import NormalDist

from leitstand.report.periods import TwelveMonths
from leitstand.report.release import Published, Row
from leitstand.report.terms import ABBREVIATED_STAGES, HANDOVER_STAGE, MARKETING


def wilson(converted: int, cases: int) -> tuple[float, float] | None:
    """The 95 % interval of a rate by Wilson's score; None without cases."""
    if cases == 0:
        return None
    z = NormalDist().inv_cdf(0.975)
    rate = converted / cases
    centre = (rate + z * z / (2 * cases)) / (1 + z * z / cases)
    half = z * sqrt(rate * (1 - rate) / cases + z * z / (4 * cases * cases)) / (1 + z * z / cases)
    return max(0.0, centre - half), min(1.0, centre + half)


def is_chance(now: tuple[int, int], before: tuple[int, int]) -> bool:
    """Whether two rates, each its converted and its cases, may differ by chance.

    They may where 0 lies in the 95 % interval of their difference (Newcombe, of Wilson's intervals).
    """
    first, second = wilson(*now), wilson(*before)
    if first is None or second is None:
        return True
    ranges = (now[0] / now[1], *first), (before[0] / before[1], *second)
    (lower, _, high), (higher, low, _) = sorted(ranges)
    return higher - lower <= hypot(higher - low, high - lower)


@dataclass(frozen=True)
class Rate:
    """Of the cases whose window has ended, the share that reached the next stage within it."""

    from_stage: str
    converted: int
    matured: int
    entered: int
    window_days: int | None
    plan: float | None
    prior_year: float | None
    is_small: bool
    """Whether too few cases stand behind it."""

    @property
    def value(self) -> float | None:
        """The rate; None without cases."""
        return self.converted / self.matured if self.matured else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its 95 % interval."""
        return wilson(self.converted, self.matured)


@dataclass(frozen=True)
class Stage:
    """One stage: how many entered it in the twelve months, and the rate that leads to it."""

    stage: str
    label: str
    entered: int
    rate: Rate | None
    is_after_handover: bool

    @property
    def short(self) -> str:
        """Its abbreviation where everyone uses it, else its label."""
        return self.stage.upper() if self.stage in ABBREVIATED_STAGES else self.label


@dataclass(frozen=True)
class Leak:
    """The stage that loses most against its plan, in accepted leads."""

    stage: Stage
    lost: float


@dataclass(frozen=True)
class Funnel:
    """The stages in order; `is_marketing` says whether only leads of marketing are counted.

    `window_days` and `mature_share` are those of the headline rate from end to end.
    """

    stages: tuple[Stage, ...]
    is_marketing: bool
    window_days: int | None
    mature_share: float | None

    @property
    def has_plans(self) -> bool:
        """Whether any rate up to the hand-over has a plan."""
        return any(stage.rate and stage.rate.plan is not None for stage in self._before_handover)

    @property
    def largest_leak(self) -> Leak | None:
        """The biggest gap to plan in lost SALs: cases x (plan - rate) x the rates that follow."""
        leaks = []
        following = 1.0
        for stage in reversed(self._before_handover):
            rate = stage.rate
            if rate is None or rate.value is None:
                break
            if rate.plan is not None and not rate.is_small and rate.value < rate.plan:
                leaks.append(Leak(stage, rate.matured * (rate.plan - rate.value) * following))
            following *= rate.value
        return max(leaks, key=lambda leak: leak.lost, default=None)

    @property
    def _before_handover(self) -> list[Stage]:
        return [stage for stage in self.stages if not stage.is_after_handover]

    def short(self, stage: str) -> str:
        """What a stage is called in short."""
        return next((s.short for s in self.stages if s.stage == stage), stage)


def read_funnel(published: Published, year: TwelveMonths, kpi: str, language: str) -> Funnel:
    """Read the funnel of a year; `kpi` names the end-to-end rate whose window is wanted."""
    pairs = _pairs(published, year, only_marketing=True)
    is_marketing = any(pair["entered"] for pair in pairs.values())
    if not is_marketing:
        pairs = _pairs(published, year, only_marketing=False)
    before = _pairs(published, year.year_before, only_marketing=is_marketing)
    plans = _plans(published, year)
    known = {stage for _, *ends in pairs for stage in ends}
    ranked = [
        row
        for row in published.rows(
            f"select stage, stage_rank, label_{language} as label from kpi.kpi.dim_stage"
            " order by stage_rank, stage"
        )
        if row["stage"] in known
    ]
    handover = next((r["stage_rank"] for r in ranked if r["stage"] == HANDOVER_STAGE), None)
    names = [row["stage"] for row in ranked]
    stages = tuple(
        Stage(
            stage=row["stage"],
            label=row["label"],
            entered=_entered(pairs, names, i),
            rate=_rate(pairs, before, plans, names[i - 1], row["stage"]) if i else None,
            is_after_handover=handover is not None and row["stage_rank"] > handover,
        )
        for i, row in enumerate(ranked)
    )
    start, end = kpi.removesuffix("_rate").split("_to_")
    whole = pairs.get(("cohort", start, end), {})
    return Funnel(
        stages=stages,
        is_marketing=is_marketing,
        window_days=whole.get("window_days"),
        mature_share=whole["matured"] / whole["entered"] if whole.get("entered") else None,
    )


Pairs = dict[tuple[str, str, str], Row]


def _entered(pairs: Pairs, names: list[str], position: int) -> int:
    """Entries by their own date; of the last stage, what the stage before turned into."""
    if position + 1 < len(names):
        ends = names[position], names[position + 1]
        return int(pairs.get(("cohort", *ends), {}).get("entered") or 0)
    for ends in pairwise(names[-2:]):
        for basis in ("period", "to_date", "cohort"):
            if (basis, *ends) in pairs:
                return int(pairs[(basis, *ends)]["converted"])
    return 0


def _rate(pairs: Pairs, before: Pairs, plans: dict[str, float], from_stage: str, to_stage: str) -> Rate:
    key = ("cohort", from_stage, to_stage)
    now, then = pairs.get(key, {}), before.get(key, {})
    return Rate(
        from_stage=from_stage,
        converted=int(now.get("converted") or 0),
        matured=int(now.get("matured") or 0),
        entered=int(now.get("entered") or 0),
        window_days=now.get("window_days"),
        plan=plans.get(f"{from_stage}_to_{to_stage}_rate"),
        prior_year=then["converted"] / then["matured"] if then.get("matured") else None,
        is_small=now.get("is_small", True),
    )


def _pairs(published: Published, year: TwelveMonths, *, only_marketing: bool) -> Pairs:
    rows = published.rows(
        """
        select
            basis,
            from_stage,
            to_stage,
            cast(sum(entered) as bigint) as entered,
            cast(sum(matured) as bigint) as matured,
            cast(sum(converted) as bigint) as converted,
            cast(max(window_days) as bigint) as window_days,
            sum(matured) < (select minimum_sample from meta.release) as is_small
        from kpi.kpi.kpi_funnel_conversion
        where
            cast(month as date) between $first and $last
            and ($all_paths or origin_path = $marketing)
        group by basis, from_stage, to_stage
        """,
        first=year.first,
        last=year.last,
        all_paths=not only_marketing,
        marketing=MARKETING,
    )
    return {(row["basis"], row["from_stage"], row["to_stage"]): row for row in rows}


def _plans(published: Published, year: TwelveMonths) -> dict[str, float]:
    """The planned rates, as the mean of the months' plans."""
    return {
        row["kpi"]: row["plan"]
        for row in published.rows(
            """
            select
                kpi,
                cast(avg(plan) as double) as plan
            from kpi.kpi.kpi_scorecard
            where
                period_type = 'month'
                and scope_type = 'company'
                and unit = 'share'
                and plan is not null
                and cast(period_start as date) between $first and $last
            group by kpi
            """,
            first=year.first,
            last=year.last,
        )
    }
