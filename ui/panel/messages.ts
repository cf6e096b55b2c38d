// The panel's sentences by language, and how their gaps are filled.
import type { Language } from '../shared/locale.ts'
import { ar } from './messages/ar.ts'
import { de } from './messages/de.ts'
import { en, type Messages } from './messages/en.ts'
import { es } from './messages/es.ts'
import { fr } from './messages/fr.ts'
import { ja } from './messages/ja.ts'

export type { Messages }
export const messages: Readonly<Record<Language, Messages>> = { en, de, es, fr, ja, ar }

/** A sentence with its gaps filled. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap))
}
