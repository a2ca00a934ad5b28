"""The companies that Talbrück sells to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.choice import Weighted
from leitstand.company.clock import Instant

if TYPE_CHECKING:
    from leitstand.company.people import Person

SUBSIDIARY_SHARE = 0.03
SOUTH_SHARE = 0.55  # of the German accounts


@dataclass(slots=True, eq=False)
class Account:
    """One company record of the CRM."""

    account_id: str
    name: str
    domain: str
    country: str
    team: str
    industry: str
    employees: int
    parent_id: str
    mailbox: str = ""
    """Local part of an address that several people use; empty where everybody has their own."""
    has_switchboard: bool = False
    """True where people may give the number of the switchboard as theirs."""
    won_at: Instant | None = None
    """When it first bought; None where it never did."""
    people: list[Person] = field(default_factory=list)

    def is_customer(self, instant: Instant) -> bool:
        """True where an opportunity of the account was won before."""
        return self.won_at is not None and self.won_at < instant

    def win(self, instant: Instant) -> None:
        """Remember the first won opportunity."""
        if self.won_at is None or instant < self.won_at:
            self.won_at = instant


class Accounts:
    """All accounts, drawn in proportion to their appetite: large companies more often."""

    def __init__(self, rng: Random) -> None:
        """Found all of them."""
        self.all = _make(rng)
        self._cumulative = list(accumulate(a.employees**0.35 for a in self.all))

    def draw(self, rng: Random, wanted: Callable[[Account], bool]) -> Account:
        """One account that is wanted."""
        while True:
            account = rng.choices(self.all, cum_weights=self._cumulative)[0]
            if wanted(account):
                return account


def sales_team(rng: Random, country: str) -> str:
    """The sales team that serves a country; Germany is shared by north and south."""
    if country in ("AT", "CH"):
        return "Vertrieb Österreich/Schweiz"
    south = rng.random() < SOUTH_SHARE if country == "DE" else country in ("IT", "CZ", "FR")
    return "Vertrieb Süd" if south else "Vertrieb Nord"


def company_name(rng: Random, country: str) -> tuple[str, str]:
    """Name and domain of an invented company; a draw may repeat an earlier one."""
    stem = f"{rng.choice(names.LAST_NAMES)} {rng.choice(names.COMPANY_WORDS)}"
    return f"{stem} {rng.choice(names.LEGAL_FORMS[country])}", f"{names.slug(stem)}.example"


def _make(rng: Random) -> list[Account]:
    country_of = Weighted(names.COUNTRY_SHARE)
    accounts: list[Account] = []
    domains: set[str] = set()
    while len(accounts) < c.ACCOUNTS:
        country = country_of.draw(rng)
        name, domain = company_name(rng, country)
        if domain in domains:
            continue
        domains.add(domain)
        parent = rng.choice(accounts) if accounts and rng.random() < SUBSIDIARY_SHARE else None
        employees = max(4, int(rng.lognormvariate(4.6, 1.2)))
        accounts.append(
            Account(
                account_id=f"A-{10_001 + len(accounts)}",
                name=name,
                domain=domain,
                country=country,
                team=sales_team(rng, country),
                industry=rng.choice(names.INDUSTRIES),
                employees=employees,
                parent_id=parent.account_id if parent else "",
                mailbox=rng.choice(names.MAILBOXES) if rng.random() < c.HAS_MAILBOX else "",
                has_switchboard=employees >= 400 and rng.random() < c.HAS_SWITCHBOARD,
            )
        )
    return accounts
