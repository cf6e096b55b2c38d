// Before the integration tests: the pages as they are now, where a service looks for them.
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export default async function buildPages(): Promise<void> {
  await build({ configFile: fileURLToPath(new URL('../ui/vite.config.ts', import.meta.url)) })
}
