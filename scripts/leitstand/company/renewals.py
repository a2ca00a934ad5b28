"""Service contracts of old customers: carried over from the old system, then renewed once a year."""

from __future__ import annotations

import math
from random import Random

from leitstand.company import constants as c
from leitstand.company.accounts import Account, Accounts
from leitstand.company.clock import DAY, FIRST_DAY, HORIZON, Instant, at, office_time
from leitstand.company.opportunities import Book, Opportunity, rounded
from leitstand.company.users import User, Users

YEAR = 365 * DAY
CARRIED_OVER_DAYS = (20, 300)  # how long before the start the carried-over contracts were won
OFFER_DAYS = (30, 60)  # the renewal is offered so many days before it is due
PRICE_CHANGE = (0.98, 1.08)


def renew(rng: Random, book: Book, accounts: Accounts, users: Users) -> None:
    """Write the contracts of all customers at the start, and their renewals since."""
    for _ in range(c.CUSTOMERS_AT_START):
        account = accounts.draw(rng, lambda candidate: candidate.won_at is None)
        contract = _carry_over(rng, book, account, users)
        while contract.status == "Gewonnen" and contract.closed_at is not None:
            due = contract.closed_at + YEAR
            offered_at = office_time(rng, due - rng.randint(*OFFER_DAYS) * DAY, 0)
            if offered_at >= HORIZON:
                break
            contract = _offer(rng, book, contract, offered_at, due)


def _carry_over(rng: Random, book: Book, account: Account, users: Users) -> Opportunity:
    """A contract of the old system, of which only the order is known."""
    won_at = office_time(rng, at(FIRST_DAY - rng.randrange(*CARRIED_OVER_DAYS), 0), 0)
    contract = book.open(_contract(account, users.of_team(rng, account.team), won_at))
    contract.amount = rounded(c.RENEWAL_MEDIAN * math.exp(rng.gauss(0, 0.5)))
    book.phase(contract, "Gewonnen", won_at, user=users.machine)
    return contract


def _offer(rng: Random, book: Book, before: Opportunity, offered_at: Instant, due: Instant) -> Opportunity:
    assert before.account is not None and before.amount is not None
    contract = book.open(_contract(before.account, before.owner, offered_at))
    book.phase(contract, "Angebot", offered_at)
    book.price(contract, rounded(before.amount * rng.uniform(*PRICE_CHANGE)), offered_at)
    is_won = rng.random() < c.RENEWAL_WIN_RATE
    closed_at = office_time(rng, due + rng.randrange(-10, 15) * DAY, 0)
    book.phase(
        contract,
        "Gewonnen" if is_won else "Verloren",
        closed_at,
        reason="" if is_won else "Wettbewerb",
    )
    return contract


def _contract(account: Account, owner: User, created_at: Instant) -> Opportunity:
    return Opportunity(
        account=account,
        kind="Verlängerung",
        product="Wartungsvertrag",
        currency="EUR",
        owner=owner,
        created_at=created_at,
    )
