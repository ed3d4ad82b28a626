// The stack of active transforms. Each is a level; a value belongs to the highest level that made it, and an operation goes to
// the highest level among its inputs. It knows no transform: they stand above, in transforms/.
import { GradError } from '../core/errors.ts'
import type { Lifted, Value } from '../core/value.ts'
import type { BindablePrimitive } from './params.ts'

/** An active transform. Each method computes on the values one level below, and gives a value of this level. */
export abstract class Level {
  /** Its place in the stack, from 0; −1 while it is not active. */
  depth = -1
  /** As people call it, for messages. */
  abstract readonly name: string
  /** Whether it records histories of its own. */
  abstract readonly records: boolean
  /** Whether a value of it stands for many values below. */
  abstract readonly batches: boolean

  /** Applies a primitive, one of whose inputs belongs to this level. */
  abstract apply(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown): Value
  /** Writes into a destination; it or the value belongs to this level. */
  abstract write(destination: Value, value: Value, name: string): void
  /** The value without history and tangents. */
  abstract detach(value: Value): Value
  /** Draws random numbers while this level is active, or null where it has no say in that. */
  abstract draw(primitive: BindablePrimitive, state: Value, params: unknown): Value | null
  /** What takes the place of a value of this level when the level is over. */
  abstract survivor(value: Value): Value
  /** Makes a value that was not lifted one of this level. */
  abstract adopt(value: Value): void
  /** Called when the level gets onto the stack; what it returns is called when it leaves. */
  abstract enter(): () => void
}

/** What a level keeps with its values. */
export interface LiftedBy<L extends Level> extends Lifted {
  readonly level: L
}

const stack: Level[] = []

/** Whether there was ever a level: until then no value can be lifted, and operations need not look. */
export let lifts = false

/** The active levels, the lowest first. */
export const activeLevels: readonly Level[] = stack

/** The level that a lifted value belongs to. */
export const levelOf = (lifted: Lifted): Level => lifted.level as Level // only levels lift values

/** Puts a level on top of the stack; what it returns takes it off again, and whatever was left above it. */
export function enter(level: Level): () => void {
  if (level.depth >= 0) throw new GradError(`${level.name}: this level is active already. Leave it before entering it again.`)
  lifts = true
  level.depth = stack.length
  stack.push(level)
  const left = level.enter()
  return () => {
    if (stack[level.depth] !== level) return
    for (const above of stack.splice(level.depth)) above.depth = -1
    left()
  }
}

/** Runs a function with a level on top of the stack. */
export function within<R>(level: Level, run: () => R): R {
  const leave = enter(level)
  try {
    return run()
  } finally {
    leave()
  }
}

/** Runs a function with exactly these levels on the stack, in this order, whatever is active now. */
export function withinExactly<R>(levels: readonly Level[], run: () => R): R {
  const before = stack.splice(0)
  for (const level of before) level.depth = -1
  const leaving: (() => void)[] = []
  try {
    for (const level of levels) {
      if (before.includes(level)) level.depth = stack.push(level) - 1
      else leaving.unshift(enter(level))
    }
    return run()
  } finally {
    for (const leave of leaving) leave()
    for (const level of stack.splice(0)) level.depth = -1
    for (const level of before) level.depth = stack.push(level) - 1
  }
}

/** Whether a value belongs to a transform, or is a view of one that does. */
export const isLifted = ({ lifted, origin }: Value): boolean => lifted !== null || (origin !== null && origin.root.lifted !== null)

/** A value as the active levels see it: of a level that is over, what takes its place. */
export function present(value: Value): Value {
  let at = value
  const adopter = at.lifted === null ? (at.origin?.root.lifted ?? null) : null
  if (adopter !== null) levelOf(adopter).adopt(at) // what it is a view of was made the level's own after the view
  while (at.lifted !== null && levelOf(at.lifted).depth < 0) at = levelOf(at.lifted).survivor(at)
  return at
}

/** The highest active level among values; null where none belongs to one. */
export function highestLevel(values: readonly Value[]): Level | null {
  let highest: Level | null = null
  for (const { lifted } of values) {
    if (lifted === null) continue
    const level = levelOf(lifted)
    if (highest === null || level.depth > highest.depth) highest = level
  }
  return highest
}
