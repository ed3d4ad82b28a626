// The kernel of convolutions and of their input gradients: y[m, p] = Σ over channels and taps of w[m, (c, tap)] · planes[c][p + offset of
// the tap]. A tile of y (rows m, one or two runs of eight neighbouring p) stays in registers; the offsets come from a table, the weights are
// packed so that those of a tile's rows lie side by side.
import { reserve, words } from '../../../core/memory/heap.ts'
import type { Code, FunctionCode } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { madd } from '../features.ts'
import { compileKernel, type Kernel } from '../launch.ts'
import { least, pointer } from '../units.ts'
import {
  afterArrangement,
  argumentsOf,
  arrangeFunction,
  divide,
  get,
  groupBytes,
  panelsOf,
  parameters,
  smaller,
} from './convolution-arrange.ts'
import { PROBE_BYTES, PROBE_DEPTH, type TwoShapes } from './kernels.ts'

/** Outputs of a run: what is computed of one row at a time. */
export const RUN = 8
/** Rows of the largest tile. */
export const TILE_ROWS = 6
const UNROLLED = 2
/** Elements of the sum that are added in registers; the partial sums of longer ones are added in memory, which errs less. */
const CHUNK = 256
const RUN_BYTES = 4 * RUN
/** Runs that a row of so many columns takes. */
export const runsOf = (columns: Code): Code => ['i32.shr_u', add(columns, RUN - 1), i32(Math.log2(RUN))]
/** Bytes of the tile through which outputs go that are not eight adjacent ones. */
export const SPARE_BYTES: number = TILE_ROWS * 2 * RUN_BYTES

const zero: Code = ['v128.const', 'i32x4', 0, 0, 0, 0]

/**
 * `tile{rows}(depth, a, table, x0.., y0.., yStep, accumulate)`: the runs y0, … of `rows` rows, `yStep` bytes apart, from the runs x0, …
 * shifted by each of `depth` offsets; added to what is there or stored in its place.
 */
function tileFunction(rows: number, runs: number): FunctionCode {
  const numbered = (name: string): string[] => Array.from({ length: runs }, (_, i) => `${name}${i}`)
  const f = new FunctionBuilder(
    `tile${rows}`,
    parameters(['depth', 'a', 'table', ...numbered('x'), ...numbered('y'), 'yStep', 'accumulate']),
  )
  const sums = Array.from({ length: rows * 2 * runs }, () => f.local('v128'))
  const right = Array.from({ length: 2 * runs }, () => f.local('v128'))
  const [left, counter, offset, address] = [f.local('v128'), ...['k', 'offset', 'at'].map((name) => f.local('i32', name))] as [
    string,
    string,
    string,
    string, // biome-ignore format: one line
  ]
  for (const sum of sums) f.set(sum, zero)
  const steps = (count: number): void => {
    for (let step = 0; step < count; step++) {
      f.set(offset, ['i32.load', 4 * step, get('table')])
      for (const [run, x] of numbered('x').entries()) {
        f.set(address, add(get(x), get(offset)))
        for (const half of [0, 1]) f.set(right[2 * run + half] as string, ['v128.load', 16 * half, get(address)])
      }
      for (let row = 0; row < rows; row++) {
        f.set(left, ['v128.load32_splat', 4 * (step * rows + row), get('a')])
        right.forEach((vector, i) => {
          const sum = sums[row * right.length + i] as string
          f.set(sum, madd(get(left), get(vector), get(sum)))
        })
      }
    }
    f.set('table', add(get('table'), 4 * count))
    f.set('a', add(get('a'), 4 * rows * count))
  }
  const loop = (label: string, count: number): void => {
    const body = f.capture(() => steps(count))
    f.if(get(counter), () => f.emit(['loop', label, ...body, ['br_if', label, ['local.tee', counter, sub(get(counter), 1)]]]))
  }
  f.set(counter, ['i32.shr_u', get('depth'), i32(Math.log2(UNROLLED))])
  loop('blocks', UNROLLED)
  f.set(counter, ['i32.and', get('depth'), i32(UNROLLED - 1)])
  loop('rest', 1)
  const halves = (row: number, visit: (sum: string, half: number, y: string) => void): void => {
    for (const [run, y] of numbered('y').entries())
      for (const half of [0, 1]) visit(sums[row * right.length + 2 * run + half] as string, half, y)
  }
  const write = (accumulate: boolean) => () => {
    for (let row = 0; row < rows; row++) {
      // runs may overlap: all is read before anything is written
      if (accumulate) halves(row, (sum, half, y) => f.set(sum, ['f32x4.add', ['v128.load', 16 * half, get(y)], get(sum)]))
      halves(row, (sum, half, y) => f.emit(['v128.store', 16 * half, get(y), get(sum)]))
      if (row < rows - 1) for (const y of numbered('y')) f.set(y, add(get(y), get('yStep')))
    }
  }
  f.if(get('accumulate'), write(true), write(false))
  return f.finish()
}

