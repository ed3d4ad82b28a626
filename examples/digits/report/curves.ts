// Loss and accuracy over the training, drawn by Observable Plot.
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { History } from '../history.ts'
import { Html } from './html.ts'

const { document } = parseHTML('<!doctype html><html></html>')

/** Draws a plot without a browser. */
export const draw = (options: Plot.PlotOptions): Html =>
  new Html(Plot.plot({ ...options, document: document as unknown as Document, style: { background: 'none', fontSize: '12px' } }).outerHTML)

/** One value a step, faint, and its mean over the steps around it. */
function curve(history: History, value: 'loss' | 'accuracy'): Plot.Markish[] {
  const window = Math.max(1, Math.min(25, Math.floor(history.steps.length / 4)))
  return [
    Plot.line(history.steps, { x: 'step', y: value, stroke: 'var(--train)', strokeOpacity: 0.25, strokeWidth: 1, clip: true }),
    Plot.line(history.steps, Plot.windowY({ k: window }, { x: 'step', y: value, stroke: 'var(--train)', strokeWidth: 2, clip: true })),
    Plot.line(history.tests, { x: 'step', y: value, stroke: 'var(--test)', strokeWidth: 2 }),
    Plot.dot(history.tests, { x: 'step', y: value, fill: 'var(--test)', stroke: 'var(--paper)', r: 4.5 }),
  ]
}

const frame = { width: 560, height: 300, marginLeft: 46, marginRight: 24, marginBottom: 40 }

export function lossCurve(history: History): Html {
  const highest = Math.max(...history.steps.slice(0, 10).map((step) => step.loss))
  return draw({
    ...frame,
    ariaLabel: 'loss over the steps',
    x: { label: 'step' },
    y: { label: 'loss', grid: true, domain: [0, highest], nice: true },
    marks: [Plot.ruleY([0], { strokeOpacity: 0.4 }), ...curve(history, 'loss')],
  })
}

export function accuracyCurve(history: History): Html {
  const last = history.tests.slice(-1)
  // Where most steps were good only the upper part is worth looking at.
  const sorted = history.steps.map((step) => step.accuracy).sort((first, second) => first - second)
  const lowest = Math.min(0.8, Math.floor(10 * sorted[Math.floor(sorted.length / 4)]!) / 10)
  return draw({
    ...frame,
    ariaLabel: 'accuracy over the steps',
    x: { label: 'step' },
    y: { label: 'accuracy', grid: true, domain: [lowest, 1], tickFormat: '.0%', ticks: 5 },
    marks: [
      ...curve(history, 'accuracy'),
      Plot.text(last, {
        x: 'step',
        y: 'accuracy',
        text: (test) => `${(100 * test.accuracy).toFixed(2)} %`,
        dy: 18,
        dx: 4,
        textAnchor: 'end',
        fill: 'var(--test)',
        fontWeight: 600,
        fontSize: 13,
      }),
    ],
  })
}
