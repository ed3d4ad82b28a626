import { compile, F, nn, optim, randn, manualSeed, noGrad } from 'wengert'
manualSeed(0)
function make() {
  manualSeed(1)
  const model = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 128), new nn.ReLU(), new nn.Linear(128, 10))
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 })
  return { model, optimizer }
}
const x = randn([128, 784]), y = randn([128, 10])
const a = make(), b = make()
const stepOf = ({ model, optimizer }: ReturnType<typeof make>) => (xx: typeof x, yy: typeof y) => {
  optimizer.zeroGrad()
  const loss = F.mseLoss(model.forward(xx), yy)
  loss.backward()
  optimizer.step()
  return loss
}
const eager = stepOf(a), comp = compile(stepOf(b))
for (let i = 0; i < 20; i++) {
  const p = eager(x, y).item(), q = comp(x, y).item()
  if (i%5===0) console.log(i, p, q)
}
console.log(comp.explain())
const ga = a.model.parameters()[0]!.grad!, gb = b.model.parameters()[0]!.grad!
console.log(ga.sub(gb).abs().max().item())
