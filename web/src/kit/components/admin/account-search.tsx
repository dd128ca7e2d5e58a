import { useState } from "react";
import type { AccountStatus } from "../../database";
import { Button } from "../../ui/button";
import { Field, Select } from "../../ui/field";
import { ACCOUNT_STATUSES, type Word } from "../../words";

/** Which accounts are looked for. */
export interface AccountSearchTerms {
  search: string;
  status: AccountStatus | null;
}

/** Whether a text is the status of an account. */
export function isAccountStatus(text: string): text is AccountStatus {
  return Object.hasOwn(ACCOUNT_STATUSES, text);
}

/** What `AccountSearch` takes: what was looked for last, and what to do with what is next. */
export interface AccountSearchProps {
  terms: AccountSearchTerms;
  onSearch: (terms: AccountSearchTerms) => void;
}

/** Asks which accounts to show. */
export function AccountSearch({ terms, onSearch }: AccountSearchProps) {
  const [fields, setFields] = useState(terms);
  const [shown, setShown] = useState(terms);
  if (terms.search !== shown.search || terms.status !== shown.status) {
    setShown(terms); // others than were looked for here, such as after going back
    setFields(terms);
  }
  return (
    <form
      className="credits:grid credits:items-start credits:gap-3 credits:sm:grid-cols-[1fr_12rem_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch({ ...fields, search: fields.search.trim() });
      }}
    >
      <Field
        label="Search"
        type="search"
        value={fields.search}
        onChange={(event) => setFields({ ...fields, search: event.target.value })}
        help="A part of an address, a name or an external id, or the start of an id."
      />
      <Select
        label="Status"
        value={fields.status ?? ""}
        onChange={({ target: { value } }) =>
          setFields({ ...fields, status: isAccountStatus(value) ? value : null })
        }
      >
        <option value="">All</option>
        {Object.entries<Word>(ACCOUNT_STATUSES).map(([code, word]) => (
          <option key={code} value={code}>
            {word.label}
          </option>
        ))}
      </Select>
      <Button type="submit" kind="primary" className="credits:sm:mt-6">
        Search
      </Button>
    </form>
  );
}
