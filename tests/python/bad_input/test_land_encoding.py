"""Files in another encoding than the mapping says."""

from __future__ import annotations

import pytest
from landing_cases import HEADER, LEADS, ROW, refused

WITH_EURO = HEADER + "L1;2026-01-02;Preis € 5;DE\n"


def mapping(encoding: str) -> str:
    return LEADS.replace("{delimiter", f"{{encoding: {encoding}, delimiter")


def test_windows_1252_said_to_be_utf_8(leads):
    tiny = leads((HEADER + ROW).encode("cp1252"))
    refused(
        tiny,
        "leads.csv, line 2, column 'Firma'",
        "expected text in utf-8",
        "the byte 0xFC, which is 'ü'",
        "at byte 16 of the line",
        "Set 'encoding: windows-1252'",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "windows-1252"])
def test_utf_16(leads, encoding):
    tiny = leads((HEADER + ROW).encode("utf-16"), mapping(encoding))
    refused(tiny, "leads.csv, line 1", f"expected text in {encoding}", "found text in UTF-16")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_utf_16_without_a_mark(leads, encoding):
    tiny = leads((HEADER + ROW).encode("utf-16-le"), mapping(encoding))
    refused(tiny, "leads.csv, line 1", "a zero byte, as in UTF-16", "at byte 2")


@pytest.mark.parametrize("encoding", ["latin-1", "windows-1252"])
def test_utf_8_said_to_be_one_byte(leads, encoding):
    tiny = leads(HEADER + "L0;2026-01-02;Alpha;DE\n" + ROW, mapping(encoding))
    refused(
        tiny,
        "leads.csv, line 3, column 'Firma'",
        f"expected text in {encoding}",
        "found text in utf-8",
        "Set 'encoding: utf-8'",
    )


@pytest.mark.parametrize("encoding", ["latin-1", "windows-1252"])
def test_byte_order_mark_said_to_be_one_byte(leads, encoding):
    tiny = leads((HEADER + ROW).encode("utf-8-sig"), mapping(encoding))
    refused(tiny, "leads.csv, line 1", "the byte-order mark of UTF-8", "Set 'encoding: utf-8'")


def test_euro_of_windows_1252_said_to_be_latin_1(leads):
    tiny = leads(WITH_EURO.encode("cp1252"), mapping("latin-1"))
    refused(
        tiny,
        "leads.csv, line 2, column 'Firma'",
        "0x80, which is '€' in windows-1252",
        "Set 'encoding: windows-1252'",
    )


def test_byte_that_windows_1252_does_not_have(leads):
    tiny = leads((HEADER + ROW).encode("cp1252").replace(b"DE", b"\x81E"), mapping("windows-1252"))
    refused(tiny, "leads.csv, line 2, column 'Land'", "expected text in windows-1252", "the byte 0x81")


def test_character_cut_off_at_the_end(leads):
    refused(
        leads((HEADER + "L1;2026-01-02;Müller;D").encode() + b"\xc3"),
        "leads.csv, line 2, column 'Land'",
        "0xC3",
    )
