// The profiler: what it counts, how times nest and add up, its table, its trace. Times themselves are never compared with a clock.
import { afterEach, describe, expect, test } from 'vitest'
import { autograd, func, GradError, nn, OptionError, ones, randn, type Tensor, tensor } from 'wengert'
import { currentRecording } from '../../src/tensor/autograd/profiler/recording.ts'

const { profile, recordFunction } = autograd.profiler
type Profile<R = unknown> = autograd.profiler.Profile<R>
type ProfileEvent = autograd.profiler.ProfileEvent

/** Microseconds as whole nanoseconds. */
const nanoseconds = (time: number): number => Math.round(time * 1000)
const end = ({ start, duration }: ProfileEvent): number => nanoseconds(start) + nanoseconds(duration)
const total = (times: readonly number[]): number => times.reduce((sum, time) => sum + nanoseconds(time), 0)
const counts = ({ events }: Profile, category: string): Record<string, number> => {
  const found: Record<string, number> = {}
  for (const { name } of events.filter((event) => event.category === category)) found[name] = (found[name] ?? 0) + 1
  return found
}
const find = ({ events }: Profile, name: string): ProfileEvent => events.find((event) => event.name === name) as ProfileEvent

/** linear → relu → sum, forward and backward. */
const layer = new nn.Linear(3, 2)
const step = (): void =>
  layer
    .forward(ones([4, 3]))
    .relu()
    .sum()
    .backward()

/** That spans lie inside their parents and beside one another, and that self times add up. */
function expectNested({ events }: Profile): void {
  for (const event of events) {
    const parts = events.filter(({ parent }) => parent === event)
    expect(total([event.duration])).toBe(total([event.selfDuration]) + total(parts.map(({ duration }) => duration)))
    expect(event.selfDuration).toBeGreaterThanOrEqual(0)
    const { parent } = event
    if (parent === null) continue
    expect(events.indexOf(parent)).toBeLessThan(events.indexOf(event))
    expect(event.start >= parent.start && end(event) <= end(parent)).toBe(true)
  }
  for (const parent of [null, ...events]) {
    const parts = events.filter((event) => event.parent === parent)
    for (const [i, event] of parts.slice(1).entries())
      expect(nanoseconds(event.start)).toBeGreaterThanOrEqual(end(parts[i] as ProfileEvent))
  }
}

afterEach(() => expect(currentRecording()).toBeNull())

