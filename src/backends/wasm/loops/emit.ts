// Turns a loop kernel into WebAssembly for given dtypes, ranks and steppings: the loop nest. Sizes and strides are read at run time.
import type { DTypeFacts } from '../../../core/dtype.ts'
import type { Code, FunctionCode } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { type Extent, loadLanes, loadSquare, type Operand, type Stepping } from './elements.ts'
import type { LoopKernel, Stage } from './ir.ts'
import { arithmeticKind, expressionsOf, inputsOf, scalarCount, segmentWords, summedOperands, writtenOperands } from './kernel-facts.ts'
import type { Lanes } from './lanes.ts'
import { type Place, type Pointers, Stages } from './stages.ts'

/** What a compiled kernel is specialised for. */
export interface Variant {
  /**
   * Which dim the lanes run along. `inner`: the innermost inner dim; a row is computed by all lanes. `outer`: the innermost outer dim, in
   * chunks; each lane has its own row. `tiles`: the same without inner dims, with the dim before in chunks, too: since a transposed
   * operand is contiguous along that, or to follow another launch block by block. `segments`: through one segment after the other, without
   * inner dims.
   */
  readonly schedule: 'inner' | 'outer' | 'tiles' | 'segments'
  /** Number of outer loops (with `outer` and `tiles` the last walk chunks) and of inner ones. */
  readonly outerRank: number
  readonly innerRank: number
  readonly types: readonly DTypeFacts[]
  readonly steppings: readonly Stepping[]
  /** With `tiles`: which operands are contiguous along the dim before the lanes'. */
  readonly turned?: readonly boolean[]
}

class Emitter {
  readonly f = new FunctionBuilder('run', [
    ['args', 'i32'],
    ['from', 'i32'],
    ['to', 'i32'],
  ])
  readonly stages: Stages
  readonly #kernel: LoopKernel
  readonly #variant: Variant
  readonly #lanes: 2 | 4
  /** Operands that only are read. */
  readonly #read: readonly number[]
  /** With tiles, each operand's step from row to row in bytes. */
  readonly #across: Code[] = []
  #words = 0

  constructor(kernel: LoopKernel, variant: Variant, lanes: 2 | 4) {
    this.#kernel = kernel
    this.#variant = variant
    this.#lanes = lanes
    this.stages = new Stages(this.f, kernel, lanes, arithmeticKind(kernel, variant.types), variant.schedule !== 'inner')
    const written = writtenOperands(kernel)
    this.#read = [...inputsOf(kernel.stages.flatMap(expressionsOf), 'element')].filter((k) => !written.has(k))
  }

  /** The next argument word, read where it is used. */
  #word(): Code {
    return ['i32.load', 4 * this.#words++, this.f.param('args')]
  }

