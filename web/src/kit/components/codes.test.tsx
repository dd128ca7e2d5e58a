import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { type Answers, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { RedeemCode } from "./redeem-code";
import { Referral } from "./referral";

const MINE: Answers = {
  get_referral_code: {
    code: "5F7FC3F5",
    url_suffix: "?ref=5F7FC3F5",
    referred: 4,
    rewarded: 2,
    credits_earned: 200,
  },
};

test("one's link is copied as it stands", async () => {
  const user = userEvent.setup();
  renderKit(<Referral site="https://shop.example/" />, MINE);
  expect(await screen.findByLabelText("Your link")).toHaveValue(
    "https://shop.example/?ref=5F7FC3F5",
  );
  await user.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByRole("status")).toHaveTextContent("Copied.");
  expect(await navigator.clipboard.readText()).toBe("https://shop.example/?ref=5F7FC3F5");
});

test("where copying is not allowed it says what to do", async () => {
  const user = userEvent.setup();
  renderKit(<Referral />, MINE);
  await screen.findByLabelText("Your link");
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("denied"));
  await user.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByRole("status")).toHaveTextContent("Select the text");
});

test("it counts who came, who bought, and what that earned", async () => {
  renderKit(<Referral />, MINE);
  await screen.findByText("Came");
  const counts = Array.from(document.querySelectorAll("dl > div"), (pair) => pair.textContent);
  expect(counts).toEqual(["Came4", "Bought2", "Credits earned200"]);
});

test("the code that brought somebody here is there to be claimed", async () => {
  const user = userEvent.setup();
  const onClaim = vi.fn();
  const { fake } = renderKit(<Referral code="ABCD1234" onClaim={onClaim} />, {
    ...MINE,
    claim_referral_code: { ok: true, message: null, credits: 50, balance: null },
  });
  await user.click(screen.getByRole("button", { name: "Claim" }));
  expect(await screen.findByText(/brings you 50 credits more/)).toBeInTheDocument();
  expect(fake.argsOf("claim_referral_code")).toEqual([{ code: "ABCD1234" }]);
  expect(onClaim).toHaveBeenCalledOnce();
  expect(screen.getByLabelText("Who brought you? Their code")).toHaveValue("");
});

test.each([
  ["referral_cycle", /You brought this person here yourself/],
  ["already_purchased", /bought something before/],
  ["something_new", /cannot be used/],
])("the answer %s stands at the code in words", async (message, words) => {
  const user = userEvent.setup();
  renderKit(<Referral />, {
    ...MINE,
    claim_referral_code: { ok: false, message, credits: null, balance: null },
  });
  await user.type(screen.getByLabelText("Who brought you? Their code"), "X");
  await user.click(screen.getByRole("button", { name: "Claim" }));
  await screen.findByText(words);
  const field = screen.getByLabelText("Who brought you? Their code");
  expect(field).toHaveAccessibleDescription(words);
  expect(field).toHaveValue("X");
});

test("a code is turned into credits", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<RedeemCode />, {
    redeem_credit_code: { ok: true, message: null, credits: 50, balance: 150 },
  });
  await user.type(screen.getByLabelText("Code"), " WELCOME ");
  await user.click(screen.getByRole("button", { name: "Redeem" }));
  expect(await screen.findByText("50 credits added.")).toBeInTheDocument();
  expect(screen.getByLabelText("Code")).toHaveValue("");
  expect(fake.argsOf("redeem_credit_code")).toEqual([{ code: "WELCOME", account_id: null }]);
});

test("too many codes are refused above the field", async () => {
  const user = userEvent.setup();
  renderKit(<RedeemCode />, {
    redeem_credit_code: () => {
      throw refusal("rate_limited", { code: "PT429", hint: "Wait an hour." });
    },
  });
  await user.type(screen.getByLabelText("Code"), "WELCOME");
  await user.click(screen.getByRole("button", { name: "Redeem" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Wait an hour.");
  expect(screen.getByLabelText("Code")).toHaveValue("WELCOME");
});
