import { compile, manualSeed, setNumThreads } from 'wengert'
import { networks, trainingStep } from '../bench/networks.ts'
for (const [name, make] of Object.entries(networks)) {
  if (!name.includes(process.argv[2]!)) continue
  manualSeed(3); const a = make(); manualSeed(3); const b = make()
  const eager = trainingStep(a), comp = compile(trainingStep(b))
  for (let i = 0; i < 6; i++) {
    const p = eager().item() as number; const q = comp().item() as number
    let diff = 0, worst = ''
    const pb = b.model.namedParameters()
    a.model.namedParameters().forEach(([n, w], i) => { const d = w.sub(pb[i]![1]).abs().max().item() as number / (w.abs().max().item() as number); if (d > diff) { diff = d; worst = n } })
    const bb = b.model.namedBuffers()
    a.model.namedBuffers().forEach(([n, w], i) => { const d = w.sub(bb[i]![1]).abs().max().item() as number; if (d > 1e-5) console.log('buffer', n, d) })
    console.log(i, p, q, diff, worst)
  }
}
