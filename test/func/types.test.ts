// What the compiler knows of transformed functions: arguments as before, results in their structure.
import { expectTypeOf, test } from 'vitest'
import { func, nn, ones, type Tensor, tensor, zeros } from 'wengert'

const { functionalCall, grad, gradAndValue, hessian, jacfwd, jacrev, jvp, linearize, vjp, vmap } = func
type Pair = { w: Tensor<[2, 3], 'float32'>; b: Tensor<[2], 'float64'>[] }
const loss = (p: Pair, x: Tensor<[3]>, scale: number): Tensor<[], 'float32'> =>
  (p.w.sum() as Tensor)
    .add((p.b[0] as Tensor).sum())
    .add(x.sum())
    .mul(scale)
    .float() as Tensor<[], 'float32'>
const pair: Pair = { w: ones([2, 3]), b: [ones([2], { dtype: 'float64' })] }

test('grad: the arguments of f, the structure of what is differentiated by', () => {
  const g = grad(loss)
  expectTypeOf(g).parameters.toEqualTypeOf<[p: Pair, x: Tensor<[3]>, scale: number]>()
  const gradient = g(pair, ones([3]), 2)
  expectTypeOf(gradient.w).toEqualTypeOf<Tensor<[2, 3], 'float32'>>()
  expectTypeOf(gradient.b).toEqualTypeOf<Tensor<[2], 'float64'>[]>()
  expectTypeOf(grad(loss, { argnums: 1 })(pair, ones([3]), 2)).toEqualTypeOf<Tensor<[3]>>()
  const several = grad(loss, { argnums: [1, 0] })(pair, ones([3]), 2)
  expectTypeOf(several[0]).toEqualTypeOf<Tensor<[3]>>()
  expectTypeOf(several[1].w).toEqualTypeOf<Tensor<[2, 3], 'float32'>>()
  const last = grad((x: Tensor<[2]>, y: Tensor<[3]>) => x.sum().mul(y.sum()) as Tensor<[]>, { argnums: -1 })
  expectTypeOf(last(ones([2]), ones([3]))).toEqualTypeOf<Tensor<[3]>>()
  // @ts-expect-error the arguments are those of f
  const wrong = () => g(ones([3]), pair, 2)
  // @ts-expect-error and so are the options
  const misspelt = () => grad(loss, { argnum: 1 })
  expectTypeOf([wrong, misspelt]).toBeArray()
})

test('a parameter has the gradient of a plain tensor', () => {
  const p = new nn.Parameter(zeros([2]))
  expectTypeOf(grad((q: nn.Parameter<[2], 'float32'>) => q.sum())(p)).toEqualTypeOf<Tensor<[2], 'float32'>>()
})

test('aux and value', () => {
  const f = (x: Tensor<[2]>) => [x.sum() as Tensor<[]>, { note: 'text' }] as const
  const [gradient, aux] = grad(f, { hasAux: true })(ones([2]))
  expectTypeOf(gradient).toEqualTypeOf<Tensor<[2]>>()
  expectTypeOf(aux).toEqualTypeOf<{ readonly note: 'text' }>()
  const [, [value, more]] = gradAndValue(f, { hasAux: true })(ones([2]))
  expectTypeOf(value).toEqualTypeOf<Tensor<[]>>()
  expectTypeOf(more.note).toEqualTypeOf<'text'>()
  const [, alone] = gradAndValue(loss)(pair, ones([3]), 2)
  expectTypeOf(alone).toEqualTypeOf<Tensor<[], 'float32'>>()
})

test('vjp, jvp, linearize', () => {
  const f = (x: Tensor<[2]>, p: { y: Tensor<[3]> }) => ({ a: x, b: [p.y] })
  const [output, vjpFn] = vjp(f, [ones([2]), { y: ones([3]) }])
  expectTypeOf(output.a).toEqualTypeOf<Tensor<[2]>>()
  const pulled = vjpFn({ a: ones([2]), b: [ones([3])] })
  expectTypeOf(pulled[0]).toEqualTypeOf<Tensor<[2]>>()
  expectTypeOf(pulled[1].y).toEqualTypeOf<Tensor<[3]>>()
  const [, tangent] = jvp(f, [ones([2]), { y: ones([3]) }], [ones([2]), { y: ones([3]) }])
  expectTypeOf(tangent.a).toEqualTypeOf<Tensor<[2]>>()
  const [, jvpFn] = linearize(f, [ones([2]), { y: ones([3]) }])
  expectTypeOf(jvpFn(ones([2]), { y: ones([3]) }).b).toEqualTypeOf<Tensor<[3]>[]>()
  // @ts-expect-error the primals are the arguments of f
  const wrong = () => vjp(f, [ones([2])])
  expectTypeOf(wrong).toBeFunction()
})

test('Jacobians have the shape out + in', () => {
  const f = (x: Tensor<[2], 'float32'>) => ({ y: ones([4]).mul(x.sum()) })
  for (const block of [jacrev(f)(ones([2])), jacfwd(f)(ones([2]))]) expectTypeOf(block.y).toEqualTypeOf<Tensor<[4, 2], 'float32'>>()
  const g = (x: Tensor<[2], 'float32'>): Tensor<[], 'float32'> => x.sum()
  expectTypeOf(hessian(g)(ones([2]))).toEqualTypeOf<Tensor<[2, 2], 'float32'>>()
  const h = (x: Tensor, y: Tensor): Tensor => x.mul(y)
  const blocks = jacrev(h, { argnums: [0, 1] })(ones([2]), ones([2]))
  expectTypeOf(blocks).toEqualTypeOf<[Tensor, Tensor]>()
})

test('vmap keeps structures and dtypes, not shapes', () => {
  const f = (p: { x: Tensor<[3], 'float32'> }, label: null) => ({ y: p.x.sum(), label })
  const mapped = vmap(f)
  expectTypeOf(mapped).parameters.toEqualTypeOf<[p: { x: Tensor<any, 'float32'> }, label: null]>()
  expectTypeOf(mapped).returns.toHaveProperty('y').toEqualTypeOf<Tensor<any, 'float32'>>()
  expectTypeOf(vmap((x: Tensor) => [x, x] as const)(ones([2, 3]))).toEqualTypeOf<readonly [Tensor, Tensor]>()
})

test('functionalCall', () => {
  const model = new nn.Linear(3, 2)
  const y = functionalCall(model, model.stateDict(), tensor([[1, 2, 3]]))
  expectTypeOf(y).toExtend<Tensor>()
  // @ts-expect-error forward takes a tensor
  const wrong = () => functionalCall(model, {}, ['text'])
  expectTypeOf(wrong).toBeFunction()
})
