// The page: trains the network of examples/digits on the images that the test gives it, and says how that went.
import { getNumThreads, manualSeed, memory, nn, optim, tensor } from 'wengert'
import { DataLoader, TensorDataset } from 'wengert/data'
import { LeNet } from '../../../examples/digits/model.ts'

/** What the test hands over: pixels from 0 to 255, and how many steps to take. */
export interface Task {
  readonly pixels: string
  readonly labels: readonly number[]
  readonly steps: number
}

export interface Outcome {
  readonly losses: readonly number[]
  readonly threads: number
  readonly isolated: boolean
  readonly inHeap: boolean
}

declare global {
  var task: Task
  var outcome: Promise<Outcome>
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

async function main(): Promise<Outcome> {
  const { pixels, labels, steps } = globalThis.task
  manualSeed(0)
  const bytes = Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0))
  const images = tensor(Float32Array.from(bytes, (byte) => byte / 255)).reshape([labels.length, 1, 28, 28])
  const model = new LeNet()
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.002 })
  const loader = new DataLoader(new TensorDataset(images, tensor(Int32Array.from(labels))), { batchSize: 64, shuffle: true })
  const losses: number[] = []
  while (losses.length < steps)
    for await (const [batch, classes] of loader) {
      optimizer.zeroGrad()
      const loss = nn.functional.crossEntropy(model.forward(batch.expect([null, 1, 28, 28])), classes)
      loss.backward()
      optimizer.step()
      losses.push(loss.item())
      // a worker starts while the page has its turn
      await turn()
    }
  return { losses, threads: getNumThreads(), isolated: globalThis.crossOriginIsolated, inHeap: memory.stats().pooled > 0 }
}

globalThis.outcome = main()
