// Whether V8's revectorizer changes any bit: random kernels of the kinds that this library generates are run with and without the flag, as
// optimised code, and what they leave in memory is compared. `npm run revectorize -- [count] [seed]`; each part runs in processes of its own,
// since a fault under an experimental flag ends the process.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { assemble, type Code, type FunctionCode } from '../src/backends/wasm/assembler.ts'
import { add, FunctionBuilder } from '../src/backends/wasm/builder.ts'
import { type ElementType, type Layout, tileFunction, vectorTypes } from '../src/backends/wasm/contraction/microkernel.ts'
import { transpose } from '../src/backends/wasm/contraction/packing.ts'

const KERNELS_OF_PART = 500
const KERNELS_OF_MODULE = 50
/** Of how many V8 reports what it does. */
const TRACED = 100
const BYTES = 65536
const PAGES = 2
/** Where a kernel writes. */
const OUTPUT = 32768

/** Integers below a bound, from a seed. */
function drawing(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2654435761) | 0
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

type Draw = (below: number) => number
const pick = <T>(draw: Draw, list: readonly T[]): T => list[draw(list.length)] as T

const floatUnary = ['abs', 'neg', 'sqrt', 'ceil', 'floor', 'trunc', 'nearest'] as const
const floatBinary = ['add', 'sub', 'mul', 'div', 'min', 'max', 'pmin', 'pmax', 'add', 'mul'] as const
const comparisons = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'] as const
const bitwise = ['v128.and', 'v128.or', 'v128.xor', 'v128.andnot'] as const
const integerBinary = ['add', 'sub', 'mul', 'min_s', 'max_s', 'min_u', 'max_u'] as const
const integerComparisons = ['eq', 'ne', 'lt_s', 'gt_s', 'le_s', 'ge_u'] as const
const shifts = ['shl', 'shr_s', 'shr_u'] as const

/** An operation on vectors; the same function is applied to each of the vectors that lie side by side. */
function operation(draw: Draw): readonly [arity: number, apply: (...operands: Code[]) => Code] {
  const float = pick(draw, ['f32x4', 'f32x4', 'f64x2'] as const)
  const name = <T extends string>(operations: readonly T[], shape: string = float): never => `${shape}.${pick(draw, operations)}` as never
  const constant = draw(1 << 16) / 997
  switch (draw(12)) {
    case 0: {
      const opcode = name(floatUnary)
      return [1, (a) => [opcode, a]]
    }
    case 1: {
      const opcode = name(comparisons)
      return [4, (a, b, c, d) => ['v128.bitselect', a, b, [opcode, c, d]]]
    }
    case 2: {
      const opcode = pick(draw, bitwise)
      return [2, (a, b) => [opcode, a, b]]
    }
    case 3: {
      const opcode = name(integerBinary, 'i32x4')
      return [2, (a, b) => [opcode, a, b]]
    }
    case 4: {
      const opcode = name(shifts, 'i32x4')
      const bits = draw(31)
      return [1, (a) => [opcode, a, ['i32.const', bits]] as Code]
    }
    case 5: {
      const lanes = Array.from({ length: 4 }, () => draw(8))
      return [2, (a, b) => ['i8x16.shuffle', lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)), a, b]]
    }
    case 6:
      return draw(2) === 0 ? [1, (a) => ['f32x4.convert_i32x4_s', a]] : [1, (a) => ['i32x4.trunc_sat_f32x4_s', a]]
    case 7:
      return [1, (a) => [`${float}.mul`, a, ['v128.const', float, ...Array.from({ length: float === 'f32x4' ? 4 : 2 }, () => constant)]]]
    case 8: {
      const opcode = name(['relaxed_madd', 'relaxed_nmadd', 'relaxed_madd'])
      return [3, (a, b, c) => [opcode, a, b, c]]
    }
    case 9: {
      const opcode = name(integerComparisons, 'i32x4')
      return [4, (a, b, c, d) => ['v128.bitselect', a, b, [opcode, c, d]]]
    }
    default: {
      const opcode = name(floatBinary)
      return [2, (a, b) => [opcode, a, b]]
    }
  }
}

