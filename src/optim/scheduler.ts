// Learning-rate schedules. Each computes the rate from the number of steps taken; call `scheduler.step()` after `optimizer.step()`.

import { OptionError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import type { Optimizer } from './optimizer.ts'
import { type OptionsOf, readSchedulerOptions } from './signatures.ts'

type Scheduled = Optimizer<{ lr: number }>
type MomentumGroup = { momentum?: number; betas?: readonly number[] }

/** Base class of schedules: sets the learning rate of every group when made and on every `step()`. */
export abstract class LRScheduler extends Printed {
  readonly optimizer: Scheduled
  /** The groups' rates when the schedule began. */
  readonly baseLrs: number[]
  /** How often `step()` was called. */
  lastEpoch = -1

  constructor(optimizer: Scheduled) {
    super()
    this.optimizer = optimizer
    this.baseLrs = optimizer.paramGroups.map(({ lr }) => lr)
  }

  /** Goes on by one step, usually one epoch. */
  step(): void {
    this.lastEpoch++
    this.optimizer.paramGroups.forEach((group, index) => {
      group.lr = this.rate(this.lastEpoch, this.baseLrs[index] ?? group.lr, index)
    })
  }

  /** The groups' current rates. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr)
  }

  /** What is needed to go on later. */
  stateDict(): { base_lrs: number[]; last_epoch: number } {
    return { base_lrs: [...this.baseLrs], last_epoch: this.lastEpoch }
  }

  /** Goes on from a saved state. */
  loadStateDict(state: { base_lrs: readonly number[]; last_epoch: number }): void {
    if (state.base_lrs.length !== this.baseLrs.length) {
      throw new OptionError(
        `${this.constructor.name}.loadStateDict: the state has ${state.base_lrs.length} groups, the optimizer ${this.baseLrs.length}.`,
      )
    }
    this.baseLrs.splice(0, this.baseLrs.length, ...state.base_lrs)
    this.lastEpoch = state.last_epoch - 1
    this.step()
  }

  /** Its settings and the current rates, in one line. */
  override toString(): string {
    const { optimizer, baseLrs, ...settings } = this
    const words = Object.entries({ ...settings, lr: this.getLastLr() }).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    return `${this.constructor.name}(${[optimizer.constructor.name, ...words].join(', ')})`
  }

  /** The rate of group `index` after `epoch` steps. */
  protected abstract rate(epoch: number, base: number, index: number): number
}

/**
 * The rate times `gamma` every `stepSize` steps.
 *
 * @example
 * ```ts
 * import { nn, optim } from 'wengert'
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), 1)
 * const scheduler = new optim.StepLR(optimizer, 2)
 * for (let epoch = 0; epoch < 3; epoch++) scheduler.step()
 * console.log(scheduler.getLastLr()) // [ 0.1 ]
 * ```
 */
export class StepLR extends LRScheduler {
  readonly stepSize: number
  readonly gamma: number

  constructor(optimizer: Scheduled, stepSize: number, gamma?: number | OptionsOf<'StepLR'>) {
    super(optimizer)
    if (!Number.isInteger(stepSize) || stepSize < 1) throw new OptionError(`StepLR: stepSize must be a positive integer, not ${stepSize}.`)
    this.stepSize = stepSize
    this.gamma = readSchedulerOptions('StepLR', gamma).gamma
    this.step()
  }

  protected override rate(epoch: number, base: number): number {
    return base * this.gamma ** Math.floor(epoch / this.stepSize)
  }
}

/** The rate times `gamma` at each of the milestones. */
export class MultiStepLR extends LRScheduler {
  readonly milestones: readonly number[]
  readonly gamma: number

  constructor(optimizer: Scheduled, milestones: readonly number[], gamma?: number | OptionsOf<'MultiStepLR'>) {
    super(optimizer)
    this.milestones = [...milestones]
    this.gamma = readSchedulerOptions('MultiStepLR', gamma).gamma
    this.step()
  }

  protected override rate(epoch: number, base: number): number {
    return base * this.gamma ** this.milestones.filter((milestone) => milestone <= epoch).length
  }
}

/** The rate times `gamma` every step. */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number

  constructor(optimizer: Scheduled, gamma: number) {
    super(optimizer)
    this.gamma = gamma
    this.step()
  }

  protected override rate(epoch: number, base: number): number {
    return base * this.gamma ** epoch
  }
}

/** Half a cosine wave from the base rate to `etaMin` in `tMax` steps, and back. */
export class CosineAnnealingLR extends LRScheduler {
  readonly tMax: number
  readonly etaMin: number

  constructor(optimizer: Scheduled, tMax: number, etaMin?: number | OptionsOf<'CosineAnnealingLR'>) {
    super(optimizer)
    if (!(tMax > 0)) throw new OptionError(`CosineAnnealingLR: tMax must be above 0, not ${tMax}.`)
    this.tMax = tMax
    this.etaMin = readSchedulerOptions('CosineAnnealingLR', etaMin).etaMin
    this.step()
  }

  protected override rate(epoch: number, base: number): number {
    return this.etaMin + ((base - this.etaMin) * (1 + Math.cos((Math.PI * epoch) / this.tMax))) / 2
  }
}

/** The rate times a factor that goes from `startFactor` to `endFactor` in `totalIters` equal steps: a warm-up. */
export class LinearLR extends LRScheduler {
  readonly startFactor: number
  readonly endFactor: number
  readonly totalIters: number

  constructor(optimizer: Scheduled, startFactor?: number | OptionsOf<'LinearLR'>, options?: OptionsOf<'LinearLR'>) {
    super(optimizer)
    const given = readSchedulerOptions('LinearLR', startFactor, options)
    this.startFactor = given.startFactor
    this.endFactor = given.endFactor
    this.totalIters = given.totalIters
    this.step()
  }

