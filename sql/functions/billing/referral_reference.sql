-- The reference of a referral's rewards, on both accounts.
create or replace function credits.referral_reference(p_referee_id uuid)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return 'referral:' || p_referee_id;
end;
$$;

comment on function credits.referral_reference(uuid) is
'The reference of a referral''s rewards.';

revoke all on function credits.referral_reference(uuid)
from public, anon, authenticated, service_role;
