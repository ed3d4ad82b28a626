// Learning-rate schedules against PyTorch.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { optim, zeros } from 'wengert'

const { schedules } = JSON.parse(readFileSync(new URL('expectations.json', import.meta.url), 'utf8')) as {
  schedules: { name: string; arguments: unknown[]; options: Record<string, unknown>; rates: number[]; momenta: number[] }[]
}
const makeOptimizer = () => new optim.SGD([zeros([1], { requiresGrad: true })], { lr: 0.5, momentum: 0.9 })
const constructors = optim as unknown as Record<string, new (...values: unknown[]) => optim.LRScheduler>

test.each(schedules.map((row) => [`${row.name} ${JSON.stringify(row.options)}`, row] as const))('%s', (_, row) => {
  const optimizer = makeOptimizer()
  const scheduler = new constructors[row.name]!(optimizer, ...row.arguments, row.options)
  row.rates.forEach((rate, step) => {
    expect(optimizer.paramGroups[0]!.lr, `step ${step}`).toBeCloseTo(rate, 12)
    expect(optimizer.paramGroups[0]!.momentum, `step ${step}`).toBeCloseTo(row.momenta[step]!, 12)
    if (step < row.rates.length - 1) scheduler.step()
  })
})

test('LambdaLR, one function for all groups or one for each', () => {
  const optimizer = new optim.Adam([
    { params: [zeros([1], { requiresGrad: true })], lr: 1 },
    { params: [zeros([1], { requiresGrad: true })], lr: 2 },
  ])
  const scheduler = new optim.LambdaLR(optimizer, [(epoch) => 1 / (epoch + 1), () => 0.5])
  scheduler.step()
  expect(scheduler.getLastLr()).toEqual([0.5, 1])
  expect(() => new optim.LambdaLR(optimizer, [() => 1])).toThrow('2 groups need as many functions')
})

test('a schedule goes on from its state; a finished cycle says so', () => {
  const scheduler = new optim.StepLR(makeOptimizer(), 2)
  for (let step = 0; step < 3; step++) scheduler.step()
  const later = new optim.StepLR(makeOptimizer(), 2)
  later.loadStateDict(scheduler.stateDict())
  expect([later.lastEpoch, later.getLastLr()]).toEqual([3, [0.05]])
  const cycle = new optim.OneCycleLR(makeOptimizer(), 1, 2)
  cycle.step()
  cycle.step()
  expect(() => cycle.step()).toThrow('is over')
  expect(() => new optim.OneCycleLR(makeOptimizer(), 1, { epochs: 3 })).toThrow('give totalSteps')
  expect(() => new optim.StepLR(makeOptimizer(), 0)).toThrow('stepSize must be a positive integer')
})

test('one cycle moves the first beta of Adam', () => {
  const optimizer = new optim.Adam([zeros([1], { requiresGrad: true })])
  new optim.OneCycleLR(optimizer, 1, 10)
  expect(optimizer.paramGroups[0]!.betas).toEqual([0.95, 0.999])
})
