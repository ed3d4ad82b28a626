// The digits example, cut short: the data is split fairly, a few steps learn, and the report has all its parts.
import { parseHTML } from 'linkedom'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { manualSeed } from 'wengert'
import { moveRandomly } from '../../examples/digits/augment.ts'
import { type Digits, loadDigits } from '../../examples/digits/data.ts'
import { evaluate } from '../../examples/digits/evaluate.ts'
import { History } from '../../examples/digits/history.ts'
import { LeNet } from '../../examples/digits/model.ts'
import { readOptions } from '../../examples/digits/options.ts'
import { createProgress } from '../../examples/digits/progress.ts'
import { createReport } from '../../examples/digits/report/report.ts'
import { train } from '../../examples/digits/train.ts'

let digits: { train: Digits; test: Digits }
const few = (part: Digits, count: number): Digits => {
  const stride = Math.floor(part.labels.elementCount / count)
  const chosen = Array.from({ length: count }, (_, place) => place * stride)
  return { images: part.images.at(chosen).expect([null, 1, 28, 28]), labels: part.labels.at(chosen).expect([null]) }
}

beforeAll(async () => {
  manualSeed(0)
  digits = await loadDigits()
})

describe('the data', () => {
  test('are 10,000 digits, every fifth of each class for the test', () => {
    const counts = (part: Digits) =>
      [...part.labels.toTypedArray()].reduce((count, label) => count.with(label, count[label]! + 1), new Array<number>(10).fill(0))
    const all = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
    expect(counts(digits.test)).toEqual(all.map((count) => Math.floor(count / 5)))
    expect(counts(digits.train)).toEqual(all.map((count) => count - Math.floor(count / 5)))
    expect(digits.train.images.shape).toEqual([digits.train.labels.elementCount, 1, 28, 28])
  })

  test('no digit is in both parts', () => {
    const keys = (part: Digits) => {
      const pixels = part.images.toTypedArray()
      return Array.from({ length: part.labels.elementCount }, (_, place) => pixels.slice(784 * place, 784 * (place + 1)).join())
    }
    expect(new Set([...keys(digits.train), ...keys(digits.test)]).size).toBe(10_000)
  })

  test('the seed decides the split', async () => {
    manualSeed(0)
    expect((await loadDigits()).test.images.equal(digits.test.images)).toBe(true)
    manualSeed(1)
    expect((await loadDigits()).test.images.equal(digits.test.images)).toBe(false)
  })
})

test('moving keeps the digit whole', () => {
  const { images } = few(digits.train, 8)
  const moved = moveRandomly(images)
  expect(moved.shape).toEqual(images.shape)
  expect(moved.sum().item()).toBeCloseTo(images.sum().item(), 2)
})

describe('a short training', () => {
  const model = new LeNet()
  const history = new History()

  beforeAll(async () => {
    manualSeed(0)
    for await (const step of train(model, few(digits.train, 320), 4)) {
      history.add(step)
      if (step.endsEpoch) history.addTest(await evaluate(model, few(digits.test, 100)))
    }
  })

  test('counts its steps and learns', () => {
    expect(history.steps.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(history.steps[0]!.loss).toBeCloseTo(Math.log(10), 0)
    expect(history.tests.at(-1)!.loss).toBeLessThan(history.steps[0]!.loss - 0.3)
    expect(history.tests).toHaveLength(4)
  })

  test('the evaluation adds up', () => {
    const { accuracy, confusion, mistakes } = history.tests.at(-1)!
    const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0)
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(100)
    expect(right).toBe(100 - mistakes.length)
    expect(accuracy).toBeCloseTo(right / 100)
  })

  test('the report has its parts and fetches nothing', async () => {
    const text = await createReport({ model, history, digits, seed: 0 })
    const { document } = parseHTML(text)
    expect([...document.querySelectorAll('h2')].map((title) => title.textContent)).toHaveLength(4)
    expect([...document.querySelectorAll('svg[aria-label]')].map((chart) => chart.getAttribute('aria-label'))).toEqual([
      'loss over the steps',
      'accuracy over the steps',
      'confusion matrix',
      'Recorded graph',
    ])
    expect(document.querySelectorAll('.gallery img').length).toBe(Math.min(60, history.tests.at(-1)!.mistakes.length))
    expect(document.querySelector('.graph svg')!.textContent).toContain('conv1.weight')
    expect(text).not.toMatch(/<script|<link|(src|href)="(?!data:|#)|url\((?!#)|@import/)
    expect(text).not.toMatch(/\b(NaN|undefined)\b/)
  })

  test('without a terminal progress is printed in lines', () => {
    const output = {
      isTTY: false,
      text: '',
      write(part: string) {
        this.text += part
      },
    }
    createProgress(output as unknown as NodeJS.WriteStream).update(history)
    expect(output.text).toMatch(/^step 20\/20 {2}epoch 4\/4 {2}loss \d\.\d{3} {2}accuracy \d+\.\d % {2}\d+ images\/s {2}0:00 left\n$/)
  })
})

describe('options', () => {
  test('have defaults', () => {
    expect(readOptions([])).toEqual({ epochs: 6, seed: 0, out: '.' })
    expect(readOptions(['--epochs', '2', '--seed=3', '--out', 'x'])).toEqual({ epochs: 2, seed: 3, out: 'x' })
  })

  test.each([[['--epochs', 'many']], [['--epochs', '0']], [['--epoch', '3']], [['--seed', '1.5']], [['extra']]])(
    '%s is refused',
    (args) => {
      const said = vi.spyOn(console, 'error').mockImplementation(() => {})
      expect(readOptions(args)).toBeNull()
      expect(said.mock.calls[0]![0]).toContain('--epochs N')
      expect(process.exitCode).toBe(2)
      process.exitCode = 0
      said.mockRestore()
    },
  )
})
