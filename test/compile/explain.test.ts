// What `explain()` says about a plan, as text and as a page.
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile, F, manualSeed, nn, optim, randint, randn, type Tensor, tensor } from 'wengert'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { hasBrowser } from '../docs/web-page.ts'
import { Chromium } from '../viz/browser.ts'

// what is small depends on this
const before = setHeapFrom(4096)
afterAll(() => setHeapFrom(before))

const weight = (): Tensor => tensor([0.5, -1, 2, 0.25], { requiresGrad: true })

/** A step whose text depends on no machine. */
function smallStep() {
  const w = weight()
  const optimizer = new optim.SGD([w], { lr: 0.1 })
  return compile((x: Tensor) => {
    optimizer.zeroGrad()
    const loss = x.mul(w).add(3).tanh().square().sum()
    loss.backward()
    optimizer.step()
    return loss
  })
}

function network() {
  manualSeed(0)
  const model = new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten(), new nn.Linear(144, 10))
  const optimizer = new optim.Adam(model.parameters())
  const step = compile((x: Tensor, y: Tensor<[8], 'int32'>) => {
    optimizer.zeroGrad()
    const loss = F.crossEntropy(model.forward(x), y)
    loss.backward()
    optimizer.step()
    return loss
  })
  step(randn([8, 1, 14, 14]), randint(0, 10, [8]))
  return step
}

test('before the first call there is nothing to explain', () => {
  const step = smallStep()
  expect(step.explain()).toBe('Nothing is recorded yet: call the function once, and ask again.')
  expect(step.explain({ html: true })).toBe(step.explain())
})

test('the text of a small step', () => {
  const step = smallStep()
  step(randn([3, 4]))
  expect(
    step
      .explain()
      .replaceAll(/^ {2}\d+ {2}/gm, '  LINE  ')
      .replaceAll(/line \d+/g, 'line LINE'),
  ).toMatchInlineSnapshot(`
    "12 instructions recorded, 3 after all passes. A run makes 3 launches of 3 kernels, and 1 host step.
    Arguments: a0 float32 [3, 4].
    Recorded anew for arguments of another kind, and after a change of requiresGrad, groups of parameters, options of optimizers.
    Memory: 704 bytes in one block. Intermediates share 64 bytes of it, and would take 64 bytes apart (100 %).

    Program (a: argument, o: tensor from outside, t: intermediate, ′: a view; float32 unless said)
    test/compile/explain.test.ts
      LINE  loss.backward()
          0  t0 [3, 4], t1 [1, 1] = mul·add·tanh·…·tanhGradient·mul(a0 [3, 4], o0 [4])
               from line LINE: mul, add, tanh, square, sum; line LINE: mul, tanhGradient, mul
          1  t2 [4] = sum(t0 [3, 4], dims: [0], keepdim: false)
      LINE  optimizer.step()
          2  o0 [4] = SGD(1 tensor, 4 elements)

    Kernels, by their part of the estimated work
       91 %  1 × mul·add·tanh·…·tanhGradient·mul, 1 task
               element  v0 = tanh(((x0 * x1) + 3))
                        r0 = sum(v0 * v0)
                        y0 = v0
               row      y1 = r0
               element  y0 = ((y0 * 2) * (1 - (y0 * y0))) * x0
        6 %  1 × sum, 1 task
        3 %  1 × SGD, 1 task
               element  y0 = y0 - (x0 * s0)
       <1 %  1 × SGD: its numbers, on the host

    Largest regions of shared memory
      48 bytes at byte 0, steps 0 to 1: t0

    Numbers that became constants
    test/compile/explain.test.ts
      LINE  const loss = x.mul(w).add(3).tanh().square().sum()
          3
      LINE  loss.backward()
          1, 2"
  `)
})

test('the text speaks of the latest plan', () => {
  const step = smallStep()
  step(randn([3, 4]))
  step(randn([2, 4]))
  expect(step.explain()).toContain('Arguments: a0 float32 [2, 4].')
})

test('asking changes nothing', () => {
  const step = smallStep()
  const x = tensor([[1, 2, 3, 4]])
  const losses = [step(x).item()]
  step.explain()
  step.explain({ html: true })
  losses.push(step(x).item())
  const other = smallStep()
  expect(losses).toEqual([other(x).item(), other(x).item()])
})

test('facts that a recording depends on are named', () => {
  const model = new nn.Sequential(new nn.Linear(4, 4), new nn.Dropout(0.5))
  const f = compile((x: Tensor) => model.forward(x))
  f(randn([2, 4]))
  expect(f.explain()).toMatch(/after a change of .*train\(\) and eval\(\)/)
})

