// Wrong input: a WengertError of the right code, with the record's message, and nothing changed.

import { describe, expect, test } from 'vitest'
import { WengertError } from 'wengert'
import { describeSample } from '../records/describe.ts'
import { recordGroups } from '../records/index.ts'
import { buildCall } from './build.ts'
import { formsFor, invoke } from './invoke.ts'

for (const [group, records] of Object.entries(recordGroups)) {
  describe(`${group}: wrong input`, () => {
    for (const record of records) {
      record.errors.forEach((input, i) => {
        test(`${i}: ${describeSample(record, input)}`, () => {
          const call = buildCall(record, input, 'float32')
          const before = call.tensors.map((tensor) => tensor.toTypedArray())
          for (const form of formsFor(record, call)) {
            let thrown: unknown = null
            try {
              invoke(record, call, form)
            } catch (error) {
              thrown = error
            }
            expect(thrown, `${form} did not throw a WengertError: ${String(thrown)}`).toBeInstanceOf(WengertError)
            const { code, message } = thrown as WengertError
            expect({ code, message }).toEqual({ code: input.code, message: input.message })
          }
          expect(call.tensors.map((tensor) => tensor.toTypedArray())).toEqual(before)
        })
      })
    }
  })
}
