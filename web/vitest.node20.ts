/**
 * Gives Node 20 the `Map.groupBy` of ECMAScript 2024, where it is missing: Vitest 5 is made for
 * Node 22, and needs it to print why a test failed.
 */
export function supplyGroupBy(): void {
  if (!("groupBy" in Map)) {
    Object.defineProperty(Map, "groupBy", { value: groupBy, writable: true, configurable: true });
  }
}

function groupBy<Item, Key>(
  items: Iterable<Item>,
  keyOf: (item: Item, index: number) => Key,
): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group) {
      group.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return groups;
}
