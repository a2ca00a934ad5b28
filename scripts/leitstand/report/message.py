"""The key message: sentences made of figures and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from leitstand.report.figures import Figures
from leitstand.report.views import TileView
from leitstand.report.wording import Wording

STATUS_ORDER = ("red", "amber", "grey")


@dataclass(frozen=True)
class Sentence:
    """One sentence: what is printed bold, and the rest."""

    lead: str
    rest: str


def key_message(figures: Figures, tiles: list[TileView], words: Wording) -> list[Sentence]:
    """How many KPIs are on plan, what the pipeline came to, and which KPIs ask for attention."""
    green = sum(tile.status == "green" for tile in tiles)
    sentences = [Sentence(words.text("message.on_plan", green=green, total=len(tiles)), "")]
    pipeline = figures.pipeline
    if pipeline.totals[-1]:
        change = pipeline.change
        grown = "" if change is None else words.text("message.change", change=words.signed(change))
        sentences.append(
            Sentence(
                words.text("message.pipeline", month=words.month(figures.month)),
                words.text(
                    "message.amount",
                    amount=words.short_money(pipeline.totals[-1]),
                    change=grown,
                    share=words.share(pipeline.share(pipeline.sourced, months=1)),
                ),
            )
        )
    for status in STATUS_ORDER:
        named = [_named(tile, words) for tile in tiles if tile.status == status]
        if named:
            sentences.append(Sentence(f"{words.text(f'status.{status}')}:", "; ".join(named) + "."))
    return sentences


def _named(tile: TileView, words: Wording) -> str:
    judged = tile.judged
    if tile.status == "grey" or judged.value is None:
        return words.text("message.grey", label=tile.label, reason=tile.reason)
    deviation = judged.deviation
    if deviation is None:
        return tile.label
    side = "above" if deviation > 0 else "below"
    return words.text(
        f"message.{side}",
        label=tile.label,
        value=tile.figure(judged.value),
        period=words.text("message.quarter" if tile.tile.quarter else "message.month"),
        deviation=words.share(abs(deviation)),
    )
