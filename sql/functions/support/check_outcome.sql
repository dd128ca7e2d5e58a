-- Refuses an outcome of a dispute that there is not.
--
-- Errors   22023 invalid_outcome
create or replace function credits.check_outcome(p_outcome text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_outcome, '') not in ('approved', 'partially_approved', 'rejected') then
        raise exception 'invalid_outcome' using
            errcode = '22023',
            hint = 'Outcomes: approved, partially_approved, rejected.';
    end if;
end;
$$;

comment on function credits.check_outcome(text) is
'Refuses an outcome of a dispute that there is not with 22023.';

revoke all on function credits.check_outcome(text) from public, anon, authenticated, service_role;
