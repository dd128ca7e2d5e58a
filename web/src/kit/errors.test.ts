import { expect, test } from "vitest";
import { asCreditsError, CreditsError, explain } from "./errors";

test("the numbers of a refusal are read from its details", () => {
  const error = asCreditsError({
    code: "P0001",
    message: "insufficient_credits",
    details: '{"required": 10, "available": 2.5}',
  });
  expect(error.details).toEqual({ required: 10, available: 2.5 });
  expect(explain(error)).toBe("This needs 10 credits; you have 2.5.");
});

test.each(["no JSON at all", "null", "7", ""])("details that are %j are no numbers", (details) => {
  const error = asCreditsError({ code: "22023", message: "insufficient_credits", details });
  expect(error.details).toEqual({});
  expect(explain(error)).toBe("This was refused: insufficient credits.");
});

test("the hint is what a person is told, where there is one", () => {
  const hint = "The account is paused.";
  expect(explain(asCreditsError({ code: "22023", message: "account_paused", hint }))).toBe(hint);
});

test("a hint that names a function is for developers", () => {
  const hint = "list_credit_prices() lists the services.";
  const error = asCreditsError({ code: "22023", message: "unknown_service", hint });
  expect(explain(error)).toBe("This was refused: unknown service.");
});

test("what is no refusal is told without its words, which are for developers", () => {
  expect(explain(new TypeError("x is undefined"))).toBe("Something went wrong. Try again.");
});

test("what has no code had no answer, and may be sent again", () => {
  const error = asCreditsError({ message: "TypeError: fetch failed" });
  expect(error).toBeInstanceOf(CreditsError);
  expect([error.token, error.isLost]).toEqual(["no_answer", true]);
});

test("who is not signed in is told to sign in", () => {
  const error = asCreditsError({ code: "PGRST303", message: "JWT expired", status: 401 });
  expect(explain(error)).toBe("You are not signed in: sign in, then try again.");
});

test("a hint is told also of what may be sent again", () => {
  const hint = "The payment provider does not answer.";
  const error = asCreditsError({ code: "502", message: "stripe_unavailable", hint, status: 502 });
  expect([error.isLost, explain(error)]).toEqual([true, hint]);
});
