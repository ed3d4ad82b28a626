// The stages of a loop kernel, put together and simplified: neighbouring passes over a row become one, what was stored is not loaded again, and
// what nobody reads is not stored.
import type { Expression } from '../../backends/expression.ts'
import { classifyInput, element, type LoopKernel, result, type Stage, scalar } from '../../backends/wasm/loops/ir.ts'
import { columnSumsOf, costOf, expressionsOf, inputsOf } from '../../backends/wasm/loops/kernel-facts.ts'

/** What is in place of an input. */
type Replacement = (kind: ReturnType<typeof classifyInput>[0], number: number) => Expression | null

function replaced(expression: Expression, by: Replacement): Expression {
  switch (expression.kind) {
    case 'input':
      return by(...classifyInput(expression.index)) ?? expression
    case 'constant':
      return expression
    case 'operation':
      return { ...expression, operands: expression.operands.map((operand) => replaced(operand, by)) }
  }
}

const overExpressions = (stage: Stage, change: (expression: Expression) => Expression): Stage => ({
  ...stage,
  ...('reductions' in stage && { reductions: (stage.reductions ?? []).map((each) => ({ ...each, value: change(each.value) })) }),
  ...('values' in stage && { values: (stage.values ?? []).map(change) }),
  ...('columnSums' in stage && { columnSums: columnSumsOf(stage).map((sum) => ({ ...sum, value: change(sum.value) })) }),
  stores: (stage.stores ?? []).map((store) => ({ ...store, value: change(store.value) })),
})

/** The stage with other inputs and, where `place` is given, other operands to store into. */
const rewritten = (stage: Stage, by: Replacement, place: (operand: number) => number = (k) => k): Stage => {
  const changed = overExpressions(stage, (expression) => replaced(expression, by))
  const placed = <T extends { readonly operand: number }>(list: readonly T[]): T[] =>
    list.map((each) => ({ ...each, operand: place(each.operand) }))
  return {
    ...changed,
    ...('columnSums' in changed && { columnSums: placed(columnSumsOf(changed)) }),
    stores: placed(changed.stores ?? []),
  }
}

/** How many results a stage numbers. */
const resultCount = (stage: Stage): number => (stage.per === 'element' ? (stage.reductions ?? []) : (stage.values ?? [])).length

/** Stages whose operands, results and scalars are numbered on from those of other stages. */
export function renumbered(stages: readonly Stage[], operands: readonly number[], before: readonly Stage[], scalars: number): Stage[] {
  const results = before.reduce((sum, stage) => sum + resultCount(stage), 0)
  const place = (k: number): number => operands[k] as number
  const by: Replacement = (kind, number) =>
    kind === 'element'
      ? element(place(number))
      : kind === 'result'
        ? result(results + number)
        : kind === 'scalar'
          ? scalar(scalars + number)
          : null
  return stages.map((stage) => rewritten(stage, by, place))
}

const loadsOf = (stage: Stage): Set<number> => inputsOf(expressionsOf(stage), 'element')
const storedIn = (stage: Stage): number[] => [...(stage.stores ?? []), ...columnSumsOf(stage)].map(({ operand }) => operand)

/** The results that expressions read. */
function resultsIn(expressions: readonly Expression[]): Set<number> {
  const found = new Set<number>()
  for (const expression of expressions)
    replaced(expression, (kind, number) => {
      if (kind === 'result') found.add(number)
      return null
    })
  return found
}

/** The stage with what `stored` stored in place of what it would load. */
const forwarded = (stage: Stage, stored: ReadonlyMap<number, Expression>): Stage =>
  rewritten(stage, (kind, number) => (kind === 'element' ? (stored.get(number) ?? null) : null))

