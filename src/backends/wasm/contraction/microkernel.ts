// The microkernel of contractions: a tile of C in registers, C[rows × columns] (+)= A[rows × depth] · B[depth × columns], and the loop over
// the tiles of a block. It is generated for each element type and tile shape; how operands are laid out is said by steps in bytes.
import type { Code, FunctionCode } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { madd, madd64 } from '../features.ts'
import { get, least, parameters } from './arguments.ts'

/** Element types that contractions have kernels for. */
export type ElementType = 'f32' | 'f64' | 'i32'

/** How vectors of an element type are computed with. */
export const vectorTypes = {
  f32: { bytes: 4, lanes: 4, splat: 'v128.load32_splat', add: 'f32x4.add', load: 'f32.load', store: 'f32.store' },
  f64: { bytes: 8, lanes: 2, splat: 'v128.load64_splat', add: 'f64x2.add', load: 'f64.load', store: 'f64.store' },
  i32: { bytes: 4, lanes: 4, splat: 'v128.load32_splat', add: 'i32x4.add', load: 'i32.load', store: 'i32.store' },
} as const

/** a · b + c of vectors. */
export function multiplyAdd(type: ElementType, a: Code, b: Code, c: Code): Code {
  if (type === 'i32') return ['i32x4.add', ['i32x4.mul', a, b], c]
  return type === 'f32' ? madd(a, b, c) : madd64(a, b, c)
}

/** Shape of the tile that stays in registers: `vectors` vectors to a row. */
export interface TileShape {
  readonly rows: number
  readonly vectors: number
}

/** Bytes of the tile through which columns that are left over go; each task needs its own. */
export const spareBytes = ({ rows, vectors }: TileShape): number => 16 * rows * vectors

/** How elements of A lie: those of a column of the tile side by side (`across`: packed or transposed), or those of a row (`along`). */
export type Layout = 'across' | 'along'

/** What a tile function computes. */
export interface TileOptions extends TileShape {
  readonly type: ElementType
  readonly layout: Layout
  /** Part of the functions' names, where a kernel has several sets of them. */
  readonly family?: string
  /** What is stored in place of the sum at a row and vector of the tile; absent for the sum itself. */
  readonly epilogue?: (sum: Code, row: number, vector: number) => Code
}

/** Steps of depth in a turn of the loop: fewer turns, in which pointers are moved. */
const UNROLLED = 4

/** The name of a tile function. */
export const tileName = (rows: number, vectors: number, family = ''): string => `tile${family}${rows}x${vectors}`

/**
 * `tile{rows}x{vectors}(depth, a, aStep, b, bStep, c, cStep, accumulate)`: one tile. `aStep` is the distance in bytes from one column of A to
 * the next (`across`) or from one row to the next (`along`), `bStep` and `cStep` that of rows of B and C. The sum over depth is formed in
 * order; with `accumulate` it is then added to C.
 */
export function tileFunction({ type, rows, vectors, layout, family, epilogue }: TileOptions): FunctionCode {
  const { bytes, splat, add: addVectors } = vectorTypes[type]
  const f = new FunctionBuilder(
    tileName(rows, vectors, family),
    parameters(['depth', 'a', 'aStep', 'b', 'bStep', 'c', 'cStep', 'accumulate']),
  )
  const isAcross = layout === 'across'
  const sums = Array.from({ length: rows * vectors }, () => f.local('v128', 'sum'))
  const right = Array.from({ length: vectors }, () => f.local('v128', 'b'))
  const left = f.local('v128', 'a')
  const counter = f.local('i32', 'k')
  const pointers = ['a']
  while (!isAcross && pointers.length < rows) {
    const pointer = f.local('i32', 'row')
    f.set(pointer, add(get(pointers.at(-1) as string), get('aStep')))
    pointers.push(pointer)
  }

  /** `count` steps of depth, as often as `times` says. */
  const loop = (times: Code, count: number): void => {
    f.set(counter, times)
    const body = f.capture(() => {
      for (let step = 0; step < count; step++) {
        right.forEach((name, vector) => f.set(name, ['v128.load', 16 * vector, get('b')]))
        f.set('b', add(get('b'), get('bStep')))
        for (let row = 0; row < rows; row++) {
          f.set(left, isAcross ? [splat, row * bytes, get('a')] : [splat, step * bytes, get(pointers[row] as string)])
          right.forEach((name, vector) => {
            const sum = sums[row * vectors + vector] as string
            f.set(sum, multiplyAdd(type, get(left), get(name), get(sum)))
          })
        }
        if (isAcross) f.set('a', add(get('a'), get('aStep')))
      }
      if (!isAcross) for (const pointer of pointers) f.set(pointer, add(get(pointer), count * bytes))
    })
    f.if(get(counter), () => f.emit(['loop', 'steps', ...body, ['br_if', 'steps', ['local.tee', counter, sub(get(counter), 1)]]]))
  }
  loop(['i32.shr_u', get('depth'), i32(Math.log2(UNROLLED))], UNROLLED)
  loop(['i32.and', get('depth'), i32(UNROLLED - 1)], 1)

  const write = (accumulate: boolean) => () => {
    for (let row = 0; row < rows; row++) {
      if (row > 0) f.set('c', add(get('c'), get('cStep')))
      // a row of C is loaded before any of it is stored, or neighbouring vectors could not become one
      if (accumulate) right.forEach((name, vector) => f.set(name, ['v128.load', 16 * vector, get('c')]))
      right.forEach((before, vector) => {
        const own = get(sums[row * vectors + vector] as string)
        const sum: Code = accumulate ? [addVectors, get(before), own] : own
        f.emit(['v128.store', 16 * vector, get('c'), epilogue?.(sum, row, vector) ?? sum])
      })
    }
  }
  f.if(get('accumulate'), write(true), write(false))
  return f.finish()
}

