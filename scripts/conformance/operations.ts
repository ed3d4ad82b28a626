// Finds the operation of ours that a name of PyTorch's means: a method, a property, a function, one of nn.functional or linalg.
import * as library from '../../src/index.ts'
import * as nn from '../../src/nn/signatures.ts'
import { parseSignature, type Signature } from '../../src/tensor/signature-reader.ts'
import { signatures } from '../../src/tensor/signatures.ts'
import type { Argument } from './arguments.ts'
import { argumentsByName, callOf, camelCase } from './call-law.ts'
import { expressedOtherwise, parameterOrder } from './documented-differences.ts'

/** Calls an operation as a Python call says. */
export type Invoke = (values: readonly Argument[], keywords: Readonly<Record<string, Argument>>) => unknown

type Table = Readonly<Record<string, unknown>>
const tensorRows: Table = signatures
const functionalRows: Table = { ...signatures, ...nn.signatures }
const root: Table = library
const namespaces: Readonly<Record<string, Table | undefined>> = {
  'nn.functional': library.F,
  linalg: root.linalg as Table | undefined, // looked up by name, since a version may lack it
  special: { ...root, ...(root.special as Table | undefined) },
}

const functionOf = (table: Table | undefined, name: string): ((...values: unknown[]) => unknown) | undefined => {
  const found = table?.[name]
  return typeof found === 'function' ? (found as (...values: unknown[]) => unknown) : undefined // called as its signature says
}

/** The signature of a name; forms called new… have that of the creation function, behind the tensor. */
function signatureOf(rows: Table, name: string): Signature | null {
  const text = rows[name]
  if (typeof text === 'string') return parseSignature(text)
  const created = /^new([A-Z])(\w*)$/.exec(name)
  const pattern = created && rows[`${created[1]?.toLowerCase()}${created[2]}`]
  return typeof pattern === 'string' ? parseSignature(`input: tensor, ${pattern}`) : null
}

function invokeMethod(name: string, { parameters }: Signature): Invoke {
  const own = Math.max(
    parameters.findIndex((parameter) => parameter.name === 'input'),
    0,
  )
  const others = { parameters: parameters.filter((_, position) => position !== own) }
  return ([input, ...values], keywords) => {
    const method = functionOf(input as Table, name) as (...values: unknown[]) => unknown // looked up on the prototype before
    return method.apply(input, callOf(others, values, keywords))
  }
}

function invokeFunction(call: (...values: never[]) => unknown, signature: Signature, order: readonly string[] = []): Invoke {
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  const pythonOrder = [...signature.parameters].sort((a, b) => place(a.name) - place(b.name))
  return (values, keywords) => call(...(callOf(signature, values, keywords, pythonOrder) as never[])) // checked by the operation itself
}

/** The operation that a sample file is named after, or null where the library has none; what follows the name is a variant. */
export function findOperation(name: string, onTensor: boolean): Invoke | null {
  const [, space = '', rest = name] = /^(nn\.functional|linalg|special)\.(.*)$/.exec(name) ?? []
  const base = rest.split('.')[0] as string
  const other = space === '' ? expressedOtherwise[base] : undefined
  if (other !== undefined) {
    const { parameters } = parseSignature(other.signature)
    return (values, keywords) => other.call(Object.fromEntries(argumentsByName(parameters, values, keywords).values))
  }
  const own = camelCase(base)
  const order = parameterOrder[space === '' ? base : `${space}.${base}`]
  if (space === '' && onTensor && order === undefined) {
    const property = Object.getOwnPropertyDescriptor(library.Tensor.prototype, own)
    if (property?.get !== undefined) return ([input]) => (input as Table)[own]
    const signature = signatureOf(tensorRows, own)
    if (property !== undefined && signature !== null) return invokeMethod(own, signature)
  }
  const call = functionOf(space === '' ? root : namespaces[space], own)
  const rows = space === 'nn.functional' ? functionalRows : tensorRows
  const signature = (space === '' ? null : signatureOf(rows, `${space}.${own}`)) ?? signatureOf(rows, own)
  if (call === undefined) return null
  if (signature === null) throw new Error(`${name} has no row in the tables of signatures.`)
  return invokeFunction(call, signature, order)
}
