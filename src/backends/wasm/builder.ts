// Writes functions: statements are appended one after the other, values are trees of instructions, and locals get their names here.
import type { Code, FunctionCode, ValueType } from './assembler.ts'

/** A constant address, size or count. */
export const i32 = (value: number): Code => ['i32.const', value]
/** Sums and products of addresses and counts; constants are folded. */
export function add(a: Code, b: Code | number): Code {
  const right: Code = typeof b === 'number' ? i32(b) : b
  if (right[0] === 'i32.const' && right[1] === 0) return a
  if (a[0] === 'i32.const' && right[0] === 'i32.const') return i32(a[1] + right[1])
  return ['i32.add', a, right]
}
export function sub(a: Code, b: Code | number): Code {
  return ['i32.sub', a, typeof b === 'number' ? i32(b) : b]
}
export function mul(a: Code, b: Code | number): Code {
  const right: Code = typeof b === 'number' ? i32(b) : b
  if (right[0] === 'i32.const') {
    if (right[1] === 1) return a
    if (a[0] === 'i32.const') return i32(Math.imul(a[1], right[1]))
    const shift = Math.log2(right[1])
    if (Number.isInteger(shift)) return ['i32.shl', a, i32(shift)]
  }
  return ['i32.mul', a, right]
}

/** A function under construction. `run(args, from, to)` is what a kernel exports. */
export class FunctionBuilder {
  readonly #name: string
  readonly #params: readonly (readonly [string, ValueType])[]
  readonly #result: ValueType | null
  readonly #locals: [string, ValueType][] = []
  #body: Code[] = []
  readonly #constants = new Map<string, Code>()
  readonly #prologue: Code[] = []
  /** Locals that loops do not forget: constants, and what is carried. */
  readonly #carried = new Set<string>()

  constructor(name: string, params: readonly (readonly [string, ValueType])[], result: ValueType | null = null) {
    this.#name = name
    this.#params = params
    this.#result = result
  }

  /** Appends a statement. */
  emit(...code: readonly Code[]): void {
    this.#body.push(...code)
  }

  /** The value of a param. */
  param(name: string): Code {
    return ['local.get', name]
  }

  /** A new local; `name` is for readers of the text. */
  local(type: ValueType, name = 'v'): string {
    const unique = `${name}${this.#locals.length}`
    this.#locals.push([unique, type])
    return unique
  }

  /** A new local whose contents go on from one turn of a loop to the next. */
  carried(type: ValueType, name: string): string {
    const local = this.local(type, name)
    this.#carried.add(local)
    return local
  }

  /** Keeps a value in a new local, to be used many times. */
  let(type: ValueType, value: Code, name = 'v'): Code {
    const local = this.local(type, name)
    this.emit(['local.set', local, value])
    return ['local.get', local]
  }

  /** A constant vector in a local that is set at the function's start: inside a loop it would be built anew each time. */
  constant(value: Code): Code {
    const key = value.map((part) => (Object.is(part, -0) ? '-0' : String(part))).join()
    let kept = this.#constants.get(key)
    if (kept === undefined) {
      const local = this.carried('v128', 'k')
      this.#prologue.push(['local.set', local, value])
      kept = ['local.get', local]
      this.#constants.set(key, kept)
    }
    return kept
  }

  /** Gives a local another value. */
  set(local: string, value: Code): void {
    this.emit(['local.set', local, value])
  }

  /** The statements that `write` appends, as a list instead. */
  capture(write: () => void): Code[] {
    const before = this.#body
    this.#body = []
    try {
      write()
      return this.#body
    } finally {
      this.#body = before
    }
  }

  #zero: string | null = null

  /**
   * Writes the body of a loop, and has the vectors that it keeps in locals forgotten at its end. An engine takes what a local holds at the
   * end of a turn for something that the next one may want, and V8's revectorizer leaves alone what has such a use.
   */
  forgetting(body: () => void): void {
    const before = this.#locals.length
    body()
    const made = this.#locals.slice(before).filter(([name, type]) => type === 'v128' && !this.#carried.has(name))
    if (made.length === 0) return
    this.#zero ??= this.carried('v128', 'zero')
    for (const [name] of made) this.set(name, ['local.get', this.#zero])
  }

  /** `while (counter < end) { body; counter += step }`, signed; the counter keeps its value and its end is evaluated each time. */
  while(counter: string, end: Code, step: Code | number, body: (index: Code) => void): void {
    const label = `loop${this.#labels++}`
    const index: Code = ['local.get', counter]
    const inner = this.capture(() => {
      body(index)
      this.set(counter, add(index, step))
    })
    this.emit(['block', `${label}end`, ['loop', label, ['br_if', `${label}end`, ['i32.ge_s', index, end]], ...inner, ['br', label]]])
  }

  /** `for (index = from; index < to; index += step)`, signed. `to` should be a constant or a local. */
  for(from: Code | number, to: Code | number, step: Code | number, body: (index: Code) => void, name = 'i'): void {
    const counter = this.local('i32', name)
    this.set(counter, typeof from === 'number' ? i32(from) : from)
    this.while(counter, typeof to === 'number' ? i32(to) : to, step, body)
  }

  /** A branch. */
  if(condition: Code, then: () => void, otherwise?: () => void): void {
    this.emit(['if', condition, this.capture(then), otherwise === undefined ? [] : this.capture(otherwise)])
  }

  #labels = 0

  /** The finished function. */
  finish(): FunctionCode {
    return { name: this.#name, params: this.#params, result: this.#result, locals: this.#locals, body: [...this.#prologue, ...this.#body] }
  }
}
