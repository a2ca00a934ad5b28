"""What must not count: clicks by programs that guard a mailbox, and visits whose consent was taken back."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from leitstand.company import constants as c
from leitstand.company.automation_files import is_seen
from leitstand.company.clock import DAY, HORIZON
from leitstand.company.life import History
from leitstand.company.visits import Touch

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
SCANNERS = (
    "Mozilla/5.0 (compatible; BarracudaCentralBot/1.0)",
    "Mozilla/5.0 (Windows NT 10.0) Proofpoint-URL-Defense",
    "python-requests/2.32",
)
HIDDEN_PAGE = c.WEBSITE + "/bitte-nicht-klicken"  # a link that no reader sees
KINDS = ("quick", "named", "hidden_link")
QUICK_SECONDS = 8  # a program is at the link within
LATE_SECONDS = 1_800


class Machines:
    """Adds clicks that no human made, and visits whose consent was taken back; counts both."""

    def __init__(self, rng: Random) -> None:
        """Its own stream: what people do stays as it is."""
        self._rng = rng
        self.planted: Counter[str] = Counter()

    def report(self) -> dict[str, Any]:
        """How many of each kind were written."""
        clicks = {kind: self.planted[kind] for kind in KINDS}
        return {
            "machines": {"rate": c.SCANNED, "clicks": sum(clicks.values()), **clicks},
            "withdrawn_visits": self.planted["withdrawn_visits"],
        }

    def clicks(self, history: History) -> list[Touch]:
        """Clicks on newsletters delivered: quick, or by a program that says so, or on a hidden link."""
        found: list[Touch] = []
        for sent in history.touches:
            if not is_seen(sent) or sent.is_response is not False or self._rng.random() >= c.SCANNED:
                continue
            kind = KINDS[len(found) % len(KINDS)]
            click = self._click(sent, kind)
            if click.happened_at < HORIZON:
                self.planted[kind] += 1
                found.append(click)
        return found

    def _click(self, sent: Touch, kind: str) -> Touch:
        rng = self._rng
        later = rng.randrange(60, LATE_SECONDS)
        visit = sent.visit._replace(landing_page=HIDDEN_PAGE) if kind == "hidden_link" else sent.visit
        return sent._replace(
            happened_at=sent.happened_at + (rng.randint(1, QUICK_SECONDS) if kind == "quick" else later),
            touch_type="email_click",
            visit=visit,
            is_response=None,
            user_agent=rng.choice(SCANNERS) if kind == "named" else BROWSER,
        )

    def withdrawn(self, history: History) -> list[Touch]:
        """Visits of people who may be tracked, though on that day they took the consent back."""
        known = [p for p in history.people if p.may_be_tracked and p.first_touch and p.entries]
        found = []
        for person in self._rng.sample(known, c.WITHDRAWN_VISITS):
            assert person.first_touch is not None
            first = person.first_touch
            again_at = first.happened_at + self._rng.randrange(DAY, 20 * DAY)
            if again_at < HORIZON:
                self.planted["withdrawn_visits"] += 1
                found.append(first._replace(happened_at=again_at, touch_type="session", consent="withdrawn"))
        return found
