// The kernels of convolutions' weight gradients: dw[m, (c, tap)] = Σ over p of dy[m, p] · planes[c][p + offset of the tap]. Both are read
// along p, eight outputs at a time; a tile (rows m of dy, two columns (c, tap)) of sums with a lane for every eighth p stays in registers.
import type { Code, FunctionCode } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { madd } from '../features.ts'
import { compileKernel, type Kernel } from '../launch.ts'
import { pointer } from '../units.ts'
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
import { dispatch, probeTable, RUN, runsOf } from './convolution-taps.ts'
import { PROBE_BYTES, PROBE_DEPTH, type TwoShapes } from './kernels.ts'

const COLUMNS = 2
const RUN_BYTES = 4 * RUN
/** Bytes of a tile's sums: two vectors for each. */
const SUM_BYTES = 32

/** Rows of the largest tile. */
export const dotRows = (wide: boolean): number => (wide ? 6 : 3)
/** Bytes through which a tile's sums go. */
export const DOT_SPARE_BYTES: number = 6 * COLUMNS * SUM_BYTES

/** As many as fit into the memory for probes. */
const PROBE_RUNS = PROBE_DEPTH / 2

const zero: Code = ['v128.const', 'i32x4', 0, 0, 0, 0]

/** `tile{rows}(runs, dy, table, x0, x1, spare)`: sums of `runs` products of dy's panel and x0, x1 shifted by the table's offsets, lane by lane. */
function tileFunction(rows: number): FunctionCode {
  const f = new FunctionBuilder(`tile${rows}`, parameters(['runs', 'dy', 'table', 'x0', 'x1', 'spare']))
  const sums = Array.from({ length: rows * COLUMNS * 2 }, () => f.local('v128'))
  const columns = Array.from({ length: COLUMNS * 2 }, () => f.local('v128'))
  const [left, offset] = [f.local('v128'), f.local('i32')]
  const at = Array.from({ length: COLUMNS }, () => f.local('i32'))
  for (const sum of sums) f.set(sum, zero)
  const body = f.capture(() => {
    f.set(offset, ['i32.load', 0, get('table')])
    at.forEach((address, column) => f.set(address, add(get(`x${column}`), get(offset))))
    for (const half of [0, 1]) {
      at.forEach((address, column) => f.set(columns[2 * column + half] as string, ['v128.load', 16 * half, get(address)]))
      for (let row = 0; row < rows; row++) {
        f.set(left, ['v128.load', row * RUN_BYTES + 16 * half, get('dy')])
        for (let column = 0; column < COLUMNS; column++) {
          const sum = sums[2 * (row * COLUMNS + column) + half] as string
          f.set(sum, madd(get(left), get(columns[2 * column + half] as string), get(sum)))
        }
      }
    }
    f.set('table', add(get('table'), 4))
    f.set('dy', add(get('dy'), rows * RUN_BYTES))
  })
  f.if(get('runs'), () => f.emit(['loop', 'steps', ...body, ['br_if', 'steps', ['local.tee', 'runs', sub(get('runs'), 1)]]]))
  sums.forEach((sum, i) => f.emit(['v128.store', 16 * i, get('spare'), get(sum)]))
  return f.finish()
}

/** `collect(rows, spare, to, step, columns)`: adds up the lanes of each sum, and the sums to the rows at `to`, `step` bytes apart. */
function collectFunction(): FunctionCode {
  const f = new FunctionBuilder('collect', parameters(['rows', 'spare', 'to', 'step', 'columns']))
  const lanes = (...order: readonly number[]): number[] => order.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte))
  f.for(0, get('rows'), 1, () => {
    const load = (i: number): Code => ['v128.load', 16 * i, get('spare')]
    const first = f.let('v128', ['f32x4.add', load(0), load(1)])
    const second = f.let('v128', ['f32x4.add', load(2), load(3)])
    const pairs: Code = [
      'f32x4.add',
      ['i8x16.shuffle', lanes(0, 4, 1, 5), first, second],
      ['i8x16.shuffle', lanes(2, 6, 3, 7), first, second],
    ]
    const both = f.let('v128', pairs)
    const sum = f.let('v128', ['f32x4.add', both, ['i8x16.shuffle', lanes(2, 3, 0, 1), both, both]])
    const to = get('to')
    f.if(
      ['i32.eq', get('columns'), i32(COLUMNS)],
      () => f.emit(['v128.store64_lane', 0, 0, to, ['f32x4.add', ['v128.load64_zero', 0, to], sum]]),
      () => f.emit(['v128.store32_lane', 0, 0, to, ['f32x4.add', ['v128.load32_zero', 0, to], sum]]),
    )
    f.set('to', add(to, get('step')))
    f.set('spare', add(get('spare'), COLUMNS * SUM_BYTES))
  })
  return f.finish()
}

