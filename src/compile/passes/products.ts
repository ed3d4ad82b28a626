// A product that is only wanted transposed is computed transposed: (A·B)ᵀ = Bᵀ·Aᵀ, which packs its operands from wherever they lie, and spares a
// pass over the result. The gradient of a linear layer's weight is one.
import { kernelOf } from '../../primitives/kernels.ts'
import { type Application, type Graph, type Instruction, isWhole, type View } from '../graph.ts'
import { accessesOf } from './accesses.ts'
import { isCopy } from './copies.ts'

const transposed = ({ buffer, shape, strides, offset }: View): View => ({
  buffer,
  shape: shape.toReversed(),
  strides: strides.toReversed(),
  offset,
})

/** Whether a view looks at all of a matrix, columns for rows. */
const isTransposed = (view: View): boolean => view.shape.length === 2 && isWhole(transposed(view)) && !isWhole(view)

const isProduct = (instruction: Instruction | null | undefined): instruction is Application =>
  instruction?.kind === 'apply' && contracts(instruction) && isWhole(instruction.output) && instruction.output.shape.length === 2

function contracts({ primitive }: Application): boolean {
  const kernel = kernelOf(primitive)
  return kernel.kind === 'program' && kernel.contracts === true
}

export function turnProducts(graph: Graph): Graph {
  const accesses = accessesOf(graph)
  const list: (Instruction | null)[] = [...graph.instructions]
  graph.instructions.forEach((copy, at) => {
    if (copy.kind !== 'apply' || !isCopy(copy) || !isWhole(copy.output)) return
    const [source] = copy.inputs as readonly [View]
    const { reads, writes } = accesses(source.buffer)
    const [made] = writes as readonly [number]
    const product = list[made]
    if (source.buffer.role !== 'temporary' || reads.length !== 1 || writes.length !== 1 || !isTransposed(source) || !isProduct(product))
      return
    const { buffer } = copy.output
    if (buffer.role !== 'temporary' || Math.min(...accesses(buffer).reads, ...accesses(buffer).writes) < at) return
    const [x, y] = product.inputs as readonly [View, View]
    list[made] = { ...product, inputs: [transposed(y), transposed(x)], output: copy.output }
    list[at] = null
  })
  return { ...graph, instructions: list.filter((instruction) => instruction !== null) }
}