/** Two neighbouring passes as one; null where the second needs what the first has reduced. */
function joined(first: Stage, second: Stage, firstResult: number): Stage | null {
  if (first.per !== 'element' || second.per !== 'element') return null
  const reductions = first.reductions ?? []
  const needed = resultsIn(expressionsOf(second))
  if (reductions.some((_, k) => needed.has(firstResult + k))) return null
  const {
    reductions: more = [],
    stores = [],
    columnSums = [],
  } = forwarded(second, new Map((first.stores ?? []).map(({ operand, value }) => [operand, value]))) as typeof second
  const again = new Set(stores.map(({ operand }) => operand))
  return {
    per: 'element',
    reductions: [...reductions, ...more],
    stores: [...(first.stores ?? []).filter(({ operand }) => !again.has(operand)), ...stores],
    columnSums: [...columnSumsOf(first), ...columnSums],
  }
}

function joinNeighbours(stages: readonly Stage[]): Stage[] {
  const list: Stage[] = []
  let numbered = 0
  for (const stage of stages) {
    const last = list.at(-1)
    const both = last === undefined ? null : joined(last, stage, numbered - resultCount(last))
    if (both === null) list.push(stage)
    else list[list.length - 1] = both
    numbered += resultCount(stage)
  }
  return list
}

/** The number of a result, if that is all the expression is. */
function resultNumber(expression: Expression): number | null {
  const [kind, number] = expression.kind === 'input' ? classifyInput(expression.index) : [null, 0]
  return kind === 'result' ? number : null
}

/** What is the same as an earlier result of a row, because it was stored and is loaded again, or because it is called by another name, becomes it. */
function forwardResults(stages: readonly Stage[]): Stage[] {
  /** The results that operands hold, stored by stages of rows, and those that others are the same as. */
  const held = new Map<number, number>()
  const same = new Map<number, number>()
  let numbered = 0
  return stages.map((stage) => {
    const known = rewritten(stage, (kind, number) => {
      const earlier = kind === 'result' ? same.get(number) : kind === 'element' && stage.per === 'row' ? held.get(number) : undefined
      return earlier === undefined ? null : result(earlier)
    })
    for (const [k, value] of (known.per === 'row' ? (known.values ?? []) : []).entries()) {
      const number = resultNumber(value)
      if (number !== null) same.set(numbered + k, same.get(number) ?? number)
    }
    numbered += resultCount(stage)
    for (const operand of storedIn(known)) held.delete(operand)
    for (const { operand, value } of known.per === 'row' ? (known.stores ?? []) : []) {
      const number = resultNumber(value)
      if (number !== null) held.set(operand, same.get(number) ?? number)
    }
    return known
  })
}

/** Instructions that are rather computed again than kept in memory from one pass over a row to the next. */
const CHEAP = 6

/** Loads of what an earlier stage stored, where it is computed again for less. */
function recomputeCheap(stages: readonly Stage[], isDead: (operand: number) => boolean): Stage[] {
  const list = [...stages]
  list.forEach((from, s) => {
    for (const { operand, value } of from.per === 'element' ? (from.stores ?? []) : []) {
      if (!isDead(operand) || costOf(value) > CHEAP) continue
      const loads = inputsOf([value], 'element')
      const isLastStore = list.every((stage, t) => t === s || !storedIn(stage).includes(operand))
      const loadsChange = list.some((stage, t) => t >= s && storedIn(stage).some((other) => loads.has(other)))
      if (!isLastStore || loadsChange) continue
      for (let t = s + 1; t < list.length; t++) {
        const stage = list[t] as Stage
        if (stage.per === 'element') list[t] = forwarded(stage, new Map([[operand, value]]))
      }
    }
  })
  return list
}

/** Stores that nobody loads, of operands that nobody looks at afterwards, are left out. */
function dropDeadStores(stages: readonly Stage[], isDead: (operand: number) => boolean): Stage[] {
  return stages.map((stage, s) => ({
    ...stage,
    stores: (stage.stores ?? []).filter(
      ({ operand }) => !isDead(operand) || stages.slice(s + 1).some((later) => loadsOf(later).has(operand)),
    ),
    ...('columnSums' in stage && { columnSums: columnSumsOf(stage).filter(({ operand }) => !isDead(operand)) }),
  }))
}