/** `packRow(from, columns, to, step)`: a row of dy as runs that are `step` bytes apart, filled up with zeros; `from` 0 stands for zeros. */
function packRowFunction(): FunctionCode {
  const f = new FunctionBuilder('packRow', parameters(['from', 'columns', 'to', 'step']))
  const [from, to, columns] = [get('from'), get('to'), get('columns')]
  f.for(0, columns, RUN, (column) => {
    const rest = f.let('i32', sub(columns, column))
    const store = (half: number, value: Code): void => f.emit(['v128.store', 16 * half, to, value])
    f.if(
      ['i32.and', ['i32.ge_s', rest, i32(RUN)], ['i32.ne', from, i32(0)]],
      () => {
        for (const half of [0, 1]) store(half, ['v128.load', 16 * half, from])
        f.set('from', add(from, RUN_BYTES))
      },
      () => {
        for (const half of [0, 1]) store(half, zero)
        f.if(from, () => f.for(0, rest, 1, (i) => f.emit(['i32.store', 0, add(to, mul(i, 4)), ['i32.load', 0, add(from, mul(i, 4))]])))
      },
    )
    f.set('to', add(to, get('step')))
  })
  return f.finish()
}

/** Arguments of the kernel: counts, addresses, and steps in bytes. */
export const dotNames = /*@__PURE__*/ afterArrangement([
  ...['units', 'blocks', 'blockRows', 'unitsPerStep', 'unitsPerSplit', 'parts', 'groups', 'groupsPerPart', 'panelsPerPart', 'slots'],
  ...['slotBytes', 'unitBytes', 'packedAt', 'spareAt', 'x', 'y', 'yRows', 'yColumns', 'runTable', 'offsets', 'depth', 'rows', 'panels'],
  ...['sums'],
] as const)

/** The kernel for tiles of three rows, or of six: each has as many registers as there are. */
export const dots: TwoShapes = {
  name: 'convolution weight gradient',
  make: dotKernel,
  probes(functions, wide, address) {
    const table = probeTable()
    return Array.from({ length: dotRows(wide) }, (_, i) => {
      const tile = functions[`tile${i + 1}`] as (...numbers: number[]) => void
      const spare = address + PROBE_BYTES - (i + 1) * DOT_SPARE_BYTES
      return () => tile(PROBE_RUNS, address, table, address, address + RUN_BYTES, spare)
    })
  },
}

/**
 * Makes the kernel. A task is one of the splits of the images (whose sums are added up afterwards) and one of the parts of the rows or groups;
 * it takes a few units (an image, or some rows of one) at a time.
 */
