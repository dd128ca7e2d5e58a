import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { renderKit } from "../../test/render";
import { Gifts } from "./gifts";

test("the code that brought a visitor here is forgotten when it is claimed", async () => {
  localStorage.setItem("credits-referred", "5F7FC3F5");
  renderKit(
    <MemoryRouter>
      <Gifts />
    </MemoryRouter>,
    {
      list_credit_gifts: [],
      get_referral_code: {
        code: "ABCD1234",
        url_suffix: "?ref=ABCD1234",
        referred: 0,
        rewarded: 0,
        credits_earned: 0,
      },
      claim_referral_code: { ok: true, message: null, credits: 50, balance: null },
    },
  );
  await userEvent.click(await screen.findByRole("button", { name: "Claim" }));
  await expect.poll(() => localStorage.getItem("credits-referred")).toBeNull();
});
