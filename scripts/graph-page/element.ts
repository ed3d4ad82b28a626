// Elements of the page by id, and new ones.

type Kinds = {
  input: HTMLInputElement
  button: HTMLButtonElement
  output: HTMLOutputElement
  svg: SVGSVGElement
  g: SVGGElement
  element: HTMLElement
}

/** The element with this id; the template has it, as the kind that is asked for. */
export const byId = <K extends keyof Kinds = 'element'>(id: string): Kinds[K] => document.getElementById(id) as unknown as Kinds[K]

/** A new element with children, which may be text. */
export function element<K extends keyof HTMLElementTagNameMap>(name: K, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  made.append(...children)
  return made
}
