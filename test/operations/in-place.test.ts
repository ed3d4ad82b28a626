// `x.f_(…)` against `x.f(…)`: same values, same gradients, same storage, one version more.

import { describe, expect, test } from 'vitest'
import { isTensor, type Tensor } from 'wengert'
import { describeSample } from '../records/describe.ts'
import { recordGroups } from '../records/index.ts'
import type { OperationRecord, Sample } from '../records/specs.ts'
import { buildCall } from './build.ts'
import { difference, type Expected } from './compare.ts'
import { invoke } from './invoke.ts'

function snapshot(tensor: Tensor): Expected {
  return [tensor.dtype, [...tensor.shape], [...(tensor.toTypedArray() as ArrayLike<number> & Iterable<number>)]]
}

/** The gradients of Σ result² for every leaf. */
function gradients(result: Tensor, leaves: readonly Tensor[]): (Expected | null)[] {
  if (!result.requiresGrad) return []
  result.square().sum().backward()
  return leaves.map((leaf) => leaf.grad && snapshot(leaf.grad))
}

function check(record: OperationRecord, sample: Sample): string[] {
  const plain = buildCall(record, sample, 'float64')
  const first = plain.args[0]
  if (!isTensor(first)) return []
  const expected = invoke(record, plain, 'method')
  if (!isTensor(expected) || expected.dtype !== first.dtype || expected.shape.join() !== first.shape.join()) return []

  const call = buildCall(record, sample, 'float64')
  const target = (call.args[0] as Tensor).clone()
  const { storage } = target
  const result = invoke({ ...record, name: `${record.name}_` }, { ...call, args: [target, ...call.args.slice(1)] }, 'method') as Tensor
  const wrong: string[] = []
  if (result !== target || target.storage !== storage) wrong.push('gave another tensor')
  if (storage.version !== 1) wrong.push(`is at version ${storage.version}`)
  const found = difference(target, snapshot(expected), [0, 0])
  if (found) wrong.push(found)
  const wanted = gradients(expected, plain.leaves)
  gradients(result, call.leaves).forEach((actual, i) => {
    if (JSON.stringify(actual) !== JSON.stringify(wanted[i])) wrong.push(`gradient ${i} is ${actual?.[2]} instead of ${wanted[i]?.[2]}`)
  })
  return wrong.map((what) => `${describeSample(record, sample)}: ${what}`)
}

const methods = Object.values(recordGroups)
  .flat()
  .filter((record) => record.forms.includes('method'))

describe('in place', async () => {
  const { Tensor } = await import('wengert')
  const changing = methods.filter((record) => `${record.name}_` in Tensor.prototype)
  test.each(changing.map((record) => [`${record.name}_`, record] as const))('%s', (_, record) => {
    expect(
      record.samples
        .flatMap((sample) => {
          try {
            return check(record, sample)
          } catch (error) {
            return [`${describeSample(record, sample)} threw ${String(error)}`]
          }
        })
        .join('\n'),
    ).toBe('')
  })
})
