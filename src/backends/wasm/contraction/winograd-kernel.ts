// The kernels of convolutions by Winograd's filtering (winograd-points.ts has the formulas): one for the weights, and one whose tasks are some
// blocks of strips each. A strip is a row of tiles; the tiles of a block go in groups of 16 lanes. A block's image is transformed down its columns
// for all channels. Then, group after group, the points of a line after the other: across, times the weights, and back to the tiles' columns.
import type { Code } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { compileKernel, type Kernel } from '../launch.ts'
import { pointer } from '../units.ts'
import { argumentsOf, divide, panelsOf, parameters, smaller } from './convolution-arrange.ts'
import type { TwoShapes } from './kernels.ts'
import { BANDS, image, POINTS, TILE } from './winograd-points.ts'
import { callTile, LEAST_PANEL, PANEL_ROWS, probesOf, tileFunctions } from './winograd-tiles.ts'
import {
  acrossFunction,
  columnsFunction,
  downFunction,
  LANE_BYTES,
  LANES,
  linesFunction,
  outputsFunction,
  weightsFunction,
} from './winograd-transforms.ts'

/** Channels that are added in registers: what they are the sums of cancels, so that these err most. */
const CHUNK = 32

/** Arguments of the kernel: counts, addresses, and sizes in bytes; `…At` are places in a task's slot. */
export const filterNames = [
  ...['x', 'xImage', 'height', 'width', 'top', 'left', 'channels', 'y', 'yImage', 'outHeight', 'outWidth', 'weights', 'rows', 'panels'],
  ...['strips', 'stripsOfImage', 'tilesOfStrip', 'stripsPerBlock', 'blocksPerTask', 'blocks', 'offsets', 'pitch'],
  ...['slots', 'slotBytes', 'linesAt', 'zerosAt', 'tableAt', 'sumsAt', 'columnsAt'],
  ...['lineStep', 'pointStep', 'weightStep', 'sumStep'],
] as const

type Pointer = ReturnType<typeof pointer>

/** Bytes before `tableAt` to which rows go that are not wanted. */
export const SPARE_LINE = 16

/** The kernel for tiles of two or four vectors. */
export const filtering: TwoShapes = {
  name: 'convolution, Winograd',
  make: filterKernel,
  probes(functions, wide, address) {
    const { down, across, columns, outputs, tiles } = probesOf(functions, wide, address)
    return [down('down', image, POINTS), across('across'), columns(), outputs(), ...tiles('across')]
  },
}

