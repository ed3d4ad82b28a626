// How consoles show an object of ours: as its `toString()` says it.

/** The name of the method by which Node's console asks an object for its text. */
export const inspect: unique symbol = /*@__PURE__*/ Symbol.for('nodejs.util.inspect.custom') as never // the declared type makes it a constant name

/** What a console shows as its `toString()`. */
export abstract class Printed {
  /** @internal */
  [inspect](): string {
    return this.toString()
  }
}