  #let(value: Code, name: string): Code {
    return this.f.let('i32', value, name)
  }

  /** The whole function; launches pass their words in this order. */
  run(): FunctionCode {
    const { f, stages } = this
    const { schedule, outerRank, innerRank, types, steppings } = this.#variant
    const units = this.#let(this.#word(), 'units')
    const each = this.#let(this.#word(), 'each')
    const chunked = schedule === 'outer' ? 1 : schedule === 'tiles' ? 2 : 0
    const counts = Array.from({ length: chunked }, () => ({
      n: this.#let(this.#word(), 'n'),
      chunk: this.#let(this.#word(), 'chunk'),
    }))
    const table = schedule === 'segments' ? this.#let(this.#word(), 'table') : i32(0)
    const sizes = Array.from({ length: outerRank }, () => this.#let(this.#word(), 'size'))
    for (let d = 0; d < innerRank; d++) stages.innerSizes.push(this.#let(this.#word(), 'inner'))
    const pointers: string[] = []
    const outerStrides: Code[][] = []
    /** Of operands that are sums over rows, the bytes from one piece's sums to the next one's. */
    const pieceSteps = new Map<number, Code>()
    const summed = summedOperands(this.#kernel)
    types.forEach((type, k) => {
      const stepping = steppings[k] as Stepping
      pointers.push(f.local('i32', 'p'))
      if (schedule === 'segments') {
        stages.operands.push({ type, stepping, step: i32(0) })
        return
      }
      f.set(pointers[k] as string, this.#word())
      outerStrides.push(sizes.map(() => this.#word()))
      stages.innerStrides.push(stages.innerSizes.map(() => this.#let(this.#word(), 'stride')))
      stages.operands.push({ type, stepping, step: stepping === 2 ? this.#let(this.#word(), 'step') : i32(0) })
      if (schedule === 'tiles') this.#across.push(this.#let(this.#word(), 'across'))
      if (summed.has(k)) pieceSteps.set(k, this.#let(this.#word(), 'piece'))
    })
    if (schedule !== 'segments') this.#loadScalars(f.param('args'), 4 * this.#words)
    const last = this.#let(mul(f.param('to'), each), 'last')
    const end = this.#let(['select', last, units, ['i32.lt_s', last, units]], 'end')
    const unit = f.local('i32', 'unit')
    f.set(unit, mul(f.param('from'), each))
    const at: Code = ['local.get', unit]
    if (schedule === 'segments') {
      const entry = 4 * segmentWords(this.#kernel, types)
      f.while(unit, end, 1, () => {
        const from = this.#let(add(table, mul(at, entry)), 'entry')
        pointers.forEach((pointer, k) => {
          f.set(pointer, ['i32.load', 4 * k, from])
        })
        this.#loadScalars(from, 4 * (types.length + 1))
        this.#rows(this.#let(['i32.load', 4 * types.length, from], 'rest'), pointers)
      })
      return f.finish()
    }
    const coordinates = this.#locate(at, sizes, pointers, outerStrides)
    f.while(unit, end, 1, () => {
      // how much of each chunk lies within its dim; the lanes' dim is the last
      const [rest, rows] = counts.map(({ n, chunk }, c) => {
        const start = mul(['local.get', coordinates[outerRank - 1 - c] as string], chunk)
        const left = this.#let(sub(n, start), 'left')
        return this.#let(['select', left, chunk, ['i32.lt_s', left, chunk]], 'rest')
      }) as [Code, Code]
      if (schedule === 'inner') {
        const places = pieceSteps.size > 0 ? this.#inPiece(at, each, pointers, pieceSteps) : pointers
        stages.run(1, { lanes: this.#lanes, rest: null }, places, new Map())
      } else if (schedule === 'outer') this.#rows(rest, pointers)
      else if (this.#variant.turned === undefined) this.#block(rows, rest, pointers)
      else this.#tiles(rows, rest, pointers)
      this.#advance(outerRank - 1, coordinates, sizes, pointers, outerStrides)
    })
    return f.finish()
  }

  #loadScalars(address: Code, offset: number): void {
    const wide = arithmeticKind(this.#kernel, this.#variant.types) === 'f64'
    for (let k = 0; k < scalarCount(this.#kernel); k++) {
      const code: Code = [wide ? 'v128.load64_splat' : 'v128.load32_splat', offset + k * (wide ? 8 : 4), address]
      this.stages.scalars[k] = { kind: wide ? 'f64' : 'f32', code: this.f.let('v128', code, 's') }
    }
  }

  /** Coordinates of a unit in the outer loops; moves the pointers there. */
  #locate(unit: Code, sizes: readonly Code[], pointers: Pointers, strides: readonly (readonly Code[])[]): string[] {
    const { f } = this
    const coordinates = sizes.map(() => f.local('i32', 'c'))
    const rest = f.local('i32', 'rest')
    f.set(rest, unit)
    for (let d = sizes.length - 1; d >= 0; d--) {
      const left: Code = ['local.get', rest]
      f.set(coordinates[d] as string, d === 0 ? left : ['i32.rem_u', left, sizes[d] as Code])
      if (d > 0) f.set(rest, ['i32.div_u', left, sizes[d] as Code])
      pointers.forEach((pointer, k) => {
        f.set(pointer, add(['local.get', pointer], ['i32.mul', ['local.get', coordinates[d] as string], (strides[k] as Code[])[d] as Code]))
      })
    }
    return coordinates
  }

  /** Goes to the next unit: an odometer. */
  #advance(
    d: number,
    coordinates: readonly string[],
    sizes: readonly Code[],
    pointers: Pointers,
    strides: readonly (readonly Code[])[],
  ): void {
    const { f } = this
    const local = coordinates[d] as string
    f.set(local, add(['local.get', local], 1))
    pointers.forEach((pointer, k) => {
      f.set(pointer, add(['local.get', pointer], (strides[k] as Code[])[d] as Code))
    })
    if (d === 0) return
    f.if(['i32.eq', ['local.get', local], sizes[d] as Code], () => {
      f.set(local, i32(0))
      pointers.forEach((pointer, k) => {
        f.set(pointer, sub(['local.get', pointer], ['i32.mul', sizes[d] as Code, (strides[k] as Code[])[d] as Code]))
      })
      this.#advance(d - 1, coordinates, sizes, pointers, strides)
    })
  }

  /** A chunk of rows and lanes, row by row. */
  #block(rows: Code, rest: Code, start: Pointers): void {
    const at = this.stages.copy(start)
    this.f.for(0, rows, 1, () => {
      this.#rows(rest, at)
      this.#nextRow(at, 1)
    })
  }

  #nextRow(pointers: Pointers, count: number): void {
    pointers.forEach((pointer, k) => {
      this.f.set(pointer, add(['local.get', pointer], mul(this.#across[k] as Code, count)))
    })
  }

  /** A row's pointers, those of sums over rows at the sums of its piece; which of them go on from the row before is said to the stages. */
  #inPiece(unit: Code, each: Code, pointers: Pointers, steps: ReadonlyMap<number, Code>): string[] {
    const { f } = this
    const piece = this.#let(['i32.div_u', unit, each], 'piece')
    const isLater: Code = ['i32.ne', mul(piece, each), unit]
    this.stages.sumsGoOn = f.let('v128', ['i32x4.splat', sub(i32(0), isLater)], 'on')
    return pointers.map((pointer, k) => {
      const step = steps.get(k)
      if (step === undefined) return pointer
      const place = f.local('i32', 'p')
      f.set(place, add(['local.get', pointer], mul(piece, step)))
      return place
    })
  }

  /** Rows side by side, a lane each. */
  #rows(rest: Code, start: Pointers): void {
    const { f, stages } = this
    const pointers = stages.copy(start)
    const lanes = this.#lanes
    const width = stages.unrolling(this.#kernel.stages)
    // what all rows share is read once
    const shared = new Map<number, Lanes>()
    for (const k of this.#variant.innerRank === 0 ? this.#read : []) {
      const operand = stages.operands[k] as Operand
      if (operand.stepping === 0) shared.set(k, loadLanes(f, operand, { lanes, rest: null }, ['local.get', pointers[k] as string]))
    }
    const block = (vectors: number, extent: Extent): void => {
      stages.run(vectors, extent, pointers, shared)
      stages.step(pointers, vectors)
    }
    const index = f.local('i32', 'i')
    f.set(index, i32(0))
    const whole = this.#let(sub(rest, width * lanes - 1), 'whole')
    const blocks = (): void => block(width, { lanes, rest: null })
    // with loops inside, registers would be spilled for it
    f.while(index, whole, width * lanes, this.#variant.innerRank === 0 ? () => f.forgetting(blocks) : blocks)
    f.while(index, rest, lanes, (i) => block(1, { lanes, rest: this.#let(sub(rest, i), 'rest') }))
  }

  /**
   * A chunk of rows and lanes of an elementwise kernel: squares of as many rows as lanes, of which transposed operands are read along
   * the rows and turned in registers; then what is left of each row.
   */
  #tiles(rows: Code, rest: Code, start: Pointers): void {
    const { f, stages } = this
    const lanes = this.#lanes
    const [stage] = this.#kernel.stages as readonly [Stage]
    const expressions = expressionsOf(stage)
    const whole = (count: Code): Code => this.#let(['i32.and', count, i32(-lanes)], 'whole')
    const [wholeRows, wholeLanes] = [whole(rows), whole(rest)]
    const extent: Extent = { lanes, rest: null }
    const turned = [...inputsOf(expressions, 'element')].filter((k) => this.#isTurned(k))
    const rowPointers = stages.copy(start)
    f.for(0, wholeRows, lanes, () => {
      const at = stages.copy(rowPointers)
      f.for(0, wholeLanes, lanes, () => {
        const place: Place = (k, v) => [this.#let(add(['local.get', at[k] as string], mul(this.#across[k] as Code, v)), 'p'), 0]
        const squares = turned.map((k) => loadSquare(f, stages.operands[k] as Operand, lanes, ['local.get', at[k] as string]))
        const loaded = stages.load(expressions, stages.operands, lanes, extent, place, new Map(turned.map((k) => [k, 0])), true)
        const evaluators = loaded.map((elements, v) => {
          turned.forEach((k, index) => {
            elements.set(k, (squares[index] as Lanes[])[v] as Lanes)
          })
          return stages.evaluator(expressions, v, elements, null)
        })
        stages.store(stage.stores ?? [], stages.operands, evaluators, extent, place)
        stages.step(at, 1)
      })
      this.#nextRow(rowPointers, lanes)
    })
    const edge = stages.copy(start)
    f.for(0, rows, 1, (row) => {
      const done = this.#let(['select', wholeLanes, i32(0), ['i32.lt_s', row, wholeRows]], 'done')
      const at = stages.copy(edge)
      stages.operands.forEach(({ type, stepping, step }, k) => {
        const pointer = at[k] as string
        if (stepping !== 0) f.set(pointer, add(['local.get', pointer], stepping === 1 ? mul(done, type.bytes) : mul(done, step)))
      })
      this.#rows(this.#let(sub(rest, done), 'rest'), at)
      this.#nextRow(edge, 1)
    })
  }

  /** Whether an operand is transposed: squares of it can be turned. */
  #isTurned(k: number): boolean {
    return this.#variant.turned?.[k] === true && (this.stages.operands[k] as Operand).type.bytes * this.#lanes === 16
  }
}

/** The kernel's function, or the name of an operation that it lacks. */
export function emitLoops(kernel: LoopKernel, variant: Variant): FunctionCode | string {
  let lanes: 2 | 4 = variant.types.some(({ bytes }) => bytes === 8) || arithmeticKind(kernel, variant.types) === 'f64' ? 2 : 4
  for (;;) {
    const emitter = new Emitter(kernel, variant, lanes)
    const code = emitter.run()
    if (emitter.stages.findings.missing !== null) return emitter.stages.findings.missing
    if (lanes === 2 || !emitter.stages.findings.doubles) return code
    lanes = 2
  }
}