function dotKernel(wide: boolean): Kernel {
  const tileRows = dotRows(wide)
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, dotNames)
  const panels = panelsOf(f, args.rows, args.panels)
  const rowBytes = f.let('i32', mul(args.depth, 4))
  const runsInRow = f.let('i32', runsOf(args.yColumns))
  const plane = f.let('i32', mul(mul(args.yRows, args.yColumns), 4))
  /** Where a panel's sums start. */
  const sumsAt = (group: Code, panel: Code): Code => mul(add(mul(group, args.rows), panels.first(panel)), rowBytes)

  const multiply = (group: Code, panel: Code, slot: Code, units: Code, sums: Code): void => {
    const height = panels.height(panel)
    const runs = f.let('i32', mul(mul(units, args.blockRows), runsInRow))
    const to = pointer(f, add(sums, sumsAt(group, panel)), 'to')
    const spare = f.let('i32', add(slot, args.spareAt))
    f.for(0, args.depth, COLUMNS, (k) => {
      const offset = (at: Code): Code => f.let('i32', add(slot, ['i32.load', 0, add(args.offsets, mul(at, 4))]))
      const columns = smaller(f, sub(args.depth, k), i32(COLUMNS))
      const [x0, x1] = [offset(k), offset(add(k, sub(columns, 1)))]
      dispatch(f, height, tileRows, [runs, add(slot, args.packedAt), args.runTable, x0, x1, spare])
      f.emit(['call', 'collect', height, spare, to.at, rowBytes, columns])
      to.advance(4 * COLUMNS)
    })
  }

  const pack = (group: Code, panel: Code, slot: Code, unit: Code, end: Code): void => {
    const height = panels.height(panel)
    const first = panels.first(panel)
    const step = f.let('i32', mul(height, RUN_BYTES))
    const to = pointer(f, add(slot, args.packedAt), 'to')
    f.for(unit, end, 1, (each) => {
      const [image, block] = divide(f, each, args.blocks)
      const top = f.let('i32', mul(block, args.blockRows))
      const from = f.let('i32', add(args.y, mul(add(mul(add(mul(image, args.groups), group), args.rows), first), plane)))
      f.for(top, add(top, args.blockRows), 1, (line) => {
        const inside = f.let('i32', ['i32.lt_s', line, args.yRows])
        f.for(0, height, 1, (row) => {
          const address = add(add(from, mul(row, plane)), mul(mul(line, args.yColumns), 4))
          f.emit(['call', 'packRow', mul(address, inside), args.yColumns, add(to.at, mul(row, RUN_BYTES)), step])
        })
        to.advance(mul(runsInRow, step))
      })
    })
  }

  f.for(f.param('from'), f.param('to'), 1, (task) => {
    const [split, part] = divide(f, task, args.parts)
    const slot = f.let('i32', add(args.slots, mul(task, args.slotBytes)))
    const sums = f.let('i32', add(args.sums, mul(mul(mul(split, args.groups), args.rows), rowBytes)))
    const range = (per: Code, all: Code): readonly [Code, Code] => {
      const first = f.let('i32', ['select', mul(part, per), i32(0), ['i32.lt_s', per, all]])
      return [first, smaller(f, add(first, per), all)]
    }
    const [firstGroup, lastGroup] = range(args.groupsPerPart, args.groups)
    const [firstPanel, lastPanel] = range(args.panelsPerPart, args.panels)
    const firstUnit = f.let('i32', mul(split, args.unitsPerSplit))
    const lastUnit = smaller(f, add(firstUnit, args.unitsPerSplit), args.units)
    f.for(firstGroup, lastGroup, 1, (group) => {
      const start = f.let('i32', sumsAt(group, firstPanel))
      f.emit(['memory.fill', add(sums, start), i32(0), sub(sumsAt(group, lastPanel), start)])
      f.for(firstUnit, lastUnit, args.unitsPerStep, (unit) => {
        const end = smaller(f, add(unit, args.unitsPerStep), lastUnit)
        f.for(unit, end, 1, (each) => {
          const [image, block] = divide(f, each, args.blocks)
          const source = add(args.x, mul(add(mul(image, args.groups), group), groupBytes(args)))
          const target = add(slot, mul(sub(each, unit), args.unitBytes))
          f.emit(['call', 'arrange', f.param('args'), source, target, mul(block, args.blockRows)])
        })
        f.for(firstPanel, lastPanel, 1, (panel) => {
          pack(group, panel, slot, unit, end)
          multiply(group, panel, slot, sub(end, unit), sums)
        })
      })
    })
  })
  const heights = Array.from({ length: tileRows }, (_, i) => i + 1)
  const parts = [arrangeFunction(), packRowFunction(), collectFunction(), ...heights.map(tileFunction), f.finish()]
  return compileKernel(`convolution weight gradient ${tileRows}`, parts)
}

/** Elements that a task of `sumKernel` adds up. */
export const SUM_BLOCK = 4096

/** Makes the kernel y[i] = Σ over `splits` of x[split][i], in order. Arguments: x, y, length, splits. */
export function sumKernel(): Kernel {
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, ['x', 'y', 'length', 'splits'])
  const last = smaller(f, mul(f.param('to'), SUM_BLOCK), args.length)
  const sum = (width: 'v128' | 'f32') => (index: Code) => {
    const from = pointer(f, add(args.x, mul(index, 4)), 'from')
    const total = f.local(width)
    f.set(total, [`${width}.load`, 0, from.at])
    f.for(1, args.splits, 1, () => {
      from.advance(mul(args.length, 4))
      f.set(total, [width === 'v128' ? 'f32x4.add' : 'f32.add', get(total), [`${width}.load`, 0, from.at]])
    })
    f.emit([`${width}.store`, 0, add(args.y, mul(index, 4)), get(total)])
  }
  const at = f.local('i32')
  f.set(at, mul(f.param('from'), SUM_BLOCK))
  f.while(at, sub(last, 3), 4, sum('v128'))
  f.while(at, last, 1, sum('f32'))
  return compileKernel('convolution weight gradient sums', [f.finish()])
}
