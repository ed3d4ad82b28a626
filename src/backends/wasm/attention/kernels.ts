// The kernels of attention. Forward, a task is some blocks of query rows: scores = queries · keysᵀ, softmax, weights · values. Backward it is some
// heads, whose blocks add to the gradients of keys and values one after the other, so that these are the same for any number of threads.
import type { FunctionCode } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul } from '../builder.ts'
import { argumentsOf, least, parameters } from '../contraction/arguments.ts'
import { divide } from '../contraction/convolution-arrange.ts'
import type { TwoShapes } from '../contraction/kernels.ts'
import { blockFunctions } from '../contraction/microkernel.ts'
import { tileProbes, tileShape } from '../contraction/product.ts'
import { compileKernel } from '../launch.ts'
import { rowFunction } from '../loops/row-function.ts'
import { ACROSS, ALONG, BlockWriter, blockNames } from './block.ts'
import { gradientKernel, gradientLayouts, type MaskLayout, weightsKernel, weightsLayouts } from './rows.ts'

/** Arguments forward; `blocks` is the number of blocks of a head, `each` that of blocks of a task. */
export const forwardNames = [...blockNames, 'blocks', 'units', 'each', 'v', 'vStep', 'y', 'yStep', 'results'] as const

/** Arguments backward: of `g` the cotangent, of `d…` the gradients; at `results` is where those of each head start. */
export const backwardNames = [
  ...[...blockNames, 'heads', 'each', 'k', 'kStep', 'packedValues', 'valuePanel', 'valueMatrix'],
  ...['g', 'gStep', 'dq', 'dqStep', 'dk', 'dkStep', 'dv', 'dvStep', 'results'],
] as const

function forward(mask: MaskLayout, wide: boolean): FunctionCode[] {
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, forwardNames)
  const layouts = weightsLayouts(mask)
  const writer = new BlockWriter(f, args, wide)
  const scores = writer.scores(0)
  const end = least(f, mul(f.param('to'), args.each), args.units)
  f.for(mul(f.param('from'), args.each), end, 1, (unit) => {
    const [head, block] = divide(f, unit, args.blocks)
    const first = f.let('i32', mul(block, args.rowBlock), 'first')
    const rows = writer.rowsFrom(first)
    const columns = writer.keysBefore(add(first, rows))
    const q = { at: writer.row({ at: writer.operand(args.q, args.offsets, head, 0), step: args.qStep }, first), step: args.qStep }
    const y = { at: writer.row({ at: writer.operand(args.y, args.results, head, 0), step: args.yStep }, first), step: args.yStep }
    const v = { at: writer.operand(args.v, args.offsets, head, 2), step: args.vStep }
    writer.multiplyPacked(rows, columns, args.depth, q, add(args.packedKeys, mul(head, args.keyMatrix)), args.keyPanel, scores)
    writer.eachRow('weights', layouts, { head, first, rows, columns }, [scores])
    writer.multiplyAlong(rows, args.width, columns, scores, v, y)
  })
  return [...along(wide), rowFunction('weights', weightsKernel(mask), layouts), f.finish()]
}

function backward(mask: MaskLayout, wide: boolean): FunctionCode[] {
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const args = argumentsOf(f, backwardNames)
  const layouts = gradientLayouts(mask)
  const writer = new BlockWriter(f, args, wide)
  const [weights, gradients] = [writer.scores(0), writer.scores(1)]
  const end = least(f, mul(f.param('to'), args.each), args.heads)
  f.for(mul(f.param('from'), args.each), end, 1, (head) => {
    const operand = (place: number, at: 'q' | 'k') => ({ at: writer.operand(args[at], args.offsets, head, place), step: args[`${at}Step`] })
    const result = (place: number, at: 'g' | 'dq' | 'dk' | 'dv') => ({
      at: writer.operand(args[at], args.results, head, place),
      step: args[`${at}Step`],
    })
    const [q, k] = [operand(0, 'q'), operand(1, 'k')]
    const [g, dq, dk, dv] = [result(0, 'g'), result(1, 'dq'), result(2, 'dk'), result(3, 'dv')]
    const keys = f.let('i32', add(args.packedKeys, mul(head, args.keyMatrix)), 'keys')
    const values = f.let('i32', add(args.packedValues, mul(head, args.valueMatrix)), 'values')
    f.for(0, args.keys, 1, (key) => {
      f.emit(['memory.fill', writer.row(dk, key), i32(0), mul(args.depth, 4)])
      f.emit(['memory.fill', writer.row(dv, key), i32(0), mul(args.width, 4)])
    })
    f.for(0, args.queries, args.rowBlock, (first) => {
      const rows = writer.rowsFrom(first)
      const columns = writer.keysBefore(add(first, rows))
      const from = (all: typeof q) => ({ at: writer.row(all, first), step: all.step })
      const [qRows, gRows] = [from(q), from(g)]
      writer.multiplyPacked(rows, columns, args.depth, qRows, keys, args.keyPanel, weights)
      writer.multiplyPacked(rows, columns, args.width, gRows, values, args.valuePanel, gradients)
      writer.eachRow('gradient', layouts, { head, first, rows, columns }, [weights, gradients])
      writer.multiplyAlong(rows, args.depth, columns, gradients, k, from(dq))
      writer.addAcross(rows, args.depth, columns, gradients, qRows, dk)
      writer.addAcross(rows, args.width, columns, weights, gRows, dv)
    })
  })
  const across = blockFunctions({ type: 'f32', layout: 'across', family: ACROSS }, tileShape(wide))
  return [...along(wide), ...across, rowFunction('gradient', gradientKernel(mask), layouts), f.finish()]
}

const along = (wide: boolean): FunctionCode[] => blockFunctions({ type: 'f32', layout: 'along', family: ALONG }, tileShape(wide))

type Make = (mask: MaskLayout, wide: boolean) => FunctionCode[]

/** A kernel in both shapes, made once for each layout of the mask. */
function shapesOf(title: string, make: Make, families: readonly string[]): (mask: MaskLayout) => TwoShapes {
  const made = new Map<string, TwoShapes>()
  return (mask) => {
    const name = mask === null ? title : `${title} ${mask.type.name} mask ${mask.stepping}`
    let shapes = made.get(name)
    if (shapes === undefined) {
      shapes = {
        name,
        make: (wide) => compileKernel(`${name} 6x${tileShape(wide).vectors}`, make(mask, wide)),
        probes: (functions, wide, address) =>
          families.flatMap((family, place) => tileProbes(functions, 'f32', wide, address, family, place)),
      }
      made.set(name, shapes)
    }
    return shapes
  }
}

export const forwardShapes: (mask: MaskLayout) => TwoShapes = /*@__PURE__*/ shapesOf('attention', forward, [ALONG])
export const backwardShapes: (mask: MaskLayout) => TwoShapes = /*@__PURE__*/ shapesOf('attention gradient', backward, [ALONG, ACROSS])
