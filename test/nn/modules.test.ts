// Module: what it finds, names, saves, loads and prints.

import { expect, test } from 'vitest'
import { F, nn, ones, randn, type Tensor, tensor, zeros } from 'wengert'

class Block extends nn.Module {
  scale = new nn.Parameter(ones([1]))
  seen = new nn.Buffer(zeros([]))
  cache = new nn.Buffer(zeros([2]), { persistent: false })
  plain = zeros([3], { requiresGrad: true })
  readonly first = new nn.Linear(2, 2)
  branches = [new nn.Linear(2, 1, { bias: false }), new nn.ReLU()]
  heads = { left: new nn.Linear(2, 3), right: null, extra: [new nn.Parameter(zeros([1]))] }
  shared = this.first
  forward(x: Tensor): Tensor {
    return this.first.forward(x).mul(this.scale)
  }
}

test('parameters, buffers and modules are found in properties, arrays and objects, each once', () => {
  const block = new Block()
  expect(block.namedParameters().map(([name]) => name)).toEqual([
    'scale',
    'heads.extra.0',
    'first.weight',
    'first.bias',
    'branches.0.weight',
    'heads.left.weight',
    'heads.left.bias',
  ])
  expect(block.namedBuffers().map(([name]) => name)).toEqual(['seen', 'cache'])
  expect(block.namedModules().map(([name, module]) => `${name}:${module.constructor.name}`)).toEqual([
    ':Block',
    'first:Linear',
    'branches.0:Linear',
    'branches.1:ReLU',
    'heads.left:Linear',
  ])
  expect(block.children().length).toBe(4)
  expect(Object.keys(block.stateDict())).toEqual([
    'scale',
    'heads.extra.0',
    'seen',
    'first.weight',
    'first.bias',
    'branches.0.weight',
    'heads.left.weight',
    'heads.left.bias',
    'shared.weight',
    'shared.bias',
  ])
})

test('a model prints as in PyTorch', () => {
  const model = new nn.Sequential(
    new nn.Conv2d(1, 6, 5, { padding: 2 }),
    new nn.BatchNorm2d(6),
    new nn.ReLU(),
    new nn.MaxPool2d(2, 2),
    new nn.Conv2d(6, 16, [5, 3], { stride: 2, dilation: [1, 2], groups: 2, bias: false, padding: 'valid' }),
    new nn.AvgPool2d([2, 1]),
    new nn.AdaptiveAvgPool2d([3, null]),
    new nn.Flatten(),
    new nn.Dropout(0.25),
    new nn.Linear(400, 10),
    new nn.LayerNorm(10),
    new nn.Sequential(new nn.Embedding(10, 3, { paddingIdx: 0 }), new nn.Softmax(1)),
    new nn.Conv1d(2, 2, 3, { padding: 1, paddingMode: 'reflect' }),
    new nn.MaxPool1d(2),
    new nn.AvgPool1d(3),
    new nn.BatchNorm1d(4, { momentum: null, affine: false }),
    new nn.Unflatten(1, [2, 5]),
  )
  expect(String(model)).toMatchInlineSnapshot(`
    "Sequential(
      (0): Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))
      (1): BatchNorm2d(6, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
      (2): ReLU()
      (3): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
      (4): Conv2d(6, 16, kernel_size=(5, 3), stride=(2, 2), padding=valid, dilation=(1, 2), groups=2, bias=False)
      (5): AvgPool2d(kernel_size=(2, 1), stride=(2, 1), padding=0)
      (6): AdaptiveAvgPool2d(output_size=(3, None))
      (7): Flatten(start_dim=1, end_dim=-1)
      (8): Dropout(p=0.25, inplace=False)
      (9): Linear(in_features=400, out_features=10, bias=True)
      (10): LayerNorm((10,), eps=1e-05, elementwise_affine=True)
      (11): Sequential(
        (0): Embedding(10, 3, padding_idx=0)
        (1): Softmax(dim=1)
      )
      (12): Conv1d(2, 2, kernel_size=(3,), stride=(1,), padding=(1,), padding_mode=reflect)
      (13): MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
      (14): AvgPool1d(kernel_size=(3,), stride=(3,), padding=(0,))
      (15): BatchNorm1d(4, eps=1e-05, momentum=None, affine=False, track_running_stats=True)
      (16): Unflatten(dim=1, unflattened_size=(2, 5))
    )"
  `)
  expect(String(new Block())).toMatchInlineSnapshot(`
    "Block(
      (first): Linear(in_features=2, out_features=2, bias=True)
      (branches.0): Linear(in_features=2, out_features=1, bias=False)
      (branches.1): ReLU()
      (heads.left): Linear(in_features=2, out_features=3, bias=True)
      (shared): Linear(in_features=2, out_features=2, bias=True)
    )"
  `)
  expect(String(new nn.ModuleList([new nn.ReLU(), new nn.Linear(2, 2), new nn.Linear(2, 2)]))).toMatchInlineSnapshot(`
    "ModuleList(
      (0): ReLU()
      (1-2): 2 x Linear(in_features=2, out_features=2, bias=True)
    )"
  `)
})

