/** Numbers, money and times as the document's language writes them. */
import { inLanguage, language } from "./language";

/** How many decimals the ledger keeps. */
const CREDIT_PLACES = 9;
/** Currencies of which Stripe counts whole ones, and thousandths; of all others hundredths. */
const WHOLE = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" ");
const THOUSANDTHS = "bhd jod kwd omr tnd".split(" ");

const numbers = (options: Intl.NumberFormatOptions) =>
  inLanguage((inThis) => new Intl.NumberFormat(inThis, options));
const times = (options: Intl.DateTimeFormatOptions) =>
  inLanguage((inThis) => new Intl.DateTimeFormat(inThis, options));

const credits = numbers({ maximumFractionDigits: CREDIT_PLACES });
const signed = numbers({ maximumFractionDigits: CREDIT_PLACES, signDisplay: "exceptZero" });
const percent = numbers({ style: "percent", maximumFractionDigits: 1 });
const day = times({ dateStyle: "medium" });
const dayInUtc = times({ dateStyle: "medium", timeZone: "UTC" });
const time = times({ dateStyle: "medium", timeStyle: "short" });

/** Credits, with all the decimals that they have: two amounts that differ look different. */
export function formatCredits(amount: number): string {
  return credits().format(amount);
}

/** Credits with their name: "1 credit", "2.5 credits". */
export function inCredits(amount: number): string {
  return `${formatCredits(amount)} ${amount === 1 ? "credit" : "credits"}`;
}

/** Credits with their sign: what a transaction moved. */
export function formatSigned(amount: number): string {
  return signed().format(amount).replace("-", "−");
}

/**
 * How many decimals Stripe's amounts of a currency have. The browser's own list is another one:
 * it writes forints without decimals, which Stripe counts in hundredths.
 *
 * @param currency its code, such as `usd`.
 */
export function placesOf(currency: string): number {
  const code = currency.toLowerCase();
  return WHOLE.includes(code) ? 0 : THOUSANDTHS.includes(code) ? 3 : 2;
}

/**
 * Money.
 *
 * @param minorUnits cents, or what the currency's smallest unit is.
 * @param currency its code, such as `usd`; null where nothing tells it.
 */
export function formatMoney(minorUnits: number, currency: string | null): string {
  if (currency === null) {
    return `${credits().format(minorUnits)} minor units`;
  }
  const places = placesOf(currency);
  return new Intl.NumberFormat(language(), {
    style: "currency",
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  }).format(minorUnits / 10 ** places);
}

/**
 * The price of one credit, with its fractions of a cent.
 *
 * @param major in the currency itself: dollars, not cents.
 */
export function formatRate(major: number, currency: string): string {
  return new Intl.NumberFormat(language(), {
    style: "currency",
    currency,
    minimumFractionDigits: placesOf(currency),
    maximumFractionDigits: 6,
  }).format(major);
}

/** A share of one, as percent. */
export function formatShare(share: number): string {
  return percent().format(share);
}

/** The day of a time, in the browser's zone; in UTC where a month of the database begins or ends. */
export function formatDay(iso: string, zone?: "UTC"): string {
  return (zone ? dayInUtc() : day()).format(new Date(iso));
}

/** A time, in the browser's zone. */
export function formatTime(iso: string): string {
  return time().format(new Date(iso));
}

/** A code such as `voice_call` in words: "Voice call". */
export function inWords(code: string): string {
  const words = code.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
