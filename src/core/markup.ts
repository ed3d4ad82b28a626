// Text in HTML and SVG.

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as it stands in markup. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] as string)
