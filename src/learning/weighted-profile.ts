// A profile with other weights: what is learnt or set by hand, over the features of one that ships.
import { hash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../audit/canonical-json.ts'
import { CuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'
import type { RankingProfile } from '../ranking/profile.ts'
import { profiles } from '../ranking/profiles.ts'

const weight = z
  .number({ error: 'must be a number' })
  .min(-1000, 'must be at least -1000')
  .max(1000, 'must be at most 1000')

const schema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and -'),
  version: z.string({ error: 'is missing; "cuecard rank learn" writes it' }),
  base: z
    .string()
    .refine((base) => Object.hasOwn(profiles, base), 'must be the name of a profile that ships'),
  weights: z.record(z.string(), weight),
  learntFrom: z.record(z.string(), z.unknown()).optional(),
})

/** The form of a profile file. */
export type ProfileFile = z.infer<typeof schema>

/** The version that weights have: another for other weights, the same for the same. */
export function versionOf({ base, weights }: Pick<ProfileFile, 'base' | 'weights'>): string {
  return hash('sha256', canonicalJson({ base, weights }), 'hex').slice(0, 12)
}

/** A profile of a file: the base's features with the file's weights; one that the file does not name keeps its own. */
export interface WeightedProfile extends RankingProfile {
  readonly base: string
  readonly weights: Readonly<Record<string, number>>
}

/**
 * Reads a profile file. Its name is `name@version`, as the audit log tells it.
 * @throws CuecardError `config.invalid`, also where the version is not that of the weights.
 */
export function parseProfile(input: unknown, file: string): WeightedProfile {
  const parsed = schema.safeParse(input)
  if (!parsed.success) {
    const { field, problem } = explainIssue(parsed.error)
    throw invalid(`${file}: ${field === '' ? 'it' : field} ${problem}`)
  }
  const { name, version, base, weights } = parsed.data
  if (version !== versionOf(parsed.data))
    throw invalid(
      `${file}: its version must be ${versionOf(parsed.data)}, since its weights are others than ${version} had`,
    )
  return weightedProfile(`${name}@${version}`, base, weights)
}

function weightedProfile(
  name: string,
  base: string,
  weights: Readonly<Record<string, number>>,
): WeightedProfile {
  const { explain } = profiles[base] ?? unknownBase(base)
  return {
    name,
    base,
    weights,
    explain: (item, context) =>
      explain(item, context).map((term) => {
        const own = weights[term.feature]
        // What the request switched off stays off.
        if (own === undefined || term.weight === 0) return term
        return { ...term, weight: own, contribution: term.value * own }
      }),
  }
}

function unknownBase(base: string): never {
  throw invalid(`There is no profile ${base}`)
}

function invalid(message: string): CuecardError {
  return new CuecardError('config.invalid', message, { field: 'profile' })
}
