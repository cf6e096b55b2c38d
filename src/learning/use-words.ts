// The words of questions and of articles, as learning from use looks at them.
import { stemmer } from 'stemmer'
import type { Article } from '../articles/article.ts'
import { tokenize } from '../articles/tokenize.ts'
import { filler } from '../search/words.ts'

/** What of an article is looked at. */
export type UsableArticle = Pick<Article, 'id' | 'title' | 'body' | 'tags' | 'category'>

/** The stems of the words that say something, in their order. */
export function stemsOf(text: string): string[] {
  return tokenize(text)
    .filter((word) => !filler.has(word))
    .map(stemmer)
}

/** Stems of title and body, each once; made once an article, and forgotten with it. */
export class ArticleStems {
  readonly #stems = new WeakMap<UsableArticle, readonly string[]>()

  of(article: UsableArticle): readonly string[] {
    const known = this.#stems.get(article)
    if (known !== undefined) return known
    const stems = [...new Set(stemsOf(`${article.title} ${article.body}`))]
    this.#stems.set(article, stems)
    return stems
  }
}

/**
 * Of what was passed over, what is in the category of something that was used: the rest was passed over for what it is
 * about, not for what it answers.
 */
export function comparable(
  used: readonly UsableArticle[],
  others: readonly UsableArticle[],
): readonly UsableArticle[] {
  return others.filter(({ category }) => used.some((article) => article.category === category))
}
