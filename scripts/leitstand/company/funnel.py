"""The life of a lead between marketing and sales: MQL, SAL, SQL, the ways out and the ways back."""

from __future__ import annotations

from random import Random

from leitstand.company import constants as c
from leitstand.company.automation import Automation
from leitstand.company.choice import Weighted
from leitstand.company.clock import DAY, HORIZON, HOUR, Instant, lag_seconds, office_time, web_time
from leitstand.company.deals import Deals
from leitstand.company.ledger import Ledger
from leitstand.company.paths import Paths
from leitstand.company.people import Person
from leitstand.company.records import convert
from leitstand.company.routing import Routing
from leitstand.company.users import User, Users

AUTOMATED_MAIL = 0.5  # MQLs that get an automatic confirmation
REJECTION_SHARE_DISQUALIFIED = 0.12  # rejections that mean: never again
CALLBACK = 0.35  # called people who call back
MOST_TURNS = 3  # how often a person is handed over at most
EXIT_STATUS = {
    "rejected": "Abgelehnt",
    "recycled": "Zurück ins Nurturing",
    "disqualified": "Disqualifiziert",
}


class Funnel:
    """Takes leads from their inquiry, or from the first call of sales, to the deal."""

    def __init__(
        self, rng: Random, users: Users, paths: Paths, ledger: Ledger, automation: Automation, deals: Deals
    ) -> None:
        """Visits, records and deals of the leads go to the others."""
        self._rng = rng
        self._users = users
        self._paths = paths
        self._ledger = ledger
        self._automation = automation
        self._deals = deals
        self._routing = Routing(rng, ledger)
        self._reasons = Weighted(c.REJECTION_REASONS)

    # ---------- marketing

    def ask(self, person: Person, inquiry_at: Instant, entered_at: Instant, is_seen: bool) -> None:
        """Somebody makes themselves known; `is_seen` where a touch of a person who may be tracked says so."""
        fact = self._ledger.reach(person, "inquiry", inquiry_at)
        if fact and is_seen:
            fact.exact += 1
        self._automation.inquire(person, inquiry_at, fact)
        if person.entries:
            machine = self._ledger.machine
            self._ledger.status(person, "Anfrage", inquiry_at, machine, fact=fact, entered_at=entered_at)

    def qualify(self, person: Person, inquiry_at: Instant, turn: int = 1) -> None:
        """Marketing decides whether an inquiry is ready for sales."""
        rng = self._rng
        channel = c.CHANNELS.get(person.channel, c.CHANNELS["direct"])
        fit = c.FIT_FACTOR["account" if person.account else "no_account"]
        if rng.random() >= channel.mql_rate * fit:
            self._paths.only_reads(person)
            if turn == 1 and rng.random() < c.DISQUALIFIED_INQUIRIES:
                at = office_time(rng, inquiry_at, int(rng.uniform(0.1, 9) * DAY))
                by = self._users.of_team(rng, "Marketing")
                self._exit(person, "disqualified", at, by, "competitor_or_spam", turn)
            return
        is_hand_raiser = rng.random() < c.HAND_RAISERS
        if is_hand_raiser:
            mql_at = inquiry_at + rng.randrange(120, 4 * HOUR)
        else:
            mql_at = web_time(rng, inquiry_at, lag_seconds(rng, c.MQL_LAG)) + 300
            self._paths.return_visits(person, inquiry_at, mql_at, 0.8)
        # The definition of mid-2025: a private address is no MQL unless its owner asks to be called.
        if mql_at >= c.REDEFINED and person.has_private_address and not is_hand_raiser:
            self._paths.only_reads(person)
            return
        self._paths.asks(person, mql_at - 60)
        self.hand_over(person, mql_at, turn, is_hand_raiser)

    # ---------- hand-over

    def hand_over(self, person: Person, mql_at: Instant, turn: int, is_hand_raiser: bool) -> None:
        """Marketing hands a lead to sales, who answer, decide, or do neither."""
        rng, ledger = self._rng, self._ledger
        fate = self._decide(person)
        is_skipped = turn == 1 and fate == "accepted" and rng.random() < c.SKIPPED_MQL
        fact = ledger.reach(person, "mql", mql_at)
        known_at = mql_at
        if not is_skipped:
            known_at = self._automation.qualify(person, mql_at, is_hand_raiser, fact)
            own = None if person.known else fact
            ledger.status(person, "MQL", known_at, ledger.machine, fact=own)
        if rng.random() < AUTOMATED_MAIL:
            ledger.act(person, ledger.machine, "email", known_at + 60, automated=True)
        self._routing.route(person, known_at)
        self._routing.respond(person, known_at)
        slow = c.SLOW_DECISION if person.seller.team == c.SLOW_TEAM else 1
        decision_at = office_time(rng, known_at, int(slow * lag_seconds(rng, c.DECISION_LAG)))
        if fate == "accepted":
            self.accept(person, decision_at, turn)
        elif fate == "rejected":
            reason = self._reasons.draw(rng)
            never = rng.random() < REJECTION_SHARE_DISQUALIFIED or reason == "competitor_or_spam"
            kind = "disqualified" if never else "rejected"
            self._exit(person, kind, decision_at, person.seller, reason, turn)

    def _decide(self, person: Person) -> str:
        silent = c.SILENT * (c.SLOW_SILENCE if person.seller.team == c.SLOW_TEAM else 1)
        if self._rng.random() < silent:
            return "silent"
        channel = c.CHANNELS.get(person.channel, c.CHANNELS["direct"])
        acceptance = channel.acceptance / (1 - c.SILENT)
        return "accepted" if self._rng.random() < acceptance else "rejected"

    # ---------- sales

    def call(self, person: Person, at: Instant) -> None:
        """Somebody of sales or inside sales calls a stranger, or a customer."""
        rng = self._rng
        user = person.caller if person.origin_path == "sdr_outbound" else person.seller
        kind = "call" if rng.random() < 0.6 else "message" if rng.random() < 0.4 else "email"
        self._ledger.act(person, user, kind, at)
        if rng.random() < CALLBACK:
            self._ledger.act(person, user, kind, at + 26 * HOUR, direction="inbound")
        self.take_up(person, at)

    def take_up(self, person: Person, at: Instant) -> None:
        """Sales may take up what it, or a partner, has brought."""
        if self._rng.random() < c.ODDS[person.origin_path].accepted:
            accepted_at = office_time(self._rng, at, lag_seconds(self._rng, c.OUTBOUND_ACCEPTANCE_LAG))
            self.accept(person, accepted_at, MOST_TURNS)

    def accept(self, person: Person, sal_at: Instant, turn: int) -> None:
        """Sales accepts a lead, and qualifies it, returns it or lets it lie."""
        rng, ledger = self._rng, self._ledger
        odds = c.ODDS[person.origin_path]
        channel = c.CHANNELS.get(person.channel)
        factor = channel.deal_factor if channel else 1.0
        sql_at = office_time(rng, sal_at, lag_seconds(rng, c.SQL_LAG))
        is_qualified = rng.random() < odds.qualified * factor
        is_skipped = is_qualified and sql_at < HORIZON and rng.random() < c.SKIPPED_SAL
        fact = ledger.reach(person, "sal", sal_at)
        if not is_skipped:
            by_machine = rng.random() < c.ACCEPTED_BY_MACHINE
            user = ledger.machine if by_machine else person.seller
            # An acceptance that the machine sets is none, whoever looks at it.
            ledger.status(person, "Vom Vertrieb angenommen", sal_at, user, fact=None if by_machine else fact)
        ledger.act(person, person.seller, "call", office_time(rng, sal_at, 2 * HOUR))
        if not is_qualified:
            self._give_up(person, sql_at, turn)
            return
        ledger.act(person, person.seller, "meeting", sql_at - rng.randrange(600, 2 * HOUR))
        ledger.status(person, "Qualifiziert", sql_at, person.seller, fact=ledger.reach(person, "sql", sql_at))
        if rng.random() < c.BACKWARD_MOVES:
            back_at = sql_at + rng.randrange(4, 90) * HOUR
            value = rng.choice(("Vom Vertrieb angenommen", "MQL"))
            ledger.status(person, value, back_at, person.seller)
            ledger.plant("moved_back", back_at)
        if rng.random() < odds.deal * factor:
            self._deals.open(person, sql_at)
            return
        if rng.random() < c.CONVERTED_WITHOUT_DEAL and sql_at + DAY < HORIZON:
            ledger.status(person, "Konvertiert", sql_at + DAY, person.seller)
            convert(person.record(sql_at), sql_at + DAY)
        self._give_up(person, office_time(rng, sql_at, int(rng.uniform(10, 60) * DAY)), turn)

    # ---------- ways out, and back

    def _give_up(self, person: Person, at: Instant, turn: int) -> None:
        rng = self._rng
        fate = rng.random()
        if fate < c.RECYCLED:
            reason = "no_interest" if rng.random() < 0.6 else "unreachable"
            self._exit(person, "recycled", at, person.seller, reason, turn)
        elif fate < c.RECYCLED + c.LATER_DISQUALIFIED:
            self._exit(person, "disqualified", at, person.seller, "no_fit_company", turn)

    def _exit(self, person: Person, kind: str, at: Instant, user: User, reason: str, turn: int) -> None:
        rng = self._rng
        if rng.random() < c.NO_REASON:
            reason = ""
        elif reason == "other" and rng.random() < c.OTHER_WITH_TEXT:
            reason = rng.choice(c.OTHER_TEXTS)
        fact = self._ledger.reach(person, kind, at, reason)
        self._ledger.status(person, EXIT_STATUS[kind], at, user, reason=reason, fact=fact)
        if kind != "disqualified":
            self._automation.nurture(person, at)
        if turn >= MOST_TURNS or at >= HORIZON:
            return
        fate = rng.random()
        if fate < c.COMES_BACK[kind]:
            self._come_back(person, at, turn + 1)
        elif fate < c.COMES_BACK[kind] + c.ASKS_AGAIN[kind]:
            self._ask_again(person, at, turn + 1, kind)
        elif kind == "rejected" and fate > 1 - c.ACCEPTED_AFTER_ALL:
            accepted_at = office_time(rng, at, rng.randrange(2, 22) * DAY)
            self._ledger.plant("accepted_after_rejection", accepted_at)
            self.accept(person, accepted_at, turn + 1)
        elif kind != "disqualified" and fate > 1 - c.ACCEPTED_AFTER_ALL - c.ACCEPTED_TOO_LATE:
            late_at = office_time(rng, at, rng.randrange(40, 90) * DAY)
            self._ledger.status(person, "Vom Vertrieb angenommen", late_at, person.seller)
            self._ledger.plant("accepted_too_late", late_at)

    def _come_back(self, person: Person, after: Instant, turn: int) -> None:
        """Somebody whom sales gave back becomes an MQL again, soon (noise of the scores) or later."""
        rng = self._rng
        is_at_once = rng.random() < c.BACK_AT_ONCE
        if is_at_once:
            lag = rng.randrange(3, 20) * DAY
        else:
            lag = max(lag_seconds(rng, c.COME_BACK_LAG), c.COOL_OFF_DAYS * DAY)
        mql_at = web_time(rng, after, lag)
        if mql_at < HORIZON:
            self._ledger.plant("mql_within_cool_off" if is_at_once else "mql_again", mql_at)
            self._paths.return_visits(person, after, mql_at, 2.0)
            self.hand_over(person, mql_at, turn, is_hand_raiser=False)

    def _ask_again(self, person: Person, after: Instant, turn: int, kind: str) -> None:
        """Somebody whom sales gave up fills in another form."""
        lag = max(lag_seconds(self._rng, c.COME_BACK_LAG), c.COOL_OFF_DAYS * DAY)
        asked_at = web_time(self._rng, after, lag)
        if asked_at >= HORIZON - HOUR:
            return
        asked_at = self._paths.form_again(person, asked_at)
        self._ledger.plant(f"asked_again_after_{kind}", asked_at)
        self.ask(person, asked_at, asked_at, is_seen=person.may_be_tracked)
        if kind != "disqualified":
            self.qualify(person, asked_at, turn)
