// Writes docs/reference.md: every operation, function, layer and optimizer with its arguments, from the signature tables, the members
// of the classes, from their declarations (members.ts), and what each does, from the first sentence of its comment.
// `node scripts/reference.ts` rewrites the page; a test compares it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as data from '../src/data/signatures.ts'
import { signatures as func } from '../src/func/signatures.ts'
import * as io from '../src/io/signatures.ts'
import * as nn from '../src/nn/signatures.ts'
import * as optim from '../src/optim/signatures.ts'
import * as autograd from '../src/tensor/autograd/index.ts'
import { describeKinds } from '../src/tensor/parameter-kinds.ts'
import { type Parameter, parseSignature } from '../src/tensor/signature-reader.ts'
import { signatures as arithmetic } from '../src/tensor/signatures/arithmetic.ts'
import { signatures as creation } from '../src/tensor/signatures/creation.ts'
import { signatures as indexing } from '../src/tensor/signatures/indexing.ts'
import { signatures as mappings } from '../src/tensor/signatures/mappings.ts'
import { signatures as movement } from '../src/tensor/signatures/movement.ts'
import { signatures as products } from '../src/tensor/signatures/products.ts'
import { signatures as random } from '../src/tensor/signatures/random.ts'
import { signatures as reductions } from '../src/tensor/signatures/reductions.ts'
import { signatures as spatial } from '../src/tensor/signatures/spatial.ts'
import { signatures as statistics } from '../src/tensor/signatures/statistics.ts'
import { signatures as testing } from '../src/testing/signatures.ts'
import * as viz from '../src/viz/graph.ts'
import { exportsOf, firstSentence, type Member, membersOf } from './members.ts'

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
  { title: 'Creation', words: 'Functions of `wengert`.', tables: { ...creation, ...random }, sources: operations },
  {
    title: 'Elementwise',
    words:
      'Functions of `wengert`; all are methods, too, with the first argument in front of the dot. Forms with an underscore change their first argument.',
    tables: { ...mappings, ...arithmetic },
    sources: operations,
  },
  {
    title: 'Reductions, orderings, comparisons',
    words: 'Functions and methods.',
    tables: { ...reductions, ...statistics },
    sources: operations,
  },
  { title: 'Products', words: 'Functions and methods.', tables: products, sources: operations },
  { title: 'Shapes, joins, splits', words: 'Functions and methods.', tables: movement, sources: operations },
  { title: 'Indexing', words: 'Functions and methods.', tables: indexing, sources: operations },
  { title: 'Convolution, pooling, padding', words: 'Functions of `wengert/nn/functional`.', tables: spatial, sources: functions },
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
  {
    title: 'Data sets and loaders',
    words: 'Of `wengert/data`; classes are made with `new`. The type `Dataset` says what a data set of your own has.',
    tables: data.signatures,
    sources: ['src/data'],
  },
  { title: 'Files and images', words: 'Functions of `wengert/io`.', tables: io.signatures, sources: ['src/io'] },
  { title: 'Transforms', words: 'Functions of `wengert/func`, each of which takes a function.', tables: func, sources: ['src/func'] },
  { title: 'Checks', words: 'Functions of `wengert/testing`.', tables: testing, sources: ['src/testing'] },
  {
    title: 'Pictures',
    words: 'Functions of `wengert/viz`; [a page of their own](graph.md) shows them.',
    tables: viz.signatures,
    sources: ['src/viz'],
  },
]

interface Declarations {
  readonly title: string
  readonly words: string
  readonly members: readonly Member[]
  /** Members whose arguments a signature table knows. */
  readonly tables?: Table
}

