"""Tell people that the gate is closed: by webhook, by mail, or both.

Addresses and passwords come from the environment only; `leitstand.yml` names the variables. What cannot be
sent becomes a line beside the gate's reasons and never takes their place.
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from leitstand.config import Company, Mail, Webhook
from leitstand.gate.result import Findings, reasons

_SECONDS = 20
_SHOWN = 20


def notify(company: Company, findings: Findings, folder: Path) -> tuple[str, ...]:
    """Send the reasons where the company wants them; return a line for each way that failed.

    `folder` holds the gate's files, which the message names.
    """
    settings = company.settings.notify
    text, failures = _text(company, findings, folder), []
    ways: dict[str, Callable[[], None]] = {}
    if webhook := settings.webhook:
        ways["webhook"] = lambda: _send_webhook(webhook, company, findings, text)
    if mail := settings.mail:
        ways["mail"] = lambda: _send_mail(mail, company, text)
    for name, send in ways.items():
        try:
            send()
        except Exception as error:
            # whatever went wrong, its text may hold the address, which is a secret
            failures.append(f"  Nobody was told by {name}: {_told(error)}.")
    return tuple(failures)


class _NotSet(Exception):
    """A variable that a way of telling needs is not set."""


def _send_webhook(webhook: Webhook, company: Company, findings: Findings, text: str) -> None:
    url = _variable(webhook.url_variable)
    if not url.startswith(("https://", "http://")):
        raise _NotSet(f"{webhook.url_variable} holds no address that begins with https:// or http://")
    content = {
        "company": company.settings.name,
        "gate": "closed",
        "text": text,
        "failed_checks": [check.name for check in findings.closing if not check.is_held_back],
        "untrustworthy_marts": findings.weakened_marts,
    }
    request = urllib.request.Request(
        url,
        data=json.dumps(content, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    with urllib.request.urlopen(request, timeout=_SECONDS):
        pass


def _send_mail(mail: Mail, company: Company, text: str) -> None:
    message = EmailMessage()
    message["Subject"] = f"{company.settings.name}: the gate is closed, nothing was published"
    message["From"], message["To"] = mail.sender, ", ".join(mail.recipients)
    message.set_content(text)
    with smtplib.SMTP(mail.host, mail.port, timeout=_SECONDS) as server:
        if mail.starttls:
            server.starttls(context=ssl.create_default_context())
        if mail.user_variable and mail.password_variable:
            server.login(_variable(mail.user_variable), _variable(mail.password_variable))
        server.send_message(message)


def _text(company: Company, findings: Findings, folder: Path) -> str:
    lines = reasons(findings.closing)
    more = [f"  and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    head = f"{company.settings.name}: the gate is closed, the last good publication stays."
    return "\n".join([head, *lines[:_SHOWN], *more, f"In full: {folder / 'gate.html'}"])


def _variable(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise _NotSet(f"the variable {name} is not set")
    return value


def _told(error: Exception) -> str:
    """What went wrong, without what could be a secret."""
    if isinstance(error, _NotSet):
        return str(error)
    code = getattr(error, "code", None) or getattr(error, "smtp_code", None)
    return f"{type(error).__name__}{f' {code}' if code else ''}"
