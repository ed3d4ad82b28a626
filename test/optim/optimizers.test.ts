// Optimizers against PyTorch: five steps of each, state layout, groups, refusals.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nn, ones, optim, type Tensor, tensor, zeros } from 'wengert'

const expectations = JSON.parse(readFileSync(new URL('expectations.json', import.meta.url), 'utf8')) as {
  start: number[][]
  optimizers: {
    name: 'SGD' | 'Adam' | 'AdamW'
    options: Record<string, unknown>
    parameters: number[][]
    state: Record<string, number | number[] | null>
  }[]
}

const close = (ours: readonly number[], theirs: readonly number[], tolerance = 1e-12): void => {
  expect(ours.length).toBe(theirs.length)
  ours.forEach((value, i) =>
    expect(Math.abs(value - theirs[i]!) / Math.max(1, Math.abs(theirs[i]!)), `${ours} against ${theirs}`).toBeLessThanOrEqual(tolerance),
  )
}
const start = (dtype: 'float32' | 'float64' = 'float64') =>
  expectations.start.map((values) => tensor(values, { dtype, requiresGrad: true })) as [Tensor, Tensor]
const loss = ([p, q]: [Tensor, Tensor]): Tensor => p.square().sum().add(q.mul(p).sum().sin())

function take(optimizer: optim.Optimizer, parameters: [Tensor, Tensor], steps: number): void {
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad()
    loss(parameters).backward()
    optimizer.step()
  }
}

describe.each(expectations.optimizers.map((row) => [`${row.name} with ${JSON.stringify(row.options)}`, row] as const))('%s', (_, row) => {
  const make = (parameters: Tensor[]) => new optim[row.name](parameters, row.options)

  test('five steps end where PyTorch ends', () => {
    const parameters = start()
    const optimizer = make(parameters)
    take(optimizer, parameters, 5)
    parameters.forEach((parameter, i) => close(parameter.detach().toArray() as number[], row.parameters[i]!))
    const state = optimizer.stateDict().state[0] ?? {}
    const wanted = Object.entries(row.state).filter(([, value]) => value !== null)
    expect(Object.keys(state).sort()).toEqual(wanted.map(([key]) => key).sort())
    for (const [key, value] of wanted) close(state[key]!.flatten().toArray() as number[], [value].flat() as number[])
  })

  test('a saved state goes on as if nothing had happened', () => {
    const parameters = start()
    const first = make(parameters)
    take(first, parameters, 2)
    const saved = first.stateDict()
    const second = make(parameters)
    second.loadStateDict(saved)
    take(second, parameters, 3)
    parameters.forEach((parameter, i) => close(parameter.detach().toArray() as number[], row.parameters[i]!))
  })

  test('float32 follows', () => {
    const parameters = start('float32')
    take(make(parameters), parameters, 5)
    parameters.forEach((parameter, i) => close(parameter.detach().toArray() as number[], row.parameters[i]!, 1e-5))
  })
})

test('groups have hyperparameters of their own, parameters without gradient stay', () => {
  const [a, b, c] = [ones([2], { requiresGrad: true }), ones([1], { requiresGrad: true }), ones([1], { requiresGrad: true })]
  const optimizer = new optim.SGD([{ params: [a], lr: 0.5 }, { params: b }], 0.1)
  optimizer.addParamGroup({ params: [c], lr: 1 })
  a.sum().add(b.sum()).backward()
  optimizer.step()
  expect(([a, b, c] as Tensor[]).map((parameter) => parameter.detach().toArray())).toEqual([[0.5, 0.5], [Math.fround(0.9)], [1]])
  expect(optimizer.stateDict().param_groups.map((group) => [group['lr'], group.params, group['weight_decay']])).toEqual([
    [0.5, [0], 0],
    [0.1, [1], 0],
    [1, [2], 0],
  ])
  optimizer.paramGroups[0]!.lr = 0
  optimizer.step()
  expect(a.detach().toArray()).toEqual([0.5, 0.5])
  expect(String(optimizer)).toMatchInlineSnapshot(`
    "SGD (
    Parameter Group 0
        dampening: 0
        lr: 0
        maximize: false
        momentum: 0
        nesterov: false
        weightDecay: 0

    Parameter Group 1
        dampening: 0
        lr: 0.1
        maximize: false
        momentum: 0
        nesterov: false
        weightDecay: 0

    Parameter Group 2
        dampening: 0
        lr: 1
        maximize: false
        momentum: 0
        nesterov: false
        weightDecay: 0
    )"
  `)
})

