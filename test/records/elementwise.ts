// One tensor in, one out, element by element; and two, broadcast against each other.
import {
  type Argument,
  booleans,
  constant,
  fails,
  fixed,
  given,
  integers,
  notSmooth,
  type OperationRecord,
  real,
  record,
  type Sample,
  sample,
} from './specs.ts'

const NaN_ = Number.NaN
const Infinity_ = Number.POSITIVE_INFINITY

/** The shapes and memory layouts that every elementwise operation meets. */
export function everyShape(): Sample[] {
  return [
    sample(real([])),
    sample(real([1])),
    sample(real([5])),
    sample(real([2, 3])),
    sample(real([2, 0, 3])),
    sample(real([3, 2], { layout: 'transposed' })),
    sample(real([2, 3, 2], { layout: 'transposed' })),
    sample(real([4], { layout: 'reversed' })),
    sample(real([2, 3], { layout: 'reversed' })),
    sample(real([2, 3], { layout: 'strided' })),
  ]
}

const everySpecial = [0, -0, 1, -1, 1e-6, -1e-6, 1e30, -1e30, Infinity_, -Infinity_, NaN_]

interface UnaryChoices {
  readonly domain?: readonly [number, number]
  readonly avoid?: readonly number[]
  /** Values at which the formula may go wrong. */
  readonly special?: readonly number[]
  readonly also?: readonly Sample[]
}

function unary(name: string, { domain = [-2, 2], avoid = [], special = everySpecial, also = [] }: UnaryChoices = {}): OperationRecord {
  return record(name, {
    domain,
    avoid,
    samples: [
      ...everyShape(),
      sample(fixed([...special])),
      sample(integers([1, 2, 3])),
      sample(integers([[0, 1]], 'uint8')),
      sample(integers([])),
      ...also,
    ],
  })
}

/** The same record, its inputs asking for no gradient. */
function predicate(base: OperationRecord): OperationRecord {
  return { ...base, samples: base.samples.map(withoutGradient) }
}

function withoutGradient(s: Sample): Sample {
  const constant = (argument: Argument): Argument =>
    typeof argument === 'object' && argument !== null && 'kind' in argument && argument.kind === 'tensor'
      ? { ...argument, differentiable: false }
      : argument
  return { ...s, args: s.args.map(constant) }
}

const positive = { domain: [0.2, 4] } as const
const wholes = { avoid: [-2, -1, 0, 1, 2], special: [0.5, -0.5, 2, -2.5, Infinity_, NaN_] } as const
const angles = [0, -0, 1, -1, 1e-6, 1000, Infinity_, NaN_]
// PyTorch's trigamma has ten digits: it says 4.934802202 where π²/2 is 4.934802201.
const trigamma = { float32: [4e-6, 4e-6], float64: [1e-8, 1e-11] } as const
const ofBooleans = sample(booleans([0, 1, 1]))

