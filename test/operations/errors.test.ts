// Wrong input: a WengertError of the right code that names the operation and says more than that, and nothing changed.
// All messages are in one text file, to be read as a whole: vitest --update rewrites it.
import { describe, expect, test } from 'vitest'
import { WengertError } from 'wengert'
import { describeSample } from '../records/describe.ts'
import { recordGroups } from '../records/index.ts'
import type { ErrorInput, Form, OperationRecord } from '../records/specs.ts'
import { buildCall } from './build.ts'
import { formsFor, invoke } from './invoke.ts'

/** What the call throws in one of its forms; nothing that went in may have changed. */
function thrownBy(record: OperationRecord, input: ErrorInput, form: Form): unknown {
  const call = buildCall(record, input, 'float32')
  const before = call.tensors.map((tensor) => tensor.toTypedArray())
  try {
    invoke(record, call, form)
  } catch (error) {
    expect(call.tensors.map((tensor) => tensor.toTypedArray())).toEqual(before)
    return error
  }
  throw new Error(`${form} ${describeSample(record, input)} does not throw`)
}

const messages: string[] = []

for (const [group, records] of Object.entries(recordGroups)) {
  const wrong = records.flatMap((record) => record.errors.map((input) => ({ name: describeSample(record, input), record, input })))
  describe.skipIf(wrong.length === 0)(`${group}: wrong input`, () => {
    test.each(wrong)('$name', ({ name, record, input }) => {
      const found = new Set<string>()
      for (const form of formsFor(record, buildCall(record, input, 'float32'))) {
        const thrown = thrownBy(record, input, form)
        expect(thrown).toBeInstanceOf(WengertError)
        const { code, message } = thrown as WengertError
        expect(`${code}: ${message}`).toContain(`${input.code}: ${input.message}`)
        expect(message.startsWith(`${record.name}: `), message).toBe(true)
        expect(message, 'one or two sentences').toMatch(/[.?]$/)
        found.add(`${code}: ${message}`)
      }
      expect([...found], 'the same in every form').toHaveLength(1)
      messages.push(`${name}\n  ${[...found].join()}`)
    })
  })
}

test('the messages', async () => {
  await expect(`${messages.join('\n')}\n`).toMatchFileSnapshot('../fixtures/error-messages.txt')
})
