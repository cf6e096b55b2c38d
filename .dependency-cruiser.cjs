// The import rules of docs/lifecycle.md: no cycle, nothing imports upward.

/** Layers from top to bottom; a folder may import from its own layer and from those below. */
const layers = [
  ['cli'],
  ['http'],
  [
    'index.ts',
    'create-cuecard.ts',
    'compose-genesys.ts',
    'cuecard.ts',
    'compose-interactions.ts',
    'compose-record.ts',
    'compose-mirror.ts',
    'source-chains.ts',
  ],
  ['config'],
  ['simulator'],
  ['sources', 'mirror', 'notifications', 'delivery', 'ledger', 'insight', 'learning', 'push'],
  ['genesys', 'oauth'],
  ['cache', 'quota', 'resilience', 'storage', 'telemetry'],
  ['audit'],
  ['retrieval', 'context', 'access', 'adoption', 'ranking', 'search', 'articles'],
  ['testing'],
  [
    'errors.ts',
    'ids.ts',
    'clock.ts',
    'random.ts',
    'explain-file-error.ts',
    'explain-issue.ts',
    'language-tag.ts',
    'secret.ts',
  ],
]

const pattern = (names) => `^src/(${names.map((name) => name.replace('.', '\\.')).join('|')})(/|$)`

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    ...layers.slice(1).map((names, index) => ({
      name: `no-upward-import-from-${names[0]}`,
      severity: 'error',
      from: { path: pattern(names) },
      to: { path: pattern(layers.slice(0, index + 1).flat()) },
    })),
    {
      name: 'no-development-dependency-in-the-product',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
}
