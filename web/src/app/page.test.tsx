import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Link, MemoryRouter, Route, Routes } from "react-router";
import { expect, test } from "vitest";
import { Page } from "./page";

test("the title takes the focus on the way to a page, and not when the first one opens", async () => {
  render(
    <MemoryRouter initialEntries={["/accounts/a"]}>
      <Link to="/accounts/b">The next account</Link>
      <Link to="/disputes">Disputes</Link>
      <Routes>
        <Route path="/accounts/:id" element={<Page title="Account">Its credits</Page>} />
        <Route path="/disputes" element={<Page title="Disputes">None</Page>} />
      </Routes>
    </MemoryRouter>,
  );
  expect(document.title).toBe("Account · Credits");
  expect(document.body).toHaveFocus();
  await userEvent.click(screen.getByRole("link", { name: "The next account" }));
  expect(screen.getByRole("heading", { name: "Account" })).toHaveFocus();
  await userEvent.click(screen.getByRole("link", { name: "Disputes" }));
  expect(screen.getByRole("heading", { name: "Disputes" })).toHaveFocus();
});
