// Entry `wengert/viz`: pictures of what was recorded.

export type { SourceLine } from '../core/call-site.ts'
export type { BackwardStep } from './backward-steps.ts'
export { type Graph, type GraphOptions, graph } from './graph.ts'
export { record } from './record.ts'
export type { BoxOutput, GraphBox, GraphPicture, NamedTensors, SavedTensor } from './recorded-graph.ts'
export type { Statistics } from './statistics.ts'
