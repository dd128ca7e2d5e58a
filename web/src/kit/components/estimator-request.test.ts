import { expect, test } from "vitest";
import { aPrice } from "../../test/samples";
import { type Draft, listServices, toRequest } from "./estimator-request";

const prices = [
  aPrice(),
  aPrice({ meter: "tool:*", unit: "tool" }),
  aPrice({ meter: "tool:docs", unit: "tool" }),
  aPrice({ service: "voice_call", meter: "minutes", unit: "minute" }),
  aPrice({ service: "gpt", meter: "input_tokens", unit: "1K tokens", provider: "P" }),
  aPrice({ service: "gpt", meter: "output_tokens", unit: "1K tokens", provider: "P" }),
  aPrice({ service: "gpt", meter: "input_tokens", unit: "1K tokens above 200K", provider: "P" }),
];
const draft = (more: Partial<Draft>): Draft => ({
  service: "",
  prompt: "",
  usage: {},
  tools: [],
  ...more,
});

test("a list of prices is a list of services with what they count", () => {
  expect(listServices(prices)).toEqual([
    { code: "query", isModel: false, meters: [], tools: ["docs"], countsOne: true },
    {
      code: "voice_call",
      isModel: false,
      meters: [{ meter: "minutes", unit: "minute" }],
      tools: [],
      countsOne: false,
    },
    {
      code: "gpt",
      isModel: true,
      meters: [
        { meter: "input_tokens", unit: "1K tokens" },
        { meter: "output_tokens", unit: "1K tokens" },
      ],
      tools: [],
      countsOne: false,
    },
  ]);
});

test.each([
  ["nothing typed", draft({}), null],
  ["blanks", draft({ prompt: "  " }), null],
  ["a prompt alone", draft({ prompt: " Hi " }), { prompt: "Hi" }],
  ["a prompt for a model", draft({ prompt: "Hi", service: "gpt" }), { prompt: "Hi", model: "gpt" }],
  ["a model without a prompt", draft({ service: "gpt" }), null],
  ["a service without its count", draft({ service: "voice_call" }), null],
  ["a count that is none", draft({ service: "voice_call", usage: { minutes: "x" } }), null],
  ["a count below 0", draft({ service: "voice_call", usage: { minutes: "-1" } }), null],
  [
    "a count of 0",
    draft({ service: "voice_call", usage: { minutes: "0" } }),
    { service: "voice_call", usage: { minutes: 0 } },
  ],
  [
    "a count",
    draft({ service: "voice_call", usage: { minutes: "2.5" }, prompt: "left over" }),
    { service: "voice_call", usage: { minutes: 2.5 } },
  ],
  ["one use", draft({ service: "query" }), { service: "query", usage: {} }],
  [
    "one use with tools",
    draft({ service: "query", tools: ["docs"] }),
    { service: "query", usage: { tools: ["docs"] } },
  ],
])("%s is asked for as it should", (_, typed, request) => {
  expect(toRequest(listServices(prices), typed)).toEqual(request);
});
