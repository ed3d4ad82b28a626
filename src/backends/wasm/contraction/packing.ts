// Packing: lines of an operand (rows of A, columns of B) in panels of `width` lines, in which the elements of one depth are side by side:
// panel[depth][width]. Lines that are missing in the last panel are zero.
import type { Code } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { compileKernel, type Kernel } from '../launch.ts'
import { argumentsOf, get, parameters } from './arguments.ts'
import { type ElementType, vectorTypes } from './microkernel.ts'

/** Byte shuffle that takes words (`size` bytes each) of two vectors, the second's numbered after the first's. */
const shuffle = (a: Code, b: Code, size: number, words: readonly number[]): Code => [
  'i8x16.shuffle',
  words.flatMap((word) => Array.from({ length: size }, (_, byte) => word * size + byte)),
  a,
  b,
]

/** The transpose of a square of vectors: 4 × 4 words of four bytes, or 2 × 2 of eight. */
export function transpose(f: FunctionBuilder, rows: readonly Code[]): Code[] {
  const [r0, r1, r2, r3] = rows as [Code, Code, Code, Code]
  if (rows.length === 2) return [shuffle(r0, r1, 8, [0, 2]), shuffle(r0, r1, 8, [1, 3])]
  const pair = (a: Code, b: Code, words: readonly number[]): Code => f.let('v128', shuffle(a, b, 4, words))
  const low = [pair(r0, r1, [0, 4, 1, 5]), pair(r2, r3, [0, 4, 1, 5])] as const
  const high = [pair(r0, r1, [2, 6, 3, 7]), pair(r2, r3, [2, 6, 3, 7])] as const
  return [low, high].flatMap(([a, b]) => [shuffle(a, b, 8, [0, 2]), shuffle(a, b, 8, [1, 3])])
}

/** The words of a packing kernel's arguments, in order. Steps are in bytes. */
export const packingArguments = ['source', 'lineStep', 'depthStep', 'lines', 'depth', 'target', 'panels', 'offsets'] as const

/**
 * Packs; a task is a panel. There may be several matrices of `panels` panels each: the source of matrix i starts at
 * `source` + the word at `offsets` + 16·i; the panels of all lie one after the other at `target`.
 */
function packing(type: ElementType, width: number): Kernel {
  const { bytes, lanes, load, store } = vectorTypes[type]
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const { source, lineStep, depthStep, lines, depth, target, panels, offsets } = argumentsOf(f, packingArguments)
  const [from, to, k, left, group] = [
    f.local('i32', 'from'),
    f.local('i32', 'to'),
    f.local('i32', 'k'),
    f.local('i32', 'left'),
    f.local('i32', 'group'),
  ]
  const stepBytes = width * bytes

  f.while('from', f.param('to'), 1, (task) => {
    const matrix = f.let('i32', ['i32.div_u', task, panels], 'matrix')
    const first = f.let('i32', mul(sub(task, mul(matrix, panels)), width), 'first')
    const start = f.let('i32', add(add(source, ['i32.load', 0, add(offsets, mul(matrix, 16))]), mul(first, lineStep)), 'start')
    const panel = f.let('i32', add(target, mul(mul(task, stepBytes), depth)), 'panel')
    f.set(left, sub(lines, first))
    const isFull: Code = ['i32.ge_s', get(left), i32(width)]
    f.if(
      ['i32.and', isFull, ['i32.eq', lineStep, i32(bytes)]],
      () => {
        f.set(from, start)
        f.set(to, panel)
        f.for(0, depth, 1, () => {
          let at = 0
          for (; at + 16 <= stepBytes; at += 16) f.emit(['v128.store', at, get(to), ['v128.load', at, get(from)]])
          if (at < stepBytes) f.emit(['i64.store', at, get(to), ['i64.load', at, get(from)]])
          f.set(from, add(get(from), depthStep))
          f.set(to, add(get(to), stepBytes))
        })
      },
      () => {
        f.for(0, width, lanes, (firstOfGroup) => {
          f.set(k, i32(0))
          f.set(group, add(start, mul(firstOfGroup, lineStep)))
          f.set(to, add(panel, mul(firstOfGroup, bytes)))
          if (width % lanes === 0) {
            const isGroup: Code = ['i32.ge_s', get(left), add(firstOfGroup, lanes)]
            f.if(['i32.and', isGroup, ['i32.eq', depthStep, i32(bytes)]], () =>
              f.while(k, sub(depth, lanes - 1), lanes, () => {
                f.set(from, get(group))
                const rows = Array.from({ length: lanes }, () => {
                  const row = f.let('v128', ['v128.load', 0, get(from)], 'row')
                  f.set(from, add(get(from), lineStep))
                  return row
                })
                transpose(f, rows).forEach((column, i) => f.emit(['v128.store', i * stepBytes, get(to), column]))
                f.set(group, add(get(group), lanes * bytes))
                f.set(to, add(get(to), lanes * stepBytes))
              }),
            )
          }
          const end = f.let('i32', sub(i32(width), firstOfGroup), 'end')
          f.while(k, depth, 1, () => {
            f.set(from, get(group))
            for (let i = 0; i < lanes; i++) {
              const isThere: Code = ['i32.gt_s', get(left), add(firstOfGroup, i)]
              const write = (value: Code): void => f.emit([store, i * bytes, get(to), value])
              const copy = (): void =>
                f.if(
                  isThere,
                  () => write([load, 0, get(from)]),
                  () => write([`${type}.const`, 0]),
                )
              if (width % lanes === 0) copy()
              else f.if(['i32.gt_s', end, i32(i)], copy)
              f.set(from, add(get(from), lineStep))
            }
            f.set(group, add(get(group), depthStep))
            f.set(to, add(get(to), stepBytes))
          })
        })
      },
    )
  })
  return compileKernel(`pack ${type}x${width}`, [f.finish()])
}

const kernels = /*@__PURE__*/ new Map<string, Kernel>()

/** The packing kernel for panels of `width` lines. */
export function packingKernel(type: ElementType, width: number): Kernel {
  const key = `${type} ${width}`
  let kernel = kernels.get(key)
  if (kernel === undefined) {
    kernel = packing(type, width)
    kernels.set(key, kernel)
  }
  return kernel
}
