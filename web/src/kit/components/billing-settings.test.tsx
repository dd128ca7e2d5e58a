import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { FakeSupabase, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aTeam } from "../../test/rows";
import { ACCOUNT, aPack, aTopup } from "../../test/samples";
import { CreditsProvider } from "../provider";
import { AlertSettings } from "./alert-settings";
import { AutoTopupSettings } from "./auto-topup-settings";

const packs = [aPack({ code: "small", name: "Small" }), aPack()];
const alerts = { account_id: ACCOUNT, low_balance: null, default_low_balance: 200 };
const ON = "Buy a pack by itself when credits run low";

test("a top-up is switched on with its threshold, pack and limit in cents", async () => {
  const { fake } = renderKit(<AutoTopupSettings />, {
    list_credit_packages: packs,
    get_auto_topup: aTopup(),
    set_auto_topup: aTopup({ enabled: true, status: "active" }),
  });
  await userEvent.click(await screen.findByLabelText(ON));
  await userEvent.type(screen.getByLabelText("When credits are below"), "20");
  await userEvent.selectOptions(screen.getByLabelText("Pack"), "basic");
  await userEvent.type(screen.getByLabelText("At most a month, in USD"), "19.99");
  fake.answers.get_auto_topup = aTopup({ enabled: true, status: "active" });
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Saved.")).toBeVisible();
  expect(screen.getByText("On")).toBeVisible();
  expect(fake.argsOf("set_auto_topup")).toEqual([
    {
      account_id: null,
      enabled: true,
      threshold: 20,
      package: "basic",
      monthly_limit_cents: 1999,
    },
  ]);
});

test("a limit left empty is none, and switching off changes nothing else", async () => {
  const set = aTopup({ enabled: true, status: "active", threshold: 20, package: "basic" });
  const { fake } = renderKit(<AutoTopupSettings />, {
    list_credit_packages: packs,
    get_auto_topup: set,
    set_auto_topup: set,
  });
  await userEvent.click(await screen.findByRole("button", { name: "Save" }));
  await screen.findByText("Saved.");
  await userEvent.click(screen.getByLabelText(ON));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await expect.poll(() => fake.argsOf("set_auto_topup").length).toBe(2);
  const [first, second] = fake.argsOf("set_auto_topup");
  expect(first).toMatchObject({ threshold: 20, package: "basic", monthly_limit_cents: -1 });
  expect(second).toEqual({ account_id: null, enabled: false, monthly_limit_cents: null });
});

test("a pause tells why, and what ends it", async () => {
  renderKit(<AutoTopupSettings />, {
    list_credit_packages: packs,
    get_auto_topup: aTopup({ enabled: true, status: "paused", paused_reason: "declined" }),
  });
  expect(await screen.findByRole("status", { name: "" })).toHaveTextContent(
    "The card was declined. Save these settings again to go on.",
  );
});

