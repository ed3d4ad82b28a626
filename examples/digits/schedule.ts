// How fast to learn: up for the first fifth of the steps, then down to nothing (one-cycle; Smith and Topin, 2018).

const highest = 0.006
const rise = 0.2

/** Learning rate of one step, counted from 0. */
export function learningRate(step: number, steps: number): number {
  const done = step / steps
  const [from, to, part] = done < rise ? [highest / 25, highest, done / rise] : [highest, 0, (done - rise) / (1 - rise)]
  return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2
}