test('state goes from one model to another', () => {
  const build = () =>
    new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.BatchNorm2d(2), new nn.ReLU(), new nn.Flatten(), new nn.Linear(32, 3))
  const [a, b] = [build(), build()]
  const x = randn([4, 1, 6, 6])
  a.forward(x)
  expect(b.loadStateDict(a.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] })
  expect(b.eval().forward(x).toArray()).toEqual(a.eval().forward(x).toArray())
  expect(Object.keys(a.stateDict())).toEqual([
    '0.weight',
    '0.bias',
    '1.weight',
    '1.bias',
    '1.running_mean',
    '1.running_var',
    '1.num_batches_tracked',
    '4.weight',
    '4.bias',
  ])
  expect(a.stateDict()['1.num_batches_tracked']!.item()).toBe(1)
})

test('a state that does not fit changes nothing and says why', () => {
  const layer = new nn.Linear(3, 2)
  const before = layer.weight.toArray()
  const load = (state: Record<string, Tensor>, options?: { strict: boolean }) => () => layer.loadStateDict(state, options)
  expect(load({ weight: zeros([2, 3]), wieght: zeros([2]) })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: Linear.loadStateDict: nothing was loaded.
    	unexpected key(s): "wieght".
    	missing key(s): "bias".
    Pass { strict: false } to load what fits.]
  `)
  expect(load({ weight: zeros([3, 2]), bias: zeros([2]) })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: Linear.loadStateDict: nothing was loaded.
    	size mismatch for weight: the state has shape [3, 2], the module [2, 3].
    Build the module with the sizes of the state.]
  `)
  expect(load({ weight: 3 as unknown as Tensor, bias: zeros([2]) })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: Linear.loadStateDict: nothing was loaded.
    	"weight" is not a tensor.
    Give what stateDict() or a file gave.]
  `)
  expect(layer.weight.toArray()).toEqual(before)
  expect(load({ weight: zeros([2, 3]), other: zeros([2]) }, { strict: false })()).toEqual({
    missingKeys: ['bias'],
    unexpectedKeys: ['other'],
  })
  expect(layer.weight.toArray()).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
})

test('train, eval, freezing, zeroGrad, apply', () => {
  const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Sequential(new nn.Dropout()))
  model.eval()
  expect(model.modules().map((module) => module.training)).toEqual([false, false, false, false])
  model.train()
  expect(model.modules().every((module) => module.training)).toBe(true)
  model.requiresGrad_({ requiresGrad: false })
  expect(model.parameters().some((parameter) => parameter.requiresGrad)).toBe(false)
  model.requiresGrad_()
  model
    .eval()
    .forward(ones([1, 2]))
    .sum()
    .backward()
  expect(model.parameters().every((parameter) => parameter.grad !== null)).toBe(true)
  model.zeroGrad({ setToNull: false })
  expect(model.parameters()[1]!.grad!.toArray()).toEqual([0, 0])
  model.zeroGrad()
  expect(model.parameters()[1]!.grad).toBeNull()
  const visited: string[] = []
  model.apply((module) => visited.push(module.constructor.name))
  expect(visited).toEqual(['Linear', 'Dropout', 'Sequential', 'Sequential'])
  expect(() => (model as unknown as { requiresGrad_(wanted: boolean): void }).requiresGrad_(false)).toThrow(
    'Give it by name, as in { requiresGrad: false }.',
  )
})

test('a parameter is a leaf that shares memory; its results are plain tensors', () => {
  const data = zeros([2])
  const parameter = new nn.Parameter(data)
  expect([parameter.requiresGrad, parameter.isLeaf, parameter.shape]).toEqual([true, true, [2]])
  data.fill_(3)
  expect(parameter.toArray()).toEqual([3, 3])
  expect(parameter.add(1)).not.toBeInstanceOf(nn.Parameter)
  expect(String(parameter)).toBe('Parameter containing:\ntensor([3., 3.], requiresGrad=true)')
})

test('a module changes dtype, shared parameters stay shared', () => {
  const first = new nn.Linear(2, 2)
  const model = new nn.Sequential(first, new nn.BatchNorm1d(2), first).double()
  expect(model.parameters().map((parameter) => parameter.dtype)).toEqual(['float64', 'float64', 'float64', 'float64'])
  expect(model.stateDict()['1.num_batches_tracked']!.dtype).toBe('int32')
  expect(model.forward(ones([3, 2], { dtype: 'float64' })).dtype).toBe('float64')
  expect(() => model.to('int32')).toThrow('float32 or float64')
})

test('layers refuse what they cannot be', () => {
  const loose = nn as unknown as Record<string, new (...values: unknown[]) => unknown>
  const message = (name: string, ...values: unknown[]): string => {
    try {
      new loose[name]!(...values)
    } catch (error) {
      return (error as Error).message
    }
    return 'nothing was thrown'
  }
  expect(
    [
      message('Linear', 3),
      message('Linear', 3.5, 1),
      message('Linear', 3, 1, { bais: false }),
      message('Linear', 3, 1, false),
      message('Conv2d', 3, 4, 3, { groups: 2 }),
      message('Conv2d', 3, 4, [3, 3, 3]),
      message('Conv2d', 3, 4, 3, { padding: 'same', stride: 2 }),
      message('MaxPool2d', { kernelSize: 2 }),
      message('Dropout', 1.5),
      message('Softmax'),
      message('Sequential', nn.ReLU),
      message('Embedding', 3, 2, 3),
      message('LayerNorm', 'wide'),
      message('BatchNorm2d', 3, { momentun: 0.2 }),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "Linear: outFeatures is missing. Its required arguments are inFeatures, outFeatures.
    Linear: inFeatures must be an integer, not 3.5; round it first.
    Linear: unknown option 'bais'. Did you mean 'bias'?
    Linear: unexpected argument false. Give it by name, as in { bias: false }.
    Conv2d: groups must divide both numbers of channels, but 2 does not divide 3 and 4.
    Conv2d: kernelSize must be one number or a list of 2, not [3, 3, 3].
    Conv2d: padding 'same' needs stride 1, not [2, 2].
    MaxPool2d: kernelSize is missing. Its required arguments are kernelSize.
    Dropout: p must be between 0 and 1, not 1.5.
    Softmax: dim is missing. Its required arguments are dim.
    Sequential: item 0 is not a module but function. Give instances, as in new nn.ReLU().
    Embedding: paddingIdx 3 is out of range for 3 rows.
    LayerNorm: normalizedShape must be an integer or a list of integers, not 'wide'.
    BatchNorm2d: unknown option 'momentun'. Did you mean 'momentum'?"
  `)
})

