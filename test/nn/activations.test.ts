// Activations against PyTorch, at the points without a derivative too, and their modules.

import { expect, test } from 'vitest'
import { F, nn, type Tensor, tensor } from 'wengert'
import { expectations, numbers, relativelyClose } from './expected.ts'

const points = tensor(expectations.points, { dtype: 'float64' })

test.each(Object.entries(expectations.activations))('%s and its derivative are PyTorch’s', (name, wanted) => {
  const x = points.clone().requiresGrad_()
  const y = (F as unknown as Record<string, (x: Tensor) => Tensor>)[name]!(x)
  const tolerance = name === 'hardsigmoid' ? 1e-8 : 1e-12 // PyTorch 1.13 takes a sixth in float32 there
  relativelyClose(y.toArray() as number[], numbers(wanted.value), tolerance)
  y.sum().backward()
  relativelyClose(x.grad!.toArray() as number[], numbers(wanted.gradient), tolerance)
})

test('hardswish has the derivatives 0 at −3 and 1 at 3', () => {
  const x = tensor([-4, -3, 0, 3, 4], { dtype: 'float64', requiresGrad: true })
  const y = F.hardswish(x)
  expect(y.toArray()).toEqual([-0, -0, 0, 3, 4]) // x · 0 below −3, as in PyTorch
  y.sum().backward()
  expect(x.grad!.toArray()).toEqual([0, 0, 0.5, 1, 1])
})

test('the tanh approximation of gelu, beta and threshold of softplus, prelu for each channel', () => {
  relativelyClose(F.gelu(tensor([-1, 1], { dtype: 'float64' }), 'tanh').toArray(), [-0.15880800939172324, 0.8411919906082768], 1e-12)
  relativelyClose(F.softplus(tensor([0, 2], { dtype: 'float64' }), 2, { threshold: 3 }).toArray(), [Math.LN2 / 2, 2], 1e-12)
  expect(F.prelu(tensor([[-1, -1]]), tensor([0.5, 0.25])).toArray()).toEqual([[-0.5, -0.25]])
  expect(() => F.prelu(tensor([[-1, -1]]), tensor([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: prelu: weight must have 1 or 2 elements for an input of shape [1, 2], not 3.]`,
  )
})

test('neither value nor gradient of a large input is NaN', () => {
  for (const f of [F.elu, F.selu, F.celu, F.softplus, F.silu, F.mish, F.gelu, F.logsigmoid, F.hardtanh, F.relu6] as ((
    x: Tensor,
  ) => Tensor)[]) {
    const x = tensor([1e4, -1e4], { requiresGrad: true })
    const y = f(x)
    y.sum().backward()
    expect([...(y.toArray() as number[]), ...(x.grad!.toArray() as number[])].every(Number.isFinite), f.name).toBe(true)
  }
})

test('softplus at −20 is exact to 1e-6', () => {
  expect(F.softplus(tensor([-20])).toArray()[0]! / 2.0611536181902037e-9).toBeCloseTo(1, 6)
})

test('as modules they print and compute as in PyTorch', () => {
  const x = tensor([-1, 0.5])
  const modules = [
    new nn.ReLU(),
    new nn.ReLU6(),
    new nn.Sigmoid(),
    new nn.Tanh(),
    new nn.SELU(),
    new nn.SiLU(),
    new nn.Mish(),
    new nn.Hardswish(),
    new nn.Hardsigmoid(),
    new nn.LogSigmoid(),
    new nn.Softsign(),
    new nn.Tanhshrink(),
    new nn.LeakyReLU(0.2),
    new nn.ELU(),
    new nn.CELU(),
    new nn.GELU('tanh'),
    new nn.Softplus(),
    new nn.Hardtanh({ maxVal: 2 }),
    new nn.Threshold(0.1, 20),
    new nn.Softshrink(),
    new nn.Hardshrink(),
    new nn.PReLU(),
    new nn.Softmax(0),
    new nn.LogSoftmax(0),
    new nn.Softmin(0),
    new nn.GLU(),
    new nn.Identity(),
  ]
  expect(
    modules.map((module) => `${module} ${String((module as unknown as { forward(x: Tensor): Tensor }).forward(x).detach())}`).join('\n'),
  ).toMatchInlineSnapshot(`
    "ReLU() tensor([0.0000, 0.5000])
    ReLU6() tensor([0.0000, 0.5000])
    Sigmoid() tensor([0.2689, 0.6225])
    Tanh() tensor([-0.7616,  0.4621])
    SELU() tensor([-1.1113,  0.5254])
    SiLU() tensor([-0.2689,  0.3112])
    Mish() tensor([-0.3034,  0.3752])
    Hardswish() tensor([-0.3333,  0.2917])
    Hardsigmoid() tensor([0.3333, 0.5833])
    LogSigmoid() tensor([-1.3133, -0.4741])
    Softsign() tensor([-0.5000,  0.3333])
    Tanhshrink() tensor([-0.2384,  0.0379])
    LeakyReLU(negative_slope=0.2) tensor([-0.2000,  0.5000])
    ELU(alpha=1.0) tensor([-0.6321,  0.5000])
    CELU(alpha=1.0) tensor([-0.6321,  0.5000])
    GELU(approximate='tanh') tensor([-0.1588,  0.3457])
    Softplus(beta=1.0, threshold=20.0) tensor([0.3133, 0.9741])
    Hardtanh(min_val=-1.0, max_val=2.0) tensor([-1.0000,  0.5000])
    Threshold(threshold=0.1, value=20) tensor([20.0000,  0.5000])
    Softshrink(0.5) tensor([-0.5000,  0.0000])
    Hardshrink(0.5) tensor([-1.,  0.])
    PReLU(num_parameters=1) tensor([-0.2500,  0.5000])
    Softmax(dim=0) tensor([0.1824, 0.8176])
    LogSoftmax(dim=0) tensor([-1.7014, -0.2014])
    Softmin(dim=0) tensor([0.8176, 0.1824])
    GLU(dim=-1) tensor([-0.6225])
    Identity() tensor([-1.0000,  0.5000])"
  `)
})
