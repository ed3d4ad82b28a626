// The test suite with every tensor in the heap, whose memory is NaN before and after use: `npm run test:poison`. What reads memory that
// nobody wrote, or that was given back, gives wrong results here.
import { defineConfig, mergeConfig } from 'vitest/config'
import suite from './vitest.config.ts'

/** What computes in pages and processes that know nothing of this, or does not compute. */
const unaffected = ['architecture', 'browser', 'docs', 'signatures', 'types', 'viz'].map((folder) => `test/${folder}/**`)

export default mergeConfig(suite, defineConfig({ test: { exclude: unaffected } }))
