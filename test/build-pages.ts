// Before the integration tests: the pages as they are now, where a service looks for them.
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export default async function buildPages(): Promise<void> {
  // As they are shipped: a test runner's own NODE_ENV would make them a development build.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  await build({ configFile: fileURLToPath(new URL('../ui/vite.config.ts', import.meta.url)) })
  if (NODE_ENV === undefined) delete process.env.NODE_ENV
  else process.env.NODE_ENV = NODE_ENV
}
