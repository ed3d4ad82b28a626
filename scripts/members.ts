// Reads the sources as text: which members a class or an interface declares, which functions a file exports, and the first sentence of
// the comment on each. What has no comment, is private, protected or @internal is left out.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './entries.ts'

/** A member of a class or interface, or a function of a file. */
export interface Member {
  readonly name: string
  /** The name, for a function with its parameters: `size(dim?)`. */
  readonly shown: string
  /** The first sentence of its comment. */
  readonly words: string
}

const count = (text: string, character: string): number => text.split(character).length - 1

/** The first sentence of a comment. A full stop inside parentheses, as in "(He et al. 2015)", ends none. */
export function firstSentence(comment: string): string {
  const [prose = ''] = comment
    .replace(/^\s*\* ?/gm, '')
    .trim()
    .split(/\n\s*\n|\n@/)
  const text = prose.replace(/\s+/g, ' ')
  for (const { index } of text.matchAll(/\.(?= |$)/g)) {
    const sentence = text.slice(0, index + 1)
    if (count(sentence, '(') <= count(sentence, ')')) return sentence
  }
  return text
}

/** The text between a bracket at `start` and the one that closes it; an arrow's `>` closes nothing. */
function bracketed(text: string, start: number): string {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if ('(<[{'.includes(text[at] as string)) depth++
    else if (')>]}'.includes(text[at] as string) && text[at - 1] !== '=' && --depth === 0) return text.slice(start + 1, at)
  }
  return ''
}

/** The names of the parameters in `(this: Tensor<A>, dim?: number, options = {})`: `dim?, options?`. */
function parameterNames(list: string): string[] {
  let depth = 0
  let outside = ''
  for (let at = 0; at < list.length; at++) {
    const character = list[at] as string
    if ('(<[{'.includes(character)) depth++
    if (depth === 0) outside += character
    if (')>]}'.includes(character) && list[at - 1] !== '=') depth--
  }
  return outside
    .replace(/\/\/.*$/gm, '')
    .split(',')
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter !== '' && !parameter.startsWith('this:'))
    .map((parameter) => `${/^(?:\.\.\.)?\w+/.exec(parameter)?.[0] ?? 'options'}${/^\w+\?|=(?!>)/.test(parameter) ? '?' : ''}`)
}

const declaration = /^\s*(?:export\s+)?(?:(?:async|declare|readonly|override|abstract|static|get|function|const)\s+)*(\w+)\??/

/** What is declared with a comment in this text, at this indentation. */
function declared(text: string, indentation: string): Member[] {
  const comments = new RegExp(`^${indentation}/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*?\\n((?:.*\\n?){1,12})`, 'gm')
  const members: Member[] = []
  for (let match = comments.exec(text); match !== null; match = comments.exec(text)) {
    const [, comment = '', code = ''] = match
    comments.lastIndex = match.index + match[0].length - code.length // the next comment may stand within these lines
    const name = declaration.exec(code)?.[1]
    const isLocal = indentation === '' && !code.startsWith('export ')
    const isHidden =
      isLocal || /@internal/.test(comment) || /^\s*(?:protected|private|export (?:interface|type|class|abstract))\b/.test(code)
    if (name === undefined || isHidden || name === 'constructor' || members.some((member) => member.name === name)) continue
    members.push({ name, shown: name + parametersOf(text, name, indentation), words: firstSentence(comment) })
  }
  return members
}

/**
 * `(dim?)` for a function, of several forms the longest; nothing for a property. A mode is a function that its type hides; other constants
 * that are functions have a type that begins with the call.
 */
function parametersOf(text: string, name: string, indentation: string): string {
  const head = `^${indentation}(?:export |async |override |function )*${name}(?=[(<])`
  const forms = new RegExp(`${head}|^export const ${name}(?:: Mode\\b| = (?=[(<])|(?::| = .* as) \\{\\n {2}(?=[(<]))`, 'gm')
  let longest: string[] | null = null
  for (const match of text.matchAll(forms)) {
    let at = match.index + match[0].length
    if (match[0].endsWith('Mode')) return '(run)'
    if (text[at] === '<') at += bracketed(text, at).length + 2
    if (text[at] !== '(') continue
    const names = parameterNames(bracketed(text, at))
    if (longest === null || names.length >= longest.length) longest = names
  }
  return longest === null ? '' : `(${longest.join(', ')})`
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The members of a class or interface that have a comment, in their order. */
export function membersOf(file: string, name: string): Member[] {
  const text = read(file)
  const body = new RegExp(`^export (?:abstract )?(?:class|interface) ${name}\\b[\\s\\S]*?^}`, 'm').exec(text)?.[0]
  if (body === undefined) throw new Error(`${file} declares no ${name}`)
  return declared(body, ' {2}')
}

/** The functions of a file that have a comment, in their order. */
export const exportsOf = (file: string): Member[] => declared(read(file), '').filter(({ shown }) => shown.endsWith(')'))
