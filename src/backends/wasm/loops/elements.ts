// Elements of operands in memory as vectors: loads and stores by dtype and by how an operand moves along the lanes.
import type { DTypeFacts } from '../../../core/dtype.ts'
import type { Code } from '../assembler.ts'
import { add, type FunctionBuilder, i32, mul } from '../builder.ts'
import { constantLanes, convert, type LaneKind, type Lanes } from './lanes.ts'

/** How an operand moves from lane to lane: it stays, goes to the neighbour in memory, or takes a step known at the launch. */
export type Stepping = 0 | 1 | 2

/** An operand in a kernel: dtype, stepping, and for stepping 2 its step in bytes. */
export interface Operand {
  readonly type: DTypeFacts
  readonly stepping: Stepping
  readonly step: Code
}

/** How many lanes there are: all, or the first few, as many as a local says at run time (1 or more, all where it says more). */
export type Extent = { readonly lanes: 2 | 4; readonly rest: Code | null }

const kinds: readonly LaneKind[] = ['i32', 'i32', 'i32', 'f32', 'f64']

/** Address of a lane. */
const laneAddress = (operand: Operand, address: Code, lane: number): Code =>
  lane === 0 ? address : operand.stepping === 1 ? add(address, lane * operand.type.bytes) : add(address, mul(operand.step, lane))

/** All lanes from one element. */
function splat({ type }: Operand, address: Code, offset: number): Code {
  if (type.bytes === 1) return ['i32x4.splat', ['i32.load8_u', offset, address]]
  return [type.bytes === 8 ? 'v128.load64_splat' : 'v128.load32_splat', offset, address]
}

/** Neighbouring elements. */
function neighbours({ type }: Operand, lanes: 2 | 4, address: Code, offset: number): Code {
  if (type.bytes === 1) {
    const bytes: Code = [lanes === 4 ? 'v128.load32_zero' : 'v128.load16_splat', offset, address]
    return ['i32x4.extend_low_i16x8_u', ['i16x8.extend_low_i8x16_u', bytes]]
  }
  return [type.bytes * lanes === 16 ? 'v128.load' : 'v128.load64_zero', offset, address]
}

/** One lane of `before` from memory. */
function loadLane(operand: Operand, address: Code, lane: number, before: Code): Code {
  const at = laneAddress(operand, address, lane)
  if (operand.type.bytes === 1) return ['i32x4.replace_lane', lane, before, ['i32.load8_u', 0, at]]
  return [operand.type.bytes === 8 ? 'v128.load64_lane' : 'v128.load32_lane', 0, lane, at, before]
}

/** Does something for the lanes after the first, as far as there are any. */
function forLanes(f: FunctionBuilder, { lanes, rest }: Extent, stepping: Stepping, each: (lane: number) => void): void {
  // neighbours that are all there are taken at once
  const end = stepping === 1 && rest !== null ? lanes - 1 : lanes
  const from = (lane: number): void => {
    if (lane === end) return
    const body = (): void => {
      each(lane)
      from(lane + 1)
    }
    if (rest === null) body()
    else f.if(['i32.gt_s', rest, i32(lane)], body)
  }
  from(1)
}

/** Loads a vector; `offset` bytes are added to the address where the stepping is 0 or 1. */
export function loadLanes(f: FunctionBuilder, operand: Operand, extent: Extent, address: Code, offset = 0): Lanes {
  const kind = kinds[operand.type.code] as LaneKind
  if (operand.stepping === 0) return { kind, code: f.let('v128', splat(operand, address, offset)) }
  const whole = neighbours(operand, extent.lanes, address, offset)
  if (operand.stepping === 1 && extent.rest === null) return { kind, code: f.let('v128', whole) }
  const vector = f.local('v128')
  const code: Code = ['local.get', vector]
  const at = add(address, offset)
  const gather = (): void => {
    const first: Code =
      operand.type.bytes === 1 ? splat(operand, at, 0) : [operand.type.bytes === 8 ? 'v128.load64_zero' : 'v128.load32_zero', 0, at]
    f.set(vector, first)
    forLanes(f, extent, operand.stepping, (lane) => f.set(vector, loadLane(operand, at, lane, code)))
  }
  if (operand.stepping === 2 || extent.rest === null) gather()
  else f.if(['i32.ge_s', extent.rest, i32(extent.lanes)], () => f.set(vector, whole), gather)
  return { kind, code }
}

