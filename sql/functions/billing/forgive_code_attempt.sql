-- Gives an attempt with a code back: the code was a good one.
--
-- Locks    credits.code_attempts: one row, until commit.
create or replace function credits.forgive_code_attempt(p_user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.code_attempts as c
    set attempts = c.attempts - 1
    where c.user_id = p_user_id and c.attempts > 0;
end;
$$;

comment on function credits.forgive_code_attempt(uuid) is
'Gives an attempt with a code back.';

revoke all on function credits.forgive_code_attempt(uuid)
from public, anon, authenticated, service_role;