function filterKernel(wide: boolean): Kernel {
  const vectors = wide ? 4 : 2
  const together = wide ? 2 : 1
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, filterNames)
  const panels = panelsOf(f, args.rows, args.panels)
  const yRow = f.let('i32', mul(args.outWidth, 4))
  const yPlane = f.let('i32', mul(args.outHeight, yRow))
  const lane = i32(LANE_BYTES)
  const lastColumn = f.let('i32', sub(args.outWidth, TILE))

  /** Where each tile's outputs go, and how many of its rows there are. Tiles of the last column overlap the ones before them. */
  const tabulate = (table: Code, firstStrip: Code, strips: Code, groups: Code): void => {
    const at = pointer(f, table, 'at')
    f.emit(['memory.fill', table, i32(0), mul(groups, 8 * LANES)])
    f.for(0, strips, 1, (strip) => {
      const [each, line] = divide(f, add(firstStrip, strip), args.stripsOfImage)
      const top = f.let('i32', mul(line, TILE))
      const start = f.let('i32', add(mul(each, args.yImage), mul(top, yRow)))
      f.for(0, args.tilesOfStrip, 1, (tile) => {
        f.emit(['i32.store', 0, at.at, add(start, mul(smaller(f, mul(tile, TILE), lastColumn), 4))])
        f.emit(['i32.store', 4, at.at, sub(args.outHeight, top)])
        at.advance(8)
      })
    })
  }

  const channelBytes = f.let('i32', mul(args.stripsPerBlock, args.pitch))

  /** Products at the six points across a line. */
  const multiply = (slot: Code, sums: Code, weights: Pointer): void => {
    const b = pointer(f, slot, 'b')
    const c = pointer(f, sums, 'c')
    f.for(0, POINTS, 1, () => {
      const a = pointer(f, weights.at, 'a')
      const target = pointer(f, c.at, 'target')
      f.for(0, args.panels, 1, (panel) => {
        const height = panels.height(panel)
        const aStep = f.let('i32', mul(height, 4))
        f.for(0, args.channels, CHUNK, (k) => {
          const depth = smaller(f, sub(args.channels, k), i32(CHUNK))
          const from = f.let('i32', add(b.at, mul(k, LANE_BYTES)))
          for (let column = 0; column < LANE_BYTES; column += 16 * vectors)
            callTile(f, height, vectors, [depth, a.at, aStep, add(from, column), lane, add(target.at, column), lane, k])
          a.advance(mul(depth, aStep))
        })
        target.advance(mul(height, LANE_BYTES))
      })
      weights.advance(args.weightStep)
      b.advance(args.pointStep)
      c.advance(args.sumStep)
    })
  }

  f.for(f.param('from'), f.param('to'), 1, (task) => {
    const slot = f.let('i32', add(args.slots, mul(task, args.slotBytes)))
    const place = (at: Code): Code => f.let('i32', add(slot, at))
    const [lines, table, sums, columns] = [args.linesAt, args.tableAt, args.sumsAt, args.columnsAt].map(place) as [Code, Code, Code, Code]
    // the lines' margins stay zero
    f.emit(['memory.fill', lines, i32(0), sub(table, lines)])
    const firstBlock = f.let('i32', mul(task, args.blocksPerTask))
    f.for(firstBlock, smaller(f, add(firstBlock, args.blocksPerTask), args.blocks), 1, (block) => {
      const firstStrip = f.let('i32', mul(block, args.stripsPerBlock))
      const strips = smaller(f, args.stripsPerBlock, sub(args.strips, firstStrip))
      const groups = f.let('i32', ['i32.shr_u', add(mul(strips, args.tilesOfStrip), LANES - 1), i32(Math.log2(LANES))])
      tabulate(table, firstStrip, strips, groups)
      const planes = [args.x, args.xImage, args.height, args.width, firstStrip, strips, args.stripsOfImage, args.top, args.channels]
      const zeros = add(slot, args.zerosAt)
      f.emit(['call', 'lines', i32(0), ...planes, add(lines, mul(args.left, 4)), args.pitch, channelBytes, args.lineStep, zeros])
      f.for(0, groups, 1, (group) => {
        const offsets = f.let('i32', add(args.offsets, mul(group, LANE_BYTES)))
        const tiles = f.let('i32', add(table, mul(group, 8 * LANES)))
        const weights = pointer(f, args.weights, 'weights')
        const line = pointer(f, lines, 'line')
        const column = pointer(f, columns, 'column')
        f.for(0, POINTS, 1, () => {
          f.emit(['call', 'across', offsets, line.at, channelBytes, args.channels, slot, lane, args.pointStep])
          multiply(slot, sums, weights)
          f.emit(['call', 'columns', sums, args.sumStep, column.at, args.sumStep, mul(args.rows, LANE_BYTES)])
          line.advance(args.lineStep)
          column.advance(mul(args.sumStep, TILE))
        })
        const from = pointer(f, columns, 'from')
        const plane = pointer(f, args.y, 'plane')
        f.for(0, args.rows, 1, () => {
          f.emit(['call', 'outputs', from.at, args.sumStep, tiles, plane.at, yRow, sub(table, SPARE_LINE)])
          from.advance(LANE_BYTES)
          plane.advance(yPlane)
        })
      })
    })
  })
  const parts = [downFunction('down', image, BANDS, together), linesFunction('lines', image, ['down']), acrossFunction('across', image)]
  const back = [columnsFunction(together), outputsFunction(together)]
  return compileKernel(`convolution, Winograd ${PANEL_ROWS}x${4 * vectors}`, [
    ...parts,
    ...back,
    ...tileFunctions('across', vectors),
    f.finish(),
  ])
}

/** Arguments of the weights' kernel: the filters' and channels' weights lie `row` and `channel` bytes apart, taps `tap`. */
export const filterWeightNames = ['from', 'row', 'channel', 'tap', 'channels', 'rows', 'panels', 'to', 'step'] as const

/** Makes the kernel that transforms weights. A task is a panel; at each point they lie as the products take them. */
export function filterWeightsKernel(): Kernel {
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, filterWeightNames)
  const panels = panelsOf(f, args.rows, args.panels)
  f.for(f.param('from'), f.param('to'), 1, (panel) => {
    const [height, row] = [panels.height(panel), panels.first(panel)]
    const to = pointer(f, add(args.to, mul(mul(row, args.channels), 4)), 'to')
    const from = pointer(f, add(args.from, mul(row, args.row)), 'from')
    const rest = f.let('i32', sub(height, LEAST_PANEL))
    f.for(0, args.channels, 1, () => {
      f.emit(['call', 'weights', from.at, args.row, args.tap, to.at, args.step])
      // a panel of five or six is two vectors that overlap
      f.if(rest, () =>
        f.emit(['call', 'weights', add(from.at, mul(rest, args.row)), args.row, args.tap, add(to.at, mul(rest, 4)), args.step]),
      )
      from.advance(args.channel)
      to.advance(mul(height, 4))
    })
  })
  return compileKernel('convolution weights, Winograd', [weightsFunction(), f.finish()])
}
