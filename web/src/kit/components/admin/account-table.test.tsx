import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { accountHref, anAdminAccount } from "../../../test/admin-rows";
import { refusal } from "../../../test/fake-supabase";
import { renderKit } from "../../../test/render";
import { PAGE_SIZE } from "../../services/admin";
import { AccountSearch } from "./account-search";
import { AccountTable } from "./account-table";

const PAGE = Array.from({ length: PAGE_SIZE }, (_, index) =>
  anAdminAccount({ account_id: `account-${index}`, email: `user-${index}@example.com` }),
);

test("the next page begins behind the last account, and the button goes with the last page", async () => {
  const { fake } = renderKit(
    <AccountTable search="example" status="active" accountHref={accountHref} />,
    {
      admin_list_accounts: ({ before }) =>
        before === null ? PAGE : [anAdminAccount({ account_id: "z", email: "last@example.com" })],
    },
  );
  await userEvent.click(await screen.findByRole("button", { name: "Show more" }));
  expect(await screen.findByRole("link", { name: "last@example.com" })).toHaveAttribute(
    "href",
    "/accounts/z",
  );
  expect(screen.getByRole("link", { name: "user-0@example.com" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Show more" })).not.toBeInTheDocument();
  expect(fake.argsOf("admin_list_accounts")).toEqual([
    { search: "example", status: "active", before: null, page_size: PAGE_SIZE },
    { search: "example", status: "active", before: "account-49", page_size: PAGE_SIZE },
  ]);
});

test("where nothing fits, it is said what to do", async () => {
  renderKit(<AccountTable search="nobody" status={null} accountHref={accountHref} />, {
    admin_list_accounts: [],
  });
  expect(await screen.findByText(/No account fits/)).toBeVisible();
});

test("what went wrong is told, and can be tried again", async () => {
  let isBroken = true;
  renderKit(<AccountTable search="" status={null} accountHref={accountHref} />, {
    admin_list_accounts: () => {
      if (isBroken) {
        throw refusal("statement_timeout", { hint: "It took too long." });
      }
      return [anAdminAccount()];
    },
  });
  const again = await screen.findByRole("button", { name: "Try again" });
  isBroken = false;
  await userEvent.click(again);
  expect(await screen.findByRole("link", { name: "zoe@example.com" })).toBeVisible();
});

test("a search is of what was typed, without its spaces, and of the status", async () => {
  const onSearch = vi.fn();
  renderKit(<AccountSearch terms={{ search: "", status: null }} onSearch={onSearch} />);
  await userEvent.type(screen.getByLabelText("Search"), " zoe ");
  await userEvent.selectOptions(screen.getByLabelText("Status"), "Paused");
  await userEvent.click(screen.getByRole("button", { name: "Search" }));
  expect(onSearch).toHaveBeenCalledWith({ search: "zoe", status: "paused" });
});
