// Structures of arrays and plain objects.

/** Whether a value is an object without a class: neither an array nor an instance of anything. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The structure with `change(leaf)` in place of everything in it that is neither an array nor a plain object. */
export function mapNested(tree: unknown, change: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(tree)) return tree.map((item) => mapNested(item, change))
  if (isPlainObject(tree)) return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, mapNested(item, change)]))
  return change(tree)
}
