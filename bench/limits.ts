// The cases, in the order of the table, and what must hold of them. It knows no library.

/** What must hold of a case; times of PyTorch's are on the same number of threads. */
export interface Limit {
  /** Milliseconds that a run may take. */
  readonly ms?: number
  /** Time over PyTorch's, with defaults, and in an engine without the flag that merges vectors. */
  readonly ratio?: number
  readonly plainRatio?: number
  /** Time over that of another case. */
  readonly over?: { readonly case: CaseName; readonly ratio: number }
  /** How many times faster two threads are than one. */
  readonly speedup?: number
  /** The numbers of threads that the limits on times are about; all where it does not say. */
  readonly threads?: readonly number[]
}

/** What must hold of a case as it is, and compiled; a case without a compiled form has none. */
export interface Limits extends Limit {
  readonly compiled?: Limit
}

/** A training step, which compiled takes at most so many times of PyTorch's without the flag. */
const network = (plainRatio: number): Limits => ({
  ratio: 1.6,
  plainRatio: 2.2,
  threads: [2],
  compiled: { ratio: 1, plainRatio, threads: [2] },
})
const memoryBound: Limits = { ratio: 1.5, compiled: {} }
const memoryBoundBothWays: Limits = { ratio: 1.5, compiled: { ratio: 1, threads: [2] } }

const table = {
  'mul of 10, recorded': { ms: 0.001, threads: [1] },
  'add of 1,000': { ms: 0.005, threads: [1] },
  'tanh of 1,000': { ms: 0.025, threads: [1] },
  // 1.5 million nodes a second
  'backward through 10,000 additions': { ms: 10 / 1.5, threads: [1] },
  'per-sample gradients, 64 samples': { compiled: {} },
  'linear regression 100×3, SGD': { ratio: 0.25, plainRatio: 0.25, compiled: { ratio: 0.15, plainRatio: 1, threads: [2] } },
  'tiny MLP 3-16-1, Adam': { compiled: {} },
  'MLP 784-256-128-10, Adam': network(1),
  'LeNet 1×28×28, SGD': network(1),
  'ResNet 3×32×32, SGD': network(1.4),
  'CNN 3×32×32, Adam': network(1.2),
  'char GPT, AdamW': network(1.2),
  'char GPT, 64 characters written': {},
  // 80 and 65 % of OpenBLAS's speed, compiled 85 and 70; 45 % without the flag
  'matmul 1024³': { ratio: 1 / 0.8, plainRatio: 1 / 0.45, speedup: 1.8, compiled: { ratio: 1 / 0.85 } },
  'matmul 1024³, Aᵀ·B': { over: { case: 'matmul 1024³', ratio: 1.15 } },
  'matmul 1024³, A·Bᵀ': { over: { case: 'matmul 1024³', ratio: 1.15 } },
  'matmul 256³': { ratio: 1 / 0.65, plainRatio: 1 / 0.45, compiled: { ratio: 1 / 0.7 } },
  'conv2d 16×8×28×28': { ms: 1 },
  'conv2d 16×8×28×28, gradients': { ms: 3 },
  'softmax 4096×1024': memoryBound,
  'softmax 4096×1024, backward': memoryBoundBothWays,
  'layer norm 4096×1024': memoryBound,
  'layer norm 4096×1024, backward': memoryBoundBothWays,
  'gelu 10⁷': memoryBound,
  'gelu 10⁷, backward': memoryBoundBothWays,
  'gelu (tanh) 10⁷': { compiled: {} },
  '(x·2+1).tanh()·x 10⁷': { compiled: { ratio: 0.4, threads: [2] } },
  // PyTorch's is as fast as memory: 80 % of its speed
  'add 10⁷': { compiled: { ratio: 1 / 0.8 } },
  'sum 10⁷': { compiled: {} },
  'exp 10⁷': { compiled: {} },
} as const satisfies Readonly<Record<string, unknown>>

export type CaseName = keyof typeof table

export const limits: { readonly [C in CaseName]: Limits } = table

export const caseNames = Object.keys(table) as readonly CaseName[]