export const unaryRecords: readonly OperationRecord[] = [
  unary('neg'),
  unary('abs', { avoid: [0] }),
  unary('sign', { avoid: [0] }),
  unary('positive'),
  { ...unary('sgn', { avoid: [0] }), torch: 'torch.sign' }, // the gradient of torch.sgn has no elements to print
  unary('reciprocal', { domain: [0.3, 3], also: [ofBooleans] }),
  unary('square', { special: [0, -0, 1, -1, 1e-6, Infinity_, -Infinity_, NaN_] }),
  unary('sqrt', { ...positive, also: [ofBooleans] }),
  unary('rsqrt', positive),
  unary('exp', { also: [ofBooleans] }),
  unary('expm1'),
  unary('exp2'),
  unary('log', positive),
  unary('log1p', { domain: [-0.8, 3] }),
  unary('log2', positive),
  unary('log10', positive),
  unary('sin', { special: angles }),
  unary('cos', { special: angles }),
  unary('tan', { domain: [-1.3, 1.3], special: angles }),
  unary('asin', { domain: [-0.9, 0.9] }),
  unary('acos', { domain: [-0.9, 0.9] }),
  unary('atan'),
  unary('sinh'),
  unary('cosh'),
  unary('tanh'),
  unary('asinh', { special: [0, -0, 1, -1, 1e-6, -1e-6, 1e4, -1e4, Infinity_, -Infinity_, NaN_] }),
  unary('acosh', { domain: [1.2, 4], special: [1, 1.5, 1e4, 0.5, Infinity_, NaN_] }),
  unary('atanh', { domain: [-0.9, 0.9] }),
  unary('erf'),
  unary('erfc', { special: [0, -0, 1, -1, 3, -3, Infinity_, -Infinity_, NaN_] }),
  unary('erfinv', { domain: [-0.95, 0.95], special: [0, -0, 1, -1, 0.5, 1.5, NaN_] }),
  unary('lgamma', { domain: [0.3, 5], special: [0, 1, 2, -1, -1.5, 1e-6, 100, 1e6, Infinity_, -Infinity_, NaN_] }),
  {
    ...unary('digamma', { domain: [0.3, 5], special: [1, 2, -1, -1.5, 1e-3, 100, 1e6, Infinity_, NaN_] }),
    tolerances: trigamma,
  },
  unary('sinc', { special: [0, -0, 1, -1.5, 1e-6, 0.25, NaN_] }),
  unary('deg2rad', { domain: [-200, 200] }),
  unary('rad2deg'),
  unary('logit', {
    domain: [0.1, 0.9],
    special: [0, 1, 0.5, 1e-6, NaN_],
    also: [sample(real([4]), 0.25), sample(real([4]), { eps: 0.25 })],
  }),
  unary('sigmoid'),
  { ...unary('relu', { avoid: [0] }), forms: ['method', 'function', 'functional'] },
  unary('floor', wholes),
  unary('ceil', wholes),
  unary('trunc', wholes),
  unary('round', {
    avoid: [-1.5, -0.5, 0.5, 1.5],
    special: [0.5, 1.5, 2.5, -0.5, -1.5, Infinity_, NaN_],
    also: [sample(fixed([1.2345, -1.25, 15.5]), { decimals: 2 }), sample(fixed([14, -26]), { decimals: -1 })],
  }),
  predicate(unary('isnan')),
  predicate(unary('isinf')),
  predicate(unary('isfinite')),
  predicate(unary('isposinf')),
  predicate(unary('isneginf')),
  predicate(unary('signbit', { special: [0, -0, 1, -1, 1e-6, -1e-6, Infinity_, -Infinity_] })),
  predicate(unary('logicalNot', { also: [ofBooleans] })),
]

/** Every way in which two operands meet. */
function pairs(name: string, extra: readonly Sample[], choices: Partial<OperationRecord> = {}): OperationRecord {
  return record(name, {
    ...choices,
    samples: [
      sample(real([]), real([])),
      sample(real([3]), real([3])),
      sample(real([2, 3]), real([3])),
      sample(real([2, 1]), real([1, 3])),
      sample(real([2, 3]), real([])),
      sample(real([]), real([2, 1])),
      sample(real([1]), real([0])),
      sample(real([2, 0, 3]), real([3])),
      sample(real([3, 1, 2]), real([2, 1])),
      sample(real([3, 2], { layout: 'transposed' }), real([3, 2])),
      sample(real([4], { layout: 'reversed' }), real([4], { layout: 'strided' })),
      sample(real([2, 3]), 1.5),
      sample(2.5, real([2, 3])),
      sample(real([2]), constant([2])),
      sample(constant([2]), real([2])),
      ...extra,
    ],
    errors: choices.errors ?? [fails('Shape', `${name}: shapes [2, 3] and [2] do not broadcast`, real([2, 3]), real([2]))],
  })
}

const integerPairs = [
  sample(integers([7, -7, 3]), integers([2, 2, -2])),
  sample(integers([7, -7]), constant([2])),
  sample(integers([7, 9], 'uint8'), integers([2, 4])),
  sample(integers([7, -7, 3]), 2),
]

const comparisons = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'].map((name) =>
  predicate(
    pairs(name, [
      sample(fixed([1, 2, NaN_, Infinity_, -0]), fixed([1, 1, NaN_, Infinity_, 0])),
      sample(integers([1, 2, 3]), integers([1, 3, 2])),
      sample(integers([1, 2, 3]), 2),
      sample(booleans([1, 0]), booleans([0, 0])),
      sample(integers([1, 2, 3]), fixed([1, 2.5, 2])),
    ]),
  ),
)

