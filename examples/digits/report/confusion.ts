// The confusion matrix: what was shown against what the network answered.
import * as Plot from '@observablehq/plot'
import { draw } from './curves.ts'
import type { Html } from './html.ts'

interface Cell {
  readonly label: number
  readonly answer: number
  readonly count: number
  /** Share of this label's digits. */
  readonly share: number
}

const isRight = (cell: Cell): boolean => cell.label === cell.answer

export function confusionMatrix(confusion: readonly number[][]): Html {
  const cells = confusion.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0)
    return row.map((count, answer): Cell => ({ label, answer, count, share: total === 0 ? 0 : count / total }))
  })
  const worst = Math.max(1, ...cells.filter((cell) => !isRight(cell)).map((cell) => cell.count))
  const strength = (cell: Cell): number => (isRight(cell) ? 0.25 + 0.65 * cell.share ** 8 : Math.sqrt(cell.count / worst) * 0.9)
  return draw({
    width: 560,
    height: 540,
    padding: 0.06,
    ariaLabel: 'confusion matrix',
    marginTop: 46,
    marginLeft: 50,
    x: { label: 'the network answered', labelAnchor: 'center', labelArrow: false, axis: 'top', tickSize: 0 },
    y: { label: 'shown', labelAnchor: 'center', labelArrow: false, tickSize: 0 },
    marks: [
      Plot.cell(cells, { x: 'answer', y: 'label', rx: 4, fill: 'var(--faint)' }),
      Plot.cell(cells, {
        x: 'answer',
        y: 'label',
        rx: 4,
        fill: (cell: Cell) => (isRight(cell) ? 'var(--train)' : 'var(--wrong)'),
        fillOpacity: { value: strength, scale: null },
      }),
      Plot.text(
        cells.filter((cell) => cell.count > 0),
        {
          x: 'answer',
          y: 'label',
          text: 'count',
          fontSize: 13,
          fontWeight: 500,
          fill: (cell: Cell) => (strength(cell) > 0.55 ? 'var(--paper)' : 'var(--ink)'),
        },
      ),
    ],
    color: { type: 'identity' },
  })
}
