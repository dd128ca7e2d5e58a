import { usePackages, usePlans } from "../../hooks/use-catalog";

/** The packs and plans that a promotion is for, by their codes in the form; none: for all. */
export function ItemChoice() {
  const packages = usePackages();
  const plans = usePlans();
  return (
    <>
      <Boxes name="packages" label="Only these packs" items={packages.data ?? []} />
      <Boxes name="plans" label="Only these plans" items={plans.data ?? []} />
    </>
  );
}

interface BoxesProps {
  name: string;
  label: string;
  items: readonly { code: string; name: string }[];
}

function Boxes({ name, label, items }: BoxesProps) {
  if (items.length === 0) {
    return null;
  }
  return (
    <fieldset className="credits:min-w-0">
      <legend className="credits:text-sm credits:font-medium">{label}</legend>
      <div className="credits:flex credits:flex-wrap credits:gap-x-5">
        {items.map((item) => (
          <label
            key={item.code}
            className="credits:inline-flex credits:min-h-11 credits:items-center credits:gap-2 credits:text-sm"
          >
            <input
              type="checkbox"
              name={name}
              value={item.code}
              className="credits:size-4 credits:accent-accent"
            />
            {item.name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
