// Reverse mode as a level: a tape of its own, which records the values lifted to it and computes gradients one level below.
import { AccumulateGrad, type NodeOutput, sourceOf, Tape, useSwitch, walk } from '../autograd/index.ts'
import type { Lifted, Value } from '../core/value.ts'
import { bind, write } from '../primitives/bind.ts'

import type { BindablePrimitive, ParamsOf } from '../primitives/params.ts'
import { DerivativeLevel } from './derivative-level.ts'
import { inheritOrigin, lift, lowered } from './lowering.ts'

/** How `gradients` treats what the tape saved. */
export interface GradientsOptions {
  /** Keeps it for another call (default false). */
  readonly retain?: boolean
}

/** A function under reverse-mode differentiation. */
export class TapeLevel extends DerivativeLevel {
  readonly name = 'func.grad'
  readonly records = true
  readonly tape: Tape = new Tape(
    { enabled: true, above: null },
    (value) => value.lifted?.level === this,
    (value) => lowered(value, this),
  )

  enter(): () => void {
    const useSwitchBelow = useSwitch(this.tape.switch)
    return () => {
      this.releaseAdopted()
      useSwitchBelow()
    }
  }

  /** A variable of this level: an independent one that stands for `value`. */
  leaf(value: Value): Value {
    const variable = lift({ level: this, below: value })
    variable.source = new AccumulateGrad(variable)
    return variable
  }

  protected liftedConstant(below: Value): Lifted {
    return { level: this, below }
  }

  lower(value: Value): Value {
    return lowered(value, this)
  }

  apply(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown): Value {
    const below = inputs.map((value) => lowered(value, this))
    const output = lift({ level: this, below: bind(primitive, below, params as ParamsOf<BindablePrimitive>) })
    inheritOrigin(output, inputs[0] as Value, primitive, params)
    this.tape.record(primitive, inputs, params, output)
    return output
  }

  write(destination: Value, value: Value, name: string): void {
    if (destination.lifted?.level !== this) {
      if (!this.tape.tracks(value)) {
        write(destination, lowered(value, this), name)
        return
      }
      this.adopt(destination)
    }
    this.tape.checkWrite(destination, value, name)
    write(lowered(destination, this), lowered(value, this), name)
    this.tape.recordWrite(destination, value)
  }

  /**
   * The gradients of `outputs`, weighed by `cotangents`, with respect to `inputs`; null for an input that they do not depend on. Outputs
   * and inputs are values of this level, everything else is below it.
   */
  gradients(
    outputs: readonly Value[],
    cotangents: readonly Value[],
    inputs: readonly Value[],
    options: GradientsOptions = {},
  ): (Value | null)[] {
    const sources = inputs.map((value) => this.#sourceOf(value))
    const roots = outputs.flatMap((value, i) => {
      const output = this.#sourceOf(value)
      return output === null ? [] : [{ output, cotangent: cotangents[i] as Value }]
    })
    const targets = new Set(sources.filter((source) => source !== null))
    // the walk computes below this level, where the tapes record as they are switched
    const walked = walk(roots, { retainGraph: options.retain ?? false, createGraph: true, targets, recording: this.tape.switch })
    return sources.map((source) => (source === null ? null : (walked.get(source) ?? null)))
  }

  #sourceOf(value: Value): NodeOutput | null {
    return value.lifted?.level === this ? sourceOf(value) : null
  }
}
