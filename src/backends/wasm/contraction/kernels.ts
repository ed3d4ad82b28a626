// Kernels in two tile shapes: a narrow one that every engine runs well, and one with tiles twice as wide for the revectorizer, which takes
// over once it has been optimised, proved right and proved faster. Both must form every sum in the same order, so that the bits are the same.
import { floats, memory, reserve } from '../../../core/memory/heap.ts'
import { hasRelaxedSimd } from '../features.ts'
import type { Kernel } from '../launch.ts'
import { recorder } from '../launch-recorder.ts'
import { type Candidate, candidates, lookAgain, mayRevectorize, OPTIMISED, revectorize, time, WARM_CALLS } from '../revectorizer.ts'

/** A kernel that exists in both shapes. */
export interface TwoShapes {
  readonly name: string
  /** Compiles it. */
  make(wide: boolean): Kernel
  /**
   * Calls of its tile functions, the fullest last, with operands within `PROBE_BYTES` at `address`, about `PROBE_DEPTH` deep in total.
   * They should write what shows whether every lane is right, each to memory of its own.
   */
  probes(functions: WebAssembly.Exports, wide: boolean, address: number): readonly (() => void)[]
}

/** Bytes that probes may use. */
export const PROBE_BYTES = 32768
/** Depth of the sum that a probe forms. */
export const PROBE_DEPTH = 256

/** Multiplications from which on the wide shape is worth its compilation and warming up, a few milliseconds. */
const ENOUGH = 1 << 24
/** The wide tile does twice as much. Where the processor has no wide registers it takes three times as long. */
const LONGEST = 1.8

interface Entry {
  kernel: Kernel
  wide: boolean
  multiplications: number
}

const entries = /*@__PURE__*/ new Map<string, Entry>()

/** The kernel as things stand, before it does so many multiplications. Ask before every launch: the shape may change between two. */
export function kernelOf(shapes: TwoShapes, multiplications: number): { readonly kernel: Kernel; readonly wide: boolean } {
  recorder?.choose((runs) => chosen(shapes, runs * multiplications).kernel)
  return chosen(shapes, recorder === null ? multiplications : 0)
}

function chosen(shapes: TwoShapes, multiplications: number): Entry {
  if (candidates() > 0) lookAgain()
  let entry = entries.get(shapes.name)
  if (entry === undefined) {
    entry = { kernel: shapes.make(false), wide: false, multiplications: 0 }
    entries.set(shapes.name, entry)
  }
  if (entry.multiplications < ENOUGH) {
    entry.multiplications += multiplications
    if (entry.multiplications >= ENOUGH && mayRevectorize()) revectorize(widening(entry, shapes))
  }
  return entry
}

/** Which instructions each kernel's tiles are made of at present, and whether they are the wide ones. */
export function microkernels(): Record<string, string> {
  const plain = hasRelaxedSimd() ? 'relaxed madd' : 'mul and add'
  return Object.fromEntries([...entries].map(([name, { wide }]) => [name, wide ? 'wide, revectorized' : `narrow, ${plain}`]))
}

let area = 0

/** Lets the wide shape take over. */
function widening(entry: Entry, shapes: TwoShapes): Candidate {
  area ||= reserve(2 * PROBE_BYTES)
  const probesOf = (kernel: Kernel, wide: boolean): readonly (() => void)[] => {
    // another instance of the same bytes shares its code with the one that is launched
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(kernel.bytes as Uint8Array<ArrayBuffer>), {
      env: { memory: memory as WebAssembly.Memory },
    })
    return shapes.probes(exports, wide, wide ? area : area + PROBE_BYTES)
  }
  const fill = (): void => {
    const numbers = floats.subarray(area >>> 2, (area + PROBE_BYTES) >>> 2)
    numbers.forEach((_, i) => {
      numbers[i] = ((i * 7919) % 1009) / 1009 - 0.5
    })
  }
  /** What probes leave behind, as bits. */
  const results = (): Uint8Array => {
    fill()
    for (const probe of probes) probe()
    return new Uint8Array((memory as WebAssembly.Memory).buffer).slice(area, area + PROBE_BYTES)
  }
  let kernel = entry.kernel
  let probes: readonly (() => void)[] = []
  let pending: { probe: () => void; unoptimised: number }[] = []
  let expected: Uint8Array = new Uint8Array(0)
  return {
    warmUp() {
      if (area === 0) return
      kernel = shapes.make(true)
      probes = probesOf(kernel, true)
      expected = results()
      pending = probes.map((probe) => ({ probe, unoptimised: time(probe) }))
      for (const probe of probes) for (let i = 0; i < WARM_CALLS; i++) probe()
    },
    isOptimised() {
      pending = pending.filter(({ probe, unoptimised }) => time(probe) > unoptimised * OPTIMISED)
      return pending.length === 0
    },
    settle() {
      const [wide, narrow] = [probes.at(-1), probesOf(entry.kernel, false).at(-1)]
      if (wide === undefined || narrow === undefined || time(wide) > LONGEST * time(narrow)) return
      const found = results()
      if (expected.every((byte, i) => byte === found[i])) Object.assign(entry, { kernel, wide: true })
    },
  }
}
