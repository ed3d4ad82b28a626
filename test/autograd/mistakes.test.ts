// What people get wrong with the tools around the tape, and what they are told.
import { expect, test } from 'vitest'
import { autograd, inferenceMode, nn, type Tensor, tensor } from 'wengert'

const leaf = (): Tensor => tensor([1, 2], { requiresGrad: true })

test('a backward that forgets to return', () => {
  const double = autograd.customFunction({
    name: 'Double',
    forward: (_ctx, x: Tensor) => x.mul(2),
    backward: ((_ctx: unknown, gradient: Tensor) => void gradient.mul(2)) as never,
  })
  expect(() => double(leaf()).sum().backward()).toThrow('DoubleBackward: backward returned nothing.')
})

test('save without names', () => {
  const saving = (what: (x: Tensor) => object) =>
    autograd.customFunction({
      name: 'Double',
      forward: (ctx: autograd.FunctionContext, x: Tensor) => {
        ctx.save(what(x))
        return x.mul(2)
      },
      backward: (_ctx, gradient) => gradient.mul(2),
    })
  expect(() => saving((x) => x)(leaf())).toThrow('DoubleBackward: save takes values by name, as in ctx.save({ x }).')
  expect(() => saving((x) => [x])(leaf())).toThrow('save takes values by name')
})

test('a pack hook that changes its tensor', () => {
  const run = () =>
    autograd.savedTensorsHooks(
      (x: Tensor) => x.add_(1),
      (x: Tensor) => x,
      () => leaf().sin(),
    )
  expect(run).toThrow('savedTensorsHooks: pack changed its tensor in place.')
})

test('a mode without its function names the arguments before it', () => {
  const hooks = autograd.savedTensorsHooks as unknown as (pack: unknown, unpack: unknown) => void
  const keep = (x: unknown) => x
  expect(() => hooks(keep, keep)).toThrow('as in savedTensorsHooks(pack, unpack, () => model.forward(x))')
  expect(() => autograd.profiler.recordFunction('part', null as never)).toThrow('as in recordFunction(name, () => model.forward(x))')
})

test('dual numbers and stages of what is no tensor and no module', () => {
  const { dualLevel, makeDual } = autograd.forwardAD
  expect(() => dualLevel(() => makeDual(leaf(), [1, 2] as never))).toThrow('makeDual: needs two tensors')
  expect(() => autograd.checkpointSequential([3 as never], 1, leaf())).toThrow(
    'checkpointSequential: needs functions of one tensor, or modules.',
  )
})

test('a model may be made in inference mode', () => {
  const model = inferenceMode(() => new nn.Linear(2, 1))
  expect(model.weight.requiresGrad).toBe(true)
  expect(model.weight.isInference()).toBe(true)
  expect(inferenceMode(() => model.forward(tensor([1, 2]))).requiresGrad).toBe(false)
  expect(() => inferenceMode(() => tensor([1])).requiresGrad_()).toThrow('made in inferenceMode cannot require a gradient outside it')
})

test('misspelt options, and what is no boolean', () => {
  const { detectAnomaly, registerMultiGradHook, setDetectAnomaly, setGradEnabled } = autograd
  expect(() => detectAnomaly(() => 1, { check_nan: false } as never)).toThrow("unknown option 'check_nan'. Did you mean 'checkNan'?")
  expect(() => detectAnomaly.scope({ check_nan: false } as never)).toThrow("unknown option 'check_nan'")
  expect(() => registerMultiGradHook([leaf()], () => undefined, { Mode: 'any' } as never)).toThrow("Did you mean 'mode'?")
  expect(() => registerMultiGradHook([leaf()], () => undefined, { mode: 'some' } as never)).toThrow("mode must be 'all' or 'any'")
  expect(() => setDetectAnomaly(undefined as never)).toThrow('setDetectAnomaly: enabled must be true or false.')
  expect(() => setGradEnabled((() => 1) as never)).toThrow('setGradEnabled: mode must be true or false.')
  expect(autograd.isAnomalyEnabled()).toBe(false)
})

test('a checkpointed function that returns a promise', () => {
  const x = tensor(1, { requiresGrad: true })
  expect(() => autograd.checkpoint(async (given: Tensor) => given.mul(2), [x])).toThrow('checkpoint: the function returned a promise')
})

test('a gradient for an input that is no tensor', () => {
  const power = autograd.customFunction({
    name: 'Power',
    forward: (ctx, x: Tensor, n: number) => {
      ctx.save({ x, n })
      return x.pow(n)
    },
    backward: (ctx, gradient) => [gradient.mul(ctx.saved.n).mul(ctx.saved.x.pow(ctx.saved.n - 1)), gradient],
  })
  expect(() => power(leaf(), 3).sum().backward()).toThrow(
    'PowerBackward: backward returned a gradient for input 1, which is no tensor. Return null in its place.',
  )
})
