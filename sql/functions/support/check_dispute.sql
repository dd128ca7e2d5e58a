-- Refuses a dispute whose reason is none of the list, or that describes nothing or too much.
--
-- Errors   22023 invalid_reason, description_required, description_too_long
create or replace function credits.check_dispute(p_reason text, p_description text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_reason, '') not in (
        'not_delivered', 'wrong_amount', 'duplicate_charge', 'poor_quality', 'unauthorized', 'other'
    ) then
        raise exception 'invalid_reason' using
            errcode = '22023',
            hint = 'Reasons: not_delivered, wrong_amount, duplicate_charge, poor_quality, '
            'unauthorized, other.';
    elsif length(p_description) > 2000 then
        raise exception 'description_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 2000)::text,
            hint = 'The description has at most 2000 characters.';
    elsif coalesce(p_description, '') !~ '\S' then
        raise exception 'description_required' using
            errcode = '22023',
            hint = 'Describe what was wrong with the charge.';
    end if;
end;
$$;

comment on function credits.check_dispute(text, text) is
'Refuses a dispute without a reason or a description with 22023.';

revoke all on function credits.check_dispute(text, text)
from public, anon, authenticated, service_role;
