// Transforms of Winograd's filtering (winograd-points.ts has the formulas) as functions over memory. To the points they go in two steps: down the
// columns, along whole rows of the image, and across, with lanes of a vector for 16 tiles of a channel or 16 channels of a tile.
import type { Code, FunctionCode } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { divide, get, parameters } from './convolution-arrange.ts'
import { transpose } from './packing.ts'
import {
  BANDS,
  type Band,
  POINTS,
  plus,
  pointsToOutputs,
  pointsToWeights,
  type Side,
  TILE,
  vector,
  weightToPoints,
} from './winograd-points.ts'

/** What is transformed side by side: tiles of a channel, or channels of a tile. */
export const LANES = 16
/** Bytes of a point's lanes. */
export const LANE_BYTES: number = 4 * LANES

/** Asks for each input once. */
function once(load: (i: number) => Code): (i: number) => Code {
  const known = new Map<number, Code>()
  return (i) => {
    const code = known.get(i) ?? load(i)
    known.set(i, code)
    return code
  }
}

/**
 * `name(row0, .., to, step, columns)`: along the rows of a strip, the values at each band's points down the columns: a line for each at `to`,
 * `step` bytes apart. There are four columns or more; the last vector overlaps the one before it. `together` vectors are done at a time.
 */
export function downFunction(name: string, { inputs, toPoints }: Side, bands: readonly Band[], together: number): FunctionCode {
  const rows = Array.from({ length: inputs }, (_, i) => `row${i}`)
  const f = new FunctionBuilder(name, parameters([...rows, 'to', 'step', 'columns']))
  const vectors = (column: Code, count: number): void => {
    const at = f.let('i32', mul(column, 4))
    const address = once((i) => f.let('i32', add(get(rows[i] as string), at)))
    const parts = Array.from({ length: count }, (_, part) => once((i) => vector(f, ['v128.load', 16 * part, address(i)])))
    const to = f.local('i32')
    f.set(to, add(get('to'), at))
    for (const band of bands) {
      const values = parts.map((load) => toPoints(f, band, load))
      for (const side of [0, 1] as const) {
        values.forEach((both, part) => f.emit(['v128.store', 16 * part, get(to), both[side]]))
        f.set(to, add(get(to), get('step')))
      }
    }
  }
  const column = f.local('i32')
  f.set(column, i32(0))
  const last = f.let('i32', sub(get('columns'), 4))
  if (together > 1) f.while(column, sub(get('columns'), 4 * together - 1), 4 * together, (at) => vectors(at, together))
  f.while(column, get('columns'), 4, (at) => vectors(f.let('i32', ['select', at, last, ['i32.lt_s', at, last]]), 1))
  return f.finish()
}

/**
 * `name(band, planes, image, height, width, firstStrip, strips, stripsOfImage, top, channels, to, pitch, next, step, zeros)`: the lines of some
 * strips for all channels, by the function of `downs` with the number `band`. A strip's lines lie `pitch` bytes after those of the strip
 * before, a channel's `next`; images are `image` bytes apart, and `top` is the first strip's first row. Rows outside are those at `zeros`.
 */
export function linesFunction(name: string, { inputs }: Side, downs: readonly string[]): FunctionCode {
  const image = ['planes', 'image', 'height', 'width', 'firstStrip', 'strips', 'stripsOfImage', 'top', 'channels']
  const f = new FunctionBuilder(name, parameters(['band', ...image, 'to', 'pitch', 'next', 'step', 'zeros']))
  const [each, number] = divide(f, get('firstStrip'), get('stripsOfImage'))
  const [rowBytes, first] = [f.let('i32', mul(get('width'), 4)), f.let('i32', add(mul(number, TILE), get('top')))]
  const end = f.let('i32', add(mul(get('stripsOfImage'), TILE), get('top')))
  const [plane, line, top] = ['plane', 'line', 'top'].map((local) => f.local('i32', local)) as [string, string, string]
  f.set('planes', add(get('planes'), mul(each, get('image'))))
  f.for(0, get('channels'), 1, () => {
    f.set(plane, get('planes'))
    f.set(line, get('to'))
    f.set(top, first)
    f.for(0, get('strips'), 1, () => {
      const rows = Array.from({ length: inputs }, (_, i): Code => {
        const y = f.let('i32', add(get(top), i))
        return ['select', add(get(plane), mul(y, rowBytes)), get('zeros'), ['i32.lt_u', y, get('height')]]
      })
      downs.forEach((down, band) => {
        const call = (): void => f.emit(['call', down, ...rows, get(line), get('step'), get('width')])
        if (downs.length === 1) call()
        else f.if(['i32.eq', get('band'), i32(band)], call)
      })
      f.set(line, add(get(line), get('pitch')))
      f.set(top, add(get(top), TILE))
      f.if(['i32.eq', get(top), end], () => {
        f.set(top, get('top'))
        f.set(plane, add(get(plane), get('image')))
      })
    })
    f.set('planes', add(get('planes'), mul(get('height'), rowBytes)))
    f.set('to', add(get('to'), get('next')))
  })
  return f.finish()
}

