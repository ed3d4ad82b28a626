// A plan for people, as text or as a page.
import { explainPage } from './explain/page.ts'
import { explainSteps } from './explain/steps.ts'
import { explainText } from './explain/text.ts'
import type { Recording } from './recording.ts'

/** The latest of some recordings. */
export function explain(recordings: readonly Recording[], html: boolean): string {
  const latest = recordings.at(-1)
  if (latest === undefined) return 'Nothing is recorded yet: call the function once, and ask again.'
  const steps = explainSteps(latest.plan)
  return html ? explainPage(latest, steps) : explainText(latest, steps)
}
