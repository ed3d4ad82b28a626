// Names a sample in words: the key of its fixture and the first line of a failure.
import type { Argument, OperationRecord, Options, Sample, TensorSpec } from './specs.ts'
import { seedOf, valuesOf } from './values.ts'

function describeArgument(argument: Argument): string {
  if (Array.isArray(argument)) return `[${argument.map(describeArgument).join(', ')}]`
  if (typeof argument !== 'object' || argument === null) return typeof argument === 'string' ? `'${argument}'` : String(argument)
  const spec = argument as Exclude<Argument, readonly Argument[] | string | number | boolean | null>
  if (spec.kind === 'slice') return `slice(${spec.start}, ${spec.stop}, ${spec.step})`
  const layout = spec.layout === 'contiguous' ? '' : ` ${spec.layout}`
  const values = Array.isArray(spec.values) ? ` of ${spec.values.map((v) => (Object.is(v, -0) ? '-0' : v)).join(' ')}` : ''
  const role = spec.dtype === 'float' && !spec.differentiable ? ' constant' : ''
  return `${spec.dtype}[${spec.shape.join(', ')}]${role}${layout}${values}`
}

function describeOptions(options: Options): string {
  return `{ ${Object.entries(options)
    .map(([name, value]) => `${name}: ${describeArgument(value)}`)
    .join(', ')} }`
}

/** The call, such as `sum(float[2, 3], 1, { keepdim: true })`. */
export function describeSample(record: OperationRecord, sample: Pick<Sample, 'args' | 'options'>): string {
  const parts = sample.args.map(describeArgument)
  if (sample.options) parts.push(describeOptions(sample.options))
  return `${record.name}(${parts.join(', ')})`
}

/** Every tensor of a sample, depth first: arguments, then options. */
export function tensorsOf(sample: Pick<Sample, 'args' | 'options'>): TensorSpec[] {
  const found: TensorSpec[] = []
  const visit = (argument: Argument): void => {
    if (Array.isArray(argument)) argument.forEach(visit)
    else if (typeof argument === 'object' && argument !== null && 'kind' in argument && argument.kind === 'tensor') found.push(argument)
  }
  sample.args.forEach(visit)
  Object.values(sample.options ?? {}).forEach(visit)
  return found
}

/** Changes whenever the numbers that go in change, so that a stale fixture is noticed. */
export function fingerprint(record: OperationRecord, sample: Sample): number {
  const values = tensorsOf(sample).map((spec, position) => valuesOf(record, spec, position).map(String))
  return seedOf(JSON.stringify([values, sample.torch ?? record.torch]))
}
