// A plan for people.
import type { Recording } from './recording.ts'

export function explain(recording: Recording | null, html: boolean): string {
  return recording === null || html ? '' : recording.plan.steps.map(({ name }) => name).join('\n')
}
