// viz.record: values and source lines of what is computed while it runs.
import { describe, expect, test } from 'vitest'
import { nn, ones, type Tensor, tensor } from 'wengert'
import * as viz from 'wengert/viz'
import { framesOf } from '../../src/core/call-site.ts'

const x = tensor([1, 2, 3], { requiresGrad: true })
const boxesByName = (loss: Tensor) => Object.fromEntries(viz.graph(loss, { params: { x } }).boxes.map((box) => [box.name, box]))

describe('viz.record', () => {
  test('notes values', () => {
    const boxes = boxesByName(viz.record(() => x.div(tensor([1, 0, 1])).exp()))
    expect(boxes['Div']!.value).toEqual({ min: 1, max: 3, mean: 2, std: Math.SQRT2, nan: 0, inf: 1 })
    expect(boxes['Exp']!.value).toMatchObject({ inf: 1 })
  })

  test('notes the line of the program, not of the library', () => {
    const model = new nn.Linear(3, 1)
    const loss = viz.record(() => {
      const y = model.forward(ones([2, 3])) // this line
      return nn.functional.mseLoss(y, ones([2, 1]))
    })
    const { boxes } = viz.graph(loss, { params: model.namedParameters() })
    const lines = boxes.filter(({ kind }) => kind !== 'leaf').map(({ line }) => line)
    expect(new Set(lines.map((line) => line?.file))).toEqual(new Set(['test/viz/record.test.ts']))
    const texts = new Set(lines.map((line) => line?.text))
    expect(texts).toEqual(new Set(['const y = model.forward(ones([2, 3])) // this line', 'return nn.functional.mseLoss(y, ones([2, 1]))']))
    expect(boxes.filter(({ kind }) => kind === 'leaf').map(({ line }) => line)).toEqual([null, null])
  })

  test('says nothing of what was made outside', () => {
    const outside = x.exp()
    const boxes = boxesByName(viz.record(() => outside.sum()))
    expect([boxes['Exp']!.value, boxes['Exp']!.line]).toEqual([null, null])
    expect(boxes['Sum']!.line).not.toBeNull()
    expect(boxesByName(x.exp().sum())['Sum']!.value).toBeNull()
  })

  test('has a form for using, and nests', () => {
    const loss = (() => {
      using _ = viz.record.scope()
      return viz.record(() => x.exp()).sum()
    })()
    const boxes = boxesByName(loss)
    expect([boxes['Exp']!.value, boxes['Sum']!.value]).not.toContain(null)
    expect(boxesByName(x.sum())['Sum']!.value).toBeNull()
  })

  test('ends with an error', () => {
    const fail = () => {
      throw new Error('no')
    }
    expect(() => viz.record(fail)).toThrow('no')
    expect(boxesByName(x.sum())['Sum']!.value).toBeNull()
    expect(() => viz.record(async () => x.sum())).toThrow(/does not span an await/)
    expect(() => viz.record(3 as never)).toThrow(/needs a function/)
  })
})

test('stack frames of several engines', () => {
  const stack = [
    'Error',
    '    at bind (file:///lib/src/primitives/bind.ts:12:3)',
    '    at Object.<anonymous> (/home/a b/main.ts:7:11)',
    '    at async /home/main.ts:8:1',
    '    at new Model (C:\\work\\model.ts:9:2)',
    '    at Array.map (<anonymous>)',
    '    at node:internal/modules/run_main:5:1',
    'forward@https://example.org/app.js:3:14',
    '@https://example.org/app.js?v=1:4:5',
  ].join('\n')
  expect(framesOf(stack).map(({ file, line, column }) => `${file} ${line} ${column}`)).toEqual([
    '/lib/src/primitives/bind.ts 12 3',
    '/home/a b/main.ts 7 11',
    '/home/main.ts 8 1',
    'C:\\work\\model.ts 9 2',
    'https://example.org/app.js 3 14',
    'https://example.org/app.js?v=1 4 5',
  ])
})
