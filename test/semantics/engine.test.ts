// What the engine promises beyond PyTorch's rules: memory goes, work is linear in nodes, and an error leaves everything as it was.
import { describe, expect, test } from 'vitest'
import {
  autograd,
  cat,
  enableGrad,
  F,
  func,
  inferenceMode,
  isGradEnabled,
  manualSeed,
  memory,
  nn,
  noGrad,
  randn,
  type Tensor,
} from '../../src/index.ts'
import { collect } from '../autograd/collect.ts'
import { constant, leaf, values } from './assertions.ts'

const power = autograd.customFunction({
  name: 'Power',
  forward: (ctx, x: Tensor) => {
    const square = x.mul(x)
    ctx.save({ x, square })
    return square.mul(x)
  },
  backward: (ctx, g: Tensor) => g.mul(ctx.saved.square).mul(3),
})

/** A loss over every kind of node, with weak references to all that was computed on the way. */
function recorded(x: Tensor): { loss: Tensor; made: WeakRef<Tensor>[] } {
  const made: WeakRef<Tensor>[] = []
  const note = (y: Tensor): Tensor => {
    made.push(new WeakRef(y))
    return y
  }
  const product = note(x.mul(x))
  const exponential = note(product.neg().exp())
  const matrix = note(exponential.reshape([10, 10]))
  const squared = note(matrix.matmul(matrix))
  const softened = note(F.softmax(squared, 1))
  const normalized = note(F.layerNorm(softened, [10]))
  const own = note(power(normalized))
  const written = note(own.mul(1))
  written.at(0).mul_(note(own.at(1)))
  const rows = note(cat([written, note(written.sin())]))
  const once = note(autograd.checkpoint((t: Tensor) => note(t.tanh()).exp(), [rows]) as Tensor)
  return { loss: once.div(note(once.square().add(1))).sum(), made }
}

const alive = (refs: readonly WeakRef<Tensor>[]): number => refs.filter((ref) => ref.deref() !== undefined).length

/** All nodes behind a tensor. */
function nodesOf(y: Tensor): autograd.GraphNode[] {
  const seen = new Set<autograd.GraphNode>()
  const stack = [y.gradFn]
  while (stack.length > 0) {
    const node = stack.pop()
    if (node == null || seen.has(node)) continue
    seen.add(node)
    for (const [next] of node.nextFunctions) stack.push(next)
  }
  return [...seen]
}

/** How often backward visits the nodes behind `y`, counted by a hook on each. */
function visits(y: Tensor): { nodes: number; visits: number } {
  const nodes = nodesOf(y).filter((node) => node.name !== 'AccumulateGrad')
  let count = 0
  for (const node of nodes) node.registerHook(() => void count++)
  y.backward()
  return { nodes: nodes.length, visits: count }
}

