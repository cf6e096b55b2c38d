// Checks of what the mirror is made from: the documents of Genesys, and a team's own articles.
import { isCuecardError } from '../../errors.ts'
import type { DocumentListing } from '../../mirror/document-listing.ts'
import type { FileSource, FolderSource, MirrorSource } from '../../mirror/mirror-settings.ts'
import { readFileArticles, readFolderArticles } from '../../mirror/own-articles.ts'
import { counted } from '../counted.ts'
import { failureOf } from './check-access.ts'
import { type Finding, failed, failedBy, noted, passed } from './finding.ts'

/** Asks for a page of documents as a sync does: to search in a base is another permission than to list it. */
export async function checkDocumentList(
  listing: DocumentListing,
  { knowledgeBases }: { readonly knowledgeBases?: readonly string[] | undefined },
): Promise<Finding> {
  const name = 'mirror of Genesys'
  const { signal } = new AbortController()
  try {
    const [base] = await listing.bases(knowledgeBases, signal)
    if (base === undefined)
      return failed(name, 'there is no published base to copy', 'Publish one, or correct mirror.sources')
    await listing.page({ baseId: base.id, cursor: null, interval: null, withText: false }, signal)
    return passed(name, `allowed, the documents of ${base.name} can be listed`)
  } catch (error) {
    return failureOf(name, error)
  }
}

/** Reads each file and folder as a sync does. */
export async function* checkOwnArticles(sources: readonly MirrorSource[]): AsyncGenerator<Finding> {
  for (const source of sources) if (!('genesys' in source)) yield await checkOwn(source)
}

async function checkOwn(source: FileSource | FolderSource): Promise<Finding> {
  const name = 'own articles'
  const path = 'file' in source ? source.file : source.folder
  const advice = 'Correct it; until then the last copy is served, where there is one'
  try {
    const { articles, problems } =
      'file' in source ? await readFileArticles(path) : await readFolderArticles(path, source.language)
    const [first] = problems
    const count = `${counted(articles.length, 'article')} in ${path}`
    if (first !== undefined)
      return failed(name, `${count}; ${counted(problems.length, 'file')} cannot be read: ${first}`, advice)
    return articles.length > 0 ? passed(name, count) : noted(name, count)
  } catch (error) {
    if (!isCuecardError(error)) throw error
    return failedBy(name, error, advice)
  }
}
