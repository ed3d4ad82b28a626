// V8's revectorizer, which merges neighbouring 128-bit operations into 256-bit ones: an experimental flag that is read when a function is
// optimised. It is on only from the moment one of our kernels is warmed up until V8 has optimised it, so that other people's WebAssembly
// is compiled without it. It knows nothing of what kernels compute.
import { environmentVariable } from '../../core/environment.ts'

/** Node's majors that are tested with it. What V8 they contain looks itself for AVX2 and FMA. */
const MAJORS = ['26']
const FLAG = 'experimental-wasm-revectorize'
/** Milliseconds between two looks, and until a candidate is given up. */
const INTERVAL = 2
const PATIENCE = 5000

/** Calls of a probe after which V8 has wanted to optimise it for a while (it counts bytes of code that loops run through). */
export const WARM_CALLS = 600
/** What part of the time of unoptimised code optimised code takes at most: it is 0.15 to 0.3, and without the flag 0.38. */
export const OPTIMISED = 0.45

/** The least milliseconds that a probe takes. */
export function time(probe: () => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 4; i++) {
    const start = performance.now()
    probe()
    least = Math.min(least, performance.now() - start)
  }
  return least
}

/** A kernel that waits for V8's optimising compiler. */
export interface Candidate {
  /** Compiles it and calls it until V8 wants to optimise it. */
  warmUp(): void
  /** Whether it has been optimised. */
  isOptimised(): boolean
  /** Decides whether it is used: it is optimised, or was given up. */
  settle(): void
}

interface Process {
  readonly arch?: string
  readonly versions?: Readonly<Record<string, string | undefined>>
  getBuiltinModule?(name: string): { setFlagsFromString(flags: string): void } | undefined
}

let allowed: boolean | null = null

/** Whether kernels are revectorized here; `WENGERT_REVECTORIZE=0` forbids it. */
export function mayRevectorize(): boolean {
  if (allowed === null) {
    const { arch, versions = {}, getBuiltinModule } = (globalThis as { process?: Process }).process ?? {}
    const isNode =
      !(versions['bun'] ?? versions['deno'] ?? versions['electron']) && MAJORS.includes(String(versions['node']).split('.')[0] as string)
    allowed = isNode && arch === 'x64' && environmentVariable('WENGERT_REVECTORIZE') !== '0' && getBuiltinModule !== undefined
  }
  return allowed
}

function setFlag(on: boolean): void {
  const { process } = globalThis as { process?: Process }
  process?.getBuiltinModule?.('node:v8')?.setFlagsFromString(`--${on ? '' : 'no-'}${FLAG}`)
}

interface Waiting {
  readonly candidate: Candidate
  readonly since: number
}

let waiting: Waiting[] = []
let looked = 0
let isTimed = false

/** How many candidates wait, for which `lookAgain` should be called now and then; the flag is on as long as there are any. */
export const candidates = (): number => waiting.length

/** Has a candidate optimised with the flag on; where that fails, all stays as it was. */
export function revectorize(candidate: Candidate): void {
  try {
    setFlag(true)
    candidate.warmUp()
    waiting.push({ candidate, since: performance.now() })
    lookLater()
  } catch {
    if (waiting.length === 0) setFlag(false)
  }
}

function lookLater(): void {
  if (isTimed) return
  isTimed = true
  // where no more kernels run, the flag is cleared all the same; this keeps no process alive
  const timer = setTimeout(() => {
    isTimed = false
    lookAgain()
    if (waiting.length > 0) lookLater()
  }, 10 * INTERVAL) as { unref?(): void } | number
  if (typeof timer === 'object') timer.unref?.()
}

/** Settles the candidates that have been optimised meanwhile; takes microseconds where a look was just taken. */
export function lookAgain(): void {
  const now = performance.now()
  if (waiting.length === 0 || now - looked < INTERVAL) return
  const settled = waiting.filter(({ candidate, since }) => candidate.isOptimised() || now - since > PATIENCE)
  waiting = waiting.filter((each) => !settled.includes(each))
  if (waiting.length === 0) setFlag(false)
  for (const { candidate } of settled) candidate.settle()
  looked = performance.now()
}
