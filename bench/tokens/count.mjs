// Counts the tokens of texts: a JSON list of texts in, a list of [o200k_base, cl100k_base] out.
import { readFileSync } from "node:fs";
import { countTokens as cl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens as o200k } from "gpt-tokenizer/encoding/o200k_base";

const texts = JSON.parse(readFileSync(0, "utf8"));
const plain = { allowedSpecial: new Set(), disallowedSpecial: new Set() };
console.log(JSON.stringify(texts.map((text) => [o200k(text, plain), cl100k(text, plain)])));
