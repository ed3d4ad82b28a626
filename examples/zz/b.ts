import { autograd, func, slice, type Tensor, tensor, zeros, zerosLike, zeros as z0, full } from 'wengert'

const rosenbrock = (x: Tensor) => {
  const [a, b] = [x.at(slice(0, -1)), x.at(slice(1))]
  return b.sub(a.square()).square().mul(100).add(a.sub(1).square()).sum()
}
const x = tensor([-1.2, 1], { dtype: 'float64' })
const v = tensor([1, 2], { dtype: 'float64' })
const [gradient, product] = func.jvp(func.grad(rosenbrock), [x], [v])
console.log(gradient.toArray(), product.toArray())
const [, twice] = autograd.functional.hvp(rosenbrock, x, v)
console.log(twice.toArray())
console.log(func.hessian(rosenbrock)(x).toArray())
console.log(func.hessian(rosenbrock)(x).matmul(v).toArray())

function conjugateGradient(apply: (v: Tensor) => Tensor, b: Tensor): Tensor {
  let x: Tensor = zerosLike(b)
  let residual = b
  let direction = b
  let size = b.dot(b).item()
  const enough = 1e-20 * size
  let count = 0
  while (size > enough && count++ < 2 * b.numel()) {
    const image = apply(direction)
    const curvature = direction.dot(image).item()
    if (curvature <= 0) { console.log('negative', count); return count === 1 ? b : x }
    const step = size / curvature
    x = x.add(direction.mul(step))
    residual = residual.sub(image.mul(step))
    const next = residual.dot(residual).item()
    direction = residual.add(direction.mul(next / size))
    size = next
  }
  return x
}
for (const start of [x, zeros([50], { dtype: 'float64' }), full([200], 1.2, {dtype:'float64'})]) {
  let at: Tensor = start
  for (let step = 1; step <= 100; step++) {
    const [gradient, hessian] = func.linearize(func.grad(rosenbrock), [at])
    const p = conjugateGradient(hessian, gradient.neg())
    const value = rosenbrock(at).item()
    let l = 1
    const slope = gradient.dot(p).item()
    while (rosenbrock(at.add(p.mul(l))).item() > value + 1e-4 * l * slope) l /= 2
    at = at.add(p.mul(l))
    console.log(step, value, l, gradient.norm().item())
    if (gradient.norm().item()<1e-10) break
  }
  console.log(at.sub(1).abs().max().item())
}
