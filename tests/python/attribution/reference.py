"""Credit for one conversion, touch by touch: a second implementation, from the definitions (3.2 to 3.5).

It shares nothing with the models: the numbers of the agreement stand here as the definitions give them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

LOOK_BACK = {"sal": 90, "pipeline": 180, "revenue": 365}
COLLAPSE = timedelta(minutes=30)


@dataclass(frozen=True)
class Touch:
    """A touch of a person; `key` orders touches of one instant."""

    at: datetime
    key: str
    lead: str
    channel: str
    campaign: str | None


@dataclass(frozen=True)
class Conversion:
    """What happened, when, and the touches before and after it."""

    kind: str
    converted_at: datetime
    lead_created_at: datetime | None
    opportunity_at: datetime | None
    amount: Fraction | None
    touches: tuple[Touch, ...]


@dataclass(frozen=True)
class Model:
    """Credit of the anchors and of the middle in hundredths of a percent; or a half-life in days."""

    first: int = 0
    created: int = 0
    opportunity: int = 0
    won: int = 0
    last: int = 0
    middle: int = 0
    half_life: int | None = None
    until_opportunity: bool = False

    @property
    def single(self) -> bool:
        """Whether all credit goes to one anchor."""
        anchors = (self.first, self.created, self.opportunity, self.won, self.last)
        return not self.half_life and not self.middle and sum(weight > 0 for weight in anchors) == 1


MODELS = {
    "first_touch": Model(first=10000),
    "lead_creation": Model(created=10000),
    "last_touch": Model(last=10000),
    "linear": Model(middle=10000),
    "u_shaped_40_20_40": Model(first=4000, created=4000, middle=2000),
    "u_shaped_50_50": Model(first=5000, created=5000),
    "position_40_20_40": Model(first=4000, last=4000, middle=2000),
    "w_shaped": Model(first=3000, created=3000, opportunity=3000, middle=1000, until_opportunity=True),
    "full_path": Model(first=2250, created=2250, opportunity=2250, won=2250, middle=1000),
    "j_shaped": Model(first=2000, last=6000, middle=2000),
    "inverse_j": Model(first=6000, last=2000, middle=2000),
    "time_decay_h30": Model(half_life=30),
    "time_decay_h7": Model(half_life=7),
}


def models_of(kind: str) -> set[str]:
    """The models that credit a type of conversion."""
    left_out = {"sal": {"w_shaped", "full_path"}, "pipeline": {"full_path"}, "revenue": set[str]()}
    return set(MODELS) - left_out[kind]


def path(conversion: Conversion) -> list[Touch]:
    """The touches that can get credit, in order: window, sales left out, repetitions, direct visits."""
    opens = conversion.converted_at - timedelta(days=LOOK_BACK[conversion.kind])
    kept: list[Touch] = []
    last: dict[tuple[str, str, str | None], datetime] = {}
    for touch in sorted(conversion.touches, key=lambda t: (t.at, t.key)):
        same = (touch.lead, touch.channel, touch.campaign)
        if not opens <= touch.at <= conversion.converted_at or touch.channel == "sales":
            continue
        repeats = same in last and touch.at - last[same] <= COLLAPSE
        last[same] = touch.at
        if not repeats:
            kept.append(touch)
    others = [touch for touch in kept if touch.channel != "direct"]
    return others or kept


def weights(conversion: Conversion, name: str) -> dict[str, Fraction | float]:
    """Weight by key of the touch, or by `(no touch)` or `(no anchor)`; touches without are left out."""
    model, touches = MODELS[name], path(conversion)
    number = range(len(touches))

    def last_by(instant: datetime | None) -> int | None:
        return max((i for i in number if instant and touches[i].at <= instant), default=None)

    entered = last_by(conversion.opportunity_at)
    counted = [i for i in number if not model.until_opportunity or (entered is not None and i <= entered)]
    if not counted:
        return {"(no touch)": Fraction(1)}
    if model.half_life:
        ages = [(conversion.converted_at - touches[i].at) / timedelta(days=model.half_life) for i in counted]
        decayed = [2.0**-age for age in ages]
        return {touches[i].key: raw / sum(decayed) for i, raw in zip(counted, decayed, strict=True)}
    raw = dict.fromkeys(counted, Fraction(0))
    won = len(touches) - 1 if conversion.kind == "revenue" else None
    for anchor, credit in (
        (0, model.first),
        (last_by(conversion.lead_created_at), model.created),
        (entered, model.opportunity),
        (won, model.won),
        (len(touches) - 1, model.last),
    ):
        if anchor in raw:
            raw[anchor] += credit
    middle = [i for i in counted if raw[i] == 0]
    for i in middle:
        raw[i] = Fraction(model.middle, len(middle))
    if sum(raw.values()) == 0:
        if model.single:
            return {"(no anchor)": Fraction(1)}
        raw = dict.fromkeys(counted, Fraction(1))
    return {touches[i].key: share / sum(raw.values()) for i, share in raw.items() if share}


def cents(amount: Fraction, shares: list[Fraction]) -> list[Fraction]:
    """Largest remainder: whole cents, what is left over to the largest fractions, ties by order."""
    exact = [abs(amount) * 100 * share for share in shares]
    whole = [floor(value) for value in exact]
    rank = sorted(range(len(exact)), key=lambda i: (-(exact[i] - whole[i]), i))
    for i in rank[: int(abs(amount) * 100) - sum(whole)]:
        whole[i] += 1
    return [Fraction(value, 100) * (1 if amount >= 0 else -1) for value in whole]
