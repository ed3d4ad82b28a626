// How modules print: exactly as in PyTorch, so that two models can be compared by eye or by diff.
import type { Module } from './module.ts'
import { isModule, membersOf } from './module-tree.ts'

/** A float as Python writes it: `1.0`, `0.1`, `1e-05`. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const exponent = value === 0 ? 0 : Number(value.toExponential().split('e')[1])
  if (exponent >= -4 && exponent < 16) return Number.isInteger(value) ? value.toFixed(1) : String(value)
  const [mantissa, power = ''] = value.toExponential().split('e')
  return `${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`
}

/** `True` or `False`. */
export const pythonBoolean = (value: boolean): string => (value ? 'True' : 'False')

/** A tuple as Python writes it: `(3,)`, `(3, 3)`. */
export const pythonTuple = (values: readonly number[]): string => (values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`)

const indent = (text: string): string => text.replaceAll('\n', '\n  ')

/** Equal neighbours become one line, `(0-2): 3 x Linear(…)`, as ModuleList does. */
function grouped(children: readonly (readonly [string, string])[]): string[] {
  const lines: string[] = []
  for (let start = 0; start < children.length; ) {
    const text = children[start]![1]
    let end = start
    while (end + 1 < children.length && children[end + 1]![1] === text) end++
    lines.push(
      end === start ? `(${children[start]![0]}): ${text}` : `(${children[start]![0]}-${children[end]![0]}): ${end - start + 1} x ${text}`,
    )
    start = end + 1
  }
  return lines
}

/** The text of a module and of all modules below it. */
export function printModule(module: Module, extra: string, options?: { readonly group: boolean }): string {
  const children = membersOf(module).flatMap(({ name, value }) => (isModule(value) ? [[name, indent(value.toString())] as const] : []))
  const lines = options?.group ? grouped(children) : children.map(([name, text]) => `(${name}): ${text}`)
  const name = module.constructor.name
  if (lines.length === 0) return `${name}(${extra})`
  if (extra !== '') lines.unshift(extra)
  return `${name}(\n  ${lines.join('\n  ')}\n)`
}