/** Words 0 and 2 of two vectors. */
const EVEN = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]
/** And 1 and 3. */
const ODD = [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31]

/**
 * `name(offsets, from, next, count, to, toNext, step)`: the values at all points across the columns of `count` lines, `next` bytes apart, lane by
 * lane: that of lane i starts at the line + the word i at `offsets`. The lanes of the first line go to `to`, those of the next `toNext` bytes after
 * them, and each point's `step` bytes after those of the point before.
 */
export function acrossFunction(name: string, { inputs, toPoints }: Side): FunctionCode {
  const f = new FunctionBuilder(name, parameters(['offsets', 'from', 'next', 'count', 'to', 'toNext', 'step']))
  const [target, store] = [f.local('i32'), f.local('i32')]
  f.for(0, LANES / 4, 1, () => {
    const lanes = [0, 1, 2, 3].map((i) => {
      const address = f.local('i32')
      f.set(address, add(get('from'), ['i32.load', 4 * i, get('offsets')]))
      return address
    }) as [string, string, string, string]
    f.set(target, get('to'))
    f.for(0, get('count'), 1, () => {
      const rows = lanes.map((address) => vector(f, ['v128.load', 0, get(address)]))
      const columns = transpose(f, rows).map((column) => vector(f, column))
      if (inputs > 4) {
        const two = (a: string, b: string): Code => vector(f, ['v128.load64_lane', 16, 1, get(b), ['v128.load64_zero', 16, get(a)]])
        const [low, high] = [two(lanes[0], lanes[1]), two(lanes[2], lanes[3])]
        columns.push(vector(f, ['i8x16.shuffle', EVEN, low, high]), vector(f, ['i8x16.shuffle', ODD, low, high]))
      }
      f.set(store, get(target))
      for (const band of BANDS)
        for (const value of toPoints(f, band, (i) => columns[i] as Code)) {
          f.emit(['v128.store', 0, get(store), value])
          f.set(store, add(get(store), get('step')))
        }
      for (const address of lanes) f.set(address, add(get(address), get('next')))
      f.set(target, add(get(target), get('toNext')))
    })
    f.set('offsets', add(get('offsets'), 16))
    f.set('to', add(get('to'), 16))
  })
  return f.finish()
}

/** Addresses that are `step` bytes apart and move along together. */
function streams(f: FunctionBuilder, from: Code, step: Code, count: number): string[] {
  const at = Array.from({ length: count }, () => f.local('i32'))
  at.forEach((address, i) => f.set(address, i === 0 ? from : add(get(at[i - 1] as string), step)))
  return at
}

/** `columns(from, step, to, toStep, bytes)`: so many bytes of lanes of the six points across become those of four columns. */
export function columnsFunction(together: number): FunctionCode {
  const f = new FunctionBuilder('columns', parameters(['from', 'step', 'to', 'toStep', 'bytes']))
  const [from, to] = [streams(f, get('from'), get('step'), POINTS), streams(f, get('to'), get('toStep'), TILE)]
  f.for(0, get('bytes'), 16 * together, () => {
    const parts = Array.from({ length: together }, (_, part) =>
      pointsToOutputs(
        f,
        from.map((address) => vector(f, ['v128.load', 16 * part, get(address)])),
      ),
    )
    to.forEach((address, column) => {
      for (const [part, values] of parts.entries()) f.emit(['v128.store', 16 * part, get(address), values[column] as Code])
    })
    for (const address of [...from, ...to]) f.set(address, add(get(address), 16 * together))
  })
  return f.finish()
}

/**
 * `outputs(from, step, table, to, rowStep, spare)`: the tiles at `from` (of each point down four columns, `step` bytes apart), each to `to` + its
 * offset in the table. After the offset there stands how many of its rows are wanted; others go to `spare`.
 */
