// Checking derivatives against differences, finding where a NaN comes from, measuring operations, and reading the graph.
import { describe, expect, test, vi } from 'vitest'
import { autograd, GradError, type Tensor, tensor } from '../../src/index.ts'
import { gradcheck, gradgradcheck } from '../../src/testing/index.ts'
import { constant, expectError, leaf } from './assertions.ts'

const { detectAnomaly, profiler } = autograd

/** x³, whose backward forgets the factor 3 if `wrong` says so. */
const cube = (wrong: boolean) =>
  autograd.customFunction({
    name: 'Cube',
    forward: (ctx, x: Tensor) => {
      ctx.save({ x })
      return x.pow(3)
    },
    backward: (ctx, g: Tensor) => g.mul(ctx.saved.x.square()).mul(wrong ? 1 : 3),
  })

describe('Checks and debugging', () => {
  test('gradcheck compares derivatives with differences: step 1e-6, tolerances 1e-5 and 1e-3', () => {
    expect(gradcheck((x: Tensor, y: Tensor) => x.mul(y).sin(), [leaf([0.5, 1]), leaf([2, 3])])).toBe(true)
    expect(gradcheck(cube(false), [leaf([0.5, 1])])).toBe(true)
    expect(gradcheck(cube(true), [leaf([0.5, 1])], { raiseException: false })).toBe(false)
    /** Slope 1 with an error of `relative`, just inside or outside of 1e-5 + 1e-3. */
    const off = (relative: number) =>
      autograd.customFunction({
        name: 'Off',
        forward: (_ctx, x: Tensor) => x.mul(1),
        backward: (_ctx, g: Tensor) => g.mul(1 + relative),
      })
    expect(gradcheck(off(0.99e-3), [leaf(0.5)], { raiseException: false })).toBe(true)
    expect(gradcheck(off(1.03e-3), [leaf(0.5)], { raiseException: false })).toBe(false)
    expect(gradcheck(off(1.03e-3), [leaf(0.5)], { raiseException: false, rtol: 2e-3 })).toBe(true)
    const steps: number[] = []
    gradcheck(
      (x: Tensor) => {
        steps.push(Math.abs(x.item() as number))
        return x.mul(1)
      },
      [leaf(0)],
    )
    expect(Math.max(...steps)).toBe(1e-6)
  })

  test('checkForwardAD of gradcheck checks the rules of forward mode, too', () => {
    const withJvp = (factor: number) =>
      autograd.customFunction({
        name: 'Double',
        forward: (x: Tensor) => x.mul(2),
        setupContext: () => {},
        backward: (_ctx, g: Tensor) => g.mul(2),
        jvp: (_ctx, t: Tensor) => t.mul(factor),
      })
    expect(gradcheck(withJvp(2), [leaf([1, 2])], { checkForwardAD: true })).toBe(true)
    expect(gradcheck(withJvp(3), [leaf([1, 2])])).toBe(true)
    expect(gradcheck(withJvp(3), [leaf([1, 2])], { checkForwardAD: true, raiseException: false })).toBe(false)
  })

  test('fastMode of gradcheck checks one random direction', () => {
    expect(gradcheck((x: Tensor) => x.square().exp(), [leaf([0.5, 1, -1])], { fastMode: true })).toBe(true)
    expect(gradcheck(cube(true), [leaf([0.5, 1, -1])], { fastMode: true, raiseException: false })).toBe(false)
  })

  test('gradcheck warns of inputs that are not float64', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    try {
      gradcheck((x: Tensor) => x.mul(2), [leaf([1, 2])])
      expect(warn).not.toHaveBeenCalled()
      gradcheck((x: Tensor) => x.mul(2), [tensor([1, 2], { requiresGrad: true })], { eps: 1e-2 })
      expect(warn.mock.calls).toEqual([[expect.stringMatching(/^gradcheck: input 0 .*float64.*\.$/)]])
    } finally {
      warn.mockRestore()
    }
  })

  test('the error of gradcheck prints the numerical and the analytical values', () => {
    expectError(
      () => gradcheck(cube(true), [leaf([1, 2])]),
      GradError,
      'output 0',
      'input 0',
      /numerical[\s\S]*3[\s\S]*12/,
      /analytical[\s\S]*1[\s\S]*4/,
    )
  })

  test('gradcheck of relu at 0 fails', () => {
    expect(gradcheck((x: Tensor) => x.relu(), [leaf([1, -1])])).toBe(true)
    expectError(() => gradcheck((x: Tensor) => x.relu(), [leaf([1, 0])]), GradError, 'numerical')
  })

  test('gradgradcheck checks second derivatives', () => {
    expect(gradgradcheck((x: Tensor, y: Tensor) => x.mul(y).sin(), [leaf([0.5, 1]), leaf([2, 3])])).toBe(true)
    /** Right at first order; the second derivative is cut off. */
    const detached = autograd.customFunction({
      name: 'Square',
      forward: (ctx, x: Tensor) => {
        ctx.save({ x })
        return x.square()
      },
      backward: (ctx, g: Tensor) => g.mul(ctx.saved.x.detach()).mul(2),
    })
    expect(gradcheck(detached, [leaf([0.5, 1])])).toBe(true)
    expectError(() => gradgradcheck(detached, [leaf([0.5, 1])]), GradError, 'numerical', 'analytical')
  })

  test('detectAnomaly names the function whose backward returned NaN', () => {
    const x = leaf([0, 1])
    const roots = x.sqrt()
    expectError(
      () => detectAnomaly(() => roots.mul(0).sum().backward()),
      GradError,
      "Function 'SqrtBackward0' returned nan values in its 0th output",
    )
    expect([x.grad, autograd.isAnomalyEnabled()]).toEqual([null, false])
  })

  test('detectAnomaly names the line that computed the output of that function', () => {
    const x = leaf([0, 1])
    const takeRoots = (): Tensor => x.sqrt() // the line that the error must name
    const line = 1 + source().findIndex((text) => text.includes('the line that the error' + ' must name'))
    let message = ''
    try {
      detectAnomaly(() => takeRoots().mul(0).sum().backward())
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toContain(`checks-and-debugging.test.ts:${line}:`)
    expect(message).toContain('takeRoots')
    expect(() => x.sqrt().mul(0).sum().backward()).not.toThrow()
    expect(() => detectAnomaly(() => x.sqrt().mul(0).sum().backward(), { checkNan: false })).not.toThrow()
  })

  test('the profiler counts operations and times them, forward and backward', () => {
    const x = leaf([1, 2])
    const profile = profiler.profile(() => {
      for (let i = 0; i < 3; i++) x.mul(2).exp().sum().backward()
    })
    for (const name of ['mul', 'exp', 'sum', 'MulBackward0', 'ExpBackward0', 'SumBackward0']) {
      const events = profile.events.filter((event) => event.name === name)
      expect([name, events.length >= 3]).toEqual([name, true])
      for (const { start, duration } of events) expect(start >= 0 && duration >= 0).toBe(true)
    }
    expect(profile.events.filter(({ name }) => name === 'MulBackward0').length).toBe(3)
    expect(profile.events.reduce((sum, { duration }) => sum + duration, 0)).toBeGreaterThan(0)
    const count = profile.events.length
    x.mul(2)
    expect(profile.events.length).toBe(count)
  })

  test('the profiler prints operations as a table', () => {
    const x = leaf([1, 2])
    const profile = profiler.profile(() => {
      for (let i = 0; i < 3; i++) x.exp().sum().backward()
    })
    const lines = profile.table().split('\n')
    const row = lines.find((line) => line.includes('ExpBackward0')) as string
    expect(row).toMatch(/\b3\b/)
    expect(lines.some((line) => /\bexp\b/.test(line))).toBe(true)
    const short = profile.table({ rowLimit: 1 }).split('\n')
    expect(lines.length - short.length).toBe(new Set(profile.events.map(({ name }) => name)).size - 1)
  })

  test('the profiler exports operations as a Chrome trace', () => {
    const profile = profiler.profile(() => leaf([1, 2]).exp().sum().backward())
    const { traceEvents } = JSON.parse(profile.toChromeTrace()) as { traceEvents: Record<string, unknown>[] }
    const complete = traceEvents.filter(({ ph }) => ph === 'X')
    expect(complete.length).toBe(profile.events.length)
    const event = complete.find(({ name }) => name === 'ExpBackward0') as Record<string, unknown>
    for (const key of ['ts', 'dur', 'pid', 'tid']) expect([key, typeof event[key]]).toEqual([key, 'number'])
  })

  test('a node has a name', () => {
    const x = leaf(2)
    expect([x.mul(3).gradFn?.name, x.exp().gradFn?.name, x.sum().gradFn?.name]).toEqual(['MulBackward0', 'ExpBackward0', 'SumBackward0'])
  })

  test('nextFunctions of a node are pairs of a node and an output number', () => {
    const [x, y] = [leaf(2), leaf(3)]
    const [a, b] = [x.exp(), y.sin()]
    expect(a.mul(b).gradFn?.nextFunctions).toEqual([
      [a.gradFn, 0],
      [b.gradFn, 0],
    ])
    const two = autograd.customFunction({
      name: 'Two',
      forward: (_ctx, t: Tensor) => [t.mul(1), t.mul(2)],
      backward: (_ctx, g: Tensor) => g,
    })
    const [first, second] = two(x) as [Tensor, Tensor]
    expect(first.mul(second).gradFn?.nextFunctions).toEqual([
      [first.gradFn, 0],
      [first.gradFn, 1],
    ])
  })

  test('in nextFunctions a constant is null with output number 0', () => {
    expect(constant(3).mul(leaf(2)).gradFn?.nextFunctions[0]).toEqual([null, 0])
  })

  test('a node that accumulates knows its variable', () => {
    const x = leaf(2)
    const [pair] = x.exp().gradFn?.nextFunctions ?? []
    const [node] = pair ?? []
    expect(node?.name).toBe('AccumulateGrad')
    expect(node).toBeInstanceOf(autograd.AccumulateGrad)
    expect(node?.variable).toBe(x)
    expect(x.exp().gradFn?.variable).toBeUndefined()
  })
})

function source(): string[] {
  return process
    .getBuiltinModule('node:fs')
    .readFileSync(import.meta.filename, 'utf8')
    .split('\n')
}
