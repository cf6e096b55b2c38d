// The filter of a knowledge search: clauses of predicates over a document's fields.
import { z } from 'zod'
import type { Article } from '../articles/article.ts'
import { categoryId, labelId, labelsOf, variationId } from './knowledge-document.ts'
import type { KnowledgeBase } from './organisation.ts'

type ReadField = (base: KnowledgeBase, article: Article) => string[]

/** Fields of the contract that articles have no data for are refused rather than passed over. */
const fields = {
  title: (_, article) => [article.title],
  state: (_, article) => [article.state],
  visible: () => ['true'],
  documentId: (_, article) => [article.id],
  variationId: (base, article) => [variationId(base, article)],
  alternatives: (_, article) => article.entityIds,
  labelName: (_, article) => labelsOf(article),
  labelId: (base, article) => labelsOf(article).map((name) => labelId(base, name)),
  categoryName: (_, article) => [article.category.slice(article.category.lastIndexOf('/') + 1)],
  categoryId: (base, article) => [categoryId(base, article.category)],
} satisfies Record<string, ReadField>

const fieldNames = Object.keys(fields) as (keyof typeof fields)[]

export const filterSchema = z.strictObject({
  operator: z.enum(['Or', 'And']),
  clauses: z.array(
    z.strictObject({
      operator: z.enum(['Or', 'And']),
      predicates: z.array(
        z.strictObject({
          fields: z.array(z.enum(fieldNames)),
          values: z.array(z.string()),
          type: z.enum(['Equals', 'NotEquals', 'Contains', 'MatchAll', 'MatchAny']),
        }),
      ),
    }),
  ),
})

type DocumentFilter = z.infer<typeof filterSchema>
type Predicate = DocumentFilter['clauses'][number]['predicates'][number]

export function matchesFilter(filter: DocumentFilter, base: KnowledgeBase, article: Article): boolean {
  return combine(filter.operator, filter.clauses, (clause) =>
    combine(clause.operator, clause.predicates, (predicate) => matchesPredicate(predicate, base, article)),
  )
}

function combine<T>(operator: 'Or' | 'And', parts: readonly T[], test: (part: T) => boolean): boolean {
  return parts.length === 0 || (operator === 'And' ? parts.every(test) : parts.some(test))
}

function matchesPredicate(
  { fields: names, values, type }: Predicate,
  base: KnowledgeBase,
  article: Article,
): boolean {
  const own = names.flatMap((name) => fields[name](base, article)).map((text) => text.toLowerCase())
  const wanted = values.map((text) => text.toLowerCase())
  switch (type) {
    case 'Equals':
    case 'MatchAny':
      return wanted.some((value) => own.includes(value))
    case 'NotEquals':
      return !wanted.some((value) => own.includes(value))
    case 'MatchAll':
      return wanted.every((value) => own.includes(value))
    case 'Contains':
      return wanted.some((value) => own.some((text) => text.includes(value)))
  }
}
