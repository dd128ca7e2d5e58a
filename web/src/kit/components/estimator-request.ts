/** From what is typed into the estimator to what is asked. */
import type { EstimateRequest, Price } from "../services/catalog";

/** A service as the estimator offers it. */
export interface Service {
  code: string;
  /** Whether it is a model, which takes a prompt. */
  isModel: boolean;
  /** What a use of it names: the count, and the unit that one is. */
  meters: { meter: string; unit: string }[];
  /** What a use may be given besides, by name. */
  tools: string[];
  /** Whether a use that names nothing is one use. */
  countsOne: boolean;
}

/** What is typed. */
export interface Draft {
  /** The code of a service; empty for the model that fits best. */
  service: string;
  prompt: string;
  /** By meter, as typed. */
  usage: Readonly<Record<string, string>>;
  tools: readonly string[];
}

const TOOL = "tool:";

/** The services of a list of prices, each once, in its order. */
export function listServices(prices: readonly Price[]): Service[] {
  const services = new Map<string, Service>();
  for (const price of prices) {
    const { service: code, provider, tier } = price;
    const isModel = provider !== null || tier !== null;
    const service = services.get(code) ?? {
      code,
      isModel,
      meters: [],
      tools: [],
      countsOne: false,
    };
    addMeter(service, price);
    services.set(code, service);
  }
  return [...services.values()];
}

function addMeter(service: Service, { meter, unit }: Price): void {
  if (meter === "quantity" || meter === "base") {
    service.countsOne = true;
  } else if (meter.startsWith(TOOL)) {
    const tool = meter.slice(TOOL.length);
    if (tool !== "*") {
      service.tools.push(tool);
    }
  } else if (!service.meters.some((known) => known.meter === meter)) {
    service.meters.push({ meter, unit });
  }
}

/** What is asked for a draft; null while nothing is to be estimated. */
export function toRequest(services: readonly Service[], draft: Draft): EstimateRequest | null {
  const service = services.find(({ code }) => code === draft.service);
  if (service && !service.isModel) {
    const counts = service.meters
      .map(({ meter }) => [meter, Number.parseFloat(draft.usage[meter] ?? "")] as const)
      .filter(([, count]) => count >= 0);
    const tools = draft.tools.length > 0 ? { tools: [...draft.tools] } : {};
    return counts.length > 0 || service.countsOne
      ? { service: service.code, usage: { ...Object.fromEntries(counts), ...tools } }
      : null;
  }
  const prompt = draft.prompt.trim();
  if (prompt === "") {
    return null;
  }
  return service ? { prompt, model: service.code } : { prompt };
}
