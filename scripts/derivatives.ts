// Checks the derivatives of every differentiable operation from the records of the tests: gradcheck, gradgradcheck, forward mode, vmap.
// Prints what failed, what an operation cannot have, and how many of each hold; exits with 1 on any failure.
import { operations, outcomeOf, properties, summary } from '../test/operations/derivatives.ts'

const held = new Map(properties.map((property) => [property, 0]))
const exceptions: string[] = []
let failed = 0

console.log(`${'property'.padEnd(14)} ${'operations'.padStart(10)} ${'samples'.padStart(8)} ${'seconds'.padStart(8)}`)
for (const property of properties) {
  const start = performance.now()
  let checked = 0
  let count = 0
  for (const operation of operations) {
    const { samples, failures, lacks } = outcomeOf(operation, property)
    count += samples
    for (const failure of failures) console.error(`${property}: ${failure}\n`)
    if (lacks !== null) exceptions.push(`${operation.name} has no ${property}: ${lacks}`)
    else if (failures.length === 0 && samples > 0) checked++
    else failed++
  }
  held.set(property, checked)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${property.padEnd(14)} ${String(checked).padStart(10)} ${String(count).padStart(8)} ${seconds.padStart(8)}`)
}

const limits = operations.flatMap(({ name, inPlace, records }) =>
  inPlace ? [] : records.flatMap((record) => Object.entries(record.limits).map(([what, reason]) => `  ${name}, ${what}: ${reason}`)),
)
const inPlace = operations.filter((operation) => operation.inPlace).length
console.log(`\n${operations.length - inPlace} operations and the in-place forms of ${inPlace}`)
console.log(limits.length === 0 ? 'no limits' : `limits of transforms:\n${[...new Set(limits)].join('\n')}`)
console.log(exceptions.length === 0 ? 'no exceptions' : `exceptions:\n${exceptions.map((text) => `  ${text}`).join('\n')}`)
console.log(summary(held))
process.exitCode = failed > 0 ? 1 : 0
