// `npm run accuracy`: measures the kernels' transcendental functions and convolutions and writes the tables of docs/accuracy.md.
// `npm run accuracy -- exp log`: only these, and nothing is written. `--all`: every float32. `--each n`: so many for each exponent and sign.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ScalarOperationName } from '../src/backends/expression.ts'
import { installSpecialFunctions } from '../src/backends/special-functions.ts'
import { vectorFunctions } from '../src/backends/wasm/math/functions.ts'
import type { LaneShape } from '../src/backends/wasm/math/lanes.ts'
import { convolutionTable } from './accuracy/convolution.ts'
import { type Measured, sweep } from './accuracy/sweep.ts'

installSpecialFunctions()

const { values, positionals } = parseArgs({ options: { all: { type: 'boolean' }, each: { type: 'string' } }, allowPositionals: true })
const page = new URL('../docs/accuracy.md', import.meta.url)

const line = (name: string, { fused, strict }: Record<'fused' | 'strict', Measured>): string =>
  `| ${name} | ${fused.ulp.toFixed(2)} | ${strict.ulp.toFixed(2)} | \`${(fused.ulp >= strict.ulp ? fused : strict).at}\` |`

function table(shape: LaneShape, each: number | 'all'): string {
  const lines = ['| function | ulp, fused | ulp, not fused | worst at |', '|---|---|---|---|']
  for (const name of Object.keys(vectorFunctions[shape]).sort() as ScalarOperationName[]) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const measured = sweep(shape, name, each)
    lines.push(line(name, measured))
    console.log(shape, lines.at(-1), `${measured.fused.points} points`)
    for (const wrong of [...measured.fused.wrong, ...measured.strict.wrong]) console.log(`  WRONG: ${wrong}`)
    if (measured.fused.wrong.length + measured.strict.wrong.length > 0) process.exitCode = 1
  }
  return lines.join('\n')
}

const single = table('f32x4', values.all ? 'all' : Number(values.each ?? 4000))
const double = values.all ? '' : table('f64x2', Math.ceil(Number(values.each ?? 4000) / 400))
if (positionals.length === 0 && !values.all) {
  const convolutions = convolutionTable()
  console.log(convolutions)
  const written = readFileSync(page, 'utf8')
    .replace(/(<!-- float32 -->\n)[\s\S]*?(\n<!-- end -->)/, (_, before: string, after: string) => before + single + after)
    .replace(/(<!-- float64 -->\n)[\s\S]*?(\n<!-- end -->)/, (_, before: string, after: string) => before + double + after)
    .replace(/(<!-- convolutions -->\n)[\s\S]*?(\n<!-- end -->)/, (_, before: string, after: string) => before + convolutions + after)
  writeFileSync(page, written)
}
