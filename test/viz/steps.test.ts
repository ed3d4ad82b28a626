// Backward step by step: the engine's order and gradients, and nothing changed by looking.
import { describe, expect, test } from 'vitest'
import { nn, ones, type Tensor, tensor } from 'wengert'
import * as viz from 'wengert/viz'
import { observeNodes } from '../../src/autograd/index.ts'
import { deepNetwork, digits } from './networks.ts'

/** The ids of the nodes that `backward()` really runs, in order. */
function realOrder(loss: Tensor): number[] {
  const order: number[] = []
  const stop = observeNodes({ ran: (node) => void order.push(node.sequence) })
  loss.backward({ retainGraph: true })
  stop()
  return order
}

describe('steps', () => {
  test.each([
    ['the digits network', digits],
    ['a deep network', () => deepNetwork(10)],
    [
      'a value used twice',
      () => {
        const x = tensor([1, 2], { requiresGrad: true })
        const y = x.exp()
        return { loss: y.mul(y).add(x).sum(), params: { x } }
      },
    ],
  ])('are the steps of the engine: %s', (_, network) => {
    const { loss, params } = network()
    const graph = viz.graph(loss, { params })
    const steps = graph.steps()
    expect(steps.map(({ box }) => box)).toEqual(realOrder(loss))
    expect(steps).toHaveLength(graph.boxes.length)
  })

  test('tell the gradients that leaves get, and where they come from', () => {
    const x = tensor([3, -1], { requiresGrad: true })
    const loss = x.square().sum()
    const graph = viz.graph(loss, { params: { x } })
    const [sum, square, leaf] = graph.steps()
    expect(sum).toMatchObject({ gradients: [{ min: 1, max: 1, std: null }], to: [square!.box] })
    expect(square).toMatchObject({ gradients: [{ mean: 1, std: 0 }], to: [leaf!.box] })
    expect(leaf).toMatchObject({ gradients: [{ min: -2, max: 6, mean: 2, nan: 0, inf: 0 }], to: [] })
  })

  test('count what is no number', () => {
    const x = tensor([-1, 0, 4], { requiresGrad: true })
    const leaf = viz.graph(x.sqrt().sum()).steps().at(-1)
    expect(leaf!.gradients).toEqual([{ min: 0.25, max: 0.25, mean: 0.25, std: null, nan: 1, inf: 1 }])
  })

  test('change nothing: no gradient, no hook, the graph stays', async () => {
    const x = tensor([1, 2], { requiresGrad: true })
    x.grad = tensor([5, 5])
    const before = x.grad
    const y = x.exp()
    y.retainGrad()
    let calls = 0
    const count = () => void calls++
    x.registerHook(count)
    y.registerHook(count)
    x.registerPostAccumulateGradHook(count)
    y.gradFn!.registerPrehook(count)
    y.gradFn!.registerHook(count)
    const loss = y.sum()
    const graph = viz.graph(loss, { params: { x } })
    graph.steps()
    await graph.html()
    expect([calls, y.grad, x.grad === before, x.grad.toArray()]).toEqual([0, null, true, [5, 5]])
    loss.backward()
    expect(calls).toBe(5)
    expect(x.grad.toArray()[0]).toBeCloseTo(5 + Math.E, 5)
  })

  test('start from ones where the result is no number', () => {
    const x = ones([2, 2], { requiresGrad: true })
    expect(viz.graph(x.mul(3)).steps().at(-1)!.gradients).toMatchObject([{ min: 3, max: 3 }])
  })

  test('after backward there are none, and the page says why', async () => {
    const model = new nn.Linear(2, 1)
    const loss = model
      .forward(ones([4, 2]))
      .square()
      .sum()
    const graph = viz.graph(loss)
    loss.backward()
    expect(() => graph.steps()).toThrow(/retainGraph/)
    expect(await graph.html()).toContain('Pass { retainGraph: true } the first time.')
  })

  test('are left out of the page on request', async () => {
    const { loss, params } = deepNetwork(1)
    expect(await viz.graph(loss, { params, backward: false }).html()).toContain('"steps":null')
  })
})
