// The kernels that a fixed set of calls compiles, with a hash of the code of each. `npm run kernel-hashes` writes kernel-hashes.json anew,
// so that a change of generated code is a diff that somebody looks at.

import { type Kernel, setLaunchObserver } from '../../src/backends/wasm/launch.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { arange, cat, compile, F, nn, ones, optim, randn, slice, stack, type Tensor, where } from '../../src/index.ts'
import { seedOf } from '../records/values.ts'

const leaf = (...shape: readonly number[]): Tensor => randn([...shape], { requiresGrad: true })
const differentiated = (output: Tensor): void => output.backward({ gradient: ones([...output.shape], { dtype: output.dtype }) })

/** Fixed calls, each under a name; which kernels they need depends on dtypes, ranks and strides alone. */
const corpus: Readonly<Record<string, () => unknown>> = {
  'elementwise float32': () => differentiated(leaf(3, 5).mul(leaf(3, 5)).add(2).tanh().exp().div(leaf(5).square().add(1))),
  'elementwise float64': () => randn([3, 5], { dtype: 'float64' }).sin().mul(2).sigmoid().log1p(),
  'elementwise int32': () => arange(12, { dtype: 'int32' }).mul(3).remainder(5).add(1),
  'transcendental functions': () => {
    const x = randn([9]).abs().add(0.5)
    return [x.log(), x.expm1(), x.erf(), x.cos(), x.pow(2.5), x.atan2(x), x.sqrt(), x.rsqrt()]
  },
  'comparison, where and casts': () => {
    const x = randn([4, 6])
    return [where(x.gt(0), x, 0), x.to('int32'), x.to('float64'), x.gt(0).logicalNot(), x.eq(x)]
  },
  'strided operands': () =>
    randn([4, 6])
      .t()
      .add(randn([6, 4]))
      .at(slice(null, null, -2))
      .mul(2),
  reductions: () => {
    const x = leaf(4, 6, 5)
    differentiated(x.sum(1))
    differentiated(x.mean())
    return [x.amax(0), x.amin(2), x.prod(1), x.argmax(1), x.gt(0).any(), x.gt(0).all(1), x.norm()]
  },
  'softmax and its kin': () => {
    const x = leaf(4, 7)
    differentiated(x.softmax(-1))
    differentiated(x.logSoftmax(-1))
    differentiated(F.crossEntropy(x, arange(4, { dtype: 'int32' })))
    return x.cumsum(1)
  },
  normalization: () => {
    differentiated(new nn.LayerNorm(8).forward(leaf(4, 8)))
    differentiated(new nn.BatchNorm2d(3).forward(leaf(2, 3, 4, 4)))
  },
  activations: () => {
    for (const activation of [F.gelu, F.silu, F.elu, F.softplus] as const) differentiated(activation(leaf(10)))
  },
  matmul: () => {
    differentiated(leaf(20, 30).matmul(leaf(30, 40)))
    differentiated(leaf(20, 30).matmul(leaf(40, 30).t()))
    differentiated(leaf(3, 20, 30).matmul(leaf(3, 30, 8)))
    differentiated(leaf(20, 30).matmul(leaf(30)))
    return randn([6, 7], { dtype: 'float64' }).matmul(randn([7, 5], { dtype: 'float64' }))
  },
  convolution: () => {
    differentiated(F.conv2d(leaf(2, 3, 9, 9), leaf(8, 3, 3, 3), leaf(8), { padding: 1 }))
    differentiated(F.conv2d(leaf(2, 4, 9, 9), leaf(8, 2, 3, 3), null, { stride: 2, groups: 2 }))
    differentiated(F.conv1d(leaf(2, 3, 9), leaf(4, 3, 3), null, { dilation: 2 }))
  },
  'what follows a product block by block': () => {
    const [x, y, bias] = [randn([24, 200]), randn([200, 40]), randn([40])]
    return compile(() => x.matmul(y).add(bias).relu())()
  },
  'convolution by filtering': () => differentiated(F.conv2d(leaf(2, 24, 17, 17), leaf(24, 24, 3, 3), null, { padding: 1 })),
  attention: () => {
    differentiated(F.scaledDotProductAttention(leaf(2, 5, 8), leaf(2, 7, 8), leaf(2, 7, 4)))
    differentiated(F.scaledDotProductAttention(leaf(2, 5, 8), leaf(2, 7, 8), leaf(2, 7, 4), randn([5, 7]).gt(0)))
  },
  pooling: () => {
    differentiated(F.maxPool2d(leaf(2, 3, 8, 8), 2))
    differentiated(F.avgPool2d(leaf(2, 3, 8, 8), 2))
  },
  indexing: () => {
    const x = leaf(6, 5)
    const index = arange(4, { dtype: 'int32' })
    differentiated(F.embedding(index, x))
    differentiated(x.gather(0, index.reshape([4, 1])))
    differentiated(cat([x, x], 1))
    differentiated(stack([x, x]))
    return [x.flip([0]), x.maskedFill(x.gt(0), 0), x.at([0, 2]), x.tril(), x.sort(1)]
  },
  optimizers: () => {
    for (const make of [optim.SGD, optim.Adam, optim.AdamW] as const) {
      const layer = new nn.Linear(4, 3)
      differentiated(layer.forward(randn([2, 4])))
      new make(layer.parameters(), { lr: 0.1 }).step()
    }
  },
}

/** Twelve digits that two different codes do not share by chance. */
const hashOf = (bytes: Uint8Array): string => {
  const text = String.fromCharCode(...bytes)
  return `${seedOf(text).toString(16).padStart(8, '0')}${seedOf(`${text.length} ${text}`).toString(16).padStart(8, '0').slice(0, 4)}`
}

/** By call, in order: the name of each kernel that was compiled for the first time, its size in bytes and its hash. */
export function compiledKernels(): Readonly<Record<string, readonly string[]>> {
  const compiled: Record<string, string[]> = {}
  let current: string[] = []
  const before = setHeapFrom(1)
  const observer = setLaunchObserver({
    compiled: ({ name, bytes }: Kernel) => void current.push(`${name}: ${bytes.length} bytes, ${hashOf(bytes)}`),
  })
  try {
    for (const [name, run] of Object.entries(corpus)) {
      compiled[name] = current = []
      run()
    }
  } finally {
    setLaunchObserver(observer)
    setHeapFrom(before)
  }
  return compiled
}
