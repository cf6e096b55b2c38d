// What a service has on and off, told at its start.
import type { CuecardConfig } from '../config/config-schema.ts'
import type { MirrorSource } from '../mirror/mirror-settings.ts'

/** Such as `on   mirror of /srv/articles`; secrets and ids of clients are not told. */
export function switchedLines(config: CuecardConfig): string[] {
  const { genesys, mirror, notifications, writeBack, database, redis } = config
  const parts: readonly (readonly [isOn: boolean, name: string])[] = [
    [genesys !== undefined, `Genesys Cloud${genesys ? `: ${sourcesOf(config)}` : ''}`],
    [mirror.enabled, mirror.enabled ? `mirror of ${mirror.sources.map(nameOf).join(', ')}` : 'mirror'],
    [notifications.enabled, 'notifications of live conversations'],
    [writeBack.enabled, 'use told to Genesys'],
    [database !== undefined, 'record'],
    [redis !== undefined, 'shared cache'],
  ]
  const line = (isOn: boolean, label: string) => {
    const names = parts.filter(([on]) => on === isOn).map(([, name]) => name)
    return names.length === 0 ? [] : [`${label}${names.join('; ')}`]
  }
  return [...line(true, 'on   '), ...line(false, 'off  ')]
}

function sourcesOf({ sources }: CuecardConfig): string {
  const on = Object.entries(sources).flatMap(([name, { enabled }]) => (enabled ? [name] : []))
  return on.length === 0 ? 'no source' : on.join(', ')
}

function nameOf(source: MirrorSource): string {
  if ('genesys' in source) return 'Genesys Knowledge'
  return 'file' in source ? source.file : source.folder
}
