-- Reads the JSON of an event. Stripe passes on what customers type, and an escaped NUL, which no
-- jsonb can hold, must not lose an event: it is left out of this copy; the stored text keeps it.
--
-- Errors   22023 invalid_event
create or replace function credits.read_payload(p_payload text)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb;
begin
    begin
        v_event := regexp_replace(p_payload, '(?<!\\)((?:\\\\)*)\\u0000', '\1', 'g')::jsonb;
    exception when data_exception then
        v_event := null;
    end;
    if jsonb_typeof(v_event) = 'object'
        and jsonb_typeof(v_event -> 'id') = 'string'
        and jsonb_typeof(v_event -> 'type') = 'string'
    then
        return v_event;
    end if;
    raise exception 'invalid_event' using
        errcode = '22023',
        hint = 'An event is a JSON object with an id and a type.';
end;
$$;

comment on function credits.read_payload(text) is
'Reads the JSON of an event, leaving out what jsonb cannot hold.';

revoke all on function credits.read_payload(text) from public, anon, authenticated, service_role;
