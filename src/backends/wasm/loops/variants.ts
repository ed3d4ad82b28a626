// The compiled variants of loop kernels.
import type { DTypeFacts } from '../../../core/dtype.ts'
import { compileKernel, isAvailable, type Kernel } from '../launch.ts'
import { emitLoops, type Variant } from './emit.ts'
import type { LoopKernel } from './ir.ts'
import { costOf, expressionsOf, scalarCount, summedOperands, writtenOperands } from './kernel-facts.ts'
import { type Copy, copyOf } from './widening.ts'

/** A variant's compiled code. */
export interface Compiled {
  kernel: Kernel
  /** About how many nanoseconds one element takes. */
  readonly elementTime: number
  /** What the revectorizer gets a copy of; null where it does not, or not again. */
  copy: Copy | null
}

/** What is known of a kernel, and its code so far. */
interface Facts {
  readonly written: ReadonlySet<number>
  readonly summed: readonly number[]
  readonly scalars: number
  readonly compiled: Map<string, Compiled | null>
}

const facts = /*@__PURE__*/ new WeakMap<LoopKernel, Facts>()

/** The facts of a kernel. */
export function factsOf(kernel: LoopKernel): Facts {
  let found = facts.get(kernel)
  if (found === undefined) {
    found = { written: writtenOperands(kernel), summed: [...summedOperands(kernel)], scalars: scalarCount(kernel), compiled: new Map() }
    facts.set(kernel, found)
  }
  return found
}

const MEMORY_TIME = 0.04
const INSTRUCTION_TIME = 0.05

/** The compiled variant; null where an operation has no vector form. */
export function compiledVariant(kernel: LoopKernel, variant: Variant): Compiled | null {
  const { compiled } = factsOf(kernel)
  let key = `${variant.schedule} ${variant.outerRank} ${variant.innerRank}`
  for (let k = 0; k < variant.types.length; k++)
    key += ` ${(variant.types[k] as DTypeFacts).code}${variant.steppings[k]}${variant.turned?.[k] === true ? 't' : ''}`
  let found = compiled.get(key)
  if (found === undefined) {
    const code = isAvailable() ? emitLoops(kernel, variant) : ''
    const expressions = kernel.stages.flatMap(expressionsOf)
    const elementTime = expressions.reduce(
      (sum, expression) => sum + INSTRUCTION_TIME * costOf(expression),
      MEMORY_TIME * (kernel.operands + expressions.length),
    )
    const copy = typeof code === 'string' ? null : copyOf(kernel, variant, elementTime, code)
    found = typeof code === 'string' ? null : { kernel: compileKernel(kernel.name, [code]), elementTime, copy }
    compiled.set(key, found)
  }
  return found
}
