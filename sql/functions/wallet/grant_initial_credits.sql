-- Back-fills users who are there already: opens missing personal accounts and starts accounts that
-- have no plan yet, with the free plan's credits, once each.
--
-- An account that another session holds is left for the next run; one that fails is reported as a
-- warning and does not stop the others.
--
-- Returns  how many accounts were opened or started.
-- Errors   22023 invalid_batch_size
-- Locks    credits.catalogs against a new catalog, then credits.accounts: the rows it starts; until
--          commit.
create or replace function credits.grant_initial_credits(p_batch_size integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid;
    v_count integer := 0;
begin
    perform credits.check_job(clock_timestamp(), p_batch_size);
    if not pg_try_advisory_xact_lock(hashtextextended('credits.grant_initial_credits', 0)) then
        return 0;    -- Another one is at it: two would wait for each other's persons.
    end if;
    perform credits.share_catalog();
    for v_user_id in
        select u.id
        from auth.users as u
        left join credits.accounts as a on u.id = a.id
        where
            u.deleted_at is null
            and (
                a.id is null
                or a.plan is null and not u.is_anonymous and (select credits.has_free_plan())
            )
        order by u.created_at, u.id
    loop
        exit when v_count = p_batch_size;
        begin
            perform from credits.accounts as a
            where a.id = v_user_id
            for no key update skip locked;
            continue when not found
                and exists (select from credits.accounts as a where a.id = v_user_id);
            perform credits.open_personal_account(v_user_id);
            v_count := v_count + 1;
        exception when others then
            raise warning 'pgcredits: account % not started: % (%)', v_user_id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.grant_initial_credits(integer) is
'Opens and starts the accounts of users who were there before pgcredits.';

revoke all on function credits.grant_initial_credits(integer)
from public, anon, authenticated, service_role;
grant execute on function credits.grant_initial_credits(integer) to service_role;
