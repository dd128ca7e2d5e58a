-- True for a JSON array of at most 100 texts of 1 to 100 characters.
create or replace function credits.is_name_list(p_value jsonb)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_typeof(p_value) = 'array'
    and jsonb_array_length(p_value) <= 100
    and not exists (
        select from jsonb_array_elements(p_value) as e (item)
        where jsonb_typeof(e.item) <> 'string' or length(e.item #>> '{}') not between 1 and 100
    );
end;
$$;

comment on function credits.is_name_list(jsonb) is
'True for a JSON array of names.';

revoke all on function credits.is_name_list(jsonb) from public, anon, authenticated, service_role;
