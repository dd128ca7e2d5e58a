-- The words by which an English prompt shows what it is about: as `task_rules`, but they count
-- less, for a text about a program may be a poem.
create or replace function credits.topic_rules()
returns table (task text, weight integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('code', 4, 'function*|script|code|rust|ruby|kotlin|powershell|webpack|terraform|kafka|html'),
    ('code', 4, 'css|react|vue|angular|django|flask|spring boot|node|npm|git|github|docker*'),
    ('code', 4, 'kubernetes|postgres*|redis|pandas|dataframe|json|yaml|api|endpoint*|pytest|linux'),
    ('code', 4, 'query|loop|array|string|variable|exception|compiler|parser|algorithm|commit'),
    ('code', 4, 'excel|component|localhost|database|schema|implement*|compile*|deploy*|bug'),
    ('code', 4, 'library|class|flutter|swiftui|xcode|laravel|rails|symfony|svelte|tailwind|numpy'),
    ('code', 4, 'pytorch|matlab|webhook*|oauth|jwt|websocket*|grpc|graphql|orm|http|backend'),
    ('code', 4, 'frontend|front end|vba|aws|azure|s3|lambda|serverless|apache|makefile|cmake|pip'),
    ('code', 4, 'venv|cargo|gradle|maven|yarn|arduino|raspberry pi|wordpress|firebase|android'),
    ('code', 4, 'google sheets|macro|formula|pivot|segmentation fault|segfault|core dumped'),
    ('code', 4, 'pointer|memory leak|stack overflow|deadlock|mutex|thread*|race condition'),
    ('code', 4, 'recursion|recursive|syntax|cron|cron job|merge conflict|pull request|repo'),
    ('code', 4, 'repository|rebase|ci|lint*|widget|foreign key|primary key|dict'),
    ('code', 3, 'error|fails|server|method|type|types|tests|benchmark|shell|terminal|browser|hash'),
    ('code', 3, 'table|column*|index|branch|cache|pipeline|token|cookie*|parse*|pointers|app'),
    ('code', 3, 'crash*|does not run|doesn t work|does not work|not working|faster|optimi*'),
    ('code', 3, 'install'),
    ('writing', 4, 'sentence|paragraph|resign*|apology|apologi*|condolence*|obituary|card|scene'),
    ('writing', 4, 'plot|character|villain|hero|fairy tale|rhyme*|verse*|jingle|motto|hashtag*'),
    ('writing', 4, 'bio|cv|flyer|brochure|poster|marketing|pitch|podcast|youtube|column|memo'),
    ('writing', 4, 'announcement|statement|persuasive|catchy|funny|humorous|warm|informal'),
    ('writing', 4, 'heartfelt|wording|headline*'),
    ('analysis', 4, 'interest|tax|loan|mortgage|invest*|roi|break even|payback|budget|profit'),
    ('analysis', 4, 'margin|fraction|square root|area of|volume of|angle|triangle|matrix|vector'),
    ('analysis', 4, 'integral*|derivative|polynomial|prime|divisible|permutation*|odds|chance of'),
    ('analysis', 4, 'chances|bayes*|regression|variance|sample size|confidence interval'),
    ('analysis', 4, 'conclusion|causal*|root cause|strengths|weaknesses|criteria|cheaper|cheapest'),
    ('analysis', 4, 'more expensive|paradox|dilemma'),
    ('analysis', 3, 'revenue|churn|sales|costs|cost|price|per hour|customers|percent|data|option'),
    ('analysis', 3, 'options|alternatives|impact|consequences|implications|count equally|share')
$$;

comment on function credits.topic_rules() is
'The English phrases that tell what a prompt is about, and how much each counts.';

revoke all on function credits.topic_rules() from public, anon, authenticated, service_role;
