// Assembles kernels: a module of functions given as trees of instructions, in the shape of WebAssembly's folded text format, as bytes
// (what an engine compiles) and as text (what people and snapshots read).
import { type OpcodeName, opcodeOf } from './opcodes.ts'

/** Types of locals. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

/**
 * An instruction with its operands before it in evaluation, as in folded text: `['i32.add', a, b]`.
 * Immediates come first: `['v128.load', offset, address]`, `['f32x4.extract_lane', lane, v]`, `['i8x16.shuffle', [16 lanes], a, b]`.
 */
export type Code =
  | readonly [OpcodeName, ...(Code | number | readonly number[])[]]
  | readonly ['i32.const' | 'f32.const' | 'f64.const', number]
  | readonly ['i64.const', bigint]
  | readonly ['v128.const', 'i32x4' | 'f32x4' | 'f64x2', ...number[]]
  | readonly ['local.get', string]
  | readonly ['local.set' | 'local.tee', string, Code]
  | readonly ['block' | 'loop', string, ...Code[]]
  | readonly ['br', string]
  | readonly ['br_if', string, Code]
  | readonly ['if', Code, readonly Code[], (readonly Code[])?]
  | readonly ['call', string, ...Code[]]

/** A function of a module. */
export interface FunctionCode {
  readonly name: string
  readonly params: readonly (readonly [name: string, type: ValueType])[]
  readonly result: ValueType | null
  readonly locals: readonly (readonly [name: string, type: ValueType])[]
  readonly body: readonly Code[]
}

const typeBytes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }
const VOID = 0x40
const END = 0x0b

function unsigned(out: number[], value: number): void {
  let rest = value
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80)
    rest = Math.floor(rest / 128)
  }
  out.push(rest)
}

function signed(out: number[], value: number): void {
  let rest = value | 0
  for (;;) {
    const byte = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && byte < 0x40) || (rest === -1 && byte >= 0x40)) {
      out.push(byte)
      return
    }
    out.push(byte | 0x80)
  }
}

function signedLong(out: number[], value: bigint): void {
  let rest = BigInt.asIntN(64, value)
  while (rest < -0x40n || rest > 0x3fn) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.push(Number(rest & 0x7fn))
}

const encoder = /*@__PURE__*/ new TextEncoder()

function name(out: number[], text: string): void {
  const bytes = encoder.encode(text)
  unsigned(out, bytes.length)
  out.push(...bytes)
}

const bytesOf = (array: Float32Array | Float64Array | Int32Array): Uint8Array => new Uint8Array(array.buffer)

/** Alignment hint of one byte, which every access fulfils. */
const ALIGNMENT = 0

class FunctionEncoder {
  readonly out: number[] = []
  readonly #locals: Map<string, number>
  readonly #functions: ReadonlyMap<string, number>
  readonly #labels: string[] = []

  constructor(code: FunctionCode, functions: ReadonlyMap<string, number>) {
    this.#locals = new Map([...code.params, ...code.locals].map(([local], index) => [local, index]))
    this.#functions = functions
  }

  #local(local: string): void {
    const index = this.#locals.get(local)
    if (index === undefined) throw new TypeError(`no local ${local}`)
    unsigned(this.out, index)
  }

  #label(label: string): void {
    const at = this.#labels.lastIndexOf(label)
    if (at < 0) throw new TypeError(`no label ${label}`)
    unsigned(this.out, this.#labels.length - 1 - at)
  }

  all(body: readonly Code[]): void {
    for (const code of body) this.one(code)
  }

  one(code: Code): void {
    const { out } = this
    switch (code[0]) {
      case 'i32.const':
        out.push(0x41)
        signed(out, code[1])
        return
      case 'i64.const':
        out.push(0x42)
        signedLong(out, code[1])
        return
      case 'f32.const':
        out.push(0x43, ...bytesOf(new Float32Array([code[1]])))
        return
      case 'f64.const':
        out.push(0x44, ...bytesOf(new Float64Array([code[1]])))
        return
      case 'v128.const': {
        const [, shape, ...lanes] = code
        const array = shape === 'i32x4' ? Int32Array : shape === 'f32x4' ? Float32Array : Float64Array
        out.push(0xfd, 12, ...bytesOf(new array(lanes as number[])))
        return
      }
      case 'local.get':
        out.push(0x20)
        this.#local(code[1])
        return
      case 'local.set':
      case 'local.tee':
        this.one(code[2])
        out.push(code[0] === 'local.set' ? 0x21 : 0x22)
        this.#local(code[1])
        return
      case 'block':
      case 'loop': {
        const [kind, label, ...body] = code
        out.push(kind === 'block' ? 0x02 : 0x03, VOID)
        this.#labels.push(label)
        this.all(body)
        this.#labels.pop()
        out.push(END)
        return
      }
      case 'br':
        out.push(0x0c)
        this.#label(code[1])
        return
      case 'br_if':
        this.one(code[2])
        out.push(0x0d)
        this.#label(code[1])
        return
      case 'if': {
        const [, condition, then, otherwise] = code
        this.one(condition)
        out.push(0x04, VOID)
        this.#labels.push('')
        this.all(then)
        if (otherwise !== undefined && otherwise.length > 0) {
          out.push(0x05)
          this.all(otherwise)
        }
        this.#labels.pop()
        out.push(END)
        return
      }
      case 'call': {
        const [, callee, ...operands] = code
        this.all(operands)
        out.push(0x10)
        unsigned(out, this.#functions.get(callee) as number)
        return
      }
      default:
        this.#instruction(code as readonly [OpcodeName, ...(Code | number | readonly number[])[]])
    }
  }

  #instruction([opcode, ...parts]: readonly [OpcodeName, ...(Code | number | readonly number[])[]]): void {
    const found = opcodeOf(opcode)
    if (found === undefined) throw new TypeError(`no instruction ${opcode}`)
    const { out } = this
    const immediates: number[] = []
    for (const part of parts) {
      if (typeof part === 'number') immediates.push(part)
      else if (typeof part[0] === 'number') immediates.push(...(part as readonly number[]))
      else this.one(part as Code)
    }
    if (found.prefix !== 0) out.push(found.prefix)
    unsigned(out, found.number)
    if (found.accesses) {
      out.push(ALIGNMENT)
      unsigned(out, immediates[0] as number)
      if (immediates.length > 1) out.push(immediates[1] as number) // lane
    } else if (opcode === 'memory.copy') out.push(0, 0)
    else if (opcode === 'memory.fill') out.push(0)
    else out.push(...immediates)
  }
}

