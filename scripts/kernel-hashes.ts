// `npm run kernel-hashes`: writes the hashes of the generated code of a fixed corpus to test/backends/kernel-hashes.json. What changes
// there is reviewed: a change that claims to be pure refactoring changes nothing.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { compiledKernels } from '../test/backends/kernel-corpus.ts'
import { root } from './entries.ts'

const file = `${root}test/backends/kernel-hashes.json`
writeFileSync(file, JSON.stringify(compiledKernels(), null, 2))
execFileSync('biome', ['format', '--write', file])
