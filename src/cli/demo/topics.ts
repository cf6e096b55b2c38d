// What a sample conversation is about at each turn: in the demo this stands for topic detection.
import type { Article, Conversation } from '../../articles/article.ts'

/**
 * The conversation's tags that fit what is talked about once turn `turnIndex` has been spoken: those that the articles
 * of the last event bear. Before the first event it has none.
 */
export function topicsAt(
  { tags, events }: Conversation,
  articles: readonly Article[],
  turnIndex: number,
): string[] {
  const current = events.findLast((event) => event.turnIndex <= turnIndex)
  const talkedAbout = articles.filter(({ id }) => current?.goldArticleIds.includes(id))
  return tags.filter((tag) => talkedAbout.some((article) => article.tags.includes(tag)))
}
