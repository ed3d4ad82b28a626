// Trains twice, compiled and eagerly, and compares all that is left behind.
// Activations are smooth or stay away from their kinks, and rates are small, so that rounding stays rounding: a fused step may add in another order.
import { expect } from 'vitest'
import { compile, defaultGenerator, manualSeed, rand, randn, type Tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as optim from 'wengert/optim'

export type Model = nn.Module & { forward(x: Tensor): Tensor }
export type Loss = (output: Tensor, target: Tensor) => Tensor
export type Optimizer = optim.Optimizer<{ lr: number }>

export interface Training {
  readonly model: Model
  readonly optimizer: Optimizer
  readonly loss: Loss
  /** The batch of a step. */
  readonly batch: (step: number) => readonly [input: Tensor, target: Tensor]
  /** What a step is; left out, the usual one. */
  readonly step?: (input: Tensor, target: Tensor) => Tensor
  /** What happens before a step, outside. */
  readonly before?: (step: number) => void
  /** How often it may be recorded: left out, once. */
  readonly recordings?: number
}

const STEPS = 50

interface Outcome {
  readonly losses: readonly number[]
  readonly state: Readonly<Record<string, Tensor>>
  readonly recorded: number
}

export function usualStep({ model, optimizer, loss }: Training): (input: Tensor, target: Tensor) => Tensor {
  return (input, target) => {
    optimizer.zeroGrad()
    const value = loss(model.forward(input), target)
    value.backward()
    optimizer.step()
    return value
  }
}

/** Every tensor that training leaves behind. */
function stateOf({ model, optimizer }: Training): Record<string, Tensor> {
  const state: Record<string, Tensor> = { ...model.stateDict() }
  for (const [number, own] of Object.entries(optimizer.stateDict().state))
    for (const [name, tensor] of Object.entries(own)) state[`${number}.${name}`] = tensor
  model.parameters().forEach(({ grad }, i) => {
    if (grad !== null) state[`gradient ${i}`] = grad
  })
  return state
}

function train(make: () => Training, isCompiled: boolean): Outcome {
  manualSeed(11)
  const training = make()
  let recorded = 0
  const usual = training.step ?? usualStep(training)
  const counted = (input: Tensor, target: Tensor) => {
    recorded++
    return usual(input, target)
  }
  const step = isCompiled ? compile(counted) : counted
  const losses: number[] = []
  for (let i = 0; i < STEPS; i++) {
    training.before?.(i)
    losses.push(step(...training.batch(i)).item())
  }
  const stream = Object.fromEntries(defaultGenerator.getState().map((word, i) => [`stream ${i}`, rand([]).mul(0).add(word)]))
  return { losses, state: { ...stateOf(training), ...stream }, recorded }
}

/** The largest distance of two lists of numbers, in units of the largest number. */
function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [largest, most] = [1e-2, 0] // what is less is the difference of larger numbers
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i] as number))
    const apart = Math.abs((actual[i] as number) - (expected[i] as number))
    if (!(apart <= most)) most = apart
  }
  return actual.length === expected.length ? most / largest : Number.POSITIVE_INFINITY
}

const TOLERANCE = 3e-5

export function expectSameTraining(make: () => Training): void {
  const expected = train(make, false)
  const actual = train(make, true)
  expect(Object.keys(actual.state)).toEqual(Object.keys(expected.state))
  expect(distance(actual.losses, expected.losses), 'losses').toBeLessThan(TOLERANCE)
  for (const [name, tensor] of Object.entries(expected.state)) {
    const own = actual.state[name] as Tensor
    expect([name, own.dtype, own.shape]).toEqual([name, tensor.dtype, tensor.shape])
    expect(distance(own.toTypedArray(), tensor.toTypedArray()), name).toBeLessThan(TOLERANCE)
  }
  expect(actual.recorded, 'recordings').toBeLessThanOrEqual(make().recordings ?? 1)
  expect(expected.losses.every(Number.isFinite)).toBe(true)
}

// Two networks: one of small tensors, one of such as live in the heap.
const sizes = { small: [8, 6, 10], large: [64, 40, 72] } as const

export function regression(
  makeOptimizer: (model: nn.Module) => Optimizer,
  more: Partial<Training> = {},
  size: keyof typeof sizes = 'small',
): Training {
  const [batch, inputs, hidden] = sizes[size]
  const model = new nn.Sequential(new nn.Linear(inputs, hidden), new nn.Tanh(), new nn.Linear(hidden, 3))
  const batches = Array.from({ length: 4 }, () => [randn([batch, inputs]), randn([batch, 3])] as const)
  return {
    model,
    optimizer: makeOptimizer(model),
    loss: (output, target) => output.sub(target).square().mean(),
    batch: (step) => batches[step % batches.length] as (typeof batches)[number],
    ...more,
  }
}

export const optimizers: Readonly<Record<string, (model: nn.Module) => Optimizer>> = {
  SGD: (model) => new optim.SGD(model.parameters(), 0.05),
  'SGD with momentum': (model) => new optim.SGD(model.parameters(), 0.02, { momentum: 0.9 }),
  'SGD with dampening and decay': (model) => new optim.SGD(model.parameters(), 0.02, { momentum: 0.9, dampening: 0.5, weightDecay: 0.01 }),
  'SGD with Nesterov momentum': (model) => new optim.SGD(model.parameters(), 0.02, { momentum: 0.8, nesterov: true }),
  'SGD upwards': (model) => new optim.SGD(model.parameters(), 0.001, { maximize: true }),
  Adam: (model) => new optim.Adam(model.parameters(), 0.01),
  'Adam with decay and amsgrad': (model) => new optim.Adam(model.parameters(), 0.01, { weightDecay: 0.01, amsgrad: true }),
  AdamW: (model) => new optim.AdamW(model.parameters(), 0.01, { weightDecay: 0.1, betas: [0.8, 0.95] }),
  'groups with options of their own': (model) => {
    const [weight, ...others] = model.parameters()
    return new optim.SGD(
      [
        { params: [weight as Tensor], lr: 0.01, momentum: 0.9 },
        { params: others, weightDecay: 0.1 },
      ],
      0.03,
    )
  },
}

export const sgd = (model: nn.Module): Optimizer => new optim.SGD(model.parameters(), 0.05, { momentum: 0.5 })
