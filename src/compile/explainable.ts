// `compile` as most programs have it: its functions explain themselves.
import { type CompileOptions, compile as compileSlim, type CompiledFunction as SlimFunction } from './compile.ts'
import { type ExplainOptions, explain } from './explain.ts'

/** What a compiled function has besides. */
export interface CompiledFunction extends SlimFunction {
  /** The plan that was used last, for people: its program, kernels and memory. */
  explain(options?: ExplainOptions): string
}

/**
 * A function that does the same as `fn`, faster: what it computes is recorded once (forward, backward, update, whatever it does with
 * tensors), fused, given memory, and from then on runs as one plan. It is recorded again for arguments of other shapes or dtypes, and
 * when something changes that it depends on: `train()` and `eval()`, frozen parameters, parameter groups.
 *
 * Tensors from outside, such as parameters, are read and changed as they are at each call. A `.grad` that it leaves is there afterwards. Results
 * have no history. While it is recorded, tensors have no contents: `item()` or a branch on a value throws, and tells the line.
 * Numbers that are no hyperparameters of an optimizer are part of the recording.
 *
 * @example
 * ```ts
 * import { compile, F, nn, optim, randn } from 'wengert'
 * const model = new nn.Linear(3, 1)
 * const optimizer = new optim.SGD(model.parameters(), 0.1)
 * const [x, y] = [randn([8, 3]), randn([8, 1])]
 * const step = compile((inputs: typeof x, targets: typeof y) => {
 *   optimizer.zeroGrad()
 *   const loss = F.mseLoss(model.forward(inputs), targets)
 *   loss.backward()
 *   optimizer.step()
 *   return loss
 * })
 * const first = step(x, y).item()
 * console.log(step(x, y).item() < first) // true
 * ```
 */
export function compile<F extends (...args: never[]) => unknown>(fn: F, options?: CompileOptions): F & CompiledFunction {
  const compiled = compileSlim(fn, options)
  return Object.assign(compiled, { explain: (options?: ExplainOptions) => explain(compiled, options) })
}
