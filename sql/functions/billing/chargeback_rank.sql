-- Which of two statuses of a chargeback that are told in the same second is the later one: an
-- inquiry, which moves no money, comes first, an end comes last. Null for one that is not known.
create or replace function credits.chargeback_rank(p_status text)
returns integer
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_status = 'warning_needs_response' then 1
        when p_status = 'warning_under_review' then 2
        when p_status = 'warning_closed' then 3
        when p_status = 'needs_response' then 4
        when p_status = 'under_review' then 5
        when p_status = 'lost' then 6
        when p_status = 'appeal_needs_response' then 7
        when p_status = 'appeal_under_review' then 8
        when p_status in ('won', 'prevented') then 9
    end
$$;

comment on function credits.chargeback_rank(text) is
'The order of statuses of a chargeback told in the same second.';

revoke all on function credits.chargeback_rank(text) from public, anon, authenticated, service_role;
