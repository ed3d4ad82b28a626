// functionalCall and stackModuleState: modules as functions of their parameters, and ensembles.
import { expect, test } from 'vitest'
import { F, func, nn, ones, randn, stack, type Tensor, zeros } from 'wengert'
import { expectClose } from './close.ts'

const { functionalCall, grad, stackModuleState, vmap } = func

class Net extends nn.Module {
  fc = new nn.Linear(2, 2)
  norm = new nn.BatchNorm1d(2)
  scale = new nn.Buffer(ones([1]))
  hidden = new nn.Buffer(zeros([1]), { persistent: false })
  layers = [new nn.Linear(2, 1, { bias: false })]
  forward(x: Tensor): Tensor {
    return this.layers[0]!.forward(this.norm.forward(this.fc.forward(x)))
      .mul(this.scale)
      .add(this.hidden)
  }
}

test('the given tensors take the places of its own, the others stay', () => {
  const net = new nn.Linear(2, 1)
  const x = randn([3, 2])
  const weight = randn([1, 2])
  const own = [net.weight, net.bias]
  expectClose(functionalCall(net, { weight }, [x]), F.linear(x, weight, net.bias))
  expectClose(functionalCall(net, { weight, bias: zeros([1]) }, x), F.linear(x, weight))
  expectClose(functionalCall(net, [{ weight }, { bias: ones([1]) }], x), F.linear(x, weight, ones([1])))
  expectClose(functionalCall(net, net.stateDict(), x), net.forward(x))
  expect([net.weight === own[0], net.bias === own[1]]).toEqual([true, true])
})

test('keys are those of stateDict, in containers too; buffers, also such that are not saved', () => {
  const net = new Net()
  net.eval()
  const x = randn([4, 2])
  const before = net.forward(x)
  expectClose(functionalCall(net, { scale: zeros([1]), hidden: ones([1]) }, x), ones([4, 1]))
  expectClose(functionalCall(net, { 'layers.0.weight': net.layers[0]!.weight.mul(3) }, x), before.mul(3), 1e-5)
  expectClose(functionalCall(net, { 'norm.running_mean': zeros([2]) }, x), before)
  expectClose(net.forward(x), before)
})

test('an unknown key throws, and names what there is', () => {
  const net = new nn.Linear(2, 1)
  expect(() => functionalCall(net, { wieght: zeros([1, 2]) }, ones([2]))).toThrow(
    "Linear: 'wieght' is no parameter or buffer of the module. It has weight, bias.",
  )
  expect(() => functionalCall(net, { weight: 3 as never }, ones([2]))).toThrow("functionalCall: 'weight' must be a tensor, got number 3.")
  expect(() => functionalCall(net, [{ weight: zeros([1, 2]) }, { weight: zeros([1, 2]) }], ones([2]))).toThrow("'weight' is given twice")
  expect(() => functionalCall(net, 3 as never, ones([2]))).toThrow('must be an object of tensors by name')
  expect(() => functionalCall({} as never, {}, [] as never)).toThrow('functionalCall: needs a module')
})

test('an error in forward leaves the module as it was', () => {
  const net = new Net()
  const own = net.parameters()
  expect(() => functionalCall(net, { 'fc.weight': zeros([2, 2]) }, randn([4, 3]) as never)).toThrow()
  expect(net.parameters().every((p, i) => p === own[i])).toBe(true)
  expect(() => functionalCall(net, { 'fc.weight': zeros([2, 2]), nothing: zeros([1]) }, randn([4, 2]))).toThrow('nothing')
  expect(net.parameters().every((p, i) => p === own[i])).toBe(true)
})

test('a shared tensor is replaced under all its names', () => {
  class Tied extends nn.Module {
    first = new nn.Linear(2, 2, { bias: false })
    second = new nn.Linear(2, 2, { bias: false })
    constructor() {
      super()
      Object.assign(this.second, { weight: this.first.weight })
    }
    forward(x: Tensor): Tensor {
      return this.second.forward(this.first.forward(x))
    }
  }
  const net = new Tied()
  const x = randn([3, 2])
  const weight = randn([2, 2])
  const expected = F.linear(F.linear(x, weight), weight)
  expectClose(functionalCall(net, { 'second.weight': weight }, x), expected)
  expectClose(functionalCall(net, { 'first.weight': weight, 'second.weight': weight }, x), expected)
  expect(() => functionalCall(net, { 'first.weight': weight, 'second.weight': zeros([2, 2]) }, x)).toThrow('is another name of a tensor')
  expect(net.first.weight).toBe(net.second.weight)
})

