import { inWords } from "../format";
import { Field, Select, TextField } from "../ui/field";
import type { Draft, Service } from "./estimator-request";

/** What `EstimatorFields` takes. */
export interface EstimatorFieldsProps {
  services: readonly Service[];
  draft: Draft;
  onChange: (draft: Draft) => void;
}

/** The service or model, and its prompt or its counts. */
export function EstimatorFields({ services, draft, onChange }: EstimatorFieldsProps) {
  const models = services.filter((service) => service.isModel);
  const others = services.filter((service) => !service.isModel);
  const chosen = others.find((service) => service.code === draft.service);
  return (
    <div className="credits:flex credits:flex-col credits:gap-4">
      <Select
        label="Service"
        value={draft.service}
        onChange={(event) =>
          onChange({ ...draft, service: event.target.value, usage: {}, tools: [] })
        }
      >
        <option value="">
          {models.length > 0 ? "The cheapest model that fits" : "Choose one"}
        </option>
        {models.length > 0 && <Group label="Models" services={models} />}
        {others.length > 0 && <Group label="Services" services={others} />}
      </Select>
      {chosen ? (
        <Counts service={chosen} draft={draft} onChange={onChange} />
      ) : (
        models.length > 0 && (
          <TextField
            label="Prompt"
            rows={3}
            value={draft.prompt}
            onChange={(event) => onChange({ ...draft, prompt: event.target.value })}
          />
        )
      )}
    </div>
  );
}

function Counts(props: { service: Service; draft: Draft; onChange: (draft: Draft) => void }) {
  const { service, draft, onChange } = props;
  return (
    <>
      {service.meters.map(({ meter, unit }) => (
        <Field
          key={meter}
          label={inWords(meter)}
          help={`Counted by the ${unit}.`}
          type="number"
          min={0}
          step="any"
          value={draft.usage[meter] ?? ""}
          onChange={(event) =>
            onChange({ ...draft, usage: { ...draft.usage, [meter]: event.target.value } })
          }
        />
      ))}
      {service.tools.length > 0 && (
        <fieldset className="credits:flex credits:flex-wrap credits:gap-x-5">
          <legend className="credits:text-sm credits:font-medium">Tools</legend>
          {service.tools.map((tool) => (
            <label
              key={tool}
              className="credits:inline-flex credits:min-h-11 credits:items-center credits:gap-2 credits:text-sm"
            >
              <input
                type="checkbox"
                className="credits:size-5 credits:accent-accent"
                checked={draft.tools.includes(tool)}
                onChange={(event) =>
                  onChange({
                    ...draft,
                    tools: event.target.checked
                      ? [...draft.tools, tool]
                      : draft.tools.filter((other) => other !== tool),
                  })
                }
              />
              {inWords(tool)}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

function Group({ label, services }: { label: string; services: readonly Service[] }) {
  return (
    <optgroup label={label}>
      {services.map(({ code, isModel }) => (
        <option key={code} value={code}>
          {isModel ? code : inWords(code)}
        </option>
      ))}
    </optgroup>
  );
}
