import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { AccountSearch } from "./account-search";

/** A page whose address says what is looked for, with a way back. */
function Page() {
  const [history, setHistory] = useState([{ search: "", status: null as "paused" | null }]);
  const terms = history.at(-1) ?? { search: "", status: null };
  return (
    <>
      <AccountSearch
        terms={{ ...terms }}
        onSearch={({ search }) => setHistory([...history, { search, status: "paused" }])}
      />
      <button type="button" onClick={() => setHistory(history.slice(0, -1))}>
        Back
      </button>
    </>
  );
}

test("who searches stays in the field, and going back shows what was looked for before", async () => {
  render(<Page />);
  const field = screen.getByLabelText("Search");
  await userEvent.type(field, " zoe {Enter}");
  expect(field).toHaveFocus();
  expect(field).toHaveValue("zoe");
  expect(screen.getByLabelText("Status")).toHaveValue("paused");
  await userEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(screen.getByLabelText("Search")).toHaveValue("");
  expect(screen.getByLabelText("Status")).toHaveValue("");
});
