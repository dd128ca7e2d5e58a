-- What is left of all grants, by where they came from; what is held is not.
create or replace function credits.credits_by_source()
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(s.source, s.remaining), '{}')
    from (
        select
            g.source,
            trim_scale(sum(
                case
                    when g.id = a.head_grant_id and a.head_remaining > 0 then a.head_remaining
                    else g.remaining
                end
            )) as remaining
        from credits.grants as g
        inner join credits.accounts as a on g.account_id = a.id
        where g.remaining > 0 or g.id = a.head_grant_id and a.head_remaining > 0
        group by g.source
    ) as s;
$$;

comment on function credits.credits_by_source() is
'What is left of all grants, by where they came from.';

revoke all on function credits.credits_by_source() from public, anon, authenticated, service_role;
