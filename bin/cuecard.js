#!/usr/bin/env node
// The `cuecard` command. Plain JavaScript that old versions of Node can read, so that they can be told what is missing.
const major = Number(process.versions.node.split('.')[0])

if (major < 24) {
  console.error(
    `cuecard needs Node 24 or later, and this is Node ${process.versions.node}. Install it from https://nodejs.org, or run \`npx node@24 ${process.argv[1]}\`.`,
  )
  process.exitCode = 1
} else {
  import('../dist/cli/main.js').catch((error) => {
    const unbuilt =
      error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist/cli/main.js')
    console.error(unbuilt ? 'cuecard is not built yet. Run `npm run build` first.' : error)
    process.exitCode = 1
  })
}
