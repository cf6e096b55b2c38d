// What the mirror is told by the configuration.

export interface GenesysSource {
  readonly genesys: true
  /** Ids; absent: every published base. */
  readonly knowledgeBases?: readonly string[] | undefined
}

export interface FileSource {
  readonly file: string
}

export interface FolderSource {
  readonly folder: string
  /** BCP 47, of files that do not say. */
  readonly language?: string | undefined
}

export type MirrorSource = GenesysSource | FileSource | FolderSource

export interface MirrorSettings {
  readonly sources: readonly MirrorSource[]
  readonly sweepSeconds: number
  readonly fullEveryHours: number
}

/** The settings with the bases that are searched as those to be copied, where none are named. */
export function settingsWith<T extends MirrorSettings>(
  settings: T,
  knowledgeBases: readonly string[] | undefined,
): T {
  const sources = settings.sources.map((source) =>
    'genesys' in source ? { ...source, knowledgeBases: source.knowledgeBases ?? knowledgeBases } : source,
  )
  return { ...settings, sources }
}
