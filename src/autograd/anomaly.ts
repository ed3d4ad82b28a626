// Anomaly detection: backward stops at the first NaN, and names the line of the forward pass that made the node.
import { callSite, type SourceLine } from '../core/call-site.ts'
import { GradError } from '../core/errors.ts'
import { physicalOf, type Value } from '../core/value.ts'
import { any, isnan, item } from '../primitives/operations.ts'
import type { GraphNode } from './graph-node.ts'
import { setGradEnabled } from './modes.ts'
import { type NodeObserver, observeNodes } from './observation.ts'

const lines = new WeakMap<GraphNode, SourceLine>()

const where = (node: GraphNode): string => {
  const line = lines.get(node)
  if (line === undefined) return 'Its forward call was not recorded: run the forward pass under detectAnomaly, too.'
  return `Its forward call: ${line.file}:${line.line}:${line.column}${line.text === null ? '' : ` (${line.text})`}.`
}

function hasNaN(gradient: Value): boolean {
  const before = setGradEnabled(false)
  try {
    return Boolean(item(any(isnan(physicalOf(gradient)), null)))
  } finally {
    setGradEnabled(before)
  }
}

const observer = (checkNan: boolean): NodeObserver => ({
  created(node) {
    const line = callSite()
    if (line !== null) lines.set(node, line)
  },
  ran(node, gradInputs) {
    if (!checkNan) return
    const number = gradInputs.findIndex((gradient) => gradient !== null && hasNaN(gradient))
    if (number >= 0) throw new GradError(`backward: Function '${node.name}' returned nan values in its ${number}th output. ${where(node)}`)
  },
  failed(node, error) {
    // the error keeps its class and its stack, which is that of the backward call
    if (error instanceof Error && !error.message.includes('forward call'))
      error.message = `${error.message.replace(/[^.!?]$/, '$&.')} ${where(node)}`
  },
})

let stop: (() => void) | null = null
let checking = false

/** Whether anomalies are looked for now. */
export const isAnomalyEnabled = (): boolean => stop !== null

/** Looks for anomalies from now on, or no longer; returns what restores the state before. */
export function setAnomaly(enabled: boolean, checkNan: boolean): () => void {
  const [wasEnabled, wasChecking] = [stop !== null, checking]
  stop?.()
  stop = enabled ? observeNodes(observer(checkNan)) : null
  checking = checkNan
  return () => void setAnomaly(wasEnabled, wasChecking)
}
