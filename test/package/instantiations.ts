// What shapes in types cost a user's compiler, counted in type instantiations, which are the same on every machine.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/entries.ts'
import { run } from './installed.ts'

/** Instantiations that the compiler makes for this program, libraries included. */
export async function instantiations(folder: string, program: string): Promise<number> {
  writeFileSync(join(folder, 'counted.ts'), program)
  const compilerOptions = { strict: true, skipLibCheck: true, noEmit: true, target: 'es2022', module: 'nodenext', types: [] }
  writeFileSync(join(folder, 'tsconfig.counted.json'), JSON.stringify({ compilerOptions, files: ['counted.ts'] }))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { code, output } = await run(
    folder,
    process.execPath,
    tsc,
    '-p',
    'tsconfig.counted.json',
    '--extendedDiagnostics',
    '--singleThreaded',
  )
  const count = /^Instantiations:\s+(\d+)/m.exec(output)?.[1]
  if (code !== 0 || count === undefined) throw new Error(`the compiler refuses\n${program}\n${output}`)
  return Number(count)
}

/** A program that makes the compiler look at all of `Tensor`, which it does when it first compares two of them. */
export const importTensor = `import type { Tensor } from 'wengert'
declare const known: Tensor<[2, 3], 'float32'>
export const anything: Tensor = known
export const back: Tensor<[2, 3], 'float32'> = anything`

/** Functions of seven operations each; every one works on sizes that no other one has. */
export function operationsOnNewShapes(functions: number): { readonly program: string; readonly operations: number } {
  const one = (i: number) => {
    const [a, b, c] = [1000 + 3 * i, 1001 + 3 * i, 1002 + 3 * i]
    return `export function f${i}() {
  const x = zeros([${a}, ${b}])
  const y = x.matmul(zeros([${b}, ${c}])).add(zeros([${c}])).relu()
  return y.sum(0, { keepdim: true }).transpose(0, 1).mul(zeros([${c}, ${a}])).mean(1)
}`
  }
  return {
    program: ["import { zeros } from 'wengert'", ...Array.from({ length: functions }, (_, i) => one(i))].join('\n'),
    operations: 10 * functions, // three of them creations
  }
}
