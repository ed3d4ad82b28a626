// Where a segmented kernel runs: on WebAssembly, in one launch, for the segments that live in the heap; the others as JavaScript loops.
import { runSegment } from './reference/segments.ts'
import type { LoopKernel } from './wasm/loops/ir.ts'
import * as wasm from './wasm/loops/run.ts'

/** Dense tensors of one length and dtype, and the numbers that go with them. */
export type Segment = wasm.Segment

function isInHeap({ tensors }: Segment): boolean {
  for (const { storage } of tensors) if (storage.address === 0) return false
  return true
}

/** Runs a kernel of one stage over all segments, of which none writes what another one reads. */
export function runSegments(kernel: LoopKernel, segments: readonly Segment[]): void {
  /** Those in the heap, by the dtype's code. */
  const launches: Segment[][] = []
  for (const segment of segments) {
    if (!isInHeap(segment)) runSegment(kernel, segment)
    else {
      const code = segment.tensors[0]?.storage.type.code as number
      const launch = launches[code]
      if (launch === undefined) launches[code] = [segment]
      else launch.push(segment)
    }
  }
  // (holes are skipped)
  launches.forEach((launch) => {
    if (!wasm.runSegments(kernel, launch)) for (const segment of launch) runSegment(kernel, segment)
  })
}
