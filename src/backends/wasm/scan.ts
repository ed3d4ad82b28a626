// Along the rows of dense values: where the largest or smallest element is, and running sums.
import type { Value } from '../../core/value.ts'
import type { Code } from './assembler.ts'
import { add, mul } from './builder.ts'
import type { OpcodeName } from './opcodes.ts'
import { begin, destination, finish, source } from './operands.ts'
import { cached, pointer, unitKernel } from './units.ts'

/** A dtype that extremes are found in: its lanes, where a float may be NaN. */
interface ScannedType {
  readonly scalar: 'f32' | 'f64' | 'i32'
  readonly lanes: 'f32x4' | 'f64x2' | 'i32x4'
  readonly count: number
}

const scanned: Readonly<Record<string, ScannedType>> = {
  float32: { scalar: 'f32', lanes: 'f32x4', count: 4 },
  float64: { scalar: 'f64', lanes: 'f64x2', count: 2 },
  int32: { scalar: 'i32', lanes: 'i32x4', count: 4 },
}

// First the extreme of the row, in vectors; then the first element that is equal to it, or the first NaN.
const argKernel = /*@__PURE__*/ cached((key: string) => {
  const [name, side] = key.split(' ') as [string, 'max' | 'min']
  const { scalar, lanes, count } = scanned[name] as ScannedType
  const bytes = 16 / count
  const isInteger = scalar === 'i32'
  const limit = side === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const start: Code = isInteger ? ['i32.const', side === 'max' ? -2147483648 : 2147483647] : [`${scalar as 'f32' | 'f64'}.const`, limit]
  return unitKernel(`arg${side}`, ['x', 'out', 'size'], (f, { x, out, size }, unit) => {
    const row = f.let('i32', add(x, mul(mul(unit, size), bytes)), 'row')
    const whole = f.let('i32', ['i32.and', size, ['i32.const', -count]], 'whole')
    const here = pointer(f, row, 'here')
    const best = f.local(scalar, 'best')
    const bests = f.local('v128', 'bests')
    const nan = f.local('v128', 'nan')
    f.set(best, start)
    f.set(bests, [`${lanes}.splat`, start])
    f.set(nan, ['i32x4.splat', ['i32.const', 0]])
    const element: Code = [`${scalar}.load`, 0, here.at]
    const elements = f.local('v128', 'elements')
    const loaded: Code = ['local.get', elements]
    const best0: Code = ['local.get', best]
    f.for(0, whole, count, () => {
      f.set(elements, ['v128.load', 0, here.at])
      f.set(bests, [(isInteger ? `i32x4.${side}_s` : `${lanes}.p${side}`) as OpcodeName, ['local.get', bests], loaded])
      if (!isInteger) f.set(nan, ['v128.or', ['local.get', nan], [`${lanes}.ne`, loaded, loaded]])
      here.advance(16)
    })
    const take = (other: Code): void => {
      if (isInteger) {
        const candidate = f.let('i32', other, 'candidate')
        f.set(best, ['select', candidate, best0, [side === 'max' ? 'i32.gt_s' : 'i32.lt_s', candidate, best0]])
      } else f.set(best, [`${scalar}.${side}` as OpcodeName, best0, other])
    }
    for (let lane = 0; lane < count; lane++) take([`${lanes}.extract_lane`, lane, ['local.get', bests]])
    f.for(whole, size, 1, () => {
      take(element)
      here.advance(bytes)
    })
    if (!isInteger) f.if(['v128.any_true', ['local.get', nan]], () => f.set(best, [`${scalar as 'f32' | 'f64'}.const`, Number.NaN]))
    // the search
    const at = f.local('i32', 'at')
    const place: Code = ['local.get', at]
    f.set(at, ['i32.const', 0])
    const wanted = f.let('v128', [`${lanes}.splat`, best0], 'wanted')
    const address = (): Code => add(row, mul(place, bytes))
    const found: Code = [
      'v128.any_true',
      isInteger ? ['i32x4.eq', loaded, wanted] : ['v128.or', [`${lanes}.eq`, loaded, wanted], [`${lanes}.ne`, loaded, loaded]],
    ]
    f.emit([
      'block',
      'found',
      [
        'loop',
        'search',
        ['br_if', 'found', ['i32.ge_s', place, whole]],
        ['local.set', elements, ['v128.load', 0, address()]],
        ['br_if', 'found', found],
        ['local.set', at, add(place, count)],
        ['br', 'search'],
      ],
    ])
    const one = f.local(scalar, 'one')
    const value: Code = ['local.get', one]
    f.emit([
      'block',
      'here',
      [
        'loop',
        'next',
        ['local.set', one, [`${scalar}.load`, 0, address()]],
        ['br_if', 'here', [`${scalar}.eq`, value, best0]],
        ...(isInteger ? [] : [['br_if', 'here', [`${scalar}.ne`, value, value]] as Code]),
        ['local.set', at, add(place, 1)],
        ['br', 'next'],
      ],
    ])
    f.emit(['i32.store', 0, add(out, mul(unit, 4)), place])
  })
})