/** A loop over memory that does the same sequence of operations on neighbouring vectors, with now and then an irregularity. */
function sequence(draw: Draw, name: string): FunctionCode {
  const f = new FunctionBuilder(name, [])
  const width = pick(draw, [2, 2, 2, 4, 3])
  const get = (local: string): Code => ['local.get', local]
  const [from, to] = [f.local('i32', 'from'), f.local('i32', 'to')]
  f.set(from, ['i32.const', 16 * draw(8) + 4 * draw(4)])
  f.set(to, ['i32.const', OUTPUT])
  const carried = Array.from({ length: draw(3) }, () => Array.from({ length: width }, () => f.local('v128', 'sum')))
  f.for(0, 4 + draw(12), 1, () => {
    const rows: Code[][] = carried.map((locals) => locals.map(get))
    for (let i = 1 + draw(3); i > 0; i--) {
      if (draw(4) === 0) {
        const splat = f.let('v128', [pick(draw, ['v128.load32_splat', 'v128.load64_splat'] as const), 8 * draw(64), get(from)])
        rows.push(Array.from({ length: width }, () => splat))
      } else {
        const start = 16 * draw(32) + (draw(3) === 0 ? 4 : 0)
        const stride = draw(8) === 0 ? pick(draw, [-16, 4, 0, 32]) : 16
        rows.push(Array.from({ length: width }, (_, v) => f.let('v128', ['v128.load', 256 + start + v * stride, get(from)])))
      }
    }
    for (let i = 2 + draw(12); i > 0; i--) {
      const [arity, apply] = operation(draw)
      const operands = Array.from({ length: arity }, () => draw(rows.length))
      const crossed = draw(12) === 0
      const swapped = draw(16) === 0
      rows.push(
        Array.from({ length: width }, (_, v) => {
          const taken = operands.map((row) => (rows[row] as Code[])[crossed ? width - 1 - v : v] as Code)
          return f.let('v128', apply(...(swapped && v === 1 ? taken.toReversed() : taken)))
        }),
      )
    }
    for (const locals of carried) {
      const row = pick(draw, rows)
      const opcode = pick(draw, ['f32x4.add', 'f32x4.max', 'i32x4.add', 'f64x2.add', 'f32x4.min'] as const)
      locals.forEach((local, v) => f.set(local, [opcode, get(local), row[v] as Code]))
    }
    let at = 0
    for (let i = 1 + draw(2); i > 0; i--) {
      const row = pick(draw, rows)
      const stride = draw(10) === 0 ? 32 : 16
      for (const [v, value] of row.entries()) f.emit(['v128.store', at + v * stride, get(to), value])
      at += width * 32
    }
    f.set(from, add(get(from), pick(draw, [16, 32, 64, 4])))
    f.set(to, add(get(to), at))
  })
  carried.flat().forEach((local, v) => f.emit(['v128.store', 16 * v, get(to), get(local)]))
  return f.finish()
}

/** A tile of a matrix product. */
function tile(draw: Draw, name: string): [FunctionCode, FunctionCode] {
  const type = pick(draw, ['f32', 'f32', 'f64', 'i32'] as const) as ElementType
  const layout = pick(draw, ['across', 'along'] as const) as Layout
  const [rows, vectors] = [1 + draw(6), 1 + draw(6)]
  const { bytes } = vectorTypes[type]
  const inner = { ...tileFunction({ type, rows, vectors, layout }), name: `${name}tile` }
  const depth = draw(40)
  const cStep = 16 * vectors + bytes * draw(3)
  const f = new FunctionBuilder(name, [])
  const bStep = draw(3) === 0 ? 16 * vectors + 4 * draw(9) : 16 * vectors
  const aStep = layout === 'across' ? bytes * rows : bytes * depth
  const numbers = [depth, 4 * draw(64), aStep, 8192 + 4 * draw(64), bStep, OUTPUT, cStep, draw(2)]
  f.emit(['call', inner.name, ...numbers.map((number): Code => ['i32.const', number])])
  return [f.finish(), inner]
}

