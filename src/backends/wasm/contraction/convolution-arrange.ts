// The image side of convolutions: channels are copied into planes with their padding, in which whatever a tap reads for neighbouring outputs
// lies side by side. A stride takes its planes apart by phase (a plane for every remainder of rows and of columns that some tap needs),
// so that strides, padding and dilation are nothing but offsets, and no image-to-column matrix is ever stored. Also what the
// kernels over such planes have in common.
import type { Code, FunctionCode, ValueType } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { table } from '../operands.ts'
import { loadFour } from '../strided-load.ts'
import { least } from '../units.ts'

/** A value of a local. */
export const get = (name: string): Code => ['local.get', name]

/** The smaller of two numbers. */
export const smaller = (f: FunctionBuilder, a: Code, b: Code): Code => f.let('i32', least(f.let('i32', a), f.let('i32', b)))

/** Quotient and remainder of counts. */
export function divide(f: FunctionBuilder, a: Code, b: Code): readonly [quotient: Code, remainder: Code] {
  const quotient = f.let('i32', ['i32.div_u', a, b])
  return [quotient, f.let('i32', sub(a, mul(quotient, b)))]
}

/** `rows` cut into `panels` of nearly the same height: the height of one, and its first row. */
export function panelsOf(f: FunctionBuilder, rows: Code, panels: Code): { height(panel: Code): Code; first(panel: Code): Code } {
  const [height, larger] = divide(f, rows, panels)
  return {
    height: (panel) => f.let('i32', add(height, ['i32.lt_s', panel, larger])),
    first: (panel) => f.let('i32', add(mul(panel, height), least(panel, larger))),
  }
}

/** Params that are all numbers. */
export const parameters = (names: readonly string[]): readonly (readonly [string, ValueType])[] => names.map((name) => [name, 'i32'])

/** The words at `args` as locals. */
export function argumentsOf<const Name extends string>(f: FunctionBuilder, names: readonly Name[]): Readonly<Record<Name, Code>> {
  return Object.fromEntries(names.map((name, i) => [name, f.let('i32', ['i32.load', 4 * i, f.param('args')])])) as Record<Name, Code>
}

/** What `arrange` finds first among a kernel's arguments; sizes in elements. */
export const arrangeNames = [
  ...['channels', 'height', 'width', 'strideHeight', 'strideWidth', 'variants', 'variantTable', 'planeRows', 'pitch', 'planeSize'],
] as const

/** Those, and what the kernel needs besides. */
/*@__NO_SIDE_EFFECTS__*/ export function afterArrangement<const Names extends readonly string[]>(
  names: Names,
): [...typeof arrangeNames, ...Names] {
  return [...arrangeNames, ...names]
}

/** Bytes of one image's channels in one group, as they are. */
export const groupBytes = ({ channels, height, width }: Readonly<Record<'channels' | 'height' | 'width', Code>>): Code =>
  mul(mul(mul(channels, height), width), 4)

/** Elements that may be read after the last plane: zeros. */
export const SLACK = 8

const zero: Code = ['v128.const', 'i32x4', 0, 0, 0, 0]

