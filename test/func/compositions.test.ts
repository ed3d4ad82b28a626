// Custom functions, checkpoints and in-place operations inside transforms of transforms: the same numbers as without them.
import { describe, expect, test } from 'vitest'
import { autograd, func, manualSeed, rand, stack, type Tensor } from 'wengert'
import { double, expectClose } from './close.ts'

const { grad, hessian, jacfwd, jacrev, jvp, vjp, vmap } = func

const plain = (x: Tensor): Tensor => x.sin().mul(x)
const slope = (x: Tensor): Tensor => x.cos().mul(x).add(x.sin())
const custom = autograd.customFunction({
  name: 'SinTimes',
  forward: (x: Tensor) => x.sin().mul(x),
  setupContext: (ctx, [x]) => ctx.save({ x }),
  backward: (ctx, g: Tensor) => g.mul(slope(ctx.saved.x as Tensor)),
  jvp: (ctx, t: Tensor) => t.mul(slope(ctx.saved.x as Tensor)),
  generateVmapRule: true,
}) as (x: Tensor) => Tensor

type Two = (x: Tensor, rows: Tensor) => Tensor

/** Every way to differentiate a function of a vector and a matrix, as flat lists of tensors. */
const derivatives: Readonly<Record<string, (run: Two, x: Tensor, rows: Tensor) => Tensor[]>> = {
  'the base tape': (run, x, rows) => {
    const inputs = [x.clone().requiresGrad_(), rows.clone().requiresGrad_()] as const
    return autograd.grad(
      run(...inputs)
        .square()
        .sum(),
      inputs,
    ) as Tensor[]
  },
  'the base tape, twice': (run, x, rows) => {
    const inputs = [x.clone().requiresGrad_(), rows.clone().requiresGrad_()] as const
    const [first] = autograd.grad(
      run(...inputs)
        .square()
        .sum(),
      inputs,
      { createGraph: true },
    ) as Tensor[]
    return autograd.grad((first as Tensor).square().sum(), inputs) as Tensor[]
  },
  grad: (run, x, rows) => grad((a: Tensor, b: Tensor) => run(a, b).square().sum(), { argnums: [0, 1] })(x, rows) as Tensor[],
  hessian: (run, x, rows) =>
    (hessian((a: Tensor, b: Tensor) => run(a, b).square().sum(), { argnums: [0, 1] })(x, rows) as Tensor[][]).flat(),
  jvp: (run, x, rows) => jvp(run, [x, rows], [x.cos(), rows.cos()]),
  jacrev: (run, x, rows) => jacrev(run, { argnums: [0, 1] })(x, rows) as Tensor[],
  jacfwd: (run, x, rows) => jacfwd(run, { argnums: [0, 1] })(x, rows) as Tensor[],
  'vmap of grad': (run, x, rows) => [vmap(grad((a: Tensor) => run(a, rows).square().sum()))(stack([x, x.mul(2)]))],
  'the base tape under vjp': (run, x, rows) => {
    const [a, b] = [x.clone().requiresGrad_(), rows.clone().requiresGrad_()]
    const [output, pullback] = vjp(run, [a, b])
    const [byX, byRows] = pullback(output) as [Tensor, Tensor]
    return [byX, byRows, ...(autograd.grad(byX.sin().sum().add(byRows.sin().sum()), [a, b]) as Tensor[])]
  },
}

const x = double([0.3, 0.7])
const rows = double([
  [0.1, 0.2, 0.3],
  [0.4, 0.5, 0.9],
])

describe('a custom function inside two vmaps', () => {
  const nestings: Readonly<Record<string, (f: (x: Tensor) => Tensor) => Two>> = {
    'batched in both': (f) => (a, b) => vmap((row: Tensor, s: Tensor) => vmap((q: Tensor) => f(q.mul(s)))(row))(b, a),
    'batched in the inner one with what is captured': (f) => (a, b) => vmap((row: Tensor) => vmap((q: Tensor) => f(q.mul(a)))(row))(b),
    'batched in the outer one': (f) => (_, b) => vmap((row: Tensor) => vmap((q: Tensor) => f(row).mul(q))(row))(b),
    'batched in neither': (f) => (a, b) => vmap((row: Tensor) => vmap((q: Tensor) => f(a).mul(q))(row))(b),
    'of equal sizes': (f) => (a, b) => vmap((row: Tensor) => vmap((q: Tensor) => f(row.mul(q)))(a))(b),
  }
  for (const [nesting, of] of Object.entries(nestings))
    for (const [name, derive] of Object.entries(derivatives))
      test(`${nesting}: ${name}`, () => {
        const expected = derive((a, b) => of(plain)(a, b).add(a.sum()), x, rows)
        const actual = derive((a, b) => of(custom)(a, b).add(a.sum()), x, rows)
        expect(actual).toHaveLength(expected.length)
        actual.forEach((tensor, i) => {
          expectClose(tensor, expected[i] as Tensor)
        })
      })
})

