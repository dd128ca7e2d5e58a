-- How many tokens a text is to the tokenizer of a current language model, about.
--
-- A sum: every pattern counts something that such a tokenizer tends to cut, and its weight is what
-- one more of it adds. docs/estimates.md explains the weights and what they were measured to be
-- worth. Letters are told by their Unicode ranges, so that no locale has a say; there are fewer
-- than 32 patterns because a session keeps that many compiled.
--
-- p_text   null and '' are no tokens; every other text is at least one.
-- Returns  tokens; the time it takes is proportional to the text.
create or replace function credits.estimate_tokens(p_text text)
returns integer
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        case
            when p_text <> '' then greatest(1, round(sum(
                c.weight * regexp_count(p_text collate "C", c.pattern)
            ))::integer)
            else 0
        end
    from (
        values
        -- Latin words: one each, long ones more, the little words of English less.
        ('[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+', 0.96),
        ('[a-z]{6}', 0.34),
        ('[a-z][A-Z]', 0.71),
        ('[A-Z]{2}', 0.21),
        (' (the|of|and|to|in|is|for|that|with|you|it|on|this|are|not|have)(?=[^a-z])', -0.27),
        -- What is rarer in English than in its neighbours, and so less often a token as it is.
        ('[jkyz]', 0.48),
        ('[aio][ ,.!?]', 0.25),
        ('gli|zz|cch|tt|gg|zi|sc', 0.75),
        -- Accents: western, central European and combining; Vietnamese has tokens of its own.
        ('[\u00c0-\u00ff]', 0.60),
        ('[\u0100-\u024f\u0300-\u036f]', 1.01),
        ('[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1e00-\u1eff]', -0.33),
        -- Digits go by threes; a space before a word is free, before a number it is not.
        ('[0-9]{1,3}', 1.22),
        (' [0-9]', 0.95),
        -- Punctuation by runs, free where a single sign leads a word, cheap where it draws lines.
        ('[!-/:-@\[-`{-~]+', 0.93),
        ('[!-/:-@\[-`{-~]{2}', 0.61),
        ('[!-/:-@\[-`{-~][A-Za-z]', -0.64),
        ('-{8}|={8}|\*{8}|_{8}|#{8}|~{8}|[.]{8}', -2.52),
        ('[\u00a0-\u00bf\u2010-\u205f\u20a0-\u20bf\u3000-\u303f\uff00-\uffef]', 0.93),
        -- Indentation by runs.
        ('[ \t]{2,}|\t', 1.01),
        -- Cyrillic by letters and words, and the letters of Ukrainian.
        ('[\u0400-\u052f]', 0.15),
        ('[\u0400-\u052f]+', 0.85),
        ('[\u0454\u0456\u0457\u0491]', 0.88),
        -- By the letter: Greek, Hebrew, Arabic; Armenian, Indic, Thai, Georgian; Gurmukhi, Burmese,
        -- Khmer; then what goes by bytes: Sinhala, Lao, Ethiopic and others, symbols and emoji.
        ('[\u0370-\u03ff]', 0.43),
        ('[\u0590-\u05ff]', 0.45),
        ('[\u0600-\u06ff]', 0.37),
        ('[\u0530-\u058f\u0900-\u09ff\u0a80-\u0d7f\u0e00-\u0e7f\u10a0-\u10ff]', 0.39),
        ('[\u0a00-\u0a7f\u1000-\u109f\u1780-\u17ff]', 0.62),
        (
            '[\u0700-\u08ff\u0d80-\u0dff\u0e80-\u0fff\u1100-\u177f\u1800-\u1bff'
            '\u2100-\u2bff\U00010000-\U0010ffff]', 1.92
        ),
        -- Hangul by syllables and words; kana and Han by the sign.
        ('[\uac00-\ud7a3]', 0.28),
        ('[\uac00-\ud7a3]+', 1.28),
        ('[\u3040-\u30ff\u3400-\u9fff]', 0.76)
    ) as c (pattern, weight)
$$;

comment on function credits.estimate_tokens(text) is
'How many tokens a text is to the tokenizer of a current language model, about.';

revoke all on function credits.estimate_tokens(text)
from public, anon, authenticated, service_role;
