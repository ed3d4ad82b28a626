// Epilogues: what is computed of each element of a matrix product or a convolution follows it block by block, so that a block is still in the cache:
// the bias, what is added, a relu; in the backward pass the activation's derivative. See Note [Epilogues].
//
// Note [Epilogues]
// What an epilogue saves is the way through memory, and a launch. It is another kernel, which each thread runs on the block that it has just
// computed, and no part of the product's: tiles of the product stay the few that they are, and need no copies of their own to be optimised. Only
// short arithmetic follows. Functions take so long that the way through memory is nothing to them, and rows that are reduced are read in bursts
// too short for the processor to fetch ahead: both are as fast or faster as launches of their own (docs/performance.md).
import { broadcastStrides } from '../../backends/index-space.ts'
import type { LoopKernel } from '../../backends/wasm/loops/ir.ts'
import { costOf, expressionsOf } from '../../backends/wasm/loops/kernel-facts.ts'
import { contiguousStrides, type Shape, sizeOf } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { kernelOf } from '../../primitives/kernels.ts'
import { type Application, type Buffer, type Contraction, type Graph, type Instruction, isWhole, type Rows, type View } from '../graph.ts'
import { conflict, footprintOf, touched } from './accesses.ts'
import { isElementwise, rowsOf } from './fuse.ts'
import { shareRows, withoutUnused } from './stages.ts'

/** How far behind its product an epilogue may be. */
const REACH = 64
/** Instructions of an epilogue, at most: a function counts as more. */
const MOST_INSTRUCTIONS = 9

const isShort = ({ stages }: LoopKernel): boolean =>
  stages.flatMap(expressionsOf).reduce((sum, expression) => sum + costOf(expression), 0) <= MOST_INSTRUCTIONS

function computesBlocks(instruction: Instruction): instruction is Application {
  if (instruction.kind !== 'apply' || !isWhole(instruction.output)) return false
  const kernel = kernelOf(instruction.primitive)
  return kernel.kind === 'program' && kernel.inBlocks === true
}

const stridesOf = (view: View, rank: number): number[] => broadcastStrides(view as unknown as Value, rank)

/** Whether a view's elements lie one after the other in the order of the dims of `shape`. */
function isInOrder(view: View, shape: Shape): boolean {
  const strides = stridesOf(view, shape.length)
  return contiguousStrides(shape).every((stride, d) => shape[d] === 1 || strides[d] === stride)
}

/** An elementwise kernel with its dims in another order. */
function permuted(rows: Rows, order: readonly number[]): Rows {
  const rank = rows.shape.length
  const operands = rows.operands.map((view) => {
    const strides = stridesOf(view, rank)
    const sizes = order.map((d) => view.shape[d - rank + view.shape.length] ?? 1)
    return { ...view, shape: sizes, strides: order.map((d) => strides[d] as number) }
  })
  return { ...rows, shape: order.map((d) => rows.shape[d] as number), operands }
}

/** An elementwise kernel with its dims in the order in which all of `buffer` lies; null where it looks at that in another way. */
function inOrderOf(rows: Rows, buffer: Buffer): Rows | null {
  const read = rows.operands.find((view) => view.buffer === buffer)
  if (read === undefined || sizeOf(rows.shape) !== buffer.length) return null
  const strides = stridesOf(read, rows.shape.length)
  const order = strides.map((_, d) => d).sort((x, y) => (strides[y] as number) - (strides[x] as number) || x - y)
  const turned = isInOrder(read, rows.shape) ? rows : permuted(rows, order)
  const looksSo = (view: View): boolean => view.offset === 0 && isInOrder(view, turned.shape)
  return turned.operands.every((view) => view.buffer !== buffer || looksSo(view)) ? turned : null
}

/** An epilogue, its place, and whether it moves up to the product, or that one down. */
interface Found {
  readonly at: number
  readonly epilogue: Rows
  readonly movesUp: boolean
}

/** What can follow the product at a place block by block. */
function epilogueOf(list: readonly Instruction[], place: number, product: Application): Found | null {
  const { buffer } = product.output
  const { reads } = footprintOf(product)
  for (let at = place + 1; at < Math.min(list.length, place + 1 + REACH); at++) {
    const instruction = list[at] as Instruction
    if (!footprintOf(instruction).reads.has(buffer)) {
      if (footprintOf(instruction).writes.has(buffer)) return null
      continue
    }
    const rows = rowsOf(instruction)
    const epilogue = rows && isElementwise(rows) && isShort(rows.kernel) ? inOrderOf(rows, buffer) : null
    // another block may still need what the product reads
    if (epilogue === null || [...footprintOf(epilogue).writes].some((written) => reads.has(written))) continue
    const between = list.slice(place + 1, at)
    const movesUp = between.every((other) => !conflict(other, instruction))
    if (movesUp || between.every((other) => !conflict(product, other))) return { at, epilogue, movesUp }
  }
  return null
}

/**
 * The product writes where its epilogue does: into an operand that lies alike and is written after the last look at the product, which nobody
 * else needs. Null where there is none.
 */
function inPlace(product: Application, epilogue: Rows): { readonly product: Application; readonly epilogue: Rows } | null {
  const { kernel, operands, shape } = epilogue
  const source = operands.findIndex(({ buffer }) => buffer === product.output.buffer)
  for (const [target, view] of operands.entries()) {
    const { buffer, offset } = view
    const isOnlyOne = operands.every((other, k) => k === target || other.buffer !== buffer)
    if (!isInOrder(view, shape) || buffer.type !== product.output.buffer.type || !isOnlyOne) continue
    const stages = shareRows(
      kernel.stages,
      (k) => k === source,
      operands.length,
      (_, room) => room === target,
    )
    const { kernel: small, used } = withoutUnused({ ...kernel, stages })
    if (used.includes(source)) continue
    return {
      product: { ...product, output: { ...product.output, buffer, offset } },
      epilogue: { ...epilogue, kernel: small, operands: used.map((k) => operands[k] as View) },
    }
  }
  return null
}

export function attachEpilogues(graph: Graph): Graph {
  const list = [...graph.instructions]
  const isResult = new Set(graph.results.map(({ buffer }) => buffer))
  const users = new Map<Buffer, number>()
  for (const instruction of list) for (const buffer of touched(instruction)) users.set(buffer, (users.get(buffer) ?? 0) + 1)
  for (let place = 0; place < list.length; place++) {
    const product = list[place] as Instruction
    const found = computesBlocks(product) ? epilogueOf(list, place, product) : null
    if (!computesBlocks(product) || found === null) continue
    const { buffer } = product.output
    const isForEpilogueAlone = buffer.role === 'temporary' && !isResult.has(buffer) && users.get(buffer) === 2
    const parts = (isForEpilogueAlone ? inPlace(product, found.epilogue) : null) ?? { product, epilogue: found.epilogue }
    const both: Contraction = { kind: 'contraction', ...parts, site: found.epilogue.site }
    if (found.movesUp) {
      list[place] = both
      list.splice(found.at, 1)
    } else {
      list[found.at] = both
      list.splice(place--, 1)
    }
  }
  return { ...graph, instructions: list }
}
