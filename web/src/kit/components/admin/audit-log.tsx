import { useState } from "react";
import { inWords } from "../../format";
import { useAudit } from "../../hooks/admin/use-work";
import { midnight } from "../../midnight";
import { Answer } from "../../ui/answer";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Field, Select } from "../../ui/field";
import { ACT_KINDS } from "../../words";
import type { AccountHref } from "./account-link";
import { AuditTable } from "./audit-table";
import { More } from "./more";

const ACTS = [
  ...Object.keys(ACT_KINDS),
  ...Object.keys(ACT_KINDS).map((act) => `request_${act}`),
  "decline_act",
  "pause_account",
  "resume_account",
  "erase_account",
  "review_dispute",
  "create_promotion",
  "end_promotion",
  "apply_catalog",
];

interface Wanted {
  account_id: string;
  actor: string;
  act: string;
  since: string;
  until: string;
}

const ALL: Wanted = { account_id: "", actor: "", act: "", since: "", until: "" };

/** The audit, by account, actor, act and time. */
export function AuditLog({ accountHref }: { accountHref: AccountHref }) {
  const [fields, setFields] = useState(ALL);
  const [wanted, setWanted] = useState(ALL);
  const pages = useAudit({
    account_id: wanted.account_id || null,
    actor: wanted.actor || null,
    act: wanted.act || null,
    since: wanted.since ? midnight(wanted.since) : null,
    until: wanted.until ? midnight(wanted.until, 1) : null,
  });
  const field = (name: keyof Wanted) => ({
    value: fields[name],
    onChange: (event: { target: { value: string } }) =>
      setFields({ ...fields, [name]: event.target.value.trim() }),
  });
  return (
    <Card>
      <form
        className="credits:mb-4 credits:grid credits:items-start credits:gap-3 credits:sm:grid-cols-2 credits:lg:grid-cols-3"
        onSubmit={(event) => {
          event.preventDefault();
          setWanted(fields);
        }}
      >
        <Field
          label="Account"
          placeholder="The id of an account"
          pattern="[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
          title="An id has 36 letters, digits and hyphens."
          {...field("account_id")}
        />
        <Field label="Who" placeholder="user:… or a role" {...field("actor")} />
        <Select label="Act" {...field("act")}>
          <option value="">All acts</option>
          {ACTS.map((act) => (
            <option key={act} value={act}>
              {inWords(act)}
            </option>
          ))}
        </Select>
        <Field label="From" type="date" {...field("since")} />
        <Field label="To" type="date" {...field("until")} />
        <div className="credits:flex credits:gap-2 credits:self-end">
          <Button type="submit" kind="primary">
            Show
          </Button>
          <Button
            onClick={() => {
              setFields(ALL);
              setWanted(ALL);
            }}
          >
            Clear
          </Button>
        </div>
      </form>
      <Answer query={pages} height="30rem">
        {(entries) => <AuditTable entries={entries} accountHref={accountHref} />}
      </Answer>
      <More pages={pages} />
    </Card>
  );
}
