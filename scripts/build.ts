// Builds dist/: one bundle per entry, the tensor core as one shared chunk, and the type declarations.
// Prints what each file weighs, because a browser downloads it.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'rolldown'
import { entries, manifest, root } from './entries.ts'

/** Built beside `dist`, which it replaces when it is whole. */
const dist = `${root}dist.${process.pid}`
/** What every tensor needs, in one chunk. */
const core = /\/src\/(core|backends|primitives|autograd|transforms|tensor)\//
/** The methods of tensors and the table of all signatures, which no other chunk needs. */
const methods = /\/src\/tensor\/(install-methods|signatures)\.ts$/
/** What importing does besides: the class registers itself, methods are installed. */
const installing = /\/src\/tensor\/(tensor|install-methods)\.ts$/

try {
  await bundle()
  declare()
  report()
  rmSync(`${root}dist`, { recursive: true, force: true })
  renameSync(dist, `${root}dist`)
} finally {
  rmSync(dist, { recursive: true, force: true })
}

async function bundle(): Promise<void> {
  /** What is built from which module, without `.js`. */
  const outputs = new Map(entries.map(({ output, source }) => [resolve(root, source), relative('dist', output).replace(/\.js$/, '')]))
  await build({
    cwd: root,
    input: Object.fromEntries([...outputs].map(([source, name]) => [name, source])),
    platform: 'neutral',
    external: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    transform: { target: 'es2024' },
    treeshake: { moduleSideEffects: (id) => installing.test(id) || outputs.has(id) },
    makeAbsoluteExternalsRelative: false,
    plugins: [
      {
        // `export * as nn from '../nn/index.ts'` stays such an export (of './slim/nn.js'), because users' bundlers shake that, not a
        // namespace object.
        name: 'entries-import-entries',
        resolveId(specifier, importer) {
          const from = importer && outputs.get(importer)
          const to = from && specifier.startsWith('.') ? outputs.get(resolve(dirname(importer), specifier)) : undefined
          if (!from || !to) return null
          const path = relative(dirname(from), to)
          return { id: `${path.startsWith('.') ? path : `./${path}`}.js`, external: true }
        },
      },
    ],
    output: {
      dir: dist,
      format: 'esm',
      minifyInternalExports: false,
      // what a bundler of the application may do less well: expressions are shortened and constants put in place; all names stay
      minify: {
        compress: {
          target: 'es2024',
          joinVars: false,
          sequences: false,
          unused: 'keep_assign',
          keepNames: { function: true, class: true },
        },
        mangle: false,
        codegen: { removeWhitespace: false },
      },
      sourcemap: true,
      sourcemapExcludeSources: true, // the sources are published beside them
      chunkFileNames: ({ name }) => (name === 'tensor-core' || name === 'methods' ? '[name].js' : 'parts/shared-[name].js'),
      codeSplitting: {
        groups: [
          { name: 'tensor-core', test: (id) => core.test(id) && !methods.test(id) && !outputs.has(id), priority: 2 },
          { name: 'methods', test: methods, priority: 1 },
        ],
      },
    },
  })
}

/** Emits one declaration file per source, in words that older compilers know, too. */
function declare(): void {
  execFileSync(
    process.execPath,
    [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.build.json`, '--outDir', `${dist}/types`],
    { stdio: 'inherit' },
  )
  for (const file of readdirSync(`${dist}/types`, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue
    const path = `${dist}/types/${file}`
    writeFileSync(path, forOlderCompilers(readFileSync(path, 'utf8')))
  }
}

function forOlderCompilers(declarations: string): string {
  const text = declarations
    // the compiler leaves `.ts` in import specifiers
    .replace(/(['"])(\.{1,2}\/[^'"\n]*)\.ts\1/g, '$1$2.js$1')
    // typed arrays are generic since 5.7; this is the same type there, and the plain array before
    .replace(/\b(\w+Array)<ArrayBuffer>/g, 'ReturnType<typeof $1.of>')
  // a program that targets ES2022 has no `Disposable` unless the library comes along
  return /\bDisposable\b|\bSymbol\.dispose\b/.test(text) ? `/// <reference lib="esnext.disposable" />\n${text}` : text
}

function report(): void {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))) {
    const bytes = readFileSync(`${dist}/${file}`)
    const kilobytes = (count: number) => `${(count / 1024).toFixed(1)} KB`
    console.log(
      `dist/${file.padEnd(24)} ${kilobytes(bytes.length).padStart(10)}   gzipped ${kilobytes(gzipSync(bytes).length).padStart(9)}`,
    )
  }
}
