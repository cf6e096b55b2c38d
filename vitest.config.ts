// Two projects: `unit` needs nothing but this machine's memory; `integration` opens ports and starts processes.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    reporters: ['default', './test/plain-summary.ts'],
    // More than there are cores: the tests of outages mostly wait.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/fixed-seed.ts'],
          // Nothing is kept in modules, so that they are loaded once for all files: half of the time.
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.integration.test.ts'],
          // A bound on what hangs: whole seconds are computed in some, and a busy machine takes several times as long.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          globalSetup: ['test/build-pages.ts'],
          setupFiles: ['test/fixed-seed.ts'],
          include: ['test/**/*.integration.test.ts'],
          testTimeout: 120_000,
        },
      },
    ],
  },
})
