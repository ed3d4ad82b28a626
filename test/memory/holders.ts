// All the ways in which a program can hold a tensor, each through that way alone.
import { autograd, data, full, memory, nn, noGrad, ones, optim, slice, type Tensor, zeros } from 'wengert'
import type { ElementArray } from '../../src/core/dtype.ts'
import { setPoison } from '../../src/core/memory/holders.ts'
import { poolStatistics } from '../../src/core/memory/pool.ts'

/** Elements of a tensor here: 16 KB. */
export const LENGTH = 4096
const marked = (mark: number): Tensor => full([LENGTH], mark)

/** What a holder gives when it is asked again: all elements must still be the mark. */
export type Recalled = Tensor | ElementArray | null
export type Recall = () => Recalled | Promise<Recalled>

class Keeper extends nn.Module {
  readonly weight: nn.Parameter
  readonly state: nn.Buffer
  constructor(mark: number) {
    super()
    this.weight = new nn.Parameter(marked(mark))
    this.state = new nn.Buffer(marked(mark))
  }
  forward(x: Tensor): Tensor {
    return x
  }
}

function* suspended(mark: number): Generator<null | Tensor> {
  const local = marked(mark)
  yield null
  yield local
}

async function pending(mark: number, gate: Promise<void>): Promise<Tensor> {
  const local = marked(mark)
  await gate
  return local
}

const double = autograd.customFunction({
  name: 'double',
  forward: (ctx, x: Tensor, factor: Tensor) => {
    ctx.save({ factor })
    return x.mul(factor)
  },
  backward: (ctx, gradient: Tensor) => [gradient.mul(ctx.saved.factor), null],
})

const gradientOf = (leaf: Tensor, loss: () => Tensor): Tensor => {
  loss().backward()
  return leaf.grad as Tensor
}