describe('what is measured', () => {
  test('operations forward and backward, nodes, and nothing after the end', () => {
    const measured = profile(() => {
      for (let i = 0; i < 3; i++) step()
    })
    const forward = counts(measured, 'forward')
    const backward = counts(measured, 'backward')
    expect(forward).toMatchObject({ matmul: 3, add: 3, relu: 3 })
    expect(backward).toMatchObject({ MatmulBackward0: 3, AddBackward0: 3, ReluBackward0: 3, SumBackward0: 3, AccumulateGrad: 6 })
    expect(counts(measured, 'user')).toEqual({})
    const count = measured.events.length
    step()
    expect(measured.events.length).toBe(count)
    expect(measured.events).toBe(measured.events)
  })

  test('the result of the function', () => {
    const { result } = profile(() => 'done')
    expect(result).toBe('done')
    expect(profile(() => tensor(2).mul(3)).result.item()).toBe(6)
  })

  test('operations that a node runs are parts of it', () => {
    const measured = profile(step)
    expectNested(measured)
    const parts = measured.events.filter(({ parent }) => parent?.name === 'MatmulBackward0').map(({ name, category }) => [name, category])
    expect(parts).toContainEqual(['matmul', 'backward'])
    expect(measured.events.filter(({ category, parent }) => category === 'forward' && parent !== null)).toEqual([])
  })

  test('a node knows the operation that it belongs to, also of a second order', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const measured = profile(() => {
      const [slope] = autograd.grad(x.exp().sum(), x, { createGraph: true })
      slope.sum().backward()
    })
    const nodes = measured.events.filter(({ name }) => name.endsWith('Backward0'))
    expect(nodes.map(({ name, forward }) => [name, forward?.name])).toEqual(
      nodes.map(({ name }) => [name, `${name.charAt(0).toLowerCase()}${name.slice(1).replace('Backward0', '')}`]),
    )
    const second = nodes.find(({ name }) => name === 'MulBackward0') as ProfileEvent
    expect([second.forward?.category, second.forward?.parent?.name]).toEqual(['backward', 'ExpBackward0'])
    const x2 = x.exp().sum()
    expect(
      find(
        profile(() => x2.backward()),
        'ExpBackward0',
      ).forward,
    ).toBeNull() // it ran before
  })

  test('functional derivatives', () => {
    const f = (x: Tensor): Tensor => x.sin().exp().sum()
    const reverse = profile(() => func.grad(f)(tensor([1, 2])))
    expect(find(reverse, 'ExpBackward0').forward?.name).toBe('exp')
    expect(find(reverse, 'SinBackward0').forward?.name).toBe('sin')
    expectNested(reverse)
    const batched = profile(() => func.vmap(func.grad(f))(ones([3, 2])))
    expect(find(batched, 'SinBackward0').forward?.name).toBe('sin')
    const tangents = profile(() => func.jvp(f, [tensor([1, 2])], [ones([2])]))
    expect(counts(tangents, 'forward')).toMatchObject({ sin: 1, cos: 1 })
  })

  test('a custom function runs its operations under its node', () => {
    const cube = autograd.customFunction({
      name: 'Cube',
      forward: (ctx, x: Tensor) => {
        ctx.save({ x })
        return x.pow(3)
      },
      backward: (ctx, g: Tensor) => g.mul(ctx.saved.x.square()).mul(3),
    })
    const x = tensor(2, { requiresGrad: true })
    const measured = profile(() => cube(x).backward())
    expect(find(measured, 'pow').category).toBe('forward')
    expect(find(measured, 'square').parent?.name).toBe('CubeBackward')
    expect(find(measured, 'CubeBackward').forward).toBe(find(measured, 'pow'))
    expectNested(measured)
  })

  test('a backward inside a backward nests', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const y = tensor([3, 4], { requiresGrad: true })
    const twice = autograd.customFunction({
      name: 'Twice',
      forward: (_ctx, t: Tensor) => t.mul(2),
      backward: (_ctx, g: Tensor) => {
        autograd.enableGrad(() => y.exp().sum().backward())
        return g.mul(2)
      },
    })
    const measured = profile(() => twice(x).sum().backward())
    expect(find(measured, 'ExpBackward0').parent?.name).toBe('TwiceBackward')
    expectNested(measured)
  })
})

describe('labels', () => {
  test('contain what runs under them, forward and backward', () => {
    const measured = profile(() => {
      const loss = recordFunction('model', () => recordFunction('head', () => layer.forward(ones([4, 3]))).sum())
      recordFunction('walk', () => loss.backward())
    })
    expect(counts(measured, 'user')).toEqual({ model: 1, head: 1, walk: 1 })
    expect([find(measured, 'head').parent?.name, find(measured, 'matmul').parent?.name]).toEqual(['model', 'head'])
    expect(find(measured, 'SumBackward0').parent?.name).toBe('walk')
    expectNested(measured)
  })

  test('without a profile the function just runs', () => {
    expect(recordFunction('alone', () => 5)).toBe(5)
    recordFunction.scope('alone')[Symbol.dispose]()
  })

  test('end with an error, which passes on', () => {
    const failure = new Error('on purpose')
    const measured = profile(() => {
      try {
        recordFunction('fails', () => {
          throw failure
        })
      } catch (error) {
        expect(error).toBe(failure)
      }
      ones([2]).exp()
    })
    expect(find(measured, 'exp').parent).toBeNull()
  })

  test('scopes may end in any order, and after the profile', () => {
    const measured = profile.scope()
    const outer = recordFunction.scope('outer')
    const inner = recordFunction.scope('inner')
    outer[Symbol.dispose]()
    ones([2]).exp()
    inner[Symbol.dispose]()
    const open = recordFunction.scope('open')
    expect(measured.events.map(({ name }) => name)).not.toContain('open')
    measured[Symbol.dispose]()
    open[Symbol.dispose]()
    expect(find(measured, 'exp').parent).toBeNull()
    expect(counts(measured, 'user')).toEqual({ outer: 1, inner: 1, open: 1 })
    expectNested(measured)
  })

  test('need a name and a function', () => {
    expect(() => recordFunction(3 as never, () => 1)).toThrow(OptionError)
    expect(() => recordFunction('f', 3 as never)).toThrow('recordFunction: needs a function')
    expect(() => recordFunction('f', (async () => {}) as never)).toThrow(GradError)
  })
})

