"""Every size, rate and window of the company, in one place.

A rate is a share of the cases it applies to; a lag is (median, sigma) of a log-normal number of days,
so that most things happen soon and a few take very long.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

WEBSITE = "https://www.talbrueck.example"

# ---------- sizes
PEOPLE = 20_200  # people who arrive; some of the youngest have not yet made themselves known
ANONYMOUS_VISITORS = 45_000  # consented visitors who never say who they are
ACCOUNTS = 3_500
CUSTOMERS_AT_START = 300  # accounts with a service contract when the CRM went live
GROWTH_PER_YEAR = 0.10

# ---------- seasons: relative weight of a month (January first), a weekday (Monday first), an hour
MONTH_WEIGHT = (0.95, 1.02, 1.08, 1.00, 0.99, 1.02, 0.90, 0.78, 1.08, 1.12, 1.12, 0.85)
WEEKDAY_WEIGHT = (1.05, 1.15, 1.10, 1.05, 0.85, 0.18, 0.22)
HOLIDAY_WEIGHT = 0.20
CHRISTMAS_WEIGHT = 0.35  # from 22 December to 6 January, on top of the month
# Nothing happens between two and three at night, so no local time is skipped or repeated by the clocks.
HOUR_WEIGHT = (
    *(0.3, 0.1, 0.0, 0.05, 0.1, 0.2, 0.6, 2.0, 5.0, 8.0, 9.0, 8.5),
    *(5.5, 7.0, 8.5, 8.0, 6.5, 4.0, 2.5, 2.0, 2.2, 2.0, 1.2, 0.6),
)

# ---------- origins of leads
ORIGIN_SHARE = {
    "marketing": 0.775,
    "sales": 0.050,
    "sdr_outbound": 0.055,
    "partner": 0.025,
    "customer_expansion": 0.060,
    "unknown": 0.035,
}


@dataclass(frozen=True)
class Channel:
    """A channel: how many leads it brings, how many visitors without a name, and how good the leads are."""

    leads: float
    visitors: float
    mql_rate: float
    acceptance: float
    deal_factor: float = 1.0


CHANNELS = {
    "paid_search": Channel(0.235, 0.24, 0.31, 0.60),
    "paid_social": Channel(0.140, 0.17, 0.22, 0.49, 0.75),
    "organic_search": Channel(0.205, 0.26, 0.35, 0.61, 1.05),
    "organic_social": Channel(0.045, 0.06, 0.24, 0.52, 0.80),
    "email": Channel(0.075, 0.03, 0.38, 0.60, 1.05),
    "referral": Channel(0.050, 0.05, 0.38, 0.66, 1.20),
    "event": Channel(0.085, 0.00, 0.40, 0.59, 1.15),
    "webinar": Channel(0.070, 0.00, 0.39, 0.60, 1.00),
    "direct": Channel(0.025, 0.13, 0.33, 0.60, 1.00),
    "ai_assistant": Channel(0.025, 0.02, 0.42, 0.65, 1.20),
    "trade_press": Channel(0.045, 0.04, 0.28, 0.55, 0.95),
}
# Channels of the touches that follow the first one.
FOLLOWING_CHANNELS = {
    "email": 0.30,
    "organic_search": 0.22,
    "direct": 0.21,
    "paid_search": 0.10,
    "paid_social": 0.06,
    "webinar": 0.05,
    "event": 0.03,
    "referral": 0.03,
}

# ---------- from the first touch to the inquiry
CONVERTS_AT_ONCE = 0.50  # the first visit ends with a form
INQUIRY_LAG = (9.0, 1.15)
TOUCHES_BETWEEN = 1.1  # mean number of visits between the first one and the form
DOWNLOAD_SHARE = 0.40  # inquiries that are a download; the rest are contact forms
TOUCHES_AFTER = 0.9  # mean number of visits after the inquiry
NEWSLETTER_SENT = 0.10  # people with a recorded newsletter delivery: exposure, not response
SECOND_DEVICE = 0.07  # people whose first visits carry the id of another device

# ---------- from the inquiry to the decision of sales
HAND_RAISERS = 0.30  # MQLs within hours: they asked for a call or an offer
MQL_LAG = (8.0, 1.05)
FIT_FACTOR = {"account": 1.05, "no_account": 0.73}
DISQUALIFIED_INQUIRIES = 0.04  # students, competitors, spam
NEVER_CALLED = 0.06
RESPONSE_LAG = (0.18, 1.3)
SILENT = 0.07  # MQLs on which sales never decides
DECISION_LAG = (1.7, 0.85)
REJECTION_REASONS = {
    "no_interest": 0.26,
    "unreachable": 0.22,
    "no_fit_company": 0.17,
    "no_fit_role": 0.12,
    "bad_data": 0.07,
    "existing_customer_or_deal": 0.06,
    "no_region": 0.04,
    "competitor_or_spam": 0.03,
    "other": 0.03,
}

REDEFINED = int(dt.datetime(2025, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
NEVER_ROUTED = 0.02  # MQLs that get no owner
ROUTED_LATE = 0.05  # MQLs whose owner is set days later
SLOW_TEAM = "Vertrieb Österreich/Schweiz"
SLOW_RESPONSE = 9.0  # times the others' lag
SLOW_DECISION = 2.5
SLOW_SILENCE = 2.0

# ---------- after the acceptance


@dataclass(frozen=True)
class Odds:
    """Chances of a lead of one origin once sales may work it."""

    accepted: float  # of the leads that sales or a partner brings; MQLs take their channel's rate
    qualified: float
    deal: float


ODDS = {
    "marketing": Odds(0.0, 0.49, 0.45),
    "sales": Odds(0.42, 0.60, 0.80),
    "sdr_outbound": Odds(0.34, 0.54, 0.75),
    "partner": Odds(0.46, 0.60, 0.80),
    "customer_expansion": Odds(0.44, 0.62, 0.78),
    "unknown": Odds(0.0, 0.45, 0.55),
}
OUTBOUND_ACCEPTANCE_LAG = (9.0, 0.8)
SQL_LAG = (9.0, 0.8)
RECYCLED = 0.60  # of the accepted leads that do not become qualified, and of those without a deal
CONVERTED_WITHOUT_DEAL = 0.30  # qualified leads without a deal that become contacts all the same
BACKWARD_MOVES = 0.04  # qualified leads that somebody sets back
NO_REASON = 0.04  # exits for which nobody gives a reason
OTHER_WITH_TEXT = 0.5  # reasons "other" that say what else
OTHER_TEXTS = ("Projekt erst 2027", "Ansprechpartner in Elternzeit", "Werk wird geschlossen")

# ---------- ways back, by the way out; shares of all who went that way
COMES_BACK = {"recycled": 0.18, "rejected": 0.05, "disqualified": 0.0}  # becomes an MQL again
BACK_AT_ONCE = 0.15  # of these within the cool-off
ASKS_AGAIN = {"recycled": 0.04, "rejected": 0.05, "disqualified": 0.12}  # fills in another form
ACCEPTED_AFTER_ALL = 0.04  # rejected leads that sales accepts within the cool-off
ACCEPTED_TOO_LATE = 0.015  # leads that sales accepts long after it gave them up
COME_BACK_LAG = (75.0, 0.5)
COOL_OFF_DAYS = 35
LATER_DISQUALIFIED = 0.10

# ---------- opportunities
DEAL_LAG = (4.0, 0.7)
ENTERS_PIPELINE = 0.82  # reaches the offer
OFFER_LAG = (15.0, 0.6)
AMOUNT_MEDIAN = 28_000
AMOUNT_SIGMA = 0.66
EXPANSION_FACTOR = 0.8
CLOSE_DAYS = (60, 200, 100)  # offer to close: shortest, longest, most frequent
WIN_RATE = 0.26
AMOUNT_LATE = 0.08  # offers whose amount is entered one to three days later
NO_CLOSE_DATE = 0.05  # opportunities without a day on which they are expected to close
PUTS_OFF = 0.92  # of the days that pass, those that the seller puts off; the rest stay in the past
CHF_SHARE = 0.5  # of the opportunities of Swiss accounts
CONVERTED_LINK = 0.80  # deals that the lead names as its own; the others only through their contacts
LOSS_REASONS = {
    "Preis": 0.27,
    "Wettbewerb": 0.24,
    "Projekt verschoben": 0.21,
    "Kein Budget": 0.13,
    "Keine Rückmeldung": 0.15,
}
RENEWAL_WIN_RATE = 0.92
RENEWAL_MEDIAN = 9_000

# ---------- records
HAS_ACCOUNT = 0.62  # people of a company that stands in the CRM as an account
HAS_MAILBOX = 0.08  # accounts with an address such as info@ that several people use
USES_MAILBOX = 0.25  # of their people
HAS_SWITCHBOARD = 0.25  # of the accounts with 400 employees and more
USES_SWITCHBOARD = 0.35  # of their people
INTERNAL_RECORDS = 40  # own people and tests among the leads

# ---------- marketing automation
AUTOMATION_KNOWS = 0.88  # of the people who made themselves known on the website or at an event
AUTOMATION_IMPORTS = 0.30  # of the people whom sales or a partner typed in
ONLY_AUTOMATION = 0.10  # inquiries without an account that are never handed to the CRM
SYNC_LAG = (0.03, 1.1)
UNSYNCHRONISED = 0.08  # records that do not hold the key of the CRM
AUTOMATION_HAS_PHONE = 0.30
SECOND_ADDRESS = 0.02  # people with a second record under a private address
SECOND_ADDRESS_MERGED = 0.6  # of these records

# ---------- the CRM before
LEFT_BEHIND = 0.8  # of its disqualified and rejected leads: those that were not taken to the new one
CONSENT_DENIED = 0.12  # people and anonymous visitors without consent to be tracked

# ---------- noise; answer_key/noise.json states the rates again, with what was really planted
DUPLICATES = 0.05  # inquiries by e-mail whose sender stands in the CRM a second time
THIRD_RECORD = 0.10  # of these a third time
MERGED_DUPLICATES = 0.25  # duplicates that somebody found and merged
OTHER_SPELLING = 0.03  # addresses that the CRM spells its own way
PLACEHOLDERS = 0.3  # of the missing addresses and numbers: somebody typed something that is none
WORKED_DUPLICATES = 0.40  # duplicates of which sales works the second record
LATE_CREATED_EVENT = 0.50  # trade-fair leads typed in days after the fair
LATE_CREATED = 0.008  # other leads entered late
LATE_ENTRIES = 0.03  # changes by people that are entered days after they happened
SKIPPED_SAL = 0.03  # qualified leads whose acceptance nobody recorded
SKIPPED_MQL = 0.02  # accepted leads whose MQL nobody recorded
ACCEPTED_BY_MACHINE = 0.015  # acceptances set by the integration user
MISSING_EMAIL = 0.02  # the telephone number stands in these records
MISSING_PHONE = 0.35
MISSING_CELLS = {"Land": 0.04, "Funktion": 0.15, "Account-ID": 0.10}  # of the cells that hold something
WITHDRAWN = 0.01  # people who took their consent back
WITHDRAWN_VISITS = 40  # visits for which people who may be tracked take it back
SCANNED = 0.15  # newsletters whose links a program opens before anybody reads them
DOUBLE_OPT_IN = 0.58  # contacts of automation that proved the consent to be written to
UNSUBSCRIBED = 0.20  # of these, those that take it back within two years
UNTYPABLE_ROWS = {"leads.csv": 8, "historie.csv": 40, "aktivitaeten.csv": 40, "campaign_performance.csv": 2}
PLACEHOLDER_DATES = 2  # rows of the history dated 01.01.1900
FUTURE_DATES = 4  # rows of the history dated decades ahead
INVOICE_NOISE = 0.004  # invoices agree with the spend reports to this share, but for one
DEVIATING_INVOICE = ("linkedin_ads", (2025, 3), 1.042)  # platform, month, factor
