/** Readers of JSON whose shape the database's types do not tell: what is not as said is an error. */

/** Reads a value, or throws a `TypeError` that names where it stands. */
export type Read<Value> = (value: unknown, path: string) => Value;

/** A text. */
export const text: Read<string> = (value, path) =>
  typeof value === "string" ? value : refuse(value, path, "a text");

/** A number. */
export const number: Read<number> = (value, path) =>
  typeof value === "number" ? value : refuse(value, path, "a number");

/** True or false. */
export const flag: Read<boolean> = (value, path) =>
  typeof value === "boolean" ? value : refuse(value, path, "true or false");

/** What JSON can hold, however it is. */
export const anything: Read<unknown> = (value) => value;

/** One of the words of a catalog such as those of `words.ts`. */
export function wordOf<Word extends string>(words: Readonly<Record<Word, unknown>>): Read<Word> {
  const isWord = (value: unknown): value is Word =>
    typeof value === "string" && Object.hasOwn(words, value);
  return (value, path) =>
    isWord(value) ? value : refuse(value, path, `one of ${Object.keys(words).join(", ")}`);
}

/** A value, or null where there is none. */
export function orNull<Value>(read: Read<Value>): Read<Value | null> {
  return (value, path) => (value === null || value === undefined ? null : read(value, path));
}

/** A list. */
export function listOf<Value>(read: Read<Value>): Read<Value[]> {
  return (value, path) =>
    Array.isArray(value)
      ? value.map((item: unknown, index) => read(item, `${path}[${index}]`))
      : refuse(value, path, "a list");
}

/** An object whose keys are data, such as the numbers of each status. */
export function mapOf<Value>(read: Read<Value>): Read<Record<string, Value>> {
  return (value, path) =>
    Object.fromEntries(
      Object.entries(fieldsOf(value, path)).map(([key, item]) => [
        key,
        read(item, `${path}.${key}`),
      ]),
    );
}

/** An object with these fields; what else it has is left out. */
export function object<Value extends object>(
  fields: {
    [Key in keyof Value]: Read<Value[Key]>;
  },
): Read<Value> {
  return (value, path) => {
    const found = fieldsOf(value, path);
    const entries = Object.entries<Read<unknown>>(fields).map(([key, read]) => [
      key,
      read(found[key], `${path}.${key}`),
    ]);
    return Object.fromEntries(entries) as Value;
  };
}

function fieldsOf(value: unknown, path: string): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(value, path, "an object");
}

function refuse(value: unknown, path: string, wanted: string): never {
  throw new TypeError(`${path}: ${JSON.stringify(value)} is not ${wanted}`);
}
