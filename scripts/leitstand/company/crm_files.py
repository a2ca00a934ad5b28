"""The CRM export: semicolons, UTF-8 with a byte-order mark, German headers, local time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.campaigns import Campaign
from leitstand.company.clock import date_text, local_text
from leitstand.company.files import Row, columns, comma, write_csv
from leitstand.company.ledger import Activity, Change
from leitstand.company.life import History
from leitstand.company.noise import UNTYPABLE, Noise
from leitstand.company.opportunities import Opportunity
from leitstand.company.people import Lead

LEAD_COLUMNS = columns(
    "Lead-ID,Angelegt am,Vorname,Nachname,E-Mail,Telefon,Besucher-ID,Firma,Account-ID,Land,Funktion,"
    "Quelle,Besitzer,Einwilligung,Zusammengeführt in,Verkaufschance-ID,Status"
)
CHANGE_COLUMNS = columns(
    "Historie-ID,Objekt,Objekt-ID,Feld,Alter Wert,Neuer Wert,Geändert am,Geändert von,Grund,Erfasst am"
)
OPPORTUNITY_COLUMNS = columns(
    "Verkaufschance-ID,Account-ID,Art,Phase,Betrag,Währung,Produkt,Angelegt am,Abgeschlossen am,"
    "Verlustgrund,Kampagnen-ID,Besitzer,Partnergeschäft"
)
ACTIVITY_COLUMNS = columns(
    "Aktivität-ID,Lead-ID,Verkaufschance-ID,Art,Richtung,Automatisch,Benutzer,Zeitpunkt,Dauer (Min.)"
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


def write_crm(folder: Path, history: History, noise: Noise, rng: Random) -> None:
    """Write all files of the CRM."""

    def write(name: str, header: Sequence[str], rows: Sequence[Row]) -> None:
        write_csv(folder / name, header, rows, encoding="utf-8-sig", delimiter=";")

    write("leads.csv", LEAD_COLUMNS, _leads(history, noise, rng))
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
        [(u.user_id, u.name, u.team, u.role, _yes(u.is_active)) for u in history.users.all],
    )
    opportunities = sorted(history.opportunities, key=lambda deal: deal.record_id)
    write("verkaufschancen.csv", OPPORTUNITY_COLUMNS, [_opportunity(deal) for deal in opportunities])
    write(
        "verkaufschancen_kontakte.csv",
        columns("Verkaufschance-ID,Lead-ID,Rolle,Hauptkontakt"),
        [
            (deal.record_id, person.lead.record_id, role, _yes(number == 0))
            for deal in opportunities
            for number, (person, role) in enumerate(deal.contacts)
        ],
    )
    write(
        "kampagnen.csv",
        columns("Kampagnen-ID,Name,Typ,Kanal,Budget,Währung,Beginn,Ende"),
        [_campaign(campaign) for campaign in history.campaigns.crm],
    )


def _leads(history: History, noise: Noise, rng: Random) -> list[list[str]]:
    leads = history.leads
    rows = [_lead(lead, rng) for lead in leads]
    for name, rate in c.MISSING_CELLS.items():
        noise.blank_cells(rows, LEAD_COLUMNS.index(name), name, rate)
    for name in ("E-Mail", "Telefon"):
        noise.blank_cells(rows, LEAD_COLUMNS.index(name), name)
    second = [
        row
        for row, lead in zip(rows, leads, strict=True)
        if lead is not lead.person.lead and lead is lead.person.leads[-1]
    ]
    noise.spoil("leads.csv", second, LEAD_COLUMNS.index("Angelegt am"), UNTYPABLE)
    return rows


def _lead(lead: Lead, rng: Random) -> list[str]:
    person = lead.person
    visitor = lead.visitor_id or person.visitor_ids[0]
    is_tracked = person.has_consent and person.first_touch is not None
    consent = "" if person.first_touch is None else "erteilt" if person.has_consent else "verweigert"
    if consent == "erteilt" and rng.random() < c.WITHDRAWN:
        consent = "widerrufen"
    is_known = person.leads[0] is lead
    return [
        lead.record_id,
        local_text(lead.created_at),
        person.first_name,
        person.last_name,
        lead.email,
        lead.phone,
        visitor if is_tracked else "",
        person.company,
        person.account.account_id if person.account and is_known else "",
        names.COUNTRY_NAMES[person.country],
        person.job_title,
        lead.source,
        (person.seller if lead.opportunity or not person.channel else person.caller).user_id,
        consent,
        lead.merged_into.record_id if lead.merged_into else "",
        lead.opportunity.record_id if lead.opportunity else "",
        lead.status,
    ]


def _changes(history: History, noise: Noise) -> list[list[str]]:
    """The history in the order in which it was entered."""
    changes = sorted(history.ledger.changes, key=lambda change: change.entered_at)
    rows = [_change(number, change) for number, change in enumerate(changes, start=1)]
    noise.spoil_history(changes, rows, CHANGE_COLUMNS.index("Geändert am"))
    return rows


def _change(number: int, change: Change) -> list[str]:
    return [
        f"H-{number:06}",
        "Lead" if isinstance(change.subject, Lead) else "Verkaufschance",
        change.subject.record_id,
        change.field,
        change.old_value,
        change.new_value,
        local_text(change.changed_at),
        change.user.user_id,
        REASONS.get(change.reason, change.reason),
        local_text(change.entered_at),
    ]


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
    )


def _activities(history: History, noise: Noise) -> list[list[str]]:
    activities = sorted(history.ledger.activities, key=lambda activity: activity.happened_at)
    rows = [_activity(number, activity) for number, activity in enumerate(activities, start=1)]
    noise.spoil("aktivitaeten.csv", rows, ACTIVITY_COLUMNS.index("Zeitpunkt"), UNTYPABLE)
    return rows


def _activity(number: int, activity: Activity) -> list[str]:
    return [
        f"T-{number:06}",
        activity.lead.record_id,
        activity.opportunity.record_id if activity.opportunity else "",
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
