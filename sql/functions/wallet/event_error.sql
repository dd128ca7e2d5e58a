-- The error of one event of a batch, in the shape in which the API answers one for a call. A value
-- that is not of its type is an invalid event.
create or replace function credits.event_error(
    p_sqlstate text,
    p_message text,
    p_detail text,
    p_hint text
)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_sqlstate <> '22023' and p_sqlstate not like 'PT%' then
        return jsonb_build_object(
            'code', '22023', 'message', 'invalid_event', 'details', null,
            'hint', 'A value of this event is not of its type.'
        );
    end if;
    return jsonb_build_object(
        'code', p_sqlstate, 'message', p_message,
        'details', nullif(p_detail, '')::jsonb, 'hint', p_hint
    );
end;
$$;

comment on function credits.event_error(text, text, text, text) is
'The error of one event of a batch.';

revoke all on function credits.event_error(text, text, text, text)
from public, anon, authenticated, service_role;
