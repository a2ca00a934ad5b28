"""Open the page in a real browser: screenshots, a printed page, and what only a browser can tell.

    python tests/python/verify_page.py [--release releases/current] [--out target/pictures]

Needs Chromium (`scripts/ci/install_browser.sh`). Without a release it shows the hand-made one.
Exit status 1 if the page asks for anything over the network, runs a script, is wider than the
screen, or has text that is cut off.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from leitstand.report import LANGUAGES, render
from report_release import make_release

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"desktop": 1280, "tablet": 820, "phone": 390, "small": 340}

OVERFLOWING = """() => {
    const wide = [];
    for (const element of document.querySelectorAll('main *')) {
        if (element.closest('.hidden, .scroll, svg') || !element.getClientRects().length) continue;
        if (wide.length && element.parentElement.dataset.wide) { element.dataset.wide = 1; continue; }
        const box = element.getBoundingClientRect();
        const card = element.closest('.card');
        const right = card ? card.getBoundingClientRect().right : document.documentElement.clientWidth;
        if (box.right > right + 0.5) {
            element.dataset.wide = 1;
            wide.push(`${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`);
        }
    }
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wide.push('page');
    return wide;
}"""


def look(browser: Browser, file: Path, language: str, out: Path) -> list[str]:
    """Look at one page at every width and in print; give what is wrong with it."""
    faults: list[str] = []

    def note_request(request: Request) -> None:
        if request.url != file.as_uri() and not request.url.startswith("data:"):
            faults.append(f"{language}: the page asked for {request.url}")

    def note_console(message: ConsoleMessage) -> None:
        faults.append(f"{language}: the browser says: {message.text}")

    for name, width in WIDTHS.items():
        page = browser.new_page(viewport={"width": width, "height": 900}, device_scale_factor=2)
        page.on("request", note_request)
        page.on("console", note_console)
        page.goto(file.as_uri())
        page.screenshot(path=out / f"page_{language}_{name}.png", full_page=True)
        faults.extend(f"{language} {name}: too wide: {wide}" for wide in page.evaluate(OVERFLOWING))
        if page.locator("script").count():
            faults.append(f"{language}: the page has a script")
        if name == "desktop":
            faults.extend(_print(page, out / f"page_{language}.pdf"))
        page.close()
    return faults


def _print(page: Page, file: Path) -> list[str]:
    """Print to A4; one page is wanted."""
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    pages = file.read_bytes().count(b"/Type /Page\n")
    return [] if pages == 1 else [f"{file.name}: expected one printed page, found {pages}"]


def main() -> int:
    """Look at the page in both languages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--release", type=Path, help="folder of a release; else the hand-made one")
    parser.add_argument("--out", type=Path, default=Path("target/pictures"), help="where pictures go")
    parser.add_argument("--company", default="Talbrück Antriebstechnik GmbH")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        release = arguments.release or make_release(Path(folder) / "release")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        for language in LANGUAGES:
            file = Path(folder) / f"page_{language}.html"
            file.write_text(
                render(release, language=language, company_name=arguments.company),
                encoding="utf-8",
            )
            faults += look(browser, file, language, arguments.out)
        browser.close()
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{arguments.out}: pictures of {len(LANGUAGES)} pages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
