// How long a run takes. It runs in every engine, browsers included, and knows no library.

export interface Timing {
  /** Milliseconds a run: the median of the samples, and the least. */
  readonly ms: number
  readonly best: number
  readonly runs: number
}

/** What is asked of a worker: to measure a case for about so many seconds, or to forget it. */
export interface Request {
  readonly case: string
  readonly mode: string
  readonly seconds: number
  readonly forget?: boolean
}

/** What a worker answers; nothing where it has no such case. */
export type Reply = Timing | { readonly missing: string }

/** Engines compile hot code, and hear of freed memory, only when the event loop turns. */
const TURN_EVERY = 16
/** A sample is long against the clock's resolution. */
const SAMPLE = 0.2
const LEAST_SAMPLES = 5
/** Milliseconds: engines optimise code in the background, and the pool finds its size. */
const LEAST_WARM_UP = 1000
/** Milliseconds from which a single run is enough. */
const SLOW = 1000

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** Milliseconds a run. What other libraries give may be a promise. */
function time(run: () => unknown, runs: number): number | Promise<number> {
  const start = performance.now()
  for (let i = 0; i < runs; i++) {
    const result = run()
    if (result instanceof Promise) return timeWaiting(run, runs, start, result)
  }
  return (performance.now() - start) / runs
}

async function timeWaiting(run: () => unknown, runs: number, start: number, first: Promise<unknown>): Promise<number> {
  await first
  for (let i = 1; i < runs; i++) await run()
  return (performance.now() - start) / runs
}

/** Runs until the engine has had time to compile what is hot; gives the milliseconds of one run. */
export async function warmUp(run: () => unknown, seconds: number): Promise<number> {
  const end = performance.now() + Math.max(LEAST_WARM_UP, seconds * 500)
  let once = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3 || performance.now() < end; i++) {
    if (once !== Number.POSITIVE_INFINITY && once > SLOW) break
    const runs = Math.max(1, Math.ceil(4 / Math.max(once, 1e-4)))
    once = Math.min(once, await time(run, once === Number.POSITIVE_INFINITY ? 1 : runs))
    await turn()
  }
  return once
}

/** Measures what is warm. */
export async function measure(run: () => unknown, once: number, seconds: number): Promise<Timing> {
  const runs = Math.max(1, Math.ceil(SAMPLE / Math.max(once, 1e-4)))
  const samples: number[] = []
  const end = performance.now() + seconds * 1000
  let turned = performance.now()
  while (samples.length < (once > SLOW ? 1 : LEAST_SAMPLES) || performance.now() < end) {
    const sample = time(run, runs)
    samples.push(typeof sample === 'number' ? sample : await sample)
    if (performance.now() - turned > TURN_EVERY) {
      await turn()
      turned = performance.now()
    }
  }
  samples.sort((a, b) => a - b)
  return { ms: samples[samples.length >> 1] as number, best: samples[0] as number, runs: samples.length * runs }
}

/** Answers requests for the cases that `find` sets up; each is warmed up once. */
export function answering(find: (name: string, mode: string) => (() => () => unknown) | undefined): (request: Request) => Promise<Reply> {
  const warm = new Map<string, { readonly run: () => unknown; readonly once: number }>()
  return async (request) => {
    const key = `${request.case}/${request.mode}`
    if (request.forget) warm.clear()
    const setUp = find(request.case, request.mode)
    if (request.forget || setUp === undefined) return { missing: 'no such case' }
    try {
      let entry = warm.get(key)
      if (entry === undefined) {
        const run = setUp()
        entry = { run, once: await warmUp(run, request.seconds) }
        warm.set(key, entry)
      }
      return await measure(entry.run, entry.once, request.seconds)
    } catch (error) {
      return { missing: String(error) }
    }
  }
}
