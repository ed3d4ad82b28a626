// Checks of sizes given by people: arrays of whole numbers, and one number for several.
import { OptionError, ShapeError } from '../../core/errors.ts'

const printed = (value: unknown): string => (Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value))

/** Throws unless `shape` is an array of whole numbers, none below `least`. */
export function requireShape(name: string, shape: unknown, least = 0): asserts shape is readonly number[] {
  if (!Array.isArray(shape)) {
    throw new OptionError(
      `${name}: a shape is an array of integers, not ${printed(shape)}.${typeof shape === 'number' ? ` Write [${shape}].` : ''}`,
    )
  }
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < least) {
      throw new ShapeError(`${name}: sizes must be integers of at least ${least}, got ${printed(shape)}.`)
    }
  }
}

/** One whole number for each of `count` spatial dims, from one number for all or a list. */
export function spread(name: string, parameter: string, value: number | readonly number[], count: number, least: number): number[] {
  const list =
    typeof value === 'number'
      ? new Array<number>(count).fill(value)
      : value.length === 1 && count > 1
        ? new Array<number>(count).fill(value[0] as number)
        : [...value]
  if (list.length !== count) throw new ShapeError(`${name}: ${parameter} needs one integer or ${count}, got ${printed(value)}.`)
  for (const item of list) {
    if (!Number.isSafeInteger(item) || item < least)
      throw new ShapeError(`${name}: ${parameter} must be at least ${least}, got ${printed(value)}.`)
  }
  return list
}
