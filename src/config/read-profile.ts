// The ranking profile that a setting names: one that ships, or a file.
import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { parseProfile } from '../learning/weighted-profile.ts'
import type { RankingProfile } from '../ranking/profile.ts'
import { profiles } from '../ranking/profiles.ts'

/** Whether a setting names a file and not a profile that ships. */
export function isProfileFile(profile: string): boolean {
  return /\.(json|ya?ml)$/.test(profile)
}

/** @throws CuecardError `config.invalid`: one sentence. */
export function readProfile(profile: string): RankingProfile {
  if (Object.hasOwn(profiles, profile)) return profiles[profile] ?? unknown()
  return isProfileFile(profile) ? parseProfile(contentOf(profile), profile) : unknown()
}

function contentOf(file: string): unknown {
  try {
    return parseYaml(readFileSync(file, 'utf8'), { logLevel: 'error' })
  } catch (error) {
    throw new CuecardError(
      'config.invalid',
      `The profile ${file} cannot be read: ${explainFileError(error)}`,
      {
        field: 'profile',
      },
    )
  }
}

function unknown(): never {
  throw new CuecardError(
    'config.invalid',
    `profile: must be one of ${Object.keys(profiles).join(', ')}, or a .json or .yaml file`,
    { field: 'profile' },
  )
}
