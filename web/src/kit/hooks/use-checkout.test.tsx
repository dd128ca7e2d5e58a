import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { fakeEdge } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aPack } from "../../test/samples";
import { PackageCards } from "../components/package-cards";

test("while the browser leaves for the checkout it opens no second one", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {}); // jsdom goes nowhere, and says so
  const calls = fakeEdge({
    "/api/credits/checkout": { url: "https://pay.test/1", session_id: "cs_1", order_id: "o1" },
  });
  renderKit(<PackageCards />, { list_credit_packages: [aPack()] });
  const buy = await screen.findByRole("button", { name: "Buy Basic" });
  await userEvent.click(buy);
  await expect.poll(() => calls.length).toBe(1);
  await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
  expect(buy).toHaveAttribute("aria-disabled", "true");
  await userEvent.click(buy);
  expect(calls).toHaveLength(1);
  await act(async () => window.dispatchEvent(new Event("pageshow")));
  await expect.poll(() => buy).not.toHaveAttribute("aria-disabled");
});
