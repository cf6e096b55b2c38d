// The settings of the mirror.
import { z } from 'zod'
import { canonicalLanguage } from '../language-tag.ts'
import type { MirrorSource } from '../mirror/mirror-settings.ts'
import { names, whole } from './setting.ts'

const path = z.string({ error: 'must be a path' }).min(1, 'must be a path').max(4096)

const source = z
  .strictObject({
    genesys: z
      .literal(true, { error: 'must be true' })
      .optional()
      .describe('Copies Genesys Knowledge; or `file`, or `folder`'),
    knowledgeBases: names
      .min(1)
      .optional()
      .describe('Ids of the bases to copy. Without it `genesys.knowledgeBaseIds`, else every published one'),
    file: path.optional().describe('A JSONL file of own articles'),
    folder: path.optional().describe('A folder of Markdown files'),
    language: z
      .string()
      .refine((tag) => canonicalLanguage(tag) !== undefined, 'must be a BCP 47 language tag, such as en')
      .optional()
      .describe('Of Markdown files that do not say; without it `en`'),
  })
  .refine(({ genesys, file, folder }) => [genesys, file, folder].filter(Boolean).length === 1, {
    message: 'must have one of genesys, file and folder',
  })
  .refine(({ genesys, knowledgeBases }) => genesys || knowledgeBases === undefined, {
    path: ['knowledgeBases'],
    message: 'goes with genesys only',
  })
  .refine(({ folder, language }) => folder !== undefined || language === undefined, {
    path: ['language'],
    message: 'goes with a folder only; a line of a file names its own',
  })
  .transform(({ file, folder, language, knowledgeBases }): MirrorSource => {
    if (file !== undefined) return { file }
    return folder === undefined ? { genesys: true, knowledgeBases } : { folder, language }
  })

export const mirror = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Whether free text is answered from a local copy, with Genesys gone too'),
    path: path.default('./cuecard-mirror.db').describe('File of the copy'),
    sources: z
      .array(source)
      .min(1)
      .max(100)
      .default([{ genesys: true }])
      .describe('What is copied'),
    trustedSeconds: whole(1, 604_800)
      .default(900)
      .describe('A copy that was in step so lately is asked in place of `knowledge-search`'),
    intervalSeconds: whole(0, 86_400)
      .default(300)
      .describe('How often edited articles are fetched; 0: never by this process'),
    sweepSeconds: whole(60, 604_800)
      .default(900)
      .describe('How often all articles are listed, to see which are gone: one call for 200 articles'),
    fullEveryHours: whole(1, 8760).default(24).describe('How often every article is fetched anew'),
  })
  .prefault({})
