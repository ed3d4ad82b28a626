// Writes src/viz/page.ts: the page that viz.graph fills in, as one text, from the template, the style and the script in graph-page/.
// `node scripts/graph-page.ts` rewrites it; a test compares it.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { root } from './entries.ts'

/** Where the text is kept. */
export const target = `${root}src/viz/page.ts`

const read = (path: string): string => readFileSync(root + path, 'utf8')

/** The script in one piece, under the notice that its library's licence wants to see kept. */
async function script(): Promise<string> {
  const bundle = await rolldown({ input: `${root}scripts/graph-page/main.ts`, platform: 'browser', transform: { target: 'es2022' } })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  await bundle.close()
  const licence = read('node_modules/@panzoom/panzoom/MIT-License.txt').trim()
  return `/* With @panzoom/panzoom:\n${licence} */\n${output[0].code.trim()}\n`.replaceAll('</script', '<\\/script')
}

/** A style sheet on one line, without comments. */
const compact = (style: string): string =>
  style
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()

/** The source of src/viz/page.ts. */
export async function pageSource(): Promise<string> {
  const parts: Readonly<Record<string, string>> = { style: compact(read('scripts/graph-page/page.css')), script: await script() }
  const page = read('scripts/graph-page/page.html').replace(/\{\{(style|script)\}\}/g, (_, part: string) => parts[part] as string)
  const lines = page.split('\n').map((line) => `  ${JSON.stringify(line)},`)
  return `// Made from scripts/graph-page/ by \`node scripts/graph-page.ts\`; do not edit by hand.
// biome-ignore-all format: one line of the page each
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the script's own

/** The page that html() fills in. */
export const page: string = [
${lines.join('\n')}
].join('\\n')
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await pageSource())
