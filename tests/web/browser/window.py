"""A window of the browser, and all that goes wrong in it."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Literal, Self

from playwright.sync_api import ConsoleMessage, Page, expect

from scripts.migrations import ROOT
from tests.web.browser.site import Person, Site

HEIGHT = 900
PICTURES = ROOT / ".local/screenshots"
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast"]
THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
# What it notes before anything of the page runs: refusals by the policy, and what was moved.
NOTES = """
    window.refused = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) {
            if (!shift.hadRecentInput) {
                const place = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`;
                const moved = shift.sources.map(({ node, previousRect, currentRect }) =>
                    `${node?.textContent?.slice(0, 40)} ${place(previousRect)}`
                    + ` → ${place(currentRect)}`);
                window.shifts.push([shift.value, ...moved]);
            }
        }
    }).observe({ type: "layout-shift", buffered: true });
"""
WAITING = "[role=status][aria-label], [aria-busy=true]"
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const scrolls = (element) => element && element !== document.body
        && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
        const right = element.getBoundingClientRect().left + element.scrollWidth;
        return right > width + 1 && !scrolls(element);
    });
    return ["too wide", ...wide.slice(-3).map((element) => element.outerHTML.slice(0, 160))];
}"""
RUN_AXE = """async (rules) => {
    const { violations } = await axe.run({ runOnly: rules });
    return violations.map(({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`)
            .slice(0, 4).join("; ")}`);
}"""


class Window:
    """A new window, of somebody who is signed in or of a visitor, that fails on what goes wrong.

    Attributes:
        page: what Playwright drives.
        problems: errors on the console, failures of scripts, and what the policy refused.
    """

    def __init__(
        self,
        site: Site,
        person: Person | None,
        *,
        width: int = 1280,
        theme: Literal["light", "dark"] = "light",
    ) -> None:
        self._site = site
        self._allowed: list[str] = []
        self._context = site.browser.new_context(
            base_url=site.url,
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-GB",
            storage_state=site.signed_in(person) if person else None,
        )
        self._context.add_init_script(NOTES)
        self.page: Page = self._context.new_page()
        self.resize(width)
        self.page.set_default_timeout(10_000)
        self.problems: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.problems += self.page.evaluate("window.refused ?? []")
                assert not self.problems, "\n".join(self.problems)
        finally:
            self._context.close()

    def allow(self, pattern: str) -> None:
        """Let errors pass that a test brings about: their text has the pattern."""
        self._allowed.append(pattern)

    def open(self, path: str) -> Page:
        """Go to a page and wait until all of it is there."""
        self.page.goto(path)
        self.settle()
        return self.page

    def resize(self, width: int) -> None:
        """Make it as wide as that, in pixels."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def settle(self) -> None:
        """Wait until nothing is loaded any more."""
        self.page.wait_for_load_state("networkidle")
        expect(self.page.locator("h1")).to_be_visible()
        expect(self.page.locator(WAITING)).to_have_count(0)

    def too_wide(self) -> list[str]:
        """Return what makes the page scroll sideways."""
        found: list[str] = self.page.evaluate(TOO_WIDE)
        return found

    def shifts(self) -> list[tuple[float, str]]:
        """Return what moved by itself since the page began: how much, and from where to where."""
        found = self.page.evaluate("window.shifts")
        return [(value, "; ".join(moved)) for value, *moved in found]

    def flaws(self, name: str, with_barriers: bool = True) -> list[str]:
        """Look at the page in the dark and in the light, and keep a picture of each.

        Returns:
            What is too wide, and its barriers; in the dark, only the colours can have others.
        """
        found = []
        for theme in reversed(THEMES):
            self.page.emulate_media(color_scheme=theme)
            self.page.screenshot(path=PICTURES / f"{name}-{theme}.png", full_page=True)
            found += self.barriers(of_colours=theme == "dark") if with_barriers else []
        return [f"{name}: {flaw}" for flaw in found + self.too_wide()]

    def barriers(self, of_colours: bool = False) -> list[str]:
        """Return what axe finds against WCAG 2.2, levels A and AA; or of it, what is of colours."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found: list[str] = self.page.evaluate(RUN_AXE, COLOURS if of_colours else WCAG)
        return found

    def _hear(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location.get('url', '')}".rstrip()
        is_bad = message.type in {"error", "warning"}
        if is_bad and not any(re.search(it, text) for it in self._allowed):
            self.problems.append(f"console: {text}")
