// Builds dist/: one bundle per entry, the tensor core as one shared chunk, and the type declarations.
// Prints what each file weighs, because a browser downloads it.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'rolldown'
import { entries, manifest, root } from './entries.ts'

/** Built beside `dist`, which it replaces when it is whole. */
const dist = `${root}dist.${process.pid}`
/** Layers below the entries, and the entry that belongs to them: what every tensor needs, in one chunk. Everything else shakes. */
const core = /\/src\/(core|backends|primitives|autograd|transforms|tensor)\//

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
  const names = new Map(entries.map(({ output, source }) => [resolve(root, source), basename(output, '.js')]))
  await build({
    cwd: root,
    input: Object.fromEntries([...names].map(([source, name]) => [name, source])),
    platform: 'neutral',
    external: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    transform: { target: 'es2024' },
    treeshake: { moduleSideEffects: (id) => id.endsWith('/src/tensor/tensor.ts') },
    makeAbsoluteExternalsRelative: false,
    plugins: [
      {
        // `export * as nn from './nn/index.ts'` stays such an export (of './nn.js'), because users' bundlers shake that, not a namespace object.
        name: 'entries-import-entries',
        resolveId(specifier, importer) {
          if (!importer || !specifier.startsWith('.')) return null
          const source = resolve(dirname(importer), specifier)
          const name = names.get(source)
          return name && !core.test(source) ? { id: `./${name}.js`, external: true } : null
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
      chunkFileNames: ({ name }) => (name === 'tensor-core' ? '[name].js' : 'shared-[name].js'),
      codeSplitting: { groups: [{ name: 'tensor-core', test: core }] },
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
  for (const file of readdirSync(dist).filter((name) => name.endsWith('.js'))) {
    const bytes = readFileSync(`${dist}/${file}`)
    const kilobytes = (count: number) => `${(count / 1024).toFixed(1)} KB`
    console.log(
      `dist/${file.padEnd(24)} ${kilobytes(bytes.length).padStart(10)}   gzipped ${kilobytes(gzipSync(bytes).length).padStart(9)}`,
    )
  }
}
