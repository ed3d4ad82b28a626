// The steps of a plan for people: what each is called, of which kind it is, and about how long it takes on how many threads.
import { threadsFor } from '../../backends/wasm/threads/pool.ts'
import { sizeOf } from '../../core/shape.ts'
import { kernelOf } from '../../primitives/kernels.ts'
import { type Instruction, nameOf, type Rows } from '../graph.ts'
import type { Step } from '../lowering.ts'
import type { Plan } from '../plan.ts'
import { printStages } from './kernel-text.ts'
import { Names } from './names.ts'

/** What steps are told apart by, in the order of a legend. */
export const kinds = ['product', 'convolution', 'loop', 'reduction', 'update', 'other', 'host'] as const
export type Kind = (typeof kinds)[number]

export interface ExplainedStep {
  readonly name: string
  readonly kind: Kind
  readonly instruction: Instruction
  /** The loop kernel that it runs, alone or behind each block of a product. */
  readonly loops: Pick<Rows, 'kernel' | 'scalars'> | null
  /** Tasks that threads share; 0 of what is no launch. */
  readonly tasks: number
  /** How many threads take part if all are awake. */
  readonly threads: number
  /** Nanoseconds that one thread would need, as estimated from sizes. */
  readonly work: number
  /** Nanoseconds that it takes with all its threads. */
  readonly time: number
}

/** Nanoseconds that a loop in JavaScript takes for an element, and that any step takes at least. */
const HOST_ELEMENT = 2.4
const ANY_STEP = 200

/** By the first word of a kernel's name. */
const families: Readonly<Record<string, Kind>> = { product: 'product', pack: 'product', convolution: 'convolution', attention: 'product' }

function kindOf(step: Step): Kind {
  const { instruction } = step
  if (step.kind !== 'launch') return 'host'
  if (instruction.kind === 'update') return 'update'
  if (instruction.kind === 'rows') return instruction.dims.length === 0 ? 'loop' : 'reduction'
  const family = families[step.name.split(' ')[0] as string]
  if (instruction.kind === 'contraction') return family ?? 'loop'
  const computed = instruction.kind === 'apply' ? kernelOf(instruction.primitive).kind : 'effect'
  if (computed === 'elementwise') return 'loop'
  return computed === 'reduction' ? 'reduction' : (family ?? 'other')
}

/** The loop kernel that a step runs. */
function loopsOf(step: Step): ExplainedStep['loops'] {
  const { instruction } = step
  if (step.kind !== 'launch') return null
  if (instruction.kind === 'rows') return instruction
  if (instruction.kind === 'update') return { kernel: instruction.rule.kernel, scalars: [] }
  const isEpilogue = step.follower !== null || step.name === (instruction.kind === 'contraction' && instruction.epilogue.kernel.name)
  return instruction.kind === 'contraction' && isEpilogue ? instruction.epilogue : null
}

/** What a kernel is called that is made for whatever its instruction computes. */
const ANY = 'elementwise'

/** A kernel's name says more than its instruction's, unless it is any elementwise one. */
function titleOf(step: Step): string {
  const { kind, name, instruction } = step
  if (kind === 'renew') return `${name}: its numbers`
  if (kind === 'launch' && step.follower !== null) return `${name}, then on each block ${step.follower.name}`
  return name === ANY ? nameOf(instruction) : name
}

function explained(step: Step): ExplainedStep {
  const [tasks, work] = step.kind === 'launch' ? [step.tasks, step.work] : [0, HOST_ELEMENT * elementsOf(step)]
  const threads = tasks === 0 ? 1 : threadsFor(tasks, work)
  const time = ANY_STEP + work / threads
  return { name: titleOf(step), kind: kindOf(step), instruction: step.instruction, loops: loopsOf(step), tasks, threads, work, time }
}

const elementsOf = (step: Step): number => (step.kind === 'host' ? Math.max(0, ...step.views.map(({ shape }) => sizeOf(shape))) : 0)

/** Steps that are alike: launches of one kernel, or host steps of one name. */
export interface StepGroup {
  readonly name: string
  readonly kind: Kind
  readonly steps: readonly ExplainedStep[]
  readonly work: number
  /** What a loop kernel computes, line by line. */
  readonly lines: readonly string[]
}

/** What a step's loop kernel computes; nothing of others. */
const linesOf = ({ loops }: ExplainedStep): string[] => (loops === null ? [] : printStages(loops.kernel, loops.scalars))

/** Steps that are alike together, those first that take the longest. */
function grouped(steps: readonly ExplainedStep[]): StepGroup[] {
  const groups = new Map<string, { name: string; kind: Kind; steps: ExplainedStep[]; work: number; lines: string[] }>()
  for (const step of steps) {
    const { name, kind } = step
    const lines = linesOf(step)
    const key = [kind, name, ...lines].join('\n')
    const group = groups.get(key) ?? { name, kind, steps: [], work: 0, lines }
    group.steps.push(step)
    group.work += step.work
    groups.set(key, group)
  }
  return [...groups.values()].sort((x, y) => y.work - x.work)
}

/** A plan, ready to be told. */
export interface Explained {
  readonly steps: readonly ExplainedStep[]
  readonly groups: readonly StepGroup[]
  readonly names: Names
  /** What lies at a place. */
  readonly nameOf: (place: number) => string
}

export function explainSteps({ lowered, program }: Plan): Explained {
  const steps = lowered.steps.map(explained)
  const names = new Names()
  for (const buffer of program.given) names.of(buffer)
  const nameOf = (place: number): string => {
    const buffer = lowered.places[place]?.buffer ?? null
    return buffer === null ? 'working memory' : names.of(buffer)
  }
  return { steps, groups: grouped(steps), names, nameOf }
}
