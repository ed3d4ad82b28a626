// How arguments are taken: what goes by position, what by name, and what is said about the rest.
import { describe, expect, test } from 'vitest'
import { tensor, WengertError, zeros } from 'wengert'
import { nearest } from '../../src/tensor/nearest-word.ts'
import { optionReader, parseSignature } from '../../src/tensor/signature-reader.ts'
import { signatures } from '../../src/tensor/signatures.ts'

const readOptions = optionReader(signatures)

/** `code: message` of what a call throws. */
function complaint(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof WengertError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing thrown'
}

describe('taking arguments', () => {
  test('defaults are one frozen object', () => {
    expect(readOptions('sum')).toEqual({ dim: null, keepdim: false, dtype: null })
    expect(readOptions('sum')).toBe(readOptions('sum'))
    expect(Object.isFrozen(readOptions('sum'))).toBe(true)
  })
  test('the first optional goes by position, by name, or both are mixed', () => {
    const expected = { dim: 1, keepdim: true, dtype: null }
    expect(readOptions('sum', 1, { keepdim: true })).toEqual(expected)
    expect(readOptions('sum', { dim: 1, keepdim: true })).toEqual(expected)
    expect(readOptions('sum', undefined, { dim: 1, keepdim: true })).toEqual(expected)
  })
  test('undefined means not given, also by name', () => {
    expect(readOptions('sum', { dim: undefined, keepdim: true })).toEqual({ dim: null, keepdim: true, dtype: null })
  })
  test('operands go by position although they are optional', () => {
    expect(readOptions('clamp', 0, 1)).toEqual({ min: 0, max: 1 })
    expect(readOptions('clamp', null, { max: 1 })).toEqual({ min: null, max: 1 })
  })
  test('an in-place form reads the row of the pure one', () => {
    expect(readOptions('add_', { alpha: 2 })).toEqual({ alpha: 2 })
  })
})

describe('what is refused', () => {
  test.each([
    [
      'a misspelt option',
      () => zeros([2], { requireGrad: true } as never),
      "Option: zeros: unknown option 'requireGrad'. Did you mean 'requiresGrad'?",
    ],
    [
      'a Python name',
      () => zeros([2], { requires_grad: true } as never),
      "Option: zeros: unknown option 'requires_grad'. Did you mean 'requiresGrad'?",
    ],
    [
      'an unknown option',
      () => zeros([2], { colour: 1 } as never),
      "Option: zeros: unknown option 'colour'. Known: dtype, device, requiresGrad.",
    ],
    ['an option where there are none', () => readOptions('mul', { out: 1 }), "Option: mul: unknown option 'out'. It takes no options."],
    [
      'an unknown dtype',
      () => zeros([2], { dtype: 'float16' } as never),
      "DType: zeros: dtype must be 'bool', 'uint8', 'int32', 'float32' or 'float64', not 'float16'.",
    ],
    ['an unknown device', () => zeros([2], { device: 'cuda' } as never), "Device: zeros: device must be 'cpu', not 'cuda'."],
    [
      'a boolean by position',
      () => readOptions('sum', 1, true),
      'Option: sum: unexpected argument true. Give it by name, as in { keepdim: true }.',
    ],
    [
      'a boolean for a dim',
      () => tensor([1]).sum(true as never),
      'Option: sum: dim must be an integer, a list of integers or null, not true; booleans go by name, as in { keepdim: true }.',
    ],
    [
      'NaN for a dim',
      () => tensor([1]).sum(Number.NaN),
      'Option: sum: dim must be an integer, a list of integers or null, not NaN; check the computation that it comes from.',
    ],
    [
      'a fraction for a dim',
      () => tensor([1]).sum(0.5 as never),
      'Option: sum: dim must be an integer, a list of integers or null, not 0.5; round it first.',
    ],
    [
      'a tensor for a dim',
      () => readOptions('sum', tensor(1)),
      'Option: sum: dim must be an integer, a list of integers or null, not a Tensor; give dims as numbers.',
    ],
    [
      'null where a value is needed',
      () => readOptions('sum', 0, { keepdim: null }),
      'Option: sum: keepdim must be true or false, not null; leave it out for its default.',
    ],
    [
      'a word that is none',
      () => readOptions('pad', 'mirror'),
      "Option: pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', not 'mirror'.",
    ],
    ['the same twice', () => readOptions('sum', 1, { dim: 1 }), "Option: sum: 'dim' is given twice, by position and by name. Keep one."],
    [
      'a required parameter by name',
      () => readOptions('softmax', { dim: 1 }),
      "Option: softmax: 'dim' is required and goes by position, not into the options.",
    ],
    ['anything after the options', () => readOptions('clamp', { min: 0 }, 1), 'Option: clamp: nothing may follow the options object.'],
  ])('%s', (_, run, expected) => {
    expect(complaint(run)).toBe(expected)
  })
  test('nothing is half-changed', () => {
    const x = tensor([1, 2])
    expect(complaint(() => x.add_(1, { alfa: 2 } as never))).toBe("Option: add_: unknown option 'alfa'. Did you mean 'alpha'?")
    expect(x.toArray()).toEqual([1, 2])
  })
})

describe('the table', () => {
  test.each(Object.entries(signatures))('%s follows the law', (_, text) => {
    const { parameters } = parseSignature(text)
    const firstOptional = parameters.findIndex((parameter) => !parameter.required)
    if (firstOptional >= 0) expect(parameters.slice(firstOptional).filter((parameter) => parameter.required)).toEqual([])
    expect(parameters.filter((parameter) => parameter.positional && !parameter.required && parameter.kinds.includes('boolean'))).toEqual([])
    expect(new Set(parameters.map((parameter) => parameter.name)).size).toBe(parameters.length)
    expect(parameters.filter((parameter) => !/^…?[a-z][a-zA-Z0-9]*$/.test(parameter.name))).toEqual([])
  })
  test('nearest words', () => {
    expect(nearest('keepDim', ['dim', 'keepdim', 'dtype'])).toBe('keepdim')
    expect(nearest('ceil_mode', ['stride', 'ceilMode'])).toBe('ceilMode')
    expect(nearest('weight', ['dim', 'keepdim'])).toBeNull()
  })
})
