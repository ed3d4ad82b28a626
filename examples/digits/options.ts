// What the command line says.
import { parseArgs } from 'node:util'

export interface Options {
  readonly epochs: number
  readonly seed: number
  /** Folder for digits.safetensors and report.html. */
  readonly out: string
}

const usage = `Trains a small convolutional network on handwritten digits.

  --epochs N   times through the training digits (default 6)
  --seed N     decides the split, the first weights and the order of the digits (default 0)
  --out DIR    where digits.safetensors and report.html go (default: here)
  --help       this text`

/** The options; or null, after saying why, where there is nothing to run. */
export function readOptions(args: string[]): Options | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        epochs: { type: 'string', default: '6' },
        seed: { type: 'string', default: '0' },
        out: { type: 'string', default: '.' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (!values.help) return { epochs: wholeNumber('epochs', values.epochs, 1), seed: wholeNumber('seed', values.seed, 0), out: values.out }
    console.log(usage)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(`${error.message}\n\n${usage}`)
    process.exitCode = 2
  }
  return null
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(number) || number < least)
    throw new TypeError(`--${name} must be a whole number from ${least} up, not '${text}'.`)
  return number
}
