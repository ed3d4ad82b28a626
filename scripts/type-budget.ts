// What shapes in types cost a user's compiler: type instantiations (the same on every machine), to import Tensor and for each operation on
// shapes that no other one has. Fails above the budget.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importTensor, instantiations } from '../test/package/instantiations.ts'
import { root } from './entries.ts'

const BUDGET = { import: 40_000, operation: 150 }

const folder = mkdtempSync(join(tmpdir(), 'type-budget-'))
const tsc = join(root, 'node_modules/typescript/bin/tsc')

/** The declarations as a user sees them, as a package of that name. */
function emitDeclarations(): void {
  const target = join(folder, 'node_modules/wengert')
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'package.json'), JSON.stringify({ name: 'wengert', type: 'module', types: './index.d.ts' }))
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', target, '--declarationMap', 'false'])
}

const count = (program: string): Promise<number> => instantiations(folder, program)

/** Instantiations for one more of a statement, whose sizes a, b, c, d are new each time. */
async function each(statement: string): Promise<number> {
  const program = (from: number, to: number): string => {
    const lines = [
      "import { cat, nn, slice, stack, type Tensor, where, zeros } from 'wengert'",
      'declare const held: Tensor',
      'export { cat, held, nn, slice, stack, where }',
    ]
    for (let i = from; i < to; i++) {
      const [a, b, c, d] = [11 + i, 201 + 2 * i, 1003 + 3 * i, 2 + (i % 7)]
      lines.push(
        `export function f${i}(a: ${a}, b: ${b}, c: ${c}, d: ${d}, x: Tensor<[${a}, ${b}], 'float32'>) {`,
        `  return ${statement}`,
        '}',
      )
    }
    return lines.join('\n')
  }
  return ((await count(program(0, 40))) - (await count(program(0, 10)))) / 30
}

// A model's usual steps: these must keep the budget on average.
const usual = {
  'zeros([b, c])': 'zeros([b, c])',
  'x.matmul(y)': 'x.matmul(held as Tensor<[typeof b, typeof c], "float32">)',
  'x.add(row)': 'x.add(held as Tensor<[typeof b], "float32">)',
  'x.add(1)': 'x.add(1)',
  'x.relu()': 'x.relu()',
  'x.sum(0)': 'x.sum(0)',
  'x.mean(1, { keepdim: true })': 'x.mean(1, { keepdim: true })',
  'x.max(1)': 'x.max(1).values',
  'x.transpose(0, 1)': 'x.transpose(0, 1)',
  'x.unsqueeze(0)': 'x.unsqueeze(0)',
  'x.at(0)': 'x.at(0)',
  'x.softmax(-1)': 'x.softmax(-1)',
  'linear.forward(x)': 'new nn.Linear(b, c).forward(x)',
}
// Those that multiply sizes in decimal, and other rare ones: for information.
const rare = {
  'flatten(1)': 'zeros([a, d, c]).flatten(1)',
  'reshape([a, b, 1])': 'x.reshape([a, b, 1])',
  'reshape([-1, b])': 'x.reshape([-1, b])',
  'reshape([-1])': 'x.reshape([-1])',
  'permute([1, 0])': 'x.permute([1, 0])',
  'cat([x, y], 1)': 'cat([x, zeros([a, c])], 1)',
  'stack([x, x])': 'stack([x, x])',
  'where(x.gt(0), x, 0)': 'where(x.gt(0), x, 0)',
  'at(slice(0, 8), null)': 'x.at(slice(0, 8), null)',
}

try {
  emitDeclarations()
  const importing = (await count(importTensor)) - (await count('export {}'))
  console.log(`importing Tensor: ${importing} instantiations (budget ${BUDGET.import})`)
  const costs: { readonly name: string; readonly cost: number }[] = []
  for (const [name, statement] of Object.entries(usual)) costs.push({ name, cost: await each(statement) })
  const mean = costs.reduce((sum, { cost }) => sum + cost, 0) / costs.length
  for (const { name, cost } of costs) console.log(`${cost.toFixed(0).padStart(6)}  ${name}`)
  console.log(`an operation on new shapes: ${mean.toFixed(0)} (budget ${BUDGET.operation})`)
  for (const [name, statement] of Object.entries(rare)) console.log(`${(await each(statement)).toFixed(0).padStart(6)}  ${name}`)
  if (importing > BUDGET.import || mean > BUDGET.operation) {
    console.error('The budget is exceeded.')
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