const logical = ['logicalAnd', 'logicalOr', 'logicalXor'].map((name) =>
  record(name, {
    samples: [
      sample(booleans([1, 1, 0, 0]), booleans([1, 0, 1, 0])),
      sample(booleans([[1], [0]]), booleans([1, 0])),
      sample(integers([2, 0]), integers([1, 3])),
      sample(fixed([0, 0.5, NaN_]), fixed([1, 0, 0])),
      sample(integers([]), integers([1])),
    ],
  }),
)

export const binaryRecords: readonly OperationRecord[] = [
  pairs('add', [
    ...integerPairs,
    sample(booleans([1, 0]), booleans([1, 1])),
    sample(real([2, 3]), real([3]), { alpha: 2 }),
    sample(real([3]), 2, { alpha: -0.5 }),
    sample(integers([1, 2]), integers([3, 4]), { alpha: 3 }),
  ]),
  pairs('sub', [...integerPairs, sample(real([2, 3]), real([3]), { alpha: 2 })]),
  pairs('mul', [...integerPairs, sample(booleans([1, 0]), booleans([1, 1])), sample(booleans([1, 0]), integers([5, 6]))]),
  pairs(
    'div',
    [
      ...integerPairs,
      sample(fixed([1, -1, 0, 1]), fixed([0, 0, 0, Infinity_])),
      sample(real([2, 3]), real([3]), { roundingMode: 'floor' }),
      sample(real([2, 3]), real([3]), { roundingMode: 'trunc' }),
      sample(fixed([7, -7, 7, -7]), fixed([2, 2, -2, -2]), { roundingMode: 'floor' }),
      sample(fixed([7, -7, 7, -7]), fixed([2, 2, -2, -2]), { roundingMode: 'trunc' }),
      sample(integers([7, -7, 7, -7]), integers([2, 2, -2, -2]), { roundingMode: 'floor' }),
      sample(integers([7, -7, 7, -7]), integers([2, 2, -2, -2]), { roundingMode: 'trunc' }),
    ],
    { domain: [0.5, 3] },
  ),
  pairs(
    'remainder',
    [
      sample(fixed([7, -7, 7, -7, 5.5]), fixed([3, 3, -3, -3, 0.7])),
      sample(integers([7, -7, 7, -7]), integers([3, 3, -3, -3])),
      sample(integers([7, -7]), 3),
      sample(integers([7, 9], 'uint8'), integers([2, 4], 'uint8')),
    ],
    { domain: [1.1, 5] },
  ),
  pairs(
    'fmod',
    [sample(fixed([7, -7, 7, -7, 5.5]), fixed([3, 3, -3, -3, 0.7])), sample(integers([7, -7, 7, -7]), integers([3, 3, -3, -3]))],
    { domain: [1.1, 5] },
  ),
  pairs(
    'pow',
    [
      sample(fixed([0, 2, -2, -2, 0, Infinity_]), fixed([0, 3, 3, 2, 2, -1])),
      sample(real([3], { low: -2, high: 2 }), 2),
      sample(real([3], { low: -2, high: 2 }), 3),
      sample(real([3]), 0),
      sample(real([3]), 1),
      sample(real([3]), 0.5),
      sample(real([3]), -1),
      sample(real([3]), -0.5),
      sample(integers([2, 3, -2]), 2),
      sample(integers([2, 3, -2]), integers([3, 0, 3])),
      notSmooth('the exponent of a negative base', fixed([-2, -1]), given([2, 3])),
    ],
    { domain: [0.5, 2.5] },
  ),
  pairs('minimum', [
    sample(fixed([1, NaN_, 2]), fixed([NaN_, 1, 2])),
    sample(integers([1, 5]), integers([2, 3])),
    notSmooth('equal operands share the gradient', given([1, 2, 3]), given([1, 3, 2])),
  ]),
  pairs('maximum', [
    sample(fixed([1, NaN_, 2]), fixed([NaN_, 1, 2])),
    sample(integers([1, 5]), integers([2, 3])),
    sample(integers([1, 5]), fixed([2.5, 3])),
    notSmooth('equal operands share the gradient', given([1, 2, 3]), given([1, 3, 2])),
  ]),
  ...['fmin', 'fmax'].map((name) =>
    pairs(name, [sample(fixed([1, NaN_, NaN_, 3]), fixed([NaN_, 1, NaN_, 2])), sample(integers([1, 5]), integers([2, 3]))]),
  ),
  pairs('copysign', [sample(fixed([1, -2, 0, 3]), fixed([-0, 0, -1, 2])), sample(integers([1, -5]), integers([-2, 3]))], { avoid: [0] }),
  pairs('logaddexp2', [sample(fixed([2000, -2000]), fixed([2000, -2001]))]),
  pairs('atan2', [sample(fixed([0, -0, 0, 1, -1]), fixed([1, -1, -1, 0, 0]))], { domain: [0.3, 2] }),
  ...comparisons,
  ...logical,
].map(numbersInPython)

