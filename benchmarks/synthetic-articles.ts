// Articles for load, one for each of `count` entities; their texts only have to have a real length.
import type { ArticleInput } from '../src/simulator/index.ts'

export function entityId(index: number): string {
  return `product-${index}`
}

export function syntheticArticles(count: number): ArticleInput[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `article-${index}`,
    title: `Terms of product ${index}`,
    body: `Product ${index} is sold in branch ${index % 17}. Look at the account before you promise anything. `.repeat(
      4,
    ),
    tags: ['card', 'fees', 'limits'].slice(0, 1 + (index % 3)),
    category: `group-${index % 20}`,
    entityIds: [entityId(index), entityId((index * 7 + 3) % count)],
    isCompliant: index % 2 === 0,
  }))
}
