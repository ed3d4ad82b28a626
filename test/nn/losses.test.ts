// Losses against PyTorch: values, gradients, reductions, extreme inputs, bad input.

import { expect, test } from 'vitest'
import { F, nn, type Tensor, tensor } from 'wengert'
import { expectations, numbers, relativelyClose } from './expected.ts'

const given = (name: string): Tensor => {
  const { shape, integer, values } = expectations.inputs[name]!
  return tensor(values, { dtype: integer ? 'int32' : 'float64' }).reshape(shape)
}
const tensorOptions = ['weight', 'posWeight']
const functions = F as unknown as Record<string, (...values: unknown[]) => Tensor>

test.each(
  expectations.losses.map((row) => [`${row.name} of ${row.input} and ${row.target} with ${JSON.stringify(row.options)}`, row] as const),
)('%s', (_, row) => {
  const x = given(row.input).requiresGrad_()
  const options = Object.fromEntries(
    Object.entries(row.options).map(([key, value]) => [key, tensorOptions.includes(key) ? given(value as string) : value]),
  )
  const onLogProbabilities = row.name === 'nllLoss' || row.name === 'klDiv'
  const y = functions[row.name]!(onLogProbabilities ? F.logSoftmax(x, 1) : x, given(row.target), options)
  relativelyClose(y.flatten().toArray() as number[], numbers(row.value), 1e-12)
  y.sum().backward()
  relativelyClose(x.grad!.flatten().toArray() as number[], numbers(row.gradient), 1e-12)
})

test('as modules they give the same', () => {
  const [logits, other, distribution, classes, weight] = ['logits', 'other', 'distribution', 'classes', 'weight'].map(given) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ]
  const same = (a: Tensor, b: Tensor) => expect(a.toArray()).toEqual(b.toArray())
  same(new nn.MSELoss({ reduction: 'sum' }).forward(logits, other), F.mseLoss(logits, other, { reduction: 'sum' }))
  same(new nn.L1Loss().forward(logits, other), F.l1Loss(logits, other))
  same(new nn.SmoothL1Loss({ beta: 0.5 }).forward(logits, other), F.smoothL1Loss(logits, other, { beta: 0.5 }))
  same(new nn.HuberLoss({ delta: 0.5 }).forward(logits, other), F.huberLoss(logits, other, { delta: 0.5 }))
  same(new nn.BCELoss().forward(given('probabilities'), distribution), F.binaryCrossEntropy(given('probabilities'), distribution))
  same(
    new nn.BCEWithLogitsLoss({ posWeight: weight }).forward(logits, distribution),
    F.binaryCrossEntropyWithLogits(logits, distribution, { posWeight: weight }),
  )
  same(new nn.NLLLoss(weight).forward(logits, classes), F.nllLoss(logits, classes, weight))
  same(new nn.CrossEntropyLoss({ ignoreIndex: 2 }).forward(logits, classes), F.crossEntropy(logits, classes, { ignoreIndex: 2 }))
  same(
    new nn.KLDivLoss({ reduction: 'batchmean' }).forward(logits, distribution),
    F.klDiv(logits, distribution, { reduction: 'batchmean' }),
  )
  const sides = logits.sign()
  same(new nn.MarginRankingLoss({ margin: 0.5 }).forward(logits, other, sides), F.marginRankingLoss(logits, other, sides, { margin: 0.5 }))
  same(new nn.HingeEmbeddingLoss({ margin: 2 }).forward(logits, sides), F.hingeEmbeddingLoss(logits, sides, { margin: 2 }))
  same(new nn.SoftMarginLoss().forward(logits, sides), F.softMarginLoss(logits, sides))
  const side = sides.select(1, 0)
  same(
    new nn.CosineEmbeddingLoss({ margin: 0.1 }).forward(logits, other, side),
    F.cosineEmbeddingLoss(logits, other, side, { margin: 0.1 }),
  )
  expect(String(new nn.CrossEntropyLoss(weight))).toBe('CrossEntropyLoss()')
  expect(Object.keys(new nn.BCEWithLogitsLoss({ posWeight: weight }).stateDict())).toEqual(['pos_weight'])
})

test('binary cross-entropy of certainty is 100 at most, and its gradient is finite', () => {
  const p = tensor([1, 0, 1, 0], { dtype: 'float64', requiresGrad: true })
  const y = F.binaryCrossEntropy(p, tensor([0, 1, 1, 0], { dtype: 'float64' }), { reduction: 'none' })
  expect(y.toArray().map((value) => value + 0)).toEqual([100, 100, 0, 0])
  y.sum().backward()
  expect(p.grad!.toArray().map((value) => value + 0)).toEqual([1e12, -1e12, 0, 0])
})

