// What a conversation can be about: each category, product or other name that articles share.
import type { Article } from '../articles/article.ts'
import { tokenize } from '../articles/tokenize.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface Subject {
  readonly name: string
  /** The terms of its name, each once. */
  readonly terms: readonly number[]
  /** Slots of its articles; never empty. */
  readonly members: Set<number>
}

/** The subjects of all articles, found by the terms of their names. */
export class Subjects {
  readonly #vocabulary: Vocabulary
  readonly #byName = new Map<string, Subject>()
  readonly #byTerm = new Map<number, Set<Subject>>()
  /** Terms of names by their first letter: among these a misspelt word is looked for. */
  readonly #byLetter = new Map<string, Set<number>>()
  readonly #ofSlot: (readonly Subject[])[] = []

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
  }

  get size(): number {
    return this.#byName.size
  }

  add(slot: number, article: Article): void {
    const subjects = [...namesOf(article)].map((name) => this.#byName.get(name) ?? this.#create(name))
    for (const { members } of subjects) members.add(slot)
    this.#ofSlot[slot] = subjects
  }

  remove(slot: number): void {
    for (const subject of this.of(slot)) {
      subject.members.delete(slot)
      if (subject.members.size === 0) this.#forget(subject)
    }
    this.#ofSlot[slot] = []
  }

  of(slot: number): readonly Subject[] {
    return this.#ofSlot[slot] ?? []
  }

  called(name: string): Subject | undefined {
    return this.#byName.get(tokenize(name).join(' '))
  }

  /** Those whose name holds the term. */
  named(term: number): ReadonlySet<Subject> {
    return this.#byTerm.get(term) ?? none
  }

  /** Terms of names that begin with the letter. */
  termsFrom(letter: string): ReadonlySet<number> {
    return this.#byLetter.get(letter) ?? none
  }

  #create(name: string): Subject {
    const subject = { name, terms: [...new Set(this.#vocabulary.learn(name))], members: new Set<number>() }
    this.#byName.set(name, subject)
    for (const term of subject.terms) {
      addTo(this.#byTerm, term, subject)
      addTo(this.#byLetter, this.#letterOf(term), term)
    }
    return subject
  }

  #forget(subject: Subject): void {
    this.#byName.delete(subject.name)
    for (const term of subject.terms)
      if (removeFrom(this.#byTerm, term, subject)) removeFrom(this.#byLetter, this.#letterOf(term), term)
  }

  #letterOf(term: number): string {
    return this.#vocabulary.termOf(term).charAt(0)
  }
}

const none: ReadonlySet<never> = new Set()

/** A web host says where an article comes from, not what it is about. */
const webHost = /^\S+\.\S+$/

/** The last part of the category's path, the product that a title begins with, and the entities. */
function namesOf({ category, title, entityIds }: Article): Set<string> {
  const leaf = category.split('/').findLast((part) => part.trim() !== '') ?? ''
  const [head = '', ...rest] = title.split(/: | - | – /)
  const names = [leaf, rest.length > 0 ? head : '', ...entityIds].filter((name) => !webHost.test(name))
  return new Set(names.map((name) => tokenize(name).join(' ')).filter((name) => name !== ''))
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([value]))
  else set.add(value)
}

/** Whether the set is gone, being empty. */
function removeFrom<K, V>(sets: Map<K, Set<V>>, key: K, value: V): boolean {
  const set = sets.get(key)
  set?.delete(value)
  return set?.size === 0 && sets.delete(key)
}
