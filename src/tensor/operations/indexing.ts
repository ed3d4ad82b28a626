// `x.at(i, …)` and `x.setAt([i, …], value)`: NumPy's indexing, read and written.
import { ShapeError } from '../../core/errors.ts'
import { broadcastShapes, printShape, type Shape, sizeOf } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { type Index, type IndexPlan, planIndex } from './index-plan.ts'

// The gathered dims brought together and laid out as one, `[before, positions, after]`, and the way back.
interface Layout {
  readonly before: Shape
  readonly after: Shape
  /** Sizes of the gathered dims. */
  readonly sizes: readonly number[]
  /** Order of the view's dims in the layout. */
  readonly order: readonly number[]
  /** Common shape of the tensors of positions. */
  readonly positions: Shape
  /** Where along the one dim each of them points. */
  readonly places: Value
}

// The flat places of positions that cannot be read; −1, which no kernel takes, where one is out of range for its dim.
function placesOf(gathered: IndexPlan['gathered'], sizes: Shape, shape: Shape): Value {
  let places = P.full(shape, 0, 'int32')
  gathered.forEach(({ positions }, i) => {
    const size = sizes[i] as number
    const given = P.cast(positions, 'int32')
    const place = P.add(P.mul(places, size), P.where(P.lt(given, 0), P.add(given, size), given))
    const inside = P.logicalAnd(P.ge(given, -size), P.lt(given, size))
    places = P.where(P.logicalAnd(inside, P.ge(places, 0)), place, -1)
  })
  return P.reshape(places, [sizeOf(shape)])
}

// The same of positions that can be read, and were checked.
function readPlaces(gathered: IndexPlan['gathered'], sizes: Shape, shape: Shape): Value {
  const places = new Int32Array(sizeOf(shape))
  gathered.forEach(({ positions }, i) => {
    const size = sizes[i] as number
    const list = P.toTypedArray(P.expand(positions, shape))
    for (let k = 0; k < places.length; k++) {
      const position = list[k] as number
      places[k] = (places[k] as number) * size + (position < 0 ? position + size : position)
    }
  })
  return P.fromArray(places, [places.length], 'int32')
}

function layOut(name: string, { view, gathered, adjacent }: IndexPlan): Layout {
  const dims = gathered.map((entry) => entry.dim)
  const first = adjacent ? (dims[0] as number) : 0
  const rest = view.shape.map((_, dim) => dim).filter((dim) => !dims.includes(dim))
  const order = [...rest.slice(0, first), ...dims, ...rest.slice(first)]
  const positions = gathered.reduce<Shape>((common, entry) => broadcastShapes(name, common, entry.positions.shape), [])
  const sizes = dims.map((dim) => view.shape[dim] as number)
  const readable = gathered.every((entry) => P.isReadable(entry.positions))
  return {
    before: rest.slice(0, first).map((dim) => view.shape[dim] as number),
    after: rest.slice(first).map((dim) => view.shape[dim] as number),
    sizes,
    order,
    positions,
    places: (readable ? readPlaces : placesOf)(gathered, sizes, positions),
  }
}

// The view with the gathered dims as one: [before…, Π sizes, after…].
const gatherable = (view: Value, layout: Layout): Value =>
  P.reshape(P.permute(view, layout.order), [...layout.before, sizeOf(layout.sizes), ...layout.after])

/** `x[i, …]`: a number selects, `slice()` slices, `null` adds a dim, `'...'` stands for the dims left out, an array or integer tensor gathers, a bool tensor masks. Views where only the first four occur. */
export function at(input: Value, ...indices: readonly Index[]): Value {
  const plan = planIndex('at', input, indices)
  if (plan.gathered.length === 0) return plan.view === input ? P.reshape(input, input.shape) : plan.view
  const layout = layOut('at', plan)
  const taken = P.indexSelect(gatherable(plan.view, layout), layout.before.length, layout.places)
  return P.reshape(taken, [...layout.before, ...layout.positions, ...layout.after])
}

// `value` as a tensor of exactly `shape` in the destination's dtype; surplus leading dims of size 1 do not count.
function valueOf(value: Operand, shape: Shape, destination: Value): Value {
  if (typeof value === 'number') return P.expand(P.elementLike('setAt', value, destination.storage.type), shape)
  let sizes = value.shape
  while (sizes.length > shape.length && sizes[0] === 1) sizes = sizes.slice(1)
  const added = shape.length - sizes.length
  if (added < 0 || !sizes.every((size, dim) => size === 1 || size === shape[dim + added])) {
    throw new ShapeError(
      `setAt: a value of shape ${printShape(value.shape)} does not fit the indexed part, which has shape ${printShape(shape)}.`,
    )
  }
  const cast = value.dtype === destination.dtype ? value : P.cast(value, destination.dtype)
  return P.expand(P.reshape(cast, sizes), shape)
}

/** `x[i, …] = value`, with the same indices as `at`; the value broadcasts, and takes the tensor's dtype. Where positions repeat, the last wins. */
export function setAt(input: Value, indices: Index | readonly Index[], given: Operand | boolean): Value {
  const part = typeof given === 'boolean' ? Number(given) : given
  const plan = planIndex('setAt', input, Array.isArray(indices) ? indices : [indices as Index])
  if (plan.gathered.length === 0) {
    P.write(plan.view, typeof part === 'number' ? part : valueOf(part, plan.view.shape, input), 'setAt')
    return input
  }
  const layout = layOut('setAt', plan)
  const source = valueOf(part, [...layout.before, ...layout.positions, ...layout.after], input)
  const flat = [...layout.before, layout.places.elementCount, ...layout.after]
  const replaced = P.indexCopy(gatherable(plan.view, layout), layout.before.length, layout.places, P.reshape(source, flat))
  const whole = P.reshape(
    replaced,
    layout.order.map((dim) => plan.view.shape[dim] as number),
  )
  const back = layout.order.map((_, dim) => layout.order.indexOf(dim))
  P.write(plan.view, P.permute(whole, back))
  return input
}
