// What happened during training, for the progress display and the report.
import type { Evaluation } from './evaluate.ts'
import type { TrainingStep } from './train.ts'

/** The test at the end of an epoch, or where training was stopped. */
export interface Test extends Evaluation {
  readonly step: number
}

export class History {
  readonly steps: TrainingStep[] = []
  readonly tests: Test[] = []
  #started = performance.now()
  /** Training time in seconds, tests included. */
  seconds = 0

  add(step: TrainingStep): void {
    this.steps.push(step)
    this.seconds = (performance.now() - this.#started) / 1000
  }

  addTest(evaluation: Evaluation): void {
    this.tests.push({ ...evaluation, step: this.steps.length })
    this.seconds = (performance.now() - this.#started) / 1000
  }

  /** Mean of loss and accuracy over the last steps: single batches jump. */
  recent(count = 25): { loss: number; accuracy: number } {
    const last = this.steps.slice(-count)
    const mean = (of: (step: TrainingStep) => number) => last.reduce((sum, step) => sum + of(step), 0) / last.length
    return { loss: mean((step) => step.loss), accuracy: mean((step) => step.accuracy) }
  }

  get imagesPerSecond(): number {
    return this.steps.reduce((sum, step) => sum + step.images, 0) / this.seconds
  }

  /** Seconds until the last step, at the speed so far. */
  get secondsLeft(): number {
    const last = this.steps.at(-1)
    return last === undefined ? Number.NaN : (this.seconds / last.step) * (last.steps - last.step)
  }
}
