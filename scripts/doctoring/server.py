"""Checks of the server: its version, its settings, its clock."""

from __future__ import annotations

from datetime import UTC, datetime

from scripts.doctoring.lines import Line, fail, ok, warn
from scripts.doctoring.patient import Patient

_VERSIONS = range(15, 19)
_SKEW_SECONDS = 60.0  # a signature of Stripe's may be five minutes old


def check_server(patient: Patient) -> Line:
    """Is it one that can be written to, of a version that is tested?"""
    [(version, is_standby, read_only)] = patient.ask(
        "select current_setting('server_version_num')::integer / 10000, pg_is_in_recovery(), "
        "(select setting from pg_settings where name = 'default_transaction_read_only')"
    )
    if is_standby or read_only == "on":
        return fail(
            "server",
            "it takes no writes: nobody can spend or be credited",
            "point CREDITS_DATABASE_URL at the primary, or end its read-only mode (disk full?)",
        )
    if version not in _VERSIONS:
        return warn("server", f"PostgreSQL {version} is not tested", "use PostgreSQL 15 to 18")
    return ok("server", f"PostgreSQL {version}, which takes writes")


def check_durability(patient: Patient) -> Line:
    """Is what was committed there after a crash?"""
    off = patient.names(
        "select name from pg_settings "
        "where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' "
        "union all "
        "select s.setting || ' of ' || coalesce(r.rolname, 'every role') "
        "from pg_db_role_setting as d cross join lateral unnest(d.setconfig) as s (setting) "
        "left join pg_roles as r on d.setrole = r.oid "
        "where s.setting in ('synchronous_commit=off', 'synchronous_commit=false') "
        "and d.setdatabase in (0, (select oid from pg_database where datname = current_database()))"
        " and d.setrole <> 0 order by 1"
    )
    if off:
        return fail(
            "durability",
            f"off: {', '.join(off)}: a crash takes back credits that were confirmed",
            "switch it on",
        )
    return ok("durability", "what was committed stays")


def check_timezone(patient: Patient) -> Line:
    """Do people who look with psql see the times that the rules count by?"""
    [(zone,)] = patient.ask("select reset_val from pg_settings where name = 'TimeZone'")
    if zone.upper() not in ("UTC", "ETC/UTC", "GMT", "ETC/UCT", "UCT"):
        return warn(
            "timezone",
            f"sessions are in {zone}: the rules count in UTC all the same, but casts to date in "
            "your own SQL do not",
            "alter database … set timezone to 'UTC', or write at time zone 'UTC'",
        )
    return ok("timezone", "UTC")


def check_clock(patient: Patient) -> Line:
    """Does the database's clock agree with this machine's?"""
    before = datetime.now(UTC)
    [(theirs,)] = patient.ask("select clock_timestamp()")
    after = datetime.now(UTC)
    off = max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)
    if off > _SKEW_SECONDS:
        return warn(
            "clock",
            f"the database is {off:.0f} s apart from this machine",
            "let both follow NTP: credits expire, and signatures of Stripe age, by the clock",
        )
    return ok("clock", "the database and this machine agree")
