"""The CRM export: semicolons, UTF-8 with a byte-order mark, German headers, local time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.campaigns import Campaign
from leitstand.company.clock import date_text, local_text
from leitstand.company.files import Row, columns, comma, write_csv
from leitstand.company.forecasts import Postponement
from leitstand.company.ledger import Activity, Change
from leitstand.company.life import History
from leitstand.company.noise import UNTYPABLE, Noise
from leitstand.company.opportunities import Opportunity
from leitstand.company.people import Person
from leitstand.company.records import CRM, Record
from leitstand.company.users import User

LEAD_COLUMNS = columns(
    "Lead-ID,Angelegt am,Vorname,Nachname,E-Mail,Telefon,Besucher-ID,Firma,Account-ID,Land,Funktion,"
    "Quelle,Besitzer,Einwilligung,Zusammengeführt in,Verkaufschance-ID,Kontakt-ID,Altsystem-ID,Status"
)
CONTACT_COLUMNS = columns(
    "Kontakt-ID,Angelegt am,Vorname,Nachname,E-Mail,Telefon,Account-ID,Land,Funktion,Besitzer,"
    "Einwilligung,Altsystem-ID,Status"
)
CHANGE_COLUMNS = columns(
    "Historie-ID,Objekt,Objekt-ID,Feld,Alter Wert,Neuer Wert,Geändert am,Geändert von,Grund,Bemerkung,"
    "Erfasst am"
)
OPPORTUNITY_COLUMNS = columns(
    "Verkaufschance-ID,Account-ID,Art,Phase,Betrag,Währung,Produkt,Angelegt am,Abgeschlossen am,"
    "Verlustgrund,Kampagnen-ID,Besitzer,Partnergeschäft,Erwarteter Abschluss"
)
POSTPONEMENT_COLUMNS = columns(
    "Änderung-ID,Verkaufschance-ID,Alter Termin,Neuer Termin,Geändert am,Geändert von"
)
ACTIVITY_COLUMNS = columns(
    "Aktivität-ID,Person-ID,Verkaufschance-ID,Art,Richtung,Automatisch,Benutzer,Zeitpunkt,Dauer (Min.)"
)

REASONS = {
    "bad_data": "Daten falsch",
    "no_fit_company": "Firma passt nicht",
    "no_fit_role": "Rolle passt nicht",
    "no_region": "Region",
    "existing_customer_or_deal": "Bestandskunde/laufende Chance",
    "competitor_or_spam": "Wettbewerb/Spam",
    "no_interest": "kein Bedarf",
    "unreachable": "nicht erreichbar",
    "other": "Sonstiges",
}
KINDS = {"call": "Anruf", "email": "E-Mail", "meeting": "Termin", "message": "Nachricht"}
DIRECTIONS = {"inbound": "eingehend", "outbound": "ausgehend"}
CHANNELS = {"event": "Messe", "webinar": "Webinar", "email": "E-Mail"}


def write_crm(folder: Path, history: History, noise: Noise, postponements: list[Postponement]) -> None:
    """Write all files of the CRM."""

    def write(name: str, header: Sequence[str], rows: Sequence[Row]) -> None:
        write_csv(folder / name, header, rows, encoding="utf-8-sig", delimiter=";")

    write("leads.csv", LEAD_COLUMNS, _leads(history, noise))
    write("kontakte.csv", CONTACT_COLUMNS, [_contact(r) for r in history.records(CRM, "contact")])
    write("historie.csv", CHANGE_COLUMNS, _changes(history, noise))
    write("aktivitaeten.csv", ACTIVITY_COLUMNS, _activities(history, noise))
    write(
        "firmen.csv",
        columns("Account-ID,Firma,Domain,Muttergesellschaft,Land,Branche,Mitarbeiter"),
        [
            (
                account.account_id,
                account.name,
                account.domain,
                account.parent_id,
                names.COUNTRY_NAMES[account.country],
                account.industry,
                account.employees,
            )
            for account in history.accounts.all
        ],
    )
    write(
        "benutzer.csv",
        columns("Benutzer-ID,Name,Team,Rolle,Aktiv"),
        [user_row(user, user.is_active) for user in history.users.all],
    )
    opportunities = sorted(history.opportunities, key=lambda deal: deal.record_id)
    write("verkaufschancen.csv", OPPORTUNITY_COLUMNS, [_opportunity(deal) for deal in opportunities])
    numbered = enumerate(postponements, start=1)
    write("verkaufschancen_termine.csv", POSTPONEMENT_COLUMNS, [_postponement(*item) for item in numbered])
    write(
        "verkaufschancen_kontakte.csv",
        columns("Verkaufschance-ID,Person-ID,Rolle,Hauptkontakt"),
        [
            (deal.record_id, person.entries[person.worked].last.record_id, role, _yes(number == 0))
            for deal in opportunities
            for number, (person, role) in enumerate(deal.contacts)
        ],
    )
    write(
        "kampagnen.csv",
        columns("Kampagnen-ID,Name,Typ,Kanal,Budget,Währung,Beginn,Ende"),
        [_campaign(campaign) for campaign in history.campaigns.crm],
    )


def _leads(history: History, noise: Noise) -> list[list[str]]:
    leads = history.records(CRM)
    rows = [_lead(lead) for lead in leads]
    for name, rate in c.MISSING_CELLS.items():
        noise.blank_cells(rows, LEAD_COLUMNS.index(name), name, rate)
    for name in ("E-Mail", "Telefon"):
        noise.blank_cells(rows, LEAD_COLUMNS.index(name), name)
    # Only records that nobody works with, so that nothing else is lost with them.
    second = [
        row
        for row, lead in zip(rows, leads, strict=True)
        if lead in lead.person.entries[1:]
        and lead is not lead.person.entries[lead.person.worked]
        and not any(other.merged_into is lead for other in lead.person.entries)
    ]
    noise.spoil("leads.csv", second, LEAD_COLUMNS.index("Angelegt am"), UNTYPABLE)
    return rows


def consent(person: Person) -> str:
    """What the records say of a person's consent to be tracked; nothing where nobody asked."""
    if person.first_touch is None or not person.visitor_ids:
        return ""
    if not person.has_consent:
        return "verweigert"
    return "widerrufen" if person.has_withdrawn else "erteilt"


