// How a launch's tasks cut what it computes, for whoever follows it block by block.

/**
 * Matrices of `rows` × `columns` that lie dense, one after the other, in blocks of `rowBlock` × `columnBlock`; those at the edges are smaller.
 * Blocks are numbered row by row, matrix after matrix, and a task is `each` of them.
 */
export interface Cut {
  readonly matrices: number
  readonly rows: number
  readonly columns: number
  readonly rowBlock: number
  readonly columnBlock: number
  readonly each: number
}
