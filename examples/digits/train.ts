// The training loop. It yields after every step, so that whoever runs it draws, evaluates and stops as they like.
import { compile, nn, optim, type Tensor } from 'wengert'
import { DataLoader, TensorDataset } from 'wengert/data'
import { moveRandomly } from './augment.ts'
import type { Digits } from './data.ts'
import type { LeNet } from './model.ts'

type Images = Tensor<[number, 1, 28, 28], 'float32'>
type Labels = Tensor<[number], 'int32'>

/** What one step did. */
export interface TrainingStep {
  /** Counted from 1, over all epochs. */
  readonly step: number
  readonly steps: number
  readonly epoch: number
  readonly epochs: number
  readonly images: number
  readonly loss: number
  /** Share of the batch that was read right, before the step. */
  readonly accuracy: number
  readonly endsEpoch: boolean
}

export async function* train(model: LeNet, digits: Digits, epochs: number): AsyncGenerator<TrainingStep> {
  const loader = new DataLoader(new TensorDataset(digits.images, digits.labels), { batchSize: 64, shuffle: true, dropLast: true })
  const optimizer = new optim.AdamW(model.parameters(), { weightDecay: 0.01 })
  const stepsPerEpoch = loader.length
  const steps = epochs * stepsPerEpoch
  // The learning rate rises for a fifth of the steps and then falls to nothing.
  const scheduler = new optim.OneCycleLR(optimizer, 0.006, steps, { pctStart: 0.2, cycleMomentum: false })
  // Forward, backward and update as one plan, which is made at the first step.
  const learn = compile((images: Images, labels: Labels) => {
    optimizer.zeroGrad()
    const scores = model.forward(images)
    const loss = nn.functional.crossEntropy(scores, labels)
    loss.backward()
    optimizer.step()
    return { loss, accuracy: scores.argmax(1).eq(labels).to('float32').mean() }
  })
  let step = 0
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for await (const [images, labels] of loader) {
      model.train()
      const { loss, accuracy } = learn(moveRandomly(images), labels)
      scheduler.step()

      step++
      const endsEpoch = step % stepsPerEpoch === 0
      yield { step, steps, epoch, epochs, images: images.shape[0], loss: loss.item(), accuracy: accuracy.item(), endsEpoch }
    }
  }
}