test('gradients are dropped, or become zeros', () => {
  const p = ones([2], { requiresGrad: true })
  const optimizer = new optim.Adam([p])
  p.sum().backward()
  optimizer.zeroGrad({ setToNull: false })
  expect(p.grad!.toArray()).toEqual([0, 0])
  optimizer.zeroGrad()
  expect(p.grad).toBeNull()
})

test('step counts are 0-d tensors; steps are not recorded and change the parameters in place', () => {
  const p = ones([2], { requiresGrad: true })
  const optimizer = new optim.Adam([p])
  p.sum().backward()
  const view = p.detach()
  optimizer.step()
  expect([optimizer.state.get(p)!['step']!.shape, optimizer.state.get(p)!['step']!.item()]).toEqual([[], 1])
  expect([p.isLeaf, p.requiresGrad, p.gradFn]).toEqual([true, true, null])
  expect(view.toArray()).toEqual(p.detach().toArray())
})

test('a state that does not fit is refused, and nothing changes', () => {
  const p = ones([2], { requiresGrad: true })
  const make = () => new optim.SGD([p], { lr: 0.1, momentum: 0.9 })
  const optimizer = make()
  p.sum().backward()
  optimizer.step()
  const saved = optimizer.stateDict()
  const other = new optim.SGD([zeros([3], { requiresGrad: true })], { lr: 0.7, momentum: 0.9 })
  expect(() => other.loadStateDict(saved)).toThrow('momentum_buffer has shape [2], its parameter [3]')
  expect(other.paramGroups[0]!.lr).toBe(0.7)
  expect(() => other.loadStateDict({ state: {}, param_groups: [] })).toThrow('the state has 0 parameter groups, the optimizer 1')
  expect(() => other.loadStateDict({} as never)).toThrow('this is no optimizer state')
  const restored = make()
  restored.loadStateDict({ ...saved, param_groups: [{ ...saved.param_groups[0]!, foreach: null, lr: 0.3 }] })
  expect(restored.paramGroups[0]!.lr).toBe(0.3)
})

test('what cannot be optimized is refused', () => {
  const p = ones([2], { requiresGrad: true })
  const loose = optim as unknown as Record<string, new (...values: unknown[]) => unknown>
  const message = (name: string, ...values: unknown[]): string => {
    try {
      new loose[name]!(...values)
    } catch (error) {
      return `${(error as { code?: string }).code}: ${(error as Error).message}`
    }
    return 'nothing was thrown'
  }
  expect(
    [
      message('SGD', []),
      message('SGD', [p.mul(2)]),
      message('SGD', [p, p]),
      message('SGD', p),
      message('SGD', [3]),
      message('SGD', new nn.Linear(2, 1)),
      message('SGD', [p], -1),
      message('SGD', [p], { momentun: 0.9 }),
      message('SGD', [p], { nesterov: true }),
      message('SGD', [{ params: [p], lrr: 1 }]),
      message('SGD', [{ parameters: [p] }]),
      message('SGD', [{ params: [p], lr: -1 }]),
      message('Adam', [p], { betas: [0.9] }),
      message('Adam', [p], { betas: [0.9, 1] }),
      message('AdamW', [p], '0.1'),
      message('SGD', [{ params: [p] }, { params: [p] }]),
      message('SGD', [{ params: [] }]),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "Option: SGD: got no parameters to optimize. Are they in #private fields of the module?
    Grad: SGD: a parameter is the result of an operation, so nothing would change it lastingly. Give the tensor it was made from, or detach it.
    Option: SGD: a parameter appears twice. Each belongs to one group, once.
    Option: SGD: parameters are a list of tensors or of groups. Write [parameter] for a single one.
    Option: SGD: a parameter group is an object with params, as in { params: model.parameters(), lr: 0.01 }.
    Option: SGD: parameters are a list of tensors or of groups. Write [parameter] for a single one.
    Option: SGD: lr must be ≥ 0, not -1.
    Option: SGD: unknown option 'momentun'. Did you mean 'momentum'?
    Option: SGD: nesterov needs a momentum above 0 and no dampening.
    Option: SGD: unknown option 'lrr'. Did you mean 'lr'?
    Option: SGD: a parameter group is an object with params, as in { params: model.parameters(), lr: 0.01 }.
    Option: SGD: lr must be ≥ 0, not -1.
    Option: Adam: betas are two numbers, as in [0.9, 0.999].
    Option: Adam: each of betas must be ≥ 0 and < 1, not 1.
    Option: AdamW: lr must be a number, not '0.1'.
    Option: SGD: a parameter appears twice. Each belongs to one group, once.
    Option: SGD: got a group without parameters."
  `)
})