describe('beginning and end', () => {
  test('a scope measures until it is disposed of, also over an await', async () => {
    const measured = profile.scope()
    step()
    const count = measured.events.length
    await Promise.resolve()
    step()
    expect(measured.events.length).toBe(2 * count)
    measured[Symbol.dispose]()
    measured[Symbol.dispose]()
    step()
    expect(measured.events.length).toBe(2 * count)
    expect(measured.result).toBeUndefined()
  })

  test('an error of the function ends it and passes on', () => {
    const failure = new Error('on purpose')
    expect(() =>
      profile(() => {
        throw failure
      }),
    ).toThrow(failure)
    expect(currentRecording()).toBeNull()
    expect(profile(step).events.length).toBeGreaterThan(0)
  })

  test('a profile inside a profile is refused, and the outer one goes on', () => {
    const measured = profile(() => {
      expect(() => profile(step)).toThrow(GradError)
      expect(() => profile.scope()).toThrow('profile: a profile is running already')
      step()
    })
    expect(counts(measured, 'forward')).toMatchObject({ relu: 1 })
  })

  test('promises, unknown options and what is no function are refused', () => {
    expect(() => profile((async () => {}) as never)).toThrow(GradError)
    expect(() => profile(3 as never)).toThrow('profile: needs a function')
    expect(() => profile(step, { withShapes: true } as never)).toThrow(OptionError)
    expect(() => profile(step).table({ sortBy: 'time' as never })).toThrow(OptionError)
    expect(() => profile(step).table({ rowLimit: -1 })).toThrow('table: rowLimit must be 0 or more, not -1.')
  })

  test('errors in backward end the node in which they happened', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const fails = autograd.customFunction({
      name: 'Fails',
      forward: (_ctx, t: Tensor) => t.mul(2),
      backward: (): Tensor => {
        throw new Error('on purpose')
      },
    })
    const measured = profile(() => {
      expect(() => fails(x).sum().backward()).toThrow('on purpose')
      ones([2]).exp()
    })
    expect(find(measured, 'FailsBackward').duration).toBeGreaterThanOrEqual(0)
    expect([find(measured, 'exp').parent, find(measured, 'exp').category]).toEqual([null, 'forward'])
  })

  test('so do anomalies, which stop backward before the node has ended', () => {
    const x = tensor(-1, { requiresGrad: true })
    const measured = autograd.detectAnomaly(() =>
      profile(() => {
        expect(() => x.sqrt().backward()).toThrow('nan values')
        recordFunction('after', () => ones([2]).exp())
      }),
    )
    expect(find(measured, 'SqrtBackward0').parent).toBeNull()
    expect([find(measured, 'after').parent, find(measured, 'exp').parent?.name]).toEqual([null, 'after'])
    expectNested(measured)
  })

  test('it changes no result', () => {
    const gradients = (run: (f: () => void) => void): unknown => {
      layer.zeroGrad()
      run(step)
      return layer.parameters().map(({ grad }) => grad?.toArray())
    }
    expect(gradients((f) => profile(f))).toEqual(gradients((f) => f()))
  })
})

describe('options', () => {
  test('without them nothing more is noted', () => {
    for (const event of profile(step).events) expect([event.inputShapes, event.line, event.allocated]).toEqual([null, null, null])
  })

  test('recordShapes', () => {
    const measured = profile(step, { recordShapes: true })
    expect(find(measured, 'add').inputShapes).toEqual([[4, 2], [2]])
    expect(find(measured, 'MatmulBackward0').inputShapes).toEqual([[4, 2]])
    const rows = measured.keyAverages({ groupByInputShape: true }).filter(({ name }) => name === 'AccumulateGrad')
    expect(rows.map(({ inputShapes, count }) => [inputShapes, count])).toEqual(
      expect.arrayContaining([
        [[[2, 3]], 1],
        [[[2]], 1],
      ]),
    )
    expect(measured.table({ groupByInputShape: true })).toMatch(/Input shapes\n[\s\S]*\nadd .* \[4, 2\] \[2\]\n/)
    expect(() => profile(step).keyAverages({ groupByInputShape: true })).toThrow('Profile with { recordShapes: true }')
  })

  test('withStack names the line, and for a node that of its operation', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const measured = profile(
      () => {
        const y = x.exp() // forward
        y.sum().backward() // walk
      },
      { withStack: true },
    )
    expect(find(measured, 'exp').line?.text).toBe('const y = x.exp() // forward')
    expect(find(measured, 'exp').line?.file).toBe('test/autograd/profiler.test.ts')
    expect(find(measured, 'ExpBackward0').line).toBe(find(measured, 'exp').line)
    expect(find(measured, 'mul').line?.text).toBe('y.sum().backward() // walk')
    expectNested(measured)
  })

  test('profileMemory counts the bytes of results; views have none', () => {
    const measured = profile(() => recordFunction('all', () => randn([10, 5]).permute([1, 0]).exp()), { profileMemory: true })
    expect([find(measured, 'permute').allocated, find(measured, 'exp').allocated]).toEqual([0, 200])
    const own = measured.events.filter(({ category }) => category !== 'user').reduce((sum, { allocated }) => sum + (allocated as number), 0)
    expect(find(measured, 'all').allocated).toBe(own)
    expect(measured.table()).toMatch(/Allocated\n[\s\S]*\nexp .* 200 B\n/)
  })
})

