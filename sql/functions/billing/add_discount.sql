-- Takes so many percent off what a quote's lines come to, as a line of its own: what is left is
-- rounded to a whole cent, half up. Less than all of it leaves a cent at least: what is sold is
-- not given away by rounding.
create or replace function credits.add_discount(
    p_lines jsonb,
    p_kind text,
    p_label text,
    p_percent numeric
)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_total_cents numeric := credits.lines_total(p_lines);
begin
    return credits.add_line(
        p_lines, p_kind, p_label,
        greatest(
            round(v_total_cents * (100 - p_percent) / 100),
            case when p_percent < 100 then least(1, v_total_cents) end
        ) - v_total_cents
    );
end;
$$;

comment on function credits.add_discount(jsonb, text, text, numeric) is
'Takes a percentage off a quote.';

revoke all on function credits.add_discount(jsonb, text, text, numeric)
from public, anon, authenticated, service_role;
