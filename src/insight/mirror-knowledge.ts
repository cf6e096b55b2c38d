// The articles of the mirror that are in force.
import { hash } from 'node:crypto'
import type { Mirror } from '../mirror/mirror.ts'
import type { Knowledge } from './hygiene.ts'

/** `wallTime` in milliseconds since the epoch. */
export function knowledgeOf(mirror: Pick<Mirror, 'index' | 'get' | 'version'>, wallTime: number): Knowledge {
  const articles = [...mirror.index.articles()]
    .filter(({ id }) => {
      const { item } = mirror.get(id) ?? {}
      if (item === undefined || item.state !== 'Published' || !item.visible) return false
      return item.availableFrom <= wallTime && wallTime < item.availableUntil
    })
    .map(({ id, title, body, updatedAt = null }) => ({ id, title, body, updatedAt }))
  // Time alone brings articles into force.
  const ids = hash('sha256', articles.map(({ id }) => id).join('\n'))
  return { version: `${mirror.version} ${ids}`, articles }
}
