// Asks the engine's garbage collector, in the middle of a job, what is still reachable. Weak references keep their objects until a job
// ends, and the collector runs when it likes; both can be hurried in Node, Bun and Deno, neither in a page.

/** Collecting on demand. */
export interface Collector {
  /** Ends what weak references do in the current job: keeping the objects that they were made for or asked about. */
  endKeeping(): void
  /** Collects everything that is unreachable; weak references to it are empty afterwards. */
  collect(): void
  /** The same for young objects alone, which takes a hundredth of the time where there are many old ones; null where there is no such thing. */
  readonly collectYoung: (() => void) | null
}

interface Script {
  runInContext(context: object): unknown
}
interface VirtualMachine {
  readonly Script: new (text: string) => Script
  createContext(globals: object, options: object): object
  runInNewContext(text: string): unknown
}
interface Engine {
  setFlagsFromString(flag: string): void
}
type Modules = { readonly process?: { readonly getBuiltinModule?: (name: string) => unknown } }
type Collect = (options?: { readonly type: 'minor' }) => void
type Collecting = { readonly Bun?: { gc?: (synchronously: boolean) => void }; readonly gc?: Collect }

const byAge = (gc: Collect): Pick<Collector, 'collect' | 'collectYoung'> => ({
  collect: () => gc(),
  collectYoung: () => gc({ type: 'minor' }),
})

function collecting(machine: VirtualMachine, engine: Engine | undefined): Pick<Collector, 'collect' | 'collectYoung'> | null {
  const { Bun, gc } = globalThis as Collecting
  if (Bun?.gc !== undefined) return { collect: () => Bun.gc?.(true), collectYoung: null }
  if (typeof gc === 'function') return byAge(gc)
  if (engine === undefined) return null
  // the flag gives `gc` to contexts that are made while it is set: one that nobody else sees
  engine.setFlagsFromString('--expose-gc')
  const found = machine.runInNewContext('gc')
  engine.setFlagsFromString('--no-expose-gc')
  return typeof found === 'function' ? byAge(found as Collect) : null
}

/** The collector, or null where an engine cannot be asked. */
export function findCollector(): Collector | null {
  try {
    const load = (globalThis as Modules).process?.getBuiltinModule
    const machine = load?.('node:vm') as VirtualMachine | undefined
    if (machine === undefined) return null
    const collect = collecting(machine, load?.('node:v8') as Engine | undefined)
    if (collect === null) return null
    // Leaving a context that has microtasks of its own runs those, not the program's; and where microtasks have run, keeping ends.
    const context = machine.createContext({}, { microtaskMode: 'afterEvaluate' })
    const nothing = new machine.Script('0')
    return { endKeeping: () => void nothing.runInContext(context), ...collect }
  } catch {
    return null // a host that lets programs do neither
  }
}
