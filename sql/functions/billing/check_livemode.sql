-- Refuses a call that is made in the other of a provider's modes than the database takes.
--
-- Returns  the mode.
-- Errors   PT409 provider_mode_differs
create or replace function credits.check_livemode(p_provider text, p_livemode boolean)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_livemode is distinct from credits.livemode(p_provider) then
        raise exception 'provider_mode_differs' using
            errcode = 'PT409',
            detail = jsonb_build_object('provider', p_provider, 'livemode', p_livemode)::text,
            hint = 'Test and live keys do not mix: `pgcredits stripe sync` sets the mode.';
    end if;
    return p_livemode;
end;
$$;

comment on function credits.check_livemode(text, boolean) is
'The mode of a call, or PT409 when the database takes the other one.';

revoke all on function credits.check_livemode(text, boolean)
from public, anon, authenticated, service_role;
