import { type FormEvent, useId } from "react";
import { formatCredits, formatMoney, placesOf } from "../format";
import type { useAutoTopup } from "../hooks/use-auto-topup";
import type { AutoTopup } from "../services/billing";
import type { Package } from "../services/catalog";
import { Field, Select } from "../ui/field";
import { Save } from "../ui/save";

/** What `TopupForm` takes. */
export interface TopupFormProps {
  topup: AutoTopup;
  packs: readonly Package[];
  save: ReturnType<typeof useAutoTopup>["save"];
}

/** The fields of the automatic top-up. */
export function TopupForm({ topup, packs, save }: TopupFormProps) {
  const id = useId();
  const limit = topup.monthly_limit_cents;
  const scale = 10 ** placesOf(topup.currency);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (form.get("enabled") === null) {
      save.mutate({ enabled: false });
      return;
    }
    const money = String(form.get("limit")).trim();
    save.mutate({
      enabled: true,
      threshold: Number(form.get("threshold")),
      package: String(form.get("package")),
      monthly_limit_cents: money === "" ? null : Math.round(Number(money) * scale),
    });
  }
  return (
    <form className="credits:flex credits:flex-col credits:gap-4" onSubmit={submit}>
      <label
        htmlFor={id}
        className="credits:inline-flex credits:min-h-11 credits:items-center credits:gap-3 credits:text-sm"
      >
        <input
          id={id}
          name="enabled"
          type="checkbox"
          className="credits:size-5 credits:accent-accent"
          defaultChecked={topup.enabled}
        />
        Buy a pack by itself when credits run low
      </label>
      <div className="credits:grid credits:gap-4 credits:sm:grid-cols-3">
        <Field
          label="When credits are below"
          name="threshold"
          type="number"
          min={0}
          step="any"
          required
          defaultValue={topup.threshold ?? ""}
        />
        <Select label="Pack" name="package" defaultValue={topup.package ?? packs[0]?.code}>
          {packs.map((pack) => (
            <option key={pack.code} value={pack.code}>
              {pack.name}: {formatCredits(pack.credits + pack.bonus_credits)} for{" "}
              {formatMoney(pack.price_cents, pack.currency)}
            </option>
          ))}
        </Select>
        <Field
          label={`At most a month, in ${topup.currency.toUpperCase()}`}
          name="limit"
          type="number"
          min={0}
          step="any"
          placeholder="No limit"
          defaultValue={limit === null ? "" : limit / scale}
        />
      </div>
      <Save write={save} />
    </form>
  );
}
