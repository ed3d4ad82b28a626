// Structures of arrays and plain objects.

const isRecord = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The structure with `change(leaf)` in place of everything in it that is neither an array nor a plain object. */
export function mapNested(tree: unknown, change: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(tree)) return tree.map((item) => mapNested(item, change))
  if (isRecord(tree)) return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, mapNested(item, change)]))
  return change(tree)
}
