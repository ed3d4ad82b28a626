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

import { F, randn } from 'wengert'
const linear: Field = (z, A) => z.matmul(A!.mT)
const solve = odeSolve(linear, 1, 50)
// leak of versions
{
const z = tensor([1, 0], { requiresGrad: true })
const A = tensor([[0, 2], [-2, 0]], { requiresGrad: true })
const y = solve(z, A)
noGrad(() => A.mul_(3))
try { y.sum().backward(); console.log('no error', A.grad) } catch (e) { console.log(String(e)) }
}
const angle = 2
const rotation = (time: number) => tensor([[Math.cos(2*time), Math.sin(2*time)],[-Math.sin(2*time), Math.cos(2*time)]]).mul(Math.exp(-0.1*time))
for (const seed of [0,1,2,3]) {
manualSeed(seed)
const starts = rand([128, 2]).mul(4).sub(2)
const ends = starts.matmul(rotation(1).mT)
const network: Field = (z, w1, b1, w2, b2) => F.linear(F.linear(z, w1!, b1!).tanh(), w2!, b2!)
const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 2))
const weights = model.parameters()
const flow = odeSolve(network, 1, 8)
const optimizer = new optim.Adam(weights, { lr: 0.1 }); const sch = new optim.CosineAnnealingLR(optimizer, 300)
const t = performance.now()
for (let step = 0; step <= 300; step++) {
  optimizer.zeroGrad()
  const loss = F.mseLoss(flow(starts, ...weights), ends)
  loss.backward()
  optimizer.step(); sch.step()
  if (step % 50 === 0) console.log(step, loss.item())
}
console.log(performance.now() - t)
const start = tensor([1.5, 0])
console.log(odeSolve(network, 5, 50)(start, ...weights), rotation(5).mv(start))
}
for (const steps of [10, 100]) {
const z = tensor([1, 0], { dtype: 'float64', requiresGrad: true })
const A = tensor([[0, 2], [-2, 0]], { dtype: 'float64', requiresGrad: true })
 const count = (run: () => Tensor) => { let n = 0; autograd.savedTensorsHooks((x: Tensor) => { n += x.numel(); return x }, (x) => x, run); return n }
 console.log(steps, count(() => integrate(([z]) => [linear(z!, A)], [z], 1, steps)[0]!), count(() => odeSolve(linear, 1, steps)(z, A)))
}
