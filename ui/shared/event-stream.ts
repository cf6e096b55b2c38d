// Reads server-sent events from the body of a fetch, as the HTML standard parses them.

export interface ServerEvent {
  readonly id: string
  /** `message` where the stream names none; `:` for a comment, which tells that the line is alive. */
  readonly event: string
  readonly data: string
}

/** Takes the stream's text in pieces and gives back the events that are complete. */
export class EventParser {
  #rest = ''
  #id = ''
  #event = ''
  #data: string[] = []

  push(piece: string): ServerEvent[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    return lines.flatMap((line) => this.#line(line))
  }

  #line(line: string): ServerEvent[] {
    if (line === '') return this.#end()
    if (line.startsWith(':')) return [{ id: this.#id, event: ':', data: '' }]
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'id') this.#id = value
    else if (name === 'event') this.#event = value
    else if (name === 'data') this.#data.push(value)
    return []
  }

  #end(): ServerEvent[] {
    const event = { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') }
    const isEmpty = this.#data.length === 0
    this.#event = ''
    this.#data = []
    return isEmpty ? [] : [event]
  }
}

/** The events of a body until it ends. */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const parser = new EventParser()
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      yield* parser.push(decoder.decode(part.value, { stream: true }))
  } finally {
    await reader.cancel().catch(() => {})
  }
}
