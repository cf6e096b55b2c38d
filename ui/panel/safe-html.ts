// An article's HTML, made harmless. A chunk of its own: only who opens a whole article needs it.
import DOMPurify from 'dompurify'

/** Text, lists, tables and links: nothing that runs, sends, styles, or fetches as soon as it is shown. */
export function safeHtml(text: string): HTMLElement {
  const fragment = DOMPurify.sanitize(text, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'select',
      'textarea',
      'img',
      'picture',
      'audio',
      'video',
      'source',
      'track',
      'dialog',
    ],
    FORBID_ATTR: [
      'style',
      'class',
      'id',
      'name',
      'background',
      'tabindex',
      'autofocus',
      'popover',
      'popovertarget',
    ],
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
    RETURN_DOM_FRAGMENT: true,
  })
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  const body = document.createElement('div')
  body.append(fragment)
  return body
}