  protected override rate(epoch: number, base: number): number {
    const share = Math.min(epoch, this.totalIters) / this.totalIters
    return base * (this.startFactor + (this.endFactor - this.startFactor) * share)
  }
}

/**
 * The base rate times what a function of the number of steps gives; a list has one function for each group.
 *
 * @example
 * ```ts
 * import { nn, optim } from 'wengert'
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), 1)
 * const scheduler = new optim.LambdaLR(optimizer, (epoch) => 0.5 ** epoch)
 * scheduler.step()
 * console.log(scheduler.getLastLr()) // [ 0.5 ]
 * ```
 */
export class LambdaLR extends LRScheduler {
  readonly #factors: readonly ((epoch: number) => number)[]

  constructor(optimizer: Scheduled, lrLambda: ((epoch: number) => number) | readonly ((epoch: number) => number)[]) {
    super(optimizer)
    const groups = optimizer.paramGroups.length
    this.#factors = typeof lrLambda === 'function' ? new Array<(epoch: number) => number>(groups).fill(lrLambda) : lrLambda
    if (this.#factors.length !== groups)
      throw new OptionError(`LambdaLR: ${groups} groups need as many functions, got ${this.#factors.length}.`)
    this.step()
  }

  protected override rate(epoch: number, base: number, index: number): number {
    return base * (this.#factors[index]?.(epoch) ?? 1)
  }
}

interface Phase {
  readonly end: number
  readonly lr: readonly [number, number]
  readonly momentum: readonly [number, number]
}

/**
 * One cycle (Smith and Topin 2017), stepped after every batch: the rate rises from `maxLr / divFactor` to `maxLr` in the first `pctStart` of all steps and
 * falls to the initial rate / `finalDivFactor`; momentum (or Adam's first beta) goes the other way. Give `totalSteps`, or `epochs` and `stepsPerEpoch`.
 */
export class OneCycleLR extends LRScheduler {
  readonly totalSteps: number
  readonly #phases: Phase[][]
  readonly #anneal: (from: number, to: number, share: number) => number
  readonly #cycleMomentum: boolean

  constructor(
    optimizer: Scheduled,
    maxLr: number | readonly number[],
    totalSteps?: number | null | OptionsOf<'OneCycleLR'>,
    options?: OptionsOf<'OneCycleLR'>,
  ) {
    super(optimizer)
    const given = readSchedulerOptions('OneCycleLR', totalSteps, options)
    const steps = given.totalSteps ?? (given.epochs ?? Number.NaN) * (given.stepsPerEpoch ?? Number.NaN)
    if (!Number.isInteger(steps) || steps < 1)
      throw new OptionError('OneCycleLR: give totalSteps, or both epochs and stepsPerEpoch, as positive integers.')
    if (!(given.pctStart >= 0 && given.pctStart <= 1))
      throw new OptionError(`OneCycleLR: pctStart must be between 0 and 1, not ${given.pctStart}.`)
    const groups = optimizer.paramGroups as (MomentumGroup & { lr: number })[]
    if (given.cycleMomentum && groups.some((group) => group.momentum === undefined && group.betas === undefined)) {
      throw new OptionError('OneCycleLR: this optimizer has no momentum to cycle. Pass { cycleMomentum: false }.')
    }
    const highest = typeof maxLr === 'number' ? groups.map(() => maxLr) : maxLr
    if (highest.length !== groups.length)
      throw new OptionError(`OneCycleLR: ${groups.length} groups need as many values of maxLr, got ${highest.length}.`)
    const [low, high] = [given.baseMomentum, given.maxMomentum]
    this.totalSteps = steps
    this.#cycleMomentum = given.cycleMomentum
    this.#anneal =
      given.annealStrategy === 'cos'
        ? (from, to, share) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share))
        : (from, to, share) => from + (to - from) * share
    this.#phases = highest.map((max) => {
      const initial = max / given.divFactor
      const last = initial / given.finalDivFactor
      const rise: Phase = { end: given.pctStart * steps - 1, lr: [initial, max], momentum: [high, low] }
      if (!given.threePhase) return [rise, { end: steps - 1, lr: [max, last], momentum: [low, high] }]
      return [
        rise,
        { end: 2 * given.pctStart * steps - 2, lr: [max, initial], momentum: [low, high] },
        { end: steps - 1, lr: [initial, last], momentum: [high, high] },
      ]
    })
    this.step()
  }

  protected override rate(epoch: number, _base: number, index: number): number {
    if (epoch > this.totalSteps)
      throw new OptionError(`OneCycleLR: the cycle has ${this.totalSteps} steps and is over. Give a larger totalSteps.`)
    const phases = this.#phases[index] as Phase[]
    const found = phases.findIndex(({ end }) => epoch <= end)
    const position = found < 0 ? phases.length - 1 : found // PyTorch allows one step more than the rates it has, after the last batch
    const phase = phases[position] as Phase
    const start = position === 0 ? 0 : (phases[position - 1] as Phase).end
    const share = phase.end === start ? 1 : (epoch - start) / (phase.end - start)
    if (this.#cycleMomentum) this.#setMomentum(index, this.#anneal(phase.momentum[0], phase.momentum[1], share))
    return this.#anneal(phase.lr[0], phase.lr[1], share)
  }

  #setMomentum(index: number, momentum: number): void {
    const group = this.optimizer.paramGroups[index] as MomentumGroup
    if (group.betas !== undefined) group.betas = [momentum, ...group.betas.slice(1)]
    else group.momentum = momentum
  }
}
