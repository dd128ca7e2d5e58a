-- Refuses a channel that there is not.
--
-- Errors   22023 invalid_channel
create or replace function credits.check_channel(p_channel text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_channel, '') not in ('email', 'webhook') then
        raise exception 'invalid_channel' using
            errcode = '22023',
            hint = 'Channels: email, webhook.';
    end if;
end;
$$;

comment on function credits.check_channel(text) is
'Refuses a channel that there is not with 22023.';

revoke all on function credits.check_channel(text) from public, anon, authenticated, service_role;
