// Names for memory: `a0` is an argument, `o1` a tensor from outside, `t2` an intermediate, numbered as they appear; a number is itself.
import { printShape } from '../../core/shape.ts'
import { type Buffer, isWhole, type View } from '../graph.ts'

const letters = { argument: 'a', outside: 'o', temporary: 't' } as const

/** Short, and the same for float32 and float64. */
export const printNumber = (number: number): string => String(Number(number.toPrecision(6)))

export class Names {
  readonly #names = new Map<Buffer, string>()
  readonly #counts = { argument: 0, outside: 0, temporary: 0 }

  of(buffer: Buffer): string {
    let name = this.#names.get(buffer)
    if (name === undefined) {
      name = buffer.constant === null ? `${letters[buffer.role]}${this.#counts[buffer.role]++}` : printNumber(buffer.constant)
      this.#names.set(buffer, name)
    }
    return name
  }

  /** `t2′ int32 [2, 3]`: the prime marks a view that is not all of its memory in order; float32 goes without saying. */
  view(view: View): string {
    const { buffer, shape } = view
    if (buffer.constant !== null) return this.of(buffer)
    const dtype = buffer.type.name === 'float32' ? '' : ` ${buffer.type.name}`
    return `${this.of(buffer)}${isWhole(view) ? '' : '′'}${dtype} ${printShape(shape)}`
  }
}
