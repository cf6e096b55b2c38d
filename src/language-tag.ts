// BCP 47 language tags.

/** The canonical form of a BCP 47 tag (`EN-us` gives `en-US`), or undefined for anything else. */
export function canonicalLanguage(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}
