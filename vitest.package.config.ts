// The package test: packs the library, installs it into an empty project and uses it from there. `npm run package-test`.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['test/package/*.test.ts'], testTimeout: 120_000, hookTimeout: 180_000 },
})