/** Transposes of squares, as in packing. */
function transposes(draw: Draw, name: string): FunctionCode {
  const f = new FunctionBuilder(name, [])
  const lanes = pick(draw, [2, 4])
  const step = pick(draw, [16, 32, 64, 1028])
  f.for(0, 1024, 16, (at) => {
    const pairs = [0, 16].map((offset) => Array.from({ length: lanes }, (_, i) => f.let('v128', ['v128.load', i * step + offset, at])))
    for (const [p, rows] of pairs.entries())
      for (const [i, column] of transpose(f, rows).entries())
        f.emit(['v128.store', OUTPUT + i * (draw(4) === 0 ? 16 : 32) + p * 16, at, column])
  })
  return f.finish()
}

/** The functions of kernel number `index`; the one to call is the first. */
function kernel(seed: number, index: number): FunctionCode[] {
  const draw = drawing(seed * 1_000_003 + index)
  for (let i = 0; i < 8; i++) draw(2)
  const name = `kernel${index}`
  const kind = draw(8)
  if (kind < 2) return tile(draw, name)
  return [kind === 2 ? transposes(draw, name) : sequence(draw, name)]
}

const special = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, -1e-40, 3.4e38, 16777217, 0.5]

/** Runs kernels and prints a number for what each left in memory. */
function runPart(seed: number, first: number, count: number): void {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES })
  const [words, floats] = [new Int32Array(memory.buffer), new Float32Array(memory.buffer)]
  const draw = drawing(seed + 17)
  const input = Float32Array.from({ length: BYTES / 4 }, () => (draw(64) === 0 ? pick(draw, special) : (draw(1 << 20) - (1 << 19)) / 4096))
  const printed: string[] = []
  for (let start = first; start < first + count; start += KERNELS_OF_MODULE) {
    const kernels = Array.from({ length: Math.min(KERNELS_OF_MODULE, first + count - start) }, (_, i) => kernel(seed, start + i))
    const module = new WebAssembly.Module(assemble(kernels.flat(), { maximumPages: PAGES, shared: false }))
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    for (const [code] of kernels) {
      floats.set(input)
      const run = exports[(code as FunctionCode).name] as () => void
      run()
      let hash = 0
      for (let i = OUTPUT / 4; i < words.length; i++) hash = (Math.imul(hash, 31) + (words[i] as number)) | 0
      printed.push(String(hash))
    }
  }
  console.log(printed.join(' '))
}

const NO_BASELINE = '--no-liftoff' // every function is optimised at once
const FLAG = '--experimental-wasm-revectorize'
const self = fileURLToPath(import.meta.url)

function inProcess(flags: readonly string[], seed: number, first: number, count: number): string {
  const conditions = ['--conditions=@wengert/source', '--no-warnings']
  const args = [...conditions, NO_BASELINE, ...flags, self, 'part', String(seed), String(first), String(count)]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0)
    throw new Error(
      `kernels ${first} to ${first + count - 1} with ${flags.join(' ') || 'no flag'}: ${signal ?? status}\n${stderr.slice(-2000)}`,
    )
  return stdout
}

/** Compares `count` kernels; the numbers of those that differ. */
export function compareKernels(count: number, seed: number, say: (text: string) => void = () => undefined): number[] {
  const different: number[] = []
  for (let first = 0; first < count; first += KERNELS_OF_PART) {
    const part = Math.min(KERNELS_OF_PART, count - first)
    const [plain, merged] = [[], [FLAG]].map((flags) => inProcess(flags, seed, first, part).trim().split(' '))
    plain?.forEach((hash, i) => {
      if (hash !== merged?.[i]) different.push(first + i)
    })
    say(`${first + part} kernels compared, ${different.length} different`)
  }
  return different
}

if (process.argv[1] === self) {
  const [mode, ...numbers] = process.argv.slice(2)
  if (mode === 'part') runPart(...(numbers.map(Number) as [number, number, number]))
  else {
    const different = compareKernels(Number(mode ?? 10_000), Number(numbers[0] ?? 1), console.log)
    const trace = inProcess([FLAG, '--trace-wasm-revectorize'], 1, 0, TRACED)
    const merged = trace.match(/vectorize, [1-9]\d* revectorizable nodes/g)?.length ?? 0
    console.log(`Node ${process.version}, V8 ${process.versions.v8}: ${different.length} different ${different.slice(0, 20).join(' ')}`)
    console.log(`In the first ${TRACED} kernels ${merged} trees of operations were merged.`)
    if (different.length > 0) process.exitCode = 1
  }
}
