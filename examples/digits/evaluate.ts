// How well the network reads digits that it has not learnt from.
import { nn, noGrad } from 'wengert'
import { DataLoader, TensorDataset } from 'wengert/data'
import { type ImageDataLike, toImageData } from 'wengert/io'
import type { Digits } from './data.ts'
import type { LeNet } from './model.ts'

/** A digit that was taken for another. */
export interface Mistake {
  readonly image: ImageDataLike
  readonly label: number
  readonly answer: number
  /** Probability that the network gave its wrong answer. */
  readonly confidence: number
}

export interface Evaluation {
  readonly accuracy: number
  readonly loss: number
  /** `confusion[label][answer]`: how often. */
  readonly confusion: number[][]
  /** The most confident ones first. */
  readonly mistakes: Mistake[]
}

export async function evaluate(model: LeNet, digits: Digits): Promise<Evaluation> {
  const confusion = Array.from({ length: 10 }, () => new Array<number>(10).fill(0))
  const mistakes: Mistake[] = []
  let count = 0
  let right = 0
  let loss = 0
  model.eval()
  for await (const [images, labels] of new DataLoader(new TensorDataset(digits.images, digits.labels), { batchSize: 100 })) {
    const scores = noGrad(() => model.forward(images))
    const { values, indices } = scores.softmax(1).max(1)
    const answers = indices.toTypedArray()
    const confidences = values.toTypedArray()
    labels.toTypedArray().forEach((label, place) => {
      const answer = answers[place]!
      confusion[label]![answer]!++
      if (answer === label) right++
      else mistakes.push({ image: toImageData(images.at(place)), label, answer, confidence: confidences[place]! })
    })
    count += labels.elementCount
    loss += nn.functional.crossEntropy(scores, labels, { reduction: 'sum' }).item()
  }
  mistakes.sort((a, b) => b.confidence - a.confidence)
  return { accuracy: right / count, loss: loss / count, confusion, mistakes }
}