/** `arrange(args, source, target, firstRow)`: all planes of the channels from `source` on, from row `firstRow` of them on. */
export function arrangeFunction(): FunctionCode {
  const f = new FunctionBuilder('arrange', parameters(['args', 'source', 'target', 'firstRow']))
  const args = argumentsOf(f, arrangeNames)
  const [row, at, copied] = ['row', 'at', 'copied'].map((name) => f.local('i32', name)) as [string, string, string]
  const zeros = (from: Code, to: Code): void => {
    f.set(at, from)
    f.while(at, to, 4, (column) => f.emit(['v128.store', 0, add(get(row), mul(column, 4)), zero]))
  }
  f.for(0, args.channels, 1, () => {
    f.for(0, args.variants, 1, (variant) => {
      const facts = f.let('i32', add(args.variantTable, mul(variant, 16)))
      const [top, left, from, to] = [0, 4, 8, 12].map((offset) => f.let('i32', ['i32.load', offset, facts])) as [Code, Code, Code, Code]
      f.set(row, f.param('target'))
      const end = f.let('i32', mul(add(f.param('firstRow'), args.planeRows), args.strideHeight))
      f.for(mul(f.param('firstRow'), args.strideHeight), end, args.strideHeight, (line) => {
        const y = f.let('i32', add(line, top))
        f.if(
          ['i32.lt_u', y, args.height],
          () => {
            // vectors of zeros may overlap what comes after them
            zeros(i32(0), from)
            const source = add(f.param('source'), mul(add(mul(y, args.width), left), 4))
            const start = f.let('i32', source)
            const copy = (stride: number) => () => {
              const address = (column: Code): Code => add(start, mul(mul(column, args.strideWidth), 4))
              const target = (column: Code): Code => add(get(row), mul(column, 4))
              const four = (column: Code): void =>
                f.emit(['v128.store', 0, target(column), loadFour(f.let('i32', address(column)), stride, args.strideWidth)])
              const last = f.let('i32', sub(to, 4))
              f.set(copied, from)
              f.while(copied, last, 4, four)
              f.if(
                ['i32.le_s', from, last],
                () => four(last),
                () => f.while(copied, to, 1, (column) => f.emit(['i32.store', 0, target(column), ['i32.load', 0, address(column)]])),
              )
            }
            f.if(['i32.eq', args.strideWidth, i32(1)], copy(1), () => f.if(['i32.eq', args.strideWidth, i32(2)], copy(2), copy(0)))
            zeros(to, args.pitch)
          },
          () => zeros(i32(0), args.pitch),
        )
        f.set(row, add(get(row), mul(args.pitch, 4)))
      })
      // what is read beyond a plane is zeros, too; the next plane overwrites them
      zeros(i32(0), i32(SLACK))
      f.set('target', add(f.param('target'), mul(args.planeSize, 4)))
    })
    f.set('source', add(f.param('source'), mul(mul(args.height, args.width), 4)))
  })
  return f.finish()
}

/** A tap: which plane of its channel it reads, by how much its place there is shifted, and where its weight is in elements. */
export interface Tap {
  readonly variant: number
  readonly shift: readonly [y: number, x: number]
  readonly weight: number
}

/** Where the first element of a plane is in its channel; may be outside. */
export interface Variant {
  readonly y: number
  readonly x: number
}

/** Channels as they are, and how they are to lie. */
export interface Arrangement {
  /** Of one image and group. */
  readonly channels: number
  readonly size: readonly [height: number, width: number]
  readonly stride: readonly [number, number]
  readonly variants: readonly Variant[]
  readonly rows: number
  /** Columns that any tap reads; from there to the pitch there are zeros. */
  readonly columns: number
  readonly pitch: number
  /** Elements from one plane to the next. */
  readonly planeSize: number
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

/** Planes of `rows` × `pitch`; their distance avoids the powers of two in which caches wrap around. */
export function arrangement(a: Omit<Arrangement, 'planeSize'>): Arrangement {
  const planeSize = a.rows * a.pitch
  return { ...a, planeSize: planeSize % 256 === 0 ? planeSize + 16 : planeSize }
}

/** Elements of one arranged image and group. */
export const arrangedLength = (a: Arrangement): number => a.channels * a.variants.length * a.planeSize + SLACK

/** The arguments that `arrange` needs, one of which is a table of variants. */
export function arrangeArguments(a: Arrangement): number[] {
  const [height, width] = a.size
  const step = a.stride[1]
  const variants = a.variants.flatMap(({ y, x }) => {
    const from = clamp(Math.ceil(-x / step), 0, a.columns)
    return [y, x, from, clamp(Math.ceil((width - x) / step), from, a.columns)]
  })
  return [a.channels, height, width, ...a.stride, a.variants.length, table(variants), a.rows, a.pitch, a.planeSize]
}