/** Results that nobody reads are left out, and stages that do nothing. */
function dropDeadResults(stages: readonly Stage[]): Stage[] {
  const used = resultsIn(stages.flatMap(expressionsOf))
  const places: number[] = []
  let numbered = 0
  let kept = 0
  const isUsed = (): boolean => {
    const is = used.has(numbered++)
    places.push(is ? kept++ : -1)
    return is
  }
  const list = stages.map(
    (stage): Stage =>
      stage.per === 'element'
        ? { ...stage, reductions: (stage.reductions ?? []).filter(isUsed) }
        : { ...stage, values: (stage.values ?? []).filter(isUsed) },
  )
  if (kept === numbered) return list.filter((stage) => resultCount(stage) + storedIn(stage).length > 0)
  return dropDeadResults(
    list.map((stage) => rewritten(stage, (kind, number) => (kind === 'result' ? result(places[number] as number) : null))),
  )
}

/** Passes over a row that are as few and as short as they can be. `isDead` says which operands nobody looks at afterwards. */
export function shortened(stages: readonly Stage[], isDead: (operand: number) => boolean): Stage[] {
  const joined = joinNeighbours(dropDeadResults(forwardResults(stages)))
  return dropDeadResults(dropDeadStores(recomputeCheap(joined, isDead), isDead))
}

/** First and last stage that touch an operand, and whether the first only stores. */
function spanOf(
  stages: readonly Stage[],
  operand: number,
): { readonly first: number; readonly last: number; readonly onlyStored: boolean } {
  const touching = stages.flatMap((stage, s) => (storedIn(stage).includes(operand) || loadsOf(stage).has(operand) ? [s] : []))
  const first = touching[0] ?? -1
  const isSummed = stages.some((stage) => columnSumsOf(stage).some((sum) => sum.operand === operand))
  return { first, last: touching.at(-1) ?? -1, onlyStored: first >= 0 && !isSummed && !loadsOf(stages[first] as Stage).has(operand) }
}

/**
 * What one pass keeps for a later one lies in the row of an operand that is only written after that, so that it never leaves the cache.
 * `fits` says whether two operands lie alike.
 */
export function shareRows(
  stages: readonly Stage[],
  isDead: (operand: number) => boolean,
  operands: number,
  fits: (x: number, y: number) => boolean,
): Stage[] {
  let list = [...stages]
  for (let kept = 0; kept < operands; kept++) {
    if (!isDead(kept)) continue
    const { last, first } = spanOf(list, kept)
    if (first < 0) continue
    for (let room = 0; room < operands; room++) {
      const span = spanOf(list, room)
      if (room === kept || isDead(room) || !fits(kept, room) || span.first < last || !span.onlyStored) continue
      const by: Replacement = (kind, number) => (kind === 'element' && number === kept ? element(room) : null)
      // where both are stored in one stage, the room's own contents come last: what was kept is not needed any more
      if (span.first === last && storedIn(list[last] as Stage).includes(kept)) continue
      list = list.map((stage) => rewritten(stage, by, (k) => (k === kept ? room : k)))
      break
    }
  }
  return list
}

/** The kernel with the operands that it still touches, and their former numbers. */
export function withoutUnused(kernel: LoopKernel): { readonly kernel: LoopKernel; readonly used: readonly number[] } {
  const touched = new Set(kernel.stages.flatMap((stage) => [...loadsOf(stage), ...storedIn(stage)]))
  const used = [...touched].sort((x, y) => x - y)
  if (used.length === kernel.operands) return { kernel, used }
  const places = Array.from({ length: kernel.operands }, (_, k) => used.indexOf(k))
  return { kernel: { ...kernel, operands: used.length, stages: renumbered(kernel.stages, places, [], 0) }, used }
}
