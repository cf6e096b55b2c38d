// A vitest reporter: ends with one plain line, and in CI counts a skipped test as a failed run.
import type { Reporter, TestModule } from 'vitest/node'

/** vitest makes one for each run. */
class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++
      // A file that cannot be loaded has no tests, but it has failed.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed++
    }
    const skipped = counts.skipped + counts.pending
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    )
    if (process.env.CI === 'true' && skipped > 0) {
      process.stdout.write('A skipped test counts as a failure in CI.\n')
      process.exitCode = 1
    }
  }
}

// vitest takes a reporter only as the default export.
export default PlainSummary
