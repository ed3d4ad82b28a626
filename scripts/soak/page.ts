// The script of the soak test's page: an asynchronous loop that makes 42 MB a step and disposes of nothing.
import { full, memory } from 'wengert'

const STEPS = 400
const TENSORS = 61
const LENGTH = 180_000

/** The next turn of the event loop, without the 4 ms that a timer waits. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

declare global {
  interface Window {
    soak: (timers: boolean) => Promise<Outcome>
  }
}

/** What the page says of itself. */
export interface Outcome {
  readonly stats: memory.MemoryStats
  readonly milliseconds: number
  readonly wrong: number
}

window.soak = async (timers) => {
  const kept = full([LENGTH], 42)
  const start = performance.now()
  let wrong = 0
  for (let step = 0; step < STEPS; step++) {
    let x = full([LENGTH], step)
    for (let i = 1; i < TENSORS; i++) x = x.add(1)
    if (x.at(LENGTH - 1).item() !== step + TENSORS - 1) wrong++
    await (timers ? new Promise((resolve) => setTimeout(resolve)) : turn())
  }
  if (kept.toTypedArray().some((element: number) => element !== 42)) wrong++
  return { stats: memory.stats(), milliseconds: (performance.now() - start) / STEPS, wrong }
}
