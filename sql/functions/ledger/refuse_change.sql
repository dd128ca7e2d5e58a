-- Trigger of the append-only tables: history is never updated, deleted or truncated.
--
-- Errors   42501 append_only
create or replace function credits.refuse_change()
returns trigger
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'append_only' using
        errcode = '42501',
        detail = jsonb_build_object('table', tg_table_name, 'operation', tg_op)::text,
        hint = 'History is append-only: correct it with another transaction.';
end;
$$;

comment on function credits.refuse_change() is
'Refuses to change an append-only table.';

revoke all on function credits.refuse_change() from public, anon, authenticated, service_role;
