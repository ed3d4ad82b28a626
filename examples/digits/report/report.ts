// report.html: one page, everything in it, nothing fetched.
import { readFile } from 'node:fs/promises'
import { nn } from 'wengert'
import * as viz from 'wengert/viz'
import type { Digits } from '../data.ts'
import type { History } from '../history.ts'
import type { LeNet } from '../model.ts'
import { clock, percent } from '../progress.ts'
import { confusionMatrix } from './confusion.ts'
import { accuracyCurve, lossCurve } from './curves.ts'
import { Html } from './html.ts'
import { mistakeGallery } from './mistakes.ts'
import { page } from './page.ts'

export interface ReportContent {
  readonly model: LeNet
  readonly history: History
  readonly digits: { readonly train: Digits; readonly test: Digits }
  readonly seed: number
}

/** The page as text. */
export async function createReport({ model, history, digits, seed }: ReportContent): Promise<string> {
  const test = history.tests.at(-1)!
  const { step, steps, epoch, epochs } = history.steps.at(-1)!
  const tested = digits.test.labels.elementCount
  const weights = model.parameters().reduce((sum, parameter) => sum + parameter.elementCount, 0)
  return page({
    title: `Reading handwritten digits: ${percent(test.accuracy, 2)}`,
    style: new Html(await readFile(new URL('report.css', import.meta.url), 'utf8')),
    facts: [
      { value: percent(test.accuracy, 2), name: 'test accuracy' },
      { value: `${tested - test.mistakes.length} of ${tested}`, name: 'new digits read right' },
      { value: clock(history.seconds), name: 'minutes of training' },
      { value: String(Math.round(history.imagesPerSecond)), name: 'images a second' },
      { value: weights.toLocaleString('en'), name: 'weights' },
    ],
    note: `${step === steps ? `${epochs} epoch${epochs === 1 ? '' : 's'}` : `Stopped in epoch ${epoch} of ${epochs}`}, ${step} steps, seed ${seed}, Node ${process.versions.node}.`,
    lossCurve: lossCurve(history),
    accuracyCurve: accuracyCurve(history),
    confusionMatrix: confusionMatrix(test.confusion),
    mistakes: test.mistakes.length,
    gallery: mistakeGallery(test.mistakes),
    graph: await recordedGraph(model, digits.train),
  }).text
}

/** The graph that one training step records, as a picture. */
async function recordedGraph(model: LeNet, { images, labels }: Digits): Promise<Html> {
  const few = model.forward(images.narrow(0, 0, 64))
  const loss = nn.functional.crossEntropy(few, labels.narrow(0, 0, 64))
  return new Html(await viz.graph(loss, { params: model.namedParameters() }).svg())
}
