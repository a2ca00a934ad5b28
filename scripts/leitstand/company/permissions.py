"""Who may be written to: consent proved by a second click, and taken back again."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from leitstand.company import constants as c
from leitstand.company.clock import DAY, HORIZON, HOUR, Instant
from leitstand.company.records import Record

CLICKS_WITHIN = 30 * HOUR  # of the second click
LEAVES_WITHIN = 700 * DAY


@dataclass(frozen=True, slots=True)
class Permission:
    """When a contact proved the consent to be written to, and when it was taken back."""

    proved_at: Instant | None = None
    withdrawn_at: Instant | None = None


def permissions(rng: Random, contacts: list[Record]) -> dict[str, Permission]:
    """The permission of each contact of marketing automation, by its key."""
    found: dict[str, Permission] = {}
    for contact in contacts:
        proved_at = contact.created_at + int(rng.random() ** 3 * CLICKS_WITHIN)
        withdrawn_at = proved_at + int((1 - rng.random()) * LEAVES_WITHIN)
        is_proved = rng.random() < c.DOUBLE_OPT_IN and proved_at < HORIZON
        leaves = rng.random() < c.UNSUBSCRIBED and withdrawn_at < HORIZON
        found[contact.record_id] = Permission(
            proved_at if is_proved else None, withdrawn_at if is_proved and leaves else None
        )
    return found
