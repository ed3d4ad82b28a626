// The reader of the pages itself, so that a page cannot pass by not being read.
import { expect, test } from 'vitest'
import { blocksOf, claims, matchesOutput, unkept, wholeCode } from './blocks.ts'
import { drawnErrors, showsError } from './typecheck.ts'

const page = `
# Title
\`\`\`ts
console.log(1)
\`\`\`
It prints:
\`\`\`text
1
\`\`\`
Then, unrelated to what was said above:

\`\`\`ts continues
console.log(2)
\`\`\`
A picture of something else.
\`\`\`text
a → b
\`\`\`
`

test('blocks with language, line and output', () => {
  const [first, printed, second] = blocksOf('page.md', page)
  expect(first).toMatchObject({ language: 'ts', line: 4, code: 'console.log(1)\n', output: '1\n' })
  expect(printed).toMatchObject({ language: 'text', output: null })
  expect(second).toMatchObject({ language: 'ts', words: ['continues'], output: null })
  expect(wholeCode(second!, blocksOf('page.md', page))).toEqual(['console.log(1)\n', 'console.log(2)\n'])
})

test('output: exact, except where the page says that lines are left out', () => {
  expect(matchesOutput('a\nb  \n', 'a\nb')).toBe(true)
  expect(matchesOutput('a\nb', 'a\nc')).toBe(false)
  expect(matchesOutput('a\nb\nc\nd', 'a\n…\nd')).toBe(true)
  expect(matchesOutput('a.b', 'aXb')).toBe(false)
})

test('drawn errors', () => {
  const code = 'const a = 1\nx.matmul(w)\n//       ~ inner sizes\n//         differ\nb()\n'
  expect(drawnErrors(code)).toEqual([{ line: 2, message: 'inner sizes differ' }])
  expect(showsError(code)).toBe(true)
  expect(showsError('// a comment\na()')).toBe(false)
})

test('claims behind console.log', () => {
  const code = 'console.log(a.shape) // [ 2 ]\nf() // not this\n  console.log(1, "(x)") // 1 (x)\n'
  expect(claims(code)).toEqual(['[ 2 ]', '1 (x)'])
  expect(unkept('[ 2 ]\nsomething\n1 (x)\n', claims(code))).toEqual([])
  expect(unkept('1 (x)\n[ 2 ]\n', claims(code))).toEqual(['1 (x)'])
})
