import { func, stack, type Tensor, tensor } from 'wengert'
import { assertClose } from 'wengert/testing'
const [a, b, c, d] = [1.5, 1, 3, 1]
const field = (u: Tensor) => {
  const [prey, predators] = [u.at(0), u.at(1)]
  const meetings = prey.mul(predators)
  return stack([prey.mul(a).sub(meetings.mul(b)), meetings.mul(d).sub(predators.mul(c))])
}
const u0 = tensor([10, 5], { dtype: 'float64' })
const J = func.jacfwd(field)
console.log(J(u0).toArray(), func.jacrev(field)(u0).toArray())
function flow(u: Tensor, time: number, steps: number, f: (u:Tensor)=>Tensor = field): Tensor {
  const h = time / steps
  for (let i = 0; i < steps; i++) {
    const k1 = f(u)
    const k2 = f(u.add(k1.mul(h / 2)))
    const k3 = f(u.add(k2.mul(h / 2)))
    const k4 = f(u.add(k3.mul(h)))
    u = u.add(k1.add(k2.mul(2)).add(k3.mul(2)).add(k4).mul(h / 6))
  }
  return u
}
let t = performance.now()
const after = (u: Tensor) => flow(u, 2, 400)
const S = func.jacfwd(after)(u0)
console.log(performance.now() - t)
t = performance.now()
const S2 = func.jacrev(after)(u0)
console.log(performance.now() - t)
console.log(S, S2)
const uT = after(u0)
console.log(S.matmul(field(u0)), field(uT))
const nine = func.vmap(func.jacfwd(after))(tensor([[10,5],[3,1.5],[2,2]],{dtype:'float64'}))
console.log(nine)
import { cat } from 'wengert'
const [e, sens] = func.jacfwd((u: Tensor) => { const w = after(u); return [w, w] as const }, {hasAux: true})(u0)
console.log(e, sens)
