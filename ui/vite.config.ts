// Bundles the pages: each an ES module of its own in dist/ui, without a name that changes, so that the service can tell
// what it serves by a digest of the bytes.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  publicDir: here('public'),
  logLevel: 'warn',
  build: {
    outDir: here('../dist/ui'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: false,
    rolldownOptions: {
      input: {
        panel: here('panel/cuecard-panel.ts'),
        'panel-page': here('panel/page.ts'),
        'signed-in': here('panel/signed-in.ts'),
        supervisor: here('supervisor/page.ts'),
        demo: here('demo/page.ts'),
      },
      // What the modules export is for others to import.
      preserveEntrySignatures: 'allow-extension',
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
    },
  },
})
