// Numbers of things, as people say them.

/** Such as `1 article`, `1,234 articles`. */
export function counted(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`
}
