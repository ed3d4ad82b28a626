// What a record is made of: samples, whose tensors are described, not built,
// so that the same record serves the tests and the script that asks PyTorch.
// It must not import the library.

export type DTypeName = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool'

/** How the tensor lies in memory; the logical values are the same in each. */
export type Layout = 'contiguous' | 'transposed' | 'reversed' | 'strided'

export interface TensorSpec {
  readonly kind: 'tensor'
  readonly shape: readonly number[]
  /** `float` stands for the dtype under test: every sample with one runs in float32 and in float64. */
  readonly dtype: 'float' | DTypeName
  /** Explicit values, or a range from which distinct ones are drawn. */
  readonly values: readonly number[] | { readonly low: number; readonly high: number } | null
  readonly layout: Layout
  readonly differentiable: boolean
  /** PyTorch wants int64 here. */
  readonly index: boolean
}

export interface SliceSpec {
  readonly kind: 'slice'
  readonly start: number | null
  readonly stop: number | null
  readonly step: number | null
}

export type Argument = number | string | boolean | null | TensorSpec | SliceSpec | readonly Argument[]

export type Options = Readonly<Record<string, Argument>>

export interface Sample {
  readonly args: readonly Argument[]
  readonly options: Options | null
  /** Why finite differences say nothing here (a kink, an infinity, a value on a boundary). */
  readonly notSmooth: string | null
  /** The Python expression for this sample only. */
  readonly torch: string | null
}

export interface ErrorInput {
  readonly args: readonly Argument[]
  readonly options: Options | null
  /** The stable code of WengertError. */
  readonly code: string
  /** How the message starts; all of it is in test/fixtures/error-messages.txt. */
  readonly message: string
}

/** Where an operation can be called: `x.f(…)`, `f(x, …)`, `nn.functional.f(x, …)`. */
export type Form = 'method' | 'function' | 'functional'

/** What is checked of every differentiable operation. */
export type Property = 'gradcheck' | 'gradgradcheck' | 'forward' | 'vmap'

export interface OperationRecord {
  readonly name: string
  readonly forms: readonly Form[]
  /** A Python expression that gives a callable; `torch`, `F` and `index` are in scope. */
  readonly torch: string
  readonly samples: readonly Sample[]
  readonly errors: readonly ErrorInput[]
  /** Where unspecified values are drawn, and points to keep away from. */
  readonly domain: readonly [number, number]
  readonly avoid: readonly number[]
  /** Replaces the plain call, for what is not one (assignment, several steps). */
  readonly run: ((library: Library, ...args: unknown[]) => unknown) | null
  /** Fields of the result object, in PyTorch's order, where there are several. */
  readonly results: readonly string[] | null
  /** True where changing an input is the point (running statistics). */
  readonly writes: boolean
  /** Properties that the operation cannot have, each with the reason. */
  readonly lacks: { readonly [P in Property]?: string }
  /** What transforms cannot do with some of its inputs, and why. */
  readonly limits: {
    /** Bool inputs cannot have a batch. */
    readonly masks?: string
    /** Integer inputs cannot have a batch. */
    readonly counts?: string
    /** The first input must belong to a transform wherever another one does. */
    readonly destination?: string
  }
  readonly tolerances: {
    readonly float32: readonly [relative: number, absolute: number]
    readonly float64: readonly [relative: number, absolute: number]
  }
}

// The records call operations by name, so they see the library as a bag of functions.
export type Library = Readonly<Record<string, (...args: unknown[]) => unknown>>

export interface RecordSource extends Partial<Omit<OperationRecord, 'name' | 'samples'>> {
  readonly samples: readonly Sample[]
}