describe('rows', () => {
  test('counts, totals and self times add up', () => {
    const measured = profile(() => recordFunction('step', step))
    const rows = measured.keyAverages()
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(measured.events.length)
    const roots = measured.events.filter(({ parent }) => parent === null)
    expect(rows.reduce((sum, { self }) => sum + self, 0)).toBeCloseTo(
      roots.reduce((sum, { duration }) => sum + duration, 0),
      6,
    )
    expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
    for (const row of rows) {
      expect(row.self).toBeLessThanOrEqual(row.total + 1e-9)
      expect(row.mean * row.count).toBeCloseTo(row.total, 9)
    }
    expect(rows.map(({ self }) => self)).toEqual(rows.map(({ self }) => self).toSorted((a, b) => b - a))
  })

  test('an event inside another of its row counts once in the total', () => {
    const measured = profile(() => recordFunction('again', () => recordFunction('again', () => ones([2]).exp())))
    const row = measured.keyAverages().find(({ name }) => name === 'again')
    expect(row).toMatchObject({ count: 2, total: measured.events[0]?.duration })
  })

  test('nothing measured makes an empty table', () => {
    const measured = profile(() => {})
    expect([measured.keyAverages(), measured.events]).toEqual([[], []])
    expect(measured.table()).toContain('Self time total: 0.000µs')
  })
})

describe('table', () => {
  const measured = profile(() => {
    for (let i = 0; i < 3; i++) recordFunction('a label that is longer than a column of a table would like to be', step)
  })
  const rowsOf = (table: string): string[] => table.split('\n').slice(3, -2)

  test('has PyTorch’s columns, aligned', () => {
    const lines = measured.table().split('\n')
    expect(lines[1]?.split(/ {2,}/)).toEqual(['Name', 'Self %', 'Self time', 'Total %', 'Total time', 'Mean', '# of calls'])
    expect(lines[0]).toBe(lines[2])
    expect(lines.at(-2)).toBe(lines[0])
    expect(lines.at(-1)).toMatch(/^Self time total: \d+\.\d{3}(µs|ms|s)$/)
    expect(new Set(lines.slice(0, -1).map((line) => line.length)).size).toBe(1)
    for (const row of rowsOf(measured.table()))
      expect(row).toMatch(/^.*? +\d+\.\d\d% +\d+\.\d{3}(µs|ms|s) +\d+\.\d\d% +\d+\.\d{3}(µs|ms|s) +\d+\.\d{3}(µs|ms|s) +\d+$/)
    expect(rowsOf(measured.table()).filter((row) => /^a label .*… /.test(row)).length).toBe(1)
  })

  test('is sorted and limited', () => {
    const names = (table: string): string[] => rowsOf(table).map((row) => row.split(/ {2,}/)[0] as string)
    const rows = measured.keyAverages()
    expect(names(measured.table({ sortBy: 'name' }))).toEqual(names(measured.table({ sortBy: 'name' })).toSorted())
    expect(rowsOf(measured.table({ sortBy: 'totalTime' }))[0]).toMatch(/^a label .* 100\.00% /)
    const byCount = rowsOf(measured.table({ sortBy: 'count' })).map((row) => Number(row.split(' ').at(-1)))
    expect(byCount).toEqual(byCount.toSorted((a, b) => b - a))
    expect(rowsOf(measured.table()).length).toBe(rows.length)
    const short = measured.table({ rowLimit: 2 })
    expect(rowsOf(short).length).toBe(2)
    expect(short).toMatch(new RegExp(`\\(2 of ${rows.length} rows\\)$`))
  })
})

