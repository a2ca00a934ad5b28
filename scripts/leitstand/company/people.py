"""The people who become leads: who they are, how they write themselves, where they stand twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.accounts import Account, sales_team
from leitstand.company.choice import Weighted
from leitstand.company.clock import Instant
from leitstand.company.users import User, Users

if TYPE_CHECKING:
    from leitstand.company.records import Record
    from leitstand.company.visits import Touch

FREE_MAIL_SHARE = 0.35  # of the people without an account


@dataclass(slots=True, eq=False)
class Person:
    """One true human, with everything the CRM and the website know of them."""

    person_id: str
    origin_path: str
    channel: str
    first_name: str
    last_name: str
    email: str
    phone: str
    company: str
    account: Account | None
    country: str
    job_title: str
    has_consent: bool
    visitor_ids: list[str]
    seller: User
    caller: User
    source: str = ""
    """Where the person came from, as the records put it."""
    first_touch: Touch | None = None
    has_withdrawn: bool = False
    """True where a consent that was given was taken back."""
    entries: list[Record] = field(default_factory=list)
    """The first record of each time that somebody entered the person into a CRM."""
    worked: int = 0
    """Position of the entry on which sales works."""
    known: list[Record] = field(default_factory=list)
    """Records in marketing automation."""

    @property
    def may_be_tracked(self) -> bool:
        """True where consent was given and never taken back."""
        return self.has_consent and not self.has_withdrawn

    @property
    def has_private_address(self) -> bool:
        """True for an address of a free mail provider."""
        return self.email.split("@")[1] in names.FREE_MAIL

    def record(self, instant: Instant) -> Record:
        """The record on which sales works at an instant."""
        return self.entries[self.worked].then(instant)

    @property
    def records(self) -> list[Record]:
        """All records of all systems."""
        found = list(self.known)
        for entry in self.entries:
            record: Record | None = entry
            while record:
                found.append(record)
                record = record.successor
        return found


class People:
    """Makes people whose addresses and numbers are never shared."""

    def __init__(self, rng: Random, users: Users) -> None:
        """Nobody is known yet; `users` are those who will look after them."""
        self._rng = rng
        self._users = users
        self._emails: set[str] = set()
        self._phones: set[str] = set()
        self._switchboards: dict[str, str] = {}
        self._country = Weighted(names.COUNTRY_SHARE)
        self.all: list[Person] = []

    def make(self, origin_path: str, channel: str, account: Account | None) -> Person:
        """One new person, at an account or without one."""
        rng = self._rng
        first_name, last_name = rng.choice(names.FIRST_NAMES), rng.choice(names.LAST_NAMES)
        country = account.country if account else self._country.draw(rng)
        if account:
            company, domain = account.name, account.domain
        else:
            company = f"{rng.choice(names.WORKSHOPS)} {rng.choice(names.LAST_NAMES)}"
            domain = f"{names.slug(company)}.example"
        team = account.team if account else sales_team(rng, country)
        person = Person(
            person_id=f"P{len(self.all) + 1:05}",
            origin_path=origin_path,
            channel=channel,
            first_name=first_name,
            last_name=last_name,
            email=self._email(first_name, last_name, domain, account),
            phone=self._number(country, account),
            company=company,
            account=account,
            country=country,
            job_title=rng.choice(names.JOB_TITLES),
            has_consent=rng.random() >= c.CONSENT_DENIED,
            visitor_ids=[visitor_id(rng)],
            seller=self._users.of_team(rng, team),
            caller=self._users.of_team(rng, "Inside Sales"),
        )
        self.all.append(person)
        return person

    def _email(self, first: str, last: str, domain: str, account: Account | None) -> str:
        rng = self._rng
        if account and account.mailbox and rng.random() < c.USES_MAILBOX:
            return f"{account.mailbox}@{domain}"
        local = f"{names.slug(first)}.{names.slug(last)}"
        if account is None and rng.random() < FREE_MAIL_SHARE:
            local, domain = f"{local}-{rng.randrange(10_000, 100_000)}", rng.choice(names.FREE_MAIL)
        email, number = f"{local}@{domain}", 1
        while email in self._emails:
            number += 1
            email = f"{local}{number}@{domain}"
        self._emails.add(email)
        return email

    def _number(self, country: str, account: Account | None) -> str:
        """The person's own number, or that of the switchboard."""
        if account and account.has_switchboard and self._rng.random() < c.USES_SWITCHBOARD:
            if account.account_id not in self._switchboards:
                self._switchboards[account.account_id] = self._phone(country, ending="0")
            return self._switchboards[account.account_id]
        return self._phone(country)

    def _phone(self, country: str, ending: str = "") -> str:
        while True:
            area, block = self._rng.choice(names.PHONE_BLOCKS)
            extension = f"{self._rng.randrange(10_000):04}"
            extension = extension[: 4 - len(ending)] + ending
            if area + block + extension not in self._phones:
                break
        self._phones.add(area + block + extension)
        style = self._rng.randrange(4)
        if style == 1 and country == "DE":  # nobody abroad leaves out the country
            return f"0{area}/{block}{extension}"
        if style < 2:
            return f"+49 {area} {block} {extension}"
        return f"+49 (0){area} {block}-{extension}" if style == 2 else f"0049{area}{block}{extension}"


def visitor_id(rng: Random) -> str:
    """A first-party visitor id."""
    return f"v{rng.getrandbits(64):016x}"


def other_spelling(rng: Random, email: str) -> str:
    """The same address as somebody else might type it."""
    local, domain = email.split("@")
    if domain == "gmail.com" and rng.random() < 0.8:
        # The provider takes no notice of dots, of what follows a plus, nor of which of its names is used.
        return rng.choice(
            (f"{local.replace('.', '')}@{domain}", f"{local}+antriebe@{domain}", f"{local}@googlemail.com")
        )
    style = rng.randrange(3)
    if style == 0:
        return email.upper()
    if style == 1:
        return f"{'.'.join(part.capitalize() for part in local.split('.'))}@{domain}"
    return f"{local}@{domain.capitalize()}"
