// The sample data that ships in the package; the path is the same from `src/cli` and from `dist/cli`.
import { fileURLToPath } from 'node:url'

const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url))

export const sampleArticles = sample('articles.jsonl')
export const sampleConversations = sample('conversations.jsonl')
