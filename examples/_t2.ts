import { compile, manualSeed, setNumThreads } from 'wengert'
import { networks, trainingStep } from '../bench/networks.ts'
const only = process.argv[2]
for (const [name, make] of Object.entries(networks)) {
  if (only && !name.includes(only)) continue
  manualSeed(3); const a = make(); manualSeed(3); const b = make()
  const eager = trainingStep(a), comp = compile(trainingStep(b))
  let worst = 0
  const t0 = performance.now()
  const first = comp().item(); const t1 = performance.now()
  let p = eager().item()
  worst = Math.abs(p - first)
  for (let i = 0; i < 20; i++) { p = eager().item() as number; const q = comp().item() as number; worst = Math.max(worst, Math.abs(p - q) / Math.abs(p)) }
  let diff = 0
  a.model.parameters().forEach((w, i) => { diff = Math.max(diff, w.sub(b.model.parameters()[i]!).abs().max().item() as number) })
  console.log(name, 'loss', p, 'rel diff', worst.toExponential(2), 'param diff', diff.toExponential(2), 'first call', (t1 - t0).toFixed(0))
  const bench = async (f: () => unknown) => { const ts = []; for (let i=0;i<25;i++) f(); await new Promise(r => setTimeout(r, 300)); const end = performance.now() + 1200; while (performance.now() < end || ts.length < 5) { const t = performance.now(); f(); ts.push(performance.now() - t); if (ts.length % 50 === 0) await new Promise(r => setImmediate(r)) } ts.sort((x, y) => x - y); return ts[ts.length >> 1]! }
  const e = await bench(eager), c = await bench(comp)
  console.log('   eager', e.toFixed(4), 'compiled', c.toFixed(4), 'ratio', (c / e).toFixed(3))
}
