// A priority queue that gives back the element with the highest sequence number: a binary heap.

/** Elements come out in descending `sequence`. */
export class SequenceQueue<T extends { readonly sequence: number }> {
  readonly #heap: T[] = []

  push(element: T): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if ((heap[parent] as T).sequence >= element.sequence) break
      heap[at] = heap[parent] as T
      at = parent
    }
    heap[at] = element
  }

  pop(): T | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && (heap[child + 1] as T).sequence > (heap[child] as T).sequence) child++
      if ((heap[child] as T).sequence <= last.sequence) break
      heap[at] = heap[child] as T
      at = child
    }
    heap[at] = last
    return top
  }
}
