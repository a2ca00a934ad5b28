"""The life of a lead between marketing and sales: inquiry, MQL, SAL, SQL, and the ways out."""

from __future__ import annotations

from random import Random

from leitstand.company import constants as c
from leitstand.company.choice import Weighted, few
from leitstand.company.clock import DAY, HORIZON, HOUR, Instant, lag_seconds, office_time, web_time
from leitstand.company.deals import Deals
from leitstand.company.ledger import Ledger
from leitstand.company.paths import Paths
from leitstand.company.people import Person
from leitstand.company.users import User, Users

ATTEMPTS = 1.2  # mean number of further attempts to reach an MQL
AUTOMATED_MAIL = 0.5  # MQLs that get an automatic confirmation
REJECTION_SHARE_DISQUALIFIED = 0.12  # rejections that mean: never again
CALLBACK = 0.35  # called people who call back


class Funnel:
    """Takes leads from their inquiry, or from the first call of sales, to the deal."""

    def __init__(self, rng: Random, users: Users, paths: Paths, ledger: Ledger, deals: Deals) -> None:
        """Visits, records and deals of the leads go to `paths`, `ledger` and `deals`."""
        self._rng = rng
        self._users = users
        self._paths = paths
        self._ledger = ledger
        self._deals = deals
        self._reasons = Weighted(c.REJECTION_REASONS)

    # ---------- marketing

    def qualify(self, person: Person, inquiry_at: Instant) -> None:
        """Marketing decides whether an inquiry is ready for sales."""
        rng = self._rng
        channel = c.CHANNELS.get(person.channel, c.CHANNELS["direct"])
        fit = c.FIT_FACTOR["account" if person.account else "no_account"]
        if rng.random() >= channel.mql_rate * fit:
            if rng.random() < c.DISQUALIFIED_INQUIRIES:
                at = office_time(rng, inquiry_at, int(rng.uniform(0.1, 9) * DAY))
                by = self._users.of_team(rng, "Marketing")
                self._exit(person, 1, "disqualified", at, by, "competitor_or_spam")
            return
        if rng.random() < c.HAND_RAISERS:
            mql_at = inquiry_at + rng.randrange(120, 4 * HOUR)
        else:
            mql_at = web_time(rng, inquiry_at, lag_seconds(rng, c.MQL_LAG)) + 300
            self._paths.return_visits(person, inquiry_at, mql_at, 0.8)
        self.hand_over(person, 1, mql_at)

    # ---------- hand-over

    def hand_over(self, person: Person, cycle: int, mql_at: Instant) -> None:
        """Marketing hands a lead to sales, who answer, decide, or do neither."""
        rng, ledger = self._rng, self._ledger
        is_skipped = rng.random() < c.SKIPPED_MQL * (cycle == 1)
        decision_at = office_time(rng, mql_at, lag_seconds(rng, c.DECISION_LAG))
        fate = self._decide(person)
        is_skipped = is_skipped and fate == "accepted" and decision_at < HORIZON
        stage = ledger.reach(person, cycle, "mql", mql_at, not is_skipped)
        if not is_skipped:
            ledger.change(person.lead, "Status", "MQL", mql_at, ledger.machine, stage=stage)
        if rng.random() < AUTOMATED_MAIL:
            ledger.act(person.lead, ledger.machine, "email", mql_at + 60, automated=True)
        self._respond(person, mql_at)
        if fate == "accepted":
            self.accept(person, cycle, decision_at)
        elif fate == "rejected":
            reason = self._reasons.draw(rng)
            never = rng.random() < REJECTION_SHARE_DISQUALIFIED or reason == "competitor_or_spam"
            kind = "disqualified" if never else "rejected"
            self._exit(person, cycle, kind, decision_at, person.seller, reason)

    def _decide(self, person: Person) -> str:
        if self._rng.random() < c.SILENT:
            return "silent"
        channel = c.CHANNELS.get(person.channel, c.CHANNELS["direct"])
        acceptance = channel.acceptance / (1 - c.SILENT)
        return "accepted" if self._rng.random() < acceptance else "rejected"

    def _respond(self, person: Person, mql_at: Instant) -> None:
        rng, ledger = self._rng, self._ledger
        if rng.random() < c.NEVER_CALLED:
            return
        at = office_time(rng, mql_at, lag_seconds(rng, c.RESPONSE_LAG))
        for _ in range(1 + few(rng, ATTEMPTS)):
            kind = "call" if rng.random() < 0.65 else "email"
            ledger.act(person.lead, person.caller, kind, at)
            if rng.random() < CALLBACK:
                ledger.act(person.lead, person.caller, kind, at + 2 * HOUR, direction="inbound")
            at = office_time(rng, at, int(rng.uniform(0.8, 3) * DAY))

    # ---------- sales

    def call(self, person: Person, at: Instant) -> None:
        """Somebody of sales or inside sales calls a stranger, or a customer."""
        rng = self._rng
        user = person.caller if person.origin_path == "sdr_outbound" else person.seller
        kind = "call" if rng.random() < 0.6 else "message" if rng.random() < 0.4 else "email"
        self._ledger.act(person.lead, user, kind, at)
        if rng.random() < CALLBACK:
            self._ledger.act(person.lead, user, kind, at + 26 * HOUR, direction="inbound")
        self.take_up(person, at)

    def take_up(self, person: Person, at: Instant) -> None:
        """Sales may take up what it, or a partner, has brought."""
        if self._rng.random() < c.ODDS[person.origin_path].accepted:
            accepted_at = office_time(self._rng, at, lag_seconds(self._rng, c.OUTBOUND_ACCEPTANCE_LAG))
            self.accept(person, 1, accepted_at)

    def accept(self, person: Person, cycle: int, sal_at: Instant) -> None:
        """Sales accepts a lead, and qualifies it, returns it or lets it lie."""
        rng, ledger = self._rng, self._ledger
        odds = c.ODDS[person.origin_path]
        channel = c.CHANNELS.get(person.channel)
        factor = channel.deal_factor if channel else 1.0
        sql_at = office_time(rng, sal_at, lag_seconds(rng, c.SQL_LAG))
        is_qualified = rng.random() < odds.qualified * factor
        is_skipped = is_qualified and sql_at < HORIZON and rng.random() < c.SKIPPED_SAL
        stage = ledger.reach(person, cycle, "sal", sal_at, not is_skipped)
        if not is_skipped:
            by_machine = rng.random() < c.ACCEPTED_BY_MACHINE
            user = ledger.machine if by_machine else person.seller
            ledger.change(person.lead, "Status", "Vom Vertrieb angenommen", sal_at, user, stage=stage)
        ledger.act(person.lead, person.seller, "call", office_time(rng, sal_at, 2 * HOUR))
        if not is_qualified:
            self._give_up(person, cycle, sql_at)
            return
        ledger.act(person.lead, person.seller, "meeting", sql_at - rng.randrange(600, 2 * HOUR))
        stage = ledger.reach(person, cycle, "sql", sql_at)
        ledger.change(person.lead, "Status", "Qualifiziert", sql_at, person.seller, stage=stage)
        if rng.random() < odds.deal * factor:
            self._deals.open(person, cycle, sql_at)
        else:
            self._give_up(person, cycle, office_time(rng, sql_at, int(rng.uniform(10, 60) * DAY)))

    # ---------- ways out

    def _give_up(self, person: Person, cycle: int, at: Instant) -> None:
        rng = self._rng
        fate = rng.random()
        if fate < c.RECYCLED:
            reason = "no_interest" if rng.random() < 0.6 else "unreachable"
            self._exit(person, cycle, "recycled", at, person.seller, reason)
            is_second = cycle > 1 or person.origin_path not in ("marketing", "unknown")
            if not is_second and rng.random() < c.COMES_BACK:
                self._come_back(person, at)
        elif fate < c.RECYCLED + c.LATER_DISQUALIFIED:
            self._exit(person, cycle, "disqualified", at, person.seller, "no_fit_company")

    def _come_back(self, person: Person, recycled_at: Instant) -> None:
        lag = max(lag_seconds(self._rng, c.COME_BACK_LAG), c.COOL_OFF_DAYS * DAY)
        mql_at = web_time(self._rng, recycled_at, lag)
        if mql_at < HORIZON:
            self._paths.return_visits(person, recycled_at, mql_at, 2.0)
            self.hand_over(person, 2, mql_at)

    def _exit(self, person: Person, cycle: int, kind: str, at: Instant, user: User, reason: str) -> None:
        value = {
            "rejected": "Abgelehnt",
            "recycled": "Zurück ins Nurturing",
            "disqualified": "Disqualifiziert",
        }[kind]
        stage = self._ledger.reach(person, cycle, kind, at)
        self._ledger.change(person.lead, "Status", value, at, user, reason=reason, stage=stage)
