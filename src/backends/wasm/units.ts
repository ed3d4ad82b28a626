// Kernels over numbered units of work: rows, columns, blocks. A task is as many units as are worth a task; the first words of such a kernel's
// arguments are the number of units and how many make a task.
import type { Code, FunctionCode } from './assembler.ts'
import { add, FunctionBuilder, mul } from './builder.ts'
import { compileKernel, type Kernel, launch } from './launch.ts'

/** What a kernel's body is written with: the builder, and the kernel's own words by name. */
export type UnitBody<Word extends string> = (f: FunctionBuilder, words: Readonly<Record<Word, Code>>, unit: Code) => void

/** A kernel that does one unit after the other. */
export interface UnitKernel<Word extends string> {
  /** Does `units` units of about `nanoseconds` each. Words with the names that the kernel was made with are its arguments. */
  run(units: number, nanoseconds: number, words: Readonly<Record<Word, number>>): void
}

const TASK_NANOSECONDS = 10000

/** A kernel that is compiled when it is first run. `body` writes what is done for one unit. */
export function unitKernel<const Word extends string>(name: string, names: readonly Word[], body: UnitBody<Word>): UnitKernel<Word> {
  const write = (): FunctionCode => {
    const f = new FunctionBuilder('run', [
      ['args', 'i32'],
      ['from', 'i32'],
      ['to', 'i32'],
    ])
    const word = (at: number, label: string): Code => f.let('i32', ['i32.load', 4 * at, f.param('args')], label)
    const units = word(0, 'units')
    const each = word(1, 'each')
    const words = Object.fromEntries(names.map((label, at) => [label, word(at + 2, label)])) as Record<Word, Code>
    const end = f.let('i32', mul(f.param('to'), each), 'end')
    const last = f.let('i32', least(units, end), 'last')
    f.for(mul(f.param('from'), each), last, 1, (unit) => body(f, words, unit), 'unit')
    return f.finish()
  }
  let kernel: Kernel | null = null
  return {
    run(units, nanoseconds, words) {
      if (units === 0) return
      kernel ??= compileKernel(name, [write()])
      const each = Math.max(1, Math.min(units, Math.round(TASK_NANOSECONDS / Math.max(nanoseconds, 1))))
      const args = [units, each, ...names.map((label) => words[label])]
      launch(kernel, args, Math.ceil(units / each), units * nanoseconds)
    },
  }
}

/** The lesser of two counts. */
export const least = (a: Code, b: Code): Code => ['select', a, b, ['i32.lt_s', a, b]]

/** An address that moves through memory. */
export function pointer(f: FunctionBuilder, start: Code, name: string): { readonly at: Code; advance(by: Code | number): void } {
  const local = f.local('i32', name)
  f.set(local, start)
  const at: Code = ['local.get', local]
  return { at, advance: (by) => f.set(local, add(at, by)) }
}

/** Made once for each key. */
export function cached<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>()
  return (key) => {
    let value = made.get(key)
    if (value === undefined) {
      value = make(key)
      made.set(key, value)
    }
    return value
  }
}