describe('Chrome trace', () => {
  type TraceEvent = Readonly<Record<string, unknown>>
  const traceOf = (measured: Profile): TraceEvent[] => JSON.parse(measured.toChromeTrace()).traceEvents
  const ofPhase = (events: readonly TraceEvent[], ...phases: string[]): TraceEvent[] =>
    events.filter(({ ph }) => phases.includes(ph as string))
  const number = expect.any(Number)
  const string = expect.any(String)

  /** Fields of the Trace Event Format by phase: complete events, metadata, beginning and end of a flow. */
  const fields: Readonly<Record<string, TraceEvent>> = {
    X: { name: string, cat: string, ph: 'X', ts: number, dur: number, pid: number, tid: number, args: expect.any(Object) },
    M: { name: expect.stringMatching(/^(process|thread)_name$/), ph: 'M', ts: 0, pid: number, tid: number, args: { name: string } },
    s: { name: string, cat: string, ph: 's', id: number, ts: number, pid: number, tid: number },
    f: { name: string, cat: string, ph: 'f', bp: 'e', id: number, ts: number, pid: number, tid: number },
  }

  const x = tensor([1, 2], { requiresGrad: true })
  const measured: Profile = profile(
    () => {
      const y = recordFunction('forward', () => x.mul(2).exp().sum())
      y.backward(undefined, { retainGraph: true })
      y.backward()
    },
    { recordShapes: true, withStack: true, profileMemory: true },
  )

  test('has the fields of the format', () => {
    const trace = JSON.parse(measured.toChromeTrace())
    expect(Object.keys(trace)).toEqual(['displayTimeUnit', 'traceEvents'])
    expect(trace.displayTimeUnit).toBe('ms')
    for (const event of trace.traceEvents as TraceEvent[]) expect(event).toEqual(fields[event.ph as string])
    for (const { ts, dur = 0 } of trace.traceEvents) expect(ts >= 0 && dur >= 0).toBe(true)
    expect(ofPhase(trace.traceEvents, 'M').map(({ name }) => name)).toEqual(['process_name', 'thread_name'])
  })

  test('spans are the events, in order, and nest on one track', () => {
    const spans = ofPhase(traceOf(measured), 'X')
    expect(spans.map(({ name, cat, ts, dur }) => [name, cat, ts, dur])).toEqual(
      measured.events.map(({ name, category, start, duration }) => [name, category, start, duration]),
    )
    expect(new Set(spans.map(({ pid, tid }) => `${pid} ${tid}`)).size).toBe(1)
    const open: number[] = []
    for (const { ts, dur } of spans) {
      const [begins, ends] = [nanoseconds(ts as number), nanoseconds(ts as number) + nanoseconds(dur as number)]
      while (open.length > 0 && (open.at(-1) as number) <= begins) open.pop()
      if (open.length > 0) expect(ends).toBeLessThanOrEqual(open.at(-1) as number)
      open.push(ends)
    }
  })

  test('an arrow leads from each operation to each run of its node', () => {
    const trace = traceOf(measured)
    /** The span to which a flow event is bound: the last that began before it. */
    const bound = (flow: TraceEvent): string => {
      const [before] = ofPhase(trace.slice(0, trace.indexOf(flow)), 'X').slice(-1)
      expect(before?.ts).toBe(flow.ts)
      return before?.name as string
    }
    const arrows = ofPhase(trace, 's').map((from) => {
      const ends = ofPhase(trace, 'f').filter(({ id }) => id === from.id)
      expect(ends.length).toBe(1)
      const [to] = ends as [TraceEvent]
      expect([to.name, to.cat]).toEqual([from.name, from.cat])
      expect(to.ts as number).toBeGreaterThan(from.ts as number)
      return `${bound(from)} → ${bound(to)}`
    })
    expect(ofPhase(trace, 'f').length).toBe(arrows.length)
    const expected = ['mul → MulBackward0', 'exp → ExpBackward0', 'sum → SumBackward0']
    expect(arrows.toSorted()).toEqual([...expected, ...expected].toSorted()) // backward ran twice
  })

  test('shows what was noted besides', () => {
    const span = ofPhase(traceOf(measured), 'X').find(({ name }) => name === 'exp') as TraceEvent
    expect(span.args).toEqual({
      'input shapes': '[2]',
      line: expect.stringMatching(/^test\/autograd\/profiler\.test\.ts:\d+:\d+$/),
      code: expect.stringContaining('x.mul(2).exp()'),
      'allocated bytes': 8,
    })
    const bare = ofPhase(traceOf(profile(step)), 'X')
    expect(bare.every(({ args }) => Object.keys(args as object).length === 0)).toBe(true)
  })
})
