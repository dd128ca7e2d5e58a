-- Refuses a usage that the service's price does not know how to count: an unknown key, a value that
-- is not a count, or tools that are not a list of names with a price.
--
-- Errors   22023 invalid_usage
create or replace function credits.check_usage(
    p_version integer,
    p_service text,
    p_usage jsonb
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key text;
begin
    select u.key into v_key
    from jsonb_each(p_usage) as u
    left join credits.prices as p
        on
            p.version = p_version
            and p.service = p_service
            and case
                when u.key = 'tools' then p.meter like 'tool:%'
                when p.meter = 'tokens' then u.key = any(credits.token_classes())
                else p.meter = u.key
                    and p.meter not in ('base', 'quantity', 'tokens')
                    and p.meter not like 'tool:%'
            end
    where
        p.meter is null and u.value <> '[]'
        or u.key = 'tools' and not (
            credits.is_name_list(u.value)
            and credits.has_tool_prices(p_version, p_service, u.value)
        )
        or u.key <> 'tools' and not credits.is_count(u.value)
    limit 1;
    if found then
        raise exception 'invalid_usage' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service, 'key', v_key)::text,
            hint = 'The price of this service does not count this: see list_credit_prices().';
    end if;
end;
$$;

comment on function credits.check_usage(integer, text, jsonb) is
'Refuses a usage that the service''s price cannot count with 22023.';

revoke all on function credits.check_usage(integer, text, jsonb)
from public, anon, authenticated, service_role;
