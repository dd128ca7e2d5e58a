import { render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { ADMIN_PLACES, Places } from "./places";

test.each([
  ["/admin", "Analytics"],
  ["/admin/accounts", "Accounts"],
  ["/admin/accounts/11111111-1111-4111-8111-111111111111", "Accounts"],
])("at %s the row says that one is at %s", (path, name) => {
  Element.prototype.scrollIntoView = () => {}; // jsdom lays nothing out
  render(
    <MemoryRouter initialEntries={[path]}>
      <Places label="Administration" places={ADMIN_PLACES} />
    </MemoryRouter>,
  );
  const current = screen.getAllByRole("link").filter((link) => link.ariaCurrent === "page");
  expect(current.map((link) => link.textContent)).toEqual([name]);
});