/** Bytes of words or halves of two vectors, in turns. */
const INTERLEAVE_LOW = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] as const
const INTERLEAVE_HIGH = [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31] as const
/** The low halves of two vectors, and the high ones. */
export const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] as const
const HIGH_HALVES = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31] as const

/** Loads as many vectors as there are lanes, `step` bytes apart, and turns rows into columns. */
export function loadSquare(f: FunctionBuilder, operand: Operand, lanes: 2 | 4, address: Code): Lanes[] {
  const kind = kinds[operand.type.code] as LaneKind
  const rows = Array.from({ length: lanes }, (_, lane) => f.let('v128', ['v128.load', 0, laneAddress(operand, address, lane)]))
  const pair = (order: readonly number[], first: Code, second: Code): Code => f.let('v128', ['i8x16.shuffle', order, first, second])
  const [r0, r1, r2, r3] = rows as [Code, Code, Code, Code]
  if (lanes === 2) return [LOW_HALVES, HIGH_HALVES].map((order) => ({ kind, code: pair(order, r0, r1) }))
  return [INTERLEAVE_LOW, INTERLEAVE_HIGH].flatMap((order) => {
    const [first, second] = [pair(order, r0, r1), pair(order, r2, r3)]
    return [LOW_HALVES, HIGH_HALVES].map((halves): Lanes => ({ kind, code: pair(halves, first, second) }))
  })
}

/** Bytes 0, 4, 8 and 12: the lowest of each 32-bit lane. */
const LOW_BYTES = [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12] as const

/** A value as the bits that an operand of this dtype keeps, in lanes of 32 or 64 bits. */
function storedLanes(f: FunctionBuilder, { type }: Operand, value: Lanes): Code {
  if (type.code === 0) return ['v128.and', convert(f, value, 'm32'), f.constant(constantLanes(1, 'i32'))]
  return convert(f, value, kinds[type.code] as LaneKind)
}

function storeLane(f: FunctionBuilder, operand: Operand, address: Code, lane: number, vector: Code): void {
  const at = laneAddress(operand, address, lane)
  if (operand.type.bytes === 1) f.emit(['v128.store8_lane', 0, 4 * lane, at, vector])
  else f.emit([operand.type.bytes === 8 ? 'v128.store64_lane' : 'v128.store32_lane', 0, lane, at, vector])
}

/** Stores neighbouring elements. */
function storeNeighbours(f: FunctionBuilder, { type }: Operand, lanes: 2 | 4, address: Code, offset: number, vector: Code): void {
  if (type.bytes * lanes === 16) f.emit(['v128.store', offset, address, vector])
  else if (type.bytes === 4) f.emit(['v128.store64_lane', offset, 0, address, vector])
  else f.emit([lanes === 4 ? 'v128.store32_lane' : 'v128.store16_lane', offset, 0, address, ['i8x16.shuffle', LOW_BYTES, vector, vector]])
}

/**
 * Computes what a store will write, and returns what writes it: stores follow one another. `offset` bytes are added to the address. An
 * operand of stepping 0 takes the first lane.
 */
export function storeLanes(f: FunctionBuilder, operand: Operand, extent: Extent, value: Lanes, address: Code, offset = 0): () => void {
  const vector = f.let('v128', storedLanes(f, operand, value))
  const { lanes, rest } = extent
  const whole = (): void => storeNeighbours(f, operand, lanes, address, offset, vector)
  if (operand.stepping === 1 && rest === null) return whole
  const scatter = (): void => {
    const at = add(address, offset)
    storeLane(f, operand, at, 0, vector)
    if (operand.stepping !== 0) forLanes(f, extent, operand.stepping, (lane) => storeLane(f, operand, at, lane, vector))
  }
  return operand.stepping === 1 && rest !== null ? () => f.if(['i32.ge_s', rest, i32(lanes)], whole, scatter) : scatter
}
