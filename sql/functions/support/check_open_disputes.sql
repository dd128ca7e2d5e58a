-- Refuses more disputes than an account may have open, or file in a day: withdrawn ones count too.
--
-- Errors   PT409 too_many_disputes
create or replace function credits.check_open_disputes(p_account_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if 20 <= (
        select count(*)
        from credits.disputes as d
        where
            d.account_id = p_account_id
            and (
                credits.is_open_dispute(d.status)
                or d.created_at > clock_timestamp() - interval '1 day'
            )
    ) then
        raise exception 'too_many_disputes' using
            errcode = 'PT409',
            detail = jsonb_build_object('limit', 20)::text,
            hint = 'An account has at most 20 open disputes, and files 20 a day: wait for answers.';
    end if;
end;
$$;

comment on function credits.check_open_disputes(uuid) is
'Refuses more disputes than an account may have open with PT409.';

revoke all on function credits.check_open_disputes(uuid)
from public, anon, authenticated, service_role;