const declarations: readonly Declarations[] = [
  {
    title: 'Gradients',
    words: 'Functions of `wengert/autograd`; the modes are in `wengert`, too. A mode has `scope()` for `using`.',
    members: [
      ...exportsOf('src/tensor/autograd/index.ts'),
      ...exportsOf('src/tensor/autograd/custom-function.ts'),
      ...exportsOf('src/tensor/autograd/checkpoint.ts'),
      ...exportsOf('src/autograd/modes.ts').filter(({ name }) => name in autograd),
    ],
  },
  {
    title: 'Custom functions',
    words: 'The parts of `autograd.customFunction({ … })` besides `forward`, and the context that they get first.',
    members: [
      ...membersOf('src/tensor/autograd/custom-function.ts', 'CommonParts'),
      ...membersOf('src/tensor/autograd/custom-function.ts', 'FunctionWithSetup'),
      ...membersOf('src/tensor/autograd/custom-function.ts', 'FunctionContext'),
    ],
  },
  {
    title: 'Dual numbers',
    words: 'Functions of `autograd.forwardAD`: forward mode, for what `func.jvp` does not fit.',
    members: exportsOf('src/tensor/autograd/forward-ad.ts'),
  },
  {
    title: 'Derivatives of functions on the tape',
    words: 'Functions of `autograd.functional`, as in PyTorch. `inputs` and `v` are a tensor or an array of tensors.',
    members: exportsOf('src/tensor/autograd/functional-derivatives.ts'),
  },
  {
    title: 'Profiler',
    words: 'Functions of `autograd.profiler`, and what a profile has; [another page](debugging.md#what-takes-the-time) shows them.',
    members: [...exportsOf('src/tensor/autograd/profiler/index.ts'), ...membersOf('src/tensor/autograd/profiler/profile.ts', 'Profile')],
  },
  {
    title: 'Compile',
    words:
      'Of `wengert`: the function, its options, what a compiled function has besides, and options of `explain`; [another page](compile.md) shows them.',
    members: [
      ...exportsOf('src/compile/explainable.ts'),
      ...membersOf('src/compile/compile.ts', 'CompileOptions'),
      ...membersOf('src/compile/compile.ts', 'CompiledFunction'),
      ...membersOf('src/compile/explainable.ts', 'CompiledFunction'),
      ...exportsOf('src/compile/explain.ts'),
      ...membersOf('src/compile/explain.ts', 'ExplainOptions'),
    ],
  },
  {
    title: 'Memory',
    words: 'Functions of `memory`, and what `memory.stats()` and `memory.report()` give; [another page](memory.md) says what happens.',
    members: [
      ...exportsOf('src/tensor/memory.ts'),
      ...membersOf('src/tensor/memory.ts', 'MemoryStats'),
      ...membersOf('src/core/memory/tracing.ts', 'LiveMemory'),
    ],
  },
  {
    title: 'Threads',
    words: 'Functions of `wengert`.',
    members: exportsOf('src/backends/wasm/threads/pool.ts').filter(({ name }) => name.endsWith('NumThreads')),
  },
  { title: 'Options of grad', words: '', members: membersOf('src/tensor/autograd/index.ts', 'GradOptions') },
  { title: 'Options of checkpoint', words: '', members: membersOf('src/tensor/autograd/checkpoint.ts', 'CheckpointOptions') },
  { title: 'Options of backward', words: '', members: membersOf('src/tensor/tensor.ts', 'TensorBackwardOptions') },
  {
    title: 'Tensor',
    words: 'What a tensor has besides the operations above, and a function that knows one.',
    members: [...membersOf('src/tensor/tensor.ts', 'Tensor'), ...exportsOf('src/tensor/tensor.ts')],
  },
  {
    title: 'GraphNode',
    words: 'A node of the recorded graph: `x.gradFn`.',
    members: membersOf('src/tensor/autograd/graph-node.ts', 'GraphNode'),
  },
  {
    title: 'Generator',
    words: 'A stream of random numbers: `new Generator(seed)`.',
    members: membersOf('src/primitives/random.ts', 'Generator'),
  },
  { title: 'Module', words: 'What every layer and model has.', members: membersOf('src/nn/module.ts', 'Module'), tables: nn.moduleMethods },
  {
    title: 'Optimizer',
    words: 'What every optimizer has.',
    members: membersOf('src/optim/optimizer.ts', 'Optimizer'),
    tables: optim.optimizerMethods,
  },
  { title: 'LRScheduler', words: 'What every scheduler has.', members: membersOf('src/optim/scheduler.ts', 'LRScheduler') },
  {
    title: 'Dataset',
    words: 'What a data set has: `length`, `at(index)`, and perhaps `batch`. Arrays are data sets.',
    members: membersOf('src/data/dataset.ts', 'Dataset'),
  },
  {
    title: 'DataLoader',
    words: 'A loader is iterable, with `for await` and with `for`. Its `dataset`, `batchSize`, `shuffle` and `dropLast` can be read.',
    members: membersOf('src/data/data-loader.ts', 'DataLoader'),
  },
  {
    title: 'Graph',
    words: 'What `viz.graph` gives: `boxes`, `arrows` (pairs of ids), and pictures.',
    members: [...membersOf('src/viz/recorded-graph.ts', 'GraphPicture'), ...membersOf('src/viz/graph.ts', 'Graph')],
  },
  {
    title: 'GraphBox',
    words: 'A box of such a graph: `id`, `kind`, `name`, `shape`, `dtype`, `value` and what else is known.',
    members: [...membersOf('src/viz/recorded-graph.ts', 'GraphBox'), ...membersOf('src/viz/recorded-graph.ts', 'BoxOutput')],
  },
]

/** The first sentence of the comment on each function, class, constant or method of a folder, by name. */
function sentences(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(join(root, folder, file), 'utf8')
    const comments =
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s+|class\s+|const\s+)?(?:get\s+)?(\w+)\s*[<(:={ ]/g
    for (const [, comment = '', name = ''] of text.matchAll(comments)) {
      if (!found.has(name)) found.set(name, firstSentence(comment))
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
  'viz.graph': 'graph',
  'viz.record': 'record',
}

const shown = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(shown).join(', ')}]`
    : typeof value === 'string'
      ? `'${value}'`
      : typeof value === 'object' && value !== null
        ? '{}'
        : String(value)
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

function memberTable({ members, tables = {} }: Declarations): string {
  const rows = members.map(({ name, shown, words }) => {
    const signature = Object.hasOwn(tables, name) ? tables[name] : undefined
    return `| \`${cell(signature === undefined ? shown : call(name, parseSignature(signature).parameters))}\` | ${cell(words)} |`
  })
  return ['| member | what it is or does |', '|---|---|', ...rows].join('\n')
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
  const chapter = (title: string, words: string, rows: string) => `## ${title}\n\n${words && `${words}\n\n`}${rows}\n`
  return [
    head,
    ...sections.map((section) => chapter(section.title, section.words, table(section))),
    ...declarations.map((section) => chapter(section.title, section.words, memberTable(section))),
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, reference())