def visitor(record: Record) -> str:
    """The device that a form gave away, where that was allowed."""
    person = record.person
    if not (person.has_consent and person.first_touch):
        return ""
    first = record.foreign or record
    return first.visitor_id


def _owner(record: Record) -> str:
    if record.owner_id is not None:
        return record.owner_id
    before = record.foreign.owner_id if record.foreign else None
    if before is not None:
        return before
    person = record.person
    is_of_sales = record.opportunity or record.kind == "contact" or not person.channel
    return (person.seller if is_of_sales else person.caller).user_id


def _lead(lead: Record) -> list[str]:
    person = lead.person
    is_known = lead in (person.entries[0], person.entries[0].successor)
    contact = lead.successor
    return [
        lead.record_id,
        local_text(lead.created_at),
        person.first_name,
        person.last_name,
        lead.email,
        lead.phone,
        visitor(lead),
        person.company,
        person.account.account_id if person.account and is_known else "",
        names.COUNTRY_NAMES[person.country],
        person.job_title,
        lead.source,
        _owner(lead),
        consent(person),
        lead.merged_into.record_id if lead.merged_into else "",
        lead.opportunity.record_id if lead.opportunity else "",
        contact.record_id if contact else "",
        lead.foreign.record_id if lead.foreign else "",
        lead.status or (lead.foreign.status if lead.foreign else ""),
    ]


