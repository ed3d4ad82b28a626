// The kernels of weight gradients by Winograd's filtering: dw = Gᵀ [Σ over tiles of (A dy Aᵀ) ⊙ (Bᵀ x B)] G. A task has some of the tiles, of the
// filters and of the channels. It takes the points band after band, so that its sums stay in the cache, and a block of strips at a time.
import type { Code } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { compileKernel, type Kernel } from '../launch.ts'
import { pointer } from '../units.ts'
import { argumentsOf, divide, panelsOf, parameters, smaller } from './convolution-arrange.ts'
import type { TwoShapes } from './kernels.ts'
import { BANDS, gradient, image, POINTS } from './winograd-points.ts'
import { callTile, PANEL_ROWS, probesOf, tileFunctions } from './winograd-tiles.ts'
import { acrossFunction, downFunction, LANE_BYTES, LANES, linesFunction, tapsFunction } from './winograd-transforms.ts'

/** Arguments of the kernel: counts, addresses, and sizes in bytes; `…At` are places in a task's slot. */
export const correlateNames = [
  ...['x', 'height', 'width', 'top', 'left', 'channels', 'channelsOfPart', 'channelParts'],
  ...['y', 'outHeight', 'outWidth', 'rows', 'rowsOfPart', 'rowParts'],
  ...['strips', 'stripsOfImage', 'tilesOfStrip', 'stripsPerBlock', 'blocksPerSplit', 'blocks'],
  ...['channelOffsets', 'tileOffsets', 'firstColumn', 'xPitch', 'yPitch', 'xStep', 'yStep', 'xPoint', 'yPoint', 'yNext', 'sumStep'],
  ...['firstTask', 'slots', 'slotBytes', 'yLinesAt', 'zerosAt', 'xPointsAt', 'yPointsAt', 'sumsAt', 'partial'],
] as const

/** Lanes of the taps of a filter's 16 channels. */
export const TAPS_BYTES: number = 9 * LANE_BYTES

/** The kernel for tiles of two or four vectors. */
export const correlating: TwoShapes = {
  name: 'convolution weight gradient, Winograd',
  make: correlateKernel,
  probes(functions, wide, address) {
    const { down, across, taps, tiles } = probesOf(functions, wide, address)
    const bands = BANDS.flatMap((band) => [down(`xDown${band}`, image, 2), down(`yDown${band}`, gradient, 2), taps(`taps${band}`)])
    return [...bands, across('xAcross'), across('yAcross'), ...tiles('along')]
  },
}