/** Arguments of the kernel: counts, addresses, and steps in bytes. */
export const tapNames = /*@__PURE__*/ afterArrangement([
  ...['units', 'unitsPerTask', 'firstUnit', 'groups', 'blocks', 'blockRows', 'slots', 'slotBytes', 'spareAt', 'arranged'],
  ...['x', 'y', 'yStep', 'yRow', 'yColumn', 'weights', 'depth', 'rows', 'panels', 'phases', 'phaseTable', 'clears'],
] as const)

/**
 * Words of a phase in its table: address of its rows (the first element of depth that each needs, and the one after the last), address of
 * its offsets, first element of depth, rows, columns, where y starts.
 */
export const PHASE_WORDS = 6

let probeOffsets = 0

/** A table of offsets for probes: some bytes apart. */
export function probeTable(): number {
  if (probeOffsets === 0) {
    probeOffsets = reserve(4 * PROBE_DEPTH)
    for (let k = 0; k < PROBE_DEPTH; k++) words[(probeOffsets >>> 2) + k] = 16 * k
  }
  return probeOffsets
}

const most = (a: Code, b: Code): Code => ['select', a, b, ['i32.gt_s', a, b]]

/** Calls the tile function for `rows` rows. */
export function dispatch(f: FunctionBuilder, rows: Code, most: number, operands: readonly Code[]): void {
  const call = () => f.emit(['call', `tile${most}`, ...operands])
  if (most === 1) call()
  else f.if(['i32.eq', rows, i32(most)], call, () => dispatch(f, rows, most - 1, operands))
}

/** The kernel for tiles of one run, or of two. */
export const taps: TwoShapes = {
  name: 'convolution',
  make: (wide) => tapKernel(wide ? 2 : 1),
  probes(functions, wide, address) {
    const table = probeTable()
    return Array.from({ length: TILE_ROWS }, (_, i) => {
      const tile = functions[`tile${i + 1}`] as (...numbers: number[]) => void
      const [x, y] = [address + PROBE_BYTES / 4, address + PROBE_BYTES / 2 + i * SPARE_BYTES]
      return wide
        ? () => tile(PROBE_DEPTH, address, table, x, x + RUN_BYTES, y, y + RUN_BYTES, 2 * RUN_BYTES, 0)
        : () => tile(PROBE_DEPTH, address, table, x, y, RUN_BYTES, 0)
    })
  },
}

