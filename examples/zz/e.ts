import { autograd, func, linspace, tensor, type Tensor } from 'wengert'
import { assertClose, gradcheck, gradgradcheck } from 'wengert/testing'

const kepler = autograd.customFunction({
  name: 'Kepler',
  forward: (m: Tensor, e: Tensor) => {
    let E: Tensor = m.add(e.mul(m.sin()))
    for (let step = 0; step < 6; step++) E = E.sub(E.sub(e.mul(E.sin())).sub(m).div(e.mul(E.cos()).neg().add(1)))
    return E
  },
  setupContext: (ctx: autograd.FunctionContext<{ E: Tensor; e: Tensor }>, [, e], E) => ctx.save({ E, e }),
  backward: (ctx, gradient) => {
    const { E, e } = ctx.saved
    const byAnomaly = gradient.div(e.mul(E.cos()).neg().add(1))
    return [byAnomaly, byAnomaly.mul(E.sin())]
  },
  jvp: (ctx, dm, de) => {
    const { E, e } = ctx.saved
    return dm.add(de.mul(E.sin())).div(e.mul(E.cos()).neg().add(1))
  },
  generateVmapRule: true,
})
const m = tensor(1, { dtype: 'float64', requiresGrad: true })
const e = tensor(0.5, { dtype: 'float64', requiresGrad: true })
const E = kepler(m, e)
console.log(E.item(), E.sub(e.mul(E.sin())).item())
console.log(gradcheck(kepler, [m, e], {checkForwardAD: true, checkBatchedGrad: true}), gradgradcheck(kepler, [m, e], {checkForwardAD: true,checkBatchedGrad: true }))
const [[mm, me], [em, ee]] = func.hessian(kepler, { argnums: [0, 1] })(m, e)
console.log(mm,me,em,ee)
const w = 1 - 0.5*Math.cos(E.item()), s = Math.sin(E.item()), c = Math.cos(E.item())
console.log(-0.5*s/w**3, c/w**2 - 0.5*s*s/w**3)
const ms = linspace(0, 6, 5, { dtype: 'float64' })
console.log(func.vmap(kepler, { inDims: [0, null] })(ms, e))
console.log(func.vmap(func.hessian(kepler), { inDims: [0, null] })(ms, e))
console.log(func.vmap(func.jacrev(func.jacfwd(kepler)), { inDims: [0, null] })(ms, e))
console.log(func.grad((m: Tensor) => func.vmap(func.grad(kepler), {inDims: [0, null]})(m.mul(ms), e).sum())(m.detach()))
console.log(func.jvp(kepler, [m, e], [tensor(1,{dtype:'float64'}), tensor(0,{dtype:'float64'})]))
console.log(autograd.functional.hessian((m: Tensor, e:Tensor) => kepler(m, e), [m, e]))
console.log(func.linearize(kepler, [m,e])[1](tensor(1,{dtype:'float64'}), tensor(0,{dtype:'float64'})))
