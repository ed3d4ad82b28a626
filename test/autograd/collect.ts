// Forces a collection that also ends the keeping of WeakRef targets until the end of the job, so that a synchronous test can look.
import { setFlagsFromString } from 'node:v8'
import { createContext, runInContext, runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
const context = createContext({}, { microtaskMode: 'afterEvaluate' })

/** Collects everything that is unreachable now. */
export function collect(): void {
  runInContext('0', context)
  gc()
}