test('what is needed more than once in a kernel is said once', () => {
  const f = compile((x: Tensor) => F.gelu(x.add(1)).mul(x))
  f(randn([64, 64]))
  const text = f.explain()
  expect(text).toContain('v0 = x0 + 1')
  expect(text.match(/x0 \+ 1/g)).toHaveLength(1)
})

test('numbers are listed with the line that they became constants on', () => {
  const scale = 0.125
  const f = compile((x: Tensor) => x.mul(scale).clamp(-7, 9))
  f(randn([5]))
  const [, numbers = ''] = f.explain().split('Numbers that became constants\n')
  expect(numbers).toMatch(/^test\/compile\/explain\.test\.ts\n {2}\d+ {2}const f = compile\(.*x\.mul\(scale\).*\n {6}0\.125, -7, 9$/)
})

describe('the page', () => {
  const html = network().explain({ html: true })
  const { document } = parseHTML(html)
  const plans = [...html.matchAll(/aria-label/g)].length

  test('has a bar for each step and a rectangle for each region', () => {
    const bars = [...document.querySelectorAll('.lanes i')]
    expect(bars.length).toBeGreaterThan(10)
    expect(bars.map((bar) => Number(bar.getAttribute('aria-label')?.split(':')[0]))).toEqual(bars.map((_, at) => at))
    expect(document.querySelectorAll('.memory i').length).toBeGreaterThan(5)
    expect(plans).toBe(document.querySelectorAll('.items i').length)
  })

  test('bars follow each other, from one end to the other', () => {
    const spans = [...document.querySelectorAll('.lanes i')].map((bar) => {
      const [a = 0, b = 0] = (bar.getAttribute('style') ?? '').match(/[\d.]+/g)?.map(Number) ?? []
      return { start: a, end: a + b }
    })
    spans.slice(1).forEach(({ start }, i) => {
      expect(start).toBeCloseTo((spans[i] as (typeof spans)[number]).end, 1)
    })
    expect(spans[0]?.start).toBe(0)
    expect(spans.at(-1)?.end).toBeCloseTo(100, 1)
  })

  test('has a colour in the legend for each kind of step, and a row for each kernel', () => {
    const legend = [...document.querySelectorAll('li')].map((entry) => entry.className)
    expect(new Set([...document.querySelectorAll('.lanes i')].map((bar) => bar.className))).toEqual(new Set(legend))
    expect(document.querySelectorAll('tr').length).toBeGreaterThanOrEqual(legend.length)
    for (const kind of legend) expect(html).toContain(`.${kind}{--colour:`)
  })

  test('refers to nothing outside itself', () => {
    expect(html.match(/https?:\/\/.*|<link.*|<img.*|<iframe.*|\ssrc=.*|url\(.*|@import.*|fetch\(.*|\bimport\(.*/)).toBeNull()
  })

  test('markup in a source line stays text', () => {
    const f = compile((x: Tensor) => x.mul(2).sum()) // </script><b id="injected">
    f(randn([4]))
    const page = f.explain({ html: true })
    expect(page).toContain('&lt;b id=&quot;injected&quot;&gt;')
    expect(parseHTML(page).document.querySelector('#injected')).toBeNull()
  })

  describe.runIf(hasBrowser)('in Chromium', () => {
    let chromium: Chromium
    beforeAll(async () => {
      chromium = await Chromium.launch()
    })
    afterAll(async () => chromium?.close())

    test.each(['light', 'dark'] as const)('is walked with the arrow keys, %s', async (scheme) => {
      const { page, errors, requests } = await chromium.open(html, scheme)
      const card = page.locator('output')
      await page.locator('.lanes i').first().focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      expect(await card.textContent()).toMatch(/^2: /)
      const marked = await page.locator('.memory i.on').count()
      expect(marked).toBeGreaterThan(0)
      expect(marked).toBeLessThan(await page.locator('.memory i').count())
      await page.keyboard.press('End')
      expect(await card.textContent()).toMatch(/: Adam.*\n.*Adam\(4 tensors/)
      await page.locator('.memory i').last().hover()
      expect(await card.textContent()).toMatch(/ at byte \d+\nsteps \d+ to \d+$/)
      expect(errors).toEqual([])
      expect(requests).toEqual([])
    })

    test('goes over time or over steps, and zooms', async () => {
      const { page } = await chromium.open(html)
      const width = async (at: number): Promise<number> => (await page.locator('.lanes i').nth(at).boundingBox())?.width ?? 0
      await page.locator('#steps').check()
      expect(await width(0)).toBeCloseTo(await width(7), 0)
      const before = await width(0)
      await page.locator('[type=range]').fill('4')
      expect((await width(0)) / before).toBeCloseTo(4, 0)
    })
  })
})