def _contact(contact: Record) -> Row:
    person = contact.person
    return (
        contact.record_id,
        local_text(contact.created_at),
        person.first_name,
        person.last_name,
        contact.email,
        contact.phone,
        person.account.account_id if person.account else "",
        names.COUNTRY_NAMES[person.country],
        person.job_title,
        _owner(contact),
        consent(person),
        contact.foreign.record_id if contact.foreign else "",
        contact.status,
    )


def _changes(history: History, noise: Noise) -> list[list[str]]:
    """The history in the order in which it was entered."""
    changes = sorted(
        (
            ch
            for ch in history.ledger.changes
            if not isinstance(ch.subject, Record) or ch.subject.system == CRM
        ),
        key=lambda change: change.entered_at,
    )
    rows = [_change(number, change) for number, change in enumerate(changes, start=1)]
    noise.spoil_history(changes, rows, CHANGE_COLUMNS.index("Geändert am"))
    return rows


def _change(number: int, change: Change) -> list[str]:
    kind = change.subject.kind if isinstance(change.subject, Record) else "opportunity"
    return [
        f"H-{number:06}",
        {"lead": "Lead", "contact": "Kontakt"}.get(kind, "Verkaufschance"),
        change.subject.record_id,
        change.field,
        change.old_value,
        change.new_value,
        local_text(change.changed_at),
        change.user.user_id,
        "Sonstiges" if change.reason in c.OTHER_TEXTS else REASONS.get(change.reason, change.reason),
        change.reason if change.reason in c.OTHER_TEXTS else "",
        local_text(change.entered_at),
    ]


def user_row(user: User, is_active: bool) -> Row:
    """One user as a CRM lists them."""
    return (user.user_id, user.name, user.team, user.role, _yes(is_active))


def _opportunity(deal: Opportunity) -> Row:
    return (
        deal.record_id,
        deal.account.account_id if deal.account else "",
        deal.kind,
        deal.status,
        comma(deal.amount) if deal.amount is not None else "",
        deal.currency,
        deal.product,
        local_text(deal.created_at),
        local_text(deal.closed_at) if deal.closed_at is not None else "",
        deal.loss_reason,
        deal.campaign_id,
        deal.owner.user_id,
        _yes(deal.is_partner),
        date_text(deal.expected_day) if deal.expected_day is not None else "",
    )


def _postponement(number: int, change: Postponement) -> Row:
    return (
        f"E-{number:06}",
        change.opportunity.record_id,
        date_text(change.old_day),
        date_text(change.new_day),
        local_text(change.changed_at),
        change.opportunity.owner.user_id,
    )


def _activities(history: History, noise: Noise) -> list[list[str]]:
    rows = activity_rows(history, CRM)
    noise.spoil("aktivitaeten.csv", rows, ACTIVITY_COLUMNS.index("Zeitpunkt"), UNTYPABLE)
    return rows


def activity_rows(history: History, system: str) -> list[list[str]]:
    """The activities that one of the CRMs knows, in order of time."""
    found = [activity for activity in history.ledger.activities if activity.record.system == system]
    found.sort(key=lambda activity: activity.happened_at)
    return [_activity(number, activity) for number, activity in enumerate(found, start=1)]


def _activity(number: int, activity: Activity) -> list[str]:
    return [
        f"T-{number:06}",
        activity.record.record_id,
        activity.opportunity.record_id if activity.opportunity and activity.record.system == CRM else "",
        KINDS[activity.kind],
        DIRECTIONS[activity.direction],
        _yes(activity.is_automated),
        activity.user.user_id,
        local_text(activity.happened_at),
        "" if activity.minutes is None else str(activity.minutes),
    ]


def _campaign(campaign: Campaign) -> Row:
    return (
        campaign.campaign_id,
        campaign.name,
        campaign.campaign_type,
        CHANNELS[campaign.channel],
        comma(campaign.budget),
        "EUR",
        date_text(campaign.first_day),
        date_text(campaign.last_day),
    )


def _yes(value: bool) -> str:
    return "ja" if value else "nein"
