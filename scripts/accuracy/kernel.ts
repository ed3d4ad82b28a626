// A kernel that maps one vector function over numbers, to measure it by itself.
import { assemble, type Code } from '../../src/backends/wasm/assembler.ts'
import { add, FunctionBuilder } from '../../src/backends/wasm/builder.ts'
import { type VectorFunction, vectorFunctions } from '../../src/backends/wasm/math/functions.ts'
import type { LaneShape } from '../../src/backends/wasm/math/lanes.ts'

/** Numbers that a kernel does in one run. */
export const BLOCK = 1 << 15
const BYTES = BLOCK * 8

/** Memory for two operands and a result. */
const memory = new WebAssembly.Memory({ initial: (3 * BYTES) / 65536, maximum: (3 * BYTES) / 65536 })

const relaxed = /^(f32x4|f64x2)\.relaxed_madd$/

/** The code as engines without relaxed instructions get it: a · b + c rounded twice, bits selected one by one. */
function strict(code: Code): Code {
  const [name, ...parts] = code as readonly [string, ...unknown[]]
  const each = parts.map((part) =>
    Array.isArray(part) && (typeof part[0] === 'string' || Array.isArray(part[0])) ? strictAny(part) : part,
  )
  const shape = relaxed.exec(name)?.[1]
  if (shape !== undefined) return [`${shape}.add`, [`${shape}.mul`, each[0], each[1]], each[2]] as unknown as Code
  return [name.endsWith('relaxed_laneselect') ? 'v128.bitselect' : name, ...each] as unknown as Code
}
const strictAny = (part: readonly unknown[]): unknown =>
  typeof part[0] === 'string' ? strict(part as unknown as Code) : part.map((code) => strict(code as Code))

/** A function over numbers: fill `operands`, call `run(count)`, read `result`. */
export interface Map {
  readonly operands: readonly [Float32Array | Float64Array, Float32Array | Float64Array]
  readonly result: Float32Array | Float64Array
  readonly run: (count: number) => void
}

/** The named function as a kernel; with `fused`, of relaxed instructions where the engine has them. */
export function mapKernel(shape: LaneShape, name: string, fused: boolean): Map {
  const write = vectorFunctions[shape][name as keyof (typeof vectorFunctions)[LaneShape]] as VectorFunction
  const f = new FunctionBuilder('run', [['bytes', 'i32']])
  f.for(0, f.param('bytes'), 16, (i) => {
    const operands = [0, BYTES].map((at) => f.let('v128', ['v128.load', 0, add(i, at)]))
    const result = write(f, ...operands)
    f.emit(['v128.store', 0, add(i, 2 * BYTES), result])
  })
  const code = f.finish()
  const bytes = assemble([fused ? code : { ...code, body: code.body.map(strict) }], {
    maximumPages: memory.buffer.byteLength / 65536,
    shared: false,
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  const kernel = exports['run'] as (bytes: number) => void
  const array = shape === 'f32x4' ? Float32Array : Float64Array
  const at = (byte: number): Float32Array | Float64Array => new array(memory.buffer, byte, BLOCK)
  const size = array.BYTES_PER_ELEMENT
  return { operands: [at(0), at(BYTES)], result: at(2 * BYTES), run: (count) => kernel(Math.ceil((count * size) / 16) * 16) }
}