/** Makes the kernel for tiles of one or two runs. Its tasks are a few units each: a unit is a block of rows of an image's group. */
function tapKernel(runs: number): Kernel {
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, tapNames)
  const panels = panelsOf(f, args.rows, args.panels)
  const numbers = Array.from({ length: runs }, (_, i) => i)

  /** Moves a tile that was computed aside to where its outputs belong. */
  const spread = (spare: Code, targets: readonly Code[], height: Code, count: Code): void =>
    f.for(0, height, 1, (row) => {
      for (const run of numbers) {
        const to = pointer(f, add(targets[run] as Code, mul(row, args.yStep)), 'to')
        const from = f.let('i32', add(spare, add(mul(row, runs * RUN_BYTES), run * RUN_BYTES)))
        const all = (): void => {
          for (const half of [0, 16]) {
            const values = f.let('v128', ['v128.load', half, from])
            for (let lane = 0; lane < 4; lane++) {
              f.emit(['v128.store32_lane', 0, lane, to.at, values])
              to.advance(args.yColumn)
            }
          }
        }
        const some = (): void =>
          f.for(0, count, 1, (i) => {
            f.emit(['i32.store', 0, to.at, ['i32.load', 0, add(from, mul(i, 4))]])
            to.advance(args.yColumn)
          })
        f.if(['i32.eq', count, i32(RUN)], all, some)
      }
    })

  const phase = (index: Code, base: Code, y: Code, weights: Code, spare: Code, firstRow: Code): void => {
    const facts = f.let('i32', add(args.phaseTable, mul(index, 4 * PHASE_WORDS)))
    const [rowTable, table, firstDepth, allRows, columns, start] = [0, 1, 2, 3, 4, 5].map((word) =>
      f.let('i32', ['i32.load', 4 * word, facts]),
    ) as [Code, Code, Code, Code, Code, Code]
    const rows = smaller(f, args.blockRows, sub(allRows, firstRow))
    const target = f.let('i32', add(add(y, start), mul(firstRow, args.yRow)))
    const runsInRow = f.let('i32', runsOf(columns))
    const total = f.let('i32', mul(rows, runsInRow))
    const valid = smaller(f, columns, i32(RUN))
    const straight: Code = ['i32.and', ['i32.eq', args.yColumn, i32(4)], ['i32.eq', valid, i32(RUN)]]
    f.for(0, total, runs, (at) => {
      const places = numbers.map((run) => {
        // an odd one is computed twice, and the last of a row overlaps the one before it
        const [row, place] = divide(f, run === 0 ? at : smaller(f, add(at, run), sub(total, 1)), runsInRow)
        const column = smaller(f, mul(place, RUN), sub(columns, valid))
        const range = f.let('i32', add(rowTable, mul(add(firstRow, row), 8)))
        return {
          first: f.let('i32', ['i32.load', 0, range]),
          last: f.let('i32', ['i32.load', 4, range]),
          x: f.let('i32', add(base, mul(add(mul(row, args.pitch), column), 4))),
          y: pointer(f, add(target, add(mul(row, args.yRow), mul(column, args.yColumn))), 'y'),
        }
      })
      const [sources, targets] = [places.map((place) => place.x), places.map((place) => place.y.at)]
      // taps that see only padding are left out
      const bound = (side: 'first' | 'last'): Code =>
        places.map((place) => place[side]).reduce((a, b) => f.let('i32', side === 'first' ? least(a, b) : most(a, b)))
      const [from, to] = [bound('first'), bound('last')]
      const packed = pointer(f, weights, 'packed')
      f.for(0, args.panels, 1, (panel) => {
        const height = panels.height(panel)
        const a = f.let('i32', add(packed.at, mul(mul(firstDepth, height), 4)))
        /** All chunks of depth, of which there may be none: zeros are stored then. Where they start depends on depth alone. */
        const tiles = (targets: readonly Code[], step: Code): void => {
          const k = f.local('i32')
          f.set(k, from)
          const body = f.capture(() => {
            const next = smaller(f, ['i32.and', add(get(k), CHUNK), i32(-CHUNK)], to)
            const [left, offsets] = [add(a, mul(mul(get(k), height), 4)), add(table, mul(get(k), 4))]
            dispatch(f, height, TILE_ROWS, [sub(next, get(k)), left, offsets, ...sources, ...targets, step, sub(get(k), from)])
            f.set(k, next)
          })
          f.emit(['loop', 'chunks', ...body, ['br_if', 'chunks', ['i32.lt_s', get(k), to]]])
        }
        f.if(
          straight,
          () => tiles(targets, args.yStep),
          () => {
            tiles(
              numbers.map((run) => add(spare, run * RUN_BYTES)),
              i32(runs * RUN_BYTES),
            )
            spread(spare, targets, height, valid)
          },
        )
        packed.advance(mul(mul(args.depth, height), 4))
        for (const place of places) place.y.advance(mul(height, args.yStep))
      })
    })
  }

  f.for(f.param('from'), f.param('to'), 1, (task) => {
    const slot = f.let('i32', add(args.slots, mul(task, args.slotBytes)))
    const spare = f.let('i32', add(slot, args.spareAt))
    const first = f.let('i32', add(args.firstUnit, mul(task, args.unitsPerTask)))
    f.for(first, smaller(f, add(first, args.unitsPerTask), args.units), 1, (unit) => {
      const [rest, group] = divide(f, unit, args.groups)
      const [image, block] = divide(f, rest, args.blocks)
      const part = f.let('i32', add(mul(image, args.groups), group))
      const firstRow = f.let('i32', mul(block, args.blockRows))
      const base = f.local('i32')
      f.set(base, add(args.x, mul(part, groupBytes(args))))
      f.if(
        args.arranged,
        () => {
          f.emit(['call', 'arrange', f.param('args'), get(base), slot, firstRow])
          f.set(base, slot)
        },
        () => f.set(base, add(get(base), mul(mul(firstRow, args.pitch), 4))),
      )
      const y = f.let('i32', add(args.y, mul(mul(part, args.rows), args.yStep)))
      const weights = f.let('i32', add(args.weights, mul(mul(mul(group, args.rows), args.depth), 4)))
      // what no tap reaches is zero
      f.if(args.clears, () => {
        const start = f.let('i32', mul(firstRow, args.yRow))
        const size = f.let('i32', sub(smaller(f, mul(add(firstRow, args.blockRows), args.yRow), args.yStep), start))
        f.for(0, args.rows, 1, (row) => f.emit(['memory.fill', add(add(y, start), mul(row, args.yStep)), i32(0), size]))
      })
      f.for(0, args.phases, 1, (index) => phase(index, get(base), y, weights, spare, firstRow))
    })
  })
  const heights = Array.from({ length: TILE_ROWS }, (_, i) => i + 1)
  return compileKernel(`convolution 6x${RUN * runs}`, [arrangeFunction(), ...heights.map((rows) => tileFunction(rows, runs)), f.finish()])
}

/** Arguments of packing: `weight` + group · `group` + row · `row` + the offset of each element of depth, all in bytes. */
export const packNames = ['weight', 'group', 'row', 'offsets', 'depth', 'rows', 'panels', 'packed'] as const

/** Packs weights: a task for every panel of each group. */
export function packKernel(): Kernel {
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, packNames)
  const panels = panelsOf(f, args.rows, args.panels)
  f.for(f.param('from'), f.param('to'), 1, (task) => {
    const [group, panel] = divide(f, task, args.panels)
    const [height, first] = [panels.height(panel), panels.first(panel)]
    const from = f.let('i32', add(args.weight, add(mul(group, args.group), mul(first, args.row))))
    const to = pointer(f, add(args.packed, mul(mul(add(mul(group, args.rows), first), args.depth), 4)), 'to')
    f.for(0, args.depth, 1, (k) => {
      const at = pointer(f, add(from, ['i32.load', 0, add(args.offsets, mul(k, 4))]), 'at')
      f.for(0, height, 1, () => {
        f.emit(['i32.store', 0, to.at, ['i32.load', 0, at.at]])
        at.advance(args.row)
        to.advance(4)
      })
    })
  })
  return compileKernel('convolution weights', [f.finish()])
}
