// A tensor as text, laid out as PyTorch prints it: four digits, one width for all elements, scientific notation where the
// elements' sizes ask for it, lines of 80 characters, and above 1000 elements only three from each end of a dim.
import { detach, gradFn, requiresGrad } from '../autograd/index.ts'
import type { DType } from '../core/dtype.ts'
import type { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import { tracer } from '../primitives/tracer.ts'
import { exponential, fixed } from './number-format.ts'

const PRECISION = 4
const THRESHOLD = 1000
const EDGE = 3
const LINE = 80

interface ElementFormat {
  readonly width: number
  readonly write: (element: number) => string
}

const widest = (elements: readonly number[], write: (element: number) => string): number =>
  elements.reduce((width, element) => Math.max(width, write(element).length), 1)

/** How all elements are written, decided by those that are shown. */
function elementFormat(elements: readonly number[], dtype: DType): ElementFormat {
  if (dtype === 'bool') {
    const write = (element: number): string => (element === 0 ? 'false' : 'true')
    return { width: widest(elements, write), write }
  }
  if (dtype === 'int32' || dtype === 'uint8') return { width: widest(elements, String), write: String }
  const telling = elements.filter((element) => Number.isFinite(element) && element !== 0)
  const sizes = telling.map(Math.abs)
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0)
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const whole = telling.every(Number.isInteger)
  const scientific = telling.length > 0 && (largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4))
  if (scientific) {
    const write = (element: number): string => exponential(element, PRECISION)
    return { width: widest(telling, write), write }
  }
  if (whole) {
    const write = (element: number): string => fixed(element, 0) + (Number.isFinite(element) ? '.' : '')
    return { width: widest(telling, write), write }
  }
  const write = (element: number): string => fixed(element, PRECISION)
  return { width: widest(telling, write), write }
}

/** The elements that are shown: all of them, or the ends of every dim that is too long. */
function shownPart(value: Value, summarize: boolean): Value {
  let part = detach(value)
  if (!summarize) return part
  const dims = value.shape.map((_, dim) => dim).filter((dim) => (value.shape[dim] as number) > 2 * EDGE)
  dims.sort((a, b) => (value.shape[b] as number) - (value.shape[a] as number))
  for (const dim of dims) {
    const size = value.shape[dim] as number
    part = P.concatenate([P.narrow(part, dim, 0, EDGE), P.narrow(part, dim, size - EDGE, EDGE)], dim)
  }
  return part
}

/** The brackets and numbers of a tensor, `indent` characters into its line. */
function formatElements(value: Value, indent: number): string {
  const summarize = value.elementCount > THRESHOLD
  const part = shownPart(value, summarize)
  const elements = Array.from(P.toTypedArray(part))
  const { width, write } = elementFormat(elements, value.dtype)
  const padded = (element: number): string => write(element).padStart(width)
  const cut = (dim: number): boolean => summarize && (value.shape[dim] as number) > 2 * EDGE

  const line = (at: number, depth: number, column: number): string => {
    const words = elements.slice(at, at + (part.shape[depth] as number)).map(padded)
    if (cut(depth)) words.splice(EDGE, 0, ' ...')
    const perLine = Math.max(1, Math.floor((LINE - column) / (width + 2)))
    const lines: string[] = []
    for (let i = 0; i < words.length; i += perLine) lines.push(words.slice(i, i + perLine).join(', '))
    return `[${lines.join(`,\n${' '.repeat(column + 1)}`)}]`
  }
  const block = (at: number, depth: number, column: number): string => {
    const below = value.shape.length - depth
    if (below === 0) return padded(elements[at] as number)
    if (below === 1) return line(at, depth, column)
    const length = part.shape[depth] as number
    const span = part.shape.slice(depth + 1).reduce((size, length) => size * length, 1)
    const blocks = Array.from({ length }, (_, i) => block(at + i * span, depth + 1, column + 1))
    if (cut(depth)) blocks.splice(EDGE, 0, '...')
    return `[${blocks.join(`,${'\n'.repeat(below - 1)}${' '.repeat(column + 1)}`)}]`
  }
  return block(0, 0, indent)
}

/** What follows the elements: dtype unless they show it, size of an empty tensor, how it came about. */
function suffixes(value: Value): string[] {
  const result: string[] = []
  const isShown = value.elementCount > 0 && tracer === null
  if (tracer !== null || (!isShown && value.shape.length !== 1)) result.push(`size=[${value.shape.join(', ')}]`)
  if (tracer !== null || (value.dtype !== 'float32' && (!isShown || value.dtype !== 'bool'))) result.push(`dtype=${value.dtype}`)
  const node = gradFn(value)
  if (node !== null) result.push(`gradFn=<${node.name}>`)
  else if (requiresGrad(value)) result.push('requiresGrad=true')
  return result
}

/** The elements, or why there are none to be seen. */
function contentsOf(value: Value, indent: number): string {
  if (tracer !== null) return '<no contents while compile records>'
  return value.elementCount === 0 ? '[]' : formatElements(value, indent)
}

/** The tensor as PyTorch prints it, `tensor([1., 2.], requiresGrad=true)`. */
export function format(value: Value): string {
  const prefix = 'tensor('
  let text = prefix + contentsOf(value, prefix.length)
  let column = text.length - text.lastIndexOf('\n') + 1
  for (const suffix of suffixes(value)) {
    const breaks = column + suffix.length + 2 > LINE
    text += breaks ? `,\n${' '.repeat(prefix.length)}${suffix}` : `, ${suffix}`
    column = breaks ? prefix.length + suffix.length : column + suffix.length + 2
  }
  return `${text})`
}