describe('The engine', () => {
  test('after backward() every saved tensor is unreachable, although the loss and all nodes are held', () => {
    const x = randn([100], { dtype: 'float64', requiresGrad: true })
    const { loss, made } = recorded(x)
    const nodes = nodesOf(loss)
    collect()
    const before = alive(made)
    loss.backward()
    collect()
    expect(nodes.length).toBeGreaterThan(15)
    expect([before >= 8, alive(made)]).toEqual([true, 0])
    expect([loss.gradFn === null, x.grad === null]).toEqual([false, false])
  })

  test('after backward({ retainGraph: true }) saved tensors are still there, and after the next backward they are not', () => {
    const x = randn([100], { dtype: 'float64', requiresGrad: true })
    const { loss, made } = recorded(x)
    collect()
    const before = alive(made)
    loss.backward({ retainGraph: true })
    collect()
    expect(alive(made) >= before).toBe(true)
    loss.backward()
    collect()
    expect(alive(made)).toBe(0)
  })

  test('a graph that nobody holds is unreachable without backward', () => {
    const x = randn([100], { dtype: 'float64', requiresGrad: true })
    const make = () => recorded(x).made
    const made = make()
    collect()
    expect(alive(made)).toBe(0)
  })

  test('2^40 paths: forty diamonds take three visits each', () => {
    const x = leaf(1)
    let y: Tensor = x
    for (let i = 0; i < 40; i++) y = y.mul(1).add(y.mul(1))
    expect(values(autograd.grad(y, x, { retainGraph: true })[0])).toBe(2 ** 40)
    expect(visits(y)).toEqual({ nodes: 120, visits: 120 })
    expect(values(x.grad)).toBe(2 ** 40)
  })

  test('a chain of a million nodes: each is visited once', () => {
    const x = leaf(1)
    let y: Tensor = x
    let count = 0
    const hook = (): void => void count++
    for (let i = 1; i <= 1_000_000; i++) {
      y = y.add(1)
      if (i % 100 === 0) y.gradFn?.registerHook(hook)
    }
    y.backward()
    expect([count, values(x.grad), values(y)]).toEqual([10_000, 1, 1_000_001])
  })

  test('a fan-in of a thousand: one visit for each branch', () => {
    const x = leaf([1])
    const branches = Array.from({ length: 1000 }, (_, i) => x.mul(i))
    const joined = cat(branches)
    expect(joined.gradFn?.nextFunctions.length).toBe(1000)
    expect(visits(joined.sum())).toEqual({ nodes: 1002, visits: 1002 })
    expect(values(x.grad)).toEqual([499_500])
  })

  test('a node with ten thousand consumers runs once, and twice as many consumers are twice the visits', () => {
    const run = (consumers: number) => {
      const x = leaf(1)
      const shared = x.mul(2)
      let runs = 0
      shared.gradFn?.registerHook(() => void runs++)
      let total = shared.mul(1)
      for (let i = 1; i < consumers; i++) total = total.add(shared.mul(1))
      return { ...visits(total), runs, slope: values(x.grad) }
    }
    expect(run(10_000)).toEqual({ nodes: 20_000, visits: 20_000, runs: 1, slope: 20_000 })
    expect(run(20_000)).toEqual({ nodes: 40_000, visits: 40_000, runs: 1, slope: 40_000 })
  })

  /** Two leaves with a gradient each, and a graph whose walk has served `first` before it comes to what `place` puts behind `second`. */
  function expectUntouched(place: (y: Tensor) => { readonly y: Tensor; readonly remove?: () => void }): void {
    const [first, second] = [leaf(2), leaf(3)]
    first.mul(1).add(second.mul(1)).backward()
    const { y, remove } = place(second.mul(5))
    const retained = first.mul(7)
    retained.retainGrad()
    const loss = y.add(retained.mul(1))
    for (const options of [{ retainGraph: true }, { createGraph: true }]) {
      expect(() => loss.backward(options)).toThrow('on purpose')
      expect([values(first.grad), values(second.grad), values(retained.grad)]).toEqual([1, 1, null])
      expect(() => noGrad(() => autograd.grad(loss, [first, second], options))).toThrow('on purpose')
      expect([isGradEnabled(), autograd.isInferenceModeEnabled(), autograd.isAnomalyEnabled()]).toEqual([true, false, false])
    }
    remove?.()
    if (remove !== undefined) {
      loss.backward()
      expect([values(first.grad), values(second.grad), values(retained.grad)]).toEqual([8, 6, 1])
    }
    // and a new graph over the same leaves works
    first.grad = null
    second.grad = null
    first.mul(second).backward()
    expect([values(first.grad), values(second.grad)]).toEqual([3, 2])
  }

  const fail = (): never => {
    throw new Error('on purpose')
  }

  test('a tensor hook that throws leaves no gradient half-accumulated and no mode switched', () => {
    expectUntouched((y) => {
      const handle = y.registerHook(fail)
      return { y, remove: () => handle.remove() }
    })
  })

  test('a hook of a leaf that throws leaves no gradient half-accumulated', () => {
    const [first, second] = [leaf(2), leaf(3)]
    const handle = first.registerHook(fail)
    expect(() => first.add(second).backward()).toThrow('on purpose')
    expect([first.grad, second.grad]).toEqual([null, null])
    handle.remove()
    first.add(second).backward()
    expect([values(first.grad), values(second.grad)]).toEqual([1, 1])
  })

  test('a pre-hook of a node that throws leaves no gradient half-accumulated and no mode switched', () => {
    expectUntouched((y) => {
      const handle = (y.gradFn as autograd.GraphNode).registerPrehook(fail)
      return { y, remove: () => handle.remove() }
    })
  })

  test('a post-hook of a node that throws leaves no gradient half-accumulated and no mode switched', () => {
    expectUntouched((y) => {
      const handle = (y.gradFn as autograd.GraphNode).registerHook(fail)
      return { y, remove: () => handle.remove() }
    })
  })

  test('a post-accumulate-grad hook that throws leaves all gradients accumulated or none', () => {
    const [first, second] = [leaf(2), leaf(3)]
    const handle = first.registerPostAccumulateGradHook(fail)
    expect(() => first.add(second).backward()).toThrow('on purpose')
    expect([
      [null, null],
      [1, 1],
    ]).toContainEqual([values(first.grad), values(second.grad)])
    expect(isGradEnabled()).toBe(true)
    handle.remove()
    first.grad = null
    second.grad = null
    first.add(second).backward()
    expect([values(first.grad), values(second.grad)]).toEqual([1, 1])
  })

  test('a custom function whose backward throws leaves everything as it was', () => {
    const broken = autograd.customFunction({ name: 'Broken', forward: (_ctx, x: Tensor) => x.mul(1), backward: fail })
    expectUntouched((y) => ({ y: broken(y) }))
  })

  test('a custom function whose forward throws leaves everything as it was', () => {
    const broken = autograd.customFunction({ name: 'Broken', forward: (_ctx, _x: Tensor): Tensor => fail(), backward: () => null })
    const x = leaf(2)
    expect(() => broken(x)).toThrow('on purpose')
    expect([isGradEnabled(), x.mul(2).requiresGrad, x.grad]).toEqual([true, true, null])
    expect(() => func.grad((t: Tensor) => fail() ?? t)(constant(2))).toThrow('on purpose')
    expect(() => func.vmap((t: Tensor) => fail() ?? t)(constant([1, 2]))).toThrow('on purpose')
    x.mul(3).backward()
    expect([values(x.grad), values(func.grad((t: Tensor) => t.square())(constant(2)))]).toEqual([3, 4])
  })

  test('an unpacking hook that throws leaves everything as it was', () => {
    let broken = true
    const unpack = (saved: Tensor): Tensor => (broken ? fail() : saved)
    const repair = (): void => {
      broken = false
    }
    expectUntouched((y) => ({
      y: autograd.savedTensorsHooks(
        (saved) => saved,
        unpack,
        () => y.mul(leaf(1)),
      ),
      remove: repair,
    }))
  })

  test('a packing hook that throws is not left on', () => {
    const x = leaf(2)
    expect(() => autograd.savedTensorsHooks(fail, fail, () => x.exp())).toThrow('on purpose')
    x.exp().backward()
    expect(values(x.grad)).toBe(Math.exp(2))
  })

  test('a function that throws when checkpointing runs it again leaves everything as it was', () => {
    let runs = 0
    expectUntouched((y) => ({ y: autograd.checkpoint((t: Tensor) => (runs++ === 0 ? t.mul(leaf(1)) : fail()), [y]) as Tensor }))
  })

  test('whatever runs a function under a mode or a level ends it when the function throws', () => {
    const x = leaf(2)
    const runs: Record<string, () => unknown> = {
      noGrad: () => noGrad(fail),
      enableGrad: () => enableGrad(fail),
      inferenceMode: () => inferenceMode(fail),
      detectAnomaly: () => autograd.detectAnomaly(fail),
      savedTensorsHooks: () => autograd.savedTensorsHooks(fail, fail, fail),
      dualLevel: () => autograd.forwardAD.dualLevel(fail),
      profile: () => autograd.profiler.profile(fail),
      checkpoint: () => autograd.checkpoint((_t: Tensor): Tensor => fail(), [x]),
      'func.grad': () => func.grad((_t: Tensor): Tensor => fail())(x),
      'func.jvp': () => func.jvp((_t: Tensor): Tensor => fail(), [x], [constant(1)]),
      'func.vmap': () => func.vmap((_t: Tensor): Tensor => fail())(constant([1, 2])),
      jacobian: () => autograd.functional.jacobian((_t: Tensor): Tensor => fail(), x),
    }
    for (const [name, run] of Object.entries(runs)) {
      expect(run).toThrow('on purpose')
      expect([name, isGradEnabled(), autograd.isInferenceModeEnabled(), autograd.isAnomalyEnabled()]).toEqual([name, true, false, false])
      expect(() => autograd.forwardAD.makeDual(x, constant(1))).toThrow('dualLevel')
      x.grad = null
      const y = x.exp()
      y.backward()
      expect([name, values(x.grad), y.isInference()]).toEqual([name, Math.exp(2), false])
    }
  })

  test('checkpointing a network of 50 layers lowers the peak of live tensor memory to a fifth or less', { timeout: 240_000 }, () => {
    const [width, rows, depth] = [16, 2048, 50]
    /** Bytes of all tensors that are reachable. */
    const live = (): number => {
      collect()
      collect() // the memory of arrays is freed beside the program; the second collection waits for it
      memory.collect()
      return process.memoryUsage().arrayBuffers + memory.stats().used
    }
    let [peak, samples] = [0, 0]
    const sample = (): void => {
      samples++
      peak = Math.max(peak, live())
    }
    class Block extends nn.Module {
      norm = new nn.LayerNorm([width])
      first = new nn.Linear(width, width)
      second = new nn.Linear(width, width)
      isSampled = false
      forward(x: Tensor): Tensor {
        const y = x.add(this.second.forward(F.silu(this.first.forward(this.norm.forward(x))))) // silu is no single kernel, and keeps more
        if (this.isSampled) {
          if (y.requiresGrad) y.registerHook(() => sample())
          sample()
        }
        return y
      }
    }
    manualSeed(1)
    const layers = Array.from({ length: depth }, () => new Block())
    // a collection takes its time: every fifth layer, so that of each checkpointed pair both are seen, and both ends, where the peaks are
    const sampled = layers.filter((_, i) => i % 5 === 0 || i >= depth - 2)
    for (const layer of sampled) layer.isSampled = true
    const x = randn([rows, width], { requiresGrad: true })
    const measure = (run: () => Tensor): { peak: number; gradients: unknown } => {
      for (const parameter of [x, ...layers.flatMap((layer) => [...layer.parameters()])]) parameter.grad = null
      const before = live()
      peak = 0
      samples = 0
      run().square().mean().backward()
      expect(samples).toBeGreaterThanOrEqual(2 * sampled.length)
      return { peak: peak - before, gradients: layers.map((layer) => values(layer.first.weight.grad as Tensor)) }
    }
    const plain = measure(() => layers.reduce((h: Tensor, layer) => layer.forward(h), x))
    const checkpointed = measure(() => autograd.checkpointSequential(layers, 25, x) as Tensor)
    expect(checkpointed.gradients).toEqual(plain.gradients)
    expect(plain.peak).toBeGreaterThan(depth * rows * width * 4)
    expect(plain.peak / checkpointed.peak).toBeGreaterThanOrEqual(5)
  })
})
