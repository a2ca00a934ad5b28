"""Look at all pages in a real browser: screenshots, printed pages, and what only a browser can tell.

    python tests/python/verify_page.py [--release releases/current] [--out target/pictures]

Needs Chromium (`scripts/ci/install_browser.sh`). Without a release it shows the hand-made one.
Commentary stands on the pages of a release; the hand-made one has none.
Exit status 1 if a page asks for anything over the network, writes to the console, is wider than the screen,
has text that is cut off, or at 1440 pixels a table that has to be scrolled, breaks a rule of axe-core (WCAG
2 AA contrast among them), or if the executive page takes more than one sheet of A4, or prints other than the
first two sentences.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from browser import accessibility, open_browser, open_page, overflow, scrolled
from leitstand.report import LANGUAGES, render
from leitstand.words import commentary
from report_release import make_release

WIDTHS = {"desktop": 1440, "tablet": 1024, "phone": 390}
LARGEST = 2_000_000


def look(browser: Browser, file: Path, language: str, out: Path) -> list[str]:
    """Look at one page at every width and in print; give what is wrong with it."""
    faults: list[str] = []
    size = file.stat().st_size
    if size >= LARGEST:
        faults.append(f"{size} bytes; expected less than {LARGEST}")
    for name, width in WIDTHS.items():
        page = open_page(browser, file, faults, width=width, scale=2)
        page.screenshot(path=out / f"{file.stem}_{language}_{name}.png", full_page=True)
        faults.extend(f"{name}: {fault}" for fault in [*overflow(page), *accessibility(page)])
        if name == "desktop":
            faults.extend(scrolled(page))
            faults.extend(_print(page, out / f"{file.stem}_{language}.pdf"))
        page.close()
    return [f"{language} {file.name}: {fault}" for fault in faults]


def _print(page: Page, file: Path) -> list[str]:
    """Print to A4; the executive page is one sheet, with two of the sentences that the screen shows."""
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    if not file.name.startswith("index"):
        return []
    sheets = file.read_bytes().count(b"/Type /Page\n")
    faults = [] if sheets == 1 else [f"expected one printed page, found {sheets}"]
    page.emulate_media(media="print")
    seen = [sentence.inner_text() for sentence in page.locator(".spoken li").all() if sentence.is_visible()]
    if seen != page.locator(".spoken .printed").all_inner_texts():
        faults.append(f"expected the sentences for print alone, found {seen}")
    return faults


def main() -> int:
    """Look at the pages in both languages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--release", type=Path, help="folder of a release; else the hand-made one")
    parser.add_argument("--out", type=Path, default=Path("target/pictures"), help="where pictures go")
    parser.add_argument("--company", default="Talbrück Antriebstechnik GmbH")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    count = 0
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        release = (arguments.release or make_release(Path(folder) / "release")).resolve()
        for language in LANGUAGES:
            site = Path(folder) / f"report_{language}"
            site.mkdir()
            pages = render(
                release,
                language=language,
                company_name=arguments.company,
                commentary=commentary(release, language) if arguments.release else None,
            )
            for name, html in pages.items():
                file = site / name
                file.write_text(html, encoding="utf-8")
                faults += look(browser, file, language, arguments.out)
                count += 1
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{arguments.out}: pictures of {count} pages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