const blockNames = [
  'rows',
  'columns',
  'depth',
  'a',
  'aStep',
  'aPanel',
  'b',
  'bStep',
  'bPanel',
  'c',
  'cStep',
  'accumulate',
  'spare',
] as const

/** What a block function is called with; `aDepth` and `bDepth` are the distances in bytes from one element of the sum to the next. */
export type BlockOperands = Readonly<Record<(typeof blockNames)[number] | 'aDepth' | 'bDepth', Code>>

/** Calls a block function, so that sums are formed in chunks of `chunk` elements. */
export function callBlock(f: FunctionBuilder, operands: BlockOperands, chunk: Code, family = ''): void {
  f.for(0, operands.depth, chunk, (k) => {
    const depth = least(f, chunk, sub(operands.depth, k))
    const accumulate: Code = ['i32.or', operands.accumulate, k]
    const [a, b] = [add(operands.a, mul(k, operands.aDepth)), add(operands.b, mul(k, operands.bDepth))]
    const given: BlockOperands = { ...operands, depth, a, b, accumulate }
    f.emit(['call', `block${family}`, ...blockNames.map((name) => given[name])])
  })
}

/**
 * The tile functions of a shape and `block(rows, columns, depth, a, aStep, aPanel, b, bStep, bPanel, c, cStep, accumulate, spare)`, which does
 * all tiles of a block: A's tiles lie `aPanel` bytes apart, B's column panels `bPanel`. Rows that are left over have tiles of their own;
 * columns go through the tile of C at `spare` (`spareBytes`, memory of this task alone), so that exactly C is written. Up to 64 bytes after
 * the last row of a panel of B are read, though not used.
 */
export function blockFunctions(options: Omit<TileOptions, 'rows' | 'vectors'>, shape: TileShape): FunctionCode[] {
  const { bytes, lanes, load, store } = vectorTypes[options.type]
  const { family = '' } = options
  const { rows: tileRows, vectors } = shape
  const width = vectors * lanes
  const f = new FunctionBuilder(`block${family}`, parameters(blockNames))
  const [column, row, height, left, target] = [
    f.local('i32', 'column'),
    f.local('i32', 'row'),
    f.local('i32', 'height'),
    f.local('i32', 'left'),
    f.local('i32', 'target'),
  ]

  /** Calls the tile function with as many rows as are left. */
  const tile = (wide: number, c: Code, cStep: Code, rows = tileRows): void => {
    const call = (): void =>
      f.emit([
        'call',
        tileName(rows, wide, family),
        get('depth'),
        get(left),
        get('aStep'),
        get('b'),
        get('bStep'),
        c,
        cStep,
        get('accumulate'),
      ])
    if (rows === 1) call()
    else f.if(['i32.eq', get(height), i32(rows)], call, () => tile(wide, c, cStep, rows - 1))
  }
  const eachTile = (body: () => void): void => {
    f.set(row, i32(0))
    f.set(left, get('a'))
    f.set(target, get('c'))
    f.while(row, get('rows'), tileRows, (at) => {
      f.set(height, sub(get('rows'), at))
      f.if(['i32.gt_s', get(height), i32(tileRows)], () => f.set(height, i32(tileRows)))
      body()
      f.set(left, add(get(left), get('aPanel')))
      f.set(target, add(get(target), mul(get('cStep'), tileRows)))
    })
  }

  f.set(column, i32(0))
  f.while(column, sub(get('columns'), width - 1), width, () => {
    eachTile(() => tile(vectors, get(target), get('cStep')))
    f.set('b', add(get('b'), get('bPanel')))
    f.set('c', add(get('c'), width * bytes))
  })
  f.set('columns', sub(get('columns'), get(column)))
  const spareStep = i32(width * bytes)
  /** Moves the columns that are left between C and the spare tile. */
  const move = (to: Code, toStep: Code, from: Code, fromStep: Code): void =>
    f.for(0, get(height), 1, (i) => {
      const [toRow, fromRow] = [f.let('i32', add(to, mul(i, toStep)), 'to'), f.let('i32', add(from, mul(i, fromStep)), 'from')]
      f.for(0, get('columns'), 1, (j) => {
        const at = f.let('i32', mul(j, bytes), 'at')
        f.emit([store, 0, add(toRow, at), [load, 0, add(fromRow, at)]])
      })
    })
  f.if(['i32.gt_s', get('columns'), i32(0)], () =>
    eachTile(() => {
      f.if(get('accumulate'), () => move(get('spare'), spareStep, get(target), get('cStep')))
      const toSpare = (wide: number) => () => tile(wide, get('spare'), spareStep)
      f.if(['i32.le_s', get('columns'), i32(lanes)], toSpare(1), toSpare(vectors))
      move(get(target), get('cStep'), get('spare'), spareStep)
    }),
  )
  const tiles = [vectors, 1].flatMap((wide) =>
    Array.from({ length: tileRows }, (_, i) => tileFunction({ ...options, rows: i + 1, vectors: wide })),
  )
  return [...tiles, f.finish()]
}
