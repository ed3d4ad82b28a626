// A plan for people, as text or as a page.
import { type CompiledFunction, latestRecording } from './compile.ts'
import { explainPage } from './explain/page.ts'
import { explainSteps } from './explain/steps.ts'
import { explainText } from './explain/text.ts'

/** Options of `explain`. */
export interface ExplainOptions {
  /** Gives a page with a picture of the plan over time, instead of text. */
  readonly html?: boolean
}

/**
 * The plan that a compiled function used last, for people: its program, kernels and memory. In `wengert` it is the method `explain` of
 * compiled functions; `wengert/slim` has it as a function, because programs that do not call it need not hold it.
 *
 * @throws OptionError for what `compile` did not give.
 * @example
 * ```ts
 * import { compile, explain, randn, square, type Tensor } from 'wengert/slim'
 * const step = compile((x: Tensor) => square(x))
 * step(randn([3]))
 * console.log(explain(step).split('\n')[0]) // 1 instruction recorded, 1 after all passes. A run makes 1 launch of 1 kernel, and 0 host steps.
 * ```
 */
export function explain(compiled: CompiledFunction, { html = false }: ExplainOptions = {}): string {
  const latest = latestRecording(compiled)
  if (latest === undefined) return 'Nothing is recorded yet: call the function once, and ask again.'
  const steps = explainSteps(latest.plan)
  return html ? explainPage(latest, steps) : explainText(latest, steps)
}
