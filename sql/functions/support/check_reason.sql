-- Refuses a reason that says nothing, or too much.
--
-- Returns  the reason, without blanks around it.
-- Errors   22023 reason_required, reason_too_long
create or replace function credits.check_reason(p_reason text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reason text := regexp_replace(p_reason, '^\s+|\s+$', '', 'g');
begin
    if length(v_reason) > 500 then
        raise exception 'reason_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 500)::text,
            hint = 'A reason has at most 500 characters.';
    elsif v_reason is null or length(v_reason) < 3 then
        raise exception 'reason_required' using
            errcode = '22023',
            hint = 'Say why, in three characters at least: the audit keeps it.';
    end if;
    return v_reason;
end;
$$;

comment on function credits.check_reason(text) is
'A reason, checked.';

revoke all on function credits.check_reason(text) from public, anon, authenticated, service_role;
