-- Takes a message to sales, and tells the operators. Counted by address, by network (where there is
-- one, and it is not the back end's own) and in all; a refusal is returned.
--
-- Returns  ok; or message rate_limited.
-- Errors   22023 invalid_email, message_required, message_too_long, invalid_name
create or replace function credits.contact_sales(
    p_email text,
    p_message text,
    p_name text,
    p_company text
)
returns public.credit_answer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_email text := credits.check_email(p_email);
    v_hash bytea;
    v_id bigint;
begin
    perform credits.check_contact(p_message, p_name, p_company);
    if not credits.is_service() then
        v_hash := sha256(
            (select s.salt from credits.identity_salts as s)
            || convert_to(credits.network_address(), 'UTF8')
        );
    end if;
    perform pg_advisory_xact_lock(hashtextextended('credits.contacts', 0));
    if exists (
        select from credits.contacts as c
        where c.created_at > clock_timestamp() - interval '1 hour'
        having
            count(*) >= 100
            or count(*) filter (where c.email = v_email) >= 3
            or count(*) filter (where c.address_hash = v_hash) >= 5
    ) then
        return (false, 'rate_limited', null, null)::public.credit_answer;
    end if;
    insert into credits.contacts as c (email, address_hash)
    values (v_email, v_hash)
    returning c.id into strict v_id;
    perform credits.put_notice(
        null, 'contact', v_id::text,
        jsonb_build_object(
            'email', v_email, 'message', p_message, 'name', p_name, 'company', p_company
        )
    );
    return (true, null, null, null)::public.credit_answer;
end;
$$;

comment on function credits.contact_sales(text, text, text, text) is
'Takes a message to sales.';

revoke all on function credits.contact_sales(text, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.contact_sales(
    text, text, text, text
) to anon, authenticated, service_role;
