// The fenced code blocks of the README and of docs/, each with the output that the page claims for it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { root } from '../../scripts/entries.ts'

export interface Block {
  /** `docs/architecture.md` */
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

/** The pages that are executed. */
export const pages: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md'].filter((page) => existsSync(root + page)),
  ...(existsSync(`${root}docs`) ? readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
]

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

export const blocks: readonly Block[] = pages.flatMap((page) => blocksOf(page, readFileSync(root + page, 'utf8')))

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