export function outputsFunction(together: number): FunctionCode {
  const f = new FunctionBuilder('outputs', parameters(['from', 'step', 'table', 'to', 'rowStep', 'spare']))
  const pointStep = f.let('i32', mul(get('step'), TILE))
  f.for(0, LANES / 4 / together, 1, () => {
    const columns = streams(f, get('from'), get('step'), TILE).map((first) => {
      const values: Code[][] = Array.from({ length: together }, () => [])
      for (let point = 0; point < POINTS; point++) {
        for (const [part, list] of values.entries()) list.push(vector(f, ['v128.load', 16 * part, get(first)]))
        f.set(first, add(get(first), pointStep))
      }
      return values.map((points) => pointsToOutputs(f, points))
    })
    for (let part = 0; part < together; part++) {
      const tiles = Array.from({ length: 4 }, (_, i) => {
        const at = 8 * (4 * part + i)
        const to = f.local('i32')
        f.set(to, add(get('to'), ['i32.load', at, get('table')]))
        return { to, rows: f.let('i32', ['i32.load', at + 4, get('table')]) }
      })
      for (let row = 0; row < TILE; row++) {
        const values = columns.map((column) => column[part]?.[row] as Code)
        transpose(f, values).forEach((value, i) => {
          const { to, rows } = tiles[i] as (typeof tiles)[0]
          f.emit(['v128.store', 0, ['select', get(to), get('spare'), ['i32.gt_s', rows, i32(row)]], value])
          if (row < TILE - 1) f.set(to, add(get(to), get('rowStep')))
        })
      }
    }
    f.set('from', add(get('from'), 16 * together))
    f.set('table', add(get('table'), 32 * together))
  })
  return f.finish()
}

/**
 * `taps{band}(from, step, to)`: adds what 16 channels' products at the points of two lines are of their weights' gradients to the nine lanes at
 * `to`, or with the first band stores it there.
 */
export function tapsFunction(band: Band): FunctionCode {
  const f = new FunctionBuilder(`taps${band}`, parameters(['from', 'step', 'to']))
  const point = f.local('i32')
  f.for(0, LANES / 4, 1, () => {
    f.set(point, get('from'))
    const lines = [0, 1].map(() => {
      const parts = BANDS.map((inner) => {
        const both = [0, 1].map(() => {
          const value = vector(f, ['v128.load', 0, get(point)])
          f.set(point, add(get(point), get('step')))
          return value
        })
        return pointsToWeights(f, both, inner)
      })
      return [0, 1, 2].map((column) =>
        vector(
          f,
          parts
            .map((part) => part[column] ?? null)
            .filter((code) => code !== null)
            .reduce(plus),
        ),
      )
    }) as [Code[], Code[]]
    for (const column of [0, 1, 2]) {
      const rows = pointsToWeights(
        f,
        lines.map((line) => line[column] as Code),
        band,
      )
      rows.forEach((value, row) => {
        const at = LANE_BYTES * (3 * row + column)
        if (band === 0) f.emit(['v128.store', at, get('to'), value ?? ['v128.const', 'i32x4', 0, 0, 0, 0]])
        else f.emit(['v128.store', at, get('to'), plus(['v128.load', at, get('to')], value as Code)])
      })
    }
    f.set('from', add(get('from'), 16))
    f.set('to', add(get('to'), 16))
  })
  return f.finish()
}

/**
 * `weights(from, row, tap, to, step)`: four filters' weights at all points: those of a filter are `row` bytes after the one before, its taps `tap`
 * bytes apart. A point's are `step` bytes after those of the point before.
 */
export function weightsFunction(): FunctionCode {
  const f = new FunctionBuilder('weights', parameters(['from', 'row', 'tap', 'to', 'step']))
  const address = f.local('i32')
  const taps = Array.from({ length: 9 }, () => {
    f.set(address, get('from'))
    let value: Code = ['v128.load32_zero', 0, get(address)]
    for (let lane = 1; lane < 4; lane++) {
      value = vector(f, value)
      f.set(address, add(get(address), get('row')))
      value = ['v128.load32_lane', 0, lane, get(address), value]
    }
    f.set('from', add(get('from'), get('tap')))
    return vector(f, value)
  })
  for (const band of BANDS) {
    const columns = [0, 1, 2].map((column) => weightToPoints(f, band, (row) => taps[3 * row + column] as Code))
    for (const side of [0, 1] as const)
      for (const inner of BANDS)
        for (const value of weightToPoints(f, inner, (column) => (columns[column] as readonly [Code, Code])[side])) {
          f.emit(['v128.store', 0, get('to'), value])
          f.set('to', add(get('to'), get('step')))
        }
  }
  return f.finish()
}
