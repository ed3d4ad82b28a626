// A profile in the Trace Event Format, which Perfetto and chrome://tracing open: complete events ('X') on one track, and an arrow
// (flow events 's' and 'f') from each forward operation to its node of backward.

import { printShapes } from './averages.ts'
import type { ProfileEvent } from './recording.ts'

const track = { pid: 1, tid: 1 }
/** The name that PyTorch gives these arrows. */
const arrow = { name: 'fwdbwd', cat: 'fwdbwd', pid: 1, tid: 1 }

function argumentsOf({ inputShapes, line, allocated }: ProfileEvent): Record<string, unknown> {
  return {
    ...(inputShapes && { 'input shapes': printShapes(inputShapes) }),
    ...(line && { line: `${line.file}:${line.line}:${line.column}`, ...(line.text !== null && { code: line.text }) }),
    ...(allocated !== null && { 'allocated bytes': allocated }),
  }
}

/** The text of a trace. */
export function chromeTraceOf(events: readonly ProfileEvent[]): string {
  /** Numbers of the arrows that begin at an operation: as many as its node ran. */
  const arrowsFrom = new Map<ProfileEvent, number[]>()
  const arrowTo = new Map<ProfileEvent, number>()
  for (const event of events) {
    if (event.forward === null) continue
    const id = arrowTo.size + 1
    arrowTo.set(event, id)
    arrowsFrom.set(event.forward, [...(arrowsFrom.get(event.forward) ?? []), id])
  }
  const traceEvents: Record<string, unknown>[] = [
    { name: 'process_name', ph: 'M', ts: 0, ...track, args: { name: 'wengert' } },
    { name: 'thread_name', ph: 'M', ts: 0, ...track, args: { name: 'forward and backward' } },
  ]
  for (const event of events) {
    const { name, category, start, duration } = event
    traceEvents.push({ name, cat: category, ph: 'X', ts: start, dur: duration, ...track, args: argumentsOf(event) })
    // right after the event that it is bound to, which is the one that encloses this time
    for (const id of arrowsFrom.get(event) ?? []) traceEvents.push({ ...arrow, ph: 's', id, ts: start })
    const id = arrowTo.get(event)
    if (id !== undefined) traceEvents.push({ ...arrow, ph: 'f', bp: 'e', id, ts: start })
  }
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents })
}
