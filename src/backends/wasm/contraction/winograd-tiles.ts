// The products of Winograd's filtering, by the tile functions of matrix products, and calls by which the revectorizer's copies are proved.
import type { Code, FunctionCode } from '../assembler.ts'
import { type FunctionBuilder, i32 } from '../builder.ts'
import { probeTable } from './convolution-taps.ts'
import { PROBE_BYTES, PROBE_DEPTH } from './kernels.ts'
import { type Layout, tileFunction, tileName } from './microkernel.ts'
import { POINTS, type Side, TILE } from './winograd-points.ts'
import { LANE_BYTES } from './winograd-transforms.ts'

/** Rows of the largest tile, and of the smallest panel. */
export const PANEL_ROWS = 6
export const LEAST_PANEL = 4
const HEIGHTS = [4, 5, 6]

/** Calls the tile function for as many rows as a panel has. */
export function callTile(f: FunctionBuilder, height: Code, vectors: number, operands: readonly Code[], rows: number = PANEL_ROWS): void {
  const call = (): void => f.emit(['call', tileName(rows, vectors), ...operands])
  if (rows === LEAST_PANEL) call()
  else f.if(['i32.eq', height, i32(rows)], call, () => callTile(f, height, vectors, operands, rows - 1))
}

/** The functions that `callTile` calls. */
export const tileFunctions = (layout: Layout, vectors: number): FunctionCode[] =>
  HEIGHTS.map((rows) => tileFunction({ type: 'f32', rows, vectors, layout }))

type Probe = () => void

/** Calls of a transform that make up a probe: enough to be timed. */
const PROBE_CALLS = 16
/** Bytes between lines of a probe. */
const STEP = 512

interface Probes {
  /** With so many lines of results. */
  down(name: string, side: Side, lines: number): Probe
  across(name: string): Probe
  columns(): Probe
  outputs(): Probe
  taps(name: string): Probe
  tiles(layout: Layout): Probe[]
}

/** Calls of functions with operands in the first half of the area for probes, and results of their own in the second. */
export function probesOf(functions: WebAssembly.Exports, wide: boolean, address: number): Probes {
  const call = (name: string, ...numbers: number[]): void => (functions[name] as (...numbers: number[]) => void)(...numbers)
  const [table, vectors] = [probeTable(), wide ? 4 : 2]
  let free = address + PROBE_BYTES / 2
  const take = (bytes: number): number => {
    free += bytes
    return free - bytes
  }
  const often = (bytes: number, run: (to: number) => void): Probe => {
    const to = take(bytes)
    return () => {
      for (let i = 0; i < PROBE_CALLS; i++) run(to)
    }
  }
  return {
    down: (name, { inputs }, lines) => {
      const rows = Array.from({ length: inputs }, (_, i) => address + STEP * i)
      return often(STEP * lines, (to) => call(name, ...rows, to, STEP, STEP / 4))
    },
    across: (name) => often(STEP * POINTS, (to) => call(name, table, address, 16, STEP / LANE_BYTES, to, LANE_BYTES, STEP)),
    columns: () => often(STEP * TILE, (to) => call('columns', address, STEP, to, STEP, STEP)),
    outputs: () => often(STEP * TILE, (to) => call('outputs', address, LANE_BYTES, table, to, STEP, address)),
    taps: (name) => often(9 * LANE_BYTES, (to) => call(name, address, LANE_BYTES, to)),
    tiles: (layout) =>
      HEIGHTS.map((rows) => {
        const to = take(16 * vectors * rows)
        // rows overlap, so that operands stay in cache
        const aStep = layout === 'across' ? 4 : STEP
        return () => call(tileName(rows, vectors), PROBE_DEPTH, address, aStep, address + 4096, 16, to, 16 * vectors, 0)
      }),
  }
}
