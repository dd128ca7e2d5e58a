-- Where Supabase's Realtime is there: who may read an account may join its private channel,
-- credits:<account id>, on which credits.roll_up broadcasts its balance.
do $$
begin
    if to_regclass('realtime.messages') is not null
        and to_regprocedure('realtime.topic()') is not null
    then
        drop policy if exists credits_balance_read on realtime.messages;
        create policy credits_balance_read on realtime.messages
        for select to authenticated
        using (
            extension = 'broadcast'
            and realtime.topic() in (
                select 'credits:' || a from credits.my_account_ids('read') as a
            )
        );
    end if;
exception when insufficient_privilege then
    raise warning 'pgcredits: no policy on realtime.messages: %', sqlerrm;
end
$$;