/** PyTorch's spelling of a name of ours: `logSoftmax` → `log_softmax`. */
export function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a}_${b}`).toLowerCase()
}

export function record(name: string, source: RecordSource): OperationRecord {
  const forms = source.forms ?? ['method', 'function']
  return {
    torch: `${forms.includes('functional') ? 'F' : 'torch'}.${snakeCase(name)}`,
    errors: [],
    domain: [-2, 2],
    avoid: [],
    run: null,
    results: null,
    writes: false,
    lacks: {},
    limits: {},
    tolerances: { float32: [2e-6, 2e-6], float64: [1e-10, 1e-12] },
    ...source,
    forms,
    name,
  }
}

function isOptions(value: Argument | Options | undefined): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('kind' in value)
}

function split(list: readonly (Argument | Options)[]): Pick<Sample, 'args' | 'options'> {
  const last = list.at(-1)
  if (isOptions(last)) return { args: list.slice(0, -1) as Argument[], options: last }
  return { args: list as Argument[], options: null }
}

/** One call: positional arguments, then perhaps an options object. */
export function sample(...list: readonly (Argument | Options)[]): Sample {
  return { ...split(list), notSmooth: null, torch: null }
}

/** A sample on which finite differences are not tried. */
export function notSmooth(reason: string, ...list: readonly (Argument | Options)[]): Sample {
  return { ...split(list), notSmooth: reason, torch: null }
}

/** A sample that PyTorch spells differently. */
export function spelled(torch: string, ...list: readonly (Argument | Options)[]): Sample {
  return { ...split(list), notSmooth: null, torch }
}

/** A call that throws. */
export function fails(code: string, message: string, ...list: readonly (Argument | Options)[]): ErrorInput {
  return { ...split(list), code, message }
}

interface Choices {
  readonly low?: number
  readonly high?: number
  readonly layout?: Layout
}

function tensorSpec(spec: Partial<TensorSpec> & Pick<TensorSpec, 'shape'>): TensorSpec {
  return {
    kind: 'tensor',
    dtype: 'float',
    values: null,
    layout: 'contiguous',
    differentiable: false,
    index: false,
    ...spec,
  }
}

function range(choices: Choices): { low: number; high: number } | null {
  return choices.low === undefined || choices.high === undefined ? null : { low: choices.low, high: choices.high }
}

/** A differentiable input with drawn values. */
export function real(shape: readonly number[], choices: Choices = {}): TensorSpec {
  const layout = choices.layout ?? 'contiguous'
  return tensorSpec({ shape, values: range(choices), layout, differentiable: true })
}

/** A floating-point input that asks for no gradient. */
export function constant(shape: readonly number[], choices: Choices = {}): TensorSpec {
  return { ...real(shape, choices), differentiable: false }
}

type Nested = number | readonly Nested[]

function flatten(values: Nested): { shape: number[]; flat: number[] } {
  if (typeof values === 'number') return { shape: [], flat: [values] }
  const parts = values.map(flatten)
  return { shape: [values.length, ...(parts[0]?.shape ?? [])], flat: parts.flatMap((p) => p.flat) }
}

/** A differentiable input with these values. */
export function given(values: Nested, choices: Pick<Choices, 'layout'> = {}): TensorSpec {
  const { shape, flat } = flatten(values)
  const layout = choices.layout ?? 'contiguous'
  return tensorSpec({ shape, values: flat, layout, differentiable: true })
}

/** The same, asking for no gradient. */
export function fixed(values: Nested): TensorSpec {
  return { ...given(values), differentiable: false }
}

export function integers(values: Nested, dtype: 'int32' | 'uint8' = 'int32'): TensorSpec {
  const { shape, flat } = flatten(values)
  return tensorSpec({ shape, values: flat, dtype })
}

/** int32 here, int64 for PyTorch. */
export function indices(values: Nested): TensorSpec {
  return { ...integers(values), index: true }
}

export function booleans(values: Nested): TensorSpec {
  const { shape, flat } = flatten(values)
  return tensorSpec({ shape, values: flat, dtype: 'bool' })
}

/** An empty tensor: a nested array cannot say `[0, 3]`. */
export function empty(shape: readonly number[], dtype: TensorSpec['dtype'], index = false): TensorSpec {
  return tensorSpec({ shape, dtype, values: [], index })
}

export function of(dtype: DTypeName, values: Nested): TensorSpec {
  const { shape, flat } = flatten(values)
  return tensorSpec({ shape, values: flat, dtype })
}

export function slice(start: number | null = null, stop: number | null = null, step: number | null = null): SliceSpec {
  return { kind: 'slice', start, stop, step }
}
