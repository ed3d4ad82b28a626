// Equal structures as equal texts.

/** Numbers that JSON has no words for. */
const exactly = (_: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? `${Object.is(value, -0) ? '-0' : value}` : value

/** A text that differs where two structures of plain data do. */
export const keyOfStructure = (structure: unknown): string => JSON.stringify(structure, exactly)
