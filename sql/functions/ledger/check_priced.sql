-- Refuses a charge or a hold that has neither an amount nor a service that prices it.
--
-- Errors   22023 amount_or_service_required
create or replace function credits.check_priced(p_amount numeric, p_service text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_amount is null and p_service is null then
        raise exception 'amount_or_service_required' using
            errcode = '22023',
            hint = 'Name the amount, or the service that prices it.';
    end if;
end;
$$;

comment on function credits.check_priced(numeric, text) is
'Refuses what has neither an amount nor a service.';

revoke all on function credits.check_priced(numeric, text)
from public, anon, authenticated, service_role;