test('huge logits: exact values, finite gradients', () => {
  const x = tensor([1000, -1000], { requiresGrad: true })
  const y = F.binaryCrossEntropyWithLogits(x, tensor([0, 1]), { reduction: 'sum' })
  y.backward()
  expect([y.item(), x.grad!.toArray()]).toEqual([2000, [1, -1]])
  const z = tensor([[1000, -1000]], { requiresGrad: true })
  const loss = F.crossEntropy(z, tensor([1], { dtype: 'int32' }))
  loss.backward()
  expect([loss.item(), z.grad!.toArray()]).toEqual([2000, [[1, -1]]])
})

test('at equal elements smoothL1 and huber curve, l1 is flat; at the corner the derivative is 1', () => {
  const zero = tensor([0, 0])
  for (const [f, wanted] of [
    [F.smoothL1Loss, [0, 1]],
    [F.huberLoss, [0, 1]],
    [F.l1Loss, [0, 1]],
  ] as const) {
    const x = tensor([0, 1], { requiresGrad: true })
    f(x, zero, { reduction: 'sum' }).backward()
    expect(x.grad!.toArray()).toEqual(wanted)
  }
})

test('all targets ignored: the mean of nothing is NaN', () => {
  expect(F.crossEntropy(tensor([[1, 2]]), tensor([5], { dtype: 'int32' }), { ignoreIndex: 5 }).item()).toBeNaN()
})

test('bytes serve as class indices, and −100 is not one of them', () => {
  const logits = tensor([
    [2, 0],
    [0, 2],
  ])
  expect(F.crossEntropy(logits, tensor(new Uint8Array([0, 1]))).item()).toBeCloseTo(0.126928, 6)
})

test('bad input is named', () => {
  const logits = tensor([
    [2, 0, 1],
    [0, 2, 1],
  ])
  const message = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      return `${(error as { code?: string }).code}: ${(error as Error).message}`
    }
    return 'nothing was thrown'
  }
  const loose = F as unknown as Record<string, (...values: unknown[]) => unknown>
  expect(
    [
      message(() => loose['crossEntropy']!(logits, tensor([0, 1]))),
      message(() => F.crossEntropy(logits, tensor([0, 1, 2], { dtype: 'int32' }))),
      message(() => F.crossEntropy(logits, tensor([0, 3], { dtype: 'int32' }))),
      message(() => F.crossEntropy(logits, tensor([0, -1], { dtype: 'int32' }))),
      message(() => F.crossEntropy(logits, tensor([0, 1], { dtype: 'int32' }), { weight: tensor([1, 2]) })),
      message(() => F.crossEntropy(logits, tensor([0, 1], { dtype: 'int32' }), { labelSmoothing: 2 })),
      message(() => loose['crossEntropy']!(logits, tensor([0, 1], { dtype: 'int32' }), { ignoreindex: 1 })),
      message(() => loose['mseLoss']!(logits, logits, { reduction: 'average' })),
      message(() => loose['mseLoss']!(logits, logits, 'sum')),
      message(() => loose['binaryCrossEntropy']!(logits, logits)),
      message(() => loose['binaryCrossEntropyWithLogits']!(logits, tensor([1, 2, 3]))),
      message(() => F.huberLoss(logits, logits, { delta: 0 })),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "DType: crossEntropy: class indices must be integers, not float32. Make the target with { dtype: 'int32' }.
    Shape: crossEntropy: for an input of shape [2, 3] the class indices need shape [2], not [3].
    Index: crossEntropy: class 3 is out of range for 3 classes.
    Index: crossEntropy: class -1 is out of range for 3 classes.
    Shape: crossEntropy: weight must have one element for each of the 3 classes, not shape [2].
    Option: crossEntropy: labelSmoothing must be between 0 and 1, not 2.
    Option: crossEntropy: unknown option 'ignoreindex'. Did you mean 'ignoreIndex'?
    Option: mseLoss: reduction must be 'mean', 'sum' or 'none', not 'average'.
    Option: mseLoss: unexpected argument 'sum'. Give it by name, as in { reduction: 'sum' }.
    Option: binaryCrossEntropy: input must be probabilities between 0 and 1. Use binaryCrossEntropyWithLogits for logits.
    Shape: binaryCrossEntropyWithLogits: input and target have different shapes, [2, 3] and [3]. Reshape one of them.
    Option: huberLoss: delta must be > 0, not 0."
  `)
})
