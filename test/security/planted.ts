// What must never be found anywhere, and where it is looked for.
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Card numbers that pass Luhn, as people and programs write them. */
export const cards = [
  '4111111111111111',
  '4012 8888 8888 1881',
  '5555-5555-5555-4444',
  '3782 822463 10005',
  '6011\u20131111\u20131111\u20131117',
  '3530.1113.3330.0000',
  '５１０５１０５１０５１０５１００',
  '٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢',
] as const

/** The digits of a text in ASCII, without anything between: a card is found in whatever notation it comes out. */
export function digitsOf(text: string): string {
  return text.normalize('NFKC').replaceAll(/[٠-٩]/g, (digit) => String((digit.codePointAt(0) ?? 0) - 0x660))
}

const bare = (text: string) => digitsOf(text).replaceAll(/[\s\p{Pd}.]/gu, '')

/** Where a planted text was found, in whatever spelling programs write it. */
export function finds(place: Buffer, planted: string): boolean {
  const spellings = [
    planted,
    encodeURIComponent(planted),
    JSON.stringify(planted).slice(1, -1),
    Buffer.from(planted).toString('base64').replace(/=+$/, ''),
    Buffer.from(planted).toString('hex'),
  ]
  return (
    spellings.some((spelling) => place.includes(spelling)) || place.includes(Buffer.from(planted, 'utf16le'))
  )
}

/** A card also without what stood between its digits. */
export function findsCard(place: Buffer, card: string): boolean {
  return finds(place, card) || finds(place, bare(card)) || bareText(place).includes(bare(card))
}

const bareTexts = new WeakMap<Buffer, string>()
function bareText(place: Buffer): string {
  const text = bareTexts.get(place) ?? bare(place.toString('utf8'))
  bareTexts.set(place, text)
  return text
}

/** A server on a free port of this machine. */
export async function listen(handle: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

export function end(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}
