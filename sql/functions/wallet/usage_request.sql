-- The fingerprint of a charge: of a stated amount, or of a use that the catalog prices. The single
-- calls and the batch share it, so that they answer each other's keys.
--
-- The parameters are as the checks of the caller returned them.
create or replace function credits.usage_request(
    p_amount numeric,
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_reference text,
    p_description text,
    p_metadata jsonb,
    p_user_id uuid
)
returns bytea
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_amount is not null then
        return credits.request_hash(jsonb_build_array(
            'deduct', p_amount, p_service, p_quantity, p_usage, p_reference, p_description,
            coalesce(p_metadata, '{}'), p_user_id
        ));
    elsif p_user_id is not null then
        return credits.request_hash(jsonb_build_array(
            'use', p_service, p_quantity, p_usage, p_reference, p_description,
            coalesce(p_metadata, '{}'), p_user_id
        ));
    end if;
    return credits.request_hash(jsonb_build_array(
        'use', p_service, p_quantity, p_usage, p_reference, p_description,
        coalesce(p_metadata, '{}')
    ));
end;
$$;

comment on function credits.usage_request(numeric, text, numeric, jsonb, text, text, jsonb, uuid) is
'The fingerprint of a charge.';

revoke all on function credits.usage_request(numeric, text, numeric, jsonb, text, text, jsonb, uuid)
from public, anon, authenticated, service_role;