export const holders: Readonly<Record<string, (mark: number) => Recall>> = {
  'a closure': (mark) => {
    const x = marked(mark)
    return () => x
  },
  'a view of a view': (mark) => {
    const row = marked(mark).reshape([64, 64]).transpose(0, 1).at(3)
    return () => row
  },
  'a slice of one element': (mark) => {
    const element = marked(mark).at(slice(17, 18))
    return () => element
  },
  'a detached alias': (mark) => {
    const alias = full([LENGTH], mark, { requiresGrad: true }).detach()
    return () => alias
  },
  'the typed array alone': (mark) => {
    const elements = marked(mark).storage.data
    return () => elements
  },
  'a part of a list': (mark) => {
    const parts = full([2, LENGTH], mark).unbind(0)
    parts.pop()
    return () => parts[0] as Tensor
  },
  'what the tape saved': (mark) => {
    const w = ones([LENGTH], { requiresGrad: true })
    const loss = marked(mark).mul(w).sum()
    return () => gradientOf(w, () => loss)
  },
  'the tape through two nodes': (mark) => {
    const w = ones([LENGTH], { requiresGrad: true })
    const loss = w
      .mul(marked(mark))
      .mul(ones([LENGTH]))
      .add(1)
      .sum()
    return () => gradientOf(w, () => loss)
  },
  'a custom function': (mark) => {
    const x = zeros([LENGTH], { requiresGrad: true })
    const loss = double(x, marked(mark)).sum()
    return () => gradientOf(x, () => loss)
  },
  'a checkpoint': (mark) => {
    const w = ones([LENGTH], { requiresGrad: true })
    const loss = autograd.checkpoint((a: Tensor, b: Tensor) => a.mul(b).mul(1), [marked(mark), w]).sum()
    return () => gradientOf(w, () => loss)
  },
  'a gradient': (mark) => {
    const w = ones([LENGTH], { requiresGrad: true })
    w.mul(marked(mark)).sum().backward()
    return () => w.grad as Tensor
  },
  'a hook that keeps the gradient': (mark) => {
    const kept: Tensor[] = []
    const w = ones([LENGTH], { requiresGrad: true })
    const y = w.mul(2)
    y.registerHook((gradient: Tensor) => void kept.push(gradient))
    y.mul(marked(mark)).sum().backward()
    return () => kept[0] as Tensor
  },
  'a kept gradient of a result': (mark) => {
    const y = ones([LENGTH], { requiresGrad: true }).mul(2)
    y.retainGrad()
    y.mul(marked(mark)).sum().backward()
    return () => y.grad as Tensor
  },
  'a gradient that passed through': (mark) => {
    const [a, b] = [zeros([LENGTH], { requiresGrad: true }), zeros([LENGTH], { requiresGrad: true })]
    a.add(b).mul(marked(mark)).sum().backward()
    const kept = b.grad as Tensor
    a.grad?.zero_()
    return () => kept
  },
  'the result of grad': (mark) => {
    const w = ones([LENGTH], { requiresGrad: true })
    const [gradient] = autograd.grad(w.mul(marked(mark)).sum(), [w])
    return () => gradient as Tensor
  },
  'a gradient of a gradient': (mark) => {
    const w = ones([LENGTH], { requiresGrad: true })
    const [first] = autograd.grad(w.mul(w).mul(marked(mark)).mul(0.5).sum(), [w], { createGraph: true })
    return () => gradientOf(w, () => (first as Tensor).sum())
  },
  'a parameter': (mark) => {
    const keeper = new Keeper(mark)
    return () => keeper.weight
  },
  'a buffer': (mark) => {
    const keeper = new Keeper(mark)
    return () => keeper.state
  },
  'a state dict': (mark) => {
    const state = new Keeper(mark).stateDict()
    return () => state['weight'] as Tensor
  },
  'an optimizer': (mark) => {
    const optimizer = new optim.SGD([new nn.Parameter(marked(mark))], 0.1)
    return () => optimizer.paramGroups[0]?.params[0] as Tensor
  },
  'a suspended generator': (mark) => {
    const generator = suspended(mark)
    generator.next()
    return () => generator.next().value as Tensor
  },
  'a pending promise': (mark) => {
    const { promise: gate, resolve } = Promise.withResolvers<void>()
    const waiting = pending(mark, gate)
    return () => {
      resolve()
      return waiting
    }
  },
  'a timer': (mark) => {
    const x = marked(mark)
    const fired = new Promise<Tensor>((resolve) => setTimeout(() => resolve(x), 1))
    return () => fired
  },
  'a weak map': (mark) => {
    const key = {}
    const map = new WeakMap([[key, marked(mark)]])
    return () => map.get(key) as Tensor
  },
  'a weak reference': (mark) => {
    const reference = new WeakRef(marked(mark))
    return () => reference.deref() ?? null
  },
  'a data set': (mark) => {
    const set = new data.TensorDataset(full([2, LENGTH], mark))
    return () => set.at(1)[0] as Tensor
  },
  'what was written in place': (mark) => {
    const x = zeros([LENGTH])
    noGrad(() => x.at(slice()).add_(marked(mark)))
    return () => x
  },
  'an argument that is used once more': (mark) => {
    const make = (x: Tensor) => () => x.mul(1)
    return make(marked(mark))
  },
}

/** Makes and drops tensors until memory that nobody holds has been used again several times. */
export function churn(times: number): void {
  const { collections } = poolStatistics()
  const weight = ones([LENGTH], { requiresGrad: true })
  for (let i = 1; poolStatistics().collections < collections + times; i++) {
    if (i > 50_000) throw new Error('nothing was collected')
    const x = full([LENGTH + (i % 5) * 1024], -i)
    x.at(slice(0, LENGTH)).mul(weight).add(i).sum().backward()
    weight.grad = null
  }
}

/** Throws unless all elements are the mark; what a weak reference lost counts as right. */
export async function check(name: string, mark: number, recall: Recall): Promise<void> {
  const recalled = await recall()
  if (recalled === null) return
  const elements = ArrayBuffer.isView(recalled) ? recalled : (recalled as Tensor).toTypedArray()
  const wrong = elements.findIndex((element: number) => element !== mark)
  if (wrong >= 0 || elements.length === 0) throw new Error(`${name}: element ${wrong} is ${elements[wrong]}, not ${mark}`)
}

/** Runs with a limit and with or without poison. */
export async function withLimit(limit: number, poisoned: boolean, run: () => Promise<void>): Promise<void> {
  memory.configure({ limit })
  const before = setPoison(poisoned)
  try {
    await run()
  } finally {
    setPoison(before)
    memory.configure()
  }
}
