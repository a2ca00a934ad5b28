"""The export of the CRM before: one list of leads, whose history knows days only, in words of its own."""

from __future__ import annotations

from pathlib import Path

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.clock import date_text, day_of
from leitstand.company.crm_files import (
    ACTIVITY_COLUMNS,
    REASONS,
    activity_rows,
    consent,
    user_row,
    visitor,
)
from leitstand.company.files import Row, columns, write_csv
from leitstand.company.life import History
from leitstand.company.records import LEGACY, Record

COLUMNS = columns(
    "Nr,Erfasst,Name,Mail,Telefon,Web-Kennung,Firma,Land,Position,Herkunft,Einwilligung,"
    "Zusammengelegt mit,Stand"
)
WORDS = {
    "Neu": "neu erfasst",
    "Anfrage": "Interessent",
    "MQL": "vorqualifiziert",
    "Vom Vertrieb angenommen": "in Bearbeitung",
    "Qualifiziert": "Bedarf bestätigt",
    "Konvertiert": "Angebotsphase",
    "Abgelehnt": "abgewiesen",
    "Zurück ins Nurturing": "zurückgestellt",
    "Disqualifiziert": "gesperrt",
}


def write_legacy(folder: Path, history: History) -> None:
    """Write the four lists of the old CRM."""
    write_csv(
        folder / "interessenten.csv", COLUMNS, [_record(r) for r in history.records(LEGACY)], delimiter=";"
    )
    changes = [
        change
        for change in history.ledger.changes
        if isinstance(change.subject, Record) and change.subject.system == LEGACY
    ]
    changes.sort(key=lambda change: change.entered_at)
    write_csv(
        folder / "verlauf.csv",
        columns("Lfd,Nr,Stand,Datum,Bearbeiter,Bemerkung"),
        [
            (
                number,
                change.subject.record_id,
                WORDS[change.new_value],
                date_text(day_of(change.changed_at)),
                change.user.user_id,
                _remark(change.reason),
            )
            for number, change in enumerate(changes, start=1)
        ],
        delimiter=";",
    )
    write_csv(folder / "kontakte.csv", ACTIVITY_COLUMNS, activity_rows(history, LEGACY), delimiter=";")
    # Nobody can log on any more.
    write_csv(
        folder / "benutzer.csv",
        columns("Benutzer-ID,Name,Team,Rolle,Aktiv"),
        [user_row(user, is_active=False) for user in history.users.all],
        delimiter=";",
    )


def _remark(reason: str) -> str:
    """A reason as people wrote it: a word of the list, or "Sonstiges" with what else."""
    if reason in c.OTHER_TEXTS:
        return f"Sonstiges: {reason}"
    return REASONS.get(reason, reason)


def _record(record: Record) -> Row:
    person = record.person
    return (
        record.record_id,
        date_text(day_of(record.created_at)),
        f"{person.last_name}, {person.first_name}",
        record.email,
        record.phone,
        visitor(record),
        person.company,
        names.COUNTRY_NAMES[person.country],
        person.job_title,
        record.source,
        consent(person),
        record.merged_into.record_id if record.merged_into else "",
        WORDS[record.status],
    )
