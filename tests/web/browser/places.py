"""Every page that there is, by who opens it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.web.browser.site import Person, Site

NARROW, WIDE = 360, 1280
WIDTHS = (NARROW, 768, WIDE)  # in the middle nothing is shown that one of the others has not


@dataclass(frozen=True)
class Place:
    """A page: whose, and where; ``{user}`` is the account of the user with a history."""

    who: str
    path: str

    def __str__(self) -> str:
        """Name it in a test and in a file."""
        words = self.path.strip("/").replace("{user}", "one").split("/")
        return "-".join([self.who, *filter(None, words)])

    def person(self, site: Site) -> Person | None:
        """Return who opens it; None for a visitor."""
        return {"user": site.user, "admin": site.admin, "newcomer": site.zoe}.get(self.who)

    def address(self, site: Site) -> str:
        """Return its path on a site."""
        return self.path.format(user=site.user.id)


PLACES = [
    Place(who, path)
    for who, paths in {
        "visitor": ["/sign-in", "/sign-up", "/pricing"],
        "user": [
            "/",
            "/billing?checkout=cancelled",
            "/buy",
            "/buy?package=medium",
            "/pricing",
            "/history",
            "/usage",
            "/disputes",
            "/teams",
            "/gifts",
            "/no-such-page",
        ],
        "newcomer": ["/", "/history", "/disputes", "/teams", "/gifts", "/admin"],
        "admin": [
            "/admin",
            "/admin/accounts",
            "/admin/accounts/{user}",
            "/admin/disputes",
            "/admin/acts",
            "/admin/promotions",
            "/admin/catalog",
            "/admin/audit",
        ],
    }.items()
    for path in paths
]
