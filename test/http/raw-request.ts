// Requests as bytes, for tests that hold the socket themselves.
import { question } from './fake-parts.ts'

export const body = JSON.stringify(question)
export const head = (more = '', length = body.length) =>
  `POST /v1/retrievals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer service\r\ncontent-type: application/json\r\n${more}content-length: ${length}\r\n\r\n`
export const good = head() + body
export const whole = /"refused":\[.*\]\}$/
