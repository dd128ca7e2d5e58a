-- The number of the period that holds a time: how many whole months have passed since the anchor.
create or replace function credits.period_number(p_anchor_at timestamptz, p_at timestamptz)
returns integer
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_anchor timestamp := p_anchor_at at time zone 'UTC';
    v_at timestamp := p_at at time zone 'UTC';
    v_months integer := (
        (extract(year from v_at) - extract(year from v_anchor)) * 12
        + extract(month from v_at) - extract(month from v_anchor)
    )::integer;
begin
    return v_months
    - case when credits.period_start(p_anchor_at, v_months) > p_at then 1 else 0 end;
end;
$$;

comment on function credits.period_number(timestamptz, timestamptz) is
'How many whole months have passed since the anchor, in UTC.';

revoke all on function credits.period_number(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
