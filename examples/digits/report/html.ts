// A template tag that escapes what is put into it, except what is markup already.

/** Text that is markup. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

type Part = string | number | Html | readonly Html[]

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]!)
const written = (part: Part): string => (part instanceof Html ? part.text : Array.isArray(part) ? part.join('') : escape(String(part)))

export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(texts.reduce((all, text, place) => all + written(parts[place - 1]!) + text))
