// The fenced code blocks of the README, of docs/ and of the comments in src/, each with the output that is claimed for it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { root } from '../../scripts/entries.ts'

export interface Block {
  /** `docs/architecture.md`, `src/nn/module.ts` */
  readonly page: string
  /** Line of the code's first line in the page. */
  readonly line: number
  readonly language: string
  /** Further words of the fence: `continues` prepends the page's block before it, `no-run` only checks the types. */
  readonly words: readonly string[]
  readonly code: string
  /** What a ```text block after it says that it prints; a line `…` stands for any lines. */
  readonly output: string | null
}

const files = (folder: string, ending: string): string[] =>
  existsSync(root + folder)
    ? readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith(ending))
        .sort()
        .map((name) => `${folder}/${name}`)
    : []

/** The pages that are executed. */
const pages: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md'].filter((page) => existsSync(root + page)),
  ...files('docs', '.md'),
  ...files('src', '.ts'),
]

/** A page's text; of a source only its comments, each on its line. */
function textOf(page: string): string {
  const text = readFileSync(root + page, 'utf8')
  if (page.endsWith('.md')) return text
  return text.replace(/^.*$/gm, (line) => /^\s*\* ?(?!\/)(.*)$/.exec(line)?.[1] ?? '')
}

const fence = /^( *)```([^\n`]*)\n([\s\S]*?)^\1```[ ]*$/gm

/** All blocks of one page's text. */
export function blocksOf(page: string, text: string): Block[] {
  const found = [...text.matchAll(fence)].map((match) => {
    const [whole, indent = '', info = '', code = ''] = match
    const [language = '', ...words] = info.trim().split(/\s+/)
    const start = match.index
    return {
      start,
      end: start + whole.length,
      line: text.slice(0, start).split('\n').length + 1,
      language,
      words,
      code: indent ? code.replace(new RegExp(`^${indent}`, 'gm'), '') : code,
    }
  })
  return found.map((block, i) => {
    const next = found[i + 1]
    const printed = next?.language === 'text' && announcesOutput(text.slice(block.end, next.start), next.words)
    const { line, language, words, code } = block
    return { page, line, language, words, code, output: printed ? next.code : null }
  })
}

/** Whether a text block belongs to the code before it: at once after it, after a short line such as "Output:", or because it says so. */
function announcesOutput(between: string, words: readonly string[]): boolean {
  const line = between.trim()
  return words.includes('output') || line === '' || (line.length < 80 && !line.includes('\n') && /\b(output|outputs|prints?)\b/i.test(line))
}

export const blocks: readonly Block[] = pages.flatMap((page) => blocksOf(page, textOf(page)))

/** The code of a block after that of the blocks that it continues. */
export function wholeCode(block: Block, all: readonly Block[] = blocks): string[] {
  if (!block.words.includes('continues')) return [block.code]
  const earlier = all.filter(({ page, line, language }) => page === block.page && line < block.line && language === block.language).at(-1)
  if (!earlier) throw new Error(`${block.page}:${block.line} continues nothing`)
  return [...wholeCode(earlier, all), block.code]
}

/** Whether what was printed is what the page says. */
export function matchesOutput(printed: string, claimed: string): boolean {
  const tidy = (text: string) => text.replace(/[ \t]+$/gm, '').trim()
  const pattern = tidy(claimed)
    .split('\n')
    .map((line) => (/^\s*(…|\.\.\.)\s*$/.test(line) ? '[\\s\\S]*?' : line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('\n')
  return new RegExp(`^${pattern}$`).test(tidy(printed))
}

/** What the code says of itself: the comments behind `console.log(…)`, each of them what one call prints. */
export const claims = (code: string): string[] => [...code.matchAll(/^\s*console\.log\(.*\) \/\/ (.+)$/gm)].map((match) => match[1]!.trim())

/** The claims that are not among the printed lines, in order; a long one may be printed on several lines. */
export function unkept(printed: string, claimed: readonly string[]): string[] {
  const tidy = (text: string) => text.replace(/\s+/g, ' ').trim() // inspect aligns numbers
  const lines = printed.split('\n').map(tidy)
  let from = 0
  const keeps = (claim: string): boolean => {
    for (let start = from; start < lines.length; start++) {
      let text = ''
      for (let end = start; end < lines.length && text.length < claim.length; end++) {
        text = `${text} ${lines[end]}`.trim()
        if (text !== claim) continue
        from = end + 1
        return true
      }
    }
    return false
  }
  return claimed.filter((claim) => !keeps(tidy(claim)))
}