function correlateKernel(wide: boolean): Kernel {
  const vectors = wide ? 4 : 2
  const together = wide ? 2 : 1
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, correlateNames)
  const lane = i32(LANE_BYTES)
  const [xPlane, yPlane] = [f.let('i32', mul(mul(args.height, args.width), 4)), f.let('i32', mul(mul(args.outHeight, args.outWidth), 4))]
  const [xNext, yNext] = [f.let('i32', mul(args.stripsPerBlock, args.xPitch)), f.let('i32', mul(args.stripsPerBlock, args.yPitch))]

  f.for(f.param('from'), f.param('to'), 1, (task) => {
    const slot = f.let('i32', add(args.slots, mul(task, args.slotBytes)))
    const place = (at: Code): Code => f.let('i32', add(slot, at))
    const [yLines, zeros, xPoints, yPoints, sums] = [args.yLinesAt, args.zerosAt, args.xPointsAt, args.yPointsAt, args.sumsAt].map(place) as [Code, Code, Code, Code, Code] // biome-ignore format: one line
    const [rest, rowPart] = divide(f, add(args.firstTask, task), args.rowParts)
    const [split, channelPart] = divide(f, rest, args.channelParts)
    const [firstRow, firstChannel] = [f.let('i32', mul(rowPart, args.rowsOfPart)), f.let('i32', mul(channelPart, args.channelsOfPart))]
    const rows = smaller(f, args.rowsOfPart, sub(args.rows, firstRow))
    const channels = smaller(f, args.channelsOfPart, sub(args.channels, firstChannel))
    const groups = f.let('i32', ['i32.shr_u', add(channels, LANES - 1), i32(Math.log2(LANES))])
    const panelCount = f.let('i32', ['i32.div_u', add(rows, PANEL_ROWS - 1), i32(PANEL_ROWS)])
    const panels = panelsOf(f, rows, panelCount)
    const x = f.let('i32', add(args.x, mul(firstChannel, xPlane)))
    const y = f.let('i32', add(args.y, mul(firstRow, yPlane)))
    const firstBlock = f.let('i32', mul(split, args.blocksPerSplit))
    const lastBlock = smaller(f, add(firstBlock, args.blocksPerSplit), args.blocks)
    // the lines' margins stay zero
    f.emit(['memory.fill', slot, i32(0), args.xPointsAt])

    /** Products at the points of a line, added to the sums but for the first block. */
    const multiply = (line: Code, tiles: Code, accumulate: Code): void => {
      const [a, b] = [pointer(f, yPoints, 'a'), pointer(f, xPoints, 'b')]
      const c = pointer(f, add(sums, mul(line, mul(args.sumStep, POINTS))), 'c')
      const across = f.let('i32', mul(tiles, LANE_BYTES))
      const groupBytes = f.let('i32', mul(rows, LANE_BYTES))
      f.for(0, POINTS, 1, () => {
        const [left, row] = [pointer(f, a.at, 'left'), pointer(f, c.at, 'row')]
        f.for(0, panelCount, 1, (panel) => {
          const height = panels.height(panel)
          const [right, target] = [pointer(f, b.at, 'right'), pointer(f, row.at, 'target')]
          f.for(0, groups, 1, () => {
            for (let column = 0; column < LANE_BYTES; column += 16 * vectors) {
              const [from, to] = [add(right.at, column), add(target.at, column)]
              callTile(f, height, vectors, [tiles, left.at, args.yNext, from, lane, to, lane, accumulate])
            }
            right.advance(across)
            target.advance(groupBytes)
          })
          left.advance(mul(height, args.yNext))
          row.advance(mul(height, LANE_BYTES))
        })
        a.advance(args.yPoint)
        b.advance(args.xPoint)
        c.advance(args.sumStep)
      })
    }

    f.for(0, BANDS.length, 1, (band) => {
      f.for(firstBlock, lastBlock, 1, (block) => {
        const firstStrip = f.let('i32', mul(block, args.stripsPerBlock))
        const strips = smaller(f, args.stripsPerBlock, sub(args.strips, firstStrip))
        const tiles = f.let('i32', mul(strips, args.tilesOfStrip))
        const cut = [firstStrip, strips, args.stripsOfImage]
        const xImage = [x, mul(args.channels, xPlane), args.height, args.width, ...cut, args.top, channels]
        const yImage = [y, mul(args.rows, yPlane), args.outHeight, args.outWidth, ...cut, i32(0), rows]
        f.emit(['call', 'xLines', band, ...xImage, add(slot, mul(args.left, 4)), args.xPitch, xNext, args.xStep, zeros])
        f.emit(['call', 'yLines', band, ...yImage, yLines, args.yPitch, yNext, args.yStep, zeros])
        f.for(0, 2, 1, (line) => {
          // lanes are channels of a tile
          const to = pointer(f, xPoints, 'to')
          const from = pointer(f, add(add(slot, mul(args.firstColumn, 4)), mul(line, args.xStep)), 'from')
          f.for(0, groups, 1, () => {
            const strip = pointer(f, from.at, 'strip')
            f.for(0, strips, 1, () => {
              f.emit(['call', 'xAcross', args.channelOffsets, strip.at, i32(16), args.tilesOfStrip, to.at, lane, args.xPoint])
              to.advance(mul(args.tilesOfStrip, LANE_BYTES))
              strip.advance(args.xPitch)
            })
            from.advance(mul(xNext, LANES))
          })
          // lanes are tiles of a filter
          f.for(0, tiles, LANES, (tile) => {
            const at = f.let('i32', mul(tile, 4))
            const lines = add(yLines, mul(line, args.yStep))
            f.emit(['call', 'yAcross', add(args.tileOffsets, at), lines, yNext, rows, add(yPoints, at), args.yNext, args.yPoint])
          })
          multiply(line, tiles, ['i32.ne', block, firstBlock])
        })
      })
      const from = pointer(f, sums, 'from')
      const channelGroups = f.let('i32', ['i32.shr_u', add(args.channels, LANES - 1), i32(Math.log2(LANES))])
      const firstGroup = f.let('i32', ['i32.shr_u', firstChannel, i32(Math.log2(LANES))])
      f.for(0, groups, 1, (group) => {
        const cell = add(mul(add(mul(split, channelGroups), add(firstGroup, group)), args.rows), firstRow)
        const to = pointer(f, add(args.partial, mul(cell, TAPS_BYTES)), 'to')
        f.for(0, rows, 1, () => {
          for (const each of BANDS) f.if(['i32.eq', band, i32(each)], () => f.emit(['call', `taps${each}`, from.at, args.sumStep, to.at]))
          from.advance(LANE_BYTES)
          to.advance(TAPS_BYTES)
        })
      })
    })
  })
  const sides = (
    [
      ['x', image],
      ['y', gradient],
    ] as const
  ).flatMap(([name, side]) => [
    // biome-ignore format: pairs
    ...BANDS.map((band) => downFunction(`${name}Down${band}`, side, [band], together)),
    linesFunction(`${name}Lines`, side, BANDS.map((band) => `${name}Down${band}`)), // biome-ignore format: one line
    acrossFunction(`${name}Across`, side),
  ])
  const parts = [...sides, ...tileFunctions('along', vectors), ...BANDS.map(tapsFunction), f.finish()]
  return compileKernel(`convolution weight gradient, Winograd ${PANEL_ROWS}x${4 * vectors}`, parts)
}

