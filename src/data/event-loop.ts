// Real turns of the event loop. Awaiting settled promises lets no timer, finalizer or Ctrl-C run; a turn does.

// Node, Bun and Deno have it; its type is not among the ones of the web, which are all that this library is compiled with.
const host = globalThis as { setImmediate?: (run: () => void) => unknown }

/** Resolves after timers, input and finalizers had their chance. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (host.setImmediate !== undefined) host.setImmediate(resolve)
    else {
      const { port1, port2 } = new MessageChannel() // a timer of 0 ms would be slowed to 4 ms in browsers
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(null)
    }
  })
}

const MILLISECONDS = 8 // so that with work of as much again between two looks at the clock it is no more than 16

/** Gives the event loop a turn, but not more often than every few milliseconds: `const breathe = breather(); … await breathe()`. */
export function breather(): () => Promise<void> | undefined {
  let last = performance.now()
  return () => {
    if (performance.now() - last < MILLISECONDS) return undefined
    return eventLoopTurn().then(() => {
      last = performance.now()
    })
  }
}