describe('a checkpoint under', () => {
  const f: Two = (a, b) => b.mul(a.unsqueeze(1).exp()).sin().matmul(b.sum(0)).mul(a)
  const checkpointed: Two = (a, b) => autograd.checkpoint(f, [a, b])
  for (const [name, derive] of Object.entries(derivatives))
    test(name, () => {
      const expected = derive(f, x, rows)
      derive(checkpointed, x, rows).forEach((tensor, i) => {
        expectClose(tensor, expected[i] as Tensor)
      })
    })

  const inside: Readonly<Record<string, (f: (x: Tensor) => Tensor) => (z: Tensor) => Tensor>> = {
    'a grad': (f) => (z) => grad((a: Tensor) => f(a).mul(a).sum())(z),
    'a vjp': (f) => (z) => vjp((a: Tensor) => f(a).mul(a), [z])[1](z)[0],
    'a jvp': (f) => (z) => jvp(f, [z], [z.cos()])[1],
    'a vmap': (f) => (z) => vmap((s: Tensor) => f(s.mul(z)))(z).sum(0),
    'a Hessian': (f) => (z) => hessian((a: Tensor) => f(a).sum())(z).matmul(z),
  }
  for (const [name, transformed] of Object.entries(inside))
    test(`every derivative of ${name} in another checkpoint`, () => {
      const twice = transformed((z) => autograd.checkpoint(plain, [z]))
      for (const derive of Object.values(derivatives)) {
        const expected = derive((a, b) => transformed(plain)(a).mul(b.sum()), x, rows)
        derive((a, b) => autograd.checkpoint(twice, [a]).mul(b.sum()), x, rows).forEach((tensor, i) => {
          expectClose(tensor, expected[i] as Tensor)
        })
      }
    })

  test('a vmap with a custom function, which enters the level of the batch again', () => {
    const f = (run: (q: Tensor) => Tensor) => (z: Tensor) =>
      vmap((q: Tensor) => autograd.checkpoint((s: Tensor) => run(s.add(z)), [q]))(rows.narrow(1, 0, 2)).sum(0)
    for (const derive of Object.values(derivatives)) {
      const expected = derive((a, b) => f(plain)(a).mul(b.sum()), x, rows)
      derive((a, b) => f(custom)(a).mul(b.sum()), x, rows).forEach((tensor, i) => {
        expectClose(tensor, expected[i] as Tensor)
      })
    }
  })

  test('random numbers, differentiated for a whole batch of cotangents', () => {
    const noisy = (z: Tensor): Tensor => z.mul(rand([2], { dtype: 'float64' })).sin()
    manualSeed(3)
    const expected = jacrev(noisy)(x)
    manualSeed(3)
    expectClose(jacrev((z: Tensor) => autograd.checkpoint(noisy, [z]))(x), expected)
  })

  test('a walk of the base tape inside it', () => {
    const f = (z: Tensor): Tensor => autograd.grad(plain(z).sum(), z, { createGraph: true })[0].mul(z)
    const gradient = (run: (z: Tensor) => Tensor): Tensor => {
      const a = x.clone().requiresGrad_()
      run(a).sum().backward()
      return a.grad as Tensor
    }
    expectClose(
      gradient((z) => autograd.checkpoint(f, [z])),
      gradient(f),
    )
  })

  test('grad, whose result is differentiated by the base tape', () => {
    const slopes = (run: (x: Tensor) => Tensor): Tensor => {
      const a = x.clone().requiresGrad_()
      grad((z: Tensor) => run(z.mul(a)).sum())(a)
        .square()
        .sum()
        .backward()
      return a.grad as Tensor
    }
    expectClose(
      slopes((z) => autograd.checkpoint(plain, [z])),
      slopes(plain),
    )
  })
})

describe('in-place operations whose tangents are recorded', () => {
  const writes: Readonly<Record<string, (z: Tensor) => Tensor>> = {
    mul_: (z) => z.clone().mul_(z),
    'mul_ through a view': (z) => {
      const copy = z.clone()
      copy.narrow(0, 1, 1).mul_(z.narrow(0, 0, 1))
      return copy
    },
    sin_: (z) => z.mul(1).sin_(),
    exp_: (z) => z.mul(2).exp_().mul_(z),
    div_: (z) => z.clone().div_(z.add(2)),
    pow_: (z) => z.clone().pow_(3),
    addcmul_: (z) => z.clone().addcmul_(z, z),
    lerp_: (z) => z.clone().lerp_(z.cos(), 0.3),
    clamp_: (z) => z.clone().clamp_(0.5, 2).mul_(z),
  }
  for (const [name, f] of Object.entries(writes))
    test(name, () => {
      // the primal needs no gradient, the tangent does
      const gradient = (step: (t: Tensor) => Tensor): Tensor => {
        const t = double([0.2, -1.1], true)
        step(t).sin().sum().backward()
        return t.grad as Tensor
      }
      const jacobian = jacrev(f)(x)
      expectClose(
        gradient((t) => jvp(f, [x], [t])[1]),
        gradient((t) => jacobian.matmul(t)),
      )
      const mixed = (t: Tensor): Tensor => jvp((z: Tensor) => f(z.mul(t)), [x], [t])[1].sum()
      expectClose(grad(mixed)(double([0.2, 1.1])), jacfwd(mixed)(double([0.2, 1.1])))
    })
})

test('a dual level whose scope was not left is over with the transform that it was in', () => {
  const { dualLevel, makeDual, unpackDual } = autograd.forwardAD
  grad((z: Tensor) => {
    dualLevel.scope()
    return z.sum()
  })(x)
  expect(() => makeDual(x, x)).toThrow('there is no dual level')
  dualLevel(() => {
    expectClose(unpackDual(makeDual(x, rows.select(1, 0)).mul(2)).tangent as Tensor, [0.2, 0.8])
  })
})

test('a dual level inside a checkpoint that another dual level recomputes', () => {
  const { dualLevel, makeDual, unpackDual } = autograd.forwardAD
  const slopes = (z: Tensor): Tensor => dualLevel(() => unpackDual(plain(makeDual(z, z.cos()))).tangent as Tensor)
  const [, pullback] = vjp((z: Tensor) => autograd.checkpoint(slopes, [z]), [x])
  dualLevel(() => {
    const [gradient] = pullback(makeDual(x, x)) as [Tensor]
    const [expected] = vjp((z: Tensor) => jvp(plain, [z], [z.cos()])[1], [x])[1](x) as [Tensor]
    expectClose(unpackDual(gradient).tangent as Tensor, expected)
  })
})
