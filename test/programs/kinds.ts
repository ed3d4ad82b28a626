// The kinds of operations that random programs are made of.
import { movement, views } from './arrangement.ts'
import { contractions } from './contractions.ts'
import { elementwise } from './elementwise.ts'
import { reductions } from './reductions.ts'
import type { Choice } from './scene.ts'
import { writes } from './writes.ts'

/** The kinds of operations, each as likely as the others. */
export const kinds: readonly (readonly Choice[])[] = [
  elementwise,
  elementwise,
  elementwise,
  reductions,
  views,
  movement,
  contractions,
  writes,
]
