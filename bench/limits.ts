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

const network: Limit = { ratio: 1.6, plainRatio: 2.2, threads: [2] }
const memoryBound: Limit = { ratio: 1.5 }

const table = {
  'mul of 10, recorded': { ms: 0.001, threads: [1] },
  'add of 1,000': { ms: 0.005, threads: [1] },
  'tanh of 1,000': { ms: 0.025, threads: [1] },
  // 1.5 million nodes a second
  'backward through 10,000 additions': { ms: 10 / 1.5, threads: [1] },
  'per-sample gradients, 64 samples': {},
  'linear regression 100×3, SGD': { ratio: 0.25, plainRatio: 0.25 },
  'tiny MLP 3-16-1, Adam': {},
  'MLP 784-256-128-10, Adam': network,
  'LeNet 1×28×28, SGD': network,
  'ResNet 3×32×32, SGD': network,
  'CNN 3×32×32, Adam': network,
  'char GPT, AdamW': network,
  'char GPT, 64 characters written': {},
  // 80 and 65 % of OpenBLAS's speed; 45 % without the flag
  'matmul 1024³': { ratio: 1 / 0.8, plainRatio: 1 / 0.45, speedup: 1.8 },
  'matmul 1024³, Aᵀ·B': { over: { case: 'matmul 1024³', ratio: 1.15 } },
  'matmul 1024³, A·Bᵀ': { over: { case: 'matmul 1024³', ratio: 1.15 } },
  'matmul 256³': { ratio: 1 / 0.65, plainRatio: 1 / 0.45 },
  'conv2d 16×8×28×28': { ms: 1 },
  'conv2d 16×8×28×28, gradients': { ms: 3 },
  'softmax 4096×1024': memoryBound,
  'softmax 4096×1024, backward': memoryBound,
  'layer norm 4096×1024': memoryBound,
  'layer norm 4096×1024, backward': memoryBound,
  'gelu 10⁷': memoryBound,
  'gelu 10⁷, backward': memoryBound,
  'gelu (tanh) 10⁷': {},
  '(x·2+1).tanh()·x 10⁷': {},
  'add 10⁷': {},
  'sum 10⁷': {},
  'exp 10⁷': {},
} as const satisfies Readonly<Record<string, unknown>>

export type CaseName = keyof typeof table

export const limits: { readonly [C in CaseName]: Limit } = table

export const caseNames = Object.keys(table) as readonly CaseName[]