/** Where each row of `size` elements of the dense `x` has its largest or smallest element: the first of equals; a NaN is extreme. */
export function argExtreme(side: 'max' | 'min', x: Value, size: number, out: Value): boolean {
  if (!(x.dtype in scanned)) return false
  begin()
  const at = { x: source(x), out: destination(out) }
  if (!at.x || !at.out) return false
  argKernel(`${x.dtype} ${side}`).run(out.elementCount, size / 3 + 5, { ...at, size })
  finish()
  return true
}

/** How elements are read and sums stored; sums of floats are float64, as in the reference. */
const summed: Readonly<
  Record<string, { readonly bytes: number; readonly sum: 'i32' | 'f64'; load(at: Code): Code; store(at: Code, sum: Code): Code }>
> = {
  bool: { bytes: 1, sum: 'i32', load: (at) => ['i32.load8_u', 0, at], store: (at, sum) => ['i32.store', 0, at, sum] },
  uint8: { bytes: 1, sum: 'i32', load: (at) => ['i32.load8_u', 0, at], store: (at, sum) => ['i32.store', 0, at, sum] },
  int32: { bytes: 4, sum: 'i32', load: (at) => ['i32.load', 0, at], store: (at, sum) => ['i32.store', 0, at, sum] },
  float32: {
    bytes: 4,
    sum: 'f64',
    load: (at) => ['f64.promote_f32', ['f32.load', 0, at]],
    store: (at, sum) => ['f32.store', 0, at, ['f32.demote_f64', sum]],
  },
  float64: { bytes: 8, sum: 'f64', load: (at) => ['f64.load', 0, at], store: (at, sum) => ['f64.store', 0, at, sum] },
}

const cumulativeKernel = /*@__PURE__*/ cached((dtype: string) => {
  const { bytes, sum, load, store } = summed[dtype] as (typeof summed)[string]
  const stored = Math.max(bytes, 4)
  return unitKernel('cumsum', ['x', 'out', 'size', 'inner'], (f, { x, out, size, inner }, unit) => {
    const row = f.let('i32', ['i32.div_u', unit, inner], 'row')
    const first = f.let('i32', add(unit, mul(mul(row, inner), sizeLessOne(size))), 'first')
    const from = pointer(f, add(x, mul(first, bytes)), 'from')
    const to = pointer(f, add(out, mul(first, stored)), 'to')
    const total = f.local(sum, 'total')
    f.set(total, sum === 'i32' ? ['i32.const', 0] : ['f64.const', 0])
    f.for(0, size, 1, () => {
      f.set(total, [`${sum}.add`, ['local.get', total], load(from.at)])
      f.emit(store(to.at, ['local.get', total]))
      from.advance(mul(inner, bytes))
      to.advance(mul(inner, stored))
    })
  })
})

const sizeLessOne = (size: Code): Code => ['i32.sub', size, ['i32.const', 1]]

/** Running sums of the dense `x` along `dim`. */
export function cumulativeSum(x: Value, dim: number, out: Value): boolean {
  if (x.elementCount === 0) return true
  begin()
  const at = { x: source(x), out: destination(out) }
  if (!at.x || !at.out) return false
  const size = x.shape[dim] ?? 1
  const inner = x.shape.slice(dim + 1).reduce((all, each) => all * each, 1)
  cumulativeKernel(x.dtype).run(x.elementCount / size, size * 1.5, { ...at, size, inner })
  finish()
  return true
}
