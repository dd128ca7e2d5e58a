import { expect, test } from "vitest";
import { listOf, mapOf, number, object, orNull, text, wordOf } from "./read-json";

const thing = object<{ name: string; sizes: Record<string, number | null>; state: "on" | "off" }>({
  name: text,
  sizes: mapOf(orNull(number)),
  state: wordOf({ on: 1, off: 1 }),
});
const RIGHT = { name: "a", sizes: { small: 1, large: null }, state: "on", more: true };

test("what is as said is read, and what nobody has asked for is left out", () => {
  expect(listOf(thing)([RIGHT], "things")).toEqual([
    { name: "a", sizes: { small: 1, large: null }, state: "on" },
  ]);
});

test.each([
  [{ ...RIGHT, name: null }, "things[0].name: null is not a text"],
  [{ ...RIGHT, sizes: { small: "1" } }, 'things[0].sizes.small: "1" is not a number'],
  [{ ...RIGHT, sizes: [] }, "things[0].sizes: [] is not an object"],
  [{ ...RIGHT, state: "toString" }, 'things[0].state: "toString" is not one of on, off'],
])("what is not as said is an error that names it: %#", (value, message) => {
  expect(() => listOf(thing)([value], "things")).toThrow(message);
});
