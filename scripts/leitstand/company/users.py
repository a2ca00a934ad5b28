"""The people and the machine that work in the CRM."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from leitstand.company import names

TEAMS = {  # team: role, members
    "Vertrieb Nord": ("sales", 8),
    "Vertrieb Süd": ("sales", 9),
    "Vertrieb Österreich/Schweiz": ("sales", 6),
    "Inside Sales": ("sdr", 7),
    "Marketing": ("marketing", 6),
    "Systeme": ("integration", 1),
}
FORMER = ("Vertrieb Nord", "Vertrieb Süd", "Inside Sales")  # one member of each has left


@dataclass(frozen=True, slots=True)
class User:
    """One user of the CRM."""

    user_id: str
    name: str
    team: str
    role: str
    is_active: bool = True


class Users:
    """All users; draws only those who are still there."""

    def __init__(self, rng: Random) -> None:
        """Hire all of them."""
        teams = [(team, role, True) for team, (role, members) in TEAMS.items() for _ in range(members)]
        teams += [(team, TEAMS[team][0], False) for team in FORMER]
        self.all = [
            User(f"U{number:02}", _name(rng, role), team, role, is_active)
            for number, (team, role, is_active) in enumerate(teams, start=1)
        ]
        self._by_team = {team: [u for u in self.all if u.team == team and u.is_active] for team in TEAMS}
        self.machine = self._by_team["Systeme"][0]

    def of_team(self, rng: Random, team: str) -> User:
        """Someone of a team."""
        return rng.choice(self._by_team[team])


def _name(rng: Random, role: str) -> str:
    if role == "integration":
        return "Schnittstelle Marketing-Automation"
    return f"{rng.choice(names.FIRST_NAMES)} {rng.choice(names.LAST_NAMES)}"
