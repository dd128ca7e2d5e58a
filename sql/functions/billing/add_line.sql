-- Adds a line to a quote; one of no amount is left out, but for the first, the item itself.
--
-- Units    p_amount_cents: minor units, null counts as 0.
create or replace function credits.add_line(
    p_lines jsonb,
    p_kind text,
    p_label text,
    p_amount_cents numeric
)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_amount_cents, 0) = 0 and p_lines <> '[]' then
        return p_lines;
    end if;
    return p_lines || jsonb_build_object(
        'kind', p_kind, 'label', p_label, 'amount_cents', coalesce(p_amount_cents, 0)::bigint
    );
end;
$$;

comment on function credits.add_line(jsonb, text, text, numeric) is
'Adds a line to a quote.';

revoke all on function credits.add_line(jsonb, text, text, numeric)
from public, anon, authenticated, service_role;
