// Numbers from a seed, for tests on random geometry.

/** A generator of integers in [low, high] and of numbers in [−1, 1). */
export function generator(seed: number): { integer: (low: number, high: number) => number; uniform: () => number } {
  let state = seed * 2654435761
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) / 2 ** 24
  }
  return { integer: (low, high) => low + Math.floor(next() * (high - low + 1)), uniform: () => next() * 2 - 1 }
}
