"""How fast the pages are on a local stack: ``python -m scripts.dev.page_speed``.

For each page: the milliseconds from the navigation until it can be used, which is when the balance
is shown (a visitor's page: its title), and until nothing is loaded any more, as medians of several
loads; and what comes over the wire. Cold is a browser that has never been there, warm one that has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from statistics import median
from typing import Any

import click
from playwright.sync_api import Browser, BrowserContext, StorageState

from scripts.dev.chromium import open_chromium
from scripts.dev.demo import add_demo_users
from scripts.dev.main_job import MainJob
from scripts.dev.stack import Stack
from scripts.dev.story import Story
from scripts.dev.web import WEB, ensure_pages

VISITOR = ("/sign-in", "/sign-up", "/pricing")
USER = ("/", "/buy", "/pricing", "/history", "/usage", "/disputes", "/teams", "/gifts")
ADMIN = ("/admin", "/admin/accounts", "/admin/disputes", "/admin/promotions", "/admin/audit")
# Notes the time of the first frame that shows what is waited for, and of the last place that was
# held for something, as the page's own clock has it: from the start of the navigation.
NOTES = """(() => {
    const times = window.times = {};
    const look = () => {
        const heading = document.querySelector("h1");
        const balance = document.querySelector("header strong");
        if (times.usable === undefined && heading && (balance || SEEN_BY_VISITOR)) {
            times.usable = performance.now();
        }
        if (times.usable !== undefined && !document.querySelector("[aria-busy=true]")) {
            times.whole ??= performance.now();
        } else {
            delete times.whole;
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""

# The policy of the pages lets Playwright not poll by itself: it would need eval.
ALL = """() => new Promise((done) => {
    const look = () => window.times.whole ? done(window.times) : setTimeout(look, 50);
    look();
})"""


@dataclass(frozen=True)
class Load:
    """One load of a page: milliseconds, and bytes over the wire."""

    usable: float
    whole: float
    size: int


@click.command()
@click.option("--loads", type=click.IntRange(1, 100), default=5, show_default=True)
def main(loads: int) -> None:
    """Measure every page."""
    pages = ensure_pages(WEB, lambda text: click.echo(text, nl=False, err=True))
    with Stack(pages=pages) as stack, open_chromium() as browser:
        job = MainJob(stack, Story(write=lambda _: None))
        job.play()
        stack.demo_users += add_demo_users(stack.auth, stack.database_url, job.user.email)
        labels = {user.email: user.label for user in stack.demo_users}
        click.echo(f"{'':29}usable, ms     all of it, ms     over the wire, kB")
        click.echo(f"{'':29}cold   warm      cold   warm         cold   warm")
        _measure(browser, stack, loads, "visitor", None, VISITOR)
        _measure(browser, stack, loads, "user", labels[job.user.email], USER)
        _measure(browser, stack, loads, "admin", "Administrator", ADMIN)


def _measure(
    browser: Browser, stack: Stack, loads: int, who: str, label: str | None, paths: tuple[str, ...]
) -> None:
    kept = _sign_in(browser, stack, label) if label else None
    for path in paths:
        cold, warm = [], []
        for _ in range(loads):
            with browser.new_context(base_url=stack.pages_url, storage_state=kept) as context:
                context.add_init_script(NOTES.replace("SEEN_BY_VISITOR", json.dumps(not label)))
                cold.append(_load(context, path))
                warm.append(_load(context, path))
        figures = [
            median(getattr(load, name) for load in several)
            for name in ("usable", "whole", "size")
            for several in (cold, warm)
        ]
        figures[4:] = [size / 1000 for size in figures[4:]]
        click.echo(
            f"{who:8}{path:19}"
            + "{:6.0f} {:6.0f}    {:6.0f} {:6.0f}       {:6.1f} {:6.1f}".format(*figures)
        )


def _sign_in(browser: Browser, stack: Stack, label: str) -> StorageState:
    with browser.new_context(base_url=stack.pages_url) as context:
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_role("button", name=label, exact=True).click()
        page.get_by_role("heading", name="Billing").wait_for()
        return context.storage_state()


def _load(context: BrowserContext, path: str) -> Load:
    page = context.new_page()
    wire = context.new_cdp_session(page)
    sizes: list[int] = []

    def count(event: dict[str, Any]) -> None:
        sizes.append(event["encodedDataLength"])

    wire.on("Network.loadingFinished", count)
    wire.send("Network.enable")
    page.goto(path, wait_until="load")
    page.wait_for_load_state("networkidle")
    times = page.evaluate(ALL)
    page.close()
    return Load(times["usable"], times["whole"], int(sum(sizes)))


if __name__ == "__main__":
    main()
