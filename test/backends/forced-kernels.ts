// Kernels of contractions as a test wants them: in one shape of tiles, and their tasks one by one from the last to the first.
// A test file mocks `contraction/kernels.ts` and `launch.ts` with what is here.
import type { TwoShapes } from '../../src/backends/wasm/contraction/kernels.ts'
import type { Kernel } from '../../src/backends/wasm/launch.ts'
import { reserve, words } from '../../src/core/memory/heap.ts'

type Original = <T>() => Promise<T>

/** Which shape of tiles is used, whether tasks run backwards, and which kernels were launched. */
export const forced: { wide: boolean; backwards: boolean; launched: string[] } = { wide: false, backwards: false, launched: [] }

/** As it is without a test. */
export const leaveAlone = (): void => void Object.assign(forced, { wide: false, backwards: false, launched: [] })

/** In place of `contraction/kernels.ts`. */
export async function forcedKernels(original: Original): Promise<object> {
  const made = new Map<string, Kernel>()
  const kernelOf = (shapes: TwoShapes) => {
    const key = shapes.name + forced.wide
    const kernel = made.get(key) ?? shapes.make(forced.wide)
    made.set(key, kernel)
    return { kernel, wide: forced.wide }
  }
  return { ...(await original<object>()), kernelOf }
}

/** In place of `launch.ts`. */
export async function forcedLaunches(original: Original): Promise<object> {
  const actual = await original<typeof import('../../src/backends/wasm/launch.ts')>()
  let at = 0
  const launch: typeof actual.launch = (kernel, args, tasks, work) => {
    forced.launched.push(kernel.name)
    if (!forced.backwards) return actual.launch(kernel, args, tasks, work)
    at ||= reserve(4096)
    words.set(args, at >>> 2)
    for (let task = tasks - 1; task >= 0; task--) kernel.run(at, task, task + 1)
  }
  return { ...actual, launch }
}
