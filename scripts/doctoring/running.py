"""Checks of what runs: the jobs, the notices, the catalog, the books."""

from __future__ import annotations

from scripts.doctoring.lines import Line, ago, fail, ok, some, warn
from scripts.doctoring.patient import Patient

_SCHEDULE = "schedule pgcredits cron every five minutes, or pg_cron (docs/operations.md)"
_SILENT_SECONDS = 25 * 3600  # as credits.note_silent_jobs() has it
_LATE_SECONDS = 3600
_NOTICE_SECONDS = 3600


def check_catalog(patient: Patient) -> Line:
    """Is there a price list? Without one nothing is sold, and nobody is given free credits."""
    found = patient.ask(
        "select version, code, effective_at <= clock_timestamp() from credits.catalogs "
        "order by effective_at <= clock_timestamp() desc, version desc limit 1"
    )
    if not found:
        return fail("catalog", "no catalog was ever applied", "pgcredits catalog apply FILE")
    [(version, code, is_due)] = found
    if not is_due:
        return fail(
            "catalog",
            f"version {version} of {code} is not in force yet",
            "pgcredits catalog history",
        )
    return ok("catalog", f"version {version} of {code} is in force")


def check_maintenance(patient: Patient) -> Line:
    """Does the scheduler run? Renewals, expiries, open holds and failed events wait for it."""
    job = patient.health["jobs"].get("maintenance")
    if job is None:
        return fail("maintenance", "it never ran: monthly credits are not renewed", _SCHEDULE)
    age = job["age_seconds"]
    what = f"it last ran {ago(age)} ago"
    if age > _SILENT_SECONDS:
        return fail("maintenance", f"{what}: monthly credits are not renewed", _SCHEDULE)
    if age > _LATE_SECONDS:
        return warn("maintenance", what, _SCHEDULE)
    return ok("maintenance", what)


def check_holds(patient: Patient) -> Line:
    """Are credits back that calls have held and never settled? Else they are missing to spend."""
    [(count, held, oldest)] = patient.ask(
        "select count(*), coalesce(sum(amount), 0), "
        "coalesce(extract(epoch from clock_timestamp() - min(expires_at)), 0) "
        "from credits.holds where state = 'open' and expires_at < clock_timestamp()"
    )
    if count and oldest > _LATE_SECONDS:
        return warn(
            "holds",
            f"{count} holds of {held:f} credits ended up to {ago(oldest)} ago and are not released",
            "pgcredits cron; and let the application release what it does not capture",
        )
    return ok("holds", "none is open past its end")


def check_notices(patient: Patient) -> Line:
    """Are people told: low balance, renewal, receipt, dispute?"""
    outbox = patient.health["outbox"]
    if outbox["dead"]:
        return fail(
            "notices",
            f"{outbox['dead']} were given up after all attempts",
            "pgcredits notify dead shows why; then pgcredits notify retry ID",
        )
    if not patient.ask("select from credits.channels"):
        return warn(
            "notices",
            f"nobody sends them, {outbox['unplanned']} wait: nobody is told of a low balance",
            "set SMTP_URL or CREDITS_WEBHOOK_URL, and run pgcredits notify --watch 5",
        )
    waiting = outbox["unplanned"] + outbox["pending"]
    oldest = outbox["oldest_seconds"] or 0
    if oldest > _NOTICE_SECONDS:
        return fail(
            "notices",
            f"{waiting} wait, the oldest for {ago(oldest)}",
            "see that pgcredits notify --watch runs; its log says what the mail server answers",
        )
    return ok("notices", f"{waiting} are on their way, none was given up")


def check_requests(patient: Patient) -> Line:
    """Do people wait for an administrator, and is there one?"""
    waiting = patient.health["waiting"]
    counts = [
        f"{waiting[key]} {word}"
        for key, word in (("disputes", "disputes"), ("acts", "acts for a second administrator"))
        if waiting[key]
    ]
    if not counts:
        return ok("requests", "no dispute and no act waits for an administrator")
    admins = patient.ask(
        "select from auth.users where raw_app_meta_data ->> 'role' in ('admin', 'superadmin')"
    )
    if not admins:
        return warn(
            "requests",
            f"{some(counts)} wait, and nobody is an administrator, who would see them",
            "set app_metadata.role to admin for somebody (docs/administrators.md)",
        )
    [(oldest,)] = patient.ask(
        "select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) "
        "from credits.disputes where status in ('pending', 'under_review')"
    )
    if oldest > 7 * 86400:
        return warn(
            "requests",
            f"{some(counts)} wait, a dispute for {ago(oldest)}",
            "admin_list_disputes(status => null) has the longest waiting first",
        )
    return ok("requests", f"{some(counts)} wait")


def check_integrity(patient: Patient) -> Line:
    """Do the books agree with themselves?"""
    if patient.is_deep:
        found = patient.ask("select account_id, rule, detail from public.check_credit_integrity()")
        if found:
            rules = [f"{rule} of account {account_id}" for account_id, rule, _ in found]
            return fail("integrity", f"{len(found)} violations: {some(rules)}", _VIOLATED)
        return ok("integrity", "every balance, grant, hold and chain agrees with the history")
    last = patient.health["integrity"]
    if last is None:
        return warn("integrity", "the books were never checked", _CHECK)
    if last["violations"]:
        return fail(
            "integrity",
            f"{last['violations']} violations when the books were last checked",
            _VIOLATED,
        )
    age = patient.health["jobs"]["integrity"]["age_seconds"]
    what = f"no violations when the books were last checked, {ago(age)} ago"
    return warn("integrity", what, _CHECK) if age > 2 * 86400 else ok("integrity", what)


_CHECK = "schedule pgcredits cron --integrity daily, or now: pgcredits doctor --deep"
_VIOLATED = (
    "select * from check_credit_integrity() names each; stop changes to these accounts "
    "(admin_pause_account), and see docs/operations.md"
)