test('layers refuse inputs of other sizes', () => {
  const run = (f: () => unknown): string => {
    try {
      f()
    } catch (error) {
      return (error as Error).message
    }
    return 'nothing was thrown'
  }
  const x = zeros([2, 3]) as Tensor
  expect(
    [
      run(() => new nn.Linear(4, 1).forward(x)),
      run(() => new nn.BatchNorm2d(3).forward(x)),
      run(() => new nn.BatchNorm1d(4).forward(x)),
      run(() => new nn.BatchNorm1d(3).forward(x.at([0]))),
      run(() => new nn.LayerNorm(4).forward(x)),
      run(() => new nn.Conv2d(3, 1, 1).forward(zeros([1, 2, 4, 4]) as Tensor)),
      run(() => F.batchNorm(x, null, null)),
      run(() => F.linear(x, zeros([4, 2]) as Tensor)),
      run(() => F.adaptiveAvgPool2d(x, 1)),
      run(() => new nn.GLU().forward(x)),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "linear: the input's last size must be the weight's, got [2, 3] × [1, 4]ᵀ. The weight has shape [outputs, inputs].
    BatchNorm2d: input must have 4 dims, got shape [2, 3].
    BatchNorm1d: input must have 4 channels (dim 1), got shape [2, 3].
    batchNorm: training needs more than one value for each channel, got shape [1, 3]. Use eval() or a larger batch.
    layerNorm: the input's last sizes must be [4], got shape [2, 3].
    conv2d: weight [1, 3, 1, 1] takes 3 channels, but the input [1, 2, 4, 4] has 2.
    batchNorm: without running statistics it must be told { training: true }.
    linear: the input's last size must be the weight's, got [2, 3] × [4, 2]ᵀ. The weight has shape [outputs, inputs].
    adaptiveAvgPool2d: input must have 3 or 4 dims, got shape [2, 3].
    glu: dim 1 of shape [2, 3] cannot be halved. Choose a dim of even size."
  `)
})

test('batch norm counts no batch that it refused', () => {
  const layer = new nn.BatchNorm1d(2)
  expect(() => layer.forward(ones([1, 2]))).toThrow('more than one value')
  expect([layer.numBatchesTracked!.item(), layer.runningMean!.toArray()]).toEqual([0, [0, 0]])
})

test('lists are modules of their own', () => {
  const list = new nn.ModuleList<nn.Linear>([new nn.Linear(2, 2)]).append(new nn.Linear(2, 3))
  expect([list.length, list.at(-1).outFeatures, [...list].length]).toEqual([2, 3, 2])
  expect(Object.keys(list.stateDict())).toEqual(['0.weight', '0.bias', '1.weight', '1.bias'])
  expect(() => list.at(2)).toThrow('out of range')
  expect(tensor([1]).item()).toBe(1)
})
