// Pictures of the recorded graph.
import { describe, expect, test } from 'vitest'
import { nn, noGrad, ones, tensor } from 'wengert'
import * as viz from 'wengert/viz'

const w = tensor(
  [
    [1, 2],
    [3, 4],
  ],
  { requiresGrad: true },
)
const b = tensor([0.5, -0.5], { requiresGrad: true })
const loss = () => ones([3, 2]).matmul(w).add(b).tanh().sum()

describe('viz.graph', () => {
  test('has a box for every node, leaves by name, with shapes', () => {
    const { boxes } = viz.graph(loss(), { params: { w, b } })
    const leaves = boxes.filter((box) => box.kind === 'leaf')
    expect(leaves.map(({ name, shape }) => [name, shape])).toEqual(
      expect.arrayContaining([
        ['w', [2, 2]],
        ['b', [2]],
      ]),
    )
    expect(leaves).toHaveLength(2)
    expect(boxes.at(-1)).toMatchObject({ kind: 'result', name: 'Sum', shape: [] })
    expect(boxes.map((box) => box.name)).toContain('Tanh')
  })

  test('has arrows from inputs to results only', () => {
    const { boxes, arrows } = viz.graph(loss())
    const place = new Map(boxes.map((box, i) => [box.id, i]))
    for (const [from, to] of arrows) expect(place.get(from)!).toBeLessThan(place.get(to)!)
    expect(new Set(arrows.map(([from]) => from)).size).toBe(boxes.length - 1)
  })

  test('draws what is used twice once, with two arrows', () => {
    const y = w.exp()
    const { boxes, arrows } = viz.graph(y.mul(y))
    expect([boxes.length, arrows.length]).toEqual([3, 3])
  })

  test('takes the names of a model', () => {
    const model = new nn.Linear(2, 1)
    const { boxes } = viz.graph(model.forward(ones([4, 2])).sum(), { params: model.namedParameters() })
    expect(boxes.flatMap((box) => (box.kind === 'leaf' ? [box.name] : [])).sort()).toEqual(['bias', 'weight'])
  })

  test('walks a long record without recursion', () => {
    let y = b
    for (let i = 0; i < 20_000; i++) y = y.add(1)
    expect(viz.graph(y).boxes).toHaveLength(20_001)
  })

  test('writes DOT, with names escaped', () => {
    const { dot } = viz.graph(b.mul(2), { params: { 'a "b" \\': b } })
    expect(dot.replace(/n\d+/g, (id) => (id === dot.match(/n\d+/)![0] ? 'n1' : 'n2'))).toMatchSnapshot()
  })

  test('draws SVG', async () => {
    const svg = await viz.graph(loss(), { params: { w, b } }).svg()
    expect(svg).toMatch(/^<svg.*<\/svg>\s*$/s)
    expect(svg).toContain('[2,\u00a02]') // spaces that stay
    expect(svg.match(/class="node leaf"/g)).toHaveLength(2)
    expect(svg).toContain('<title>w [2, 2] float32</title>')
  })

  test('draws names escaped', async () => {
    const svg = await viz.graph(b.mul(2), { params: { '<b> & "c"': b } }).svg()
    expect(svg).toContain('&lt;b&gt;\u00a0&amp;\u00a0&quot;c&quot;</text>')
  })

  test('knows what is saved for backward', () => {
    const x = ones([3, 2])
    const { boxes } = viz.graph(x.matmul(w).tanh().sum(), { params: { w } })
    const saved = Object.fromEntries(boxes.map((box) => [box.name, box.saved]))
    expect(saved).toEqual({
      w: [],
      Matmul: [{ of: 'input 0', shape: [3, 2], dtype: 'float32', bytes: 24 }],
      Tanh: [{ of: 'output', shape: [3, 2], dtype: 'float32', bytes: 24 }],
      Sum: [],
    })
  })

  test('knows the values of leaves', () => {
    const { boxes } = viz.graph(loss(), { params: { w, b } })
    const values = Object.fromEntries(boxes.map((box) => [box.name, box.value]))
    expect(values).toMatchObject({ w: { min: 1, max: 4, mean: 2.5, nan: 0, inf: 0 }, b: { mean: 0 }, Sum: null })
    expect(values['w']!.std).toBeCloseTo(w.std().item(), 6)
  })

  test.each<[string, () => unknown]>([
    ['a tensor without record', () => viz.graph(noGrad(() => w.sum()))],
    ['a leaf', () => viz.graph(tensor(1))],
    ['no tensor', () => viz.graph(3 as never)],
    ['a name without tensor', () => viz.graph(loss(), { params: { w: 3 as never } })],
    ['a misspelt option', () => viz.graph(loss(), { parms: {} } as object)],
  ])('says what is wrong: %s', (_, wrong) => {
    expect(wrong).toThrowErrorMatchingSnapshot()
  })
})
