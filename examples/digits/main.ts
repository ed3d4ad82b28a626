// Trains the network, shows how it goes, and leaves the weights and a report. Ctrl-C ends early and keeps what was learnt.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { manualSeed } from 'wengert'
import { safetensors } from 'wengert/io'
import { loadDigits } from './data.ts'
import { evaluate } from './evaluate.ts'
import { History } from './history.ts'
import { LeNet } from './model.ts'
import { type Options, readOptions } from './options.ts'
import { createProgress, percent } from './progress.ts'
import { createReport } from './report/report.ts'
import { StopRequest } from './stop.ts'
import { train } from './train.ts'

async function main({ epochs, seed, out }: Options): Promise<void> {
  const stop = new StopRequest()
  manualSeed(seed)
  const digits = await loadDigits()
  const model = new LeNet()
  const history = new History()
  const progress = createProgress(process.stdout)
  console.log(
    `learning from ${digits.train.images.shape[0]} digits with a compiled step, testing on ${digits.test.images.shape[0]} others; Ctrl-C stops and keeps what was learnt`,
  )

  for await (const step of train(model, digits.train, epochs)) {
    history.add(step)
    progress.update(history)
    if (step.endsEpoch || stop.requested) history.addTest(await evaluate(model, digits.test))
    if (stop.requested) break
  }
  progress.stop()

  await mkdir(out, { recursive: true })
  const weights = join(out, 'digits.safetensors')
  const report = join(out, 'report.html')
  await safetensors.saveFile(model.stateDict(), weights, { metadata: { network: 'LeNet', seed: String(seed) } })
  await writeFile(report, await createReport({ model, history, digits, seed }))
  if (stop.requested) console.log('stopped early')
  console.log(`wrote ${weights} and ${report}`)
  console.log(`test accuracy ${percent(history.tests.at(-1)!.accuracy, 2)}`)
}

const options = readOptions(process.argv.slice(2))
if (options !== null) await main(options)
