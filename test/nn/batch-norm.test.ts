// Batch norm: output, running statistics and evaluation as in PyTorch; layer norm and the other normalisations.

import { expect, test } from 'vitest'
import { F, nn, type Tensor, tensor } from 'wengert'
import { expectations, relativelyClose } from './expected.ts'

test.each(['momentum', 'average'] as const)('running statistics by %s', (kind) => {
  const wanted = expectations.batchNorm[kind]
  const { shape, values } = expectations.inputs['picture']!
  const picture = tensor(values, { dtype: 'float64' }).reshape(shape) as Tensor
  const layer = new nn.BatchNorm2d(3, { momentum: kind === 'average' ? null : 0.1, dtype: 'float64' })
  const list = (value: Tensor): number[] => value.detach().flatten().toArray() as number[]
  relativelyClose(list(layer.forward(picture)), wanted.first, 1e-12)
  layer.forward(picture.mul(2).add(1))
  layer.eval()
  relativelyClose(list(layer.forward(picture)), wanted.last, 1e-12)
  relativelyClose(list(layer.runningMean!), wanted.mean, 1e-12)
  relativelyClose(list(layer.runningVar!), wanted.var, 1e-12)
  expect(layer.numBatchesTracked!.item()).toBe(wanted.count)
})

test('the batch’s mean and scale have no say in the gradient’s mean', () => {
  const x = tensor(
    [
      [1, 2],
      [3, 5],
      [8, 1],
    ],
    { dtype: 'float64', requiresGrad: true },
  )
  F.batchNorm(x, null, null, { training: true }).pow(3).sum().backward()
  relativelyClose(x.grad!.sum(0).toArray() as number[], [0, 0], 1e-12)
})

test('layer norm of each row', () => {
  const layer = new nn.LayerNorm([2, 2], { dtype: 'float64' })
  relativelyClose(
    layer
      .forward(
        tensor(
          [
            [
              [1, 2],
              [3, 4],
            ],
          ],
          { dtype: 'float64' },
        ),
      )
      .flatten()
      .detach()
      .toArray() as number[],
    [-1.3416354199689269, -0.447211806656309, 0.447211806656309, 1.3416354199689269],
    1e-9,
  )
  expect([new nn.LayerNorm(2, { bias: false }).bias, new nn.LayerNorm(2, { elementwiseAffine: false }).parameters()]).toEqual([null, []])
})

test('normalize, cosineSimilarity, pairwiseDistance; zero vectors stay finite', () => {
  expect(
    F.normalize(
      tensor([
        [3, 4],
        [0, 0],
      ]),
    ).toArray(),
  ).toEqual([
    [0.6000000238418579, 0.800000011920929],
    [0, 0],
  ])
  expect(
    F.cosineSimilarity(
      tensor([
        [1, 0],
        [1, 1],
      ]),
      tensor([
        [2, 0],
        [-1, -1],
      ]),
    )
      .sub(tensor([1, -1]))
      .abs()
      .max()
      .item(),
  ).toBeLessThan(1e-6)
  expect(F.pairwiseDistance(tensor([[3, 4]]), tensor([[0, 0]])).item()).toBeCloseTo(5, 5)
  const x = tensor([[0, 0]], { requiresGrad: true })
  F.normalize(x).sum().backward()
  expect(x.grad!.toArray().flat().every(Number.isFinite)).toBe(true)
})
