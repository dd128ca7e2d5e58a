-- The same as `task_rules` for Russian, Chinese and Japanese. A `*` at both ends finds a phrase
-- inside a sentence that is written without spaces.
create or replace function credits.other_script_task_rules()
returns table (language text, task text, weight integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('ru', 'translation', 12, 'перевед*|перевод*|по английски|на английский|на русский'),
    ('ru', 'translation', 12, 'на немецкий|на французский|по немецки|что значит'),
    ('ru', 'summary', 10, 'кратко|перескажи|резюм*|выдели главное|главное из|краткое содержание'),
    ('ru', 'summary', 10, 'вкратце|суть|основные мысли|тезисы|конспект|сократи*'),
    ('ru', 'code', 6, 'функци*|скрипт*|код|ошибк*|запрос|класс|программу|программа|цикл'),
    ('ru', 'code', 6, 'базы данных'),
    ('ru', 'writing', 6, 'напиши|придумай|рассказ|письмо|стих*|поздравление|сочини|речь|статью'),
    ('ru', 'writing', 6, 'сказку|пост|текст для|составь|объявление|тост|перепиши|исправь'),
    ('ru', 'analysis', 8, 'сравни*|вычисли|посчитай|реши|проанализируй|уравнение|докажи'),
    ('ru', 'analysis', 8, 'сколько будет|процент*|вероятность|что лучше|оцени|уравнени*|рассчитай'),
    ('ru', 'conversation', 6, 'привет|здравствуй*|спасибо|как дела|кто|когда|почему|посоветуй'),
    ('zh', 'translation', 12, '*翻译*|*用英语*|*译成*|*英语怎么说*|*用中文*|*译为*|*怎么说*|*什么意思*'),
    ('zh', 'summary', 10, '*总结*|*概括*|*要点*|*摘要*|*主要内容*|*简述*|*归纳*|*一句话*|*提炼*|*主要观点*'),
    ('zh', 'code', 6, '*代码*|*函数*|*编程*|*组件*|*脚本*|*程序*|*报错*|*数据库*|*接口*|*算法*|*爬虫*'),
    ('zh', 'writing', 6, '*写一篇*|*作文*|*写一封*|*邮件*|*故事*|*写一首*|*文案*|*演讲*|*写个*|*写一段*|*诗*|*祝福*|*广告*'),
    ('zh', 'writing', 6, '*标题*|*润色*'),
    ('zh', 'analysis', 8, '*比较*|*计算*|*分析*|*解方程*|*证明*|*优缺点*|*多少*|*概率*|*方程*|*哪个更*|*利弊*|*评估*|*划算*'),
    ('zh', 'conversation', 6, '*你好*|*谢谢*|*推荐*|*为什么*|*是谁*'),
    ('ja', 'translation', 12, '*翻訳*|*訳して*|*英語で*|*日本語に*|*英語に*|*英訳*|*和訳*|*どう言いますか*|*どういう意味*'),
    ('ja', 'summary', 10, '*要約*|*まとめて*|*要点*|*短くして*|*概要*|*一言で*|*箇条書き*|*簡潔に*'),
    ('ja', 'code', 6, '*コード*|*関数*|*プログラム*|*スクリプト*|*エラー*|*クラス*|*データベース*|*実装*|*バグ*'),
    ('ja', 'writing', 6, '*書いて*|*メール*|*作文*|*手紙*|*物語*|*スピーチ*|*添削*|*詩を*|*文章を作*|*キャッチコピー*'),
    ('ja', 'analysis', 8, '*比較*|*計算*|*分析*|*求めて*|*証明*|*どちらが*|*確率*|*方程式*|*評価*|*解いて*|*メリット*'),
    ('ja', 'conversation', 6, '*こんにちは*|*ありがとう*|*どれくらい*|*何ですか*|*おすすめ*')
$$;

comment on function credits.other_script_task_rules() is
'The Russian, Chinese and Japanese phrases that tell the task of a prompt.';

revoke all on function credits.other_script_task_rules()
from public, anon, authenticated, service_role;
