-- Puts a notice into the outbox, once per topic and key: it goes out with what it tells of, or not
-- at all.
--
-- p_account_id  whom it concerns; null for those who run the system.
-- Returns  false when it was there already.
create or replace function credits.put_notice(
    p_account_id uuid,
    p_topic text,
    p_key text,
    p_payload jsonb
)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.outbox (account_id, topic, key, payload)
    values (p_account_id, p_topic, p_key, p_payload)
    on conflict (topic, key) do nothing;
    return found;
end;
$$;

comment on function credits.put_notice(uuid, text, text, jsonb) is
'Puts a notice into the outbox, once per topic and key.';

revoke all on function credits.put_notice(uuid, text, text, jsonb)
from public, anon, authenticated, service_role;
