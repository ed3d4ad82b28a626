// Type-checks all TypeScript blocks in one go and compares the errors with those that the pages draw:
//
//     x.matmul(w)
//     //       ~ matmul: inner sizes differ: 784 and 512

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/entries.ts'
import { run } from '../package/installed.ts'

export interface TypeError {
  readonly line: number
  readonly message: string
}

const drawn = /^\s*\/\/\s*~+\s*(.*)$/

/** Whether the compiler refuses this code on purpose, so that it is not run. */
export const showsError = (code: string): boolean => /@ts-expect-error/.test(code) || code.split('\n').some((line) => drawn.test(line))

/** The errors that the code draws: at the code line above the tildes, with words of the message; further comment lines continue them. */
export function drawnErrors(code: string): TypeError[] {
  const lines = code.split('\n')
  return lines.flatMap((text, i) => {
    const match = drawn.exec(text)
    if (!match) return []
    let message = match[1] ?? ''
    for (let next = i + 1; /^\s*\/\/(?!\s*~)/.test(lines[next] ?? ''); next++) message += ` ${lines[next]?.replace(/^\s*\/\/\s*/, '')}`
    let line = i
    while (line > 0 && /^\s*\/\//.test(lines[line] ?? '')) line--
    return [{ line: line + 1, message: message.trim() }]
  })
}

/** The compiler's errors by file name for all `.ts` files of that folder, checked as strictly as `strict` is. */
export async function typeErrors(folder: string): Promise<Map<string, TypeError[]>> {
  const compilerOptions = { noUncheckedIndexedAccess: false, exactOptionalPropertyTypes: false, noImplicitOverride: false }
  const configuration = join(folder, 'tsconfig.json')
  writeFileSync(configuration, JSON.stringify({ extends: `${root}tsconfig.json`, compilerOptions, include: ['*.ts'], exclude: [] }))
  const { output } = await run(folder, join(root, 'node_modules/.bin/tsc'), '-p', configuration, '--pretty', 'false')
  const errors = new Map<string, TypeError[]>()
  let last: { message: string } | null = null
  for (const line of output.split('\n')) {
    const match = /^([^\s(]+)\((\d+),\d+\): error (.*)$/.exec(line)
    if (match) {
      const [, file = '', number = '', message = ''] = match
      const error = { line: Number(number), message }
      errors.set(file, [...(errors.get(file) ?? []), error])
      last = error
    } else if (last && line.startsWith(' ')) last.message += ` ${line.trim()}`
  }
  return errors
}
