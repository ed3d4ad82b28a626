// Which regions of memory a step touches.
import type { LaunchStep, Lowered, Step } from './lowering.ts'
import { regionOf, standIn } from './stand-ins.ts'

/** The words of a launch, and those of its follower behind them. */
export const wordsOf = ({ words, follower }: LaunchStep): readonly number[] => (follower === null ? words : [...words, ...follower.words])

/** Regions that a step touches, those included that its tables point to. */
export function regionsOf(step: Step, { places, placeOf }: Pick<Lowered, 'places' | 'placeOf'>): Set<number> {
  const found = new Set<number>()
  const visit = (words: readonly number[]): void => {
    for (const word of words) {
      const region = regionOf(word)?.region
      if (region === undefined || found.has(region)) continue
      found.add(region)
      visit(places[region]?.words ?? [])
    }
  }
  if (step.kind === 'launch') visit(wordsOf(step))
  else if (step.kind === 'renew') visit([standIn(step.table)])
  else
    for (const { buffer } of step.views) {
      const place = placeOf.get(buffer)
      if (place !== undefined) found.add(place)
    }
  return found
}
