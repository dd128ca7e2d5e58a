-- A text as a CSV field: quoted where it must be, and never a formula to a spreadsheet. Null for
-- null.
create or replace function credits.csv_field(p_text text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_text ~ '^[=+@\t\r-]' then
        p_text := '''' || p_text;
    end if;
    if p_text ~ '[",\r\n]' then
        return '"' || replace(p_text, '"', '""') || '"';
    end if;
    return p_text;
end;
$$;

comment on function credits.csv_field(text) is
'A text as a CSV field that no spreadsheet takes for a formula.';

revoke all on function credits.csv_field(text) from public, anon, authenticated, service_role;
