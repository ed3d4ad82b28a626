import { autograd, func, manualSeed, noGrad, nn, optim, rand, tensor, type Tensor, zerosLike } from 'wengert'
import { assertClose, gradcheck, gradgradcheck } from 'wengert/testing'

type State = readonly Tensor[]

function integrate(field: (state: State) => State, state: State, time: number, steps: number): State {
  const h = time / steps
  const ahead = (by: number, slopes: State) => state.map((part, i) => part.add(slopes[i]!.mul(by)))
  for (let step = 0; step < steps; step++) {
    const k1 = field(state)
    const k2 = field(ahead(h / 2, k1))
    const k3 = field(ahead(h / 2, k2))
    const k4 = field(ahead(h, k3))
    state = ahead(h / 6, k1.map((slope, i) => slope.add(k2[i]!.add(k3[i]!).mul(2)).add(k4[i]!)))
  }
  return state
}

type Field = (z: Tensor, ...weights: Tensor[]) => Tensor

const odeSolve = (field: Field, time: number, steps: number) =>
  autograd.customFunction({
    name: 'OdeSolve',
    forward: (z: Tensor, ...weights: Tensor[]) => integrate(([z]) => [field(z!, ...weights)], [z], time, steps)[0]!,
    setupContext: (ctx: autograd.FunctionContext<{ end: Tensor; weights: Tensor[] }>, [, ...weights], end) => ctx.save({ end, weights }),
    backward: (ctx, gradient) => {
      const { end, weights } = ctx.saved
      const dynamics = ([z, a]: State): State => {
        const [slope, pull] = func.vjp(field, [z!, ...weights])
        return [slope, ...pull(a!.neg())]
      }
      const [, ...gradients] = integrate(dynamics, [end, gradient, ...weights.map((weight) => zerosLike(weight))], -time, steps)
      return gradients
    },
  })
const linear: Field = (z, A) => z.matmul(A!.mT)
const solve = odeSolve(linear, 1, 50)
const z = tensor([1, 0], { dtype: 'float64', requiresGrad: true })
const A = tensor([[0, 2], [-2, 0]], { dtype: 'float64', requiresGrad: true })
const end = solve(z, A)
console.log(end, Math.cos(2), -Math.sin(2))
end.at(0).backward()
console.log(z.grad, A.grad)
console.log(gradcheck(solve, [z, A]))
try { console.log(gradgradcheck(solve, [z, A]))} catch (e) { console.log(String(e))}