// PyTorch's maximum, atan2 and so on take no Python number: give it a 0-d tensor of the other's dtype.
function numbersInPython(r: OperationRecord): OperationRecord {
  return {
    ...r,
    samples: r.samples.map((s) => (s.args.some((a) => typeof a === 'number') ? { ...s, torch: `with_numbers(${r.torch})` } : s)),
  }
}

export const otherElementwiseRecords: readonly OperationRecord[] = [
  record('where', {
    forms: ['function'],
    samples: [
      sample(booleans([1, 0, 1]), real([3]), real([3])),
      sample(booleans([[1], [0]]), real([3]), real([2, 1])),
      sample(booleans(1), real([2]), real([])),
      sample(booleans([1, 0]), real([2]), 0.5),
      sample(booleans([1, 0]), 2, real([2])),
      sample(booleans([1, 0]), integers([1, 2]), integers([3, 4])),
      sample(booleans([1, 0]), integers([1, 2]), fixed([3.5, 4])),
      sample(booleans([]), real([0]), real([1])),
      sample(
        booleans([
          [1, 0, 1],
          [0, 0, 1],
        ]),
        real([2, 3], { layout: 'transposed' }),
        real([3], { layout: 'reversed' }),
      ),
    ],
  }),
  record('clamp', {
    avoid: [-1, 1, 0.5],
    samples: [
      sample(real([2, 3]), -1, 1),
      sample(real([2, 3]), { min: -1, max: 1 }),
      sample(real([2, 3]), { max: 0.5 }),
      sample(real([2, 3]), 0.5),
      sample(real([]), -1, 1),
      sample(real([0]), -1, 1),
      sample(real([3, 2], { layout: 'transposed' }), -1, 1),
      sample(real([4], { layout: 'reversed' }), -1, 1),
      sample(fixed([NaN_, Infinity_, -Infinity_]), -1, 1),
      sample(integers([-3, 0, 3]), -1, 1),
      notSmooth('the bounds themselves', given([-1, 0, 1]), -1, 1),
    ],
    errors: [fails('Option', 'clamp: at least one of min and max must be given', real([2]))],
  }),
  record('maskedFill', {
    forms: ['method', 'function'],
    samples: [
      sample(
        real([2, 3]),
        booleans([
          [1, 0, 1],
          [0, 1, 0],
        ]),
        -1,
      ),
      sample(real([2, 3]), booleans([1, 0, 1]), 0),
      notSmooth('the sum is infinite', real([2, 3]), booleans([[1], [0]]), Number.NEGATIVE_INFINITY),
      sample(real([]), booleans(1), 3),
      sample(real([0]), booleans([]), 3),
      sample(
        real([3, 2], { layout: 'transposed' }),
        booleans([
          [1, 0],
          [0, 1],
          [1, 1],
        ]),
        2,
      ),
      sample(real([3]), booleans([1, 0, 1]), real([])),
      sample(integers([1, 2]), booleans([1, 0]), 9),
    ],
  }),
  record('lerp', {
    samples: [sample(real([2, 3]), real([3]), 0.3), sample(real([2, 3]), real([3]), real([2, 1])), sample(real([]), real([]), 0.7)],
  }),
  record('frac', { avoid: [-2, -1, 0, 1, 2], samples: everyShape() }),
  record('logaddexp', {
    samples: [sample(real([3]), real([3])), sample(real([2, 3]), real([3])), sample(fixed([1000, -1000]), fixed([1000, -1001]))],
  }),
  record('ldexp', { samples: [sample(real([2, 3]), real([3])), sample(real([3]), integers([1, -2, 10])), sample(real([]), real([2]))] }),
  record('heaviside', {
    samples: [
      sample(fixed([-1.5, 0, 2, NaN_]), fixed([0.5, 0.25, 3, 4])),
      sample(fixed([[0], [1]]), fixed([0.5, 2])),
      sample(integers([-1, 0, 2]), integers([7, 8, 9])),
    ],
  }),
  ...['clampMin', 'clampMax'].map((name) =>
    record(name, {
      avoid: [0.5],
      samples: [
        sample(real([2, 3]), 0.5),
        sample(real([]), 0.5),
        sample(real([2, 3]), real([3])),
        sample(real([3, 2], { layout: 'transposed' }), real([2])),
        sample(fixed([NaN_, Infinity_, -Infinity_]), 0.5),
        sample(integers([-3, 0, 3]), 1),
        notSmooth('the bound itself', given([-1, 0.5, 1]), 0.5),
      ],
    }),
  ),
  record('polygamma', {
    domain: [0.4, 5],
    // PyTorch has the order in front, so only the first is a method of ours
    forms: ['function'],
    tolerances: trigamma,
    samples: [
      ...[0, 1, 2, 3, 4].map((n) => sample(n, real([2, 3]))),
      sample(1, real([])),
      sample(2, real([3, 2], { layout: 'transposed' })),
      sample(1, fixed([0.5, 1, 50])),
      sample(1, integers([1, 2, 3])),
    ],
    errors: [fails('Option', 'polygamma: n must be an integer of at least 0, not -1', -1, real([2]))],
  }),
  record('mvlgamma', {
    domain: [2.2, 6],
    samples: [sample(real([2, 3]), 1), sample(real([3]), 3), sample(real([]), 5), sample(real([3, 2], { layout: 'transposed' }), 2)],
    errors: [fails('Option', 'mvlgamma: p must be an integer of at least 1, not 0', real([2]), 0)],
  }),
  record('hypot', { domain: [0.5, 2], samples: [sample(real([3]), real([3])), sample(real([2, 1]), real([3]))] }),
  record('xlogy', {
    domain: [0.3, 2],
    samples: [sample(real([3]), real([3])), sample(real([2, 1]), real([3])), sample(fixed([0, 0, 1]), fixed([0, NaN_, 0]))],
  }),
  record('isclose', {
    samples: [
      sample(fixed([1, 2, NaN_, Infinity_]), fixed([1, 2.1, NaN_, Infinity_])),
      sample(fixed([1, 2]), fixed([1.05, 2.1]), 0.06),
      sample(fixed([NaN_]), fixed([NaN_]), { equalNan: true }),
    ],
  }),
  record('addcmul', { samples: [sample(real([2, 3]), real([3]), real([2, 1])), sample(real([3]), real([3]), real([3]), { value: 0.5 })] }),
  record('addcdiv', {
    domain: [0.5, 2],
    samples: [sample(real([2, 3]), real([3]), real([2, 1])), sample(real([3]), real([3]), real([3]), { value: 0.5 })],
  }),
  record('nanToNum', {
    samples: [
      sample(fixed([NaN_, Infinity_, -Infinity_, 1])),
      sample(real([2, 3])),
      sample(fixed([NaN_, Infinity_, -Infinity_, 1]), 7, { posinf: 8, neginf: -9 }),
    ],
  }),
  record('floorDivide', {
    samples: [
      sample(fixed([7, -7, 7, -7]), fixed([2, 2, -2, -2])),
      sample(integers([7, -7, 7, -7]), integers([2, 2, -2, -2])),
      sample(fixed([5, -5]), 3),
    ],
  }),
]
