// A product that is only wanted transposed is computed transposed: (A·B)ᵀ = Bᵀ·Aᵀ, which packs its operands from wherever they lie, and spares a
// pass over the result. The gradient of a linear layer's weight is one.
import { kernelOf } from '../../primitives/kernels.ts'
import { type Application, type Graph, type Instruction, isWhole, sameView, type View } from '../graph.ts'
import { accessesOf } from './accesses.ts'
import { isCopy } from './copies.ts'

const transposed = ({ buffer, shape, strides, offset }: View): View => ({
  buffer,
  shape: shape.toReversed(),
  strides: strides.toReversed(),
  offset,
})

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
    const isOnlyCopied =
      source.buffer.role === 'temporary' &&
      reads.length === 1 &&
      writes.length === 1 &&
      !graph.results.some((view) => view.buffer === source.buffer)
    if (!isOnlyCopied || !isProduct(product) || !sameView(transposed(source), product.output)) return
    const { buffer } = copy.output
    if (buffer.role !== 'temporary' || Math.min(...accesses(buffer).reads, ...accesses(buffer).writes) < at) return
    const [x, y] = product.inputs as readonly [View, View]
    list[made] = { ...product, inputs: [transposed(y), transposed(x)], output: copy.output }
    list[at] = null
  })
  return { ...graph, instructions: list.filter((instruction) => instruction !== null) }
}
