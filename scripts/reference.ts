// Writes docs/reference.md: every operation, function, layer and optimizer with its arguments, from the signature tables, and
// what it does, from the first sentence of its comment. `node scripts/reference.ts` rewrites the page; a test compares it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as io from '../src/io/signatures.ts'
import * as nn from '../src/nn/signatures.ts'
import * as optim from '../src/optim/signatures.ts'
import { describeKinds } from '../src/tensor/parameter-kinds.ts'
import { type Parameter, parseSignature } from '../src/tensor/signature-reader.ts'
import * as tensor from '../src/tensor/signatures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Where the page lives. */
export const page = join(root, 'docs/reference.md')

type Table = Readonly<Record<string, string>>
interface Section {
  readonly title: string
  readonly words: string
  readonly tables: Table
  /** Folders whose comments describe the rows, the first that has one counting. */
  readonly sources: readonly string[]
}

const operations = ['src/tensor/operations', 'src/tensor/methods', 'src/tensor', 'src/primitives']
const functions = ['src/nn/functional', ...operations]
const sections: readonly Section[] = [
  { title: 'Creation', words: 'Functions of `wengert`.', tables: tensor.creation, sources: operations },
  {
    title: 'Elementwise',
    words:
      'Functions of `wengert`; all are methods, too, with the first argument in front of the dot. Forms with an underscore change their first argument.',
    tables: tensor.elementwise,
    sources: operations,
  },
  { title: 'Reductions, orderings, comparisons', words: 'Functions and methods.', tables: tensor.reductions, sources: operations },
  { title: 'Products', words: 'Functions and methods.', tables: tensor.products, sources: operations },
  { title: 'Shapes, joins, splits', words: 'Functions and methods.', tables: tensor.movement, sources: operations },
  { title: 'Indexing', words: 'Functions and methods.', tables: tensor.indexing, sources: operations },
  { title: 'Convolution, pooling, padding', words: 'Functions of `wengert/nn/functional`.', tables: tensor.spatial, sources: functions },
  { title: 'Activations', words: 'Functions of `wengert/nn/functional`.', tables: nn.activations, sources: functions },
  {
    title: 'Affine maps, normalisation, distances',
    words: 'Functions of `wengert/nn/functional`.',
    tables: nn.transformations,
    sources: functions,
  },
  { title: 'Losses', words: 'Functions of `wengert/nn/functional`.', tables: nn.losses, sources: functions },
  { title: 'Layers', words: 'Classes of `wengert/nn`, made with `new`.', tables: nn.layers, sources: ['src/nn/layers', 'src/nn'] },
  { title: 'Initialisers and utilities', words: 'Functions of `nn.init` and `nn.utils`.', tables: nn.initialisers, sources: ['src/nn'] },
  { title: 'Optimizers', words: 'Classes of `wengert/optim`, made with `new`.', tables: optim.optimizers, sources: ['src/optim'] },
  { title: 'Schedulers', words: 'Classes of `wengert/optim`, made with `new`.', tables: optim.schedulers, sources: ['src/optim'] },
  { title: 'Files and images', words: 'Functions of `wengert/io`.', tables: io.signatures, sources: ['src/io'] },
]

/** The first sentence of the comment on each function, class, constant or method of a folder, by name. */
function sentences(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(join(root, folder, file), 'utf8')
    const comments =
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s+|class\s+|const\s+)?(?:get\s+)?(\w+)\s*[<(:={ ]/g
    for (const [, comment = '', name = ''] of text.matchAll(comments)) {
      const prose = comment
        .replace(/^\s*\* ?/gm, '')
        .trim()
        .split(/\n\s*\n|\n@/)[0] as string
      const sentence = /^[\s\S]*?\.(?=\s|$)/.exec(prose)?.[0] ?? prose
      if (!found.has(name)) found.set(name, sentence.replace(/\s+/g, ' '))
    }
  }
  return found
}

/** Parameters that the head of the page describes once. */
const evident: readonly string[] = ['input', 'dtype', 'device', 'requiresGrad', 'generator']

/** Functions whose own name is a reserved word, and the names they are written under. */
const writtenAs: Table = {
  var: 'variance',
  'safetensors.save': 'save',
  'safetensors.load': 'load',
  'safetensors.saveFile': 'saveFile',
  'safetensors.loadFile': 'loadFile',
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : String(value)
const written = (parameter: Parameter): string => (parameter.required ? parameter.name : `${parameter.name} = ${shown(parameter.default)}`)

/** `sum(input, dim = null, { keepdim = false })`: what goes by position, then what goes by name. */
function call(name: string, parameters: readonly Parameter[]): string {
  const byPosition = parameters.filter((parameter) => parameter.positional).map(written)
  const byName = parameters.filter((parameter) => !parameter.positional).map(written)
  return `${name}(${[...byPosition, ...(byName.length > 0 ? [`{ ${byName.join(', ')} }`] : [])].join(', ')})`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

function table({ tables, sources }: Section): string {
  const comments = sources.map(sentences)
  const rows = Object.entries(tables).map(([name, text]) => {
    const { parameters } = parseSignature(text)
    const own = writtenAs[name] ?? name
    const words = comments.map((known) => known.get(own) ?? known.get(name)).find((sentence) => sentence !== undefined) ?? ''
    const kinds = parameters
      .filter(
        ({ name, kinds }) => !evident.includes(name) && !kinds.includes('boolean') && !kinds.includes('data') && !kinds.includes('index'),
      )
      .map((parameter) => `${parameter.name}: ${describeKinds(parameter.kinds)}`)
      .join('; ')
    return `| \`${cell(call(name, parameters))}\` | ${cell(words)} | ${cell(kinds)} |`
  })
  return ['| call | what it gives | arguments |', '|---|---|---|', ...rows].join('\n')
}

/** The text of the page. */
export function reference(): string {
  const head = `# Reference

Made from the signature tables by \`node scripts/reference.ts\`; do not edit by hand.

A call shows what goes by position, then in braces what goes by name into one object at the end. Everything with a default may go by
name: \`x.sum(1, { keepdim: true })\`, \`x.sum({ dim: 1, keepdim: true })\`. Names are checked, and so are kinds.

What needs no words in the tables: \`input\` is a tensor (or, where there are two operands, a number); \`dtype\` is 'float32', 'float64',
'int32', 'uint8' or 'bool', and \`null\` means the input's own; \`device\` is 'cpu'; \`generator\` is a \`Generator\`, and \`null\` means the one that
\`manualSeed\` sets; what is true or false by default is a boolean.
`
  return [head, ...sections.map((section) => `## ${section.title}\n\n${section.words}\n\n${table(section)}\n`)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, reference())
