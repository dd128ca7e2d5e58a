-- Whether two accounts have paid with the same card.
create or replace function credits.shares_card(p_first_id uuid, p_second_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select
        from credits.cards as f
        inner join credits.cards as s on f.provider = s.provider and f.fingerprint = s.fingerprint
        where f.account_id = p_first_id and s.account_id = p_second_id
    )
$$;

comment on function credits.shares_card(uuid, uuid) is
'Whether two accounts have paid with the same card.';

revoke all on function credits.shares_card(uuid, uuid)
from public, anon, authenticated, service_role;
