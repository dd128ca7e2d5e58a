"""Checks of the schema: is it the one that the migrations here make, whole and unchanged?"""

from __future__ import annotations

from scripts.doctoring.lines import Line, fail, ok, some, warn
from scripts.doctoring.patient import Patient
from scripts.errors import CommandError
from scripts.migrate import find_pending, read_applied
from scripts.migrations import Tree
from scripts.verify import check_chain, check_database, check_sections

_REAPPLY = "apply the sources again as docs/backup.md shows; pgcredits verify lists all differences"


def check_files(tree: Tree) -> Line:
    """Are the migrations here as they were frozen, and the sources in them?"""
    migrations = tree.migrations()
    broken = tree.broken_sums() + check_chain(migrations) + check_sections(migrations)
    if broken:
        return fail("files", some(broken), "restore sql/migrations from the release")
    changed = [source.path for source in tree.unfrozen()] + tree.deleted()
    if changed:
        return warn(
            "files", f"no migration has the newest {some(changed)}", "pgcredits snapshot NAME"
        )
    return ok("files", f"{len(migrations)} migrations as they were frozen")


def check_migrations(patient: Patient) -> Line:
    """Has the database met all migrations that are here, and no others?"""
    applied = read_applied(patient.conn)
    if not applied:
        return fail(
            "migrations", "pgcredits is not installed in this database", "pgcredits migrate up"
        )
    try:
        pending = find_pending(patient.migrations, applied)
    except CommandError as error:
        return fail("migrations", error.message, error.hint)
    if pending:
        names = [migration.path.name for migration in pending]
        return fail("migrations", f"not applied: {some(names)}", "pgcredits migrate up")
    return ok("migrations", f"{len(applied)} applied, the newest is {max(applied)}")


def check_functions(patient: Patient) -> Line:
    """Are the functions the frozen ones, and is none in our schema that we did not make?"""
    problems = check_database(patient.conn, patient.migrations)
    installed = patient.names(
        "select distinct 'credits.' || proname from pg_proc "
        "where pronamespace = 'credits'::regnamespace"
    )
    foreign = sorted(set(installed) - patient.functions)
    problems += [f"{name} is none of ours" for name in foreign]
    if problems:
        todo = f"find out who made it, and drop it: {_REAPPLY}" if foreign else _REAPPLY
        return fail("functions", some(problems), todo)
    return ok("functions", f"{len(patient.functions)} as they were frozen")


def check_history(patient: Patient) -> Line:
    """Is the history append-only, for its owner as well?"""
    found = {
        (table, trigger)
        for table, trigger in patient.ask(
            "select tgrelid::regclass::text, tgname from pg_trigger where tgenabled = 'A'"
        )
    }
    missing = sorted(f"{trigger} on {table}" for table, trigger in patient.guards - found)
    if missing:
        return fail(
            "history",
            f"these triggers are gone or switched off: {some(missing)}",
            f"{_REAPPLY}; then pgcredits doctor --deep, and pgcredits seal check",
        )
    return ok("history", f"{len(patient.guards)} tables are append-only")


def check_sign_ups(patient: Patient) -> Line:
    """Does a new user get an account, with the free credits of the first plan?"""
    trigger = patient.names(
        "select tgname from pg_trigger "
        "where tgfoid = to_regprocedure('credits.on_auth_user_change()') and tgenabled <> 'D'"
    )
    [(missing,)] = patient.ask(
        "select count(*) from auth.users as u where not u.is_anonymous and u.deleted_at is null "
        "and not exists (select from credits.accounts as a where a.id = u.id)"
    )
    if not trigger:
        return warn(
            "sign-ups",
            "the trigger on auth.users is gone or switched off: new users have no account, and no "
            "free credits, until maintenance or their first call",
            _REAPPLY,
        )
    if missing:
        return warn(
            "sign-ups",
            f"{missing} users have no account yet",
            "select grant_initial_credits(); the server's log says why: pgcredits: no account for",
        )
    return ok("sign-ups", "every user has an account")
