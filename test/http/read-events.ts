// A reader of server-sent events, by the rules of the standard as far as this service uses them.

export interface ServerEvent {
  readonly id: string
  readonly event: string
  readonly data: string
}

/** The events of a stream, in turn; comments come as events named ":". */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let lastId = ''
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const fields = new Map<string, string>()
      for (const line of lines) {
        const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
        if (name === 'data' && fields.has('data')) throw new Error('data comes in one line here')
        fields.set(name, value)
      }
      lastId = fields.get('id') ?? lastId
      if (fields.has('')) yield { id: lastId, event: ':', data: '' }
      else if (fields.has('data'))
        yield { id: lastId, event: fields.get('event') ?? 'message', data: fields.get('data') ?? '' }
    }
  }
}

/** A stream of the service over HTTP. */
export async function openStream(
  url: string,
  headers: Record<string, string>,
): Promise<{
  readonly response: Response
  /** The next event; undefined at the end. */
  next(): Promise<ServerEvent | undefined>
  hangUp(): void
}> {
  const ending = new AbortController()
  const response = await fetch(url, { headers, signal: ending.signal })
  const events = readEvents(response.body ?? new ReadableStream())
  return {
    response,
    next: async () => (await events.next()).value ?? undefined,
    hangUp: () => ending.abort(),
  }
}