/** Arguments of what collects the parts' sums. */
export const collectNames = ['partial', 'splits', 'splitBytes', 'rows', 'channels', 'to'] as const

/** Makes the kernel that adds up the splits, in order, and lays down the weights' gradients. A task is a filter. */
export function collectKernel(): Kernel {
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, collectNames)
  f.for(f.param('from'), f.param('to'), 1, (row) => {
    const to = pointer(f, add(args.to, mul(mul(row, args.channels), 36)), 'to')
    f.for(0, args.channels, 4, (channel) => {
      const [group, place] = divide(f, channel, i32(LANES))
      const cell = add(args.partial, mul(add(mul(group, args.rows), row), TAPS_BYTES))
      const first = f.let('i32', add(cell, mul(place, 4)))
      const lanes = smaller(f, i32(4), sub(args.channels, channel))
      for (let tap = 0; tap < 9; tap++) {
        const from = pointer(f, first, 'from')
        const sum = f.local('v128')
        f.set(sum, ['v128.load', LANE_BYTES * tap, from.at])
        f.for(1, args.splits, 1, () => {
          from.advance(args.splitBytes)
          f.set(sum, ['f32x4.add', ['local.get', sum], ['v128.load', LANE_BYTES * tap, from.at]])
        })
        for (let i = 0; i < 4; i++)
          f.if(['i32.gt_s', lanes, i32(i)], () => f.emit(['v128.store32_lane', 36 * i + 4 * tap, i, to.at, ['local.get', sum]]))
      }
      to.advance(4 * 36)
    })
  })
  return compileKernel('convolution weight gradient sums, Winograd', [f.finish()])
}
