// Operations whose call here is another one than the law gives, as docs/differences.md says, and those whose samples give their
// arguments in another order than PyTorch's documentation. Everything else follows from the law.
import { slice, type Tensor } from '../../src/index.ts'

interface Expression {
  /** The parameters of the Python call, in the grammar of our signatures. */
  readonly signature: string
  /** The call of ours, from the arguments by name. */
  readonly call: (given: Readonly<Record<string, unknown>>) => unknown
}

const bound = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** By the name of the operation. */
export const expressedOtherwise: Readonly<Record<string, Expression>> = {
  // x[i, j] is x.at(i, j)
  __getitem__: {
    signature: 'input: tensor, …index: index',
    call: ({ input, '…index': index }) => (input as Tensor).at(...(index as Parameters<Tensor['at']>)),
  },
  // the slice along one dim that x[:, start:end:step] is made of
  slice: {
    signature: 'input: tensor, dim: dim = 0, start: int | null = null, end: int | null = null, step: int | null = null',
    call: ({ input, dim = 0, start, end, step }) => {
      const x = input as Tensor
      const before = (dim as number) < 0 ? (dim as number) + x.ndim : (dim as number)
      return x.at(...new Array(before).fill(slice()), slice(bound(start), bound(end), bound(step)))
    },
  },
}

/** The order in which samples give the arguments, where it is not that of the signature. */
export const parameterOrder: Readonly<Record<string, readonly string[]>> = {
  einsum: ['operands', 'equation'],
  polygamma: ['input', 'n'], // as the method gives them
  'nn.functional.embedding': ['weight', 'input'],
  'nn.functional.embedding_bag': ['weight', 'input'],
}
