-- The account that a provider's object belongs to: a customer, a payment, an invoice. Null for one
-- that is not ours.
create or replace function credits.account_of(p_provider text, p_object_id text)
returns uuid
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select e.account_id
    from credits.external_ids as e
    where e.provider = p_provider and e.object_id = p_object_id
$$;

comment on function credits.account_of(text, text) is
'The account that a provider''s object belongs to, null for one that is not ours.';

revoke all on function credits.account_of(text, text)
from public, anon, authenticated, service_role;
