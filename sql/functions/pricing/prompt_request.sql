-- Writes a piece of a prompt so that phrases can be looked up in it: lower case, without accents,
-- every run of spaces and punctuation one space, and a space at both ends. Latin letters among
-- Chinese or Japanese ones become words of their own. It does not depend on the locale.
create or replace function credits.prompt_request(p_text text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with plain as (
        select lower(
            translate(
                p_text,
                'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜàáâãäåçèéêëìíîïñòóôõöùúûü’'
                || 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЭЮЯ',
                'AAAAAACEEEEIIIINOOOOOUUUUaaaaaaceeeeiiiinooooouuuu'''
                || 'абвгдежзийклмнопрстуфхцчшщыэюя'
            ) collate "C"
        ) as text
    ),
    words as (
        select regexp_replace(
            p.text, '[][\s!-/:-@\\^_`{|}~«»“”„…¿¡–—。、，：；？！（）「」‘]+', ' ', 'g'
        ) as text
        from plain as p
    )
    select ' ' || case
        when w.text ~ '[⺀-鿿가-힣]' then regexp_replace(w.text, '([a-z0-9]+)', ' \1 ', 'g')
        else w.text
    end || ' '
    from words as w
$$;

comment on function credits.prompt_request(text) is
'Writes a piece of a prompt in lower case, without accents and punctuation.';

revoke all on function credits.prompt_request(text) from public, anon, authenticated, service_role;
