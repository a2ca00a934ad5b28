"""A real browser for the report's pages: start it, watch what a page asks for, find what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OVERFLOWING = """() => {
    const wide = [];
    for (const element of document.querySelectorAll('main *')) {
        if (element.closest('.hidden, .scroll, svg, option') || !element.getClientRects().length) continue;
        if (wide.length && element.parentElement.dataset.wide) { element.dataset.wide = 1; continue; }
        const box = element.getBoundingClientRect();
        const card = element.closest('.card');
        const right = card ? card.getBoundingClientRect().right : document.documentElement.clientWidth;
        if (box.right > right + 0.5) {
            element.dataset.wide = 1;
            wide.push(`${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`);
        }
    }
    for (const text of document.querySelectorAll('main svg text')) {
        const drawing = text.ownerSVGElement, card = text.closest('.scroll') ? null : text.closest('.card');
        const frame = getComputedStyle(drawing).overflow === 'visible' && card ? card : drawing;
        const box = text.getBoundingClientRect(), edge = frame.getBoundingClientRect();
        if (box.width && (box.left < edge.left - 1 || box.right > edge.right + 1)) {
            wide.push(`text ${text.textContent}`);
        }
    }
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wide.push('page');
    return wide;
}"""
SCROLLED = """() => [...document.querySelectorAll('main .scroll')]
    .filter(place => !place.closest('details:not([open])'))
    .filter(place => place.scrollWidth > place.clientWidth + 1)
    .map(place => place.closest('.card').querySelector('h2').textContent)"""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Debian's Chromium without a profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


def open_page(browser: Browser, file: Path, faults: list[str], *, width: int = 1440, scale: int = 1) -> Page:
    """Open a file; what it asks for beside itself, and what the console says, is added to `faults`."""
    page = browser.new_page(viewport={"width": width, "height": 900}, device_scale_factor=scale)

    def note_request(request: Request) -> None:
        if request.url != file.as_uri() and not request.url.startswith("data:"):
            faults.append(f"{file.name}: the page asked for {request.url}")

    def note_console(message: ConsoleMessage) -> None:
        faults.append(f"{file.name}: the browser says: {message.text}")

    page.on("request", note_request)
    page.on("console", note_console)
    page.on("pageerror", lambda error: faults.append(f"{file.name}: {error}"))
    page.goto(file.as_uri())
    return page


def accessibility(page: Page) -> list[str]:
    """What axe-core finds, contrast among it: rule, and the first element that breaks it."""
    return [
        f"axe {found['id']}: {found['help']}: {found['nodes'][0]['html'][:120]} ({len(found['nodes'])} times)"
        for found in Axe().run(page).response["violations"]
    ]


def overflow(page: Page) -> list[str]:
    """Elements and labels that are cut off or make the page wider than the screen."""
    return [f"too wide: {found}" for found in page.evaluate(OVERFLOWING)]


def scrolled(page: Page) -> list[str]:
    """Tables and charts that show themselves whole only to those who scroll them."""
    return [f"has to be scrolled: {found}" for found in page.evaluate(SCROLLED)]
