import { useState } from "react";
import type { DiscountType, Json } from "../../database";
import { useAdminWrite } from "../../hooks/admin/use-admin-write";
import { adminService } from "../../services/admin";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Field, Select } from "../../ui/field";
import { Note } from "../../ui/notes";
import { DISCOUNT_TYPES, type Word } from "../../words";
import { ItemChoice } from "./item-choice";
import { PromotionFailure } from "./promotion-failure";
import { readPromotion, TERMS } from "./read-promotion";

/** The database leaves out what is neither letter nor digit. */
const CODE = "[^A-Za-z0-9]*([A-Za-z0-9][^A-Za-z0-9]*){3,40}";

/** Creates a promotion: what it gives, whom it is for, and how often it can be used. */
export function PromotionForm() {
  const [type, setType] = useState<DiscountType>("percent");
  const create = useAdminWrite((client, promotion: { [key: string]: Json }) =>
    adminService.createPromotion(client, promotion),
  );
  const terms = TERMS[type];
  return (
    <Card>
      <details>
        <summary className="credits:min-h-11 credits:cursor-pointer credits:content-center credits:font-semibold credits:text-accent">
          New promotion
        </summary>
        <form
          className="credits:mt-3 credits:flex credits:flex-col credits:gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            const form = event.currentTarget;
            create.mutate(readPromotion(new FormData(form)), {
              onSuccess: () => {
                form.reset();
                setType("percent");
              },
            });
          }}
        >
          <div className="credits:grid credits:items-start credits:gap-4 credits:sm:grid-cols-2 credits:lg:grid-cols-3">
            <Field
              name="code"
              label="Code"
              required
              maxLength={60}
              pattern={CODE}
              title="3 to 40 letters A to Z and digits."
              help="3 to 40 letters and digits; case does not count."
            />
            <Field name="name" label="Name" required maxLength={200} help="The buyer reads it." />
            <Select
              name="discount_type"
              label="Type"
              value={type}
              onChange={(event) => setType(event.target.value as DiscountType)}
            >
              {Object.entries<Word>(DISCOUNT_TYPES).map(([code, word]) => (
                <option key={code} value={code}>
                  {word.label}
                </option>
              ))}
            </Select>
            <Field
              name="discount_value"
              label={terms.label}
              help={terms.help}
              type="number"
              required
              min={terms.step}
              step={terms.step}
              max={terms.maximum}
            />
            {type === "fixed" && (
              <Field
                name="currency"
                label="Currency"
                required
                pattern="[A-Za-z]{3}"
                title="Three letters, such as usd."
                defaultValue="usd"
              />
            )}
            {type === "credits" && (
              <Whole
                name="credits_days"
                label="Days the credits live"
                maximum={3650}
                help="Empty: for good."
              />
            )}
            <Field name="starts_at" label="From" type="datetime-local" help="Empty: now." />
            <Field name="ends_at" label="Until" type="datetime-local" help="Empty: no end." />
            <Whole name="maximum_uses" label="Uses in all" help="Empty: no limit." />
            <Whole
              name="maximum_uses_per_account"
              label="Uses of each account"
              initial={1}
              help="Empty: no limit."
            />
            {terms.isForPurchases && (
              <Whole
                name="minimum_cents"
                label="Smallest price, in the smallest unit (cents)"
                help="Empty: none."
              />
            )}
          </div>
          {terms.isForPurchases && <ItemChoice />}
          {create.error && <PromotionFailure error={create.error} />}
          {create.isSuccess && <Note tone="good">{create.data.code} is created.</Note>}
          <Button
            type="submit"
            kind="primary"
            className="credits:self-start"
            isBusy={create.isPending}
          >
            Create
          </Button>
        </form>
      </details>
    </Card>
  );
}

interface WholeProps {
  name: string;
  label: string;
  help: string;
  maximum?: number;
  initial?: number;
}

function Whole({ name, label, help, maximum, initial }: WholeProps) {
  return (
    <Field
      {...{ name, label, help }}
      type="number"
      inputMode="numeric"
      min={1}
      max={maximum}
      step={1}
      defaultValue={initial}
    />
  );
}
