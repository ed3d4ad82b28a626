// What a user gets: the packed tarball, installed into an empty project and used from plain JavaScript and from TypeScript.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entries, root } from '../../scripts/entries.ts'
import { bundled, gzipped } from '../../scripts/size.ts'
import { install, type Project, run } from './installed.ts'
import { importTensor, instantiations, operationsOnNewShapes } from './instantiations.ts'

let project: Project

beforeAll(async () => {
  project = await install()
})

afterAll(() => project?.remove())

/** Runs a program of the repository's node_modules/.bin in the project and expects it to end well. */
async function succeeds(program: string, ...words: string[]): Promise<string> {
  const { code, output } = await run(project.folder, join(root, 'node_modules', '.bin', program), ...words)
  expect(code, output).toBe(0)
  return output
}

test('nothing runs while it is installed', () => {
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) expect(project.manifest.scripts).not.toHaveProperty(script)
})

test('a handful of dependencies', () => {
  expect(Object.keys(project.manifest.dependencies ?? {}).length).toBeLessThanOrEqual(5)
})

test('every entry imports', async () => {
  const output = await succeeds('node', 'every-entry.js')
  expect(output.trim().split('\n')).toHaveLength(entries.length)
})

test('plain JavaScript', async () => {
  expect(await succeeds('node', 'plain.js')).toMatch(/^2[01]\.\d\d\n$/)
})

const compilers = [
  { version: '5.4', package: 'typescript-5.4' },
  { version: '6.0', package: 'typescript-6.0' },
  { version: '7.0', package: 'typescript' },
]

/** That compiler on one of the project's configurations, all of them strict and with the library's declarations checked, too. */
async function compiles(compiler: string, configuration: string): Promise<void> {
  const { code, output } = await run(project.folder, process.execPath, join(root, 'node_modules', compiler, 'bin/tsc'), '-p', configuration)
  expect(code, output).toBe(0)
}

test.each(compilers)('TypeScript $version, as Node resolves', async (compiler) => {
  await compiles(compiler.package, 'tsconfig.node.json')
})

test.each(compilers)('TypeScript $version, without methods', async (compiler) => {
  await compiles(compiler.package, 'tsconfig.slim.json')
})

test('a program without methods', async () => {
  const outfile = join(project.folder, 'typed-slim.js')
  await build({ entryPoints: [join(project.folder, 'typed-slim.ts')], outfile, format: 'esm', logLevel: 'silent' })
  await succeeds('node', outfile)
})

test.each(compilers)('TypeScript $version, as a bundler resolves', async (compiler) => {
  await compiles(compiler.package, 'tsconfig.page.json')
})

test('shapes in types keep their budget', async () => {
  const nothing = await instantiations(project.folder, 'export {}')
  const tensor = await instantiations(project.folder, importTensor)
  const few = operationsOnNewShapes(10)
  const many = operationsOnNewShapes(60)
  const more = (await instantiations(project.folder, many.program)) - (await instantiations(project.folder, few.program))
  console.log(
    `importing Tensor: ${tensor - nothing} instantiations; an operation: ${(more / (many.operations - few.operations)).toFixed(0)}`,
  )
  expect(tensor - nothing).toBeLessThan(40_000)
  expect(more / (many.operations - few.operations)).toBeLessThan(150)
})

test('publint finds nothing', async () => {
  const output = await succeeds('publint', 'run', project.tarball, '--strict')
  expect(output).toContain('All good!')
})

test('are the types wrong? no', async () => {
  await succeeds('attw', project.tarball, '--profile', 'esm-only', '--no-color')
})

/** The size of a bundle of that program, after checking that it runs. */
async function bundle(name: string, program: string): Promise<string> {
  const entry = join(project.folder, `${name}.entry.js`)
  const outfile = join(project.folder, `${name}.bundle.js`)
  writeFileSync(entry, program)
  await build({ entryPoints: [entry], bundle: true, format: 'esm', minify: true, platform: 'browser', outfile, logLevel: 'silent' })
  await succeeds('node', outfile)
  return readFileSync(outfile, 'utf8')
}

test('a bundler keeps what is used', async () => {
  const everything = await bundle('everything', entries.map(({ specifier }, i) => `export * as entry${i} from '${specifier}'`).join('\n'))
  const core = await bundle('core', `import { tensor } from 'wengert'; if (tensor([1, 2]).sum().item() !== 3) throw Error('wrong')`)
  const optimizer = await bundle('optimizer', `import { SGD } from 'wengert/optim'; if (!SGD) throw Error('missing')`)
  const sizes = { everything: everything.length, core: core.length, optimizer: optimizer.length }
  expect(everything, 'the marker is somewhere').toContain('num_batches_tracked')
  expect(core, `batch norm is not in a program that only adds (${JSON.stringify(sizes)})`).not.toContain('num_batches_tracked')
  expect(optimizer, `batch norm is not in an optimizer (${JSON.stringify(sizes)})`).not.toContain('num_batches_tracked')
  // the name of a kernel: the published chunk must let go of what only convolutions need
  expect(everything).toContain('convolution weights')
  expect(core, `convolutions' kernels are not in a program without any (${JSON.stringify(sizes)})`).not.toContain('convolution weights')
})

test.each([
  ['a small network', 'network-slim', 75_000],
  ['with compile', 'network-slim-compiled', 90_000],
  ['with all methods of tensors', 'network', 102_500],
  ['with them and compile', 'network-compiled', 123_000],
])('what %s downloads', async (_, program, limit) => {
  const entry = join(project.folder, `${program}.js`)
  const outfile = join(project.folder, `${program}.bundle.js`)
  const { text } = await bundled(entry)
  writeFileSync(outfile, text)
  await succeeds('node', outfile)
  expect(
    gzipped(text),
    `${text.length} bytes minified, ${gzipped(text)} gzipped, of which \`npm run size\` prints the shares`,
  ).toBeLessThan(limit)
})
