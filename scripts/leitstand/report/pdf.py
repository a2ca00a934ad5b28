"""The executive page as PDF, where WeasyPrint and the system's pango are there."""

from __future__ import annotations

import importlib
from typing import Any

from leitstand.errors import bad_input


def as_pdf(html: str) -> bytes:
    """One sheet of A4, tagged, from the HTML of the executive page.

    Raises:
        BadInput: WeasyPrint is not installed, or does not find pango.
    """
    try:
        weasyprint: Any = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise bad_input(
            "report --pdf",
            expected="the package weasyprint and the library pango",
            found=str(error).splitlines()[0],
            remedy="Install the extra `pdf` and the system's pango (Debian: libpangoft2-1.0-0), "
            "or print the page from a browser.",
        ) from error
    document: bytes = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")
    return document