function section(out: number[], id: number, content: readonly number[]): void {
  out.push(id)
  unsigned(out, content.length)
  for (const byte of content) out.push(byte)
}

/** A module with these functions, all exported, over an imported memory `env.memory` that is shared or not. */
export function assemble(
  functions: readonly FunctionCode[],
  memory: { readonly maximumPages: number; readonly shared: boolean },
): Uint8Array<ArrayBuffer> {
  const indices = new Map(functions.map((code, index) => [code.name, index]))
  const types: number[] = []
  unsigned(types, functions.length)
  const declared: number[] = []
  unsigned(declared, functions.length)
  const exported: number[] = []
  unsigned(exported, functions.length)
  const bodies: number[] = []
  unsigned(bodies, functions.length)
  functions.forEach((code, index) => {
    types.push(0x60)
    unsigned(types, code.params.length)
    for (const [, type] of code.params) types.push(typeBytes[type])
    if (code.result === null) types.push(0)
    else types.push(1, typeBytes[code.result])
    unsigned(declared, index)
    name(exported, code.name)
    exported.push(0)
    unsigned(exported, index)
    const encoded = new FunctionEncoder(code, indices)
    encoded.all(code.body)
    const body: number[] = []
    unsigned(body, code.locals.length)
    for (const [, type] of code.locals) body.push(1, typeBytes[type])
    unsigned(bodies, body.length + encoded.out.length + 1)
    for (const byte of body) bodies.push(byte)
    for (const byte of encoded.out) bodies.push(byte)
    bodies.push(END)
  })
  const imported: number[] = [1]
  name(imported, 'env')
  name(imported, 'memory')
  imported.push(2, memory.shared ? 3 : 1)
  unsigned(imported, 0)
  unsigned(imported, memory.maximumPages)
  const out = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  section(out, 1, types)
  section(out, 2, imported)
  section(out, 3, declared)
  section(out, 7, exported)
  section(out, 10, bodies)
  return Uint8Array.from(out)
}

const printNumber = (value: number): string =>
  Object.is(value, -0) ? '-0' : Number.isNaN(value) ? 'nan' : value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value)

const indent = (text: string): string => text.replaceAll('\n', '\n  ')

/** An instruction as folded text. */
export function printCode(code: Code): string {
  const [opcode, ...parts] = code as readonly [string, ...(Code | number | bigint | string | readonly Code[] | readonly number[])[]]
  if (opcode === 'if') {
    const [condition, then, otherwise] = parts as [Code, readonly Code[], (readonly Code[])?]
    const branch = (word: string, body: readonly Code[]): string =>
      `\n  (${word}${body.map((each) => indent(indent(`\n${printCode(each)}`))).join('')})`
    return `(if ${printCode(condition)}${branch('then', then)}${otherwise !== undefined && otherwise.length > 0 ? branch('else', otherwise) : ''})`
  }
  if (opcode === 'block' || opcode === 'loop') {
    const [label, ...body] = parts as [string, ...Code[]]
    return `(${opcode} $${label}${body.map((each) => indent(`\n${printCode(each)}`)).join('')})`
  }
  const memory = /\.(load|store)/.test(opcode)
  const printed = parts.map((part, at) => {
    if (typeof part === 'number') return memory && at === 0 ? (part === 0 ? '' : ` offset=${part}`) : ` ${printNumber(part)}`
    if (typeof part === 'bigint') return ` ${part}`
    if (typeof part === 'string') return opcode === 'v128.const' ? ` ${part}` : ` $${part}`
    if (typeof part[0] === 'number') return ` ${(part as readonly number[]).join(' ')}`
    return ` ${printCode(part as Code)}`
  })
  return `(${opcode}${printed.join('')})`
}

/** A function as folded text. */
export function printFunction({ name: label, params, result, locals, body }: FunctionCode): string {
  const head = [
    ...params.map(([param, type]) => ` (param $${param} ${type})`),
    result === null ? '' : ` (result ${result})`,
    ...locals.map(([local, type]) => `\n  (local $${local} ${type})`),
  ]
  return `(func $${label} (export "${label}")${head.join('')}${body.map((code) => indent(`\n${printCode(code)}`)).join('')})`
}
