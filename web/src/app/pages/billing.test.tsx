import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter, useLocation, useNavigationType } from "react-router";
import { expect, test } from "vitest";
import { renderKit } from "../../test/render";
import { ACCOUNT, aBalance, anOrder } from "../../test/samples";
import { Billing } from "./billing";

const alerts = { account_id: ACCOUNT, low_balance: null, default_low_balance: 200 };

test("who runs low is told so at the end of the page, where it moves nothing", async () => {
  renderKit(
    <MemoryRouter>
      <Billing />
    </MemoryRouter>,
    {
      get_credit_balance: aBalance({ balance: 5, available: 5 }),
      set_credit_alerts: alerts,
    },
  );
  const told = await screen.findByText("Credits are low: 5 left.");
  for (const heading of screen.getAllByRole("heading")) {
    expect(told.compareDocumentPosition(heading)).toBe(Node.DOCUMENT_POSITION_PRECEDING);
  }
});

function Address() {
  const { pathname, search } = useLocation();
  return (
    <p>
      at {pathname + search} by {useNavigationType()}
    </p>
  );
}

test("an address that a checkout came back to thanks once, and is no longer that", async () => {
  sessionStorage.setItem("credits-checkout", JSON.stringify(["cs_1", "mine"]));
  renderKit(
    <MemoryRouter initialEntries={["/billing?checkout=success&session_id=cs_1"]}>
      <Billing />
      <Address />
    </MemoryRouter>,
    { list_credit_orders: [anOrder({ id: "mine" })] },
  );
  expect(await screen.findByText("at /billing by REPLACE")).toBeVisible();
  expect(screen.getByText("Thank you: 5,500 credits added.")).toBeVisible();
});

test("a friend's code is offered once, and forgotten where it is not wanted", async () => {
  localStorage.setItem("credits-referred", "5F7FC3F5");
  const page = (
    <MemoryRouter>
      <Billing />
    </MemoryRouter>
  );
  const { unmount } = renderKit(page);
  expect(screen.getByRole("link", { name: "Claim it" })).toHaveAttribute("href", "/gifts");
  await userEvent.click(screen.getByRole("button", { name: "No, thanks" }));
  expect(screen.queryByText(/friend's code/)).toBeNull();
  unmount();
  renderKit(page);
  expect(screen.queryByText(/friend's code/)).toBeNull();
});
