// Ctrl-C: the first asks training to stop after the step at hand, a second one ends the program at once.

export class StopRequest {
  #requested = false

  constructor() {
    process.once('SIGINT', () => {
      this.#requested = true
    })
  }

  get requested(): boolean {
    return this.#requested
  }
}
