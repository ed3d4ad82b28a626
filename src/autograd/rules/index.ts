// The vjp table: a row for every primitive that `bind` takes. (`write` has its own node, in history.ts.)
import type { BindablePrimitive } from '../../primitives/params.ts'
import type { VjpRules } from '../rule.ts'
import { elementwiseRules } from './elementwise.ts'
import { structuredRules } from './structured.ts'

export const vjpRules: VjpRules<BindablePrimitive> = { ...elementwiseRules, ...structuredRules }
