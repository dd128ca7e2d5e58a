-- Refuses a source that is not the back end's to give, and a priority out of range.
--
-- Errors   22023 invalid_source, invalid_priority
create or replace function credits.check_grant_terms(p_source text, p_priority integer)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_source is null or p_source not in (
        'purchase', 'allowance', 'bonus', 'promotion', 'referral', 'refund', 'adjustment', 'opening'
    ) then
        raise exception 'invalid_source' using
            errcode = '22023',
            detail = jsonb_build_object('source', p_source)::text,
            hint = 'Sources: purchase, allowance, bonus, promotion, referral, refund, adjustment, '
            'opening.';
    elsif p_priority not between 0 and 1000 then
        raise exception 'invalid_priority' using
            errcode = '22023',
            detail = jsonb_build_object('priority', p_priority)::text,
            hint = 'A priority is 0 to 1000; lower burns first.';
    end if;
end;
$$;

comment on function credits.check_grant_terms(text, integer) is
'Refuses a source or a priority that a grant cannot have with 22023.';

revoke all on function credits.check_grant_terms(text, integer)
from public, anon, authenticated, service_role;