test("a top-up that is refused says why", async () => {
  renderKit(<AutoTopupSettings />, {
    list_credit_packages: packs,
    get_auto_topup: aTopup({ threshold: 1 }),
    set_auto_topup: () => {
      throw refusal("topup_too_small", { hint: "Choose a larger pack." });
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Save" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Choose a larger pack.");
});

test("where no pack is sold there is nothing to set", async () => {
  renderKit(<AutoTopupSettings />, { list_credit_packages: [], get_auto_topup: aTopup() });
  expect(await screen.findByText(/none is on sale/)).toBeVisible();
});

test("the threshold of the low balance is shown, set, and given back to the default", async () => {
  const { fake } = renderKit(<AlertSettings />, { set_credit_alerts: alerts });
  const field = await screen.findByLabelText("Tell me when fewer are left than");
  expect(field).toHaveAttribute("placeholder", "200");
  await userEvent.type(field, "50");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Saved.")).toBeVisible();
  await userEvent.clear(field);
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await expect
    .poll(() => fake.argsOf("set_credit_alerts").flatMap(({ low_balance }) => low_balance ?? []))
    .toEqual([50, -1]);
});

/** The settings of two accounts that are both loaded, and a way to the other one. */
function twoAccounts() {
  const fake = new FakeSupabase({
    list_my_credit_accounts: [aTeam({ account_id: "team" })],
    list_credit_packages: packs,
    get_auto_topup: ({ account_id }) =>
      aTopup({ enabled: true, threshold: account_id ? 99 : 11, monthly_limit_cents: 500 }),
    set_auto_topup: aTopup(),
    set_credit_alerts: ({ account_id }) => ({ ...alerts, low_balance: account_id ? 88 : 22 }),
  });
  const page = (accountId: string | null) => (
    <CreditsProvider supabase={fake.supabase} accountId={accountId}>
      <AutoTopupSettings />
      <AlertSettings />
    </CreditsProvider>
  );
  const { rerender } = render(page(null));
  return { fake, go: (accountId: string | null) => rerender(page(accountId)) };
}

const field = async (label: string) => (await screen.findByLabelText(label)) as HTMLInputElement;

test("what was typed for one account is neither shown nor saved for another", async () => {
  const { fake, go } = twoAccounts();
  expect(await field("When credits are below")).toHaveValue(11);
  go("team");
  await waitFor(async () => expect(await field("When credits are below")).toHaveValue(99));
  await waitFor(async () =>
    expect(await field("Tell me when fewer are left than")).toHaveValue(88),
  );
  go(null);
  const threshold = await field("When credits are below");
  await userEvent.clear(threshold);
  await userEvent.type(threshold, "5");
  await userEvent.type(await field("Tell me when fewer are left than"), "9");
  await userEvent.click(screen.getAllByRole("button", { name: "Save" })[0] as HTMLElement);
  expect(await screen.findByText("Saved.")).toBeVisible();
  go("team");
  expect(screen.getByLabelText("When credits are below")).toHaveValue(99);
  expect(screen.getByLabelText("Tell me when fewer are left than")).toHaveValue(88);
  expect(screen.queryByText("Saved.")).toBeNull();
  expect(fake.argsOf("set_auto_topup")).toMatchObject([{ account_id: null, threshold: 5 }]);
});

test("a save that ends after the account was changed leaves the other one's settings alone", async () => {
  const { fake, go } = twoAccounts();
  go("team");
  await waitFor(async () => expect(await field("When credits are below")).toHaveValue(99));
  go(null);
  await waitFor(async () => expect(await field("When credits are below")).toHaveValue(11));
  let answer = (_: ReturnType<typeof aTopup>) => {};
  fake.answers.set_auto_topup = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await userEvent.click(screen.getAllByRole("button", { name: "Save" })[0] as HTMLElement);
  go("team");
  await act(async () => answer(aTopup({ threshold: 11 })));
  go(null);
  go("team");
  expect(screen.getByLabelText("When credits are below")).toHaveValue(99);
});

test.each([
  ["huf", 100_000, "1000", 250_000],
  ["jpy", 1000, "1000", 2500],
  ["kwd", 1_000_000, "1000", 2_500_000],
])(
  "a monthly limit in %s is in the units that Stripe charges",
  async (currency, set, shown, sent) => {
    const topup = aTopup({ enabled: true, threshold: 20, package: "basic", currency });
    const { fake } = renderKit(<AutoTopupSettings />, {
      list_credit_packages: packs,
      get_auto_topup: { ...topup, monthly_limit_cents: set },
      set_auto_topup: topup,
    });
    const limit = await screen.findByLabelText(`At most a month, in ${currency.toUpperCase()}`);
    expect(limit).toHaveValue(Number(shown));
    await userEvent.clear(limit);
    await userEvent.type(limit, "2500");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await expect
      .poll(() => fake.argsOf("set_auto_topup").map((args) => args.monthly_limit_cents))
      .toEqual([sent]);
  },
);
