// What happens to a row, or to rows side by side: loads, expressions, reductions and stores of each stage, and the inner loops around them.
import { apply, type Expression } from '../../expression.ts'
import type { Code } from '../assembler.ts'
import { add, type FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { Accumulators, BLOCK, laneMask } from './accumulate.ts'
import { type Extent, loadLanes, type Operand, storeLanes } from './elements.ts'
import { countUses, Evaluator, type Findings } from './evaluate.ts'
import { classifyInput, element, type LoopKernel, type Stage, type Store } from './ir.ts'
import { columnSumsOf, costOf, expressionsOf, inputsOf, summedOperands } from './kernel-facts.ts'
import type { Lanes, NumberKind } from './lanes.ts'

/** Locals that hold an address of each operand. */
export type Pointers = readonly string[]
/** Where vector `v` of operand `k` is: an address and bytes to be added to it. */
export type Place = (k: number, v: number) => readonly [address: Code, offset: number]

/** Registers for vectors, of which expressions want a few. */
const REGISTERS = 16
/** Expressions of more instructions are unrolled less. */
const CHEAP = 12

/** Vectors that a pass holds at once for each vector of elements: what it has loaded, and the accumulators. */
const vectorsHeld = (stage: Stage): number =>
  inputsOf(expressionsOf(stage), 'element').size +
  columnSumsOf(stage).length +
  (stage.per === 'element' ? (stage.reductions ?? []).length : 0)

/** The stage with what it adds to sums over rows as stores. */
function withSumsStored(stage: Stage & { per: 'element' }): Stage & { per: 'element' } {
  const sums = columnSumsOf(stage).map(({ operand, value }): Store => ({ operand, value: apply('add', element(operand), value) }))
  return { ...stage, columnSums: [], stores: [...(stage.stores ?? []), ...sums] }
}

/** Writes the stages of a kernel. The operands, scalars and inner loops are filled in before. */
export class Stages {
  readonly f: FunctionBuilder
  readonly findings: Findings = { doubles: false, missing: null }
  readonly operands: Operand[] = []
  readonly scalars: Lanes[] = []
  readonly innerSizes: Code[] = []
  readonly innerStrides: Code[][] = []
  /** All bits where this row adds to sums over rows, none where it is the first of its piece. */
  sumsGoOn: Code | null = null
  readonly #kernel: LoopKernel
  readonly #summed: ReadonlySet<number>
  readonly #lanes: 2 | 4
  readonly #least: NumberKind
  /** Whether each lane is a row of its own. */
  readonly #separate: boolean
  /** The results so far, of each vector of rows (or of the one row). */
  #results: Lanes[][] = []

  constructor(f: FunctionBuilder, kernel: LoopKernel, lanes: 2 | 4, least: NumberKind, separate: boolean) {
    this.f = f
    this.#kernel = kernel
    this.#summed = summedOperands(kernel)
    this.#lanes = lanes
    this.#least = least
    this.#separate = separate
  }

  #let(value: Code, name: string): Code {
    return this.f.let('i32', value, name)
  }

  /** All stages for some vectors of rows, or for one row; `shared` operands are loaded already. */
  run(vectors: number, extent: Extent, pointers: Pointers, shared: ReadonlyMap<number, Lanes>): void {
    this.#results = []
    for (const stage of this.#kernel.stages) {
      if (stage.per === 'row') this.#rowStage(stage, vectors, extent, pointers, shared)
      else this.#elementStage(stage, vectors, extent, pointers, shared)
    }
  }

  /** The same addresses in new locals. */
  copy(pointers: Pointers): string[] {
    return pointers.map((pointer) => {
      const copy = this.f.local('i32', 'p')
      this.f.set(copy, ['local.get', pointer])
      return copy
    })
  }

  /** Moves pointers by `vectors` vectors of lanes. */
  step(pointers: Pointers, vectors: number): void {
    this.operands.forEach(({ type, stepping, step }, k) => {
      const count = vectors * this.#lanes
      const pointer = pointers[k] as string
      if (stepping !== 0) this.f.set(pointer, add(['local.get', pointer], stepping === 1 ? i32(count * type.bytes) : mul(step, count)))
    })
  }

  /** How many vectors the main loop takes at once. */
  unrolling(stages: readonly Stage[]): number {
    const cost = stages.reduce((sum, stage) => Math.max(sum, ...expressionsOf(stage).map(costOf)), 0)
    const reductions = Math.max(0, ...stages.map((stage) => (stage.per === 'element' ? (stage.reductions ?? []).length : 0)))
    const held = Math.max(...stages.map((stage) => vectorsHeld(stage)))
    return cost > CHEAP || reductions > 2 || 4 * held > REGISTERS ? 2 : 4
  }

  /** Loads the operands that expressions read, for some vectors: all of them before anything is stored. */
  load(
    expressions: readonly Expression[],
    operands: readonly Operand[],
    vectors: number,
    extent: Extent,
    place: Place,
    shared: ReadonlyMap<number, Lanes>,
    everyRow = false,
  ): Map<number, Lanes>[] {
    const loaded = Array.from({ length: vectors }, () => new Map(shared))
    for (const k of inputsOf(expressions, 'element')) {
      if (shared.has(k)) continue
      const operand = operands[k] as Operand
      const same = operand.stepping === 0 && !everyRow
      for (let v = 0; v < vectors; v++)
        loaded[v]?.set(k, same && v > 0 ? (loaded[0]?.get(k) as Lanes) : this.#loadOne(k, operand, extent, ...place(k, v)))
    }
    return loaded
  }

  #loadOne(k: number, operand: Operand, extent: Extent, address: Code, offset: number): Lanes {
    const lanes = loadLanes(this.f, operand, extent, address, offset)
    if (!this.#summed.has(k) || typeof lanes === 'number') return lanes
    return { kind: lanes.kind, code: ['v128.and', lanes.code, this.sumsGoOn as Code] }
  }

  /** Vectors one after the other along the lanes' dim. */
  along(operands: readonly Operand[], pointers: Pointers): Place {
    return (k, v) => {
      const { stepping, step, type } = operands[k] as Operand
      const address: Code = ['local.get', pointers[k] as string]
      const lane = v * this.#lanes
      if (stepping !== 2) return [address, stepping * lane * type.bytes]
      return [lane === 0 ? address : this.#let(add(address, mul(step, lane)), 'p'), 0]
    }
  }

  /** Evaluates expressions of vector `v`. */
  evaluator(expressions: readonly Expression[], v: number, elements: ReadonlyMap<number, Lanes>, position: Lanes | null): Evaluator {
    const inputs = (index: number): Lanes => {
      const [kind, number] = classifyInput(index)
      if (kind === 'element') return elements.get(number) as Lanes
      if (kind === 'scalar') return this.scalars[number] as Lanes
      if (kind === 'position') return position as Lanes
      const results = this.#results[number] as Lanes[]
      return (results[v] ?? results[0]) as Lanes
    }
    return new Evaluator(this.f, this.#least, inputs, countUses(expressions), this.findings)
  }

  /** Stores of some vectors: of each operand one after the other. */
  store(stores: readonly Store[], operands: readonly Operand[], evaluators: readonly Evaluator[], extent: Extent, place: Place): void {
    for (const { operand: k, value } of stores) {
      const writes = evaluators.map((evaluator, v) =>
        storeLanes(this.f, operands[k] as Operand, extent, evaluator.evaluate(value), ...place(k, v)),
      )
      for (const write of writes) write()
    }
  }

  #rowStage(stage: Stage & { per: 'row' }, vectors: number, extent: Extent, pointers: Pointers, shared: ReadonlyMap<number, Lanes>): void {
    const expressions = expressionsOf(stage)
    // where all lanes are one row, its operands are read into all of them and written from the first
    const operands = !this.#separate ? this.operands.map((operand): Operand => ({ ...operand, stepping: 0 })) : this.operands
    const place = this.along(operands, pointers)
    const loaded = this.load(expressions, operands, vectors, extent, place, shared)
    const evaluators = loaded.map((elements, v) => this.evaluator(expressions, v, elements, null))
    for (const value of stage.values ?? []) {
      const number = this.#results.push([]) - 1
      evaluators.forEach((evaluator, v) => {
        const computed = evaluator.evaluate(value)
        ;(this.#results[number] as Lanes[])[v] =
          typeof computed === 'number' ? computed : { ...computed, code: this.f.let('v128', computed.code, 'r') }
      })
    }
    this.store(stage.stores ?? [], operands, evaluators, extent, place)
  }

  #elementStage(
    given: Stage & { per: 'element' },
    vectors: number,
    extent: Extent,
    pointers: Pointers,
    shared: ReadonlyMap<number, Lanes>,
  ): void {
    const { f } = this
    const lanes = this.#lanes
    const separate = this.#separate
    const stage = withSumsStored(given)
    const reductions = stage.reductions ?? []
    const expressions = expressionsOf(stage)
    const width = separate ? vectors : this.unrolling([stage])
    const accumulators = reductions.map(({ combine }) => new Accumulators(f, combine, lanes, width, separate))
    const element = (count: number, within: Extent, at: Pointers, common: ReadonlyMap<number, Lanes>, index: Code | null): void => {
      const place = this.along(this.operands, at)
      const loaded = this.load(expressions, this.operands, count, within, place, common)
      const usesPosition = inputsOf(expressions, 'position').size > 0
      const evaluators = loaded.map((elements, v) => {
        const position = usesPosition && index !== null ? this.#position(index, v, separate) : null
        return this.evaluator(expressions, v, elements, position)
      })
      const mask = separate || within.rest === null ? null : laneMask(f, within)
      reductions.forEach(({ combine, value }, r) => {
        const logical = combine === 'any' || combine === 'all'
        evaluators.forEach((evaluator, v) => {
          const operand = evaluator.evaluate(value)
          const kind = logical ? evaluator.maskKind([operand]) : evaluator.kind([operand])
          accumulators[r]?.add(v, kind, evaluator.all([operand], kind)[0] as Code, mask)
        })
      })
      this.store(stage.stores ?? [], this.operands, evaluators, within, place)
    }
    const loops = f.capture(() => {
      if (separate && this.innerSizes.length === 0) {
        element(vectors, extent, pointers, shared, i32(0))
        for (const accumulator of accumulators) accumulator.flush()
      } else {
        this.#innerLoops(0, pointers, (count, at) => {
          if (separate)
            this.#blocks(count, 1, accumulators, (from, to) =>
              f.while(from, to, 1, (index) => {
                element(vectors, extent, at, shared, index)
                this.#innerStep(at)
              }),
            )
          else this.#lanesLoop(count, at, width, expressions, accumulators, element)
        })
      }
    })
    for (const accumulator of accumulators) accumulator.start()
    f.emit(...loops)
    this.#results.push(...accumulators.map((accumulator) => accumulator.finish()))
  }

  /** Index along the innermost inner dim. */
  #position(index: Code, v: number, separate: boolean): Lanes {
    const { f } = this
    const splat: Code = ['i32x4.splat', add(index, separate ? 0 : v * this.#lanes)]
    return { kind: 'i32', code: f.let('v128', separate ? splat : ['i32x4.add', splat, f.constant(['v128.const', 'i32x4', 0, 1, 2, 3])]) }
  }

  /** Moves pointers along the innermost inner dim. */
  #innerStep(pointers: Pointers): void {
    pointers.forEach((pointer, k) => {
      this.f.set(pointer, add(['local.get', pointer], (this.innerStrides[k] as Code[]).at(-1) as Code))
    })
  }

  /** The inner loops but the last, which `leaf` is. */
  #innerLoops(d: number, pointers: Pointers, leaf: (count: Code, at: string[]) => void): void {
    const { f } = this
    const at = this.copy(pointers)
    if (d === this.innerSizes.length - 1) return leaf(this.innerSizes[d] as Code, at)
    f.for(
      0,
      this.innerSizes[d] as Code,
      1,
      () => {
        this.#innerLoops(d + 1, at, leaf)
        at.forEach((pointer, k) => {
          f.set(pointer, add(['local.get', pointer], (this.innerStrides[k] as Code[])[d] as Code))
        })
      },
      'j',
    )
  }

  /** Walks `count` in blocks of BLOCK steps where sums are blocked. */
  #blocks(count: Code, step: number, accumulators: readonly Accumulators[], body: (index: string, end: Code) => void): void {
    const { f } = this
    const index = f.local('i32', 'i')
    const stop = f.local('i32', 'stop')
    const end: Code = ['local.get', stop]
    const inside = f.capture(() => body(index, end))
    f.set(index, i32(0))
    if (!accumulators.some((accumulator) => accumulator.blocked)) {
      f.set(stop, count)
      f.emit(...inside)
      return
    }
    const size = BLOCK * step
    f.while(index, count, 0, (at) => {
      f.set(stop, ['select', add(at, size), count, ['i32.lt_s', add(at, size), count]])
      f.emit(...inside)
      for (const accumulator of accumulators) accumulator.flush()
    })
  }

  /** The innermost loop where lanes run along it. */
  #lanesLoop(
    count: Code,
    at: string[],
    width: number,
    expressions: readonly Expression[],
    accumulators: readonly Accumulators[],
    element: (count: number, within: Extent, at: Pointers, common: ReadonlyMap<number, Lanes>, index: Code | null) => void,
  ): void {
    const { f } = this
    const lanes = this.#lanes
    const common = new Map<number, Lanes>()
    for (const k of inputsOf(expressions, 'element')) {
      const operand = this.operands[k] as Operand
      if (operand.stepping === 0) common.set(k, this.#loadOne(k, operand, { lanes, rest: null }, ['local.get', at[k] as string], 0))
    }
    this.#blocks(count, width * lanes, accumulators, (index, end) => {
      const whole = this.#let(sub(end, width * lanes - 1), 'whole')
      f.while(index, whole, width * lanes, (i) =>
        f.forgetting(() => {
          element(width, { lanes, rest: null }, at, common, i)
          this.step(at, width)
        }),
      )
      f.while(index, end, lanes, (i) => {
        element(1, { lanes, rest: this.#let(sub(end, i), 'rest') }, at, common, i)
        this.step(at, 1)
      })
    })
  }
}
