-- What a prompt shows by its form, as regular expressions: for each task, how much each counts and
-- where it is looked for: `opening` and `request` as `prompt_request` writes them, or `text`, the
-- beginning as it was written. At most 24 rows, because a session keeps 32 compiled expressions.
create or replace function credits.prompt_shapes()
returns table (task text, weight integer, place text, name text, pattern text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    (
        'translation', 12, 'request', 'into a language',
        '\m(in|into|to|from) (english|german|french|spanish|italian|portuguese|dutch|polish|turkish'
        || '|russian|chinese|japanese|korean|arabic|hindi|greek|latin|swedish|danish|norwegian'
        || '|finnish|czech|hungarian|ukrainian|hebrew|vietnamese|thai|indonesian)\M'
    ),
    (
        'translation', 14, 'opening', 'a language',
        '^(english|german|french|spanish|italian|portuguese|dutch|polish|turkish|russian|chinese'
        || '|japanese|korean|arabic|hindi|greek|latin|swedish|danish|norwegian|finnish|czech'
        || '|hungarian|ukrainian|hebrew|vietnamese|thai|indonesian)\M|(ish|ese|ian|man|nch)'
        || ' (version|words?|translation|for)\M'
    ),
    (
        'translation', 9, 'text', 'what a quote means',
        '[Ww]hat does ["''“«].{1,80}["''”»] mean|["''”»][.,]? [Ww]hat does (that|it|this) mean'
    ),
    ('code', 7, 'text', 'statements', '[;{}][ \t]*\n|\n[ \t]*[})\]]+;?[ \t]*(\n|$)'),
    (
        'code', 7, 'text', 'keywords of a language',
        '(^|\n)[ \t]*(def|class|import|from \w+ import|fn|func|pub|const|let|var|public|private'
        || '|async|#include|@\w+|function|return|elif|try|SELECT|select|CREATE TABLE|INSERT INTO)\M'
        || '.*[:;({=,*]'
    ),
    ('code', 7, 'text', 'tables', '\m[a-z_]+ ?\(([a-z_]+, ?)+[a-z_]+\)'),
    ('code', 5, 'text', 'operators', '=>|->|::|==|!=|&&|\|\||\w\(\)|\w\[\w+\]|\.\w+\(|</\w+>'),
    (
        'code', 8, 'text', 'a block or an error',
        '```|\w(Error|Exception)\M|\merror(\[|:)|Traceback|ERR[A-Z_]{4}'
    ),
    (
        'code', 5, 'text', 'a file or a language',
        '\w\.(py|js|ts|tsx|go|rs|java|c|cpp|cs|rb|php|sql|sh|ya?ml|json|html|css|toml|lock)\M'
        || '|\m[CF](#|[+][+])|[.]NET\M'
    ),
    (
        'code', 6, 'request', 'in a programming language',
        '\m(in|using|with) (python|javascript|typescript|java|c|go|rust|sql|php|ruby|bash|swift)\M'
    ),
    ('analysis', 8, 'text', 'arithmetic', '\d\s?[-+*/×÷^=<>]\s?\(?-?\d|\d\s?% of|\d ?[a-z] ?[-+=]'),
    ('analysis', 8, 'text', 'a formula', '\m[a-z] ?(\^ ?\d|[²³])|\m[a-z] = -?\d|√|∑|∫'),
    ('analysis', 5, 'text', 'rows of numbers', '\d[,;] ?\d+[,;] ?\d+[,;\n]|(\n.*,[\d.]+){3}'),
    (
        'analysis', 6, 'request', 'this or that',
        '\m(should (i|we)|which|better)\M.{1,90}\mor\M'
        || '|\mor\M.{1,140}\m(which|better|choose|pick)\M'
    ),
    (
        'analysis', 5, 'text', 'quantities',
        '\d.{1,25}\d.{1,25}\d.{1,25}\d.{1,25}\d|\d ?% (a|of|per|de|von|di) '
        || '|\d ?(km|kg|cm|kwh|mph|mi|m²|l|€|%).{1,120}\d ?(km|kg|cm|kwh|mph|mi|m²|l|€|%)'
    ),
    ('analysis', 6, 'opening', 'one or the other', '^\w+ or \w+ '),
    ('summary', 3, 'opening', 'in so many words', ' in ([^ ]+) (words|sentences|lines)\M'),
    ('writing', 3, 'text', 'a number of words', '\d+[ -](words|characters|lines|mots|palabras)\M'),
    (
        'conversation', 12, 'opening', 'a greeting',
        '^(hi|hello|hey|thanks|thank you|good (morning|evening)|ok)\M'
    ),
    ('conversation', 12, 'opening', 'a question of fact', '^(who|when|where) '),
    ('conversation', 9, 'opening', 'yes or no', '^(is|are|was|do|did|can) '),
    (
        'conversation', 6, 'opening', 'a question',
        '^(why|how (many|much|old|long|far)|what (does|do|is|are) (a|an|the))\M'
    )
$$;

comment on function credits.prompt_shapes() is
'The forms, as regular expressions, that tell the task of a prompt.';

revoke all on function credits.prompt_shapes() from public, anon, authenticated, service_role;
