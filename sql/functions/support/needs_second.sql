-- Whether an act needs a second administrator: it moves more than one may move alone, or it is for
-- an account of the administrator's own.
--
-- p_credits  what it moves; null where that is not known before it is done.
create or replace function credits.needs_second(
    p_account credits.accounts,
    p_actor text,
    p_credits numeric
)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.has_part_in(p_account.id, p_actor)
        or p_credits > credits.approval_credits(p_account.last_transaction_at);
end;
$$;

comment on function credits.needs_second(credits.accounts, text, numeric) is
'Whether an act needs a second administrator.';

revoke all on function credits.needs_second(credits.accounts, text, numeric)
from public, anon, authenticated, service_role;
