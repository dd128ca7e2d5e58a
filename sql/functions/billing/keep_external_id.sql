-- Notes whose a provider's object is.
--
-- Returns  false when it is another account's already.
create or replace function credits.keep_external_id(
    p_provider text,
    p_object_id text,
    p_account_id uuid
)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.external_ids (provider, object_id, account_id)
    values (p_provider, p_object_id, p_account_id)
    on conflict (provider, object_id) do nothing;
    return found or credits.account_of(p_provider, p_object_id) is not distinct from p_account_id;
end;
$$;

comment on function credits.keep_external_id(text, text, uuid) is
'Notes whose a provider''s object is; false when it is another account''s.';

revoke all on function credits.keep_external_id(text, text, uuid)
from public, anon, authenticated, service_role;