test('meanwhile they count as parameters, so that forward can use them; calls nest', () => {
  class Decay extends nn.Module {
    fc = new nn.Linear(2, 1, { bias: false })
    forward(x: Tensor, inside = false): Tensor {
      if (inside) return this.fc.forward(x)
      const decay = this.parameters().reduce((sum: Tensor, p) => sum.add(p.square().sum()), zeros([]))
      const doubled: Tensor = functionalCall(this as Decay, { 'fc.weight': this.fc.weight.mul(2) }, [x, true])
      return doubled.mul(10).add(decay)
    }
  }
  const net = new Decay()
  const weight = ones([1, 2])
  expect(functionalCall(net, { 'fc.weight': weight }, [ones([1, 2])]).toArray()).toEqual([[42]])
  expect(net.parameters()).toHaveLength(1)
  expect((weight as { wengertKind?: unknown }).wengertKind).toBeUndefined()
})

test('gradients with respect to the parameters, as backward() gives them', () => {
  const net = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 1))
  const [x, y] = [randn([5, 3]), randn([5, 1])]
  const params = Object.fromEntries(net.namedParameters())
  const gradients = grad((p: Record<string, Tensor>) => F.mseLoss(functionalCall(net, p, x), y))(params)
  F.mseLoss(net.forward(x), y).backward()
  for (const [name, p] of net.namedParameters()) expectClose(gradients[name] as Tensor, p.grad as Tensor, 1e-5)
})

test('running statistics go into the given buffers', () => {
  const norm = new nn.BatchNorm1d(2)
  const buffers = Object.fromEntries(norm.namedBuffers().map(([key, buffer]) => [key, buffer.clone()]))
  functionalCall(norm, buffers, randn([8, 2]).add(5))
  expect(norm.runningMean?.toArray()).toEqual([0, 0])
  expect((buffers['running_mean'] as Tensor).sum().item()).toBeGreaterThan(0.5)
})

test('stackModuleState: leaves with a new first dim', () => {
  const models = [new nn.Linear(2, 3), new nn.Linear(2, 3)] as const
  const [params, buffers] = stackModuleState(models)
  expect(Object.entries(params).map(([key, p]) => [key, p.shape, p.isLeaf, p.requiresGrad])).toEqual([
    ['weight', [2, 3, 2], true, true],
    ['bias', [2, 3], true, true],
  ])
  expect(buffers).toEqual({})
  expectClose(params['weight'] as Tensor, stack([models[0].weight, models[1].weight]))
  const norms = [new nn.BatchNorm1d(2), new nn.BatchNorm1d(2)]
  const [, statistics] = stackModuleState(norms)
  expect(Object.entries(statistics).map(([key, b]) => [key, b.shape, b.requiresGrad])).toEqual([
    ['running_mean', [2, 2], false],
    ['running_var', [2, 2], false],
    ['num_batches_tracked', [2], false],
  ])
  const frozen = models.map(() => new nn.Linear(1, 1).requiresGrad_({ requiresGrad: false }))
  expect(stackModuleState(frozen)[0]['weight']?.requiresGrad).toBe(false)
})

test('stackModuleState: what cannot be stacked', () => {
  expect(() => stackModuleState([])).toThrow('there is no module')
  expect(() => stackModuleState([1 as never])).toThrow('needs modules, got number 1')
  expect(() => stackModuleState([new nn.Linear(2, 3), new nn.ReLU()])).toThrow('must be of one class, got Linear and ReLU')
  expect(() => stackModuleState([new nn.Linear(2, 3), new nn.Linear(2, 4)])).toThrow(
    "'weight' is float32 [3, 2] in one module and float32 [4, 2]",
  )
  expect(() => stackModuleState([new nn.Linear(2, 3), new nn.Linear(2, 3, { bias: false })])).toThrow("'bias' is missing")
  expect(() => stackModuleState([new nn.Linear(2, 3), new nn.Linear(2, 3).eval()])).toThrow('some modules are in training mode')
  expect(() => stackModuleState([new nn.Linear(1, 1), new nn.Linear(1, 1).requiresGrad_({ requiresGrad: false })])).toThrow(
    "'weight' requires grad in some modules only",
  )
})

test('an ensemble: vmap over stacked parameters', () => {
  const models = Array.from({ length: 4 }, () => new nn.Sequential(new nn.Linear(3, 5), new nn.ReLU(), new nn.Linear(5, 2)))
  const [params, buffers] = stackModuleState(models)
  const base = models[0]!
  const predict = (p: Record<string, Tensor>, b: Record<string, Tensor>, x: Tensor): Tensor => functionalCall(base, [p, b], x)
  const x = randn([6, 3])
  const shared = vmap(predict, { inDims: [0, 0, null] })(params, buffers, x)
  expectClose(shared, stack(models.map((model) => model.forward(x))), 1e-5)
  const batches = randn([4, 6, 3])
  const own = vmap(predict)(params, buffers, batches)
  expectClose(own, stack(models.map((model, i) => model.forward(batches.at(i)))), 1e-5)
  own.square().sum().backward()
  models.forEach((model, i) => {
    model.forward(batches.at(i)).square().sum().backward()
    expectClose((params['0.weight'] as Tensor).grad!.at(i), model.parameters()[0]?.grad as Tensor, 1e-4)
  })
})
