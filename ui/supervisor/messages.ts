// The page's words in each of its languages.
import type { Language } from '../shared/locale.ts'
import { ar } from './messages/ar.ts'
import { de } from './messages/de.ts'
import { en, type Messages } from './messages/en.ts'
import { es } from './messages/es.ts'
import { fr } from './messages/fr.ts'
import { ja } from './messages/ja.ts'

export type MessageKey = keyof Messages

export const messages: Readonly<Record<Language, Messages>> = { en, de, es, fr, ja, ar }
