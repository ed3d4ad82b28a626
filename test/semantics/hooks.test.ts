// Hooks of tensors, nodes, leaves and saved tensors: when they run, what they see, what they may replace.
import { describe, expect, test } from 'vitest'
import { autograd, GradError, isGradEnabled, type Tensor } from '../../src/index.ts'
import { constant, expectError, leaf, values } from './assertions.ts'

describe('Hooks', () => {
  test('a tensor hook is called once, with the summed gradient', () => {
    const x = leaf(2)
    const y = x.mul(3)
    const seen: unknown[] = []
    y.registerHook((g) => void seen.push(values(g)))
    y.mul(5).add(y.mul(7)).add(y).backward()
    expect([seen, values(x.grad)]).toEqual([[13], 39])
  })

  test('what a tensor hook returns replaces the gradient', () => {
    const x = leaf([1, 2])
    const y = x.mul(3)
    y.registerHook((g) => g.mul(10))
    y.sum().backward()
    expect(values(x.grad)).toEqual([30, 30])
  })

  test('tensor hooks run in order of registration, each on what the one before left', () => {
    const x = leaf(2)
    const y = x.mul(3)
    const seen: unknown[] = []
    y.registerHook((g) => g.add(1))
    y.registerHook((g) => void seen.push(values(g)))
    y.registerHook((g) => g.mul(10))
    y.registerHook((g) => void seen.push(values(g)))
    y.backward()
    expect([seen, values(x.grad)]).toEqual([[2, 20], 60])
  })

  test('remove() of its handle takes a tensor hook away', () => {
    const x = leaf(2)
    const y = x.mul(3)
    const handle = y.registerHook((g) => g.mul(10))
    y.backward({ retainGraph: true })
    expect(values(x.grad)).toBe(30)
    handle.remove()
    handle.remove()
    y.backward()
    expect(values(x.grad)).toBe(33)
  })

  test('a tensor hook that returns another shape throws', () => {
    const x = leaf([1, 2])
    const y = x.mul(3)
    y.registerHook(() => constant([1, 2, 3]))
    expectError(() => y.sum().backward(), GradError, 'registerHook', '[2]', '[3]')
    expect(x.grad).toBeNull()
  })

  test('a tensor hook that returns another type throws', () => {
    const x = leaf([1, 2])
    for (const wrong of [3, 'g', constant([1, 2]).float()]) {
      const y = x.mul(3)
      y.registerHook(() => wrong as Tensor)
      expectError(() => y.sum().backward(), GradError, 'registerHook', wrong instanceof Object ? 'float32' : typeof wrong)
    }
    expect(x.grad).toBeNull()
  })

  test('a tensor that requires no grad takes no hook', () => {
    expectError(() => constant(2).registerHook((g) => g), GradError, 'registerHook', 'requires no gradient', 'requiresGrad_()')
  })

  test('tensor hooks also run under grad()', () => {
    const x = leaf(2)
    const y = x.mul(3)
    const seen: unknown[] = []
    y.registerHook((g) => {
      seen.push(values(g))
      return g.mul(10)
    })
    x.registerHook((g) => g.add(1))
    expect([values(autograd.grad(y, x)[0]), x.grad, seen]).toEqual([31, null, [1]])
  })

  test('on a leaf a hook sees each incoming gradient before it is accumulated', () => {
    const x = leaf(2)
    const seen: unknown[] = []
    x.registerHook((g) => void seen.push([values(g), values(x.grad)]))
    x.mul(3).backward()
    x.mul(5).add(x).backward()
    expect([seen, values(x.grad)]).toEqual([
      [
        [3, null],
        [6, 3],
      ],
      9,
    ])
  })

  test('a node pre-hook sees and may replace the gradients of the outputs', () => {
    const x = leaf(2)
    const y = x.mul(3)
    const seen: unknown[] = []
    const handle = y.gradFn?.registerPrehook((gradOutputs) => {
      seen.push(gradOutputs.map(values))
      return gradOutputs.map((g) => g?.mul(10) ?? null)
    })
    y.mul(5).backward({ retainGraph: true })
    handle?.remove()
    expect([seen, values(x.grad)]).toEqual([[[5]], 150])
    y.backward()
    expect(values(x.grad)).toBe(153)
  })

  test('a node post-hook sees both sides and may replace the gradients of the inputs', () => {
    const x = leaf(2)
    const y = x.mul(3)
    const seen: unknown[] = []
    const handle = y.gradFn?.registerHook((gradInputs, gradOutputs) => {
      seen.push([gradInputs.map(values), gradOutputs.map(values)])
      return gradInputs.map((g) => g?.mul(10) ?? null)
    })
    y.mul(5).backward({ retainGraph: true })
    handle?.remove()
    expect([seen, values(x.grad)]).toEqual([[[[15, null], [5]]], 150])
    y.backward()
    expect(values(x.grad)).toBe(153)
  })

  test('the order is: tensor hook, node pre-hook, retained .grad, the node itself, post-hook', () => {
    const order: string[] = []
    const triple = autograd.customFunction({
      name: 'Triple',
      forward: (_ctx, x: Tensor) => x.mul(3),
      backward: (_ctx, g: Tensor) => {
        order.push(`node, .grad ${values(y.grad)}`)
        return g.mul(3)
      },
    })
    const x = leaf(2)
    const y = triple(x) as Tensor
    y.gradFn?.registerHook(() => void order.push('post-hook'))
    y.gradFn?.registerPrehook(() => void order.push(`pre-hook, .grad ${values(y.grad)}`))
    y.registerHook(() => void order.push(`tensor hook, .grad ${values(y.grad)}`))
    y.retainGrad()
    y.backward()
    expect(order).toEqual(['tensor hook, .grad null', 'pre-hook, .grad null', 'node, .grad 1', 'post-hook'])
  })

  test('what hooks have changed shows in the retained .grad', () => {
    const x = leaf(2)
    const y = x.mul(3)
    y.retainGrad()
    y.registerHook((g) => g.mul(10))
    y.gradFn?.registerPrehook((gradOutputs) => gradOutputs.map((g) => g?.add(1) ?? null))
    y.backward()
    expect([values(y.grad), values(x.grad)]).toEqual([11, 33])
  })

  test('a post-accumulate-grad hook is for leaves only', () => {
    expectError(
      () =>
        leaf(2)
          .mul(3)
          .registerPostAccumulateGradHook(() => {}),
      GradError,
      'registerPostAccumulateGradHook',
      /leaf|leaves/,
    )
    expectError(() => constant(2).registerPostAccumulateGradHook(() => {}), GradError, 'registerPostAccumulateGradHook')
  })

  test('a post-accumulate-grad hook runs after the accumulation, with the leaf', () => {
    const x = leaf(2)
    const seen: unknown[] = []
    const handle = x.registerPostAccumulateGradHook((parameter) => {
      expect(parameter).toBe(x)
      seen.push(values(parameter.grad))
    })
    x.mul(3).backward()
    x.mul(5).add(x).backward()
    handle.remove()
    x.mul(1).backward()
    expect([seen, values(x.grad)]).toEqual([[3, 9], 10])
    x.registerPostAccumulateGradHook((parameter) => {
      parameter.grad = null // as an optimizer that steps inside backward does
    })
    x.mul(1).backward()
    expect(x.grad).toBeNull()
  })

  test('a post-accumulate-grad hook does not run under grad()', () => {
    const x = leaf(2)
    let calls = 0
    x.registerPostAccumulateGradHook(() => void calls++)
    autograd.grad(x.mul(3), x)
    expect(calls).toBe(0)
  })

  test('a multi-grad hook in mode all runs once, when all gradients are there', () => {
    const [a, b] = [leaf(2), leaf(3)]
    const [y, z] = [a.mul(5), b.mul(7)]
    const seen: unknown[] = []
    const handle = autograd.registerMultiGradHook([y, z, a], (gradients) => void seen.push(gradients.map(values)))
    y.mul(z).add(y).backward({ retainGraph: true })
    expect(seen).toEqual([[22, 10, 110]])
    handle.remove()
    y.backward()
    expect(seen.length).toBe(1)
  })

  test('a multi-grad hook in mode all gets null for a tensor that was not reached', () => {
    const [a, b] = [leaf(2), leaf(3)]
    const seen: unknown[] = []
    autograd.registerMultiGradHook([a, b], (gradients) => void seen.push(gradients.map(values)), { mode: 'all' })
    a.mul(5).backward()
    a.mul(b).backward()
    expect(seen).toEqual([
      [5, null],
      [3, 2],
    ])
  })

  test('a multi-grad hook in mode any runs once, on the first gradient', () => {
    const [a, b] = [leaf(2), leaf(3)]
    const [y, z] = [a.mul(5), b.mul(7)]
    const seen: unknown[] = []
    autograd.registerMultiGradHook([y, z], (gradient) => void seen.push(values(gradient as Tensor)), { mode: 'any' })
    y.mul(z).backward() // z is the later one, so its gradient is complete first
    expect(seen).toEqual([10])
  })

  test('savedTensorsHooks packs each saved tensor once', () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])]
    const packed: unknown[] = []
    const product = autograd.savedTensorsHooks(
      (saved) => {
        packed.push(values(saved))
        return saved
      },
      (saved) => saved,
      () => x.mul(y).add(1),
    )
    expect(packed.length).toBe(2)
    expect(packed).toEqual(
      expect.arrayContaining([
        [1, 2],
        [3, 4],
      ]),
    )
    product.sum().backward()
    expect([packed.length, values(x.grad), values(y.grad)]).toEqual([2, [3, 4], [1, 2]])
  })

  test('savedTensorsHooks unpacks at every use', () => {
    const x = leaf([1, 2])
    let [packs, unpacks] = [0, 0]
    const host: number[][] = []
    const y = autograd.savedTensorsHooks(
      (saved) => {
        packs++
        return host.push(saved.toArray() as number[]) - 1 // saved elsewhere: in a plain array
      },
      (place) => {
        unpacks++
        return constant(host[place as number] as number[])
      },
      () => x.exp(),
    )
    expect([packs, unpacks]).toEqual([1, 0])
    y.sum().backward({ retainGraph: true })
    expect([packs, unpacks]).toEqual([1, 1])
    y.sum().backward()
    expect([packs, unpacks]).toEqual([1, 2])
    // kernels round exp otherwise than the engine does
    expect(x.grad?.allclose(constant([2 * Math.exp(1), 2 * Math.exp(2)]), { rtol: 1e-15, atol: 0 })).toBe(true)
  })

  test('of nested savedTensorsHooks the innermost pair wins', () => {
    const x = leaf(2)
    const order: string[] = []
    const hooks = (name: string) =>
      [
        (saved: Tensor) => {
          order.push(`${name} packs`)
          return saved
        },
        (saved: unknown) => {
          order.push(`${name} unpacks`)
          return saved as Tensor
        },
      ] as const
    const y = autograd.savedTensorsHooks(...hooks('outer'), () => {
      const inner = autograd.savedTensorsHooks(...hooks('inner'), () => x.exp())
      return inner.add(x.sin())
    })
    y.backward()
    expect(order).toEqual(['inner packs', 'outer packs', 'outer unpacks', 'inner unpacks'])
    {
      using _scope = autograd.savedTensorsHooks.scope(...hooks('scope'))
      x.exp()
    }
    x.exp()
    expect(order.slice(4)).toEqual(['scope packs'])
  })

  test('hooks run with grad off', () => {
    const [x, c] = [leaf(2), leaf(3)]
    const seen: unknown[] = []
    const note = (g: Tensor | null | undefined) => void seen.push([isGradEnabled(), g?.mul(c).requiresGrad])
    const y = x.mul(3)
    y.registerHook(note)
    y.gradFn?.registerPrehook(([g]) => note(g))
    y.gradFn?.registerHook(([g]) => note(g))
    x.registerPostAccumulateGradHook((parameter) => note(parameter.grad))
    y.backward()
    expect(seen).toEqual(Array.from({ length: 4 }, () => [false, false]))
  })

  test('under createGraph hooks run with grad on, and what they do can be differentiated', () => {
    const x = leaf(2)
    const y = x.square()
    const seen: boolean[] = []
    y.registerHook((g) => {
      seen.push(isGradEnabled())
      return g.mul(x)
    })
    const [slope] = autograd.grad(y, x, { createGraph: true })
    expect([seen, values(slope)]).toEqual([[true], 8])
    expect(values(autograd.grad(slope, x)[0])).toBe(8)
  })
})
