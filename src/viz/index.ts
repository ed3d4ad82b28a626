// Entry `wengert/viz`: pictures of what was recorded.
export { type Graph, type GraphOptions, graph } from './graph.ts'
export type { GraphBox, GraphPicture, NamedTensors } from './recorded-graph.ts'
